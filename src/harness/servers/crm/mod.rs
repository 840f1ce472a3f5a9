//! `crm`: accounts with their contacts, deals and activities, as the interface of a CRM shows them.

mod params;
mod record;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use rmcp::{handler::server::wrapper::Parameters, tool, tool_router};
use serde_json::{Value, json};

use self::{
    params::{
        AccountId, ContactId, CreateNote, CreateTask, FindAccounts, ListAccounts, ListDeals, Risk, UpdateAccount,
    },
    record::{Account, CONTACTS, OWNERS, Owner, owner, record_id, record_number},
};
use super::{
    ServerOptions,
    cursor::Cursors,
    recorded::{Recorded, Reply, lock, refuse, reply},
    world::{ACCOUNTS, Moment, NOW, World},
};

/// The user in whose name the server acts, by index.
const SELF: usize = 0;

pub(super) struct Crm {
    world: World,
    accounts: u64,
    changes: Mutex<Changes>,
}

#[derive(Default)]
struct Changes {
    accounts: BTreeMap<u64, Account>,
    /// Notes and tasks of the trial, with the account they belong to, oldest first.
    activities: Vec<(u64, Value)>,
}

fn check_date(date: &str) -> Result<(), String> {
    match Moment::parse(date) {
        Ok(moment) if moment.date() == date => Ok(()),
        _ => refuse(format_args!("INVALID_DATE: `{date}` is not a date of the form YYYY-MM-DD")),
    }
}

impl Crm {
    pub(super) fn server(options: &ServerOptions) -> Recorded<Self> {
        let server = Self { world: World { seed: options.seed }, accounts: total(options), changes: Mutex::default() };
        Recorded::new("crm", server, Self::tool_router())
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        lock(&self.changes)
    }

    fn account_number(&self, id: &str) -> Result<u64, String> {
        record_number("001", id, self.accounts)
            .ok_or_else(|| format!("NOT_FOUND: there is no account `{id}`; find_accounts gives ids"))
    }

    fn owner(&self, id: &str) -> Result<Owner, String> {
        record_number("005", id, OWNERS as u64)
            .map(|number| owner(self.world, number as usize))
            .ok_or_else(|| format!("NOT_FOUND: there is no user `{id}`"))
    }

    fn account(&self, changes: &Changes, number: u64) -> Account {
        changes.accounts.get(&number).cloned().unwrap_or_else(|| Account::generate(self.world, number))
    }

    /// Adds a note or a task to the timeline of its account.
    fn add_activity(&self, account: u64, mut activity: Value) -> Reply {
        let mut changes = self.changes();
        // Numbers beyond those of the activities that were there before.
        activity["id"] = record_id("00T", self.accounts * 8 + changes.activities.len() as u64).into();
        activity["account_id"] = record_id("001", account).into();
        let mut touched = self.account(&changes, account);
        touched.last_activity_at = NOW;
        changes.accounts.insert(account, touched);
        let answer = reply(&activity);
        changes.activities.push((account, activity));
        answer
    }
}

#[tool_router]
impl Crm {
    /// Find accounts by domain or by part of the name. Returns `accounts` (id, name, domain, owner, arr, risk and
    /// more) and `total`.
    #[tool(annotations(title = "Find accounts", read_only_hint = true))]
    fn find_accounts(&self, Parameters(input): Parameters<FindAccounts>) -> Reply {
        if input.domain.is_none() && input.name.is_none() {
            return refuse("MISSING_ARGUMENT: give `domain` or `name`");
        }
        let name = input.name.as_deref().unwrap_or_default().to_lowercase();
        let matches = |number: &u64| {
            let company = self.world.company(*number);
            input.domain.as_deref().is_none_or(|domain| company.domain.eq_ignore_ascii_case(domain))
                && company.name.to_lowercase().contains(&name)
        };
        let changes = self.changes();
        let numbers: Vec<_> = (0..self.accounts).filter(matches).collect();
        let accounts: Vec<_> = numbers.iter().take(20).map(|number| self.account(&changes, *number)).collect();
        reply(&json!({ "accounts": accounts, "total": numbers.len() }))
    }

    /// Get one account by id. Returns name, domain, owner, arr, health_score, risk, renewal_date and more.
    #[tool(annotations(title = "Get account", read_only_hint = true))]
    fn get_account(&self, Parameters(input): Parameters<AccountId>) -> Reply {
        let number = self.account_number(&input.account_id)?;
        reply(&self.account(&self.changes(), number))
    }

    /// List accounts in pages, filtered by industry, owner or risk. Returns `accounts` (id, name, domain, owner, arr,
    /// risk and more), `total`, and `next_cursor`, which is null on the last page.
    #[tool(annotations(title = "List accounts", read_only_hint = true))]
    fn list_accounts(&self, Parameters(input): Parameters<ListAccounts>) -> Reply {
        let limit = match input.limit.unwrap_or(20) {
            limit @ 1..=50 => limit as usize,
            limit => return refuse(format_args!("INVALID_LIMIT: limit must be from 1 to 50, not {limit}")),
        };
        let cursors = Cursors::new(self.world, 200);
        let start = match &input.cursor {
            Some(cursor) => match cursors.decode(cursor) {
                Some(start) => start as usize,
                None => return refuse(format_args!("INVALID_CURSOR: `{cursor}` is not a valid cursor")),
            },
            None => 0,
        };
        let changes = self.changes();
        let matching: Vec<_> = (0..self.accounts)
            .map(|number| self.account(&changes, number))
            .filter(|account| {
                input.industry.as_deref().is_none_or(|industry| account.industry.eq_ignore_ascii_case(industry))
                    && input.owner_id.as_deref().is_none_or(|owner| account.owner.id == owner)
                    && input.risk.is_none_or(|risk| account.risk == risk)
            })
            .collect();
        let end = start.saturating_add(limit).min(matching.len());
        let next = (end < matching.len()).then(|| cursors.encode(end as u32));
        let accounts = matching.get(start..end).unwrap_or_default();
        reply(&json!({ "accounts": accounts, "total": matching.len(), "next_cursor": next }))
    }

    /// List the contacts of an account. Returns an array of contacts (id, name, title, email, phone, role).
    #[tool(annotations(title = "List contacts", read_only_hint = true))]
    fn list_contacts(&self, Parameters(input): Parameters<AccountId>) -> Reply {
        let account = self.account_number(&input.account_id)?;
        let numbers = account * CONTACTS..(account + 1) * CONTACTS;
        reply(&numbers.map(|number| record::contact(self.world, number)).collect::<Vec<_>>())
    }

    /// Get one contact by id. Returns name, title, email, phone, role and account_id.
    #[tool(annotations(title = "Get contact", read_only_hint = true))]
    fn get_contact(&self, Parameters(input): Parameters<ContactId>) -> Reply {
        match record_number("003", &input.contact_id, self.accounts * CONTACTS) {
            Some(number) => reply(&record::contact(self.world, number)),
            None => refuse(format_args!("NOT_FOUND: there is no contact `{}`", input.contact_id)),
        }
    }

    /// List the deals of an account. Returns an array of deals (id, name, stage, amount, probability, close_date).
    #[tool(annotations(title = "List deals", read_only_hint = true))]
    fn list_deals(&self, Parameters(input): Parameters<ListDeals>) -> Reply {
        let account = self.account_number(&input.account_id)?;
        let deals = record::deals(self.world, account).into_iter();
        let wanted = deals.filter(|(stage, _)| input.stage.is_none_or(|wanted| wanted == *stage));
        reply(&wanted.map(|(_, deal)| deal).collect::<Vec<_>>())
    }

    /// Update fields of an account; fields that are not given stay as they are. Returns the updated account.
    #[tool(annotations(
        title = "Update account",
        read_only_hint = false,
        destructive_hint = true,
        idempotent_hint = true
    ))]
    fn update_account(&self, Parameters(input): Parameters<UpdateAccount>) -> Reply {
        let number = self.account_number(&input.account_id)?;
        let mut changes = self.changes();
        let mut account = self.account(&changes, number);
        if let Some(risk) = input.risk {
            account.risk = risk;
        }
        if let Some(owner) = &input.owner_id {
            account.owner = self.owner(owner)?;
        }
        if let Some(phone) = input.phone {
            account.phone = phone;
        }
        if let Some(date) = input.renewal_date {
            check_date(&date)?;
            account.renewal_date = date;
        }
        account.updated_at = NOW;
        let answer = reply(&account);
        changes.accounts.insert(number, account);
        answer
    }

    /// Add a note to the timeline of an account. Returns the note with its id.
    #[tool(annotations(title = "Create note", read_only_hint = false, destructive_hint = false))]
    fn create_note(&self, Parameters(input): Parameters<CreateNote>) -> Reply {
        let account = self.account_number(&input.account_id)?;
        if input.body.trim().is_empty() {
            return refuse("REQUIRED_FIELD_MISSING: the note is empty");
        }
        self.add_activity(
            account,
            json!({
                "id": null,
                "account_id": null,
                "type": "note",
                "body": input.body,
                "pinned": input.pinned.unwrap_or(false),
                "owner": owner(self.world, SELF),
                "occurred_at": NOW,
            }),
        )
    }

    /// Create a task for an account. Returns the task with its id.
    #[tool(annotations(title = "Create task", read_only_hint = false, destructive_hint = false))]
    fn create_task(&self, Parameters(input): Parameters<CreateTask>) -> Reply {
        let account = self.account_number(&input.account_id)?;
        check_date(&input.due_date)?;
        let assignee = match &input.assignee_id {
            Some(id) => self.owner(id)?,
            None => self.account(&self.changes(), account).owner,
        };
        self.add_activity(
            account,
            json!({
                "id": null,
                "account_id": null,
                "type": "task",
                "subject": input.subject,
                "due_date": input.due_date,
                "priority": input.priority.unwrap_or_default(),
                "status": "open",
                "owner": assignee,
                "occurred_at": NOW,
            }),
        )
    }

    /// List the activities of an account (calls, emails, meetings, notes, tasks), newest first. Returns an array of
    /// activities (id, type, subject or body, owner, occurred_at).
    #[tool(annotations(title = "List activities", read_only_hint = true))]
    fn list_activities(&self, Parameters(input): Parameters<AccountId>) -> Reply {
        let account = self.account_number(&input.account_id)?;
        let changes = self.changes();
        let added = changes.activities.iter().rev().filter(|(number, _)| *number == account);
        let mut activities: Vec<_> = added.map(|(_, activity)| activity.clone()).collect();
        activities.extend(record::activities(self.world, account));
        reply(&activities)
    }
}

/// The id of the account of a company.
pub(super) fn account_id(company: u64) -> String {
    record_id("001", company)
}

/// What an oracle wants to know of an account.
pub(super) struct Known {
    pub(super) id: String,
    /// The `World::company` index.
    pub(super) company: u64,
    pub(super) name: String,
    pub(super) domain: String,
    pub(super) owner: String,
    pub(super) risk: &'static str,
}

/// Every account as it is when a trial begins.
pub(super) fn known(options: &ServerOptions) -> impl Iterator<Item = Known> {
    let world = World { seed: options.seed };
    (0..total(options)).map(move |company| {
        let account = Account::generate(world, company);
        let risk = match account.risk {
            Risk::Low => "low",
            Risk::Medium => "medium",
            Risk::High => "high",
        };
        let Account { id, name, domain, owner, .. } = account;
        Known { id, company, name, domain, owner: owner.name, risk }
    })
}

fn total(options: &ServerOptions) -> u64 {
    options.accounts.map_or(ACCOUNTS, |accounts| accounts as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back_to_their_records() {
        for number in [0, 1, 59, 179] {
            assert_eq!(record_number("001", &record_id("001", number), 180), Some(number));
        }
        let another_kind = record_id("003", 1);
        let beyond = record_id("001", 180);
        for id in ["", "001", "001Q5000", "001Q5000000000", "001Q5000zzzzzz", "001Q5000é0000", &another_kind, &beyond]
        {
            assert_eq!(record_number("001", id, 180), None, "{id:?}");
        }
    }
}
