//! The inputs of the `github` tools; their doc comments are the descriptions in the published schemas.

use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum State {
    Open,
    Closed,
    #[default]
    All,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Sort {
    #[default]
    Created,
    Updated,
    Comments,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Direction {
    Asc,
    #[default]
    Desc,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ListIssues {
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
    /// Only issues in this state. Default: all
    pub state: Option<State>,
    /// Only issues that carry every one of these labels
    pub labels: Option<Vec<String>>,
    /// Only issues updated at or after this time (ISO 8601 timestamp)
    pub since: Option<String>,
    /// Field to order by. Default: created
    pub order_by: Option<Sort>,
    /// Default: desc
    pub direction: Option<Direction>,
    /// Results per page (min 1, max 100). Default: 30
    #[schemars(range(min = 1, max = 100))]
    pub per_page: Option<u32>,
    /// Cursor of the next page: `pageInfo.endCursor` of the previous result
    pub after: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueNumber {
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
    /// Issue number
    pub issue_number: u64,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ListComments {
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
    /// Issue number
    #[serde(rename = "issue_number")]
    pub issue_number: u64,
    /// Page number (min 1). Default: 1
    #[schemars(range(min = 1))]
    pub page: Option<u32>,
    /// Results per page (min 1, max 100). Default: 30
    #[schemars(range(min = 1, max = 100))]
    pub per_page: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateIssue {
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
    /// Issue title
    pub title: String,
    /// Issue body, in GitHub-flavored Markdown
    pub body: Option<String>,
    /// Labels to apply; they must exist in the repository
    pub labels: Option<Vec<String>>,
    /// Logins of users to assign
    pub assignees: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum NewState {
    Open,
    Closed,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum Reason {
    Completed,
    NotPlanned,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateIssue {
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
    /// Number of the issue to update
    pub issue_number: u64,
    /// New title
    pub title: Option<String>,
    /// New body; replaces the old one
    pub body: Option<String>,
    /// New state
    pub state: Option<NewState>,
    /// Why the issue is closed. Default: completed
    pub state_reason: Option<Reason>,
    /// New set of labels; replaces the old one
    pub labels: Option<Vec<String>>,
    /// New set of assignees by login; replaces the old one
    pub assignees: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddComment {
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
    /// Number of the issue to comment on
    pub issue_number: u64,
    /// Comment text, in GitHub-flavored Markdown
    pub body: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Search {
    /// Search terms, all of which must occur, and qualifiers: for issues `is:open`, `is:closed`, `label:"name"`,
    /// `author:login`, `no:assignee`; for code `path:directory`, `extension:ts`
    pub query: String,
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
    /// Page number (min 1). Default: 1
    #[schemars(range(min = 1))]
    pub page: Option<u32>,
    /// Results per page (min 1, max 100). Default: 30
    #[schemars(range(min = 1, max = 100))]
    pub per_page: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Repository {
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ListPullRequests {
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
    /// Only pull requests in this state. Default: all
    pub state: Option<State>,
    /// Only pull requests into this base branch
    pub base: Option<String>,
    /// Page number (min 1). Default: 1
    #[schemars(range(min = 1))]
    pub page: Option<u32>,
    /// Results per page (min 1, max 100). Default: 30
    #[schemars(range(min = 1, max = 100))]
    pub per_page: Option<u32>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PullNumber {
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
    /// Pull request number
    #[serde(rename = "pullNumber")]
    pub pull_number: u64,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FileContents {
    /// Repository owner
    pub owner: String,
    /// Repository name
    pub repo: String,
    /// Path of a file or a directory; the root if omitted
    pub path: Option<String>,
    /// Branch, tag or commit. Default: main
    pub r#ref: Option<String>,
}
