//! What a tool is, what a call to it is, and what it answers: pure data, shared by every module above.
//!
//! The shapes are those of the MCP specification (`name`, `description`, `inputSchema`, `outputSchema`, `annotations`);
//! nothing here connects to anything. [`crate::host::ToolHost`] is the port through which a [`ToolCall`] is made.

use std::{fmt, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, value::RawValue};

/// A JSON object: the input of every tool, and the form of every schema.
pub type JsonObject = Map<String, Value>;

/// Names one tool of one server. Tool names are unique only within their server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ToolId {
    pub server: Arc<str>,
    pub tool: Arc<str>,
}

impl ToolId {
    pub fn new(server: impl Into<Arc<str>>, tool: impl Into<Arc<str>>) -> Self {
        Self { server: server.into(), tool: tool.into() }
    }

    /// The one name under which a direct route shows the tool to a model, `server__tool`.
    pub fn qualified_name(&self) -> String {
        format!("{}__{}", self.server, self.tool)
    }
}

/// Shown as `server/tool`, the form that messages and the wrapper tree use.
impl fmt::Display for ToolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.server, self.tool)
    }
}

/// A tool as its server's `tools/list` describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolDef {
    pub name: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default = "any_object")]
    pub input_schema: Arc<JsonObject>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Arc<JsonObject>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<ToolAnnotations>,
}

fn any_object() -> Arc<JsonObject> {
    Arc::new(JsonObject::from_iter([("type".to_owned(), Value::from("object"))]))
}

/// What a server says of its tool's behaviour. Hints, never guarantees: only an operator may decide to trust them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolAnnotations {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only_hint: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destructive_hint: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotent_hint: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_world_hint: Option<bool>,
}

/// What calls to a tool do to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing: such a call may be made again, or not at all.
    Read,
    /// Something, as far as is known.
    Write,
}

/// One request to one tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    #[serde(flatten)]
    pub id: ToolId,
    #[serde(default)]
    pub input: JsonObject,
}

/// What a tool answered, kept as the text that came over the wire: a result is parsed once, where it is used.
#[derive(Clone, Debug)]
pub struct ToolOutput {
    body: Body,
    /// The server's whole result, where that says more than the body: blocks that are not text, structured content beside text.
    result: Option<Arc<RawValue>>,
}

/// What a program gets.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Body {
    Json(Arc<RawValue>),
    Text(Arc<str>),
}

impl ToolOutput {
    /// Takes the text for JSON if it is JSON, else for plain text. White space around JSON is dropped.
    pub fn from_text(text: String) -> Self {
        match serde_json::from_str::<&RawValue>(&text) {
            Ok(raw) => Self::json(raw.to_owned()),
            Err(_) => Self::plain(text),
        }
    }

    /// A JSON value.
    pub fn json(raw: Box<RawValue>) -> Self {
        Self { body: Body::Json(raw.into()), result: None }
    }

    /// Text, whatever it looks like.
    pub fn plain(text: impl Into<Arc<str>>) -> Self {
        Self { body: Body::Text(text.into()), result: None }
    }

    /// The same, with the whole result that it was taken from.
    pub fn with_result(self, result: Box<RawValue>) -> Self {
        Self { result: Some(result.into()), ..self }
    }

    /// The server's whole `CallToolResult`, if that says more than one block with [`text`](Self::text).
    pub fn result(&self) -> Option<&RawValue> {
        self.result.as_deref()
    }

    /// Whether the text is one JSON value.
    pub fn is_json(&self) -> bool {
        matches!(self.body, Body::Json(_))
    }

    /// The length of all the texts that are kept.
    pub fn bytes(&self) -> usize {
        self.text().len() + self.result.as_ref().map_or(0, |result| result.get().len())
    }

    pub fn from_value(value: &Value) -> Self {
        Self::from_text(value.to_string())
    }

    /// The text as a model on the direct route sees it: the JSON text or the plain text.
    pub fn text(&self) -> &str {
        match &self.body {
            Body::Json(raw) => raw.get(),
            Body::Text(text) => text,
        }
    }

    /// The answer as a JSON value. Plain text becomes a JSON string, and so does JSON nested more than 128 levels deep.
    pub fn to_value(&self) -> Value {
        match &self.body {
            // A server may nest deeper than the parser follows; such an answer stays text.
            Body::Json(raw) => serde_json::from_str(raw.get()).unwrap_or_else(|_| Value::from(raw.get())),
            Body::Text(text) => Value::from(&**text),
        }
    }
}

impl Serialize for ToolOutput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.body.serialize(serializer)
    }
}

/// What a value takes beside its text, once parsed: its place, a property's name and entry, room to grow.
const VALUE_BYTES: u64 = 100;

/// About what JSON takes of memory once it is parsed.
pub(crate) fn parsed_bytes(json: &str) -> u64 {
    let (mut values, mut is_in_string, mut is_escaped) = (1, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_in_string = !is_in_string,
            b',' | b'[' | b'{' if !is_in_string => values += 1,
            _ => {}
        }
    }
    json.len() as u64 + values * VALUE_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsed_bytes_counts_values_but_not_what_stands_in_strings() {
        let values = |json: &str| (parsed_bytes(json) - json.len() as u64) / VALUE_BYTES;
        for (json, expected) in [
            ("{}", 2),
            ("[1,2,3]", 4),
            (r#"{"a":[1,[2]],"b":"x"}"#, 6),
            (r#"{"a":"1,2,[,{,\\"}"#, 2),
            (r#"["\\",1]"#, 3),
        ] {
            assert_eq!(values(json), expected, "{json}");
        }
    }

    #[test]
    fn text_that_is_json_is_json_and_the_rest_is_text() {
        for (text, expected) in [("{\"a\":1}", "{\"a\":1}"), (" [1, 2] \n", "[1, 2]"), ("3", "3")] {
            let output = ToolOutput::from_text(text.to_owned());
            assert!(output.is_json() && output.text() == expected, "{text:?} gave {output:?}");
        }
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert_eq!(ToolOutput::from_text(deep.clone()).to_value(), Value::from(deep));
        for text in ["", "hello", "{\"a\":1} trailing", "{a:1}"] {
            let output = ToolOutput::from_text(text.to_owned());
            assert!(!output.is_json() && output.text() == text, "{text:?} gave {output:?}");
        }
    }
}
