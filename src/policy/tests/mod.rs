//! Fixtures: policies from text, definitions, and a host that records what reaches it and when.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::{BoxFuture, join_all};
use serde::Deserialize;
use tokio::time::{self, Instant};

use super::*;
use crate::{
    host::{Principal, ToolAnswer, ToolError, ToolHost},
    tool::{ToolAnnotations, ToolCall, ToolId, ToolOutput},
};

mod access;
mod departures;
mod parsing;
mod random_rates;
mod rates;
mod reference;
mod ruling;

/// Reads a policy as `codefirst.toml` holds it.
fn parse(text: &str) -> Result<Policy, String> {
    #[derive(Deserialize)]
    struct File {
        policy: Policy,
    }
    toml::from_str(text).map(|file: File| file.policy).map_err(|error| error.to_string())
}

/// The policy of these rules, each without its header.
fn policy_of(rules: &[&str]) -> Policy {
    let rules: String = rules.iter().map(|rule| format!("[[policy.rules]]\n{rule}\n")).collect();
    parse(&format!("[policy]\n{rules}")).expect("a policy")
}

fn def(name: &str) -> ToolDef {
    serde_json::from_value(serde_json::json!({ "name": name })).expect("a definition")
}

fn def_with_hint(name: &str, read_only_hint: Option<bool>) -> ToolDef {
    ToolDef { annotations: Some(ToolAnnotations { read_only_hint, ..ToolAnnotations::default() }), ..def(name) }
}

fn definitions(servers: &[(&str, &[&str])]) -> Vec<(Arc<str>, Vec<ToolDef>)> {
    servers.iter().map(|(server, tools)| ((*server).into(), tools.iter().map(|tool| def(tool)).collect())).collect()
}

/// `server/tool`, as everywhere.
fn tool(name: &str) -> ToolId {
    let (server, tool) = name.split_once('/').expect("server/tool");
    ToolId::new(server, tool)
}

fn call(name: &str) -> ToolCall {
    ToolCall { id: tool(name), input: serde_json::Map::new() }
}

/// Answers after a time, and records which calls reached it, and after how many milliseconds.
struct RecordingHost {
    start: Instant,
    takes: Duration,
    calls: Mutex<Vec<(String, u128)>>,
}

impl RecordingHost {
    fn new(takes: Duration) -> Arc<Self> {
        Arc::new(Self { start: Instant::now(), takes, calls: Mutex::default() })
    }

    fn record(&self, text: String) {
        self.calls.lock().expect("no panic").push((text, self.start.elapsed().as_millis()));
    }

    fn calls(&self) -> Vec<(String, u128)> {
        self.calls.lock().expect("no panic").clone()
    }

    /// When calls reached it, in milliseconds.
    fn instants(&self) -> Vec<u128> {
        self.calls().into_iter().map(|(_, at)| at).collect()
    }
}

impl ToolHost for RecordingHost {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(async move {
            self.record(call.id.to_string());
            time::sleep(self.takes).await;
            Ok(ToolOutput::from_text("done".into()).into())
        })
    }
}

/// A policy before a recording host, for the principal "local".
fn guard(
    inner: &Arc<RecordingHost>,
    policy: &Policy,
    definitions: &[(Arc<str>, Vec<ToolDef>)],
) -> PolicyHost<Arc<RecordingHost>> {
    PolicyHost::new(inner.clone(), Rulings::new(policy, definitions), Principal::default())
}

/// Makes all these calls at once; the errors among the answers.
async fn call_all(host: &impl ToolHost, names: impl IntoIterator<Item = &'static str>) -> Vec<ToolError> {
    let answers = join_all(names.into_iter().map(|name| host.call_tool(call(name)))).await;
    answers.into_iter().filter_map(Result::err).collect()
}
