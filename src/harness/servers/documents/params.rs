//! The inputs of the `documents` tools; their doc comments are the descriptions in the published schemas.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(in super::super) enum Kind {
    MeetingTranscript,
    Runbook,
    DesignNote,
    Postmortem,
    Policy,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchDocuments {
    /// Words that must all occur in the title or the text
    pub query: String,
    /// Only documents of this kind
    pub kind: Option<Kind>,
    /// Documents to return (min 1, max 20). Default: 10
    #[schemars(range(min = 1, max = 20))]
    pub limit: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListDocuments {
    /// Only documents of this kind
    pub kind: Option<Kind>,
    /// Only documents created at this time or later (ISO 8601 date or timestamp)
    pub created_after: Option<String>,
    /// Documents per page (min 1, max 50). Default: 20
    #[schemars(range(min = 1, max = 50))]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentId {
    /// Document id: the last part of its URL
    pub document_id: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListComments {
    /// Document id
    pub document_id: String,
    /// Whether to return resolved comments too. Default: false
    pub include_resolved: Option<bool>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateDocument {
    /// Title
    pub title: String,
    /// Text in Markdown
    pub content: String,
    /// Kind of document
    pub kind: Kind,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateDocument {
    /// Document id
    pub document_id: String,
    /// New title
    pub title: Option<String>,
    /// New text in Markdown, which replaces all of the old
    pub content: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddComment {
    /// Document id
    pub document_id: String,
    /// Text of the comment
    pub content: String,
    /// Passage of the document that the comment is about
    pub quoted_text: Option<String>,
}
