//! The inputs of the `chat` tools; their doc comments are the descriptions in the published schemas.

use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListMessages {
    /// Channel id, or name with `#`
    pub channel: String,
    /// `response_metadata.next_cursor` of the previous page
    pub cursor: Option<String>,
    /// Messages per page (min 1, max 15). Default: 15
    #[schemars(range(min = 1, max = 15))]
    pub limit: Option<u32>,
    /// Only messages after this timestamp (Unix seconds)
    pub oldest: Option<String>,
    /// Only messages before this timestamp (Unix seconds)
    pub latest: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListChannels {
    /// `response_metadata.next_cursor` of the previous page
    pub cursor: Option<String>,
    /// Channels per page (min 1, max 100). Default: 100
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Thread {
    /// Channel id, or name with `#`
    pub channel: String,
    /// `ts` of the message that started the thread
    pub thread_ts: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PostMessage {
    /// Channel id, or name with `#`
    pub channel: String,
    /// Text of the message, in the chat's own markup
    pub text: String,
    /// `ts` of a message to reply to in its thread
    pub thread_ts: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchMessages {
    /// Words that must all occur in the text
    pub query: String,
    /// Only messages in this channel (id, or name with `#`)
    pub channel: Option<String>,
    /// Results per page (min 1, max 15). Default: 15
    #[schemars(range(min = 1, max = 15))]
    pub count: Option<u32>,
    /// Page number (min 1). Default: 1
    #[schemars(range(min = 1))]
    pub page: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListUsers {
    /// `response_metadata.next_cursor` of the previous page
    pub cursor: Option<String>,
    /// Users per page (min 1, max 100). Default: 100
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetUser {
    /// User id
    pub user: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddReaction {
    /// Channel id, or name with `#`
    pub channel: String,
    /// `ts` of the message to react to
    pub timestamp: String,
    /// Name of the emoji, without colons
    pub name: String,
}
