//! The records of the CRM: accounts, contacts, deals and activities, generated from an account's index.

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    super::{
        draw::{Draw, Stream},
        world::{DAY, Moment, NOW, World},
    },
    params::{Risk, Stage},
};

/// The people who own accounts; each is `World::person` of the same index, as in the chat.
pub(super) const OWNERS: usize = 12;

/// Three characters that say what a record is, the same middle for all, and the record's number in base 36.
pub(super) fn record_id(prefix: &str, number: u64) -> String {
    let mut digits = String::new();
    let mut rest = number * 7_919 + 1_000_003;
    for _ in 0..6 {
        digits.insert(0, char::from(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(rest % 36) as usize]));
        rest /= 36;
    }
    format!("{prefix}Q5000{digits}")
}

/// The number of a record by its id, if there are `count`.
pub(super) fn record_number(prefix: &str, id: &str, count: u64) -> Option<u64> {
    let digits = id.strip_prefix(prefix)?.strip_prefix("Q5000").filter(|digits| digits.len() == 6)?;
    let scaled = u64::from_str_radix(digits, 36).ok()?.checked_sub(1_000_003)?;
    let number = scaled / 7_919;
    (number < count && record_id(prefix, number) == id).then_some(number)
}

/// A reference to a user.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Owner {
    pub(super) id: String,
    pub(super) name: String,
    email: String,
}

pub(super) fn owner(world: World, index: usize) -> Owner {
    let person = world.person(index);
    Owner { id: record_id("005", index as u64), name: person.name, email: format!("{}@acme.example", person.handle) }
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Address {
    street: String,
    city: &'static str,
    postal_code: String,
    country: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct CustomFields {
    onboarding_completed: bool,
    data_region: &'static str,
    support_tier: &'static str,
    nps_score: usize,
    security_review: &'static str,
    primary_use_case: &'static str,
    payment_terms: &'static str,
    contract_number: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) domain: String,
    website: String,
    pub(super) phone: String,
    pub(super) industry: &'static str,
    segment: &'static str,
    employees: usize,
    annual_revenue: usize,
    currency: &'static str,
    pub(super) owner: Owner,
    success_manager: Owner,
    billing_email: String,
    billing_address: Address,
    lifecycle_stage: &'static str,
    plan: &'static str,
    arr: usize,
    health_score: usize,
    pub(super) risk: Risk,
    pub(super) renewal_date: String,
    tags: Vec<&'static str>,
    custom_fields: CustomFields,
    created_at: Moment,
    pub(super) updated_at: Moment,
    pub(super) last_activity_at: Moment,
}

const CITIES: [(&str, &str); 8] = [
    ("Hamburg", "DE"),
    ("Lyon", "FR"),
    ("Porto", "PT"),
    ("Malmö", "SE"),
    ("Leeds", "GB"),
    ("Portland", "US"),
    ("Toronto", "CA"),
    ("Graz", "AT"),
];

impl Account {
    pub(super) fn generate(world: World, number: u64) -> Self {
        let company = world.company(number);
        let mut draw = world.draw(Stream::Account, number);
        let (city, country) = CITIES[draw.below(CITIES.len())];
        let employees = draw.between(2, 90) * draw.between(5, 60);
        let arr = draw.between(6, 180) * 1_000;
        let last_activity = Moment(NOW.0 - draw.between(3_600, 40 * DAY as usize) as i64);
        let health_score = draw.between(35, 98);
        Self {
            id: record_id("001", number),
            website: format!("https://www.{}", company.domain),
            phone: phone(&mut draw),
            industry: draw.pick(&["Retail", "Manufacturing", "Transport", "Energy", "Media", "Healthcare"]),
            segment: if employees > 1_500 { "enterprise" } else { "mid_market" },
            employees,
            annual_revenue: employees * draw.between(90, 240) * 1_000,
            currency: if matches!(country, "US" | "CA") { "USD" } else { "EUR" },
            owner: owner(world, draw.below(OWNERS)),
            success_manager: owner(world, draw.below(OWNERS)),
            billing_email: format!("invoices@{}", company.domain),
            billing_address: Address {
                street: format!(
                    "{} {}",
                    draw.pick(&["Mill Lane", "Harbour Street", "Station Road"]),
                    draw.between(1, 180)
                ),
                city,
                postal_code: format!("{}", draw.between(10_000, 98_999)),
                country,
            },
            lifecycle_stage: "customer",
            plan: draw.pick(&["starter", "growth", "scale"]),
            arr,
            health_score,
            risk: if health_score < 50 { Risk::Medium } else { Risk::Low },
            renewal_date: Moment(NOW.0 + draw.between(20, 360) as i64 * DAY).date(),
            tags: vec![draw.pick(&["reference", "beta", "partner"]), draw.pick(&["multi-store", "single-store"])],
            custom_fields: CustomFields {
                onboarding_completed: draw.percent(90),
                data_region: draw.pick(&["eu-central", "us-east"]),
                support_tier: draw.pick(&["standard", "premium"]),
                nps_score: draw.below(11),
                security_review: draw.pick(&["passed", "pending", "not_required"]),
                primary_use_case: draw.pick(&["online shop", "marketplace", "wholesale portal"]),
                payment_terms: draw.pick(&["net_30", "net_60", "prepaid"]),
                contract_number: format!("C-{}-{:05}", draw.between(2021, 2026), draw.below(100_000)),
            },
            created_at: Moment(NOW.0 - draw.between(200, 1_800) as i64 * DAY - draw.below(DAY as usize) as i64),
            updated_at: last_activity,
            last_activity_at: last_activity,
            name: company.name,
            domain: company.domain,
        }
    }
}

fn phone(draw: &mut Draw) -> String {
    format!("+49 40 555 {:04}", draw.below(10_000))
}

/// Every account has as many contacts.
pub(super) const CONTACTS: u64 = CONTACT_ROLES.len() as u64;
const CONTACT_ROLES: [(&str, &str); 3] =
    [("Head of E-Commerce", "decision_maker"), ("IT Manager", "technical"), ("Finance Lead", "billing")];

pub(super) fn contact(world: World, number: u64) -> Value {
    let account = number / CONTACTS;
    let company = world.company(account);
    let (title, role) = CONTACT_ROLES[(number % CONTACTS) as usize];
    let mut draw = world.draw(Stream::Contacts, number);
    // Away from the people who work for the vendor.
    let person = world.person(100 + (number as usize * 13) % 900);
    json!({
        "id": record_id("003", number),
        "account_id": record_id("001", account),
        "name": person.name,
        "title": title,
        "email": format!("{}@{}", person.handle, company.domain),
        "phone": phone(&mut draw),
        "role": role,
        "language": draw.pick(&["en", "de", "fr"]),
        "opted_out_of_email": draw.percent(10),
        "do_not_call": draw.percent(15),
        "last_contacted_at": Moment(NOW.0 - draw.between(1, 90) as i64 * DAY),
        "created_at": Moment(NOW.0 - draw.between(100, 900) as i64 * DAY),
    })
}

/// The deals of an account.
pub(super) fn deals(world: World, account: u64) -> Vec<(Stage, Value)> {
    let mut draw = world.draw(Stream::Deals, account);
    let deal = |index| {
        let stage = [Stage::Qualification, Stage::Proposal, Stage::Negotiation, Stage::ClosedWon, Stage::ClosedLost]
            [draw.below(5)];
        let record = json!({
            "id": record_id("006", account * 4 + index),
            "account_id": record_id("001", account),
            "name": format!("{} - {}", world.company(account).name, draw.pick(&["Renewal", "New stores", "Upgrade"])),
            "stage": stage,
            "amount": draw.between(2, 240) * 500,
            "currency": "EUR",
            "probability": draw.between(1, 19) * 5,
            "close_date": Moment(NOW.0 + draw.between(5, 150) as i64 * DAY).date(),
            "owner": owner(world, draw.below(OWNERS)),
            "next_step": draw.pick(&["Send proposal", "Security questionnaire", "Call with finance", "Pilot review"]),
            "created_at": Moment(NOW.0 - draw.between(10, 120) as i64 * DAY),
        });
        (stage, record)
    };
    let count = 1 + account % 3;
    (0..count).map(deal).collect()
}

/// The activities of an account that were there before the trial, newest first.
pub(super) fn activities(world: World, account: u64) -> Vec<Value> {
    let mut draw = world.draw(Stream::Activities, account);
    let mut time = NOW.0;
    let activity = |index| {
        time -= draw.between(1, 12) as i64 * DAY + draw.below(DAY as usize) as i64;
        json!({
            "id": record_id("00T", account * 8 + index),
            "account_id": record_id("001", account),
            "type": draw.pick(&["call", "email", "meeting"]),
            "subject": draw.pick(&["Quarterly review", "Question about invoices", "Roadmap", "Onboarding of a new store"]),
            "owner": owner(world, draw.below(OWNERS)),
            "occurred_at": Moment(time),
        })
    };
    let count = 3 + account % 5;
    (0..count).map(activity).collect()
}
