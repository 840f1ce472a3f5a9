//! The inputs of the `billing` tools; their doc comments are the descriptions in the published schemas.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum InvoiceStatus {
    Open,
    Paid,
    Void,
    Uncollectible,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum CollectionState {
    None,
    Reminded,
    InCollections,
    WrittenOff,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum SubscriptionStatus {
    Active,
    PastDue,
    Canceled,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FindCustomers {
    /// Exact domain of the customer's company, such as acme.example
    pub domain: Option<String>,
    /// Part of the customer's name
    pub name: Option<String>,
    /// Exact billing email address
    pub email: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListCustomers {
    /// Only customers that are, or are not, behind with a payment
    pub delinquent: Option<bool>,
    /// Results per page (min 1, max 100). Default: 10
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomerId {
    /// Customer id (cus_...)
    pub customer_id: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateCustomer {
    /// Customer id (cus_...)
    pub customer_id: String,
    /// Email address to which invoices are sent
    pub email: Option<String>,
    /// Text about the customer, shown to your team only
    pub description: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListSubscriptions {
    /// Only subscriptions of this customer id
    pub customer: Option<String>,
    /// Only subscriptions in this status. Default: all
    pub status: Option<SubscriptionStatus>,
    /// Results per page (min 1, max 100). Default: 10
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubscriptionId {
    /// Subscription id (sub_...)
    pub subscription_id: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListInvoices {
    /// Only invoices of this customer id
    pub customer: Option<String>,
    /// Only invoices in this status. Default: all
    pub status: Option<InvoiceStatus>,
    /// Only invoices created at or after this time (ISO 8601 timestamp)
    pub created_after: Option<String>,
    /// Results per page (min 1, max 100). Default: 10
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InvoiceId {
    /// Invoice id (in_...)
    pub invoice_id: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateInvoice {
    /// Invoice id (in_...)
    pub invoice_id: String,
    /// How far the collection of an open invoice has gone
    pub collection_state: Option<CollectionState>,
    /// Key-value pairs to set; a key with an empty value is removed, other keys stay
    pub metadata: Option<BTreeMap<String, String>>,
    /// Memo shown to the customer on the invoice
    pub description: Option<String>,
}
