//! The MCP side that all built-in servers share: [`Recorded`] lists a server's tools, calls them, and records what the
//! calls changed.
//!
//! In goes a server's state and its tool router; out comes an rmcp `ServerHandler`. The schemas that schemars derives
//! are tidied here into the form in which servers publish theirs: an optional parameter is absent, never `null`, and
//! formats that only a Rust reader understands (`uint32`) are dropped.

use std::{
    collections::BTreeMap,
    fmt::Display,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    handler::server::{router::tool::ToolRouter, tool::ToolCallContext},
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
};
use serde::Serialize;
use serde_json::Value;

use super::{Write, WriteLog};
use crate::{canonical, tool::JsonObject};

/// What a tool answers: the text of its one content block, or the message of its error.
pub(super) type Reply = Result<String, String>;

/// The compact JSON of a value, as a tool's answer.
pub(super) fn reply(value: &impl Serialize) -> Reply {
    serde_json::to_string(value).map_err(|error| format!("Internal error: {error}"))
}

/// The message of a tool's error, for `ok_or_else` and `map_err`.
pub(super) fn refuse<T>(message: impl Display) -> Result<T, String> {
    Err(message.to_string())
}

/// Locks state that a panicking tool may have left behind; each tool leaves it valid at every step.
pub(super) fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server whose successful writes are recorded.
pub(super) struct Recorded<S> {
    name: &'static str,
    server: S,
    router: ToolRouter<S>,
    writes: WriteLog,
    /// Tools, and how many calls with the same input fail first: whatever the order of calls in flight together, the same fail.
    failing: BTreeMap<String, u64>,
    /// The calls to those tools so far, by tool and input.
    failed: Mutex<BTreeMap<(String, String), u64>>,
}

impl<S: Send + Sync + 'static> Recorded<S> {
    pub(super) fn new(name: &'static str, server: S, mut router: ToolRouter<S>) -> Self {
        for route in router.map.values_mut() {
            let mut schema = tidy_schema(&route.attr.input_schema);
            // Some clients insist on it where there are none.
            schema.entry("properties").or_insert_with(|| Value::Object(JsonObject::new()));
            route.attr.input_schema = Arc::new(schema);
            route.attr.description = route.attr.description.take().map(|text| text.replace('\n', " ").into());
        }
        Self { name, server, router, writes: WriteLog::default(), failing: BTreeMap::new(), failed: Mutex::default() }
    }

    /// Lets the first calls of tools with each input fail. The error is a tool that there is not.
    pub(super) fn failing(self, failing: &BTreeMap<String, u64>) -> Result<Self, String> {
        match failing.keys().find(|tool| !self.router.has_route(tool)) {
            Some(tool) => Err(tool.clone()),
            None => Ok(Self { failing: failing.clone(), ..self }),
        }
    }

    /// Whether this call is one that fails.
    fn fails(&self, request: &CallToolRequestParams) -> bool {
        let Some(failures) = self.failing.get(&*request.name) else { return false };
        let input = request.arguments.as_ref().map(canonical::text).unwrap_or_default();
        let mut failed = lock(&self.failed);
        let so_far = failed.entry((request.name.to_string(), input)).or_default();
        *so_far += 1;
        *so_far <= *failures
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn writes(&self) -> WriteLog {
        self.writes.clone()
    }
}

impl<S: Send + Sync + 'static> ServerHandler for Recorded<S> {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new(self.name, env!("CARGO_PKG_VERSION")))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.router.get(name).cloned()
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.router.list_all()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = self.router.get(&request.name) else {
            return Err(ErrorData::invalid_params(format!("Unknown tool: {}", request.name), None));
        };
        if self.fails(&request) {
            let message = "503 Service Unavailable: the upstream service is busy, try again";
            return Ok(CallToolResult::error(vec![ContentBlock::text(message)]).into());
        }
        let writes = tool.annotations.as_ref().and_then(|hints| hints.read_only_hint) != Some(true);
        let write = writes
            .then(|| Write { tool: request.name.to_string(), input: request.arguments.clone().unwrap_or_default() });
        let id = context.id.clone();
        let response = self.router.call(ToolCallContext::new(&self.server, request, context)).await?;
        if let (Some(write), CallToolResponse::Complete(result)) = (write, &response)
            && result.is_error != Some(true)
        {
            self.writes.push(id, write);
        }
        Ok(response)
    }
}

/// The schema without what only its derivation explains.
fn tidy_schema(schema: &JsonObject) -> JsonObject {
    let mut tidied = JsonObject::new();
    for (key, value) in schema {
        match (key.as_str(), value) {
            ("$schema" | "title" | "format" | "default", Value::String(_) | Value::Null) => {}
            ("description", Value::String(text)) => {
                tidied.insert(key.clone(), text.replace('\n', " ").into());
            }
            ("type", Value::Array(types)) => {
                let mut types: Vec<_> = types.iter().filter(|name| *name != "null").cloned().collect();
                tidied.insert("type".to_owned(), if types.len() == 1 { types.remove(0) } else { Value::Array(types) });
            }
            ("enum", Value::Array(values)) => {
                tidied.insert(key.clone(), values.iter().filter(|value| !value.is_null()).cloned().collect());
            }
            // `Option<T>` of a type with its own schema: the type itself.
            ("anyOf", Value::Array(variants)) if variants.len() == 2 && is_null_schema(&variants[1]) => {
                if let Value::Object(variant) = &variants[0] {
                    tidied.extend(tidy_schema(variant));
                }
            }
            // Keys of `properties` are names, not keywords.
            ("properties", Value::Object(properties)) => {
                let tidy = properties.iter().map(|(name, property)| (name.clone(), tidy_value(property)));
                tidied.insert(key.clone(), Value::Object(tidy.collect()));
            }
            _ => {
                tidied.insert(key.clone(), tidy_value(value));
            }
        }
    }
    tidied
}

fn tidy_value(value: &Value) -> Value {
    match value {
        Value::Object(schema) => Value::Object(tidy_schema(schema)),
        Value::Array(values) => values.iter().map(tidy_value).collect(),
        other => other.clone(),
    }
}

fn is_null_schema(schema: &Value) -> bool {
    schema.get("type").is_some_and(|name| name == "null")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_are_tidied() {
        let cases = [
            (json!({"type": ["string", "null"], "description": "d"}), json!({"type": "string", "description": "d"})),
            (json!({"type": "integer", "format": "uint32", "minimum": 1}), json!({"type": "integer", "minimum": 1})),
            (json!({"type": ["string", "null"], "enum": ["a", null]}), json!({"type": "string", "enum": ["a"]})),
            (json!({"anyOf": [{"type": "object", "title": "T"}, {"type": "null"}]}), json!({"type": "object"})),
            (
                json!({"$schema": "s", "properties": {"title": {"type": "string"}, "format": {"type": "string"}}}),
                json!({"properties": {"title": {"type": "string"}, "format": {"type": "string"}}}),
            ),
        ];
        for (schema, expected) in cases {
            assert_eq!(tidy_value(&schema), expected, "{schema}");
        }
    }
}
