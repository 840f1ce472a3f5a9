//! Tools by the names that clients call them by: [`Direct`].

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use rmcp::model::Tool;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    catalog::Catalog,
    tool::{JsonObject, ToolDef, ToolId},
};

/// Every tool as clients see it, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Direct(Arc<BTreeMap<String, (ToolId, Tool)>>);

impl Direct {
    /// `rest` is what a tool says of itself beside its definition.
    pub(super) fn new(catalog: &Catalog, rest: impl Fn(&ToolId) -> JsonObject) -> Self {
        let mut tools = BTreeMap::new();
        for (id, def) in catalog.tools() {
            let name = shown(id);
            tools.insert(name.clone(), (id.clone(), tool(name, def, rest(id))));
        }
        Self(Arc::new(tools))
    }

    pub(super) fn get(&self, name: &str) -> Option<&ToolId> {
        self.0.get(name).map(|(id, _)| id)
    }

    pub(super) fn tool(&self, name: &str) -> Option<&Tool> {
        self.0.get(name).map(|(_, tool)| tool)
    }

    pub(super) fn tools(&self) -> impl Iterator<Item = &Tool> {
        self.0.values().map(|(_, tool)| tool)
    }
}

/// The longest name that every client takes.
const MAX_NAME: usize = 64;

/// `server__tool`, which says what it stands for whatever other tools there are. Where it would not, or has characters that
/// clients do not take, it ends in a number made of both names.
fn shown(id: &ToolId) -> String {
    let name = id.qualified_name();
    let is_taken = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_plain = name.len() <= MAX_NAME && name.chars().all(is_taken) && !id.server.contains("__");
    if is_plain && !id.server.ends_with('_') {
        return name;
    }
    let digest = Sha256::digest(format!("{}\n{}", id.server, id.tool));
    let number = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    let mut name: String = name.chars().map(|c| if is_taken(c) { c } else { '_' }).collect();
    name.truncate(MAX_NAME - 9);
    format!("{name}_{number:08x}")
}

/// The definition as the server gave it, but for the name.
fn tool(name: String, def: &ToolDef, mut rest: JsonObject) -> Tool {
    let mut tool = Tool::new_with_raw(name, def.description.clone().map(Cow::Owned), def.input_schema.clone());
    tool.output_schema = def.output_schema.clone();
    let mut take = |member: &str| rest.remove(member).unwrap_or(Value::Null);
    // What is not as it should be is left out rather than the tool.
    tool.title = serde_json::from_value(take("title")).unwrap_or_default();
    tool.annotations = serde_json::from_value(take("annotations")).unwrap_or_default();
    tool.icons = serde_json::from_value(take("icons")).unwrap_or_default();
    tool.meta = serde_json::from_value(take("_meta")).unwrap_or_default();
    tool
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn catalog_of(tools: &[(&str, &str)]) -> Catalog {
        let mut servers: BTreeMap<&str, Vec<ToolDef>> = BTreeMap::new();
        for (server, tool) in tools {
            let def = json!({ "name": tool, "description": "d", "inputSchema": { "type": "object" } });
            servers.entry(server).or_default().push(serde_json::from_value(def).expect("a definition"));
        }
        Catalog::new(servers.into_iter().map(|(server, tools)| (server.into(), tools)).collect())
    }

    #[test]
    fn every_tool_has_a_name_of_its_own_that_clients_take_whatever_its_server_is_called() {
        let long = "t".repeat(80);
        let catalog = catalog_of(&[("a", "b__c"), ("a__b", "c"), ("a b", "ö"), ("a.b", "é"), ("a", &long)]);
        let direct = Direct::new(&catalog, |_| JsonObject::new());
        let names: Vec<_> = direct.tools().map(|tool| tool.name.to_string()).collect();
        assert_eq!(names.len(), 5);
        assert!(names.contains(&"a__b__c".to_owned()), "{names:?}");
        let is_taken = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        assert!(names.iter().all(|name| name.len() <= MAX_NAME && name.chars().all(is_taken)), "{names:?}");
        assert_eq!(direct.get("a__b__c"), Some(&ToolId::new("a", "b__c")));
        assert_eq!(direct.get("a__b"), None);
        // A name means the same when the others are gone.
        let alone = Direct::new(&catalog_of(&[("a__b", "c")]), |_| JsonObject::new());
        let name = alone.tools().next().expect("a tool").name.to_string();
        assert_eq!(direct.get(&name), Some(&ToolId::new("a__b", "c")));
    }

    #[test]
    fn a_definition_stays_what_it_is_and_what_is_malformed_is_left_out() {
        let rest = json!({ "title": "T", "annotations": { "title": "A", "readOnlyHint": true }, "_meta": { "x": 1 }, "icons": 7 });
        let direct = Direct::new(&catalog_of(&[("s", "t")]), |_| rest.as_object().cloned().expect("an object"));
        let shown = serde_json::to_value(direct.tools().next().expect("a tool")).expect("JSON");
        let expected = json!({
            "name": "s__t", "title": "T", "description": "d", "inputSchema": { "type": "object" },
            "annotations": { "title": "A", "readOnlyHint": true }, "_meta": { "x": 1 },
        });
        assert_eq!(shown, expected);
    }
}
