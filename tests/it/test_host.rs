//! A host with tools for testing: each does one simple thing, so that a test can be about the program that calls it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use codefirst::{
    catalog::Catalog,
    executor::{Executor, ExecutorBuilder},
    host::{ToolError, ToolHost},
    tool::{ToolCall, ToolDef, ToolOutput},
};
use futures_util::future::BoxFuture;
use serde_json::json;

#[derive(Default)]
pub struct TestHost {
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    calls: AtomicUsize,
}

impl TestHost {
    /// An executor's builder with this host and its catalogue.
    pub fn executor() -> ExecutorBuilder {
        let tool = |name: &str| ToolDef {
            name: name.into(),
            description: Some(format!("The {name} tool.")),
            input_schema: Arc::new(serde_json::from_value(json!({ "type": "object" })).expect("an object")),
            output_schema: None,
            annotations: None,
        };
        let tools = ["echo", "fail", "most_in_flight", "sleep", "text"].map(tool).to_vec();
        let catalog = Catalog::new(vec![("test".into(), tools)]);
        Executor::builder().host(Arc::new(Self::default())).catalog(catalog)
    }

    /// Calls made so far.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    async fn answer(&self, call: ToolCall) -> Result<ToolOutput, ToolError> {
        let answer = match &*call.id.tool {
            "echo" => call.input.into(),
            "sleep" => {
                let ms = call.input["ms"].as_u64().unwrap_or(0);
                tokio::time::sleep(Duration::from_millis(ms)).await;
                json!(ms)
            }
            "text" => return Ok(ToolOutput::Text("not { json".into())),
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
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolOutput, ToolError>> {
        Box::pin(async move {
            self.calls.fetch_add(1, Ordering::SeqCst);
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_in_flight.fetch_max(now, Ordering::SeqCst);
            let answer = self.answer(call).await;
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
            answer
        })
    }
}
