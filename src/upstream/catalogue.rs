//! From the result of `tools/list`, as JSON text, to tool definitions: [`Catalogue`], then [`Listed`].
//!
//! In go pages; out come the definitions, sorted by name, so that a server that lists its tools in another order every
//! time still gives the same catalogue. A definition that cannot be read costs that tool, not the whole server.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use super::error::StartFailure;
use crate::tool::{JsonObject, ToolDef};

/// Past these a server is not believed to have an end. The largest real catalogue known has 235 tools.
const MAX_PAGES: usize = 1000;
const MAX_TOOLS: usize = 10_000;
/// All pages together.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The tools of one server, as its pages come in.
#[derive(Default)]
pub(super) struct Catalogue {
    tools: BTreeMap<Arc<str>, (ToolDef, JsonObject)>,
    pages: usize,
    bytes: usize,
}

/// The tools of one server.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Listed {
    /// Sorted by name.
    pub(super) tools: Vec<ToolDef>,
    /// What else each says of itself, in the same order.
    pub(super) rest: Vec<JsonObject>,
}

impl Listed {
    pub(super) fn has(&self, tool: &str) -> bool {
        self.tools.binary_search_by(|def| (*def.name).cmp(tool)).is_ok()
    }
}

/// The members of a definition that a [`ToolDef`] has whole.
const KNOWN: [&str; 4] = ["name", "description", "inputSchema", "outputSchema"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    tools: Vec<Value>,
    next_cursor: Option<String>,
}

impl Catalogue {
    /// Takes a page in; gives the cursor of the next, if there is one.
    pub(super) fn add_page(&mut self, server: &str, result: &str) -> Result<Option<String>, StartFailure> {
        self.bytes += result.len();
        if self.bytes > MAX_BYTES {
            return Err(StartFailure::LongToolList { bytes: MAX_BYTES });
        }
        let page: Page = serde_json::from_str(result)
            .map_err(|error| StartFailure::NotMcp { message: format!("in its list of tools, {error}") })?;
        for tool in page.tools {
            match read_tool(tool) {
                Ok(tool) => {
                    // The first of two tools with one name is the one that a server finds when it looks the name up.
                    self.tools.entry(tool.0.name.clone()).or_insert(tool);
                }
                Err(error) => tracing::warn!(%server, %error, "leaving out a tool whose definition cannot be read"),
            }
        }
        self.pages += 1;
        if self.tools.len() > MAX_TOOLS {
            return Err(StartFailure::TooManyTools { tools: MAX_TOOLS });
        }
        // Servers written in Go are known to end with an empty cursor instead of none.
        let cursor = page.next_cursor.filter(|cursor| !cursor.is_empty());
        if cursor.is_some() && self.pages == MAX_PAGES {
            return Err(StartFailure::EndlessToolList { pages: MAX_PAGES });
        }
        Ok(cursor)
    }

    pub(super) fn into_listed(self) -> Listed {
        let (tools, rest) = self.tools.into_values().unzip();
        Listed { tools, rest }
    }
}

fn read_tool(mut tool: Value) -> serde_json::Result<(ToolDef, JsonObject)> {
    let mut rest = JsonObject::new();
    if let Some(members) = tool.as_object_mut() {
        // Servers that do not leave out what they do not have say null.
        members.retain(|_, member| !member.is_null());
        let others = members.iter().filter(|(name, _)| !KNOWN.contains(&name.as_str()));
        rest.extend(others.map(|(name, member)| (name.clone(), member.clone())));
    }
    Ok((serde_json::from_value(tool)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_become_sorted_definitions() {
        let mut catalogue = Catalogue::default();
        let first = r#"{"tools":[{"name":"b","description":null,"inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true,"title":"B"}},
            {"description":"no name"},{"name":"c","inputSchema":null,"outputSchema":{"type":"object"},"icons":[],"execution":{}}],"nextCursor":"2"}"#;
        assert_eq!(catalogue.add_page("s", first).unwrap(), Some("2".to_owned()));
        let second = r#"{"tools":[{"name":"a"},{"name":"b","description":"again"}],"nextCursor":"","ttlMs":1}"#;
        assert_eq!(catalogue.add_page("s", second).unwrap(), None);
        let Listed { tools, rest } = catalogue.into_listed();
        assert_eq!(tools.iter().map(|tool| &*tool.name).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(tools[1].annotations.and_then(|hints| hints.read_only_hint), Some(true));
        assert_eq!(tools[1].description, None);
        assert_eq!(tools[2].input_schema["type"], "object");
        assert!(tools[2].output_schema.is_some());
        assert_eq!(rest[1]["annotations"]["title"], "B");
        assert_eq!(rest[2].keys().collect::<Vec<_>>(), ["icons", "execution"]);
    }

    #[test]
    fn lists_without_end_and_lists_that_are_none_are_errors() {
        let mut catalogue = Catalogue::default();
        let last = (0..MAX_PAGES).map(|_| catalogue.add_page("s", r#"{"tools":[],"nextCursor":"again"}"#)).last();
        assert!(matches!(last, Some(Err(StartFailure::EndlessToolList { pages: MAX_PAGES }))));

        let names: Vec<String> = (0..=MAX_TOOLS).map(|n| format!("{{\"name\":\"t{n}\"}}")).collect();
        let page = format!("{{\"tools\":[{}]}}", names.join(","));
        let result = Catalogue::default().add_page("s", &page);
        assert!(matches!(result, Err(StartFailure::TooManyTools { tools: MAX_TOOLS })));

        let result = Catalogue::default().add_page("s", r#"{"tool":[]}"#);
        assert!(matches!(result, Err(StartFailure::NotMcp { .. })));
    }
}
