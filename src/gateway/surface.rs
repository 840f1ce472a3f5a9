//! The definitions of `search_tools`, `describe_tools` and `execute_code`.

use std::sync::Arc;

use serde_json::json;

use crate::tool::{JsonObject, ToolDef};

/// The name of the tool that finds tools.
pub const SEARCH_TOOLS: &str = "search_tools";
/// The name of the tool that shows whole wrappers.
pub const DESCRIBE_TOOLS: &str = "describe_tools";
/// The name of the tool that runs a program.
pub const EXECUTE_CODE: &str = "execute_code";

/// The tools of the code route, in the order in which a model is shown them.
pub fn code_route_tools() -> [ToolDef; 3] {
    [
        tool(
            SEARCH_TOOLS,
            "Find tools. Returns TypeScript signatures for execute_code. Separate several needs with `;`.",
            json!({
                "type": "object",
                "properties": {
                    "query": { "type": "string" },
                    "limit": { "type": "integer", "default": 5 },
                    "detail": { "enum": ["names", "signatures", "wrappers"] }
                },
                "required": ["query"]
            }),
        ),
        tool(
            DESCRIBE_TOOLS,
            "Full types and docs of tools, where a signature is not enough.",
            json!({
                "type": "object",
                "properties": {
                    "tools": {
                        "type": "array",
                        "items": { "type": "string" },
                        "description": "server/tool; tools/ lists all"
                    }
                },
                "required": ["tools"]
            }),
        ),
        tool(
            EXECUTE_CODE,
            "Run a TypeScript module that calls tools: `await server.tool({...})`. Only what it returns at the top level \
             comes back, so loop, filter, join and aggregate in code; use Promise.all where calls are independent. \
             No fetch, files or npm.",
            json!({
                "type": "object",
                "properties": {
                    "code": { "type": "string" },
                    "plan": {
                        "type": "array",
                        "description": "Calls to make if code fails: {server, tool, input}; {\"$result\": \"/0/id\"} takes \
                                        from result 0"
                    }
                },
                "required": ["code"]
            }),
        ),
    ]
}

fn tool(name: &str, description: &str, input_schema: serde_json::Value) -> ToolDef {
    let input_schema: JsonObject = match input_schema {
        serde_json::Value::Object(schema) => schema,
        _ => JsonObject::new(),
    };
    ToolDef {
        name: name.into(),
        description: Some(description.to_owned()),
        input_schema: Arc::new(input_schema),
        output_schema: None,
        annotations: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{O200k, Tokens};

    #[test]
    fn the_three_tools_stay_lean() {
        let total: Tokens = code_route_tools().iter().map(|tool| tool.tokens(&O200k)).sum();
        assert!(total <= Tokens(229), "{total:?}; the README has the number");
    }
}
