//! A server of versioned keys that writes down every write it executes, and fails in the ways that it is told to.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ListToolsResult, PaginatedRequestParams,
        ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
    },
    service::RequestContext,
};
use serde_json::json;

/// How the first execution of a write goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It says that it failed, and has done nothing.
    Error,
    /// It says that it failed, and has done it.
    ErrorAfterEffect,
    /// It says that its input was wrong, and has done it.
    InvalidAfterEffect,
    /// It does nothing, and never answers.
    Lost,
    /// It does it, and never answers.
    LostAfterEffect,
    /// It does it, and kills the programs that are running before it answers.
    Kill,
}

/// What all servers of a test share.
#[derive(Clone)]
pub struct World(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    kill: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct State {
    versions: HashMap<String, u64>,
    /// The writes that were executed, in order.
    log: Vec<u64>,
    faults: HashMap<u64, Fault>,
    /// Keys of which one more read fails.
    failing_reads: HashSet<String>,
}

impl World {
    pub fn new(kill: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { state: Mutex::default(), kill: Box::new(kill) }))
    }

    pub fn log(&self) -> Vec<u64> {
        self.state().log.clone()
    }

    pub fn set_fault(&self, write: u64, fault: Fault) {
        self.state().faults.insert(write, fault);
    }

    pub fn fail_one_read(&self, key: &str) {
        self.state().failing_reads.insert(key.to_owned());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("no panic")
    }

    fn execute(&self, write: u64, key: &str) -> u64 {
        let mut state = self.state();
        state.log.push(write);
        let version = state.versions.entry(key.to_owned()).or_default();
        *version += 1;
        *version
    }
}

/// One server of the world.
pub struct Registry(pub World);

impl ServerHandler for Registry {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let schema = |value: serde_json::Value| Arc::new(value.as_object().cloned().unwrap_or_default());
        let key = json!({ "type": "string" });
        let read = json!({ "type": "object", "properties": { "key": key }, "required": ["key"] });
        let write = json!({
            "type": "object",
            "properties": { "key": key, "id": { "type": "integer" }, "seen": {} },
            "required": ["key", "id"]
        });
        let read =
            Tool::new("read", "Reads a key", schema(read)).with_annotations(ToolAnnotations::new().read_only(true));
        let write = Tool::new("write", "Writes a key", schema(write));
        Ok(ListToolsResult::with_all_items(vec![read, write]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Self(world) = self;
        let input = request.arguments.unwrap_or_default();
        let key = input["key"].as_str().unwrap_or_default().to_owned();
        let version = |version: u64| CallToolResult::structured(json!({ "version": version }));
        let failed = || CallToolResult::error(vec![ContentBlock::text("it did not work")]);
        if request.name == "read" {
            let mut state = world.state();
            if state.failing_reads.remove(&key) {
                return Ok(failed().into());
            }
            return Ok(version(state.versions.get(&key).copied().unwrap_or_default()).into());
        }
        let id = input["id"].as_u64().unwrap_or_default();
        let fault = world.state().faults.remove(&id);
        let result = match fault {
            None => version(world.execute(id, &key)),
            Some(Fault::Error) => failed(),
            Some(Fault::ErrorAfterEffect) => {
                world.execute(id, &key);
                failed()
            }
            Some(Fault::InvalidAfterEffect) => {
                world.execute(id, &key);
                return Err(ErrorData::invalid_params("not a result of this tool", None));
            }
            Some(fault @ (Fault::Lost | Fault::LostAfterEffect)) => {
                if fault == Fault::LostAfterEffect {
                    world.execute(id, &key);
                }
                context.ct.cancelled().await;
                failed()
            }
            Some(Fault::Kill) => {
                let executed = world.execute(id, &key);
                (world.0.kill)();
                version(executed)
            }
        };
        Ok(result.into())
    }
}
