//! The inputs of the `crm` tools; their doc comments are the descriptions in the published schemas.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Risk {
    Low,
    Medium,
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum Stage {
    Qualification,
    Proposal,
    Negotiation,
    ClosedWon,
    ClosedLost,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FindAccounts {
    /// Exact domain
    pub domain: Option<String>,
    /// Part of the account name
    pub name: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountId {
    /// Account id
    pub account_id: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListAccounts {
    /// Only accounts in this industry
    pub industry: Option<String>,
    /// Only accounts owned by this user id
    pub owner_id: Option<String>,
    /// Only accounts with this risk
    pub risk: Option<Risk>,
    /// Accounts per page (min 1, max 50). Default: 20
    #[schemars(range(min = 1, max = 50))]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactId {
    /// Contact id
    pub contact_id: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListDeals {
    /// Account id
    pub account_id: String,
    /// Only deals in this stage
    pub stage: Option<Stage>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateAccount {
    /// Account id
    pub account_id: String,
    /// Churn risk
    pub risk: Option<Risk>,
    /// User id of the new owner
    pub owner_id: Option<String>,
    /// Main phone number
    pub phone: Option<String>,
    /// Renewal date (YYYY-MM-DD)
    pub renewal_date: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateNote {
    /// Account id
    pub account_id: String,
    /// Text of the note
    pub body: String,
    /// Whether the note stays on top of the timeline. Default: false
    pub pinned: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Priority {
    Low,
    #[default]
    Normal,
    Urgent,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateTask {
    /// Account id
    pub account_id: String,
    /// What is to be done
    pub subject: String,
    /// Due date (YYYY-MM-DD)
    pub due_date: String,
    /// User id of the assignee. Default: the owner of the account
    pub assignee_id: Option<String>,
    /// Default: normal
    pub priority: Option<Priority>,
}
