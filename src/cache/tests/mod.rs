mod bounds;
mod flights;
mod freshness;
mod invalidation;
mod laws;
mod races;
mod stress;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use serde_json::json;
use tokio::{sync::oneshot, task::JoinHandle, time};

use super::*;
use crate::{
    host::{Principal, ToolError, ToolHost},
    observations::Fingerprint,
    tool::{Effect, ToolCall, ToolDef},
};

type Answer = Result<ToolAnswer, ToolError>;

/// A server whose reads answer how often it was written to.
#[derive(Default)]
struct World {
    version: AtomicU64,
    calls: AtomicU64,
    /// Calls that were dropped before they had answered.
    dropped: AtomicU64,
    /// Where calls wait to be let through, in the order in which they were made; without it they do not wait.
    gates: Option<Mutex<Vec<Option<oneshot::Sender<()>>>>>,
}

impl World {
    /// One whose calls wait to be let through.
    fn gated() -> Self {
        Self { gates: Some(Mutex::default()), ..Self::default() }
    }

    fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    fn version(&self) -> u64 {
        self.version.load(Ordering::SeqCst)
    }

    fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::SeqCst)
    }

    /// Lets the call through that was made so many calls after the first.
    fn open(&self, index: usize) {
        let gate = self.gates.as_ref().expect("gates").lock().expect("a lock")[index].take();
        // Nobody receives it when the call was dropped.
        let _ = gate.expect("a gate that was not opened before").send(());
    }
}

impl ToolHost for World {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            self.calls.fetch_add(1, Ordering::SeqCst);
            let mut drop_counter = DropCounter(Some(&self.dropped));
            let mut version = self.version();
            let takes_effect = matches!(&*call.id.tool, "write" | "create" | "fail" | "lose" | "hang");
            if takes_effect && !call.input.contains_key("late") {
                version = self.version.fetch_add(1, Ordering::SeqCst) + 1;
            }
            if let Some(gates) = &self.gates {
                let (sender, receiver) = oneshot::channel();
                gates.lock().expect("a lock").push(Some(sender));
                receiver.await.expect("an open gate");
            }
            if takes_effect && call.input.contains_key("late") {
                version = self.version.fetch_add(1, Ordering::SeqCst) + 1;
            }
            if &*call.id.tool == "hang" {
                std::future::pending::<()>().await;
            }
            drop_counter.0 = None;
            let (tool, message) = (call.id.clone(), String::new());
            match &*call.id.tool {
                "refuse" => Err(ToolError::Denied { tool, message }),
                "fail" | "failing_read" => Err(ToolError::Failed { tool, message }),
                "lose" => Err(ToolError::TimedOut { tool, after: Duration::from_secs(1) }),
                "panic" => panic!("the host has a fault"),
                "large" => Ok(ToolOutput::from_text(format!("\"{}\"", "x".repeat(1 << 20))).into()),
                _ => Ok(ToolOutput::from_value(&json!(version)).into()),
            }
        })
    }

    fn effect(&self, tool: &ToolId) -> Effect {
        match &*tool.tool {
            "read" | "other_read" | "failing_read" | "panic" | "large" => Effect::Read,
            _ => Effect::Write,
        }
    }
}

struct DropCounter<'a>(Option<&'a AtomicU64>);

impl Drop for DropCounter<'_> {
    fn drop(&mut self) {
        if let Some(count) = self.0 {
            count.fetch_add(1, Ordering::SeqCst);
        }
    }
}

fn id(tool: &str) -> ToolId {
    ToolId::new("server", tool)
}

fn call(tool: &str, input: u64) -> ToolCall {
    ToolCall { id: id(tool), input: json!({ "input": input }).as_object().expect("an object").clone() }
}

fn definition(version: u64) -> Fingerprint {
    let def = json!({ "name": "tool", "inputSchema": { "version": version } });
    Fingerprint::of(&serde_json::from_value::<ToolDef>(def).expect("a definition"))
}

/// The reads, and a write of which somebody said that its answers may be kept.
fn rules() -> Arc<CacheRules> {
    rules_with(None, 1)
}

fn rules_with(ttl: Option<Duration>, version: u64) -> Arc<CacheRules> {
    let rule = CacheRule { ttl, definition: definition(version) };
    let tools = ["read", "failing_read", "panic", "large", "create"].map(id);
    let others = [ToolId::new("server", "other_read"), ToolId::new("other", "read")];
    Arc::new(tools.into_iter().chain(others).map(|id| (id, rule)).collect())
}

type Host = Arc<CachedHost<World>>;

fn host(world: &Arc<World>, cache: &Arc<Cache>, principal: &str) -> Host {
    host_with(world, cache, principal, rules())
}

fn host_with(world: &Arc<World>, cache: &Arc<Cache>, principal: &str, rules: Arc<CacheRules>) -> Host {
    Arc::new(CachedHost::new(world.clone(), cache.clone(), rules, Principal(principal.into())))
}

fn new() -> (Arc<World>, Arc<Cache>, Host) {
    with_world(World::default())
}

fn with_world(world: World) -> (Arc<World>, Arc<Cache>, Host) {
    let (world, cache) = (Arc::new(world), Cache::new(CacheOptions::default()));
    let host = host(&world, &cache, "alice");
    (world, cache, host)
}

fn start(host: &Host, call: ToolCall) -> JoinHandle<Answer> {
    let host = host.clone();
    tokio::spawn(async move { host.call_tool(call).await })
}

/// Lets all tasks go on until all of them wait: only then does a paused clock advance.
async fn settle() {
    time::sleep(Duration::from_millis(1)).await;
}

async fn read(host: &Host) -> (u64, Origin) {
    version(host.call_tool(call("read", 1)).await)
}

fn version(answer: Answer) -> (u64, Origin) {
    let answer = answer.expect("an answer");
    (answer.output.to_value().as_u64().expect("a version"), answer.origin)
}
