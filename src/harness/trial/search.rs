//! How a model on the search arm comes by definitions: it is shown one small tool that finds others, and whose answer brings the
//! definitions of those it finds into the context.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};

use super::{act, call, direct::definitions};
use crate::{
    catalog::Detail,
    harness::{
        fleet::Fleet,
        scenario::Scenario,
        summary::Part,
        transcript::{Content, Event, Turn},
    },
    journal::Journal,
    tool::{JsonObject, ToolDef, ToolId},
};

const SEARCH: &str = "search_tools";

/// The tool that finds tools: as small as ours, which it stands beside.
fn definition() -> ToolDef {
    let schema = json!({
        "type": "object",
        "properties": { "query": { "type": "string" }, "limit": { "type": "integer", "default": 5 } },
        "required": ["query"]
    });
    let input_schema: JsonObject = match schema {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    };
    ToolDef {
        name: SEARCH.into(),
        description: Some("Find tools, which can then be called. Separate several needs with `;`.".to_owned()),
        input_schema: Arc::new(input_schema),
        output_schema: None,
        annotations: None,
    }
}

/// The turns of the search, by the words that the code arm searches with; then once more, by name, for what those did not find and the
/// work needs. Gives what the first request after them begins with.
pub(super) fn find(
    scenario: &Scenario,
    fleet: &Fleet,
    journal: &Journal,
    mut input: Vec<Event>,
    turns: &mut Vec<Turn>,
) -> Vec<Event> {
    input.push(Event { part: Part::Definitions, content: Content::Definition(definition()) });
    let discovery = &scenario.discovery;
    let mut searched = |query: &str, limit: usize, input: Vec<Event>, known: &BTreeSet<ToolId>| {
        let search = json!({ "query": query, "limit": limit });
        turns.push(Turn { input, output: act(scenario, call(Part::Discovery, SEARCH, &search)) });
        let hits = fleet.catalog.search(query, Detail::Names, limit).hits;
        hits.into_iter().map(|hit| hit.id).filter(|id| !known.contains(id)).collect::<BTreeSet<_>>()
    };
    let known = searched(&discovery.query, discovery.limit, input, &BTreeSet::new());
    input = definitions(fleet, |id| known.contains(id));

    let planned = scenario.plan.iter().flat_map(|plan| &plan.calls);
    let needed = journal.entries().map(|entry| &entry.call).chain(planned).map(|call| call.id.clone());
    let missing: BTreeSet<ToolId> = needed.filter(|id| !known.contains(id)).collect();
    if !missing.is_empty() {
        let query = missing.iter().map(|id| id.tool.to_string()).collect::<Vec<_>>().join("; ");
        let mut more = searched(&query, missing.len(), input, &known);
        more.extend(missing);
        input = definitions(fleet, |id| more.contains(id));
    }
    input
}
