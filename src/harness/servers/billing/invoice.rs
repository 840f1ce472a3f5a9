//! Invoices and their lines, generated from an invoice's index.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    super::{
        draw::Stream,
        world::{DAY, ISSUES, Moment, NOW, World},
    },
    params::{CollectionState, InvoiceStatus},
    record::{CUSTOMERS, PLANS, currency, record_id},
};

/// The invoices that there are unless a trial says otherwise.
pub(super) const INVOICES: u64 = 1_440;

/// What has become of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Paid,
    /// Open, and charged in vain four times or more.
    Exhausted,
    Open,
    Void,
    Uncollectible,
}

/// Of every twenty invoices, so that their shares are the same for every seed.
const STANDINGS: [(Standing, usize); 5] = [
    (Standing::Paid, 11),
    (Standing::Exhausted, 5),
    (Standing::Open, 2),
    (Standing::Void, 1),
    (Standing::Uncollectible, 1),
];

fn standing(world: World, number: u64) -> Standing {
    let mut standings: Vec<_> =
        STANDINGS.iter().flat_map(|(standing, count)| std::iter::repeat_n(*standing, *count)).collect();
    world.draw(Stream::Standing, number / 20).shuffle(&mut standings);
    standings[(number % 20) as usize]
}

/// The customer of an invoice.
pub(super) fn customer_of(number: u64) -> u64 {
    number % CUSTOMERS
}

pub(super) fn status(world: World, number: u64) -> InvoiceStatus {
    match standing(world, number) {
        Standing::Paid => InvoiceStatus::Paid,
        Standing::Exhausted | Standing::Open => InvoiceStatus::Open,
        Standing::Void => InvoiceStatus::Void,
        Standing::Uncollectible => InvoiceStatus::Uncollectible,
    }
}

/// When an invoice was created: they are spread evenly over the last two years.
pub(super) fn created(number: u64, total: u64) -> Moment {
    let step = 700 * DAY / total as i64;
    Moment(NOW.0 - DAY - (total - 1 - number) as i64 * step)
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Invoice {
    pub(super) id: String,
    object: &'static str,
    pub(super) number: String,
    customer: String,
    customer_name: String,
    customer_email: String,
    subscription: String,
    pub(super) status: InvoiceStatus,
    pub(super) collection_state: CollectionState,
    collection_method: &'static str,
    auto_advance: bool,
    pub(super) attempt_count: usize,
    pub(super) currency: &'static str,
    subtotal: usize,
    tax: usize,
    pub(super) total: usize,
    amount_due: usize,
    amount_paid: usize,
    pub(super) amount_remaining: usize,
    pub(super) description: Option<String>,
    due_date: String,
    period_start: String,
    period_end: String,
    hosted_invoice_url: String,
    pub(super) metadata: BTreeMap<String, String>,
    created: Moment,
}

impl Invoice {
    /// The invoice with this number (from 0), of `total` in all.
    pub(super) fn generate(world: World, number: u64, total: u64) -> Self {
        let customer = customer_of(number);
        let company = world.company(customer);
        let created = created(number, total);
        let status = status(world, number);
        let subtotal = lines(world, number).iter().map(|(_, quantity, price)| quantity * price).sum::<usize>();
        let mut draw = world.draw(Stream::Invoice, number);
        let tax = subtotal / 5;
        let total = subtotal + tax;
        let standing = standing(world, number);
        let amount_paid = match standing {
            Standing::Paid => total,
            _ if draw.percent(15) => total / 4,
            _ => 0,
        };
        let attempt_count = match standing {
            Standing::Exhausted => draw.between(4, 8),
            Standing::Uncollectible => 8,
            Standing::Void => 0,
            Standing::Paid | Standing::Open => draw.between(1, 3),
        };
        let mut metadata = BTreeMap::from([
            ("purchase_order".to_owned(), format!("PO-{}", draw.between(10_000, 99_999))),
            ("cost_centre".to_owned(), draw.between(1_000, 9_990).to_string()),
        ]);
        let (disputed, issue) = (draw.percent(10), draw.between(ISSUES as usize * 9 / 10, ISSUES as usize));
        if disputed && status == InvoiceStatus::Open {
            metadata.insert("disputed_over_issue".to_owned(), issue.to_string());
        }
        Self {
            id: record_id("in", number),
            object: "invoice",
            number: format!("ACM-{:06}", 204_117 + number),
            customer: record_id("cus", customer),
            customer_name: company.name,
            customer_email: format!("invoices@{}", company.domain),
            subscription: record_id("sub", customer),
            status,
            collection_state: if attempt_count > 2 { CollectionState::Reminded } else { CollectionState::None },
            collection_method: draw.pick(&["send_invoice", "charge_automatically"]),
            auto_advance: status == InvoiceStatus::Open,
            attempt_count,
            currency: currency(world, customer),
            subtotal,
            tax,
            total,
            amount_due: total,
            amount_paid,
            amount_remaining: total - amount_paid,
            description: None,
            due_date: Moment(created.0 + 30 * DAY).date(),
            period_start: Moment(created.0 - 30 * DAY).date(),
            period_end: created.date(),
            hosted_invoice_url: format!("https://pay.billing.example/i/{}", draw.hex(20)),
            metadata,
            created,
        }
    }

    /// Whether it is open, and has been charged in vain at least this often.
    pub(super) fn is_open_after(&self, attempts: usize) -> bool {
        self.status == InvoiceStatus::Open && self.attempt_count >= attempts
    }
}

/// The lines of an invoice: description, quantity and unit price.
fn lines(world: World, number: u64) -> Vec<(String, usize, usize)> {
    let mut draw = world.draw(Stream::Invoice, number << 1 | 1 << 40);
    let (plan, seat) = PLANS[draw.below(PLANS.len())];
    let mut lines = vec![(format!("{plan} plan, per seat"), draw.between(3, 240), seat)];
    if draw.percent(45) {
        lines.push(("API calls beyond the plan, per 1,000".to_owned(), draw.between(2, 900), 40));
    }
    if draw.percent(15) {
        lines.push(("Priority support".to_owned(), 1, draw.between(20, 90) * 1_000));
    }
    lines
}

/// The lines of an invoice as the interface returns them.
pub(super) fn line_items(world: World, number: u64, currency: &str) -> Vec<Value> {
    let record = |(index, (description, quantity, price)): (usize, (String, usize, usize))| {
        json!({
            "id": record_id("il", number * 4 + index as u64),
            "object": "line_item",
            "description": description,
            "quantity": quantity,
            "amount": quantity * price,
            "currency": currency,
            "price": { "object": "price", "unit_amount": price, "billing_scheme": "per_unit" },
            "proration": false,
            "discountable": true,
            "tax_rates": [{ "display_name": "VAT", "percentage": 20, "inclusive": false }],
        })
    };
    lines(world, number).into_iter().enumerate().map(record).collect()
}
