//! A host with tools for testing: each does one simple thing, so that a test can be about the program that calls it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use codefirst::{
    catalog::Catalog,
    executor::{Executor, ExecutorBuilder},
    host::{ToolAnswer, ToolError, ToolHost},
    sandbox::{Isolation, ProcessOptions},
    tool::{JsonObject, ToolCall, ToolDef, ToolOutput},
};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

/// The default isolation, for a test binary, whose `main` is not ours.
pub fn process() -> Isolation {
    process_with(ProcessOptions::default())
}

/// The same with other options.
pub fn process_with(options: ProcessOptions) -> Isolation {
    Isolation::Process(ProcessOptions { binary: Some(env!("CARGO_BIN_EXE_codefirst").into()), ..options })
}

#[derive(Default)]
pub struct TestHost {
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    calls: AtomicUsize,
    /// The inputs that say which program they are of.
    inputs: Mutex<HashMap<u64, Vec<JsonObject>>>,
}

impl TestHost {
    /// An executor's builder with this host and its catalogue.
    pub fn executor() -> ExecutorBuilder {
        let schema = |name: &str| match name {
            "sleep" => {
                json!({ "type": "object", "properties": { "ms": { "type": "integer", "minimum": 0 } }, "required": ["ms"] })
            }
            _ => json!({ "type": "object" }),
        };
        let tool = |name: &str| ToolDef {
            name: name.into(),
            description: Some(format!("The {name} tool.")),
            input_schema: Arc::new(serde_json::from_value(schema(name)).expect("an object")),
            output_schema: None,
            annotations: None,
        };
        let tools = ["echo", "fail", "most_in_flight", "sleep", "text"].map(tool).to_vec();
        let catalog = Catalog::new(vec![("test".into(), tools)]);
        Executor::builder().host(Arc::new(Self::default())).catalog(catalog).isolation(process())
    }

    /// Calls made so far.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// The inputs of the calls made so far whose `of` is this number, in order.
    pub fn inputs_of(&self, program: u64) -> Vec<JsonObject> {
        self.inputs.lock().expect("no panic").get(&program).cloned().unwrap_or_default()
    }

    async fn answer(&self, call: ToolCall) -> Result<ToolOutput, ToolError> {
        let answer = match &*call.id.tool {
            "echo" => call.input.into(),
            "sleep" => {
                let ms = call.input["ms"].as_u64().unwrap_or(0);
                tokio::time::sleep(Duration::from_millis(ms)).await;
                json!(ms)
            }
            "text" => return Ok(ToolOutput::plain("not { json")),
            "most_in_flight" => json!({ "most": self.most_in_flight.load(Ordering::SeqCst) }),
            _ => {
                let message = call.input.get("why").and_then(|why| why.as_str()).unwrap_or("failed").to_owned();
                return Err(ToolError::Failed { tool: call.id, message });
            }
        };
        Ok(ToolOutput::from_value(&answer))
    }
}

impl ToolHost for TestHost {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(async move {
            self.calls.fetch_add(1, Ordering::SeqCst);
            if let Some(program) = call.input.get("of").and_then(Value::as_u64) {
                self.inputs.lock().expect("no panic").entry(program).or_default().push(call.input.clone());
            }
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_in_flight.fetch_max(now, Ordering::SeqCst);
            let answer = self.answer(call).await;
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
            answer.map(ToolAnswer::from)
        })
    }
}
