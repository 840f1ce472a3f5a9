//! `billing`: customers with their subscriptions and invoices, as the interface of a payment service shows them.
//!
//! Lists are read in pages of at most 100 records behind an opaque cursor. Amounts are integers in minor units, as such
//! interfaces give them, so that sums are exact. Customers are the companies that have the first accounts in the CRM.

mod invoice;
mod known;
mod params;
mod record;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use rmcp::{handler::server::wrapper::Parameters, tool, tool_router};
use serde::Serialize;
use serde_json::json;

pub(super) use self::known::{Known, known};
use self::{
    invoice::{INVOICES, Invoice},
    params::{
        CustomerId, FindCustomers, InvoiceId, InvoiceStatus, ListCustomers, ListInvoices, ListSubscriptions,
        SubscriptionId, UpdateCustomer, UpdateInvoice,
    },
    record::{CUSTOMERS, Customer, record_number},
};
use super::{
    ServerOptions,
    cursor::Cursors,
    recorded::{Recorded, Reply, lock, refuse, reply},
    world::{Moment, World},
};

pub(super) struct Billing {
    world: World,
    invoices: u64,
    changes: Mutex<Changes>,
}

#[derive(Default)]
struct Changes {
    customers: BTreeMap<u64, Customer>,
    invoices: BTreeMap<u64, Invoice>,
}

/// Which of the server's lists a cursor belongs to.
#[derive(Clone, Copy)]
enum List {
    Customers = 300,
    Subscriptions,
    Invoices,
}

/// One page of a list.
#[derive(Serialize)]
struct Page<T> {
    object: &'static str,
    data: Vec<T>,
    has_more: bool,
    next_cursor: Option<String>,
}

fn not_found(what: &str, id: &str) -> String {
    format!("resource_missing: No such {what}: `{id}`")
}

impl Billing {
    pub(super) fn server(options: &ServerOptions) -> Recorded<Self> {
        let server = Self { world: World { seed: options.seed }, invoices: total(options), changes: Mutex::default() };
        Recorded::new("billing", server, Self::tool_router())
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        lock(&self.changes)
    }

    fn customer_number(&self, id: &str) -> Result<u64, String> {
        record_number("cus", id, CUSTOMERS).ok_or_else(|| not_found("customer", id))
    }

    fn customer(&self, changes: &Changes, number: u64) -> Customer {
        changes.customers.get(&number).cloned().unwrap_or_else(|| Customer::generate(self.world, number))
    }

    fn invoice_number(&self, id: &str) -> Result<u64, String> {
        record_number("in", id, self.invoices).ok_or_else(|| not_found("invoice", id))
    }

    fn invoice(&self, changes: &Changes, number: u64) -> Invoice {
        let stored = changes.invoices.get(&number).cloned();
        stored.unwrap_or_else(|| Invoice::generate(self.world, number, self.invoices))
    }

    /// The page of a list of record numbers that a cursor and a limit ask for.
    fn page<T>(
        &self,
        list: List,
        numbers: &[u64],
        limit: Option<u32>,
        cursor: Option<&str>,
        record: impl Fn(u64) -> T,
    ) -> Result<Page<T>, String> {
        let limit = match limit.unwrap_or(10) {
            limit @ 1..=100 => limit as usize,
            limit => return refuse(format_args!("parameter_invalid: limit must be from 1 to 100, not {limit}")),
        };
        let cursors = Cursors::new(self.world, list as u64);
        // An empty cursor means the first page.
        let start = match cursor.filter(|cursor| !cursor.is_empty()) {
            Some(cursor) => match cursors.decode(cursor) {
                Some(start) => start as usize,
                None => return refuse(format_args!("parameter_invalid: `{cursor}` is not a cursor of this list")),
            },
            None => 0,
        };
        let end = start.saturating_add(limit).min(numbers.len());
        let data = numbers.get(start..end).unwrap_or_default().iter().map(|number| record(*number)).collect();
        let has_more = end < numbers.len();
        Ok(Page { object: "list", data, has_more, next_cursor: has_more.then(|| cursors.encode(end as u32)) })
    }
}

#[tool_router]
impl Billing {
    /// Find customers by domain, name or email. Returns `data`, an array of at most 20 customers (id, name, email,
    /// currency, balance, delinquent, address, metadata and more), and `total_count`.
    #[tool(annotations(title = "Find customers", read_only_hint = true))]
    fn find_customers(&self, Parameters(input): Parameters<FindCustomers>) -> Reply {
        if input.domain.is_none() && input.name.is_none() && input.email.is_none() {
            return refuse("parameter_missing: give `domain`, `name` or `email`");
        }
        let name = input.name.as_deref().unwrap_or_default().to_lowercase();
        let changes = self.changes();
        let matches = |number: &u64| {
            let company = self.world.company(*number);
            let wanted = |given: &Option<String>, value: &str| {
                given.as_deref().is_none_or(|given| given.eq_ignore_ascii_case(value))
            };
            wanted(&input.domain, &company.domain)
                && company.name.to_lowercase().contains(&name)
                && (input.email.is_none() || wanted(&input.email, &self.customer(&changes, *number).email))
        };
        let numbers: Vec<_> = (0..CUSTOMERS).filter(matches).collect();
        let customers: Vec<_> = numbers.iter().take(20).map(|number| self.customer(&changes, *number)).collect();
        reply(&json!({ "object": "search_result", "data": customers, "total_count": numbers.len() }))
    }

    /// List customers in pages. Returns `data` (id, name, email, currency, balance, delinquent and more), `has_more`,
    /// and `next_cursor`, which is null on the last page.
    #[tool(annotations(title = "List customers", read_only_hint = true))]
    fn list_customers(&self, Parameters(input): Parameters<ListCustomers>) -> Reply {
        let changes = self.changes();
        let wanted = |number: &u64| {
            input.delinquent.is_none_or(|delinquent| self.customer(&changes, *number).delinquent == delinquent)
        };
        let numbers: Vec<_> = (0..CUSTOMERS).filter(wanted).collect();
        let record = |number| self.customer(&changes, number);
        reply(&self.page(List::Customers, &numbers, input.limit, input.cursor.as_deref(), record)?)
    }

    /// Get one customer by id. Returns name, email, phone, address, currency, balance, delinquent, metadata and more.
    #[tool(annotations(title = "Get customer", read_only_hint = true))]
    fn get_customer(&self, Parameters(input): Parameters<CustomerId>) -> Reply {
        let number = self.customer_number(&input.customer_id)?;
        reply(&self.customer(&self.changes(), number))
    }

    /// Update the email address or the description of a customer; what is not given stays as it is. Returns the
    /// updated customer.
    #[tool(annotations(
        title = "Update customer",
        read_only_hint = false,
        destructive_hint = true,
        idempotent_hint = true
    ))]
    fn update_customer(&self, Parameters(input): Parameters<UpdateCustomer>) -> Reply {
        let number = self.customer_number(&input.customer_id)?;
        let mut changes = self.changes();
        let mut customer = self.customer(&changes, number);
        if let Some(email) = input.email {
            if !email.contains('@') {
                return refuse(format_args!("email_invalid: `{email}` is not an email address"));
            }
            customer.email = email;
        }
        customer.description = input.description.or(customer.description);
        let answer = reply(&customer);
        changes.customers.insert(number, customer);
        answer
    }

    /// List subscriptions in pages, of one customer or all. Returns `data` (id, customer, status, items,
    /// current_period_end and more), `has_more`, and `next_cursor`, which is null on the last page.
    #[tool(annotations(title = "List subscriptions", read_only_hint = true))]
    fn list_subscriptions(&self, Parameters(input): Parameters<ListSubscriptions>) -> Reply {
        let customer = input.customer.as_deref().map(|id| self.customer_number(id)).transpose()?;
        let wanted = |number: &u64| {
            customer.is_none_or(|customer| customer == *number)
                && input.status.is_none_or(|status| record::subscription(self.world, *number).0 == status)
        };
        let numbers: Vec<_> = (0..CUSTOMERS).filter(wanted).collect();
        let record = |number| record::subscription(self.world, number).1;
        reply(&self.page(List::Subscriptions, &numbers, input.limit, input.cursor.as_deref(), record)?)
    }

    /// Get one subscription by id. Returns customer, status, items with price and quantity, and the current period.
    #[tool(annotations(title = "Get subscription", read_only_hint = true))]
    fn get_subscription(&self, Parameters(input): Parameters<SubscriptionId>) -> Reply {
        match record_number("sub", &input.subscription_id, CUSTOMERS) {
            Some(number) => reply(&record::subscription(self.world, number).1),
            None => refuse(not_found("subscription", &input.subscription_id)),
        }
    }

    /// List invoices in pages, newest first, filtered by customer, status or time of creation. Returns `data` (id,
    /// number, customer, status, attempt_count, currency, total, amount_paid, amount_remaining, due_date, metadata and
    /// more; amounts in minor units), `has_more`, and `next_cursor`, which is null on the last page.
    #[tool(annotations(title = "List invoices", read_only_hint = true))]
    fn list_invoices(&self, Parameters(input): Parameters<ListInvoices>) -> Reply {
        let customer = input.customer.as_deref().map(|id| self.customer_number(id)).transpose()?;
        let after = input.created_after.as_deref().map(Moment::parse).transpose()?;
        let wanted = |number: &u64| {
            customer.is_none_or(|customer| customer == invoice::customer_of(*number))
                && input.status.is_none_or(|status| invoice::status(self.world, *number) == status)
                && after.is_none_or(|after| invoice::created(*number, self.invoices) >= after)
        };
        let numbers: Vec<_> = (0..self.invoices).rev().filter(wanted).collect();
        let changes = self.changes();
        let record = |number| self.invoice(&changes, number);
        reply(&self.page(List::Invoices, &numbers, input.limit, input.cursor.as_deref(), record)?)
    }

    /// Get one invoice by id. Returns number, customer, status, collection_state, amounts in minor units, due_date,
    /// metadata and more, without its lines.
    #[tool(annotations(title = "Get invoice", read_only_hint = true))]
    fn get_invoice(&self, Parameters(input): Parameters<InvoiceId>) -> Reply {
        let number = self.invoice_number(&input.invoice_id)?;
        reply(&self.invoice(&self.changes(), number))
    }

    /// List the lines of an invoice. Returns an array of lines (id, description, quantity, amount, price).
    #[tool(annotations(title = "List invoice lines", read_only_hint = true))]
    fn list_invoice_lines(&self, Parameters(input): Parameters<InvoiceId>) -> Reply {
        let number = self.invoice_number(&input.invoice_id)?;
        let currency = record::currency(self.world, invoice::customer_of(number));
        reply(&invoice::line_items(self.world, number, currency))
    }

    /// Update the collection state, the metadata or the description of an invoice; what is not given stays as it is.
    /// Returns the updated invoice.
    #[tool(annotations(
        title = "Update invoice",
        read_only_hint = false,
        destructive_hint = true,
        idempotent_hint = true
    ))]
    fn update_invoice(&self, Parameters(input): Parameters<UpdateInvoice>) -> Reply {
        let number = self.invoice_number(&input.invoice_id)?;
        let mut changes = self.changes();
        let mut invoice = self.invoice(&changes, number);
        if let Some(state) = input.collection_state {
            if invoice.status != InvoiceStatus::Open {
                return refuse("invoice_not_open: only an open invoice has a collection state that can be changed");
            }
            invoice.collection_state = state;
        }
        for (key, value) in input.metadata.unwrap_or_default() {
            if value.is_empty() {
                invoice.metadata.remove(&key);
            } else {
                invoice.metadata.insert(key, value);
            }
        }
        invoice.description = input.description.or(invoice.description);
        let answer = reply(&invoice);
        changes.invoices.insert(number, invoice);
        answer
    }
}

fn total(options: &ServerOptions) -> u64 {
    options.invoices.map_or(INVOICES, |invoices| invoices as u64)
}

#[cfg(test)]
mod tests {
    use super::{record::record_id, *};

    #[test]
    fn ids_lead_back_to_their_records() {
        for number in [0, 1, 59, 1_439] {
            assert_eq!(record_number("in", &record_id("in", number), 1_440), Some(number));
        }
        for id in ["", "in_1Q", "in_1Q0000000000000000", &record_id("cus", 1), &record_id("in", 1_440)] {
            assert_eq!(record_number("in", id, 1_440), None, "{id:?}");
        }
    }
}
