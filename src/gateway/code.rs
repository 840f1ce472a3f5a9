//! The three tools of the code route: what each is asked, and answers.

use std::fmt::Write;

use rmcp::model::CallToolResult;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    answer,
    surface::{DESCRIBE_TOOLS, EXECUTE_CODE, SEARCH_TOOLS},
    toolset::Toolset,
};
use crate::{
    catalog::Detail,
    tool::{JsonObject, ToolCall},
};

/// How many tools one search shows at most.
const MAX_FOUND: usize = 50;
/// How many tools are described at once.
const MAX_NAMES: usize = 100;
/// How many characters of the reason why a server is down are shown.
const REASON_SHOWN: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    query: String,
    #[serde(default = "some")]
    limit: usize,
    #[serde(default)]
    detail: Detail,
}

fn some() -> usize {
    5
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Describe {
    tools: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Execute {
    pub(super) code: String,
    #[serde(default)]
    pub(super) plan: Vec<ToolCall>,
}

/// The tool of ours that a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OwnTool {
    Search,
    Describe,
    Execute,
}

impl OwnTool {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            SEARCH_TOOLS => Some(Self::Search),
            DESCRIBE_TOOLS => Some(Self::Describe),
            EXECUTE_CODE => Some(Self::Execute),
            _ => None,
        }
    }
}

/// The input of a tool of ours. The model reads what is wrong with it.
pub(super) fn read<T: DeserializeOwned>(input: JsonObject) -> Result<T, String> {
    serde_path_to_error::deserialize(Value::Object(input)).map_err(|error| {
        let path = error.path().to_string();
        let place = if path == "." { String::new() } else { format!("{path}: ") };
        format!("invalid input: {place}{}", error.inner())
    })
}

pub(super) fn search(toolset: &Toolset, input: JsonObject) -> CallToolResult {
    let Search { query, limit, detail } = match read(input) {
        Ok(search) => search,
        Err(error) => return answer::error(error),
    };
    let mut found = toolset.catalog().search(&query, detail, limit.clamp(1, MAX_FOUND)).to_string();
    for (server, reason) in &toolset.down {
        let reason: String = reason.lines().next().unwrap_or_default().chars().take(REASON_SHOWN).collect();
        // Writing to a string cannot fail.
        let _ = write!(found, "\n// {server} is not available: {reason}");
    }
    answer::text(found)
}

pub(super) fn describe(toolset: &Toolset, input: JsonObject) -> CallToolResult {
    let Describe { tools } = match read(input) {
        Ok(describe) => describe,
        Err(error) => return answer::error(error),
    };
    if tools.is_empty() || tools.len() > MAX_NAMES {
        return answer::error(format!(
            "name 1 to {MAX_NAMES} tools, as in [\"github/list_issues\"], or [\"tools/\"] for all servers"
        ));
    }
    let names: Vec<_> = tools.iter().map(|name| name.trim_start_matches("./").to_owned()).collect();
    answer::text(toolset.catalog().describe(&names).to_string())
}
