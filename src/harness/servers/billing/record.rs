//! Customers and subscriptions, generated from their index, and the ids of all records.

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    super::{
        draw::Stream,
        world::{ACCOUNTS, DAY, Moment, NOW, World},
    },
    params::SubscriptionStatus,
};

/// The customers; each is `World::company` of the same index, as the first accounts of the CRM are.
pub(super) const CUSTOMERS: u64 = ACCOUNTS;

const CURRENCIES: [&str; 4] = ["chf", "eur", "gbp", "usd"];
/// Plans with their price by the seat and month, in minor units.
pub(super) const PLANS: [(&str, usize); 3] = [("Starter", 1_900), ("Growth", 4_900), ("Scale", 9_900)];

const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
/// `ODD * ODD_INVERSE` is 1 modulo 2^64.
const ODD_INVERSE: u64 = 0xf1de_83e1_9937_733d;

/// An id that does not show the record's number.
pub(super) fn record_id(prefix: &str, number: u64) -> String {
    format!("{prefix}_1Q{:016x}", (number + 1).wrapping_mul(ODD))
}

/// The number of a record by its id, if there are `count`.
pub(super) fn record_number(prefix: &str, id: &str, count: u64) -> Option<u64> {
    let digits = id.strip_prefix(prefix)?.strip_prefix("_1Q")?;
    let number = u64::from_str_radix(digits, 16).ok()?.wrapping_mul(ODD_INVERSE).checked_sub(1)?;
    (number < count && record_id(prefix, number) == id).then_some(number)
}

/// The currency in which a customer pays.
pub(super) fn currency(world: World, customer: u64) -> &'static str {
    world.draw(Stream::Customer, customer).pick(&CURRENCIES)
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Customer {
    id: String,
    object: &'static str,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) description: Option<String>,
    phone: String,
    address: Value,
    currency: &'static str,
    balance: i64,
    pub(super) delinquent: bool,
    default_source: Option<String>,
    invoice_prefix: String,
    invoice_settings: Value,
    preferred_locales: Vec<&'static str>,
    tax_exempt: &'static str,
    metadata: Value,
    created: Moment,
    livemode: bool,
}

impl Customer {
    pub(super) fn generate(world: World, number: u64) -> Self {
        let company = world.company(number);
        let mut draw = world.draw(Stream::Customer, number);
        let currency = draw.pick(&CURRENCIES);
        let (city, country) = [("Hamburg", "DE"), ("Lyon", "FR"), ("Leeds", "GB"), ("Zug", "CH")][draw.below(4)];
        Self {
            id: record_id("cus", number),
            object: "customer",
            email: format!("invoices@{}", company.domain),
            description: None,
            phone: format!("+49 40 555 {:04}", draw.below(10_000)),
            address: json!({
                "line1": format!("{} {}", draw.pick(&["Mill Lane", "Harbour Street", "Station Road"]), draw.between(1, 180)),
                "line2": null,
                "city": city,
                "postal_code": draw.between(10_000, 98_999).to_string(),
                "state": null,
                "country": country,
            }),
            currency,
            balance: 0,
            delinquent: draw.percent(12),
            default_source: draw.percent(60).then(|| format!("card_1Q{}", draw.hex(16))),
            invoice_prefix: draw.hex(8).to_ascii_uppercase(),
            invoice_settings: json!({
                "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null
            }),
            preferred_locales: vec![draw.pick(&["en", "de", "fr"])],
            tax_exempt: "none",
            metadata: json!({ "domain": company.domain, "segment": draw.pick(&["mid_market", "enterprise"]) }),
            created: Moment(NOW.0 - draw.between(400, 1_800) as i64 * DAY - draw.below(DAY as usize) as i64),
            livemode: true,
            name: company.name,
        }
    }
}

/// The one subscription of a customer.
pub(super) fn subscription(world: World, customer: u64) -> (SubscriptionStatus, Value) {
    let mut draw = world.draw(Stream::Subscription, customer);
    let status = match draw.below(10) {
        0 => SubscriptionStatus::Canceled,
        1 => SubscriptionStatus::PastDue,
        _ => SubscriptionStatus::Active,
    };
    let (plan, seat) = PLANS[draw.below(PLANS.len())];
    let start = Moment(NOW.0 - draw.between(1, 29) as i64 * DAY);
    let record = json!({
        "id": record_id("sub", customer),
        "object": "subscription",
        "customer": record_id("cus", customer),
        "status": status,
        "currency": currency(world, customer),
        "collection_method": draw.pick(&["send_invoice", "charge_automatically"]),
        "cancel_at_period_end": draw.percent(5),
        "current_period_start": start,
        "current_period_end": Moment(start.0 + 30 * DAY),
        "days_until_due": 30,
        "items": { "object": "list", "has_more": false, "data": [{
            "id": record_id("si", customer),
            "object": "subscription_item",
            "price": {
                "id": format!("price_{}", plan.to_ascii_lowercase()),
                "nickname": plan,
                "unit_amount": seat,
                "recurring": { "interval": "month", "interval_count": 1 },
            },
            "quantity": draw.between(3, 240),
        }]},
        "latest_invoice": null,
        "metadata": {},
        "created": Moment(start.0 - draw.between(2, 40) as i64 * 30 * DAY),
    });
    (status, record)
}
