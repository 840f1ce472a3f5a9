//! Made-up tools of realistic size, the same in every run: a verb, a quality and a thing make a name; sentences about them
//! a description of some 200 characters; things and attributes four to eleven parameters.

use std::sync::Arc;

use codefirst::tool::ToolDef;
use serde_json::{Map, json};

const TOOLS_OF_A_SERVER: usize = 50;

const VERBS: [&str; 20] = [
    "list", "get", "create", "update", "delete", "search", "export", "import", "merge", "archive", "restore", "share",
    "assign", "close", "run", "cancel", "validate", "schedule", "compare", "count",
];
const QUALITIES: [&str; 25] = [
    "open",
    "pending",
    "recent",
    "shared",
    "archived",
    "private",
    "public",
    "failed",
    "active",
    "scheduled",
    "duplicate",
    "remote",
    "local",
    "default",
    "nested",
    "linked",
    "signed",
    "draft",
    "hidden",
    "external",
    "internal",
    "related",
    "expired",
    "current",
    "custom",
];
const THINGS: [&str; 40] = [
    "issue",
    "comment",
    "file",
    "folder",
    "repository",
    "branch",
    "commit",
    "release",
    "page",
    "document",
    "database",
    "collection",
    "record",
    "index",
    "query",
    "pod",
    "node",
    "cluster",
    "event",
    "log",
    "invoice",
    "payment",
    "customer",
    "order",
    "product",
    "message",
    "channel",
    "user",
    "team",
    "role",
    "token",
    "alert",
    "dashboard",
    "metric",
    "job",
    "workflow",
    "calendar",
    "meeting",
    "task",
    "template",
];
const ATTRIBUTES: [&str; 20] = [
    "id",
    "name",
    "title",
    "status",
    "owner",
    "limit",
    "cursor",
    "filter",
    "sort_order",
    "created_after",
    "updated_before",
    "include_archived",
    "page_size",
    "format",
    "priority",
    "labels",
    "region",
    "timezone",
    "dry_run",
    "fields",
];

/// Numbers that look drawn by lot: the SplitMix64 sequence.
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % count as u64) as usize
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// Servers with so many tools in all.
pub fn servers(tools: usize) -> Vec<(Arc<str>, Vec<ToolDef>)> {
    let mut draw = Draw(1);
    let names = (0..tools).map(|place| {
        // Every combination once before any comes again.
        let (verb, rest) = (place % VERBS.len(), place / VERBS.len());
        [VERBS[verb], QUALITIES[rest % QUALITIES.len()], THINGS[rest / QUALITIES.len() % THINGS.len()]]
    });
    let defs: Vec<ToolDef> = names.map(|name| tool(name, &mut draw)).collect();
    let server = |(place, defs): (usize, &[ToolDef])| (format!("server-{place}").into(), defs.to_vec());
    defs.chunks(TOOLS_OF_A_SERVER).enumerate().map(server).collect()
}

fn tool([verb, quality, thing]: [&str; 3], draw: &mut Draw) -> ToolDef {
    let other = draw.of(&THINGS);
    let description = format!(
        "{verb} the {quality} {thing} of a {other} in your workspace. Returns its {} and {}, newest first. Use this tool when \
         the {} of a {} has changed; to find one by its {}, use search_{}_{} instead.",
        draw.of(&ATTRIBUTES),
        draw.of(&ATTRIBUTES),
        draw.of(&ATTRIBUTES),
        draw.of(&THINGS),
        draw.of(&ATTRIBUTES),
        draw.of(&QUALITIES),
        draw.of(&THINGS),
    );
    let mut properties = Map::new();
    for _ in 0..4 + draw.below(8) {
        let name = format!("{}_{}", draw.of(&THINGS), draw.of(&ATTRIBUTES));
        properties.insert(name, json!({ "type": "string", "description": "Of what is to be done" }));
    }
    let required: Vec<&String> = properties.keys().take(1).collect();
    let schema = json!({ "type": "object", "required": required, "properties": properties });
    let definition =
        json!({ "name": format!("{verb}_{quality}_{thing}"), "description": description, "inputSchema": schema });
    serde_json::from_value(definition).expect("a definition")
}
