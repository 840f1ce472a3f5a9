//! Tools that answer at once, and executors whose programs call them.

use std::sync::Arc;

use codefirst::{
    catalog::Catalog,
    executor::{Execution, Executor, ExecutorBuilder, Outcome},
    host::{ToolAnswer, ToolError, ToolHost},
    program::Program,
    sandbox::{Isolation, ProcessOptions},
    tool::{Effect, ToolAnnotations, ToolCall, ToolDef, ToolId, ToolOutput},
};
use futures_util::future::BoxFuture;
use serde_json::json;
use tokio::runtime::Runtime;

/// `echo` gives back its input, `small` a line, `large` 1 MB of rows.
pub struct Host {
    small: ToolOutput,
    large: ToolOutput,
}

impl Host {
    pub fn new() -> Arc<Self> {
        let rows: Vec<_> = (0..10_000).map(|n| json!({ "id": n, "name": "x".repeat(78) })).collect();
        let small = ToolOutput::from_value(&json!({ "number": 7, "title": "a small answer" }));
        Arc::new(Self { small, large: ToolOutput::from_value(&rows.into()) })
    }

    pub fn definitions() -> Vec<(Arc<str>, Vec<ToolDef>)> {
        let tool = |name: &str| ToolDef {
            name: name.into(),
            description: None,
            input_schema: Arc::default(),
            output_schema: None,
            annotations: Some(ToolAnnotations { read_only_hint: Some(true), ..ToolAnnotations::default() }),
        };
        vec![("bench".into(), ["echo", "large", "small"].map(tool).to_vec())]
    }
}

impl ToolHost for Host {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(async move {
            let output = match &*call.id.tool {
                "small" => self.small.clone(),
                "large" => self.large.clone(),
                _ => ToolOutput::from_value(&call.input.into()),
            };
            Ok(output.into())
        })
    }

    fn effect(&self, _: &ToolId) -> Effect {
        Effect::Read
    }
}

/// A call with an input of the usual size; one number is like no other.
pub fn call(tool: &str, number: u64) -> ToolCall {
    let input = json!({ "owner": "acme", "repo": "storefront", "state": "open", "page": number });
    ToolCall { id: ToolId::new("bench", tool), input: input.as_object().cloned().expect("an object") }
}

/// Programs in processes, so many of them forked ahead.
pub fn processes(spares: usize) -> Isolation {
    let binary = Some(env!("CARGO_BIN_EXE_codefirst").into());
    Isolation::Process(ProcessOptions { binary, spares, ..ProcessOptions::default() })
}

pub fn executor(spares: usize) -> ExecutorBuilder {
    Executor::builder().host(Host::new()).catalog(Catalog::new(Host::definitions())).isolation(processes(spares))
}

/// Runs a program to its end.
pub fn execute(runtime: &Runtime, executor: &Executor, program: &Program) -> Execution {
    runtime.block_on(executor.execute(program)).expect("a host that works")
}

pub fn complete(runtime: &Runtime, executor: &Executor, program: &Program) {
    let outcome = execute(runtime, executor, program).outcome;
    assert!(matches!(outcome, Outcome::Completed { .. }), "{outcome:?}");
}
