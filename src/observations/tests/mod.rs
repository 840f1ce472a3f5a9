mod bounds;
mod host;
mod laws;
mod secrets;
mod store;

use serde_json::{Value, json};

use super::{Fingerprint, Kind, Shape};
use crate::tool::{ToolDef, ToolId};

fn shape(value: &Value) -> Shape {
    Shape::of(&value.to_string()).expect("a value's text is JSON")
}

fn merged(shapes: impl IntoIterator<Item = Shape>) -> Shape {
    let mut merged = Shape::default();
    shapes.into_iter().for_each(|shape| merged.merge(shape));
    merged
}

/// Whether a value is one of those that a shape describes.
fn admits(shape: &Shape, value: &Value) -> bool {
    let has = |kind| shape.kinds().any(|(found, _)| found == kind);
    shape.is_unknown()
        || match value {
            Value::Null => has(Kind::Null),
            Value::Bool(_) => has(Kind::Boolean),
            Value::Number(_) => has(Kind::Number),
            Value::String(_) => has(Kind::String),
            Value::Array(elements) => {
                let admits_element = |value| shape.element().is_some_and(|element| admits(element, value));
                has(Kind::Array) && elements.iter().all(admits_element)
            }
            Value::Object(object) => {
                let admits_member = |(key, value): (&String, &Value)| match shape.as_map() {
                    Some(member) => admits(member, value),
                    None => shape.fields().any(|(field, shape, _)| field == key && admits(shape, value)),
                };
                let is_complete = shape.fields().all(|(key, _, required)| !required || object.contains_key(key));
                has(Kind::Object) && is_complete && object.iter().all(admits_member)
            }
        }
}

fn definition(tool: &str) -> ToolDef {
    let properties = json!({"users": {"type": "array"}, "include": {"enum": ["labels"]}});
    let def = json!({"name": tool, "inputSchema": {"type": "object", "properties": properties}});
    serde_json::from_value(def).expect("a definition")
}

fn tool(name: &str) -> (ToolId, ToolDef, Fingerprint) {
    let def = definition(name);
    let fingerprint = Fingerprint::of(&def);
    (ToolId::new("server", name), def, fingerprint)
}
