//! The one port through which tools are called: [`ToolHost`].
//!
//! The upstream pool implements it over real MCP connections; decorators (a cache, a policy, a replay) implement it
//! over another host, so what stands between a program and its servers is a constructor choice.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::tool::{ToolCall, ToolId, ToolOutput};

/// Makes tool calls. Any number may be in flight at once.
pub trait ToolHost: Send + Sync {
    /// Makes one call. Dropping the future abandons the call: whether it took effect is then unknown.
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolOutput, ToolError>>;
}

impl<H: ToolHost + ?Sized> ToolHost for Arc<H> {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolOutput, ToolError>> {
        (**self).call_tool(call)
    }
}

/// Why a call has no output. The program that made the call catches it as a `ToolError` whose message is this text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ToolError {
    /// The tool ran and said that it failed (`isError`).
    #[error("{tool}: {message}")]
    Failed { tool: ToolId, message: String },
    /// No such tool. `nearest` holds up to three names that resemble it.
    #[error("no tool {tool}{}", suggestion(nearest))]
    Unknown { tool: ToolId, nearest: Vec<String> },
    /// The input cannot be the tool's input.
    #[error("{tool}: invalid input: {message}")]
    InvalidInput { tool: ToolId, message: String },
    /// The server did not answer in time.
    #[error("{tool}: the server did not answer within {} s", after.as_secs_f64())]
    TimedOut { tool: ToolId, after: Duration },
    /// The server could not be reached, died, or answered something that is not MCP.
    #[error("{tool}: the server is unavailable: {message}")]
    Unavailable { tool: ToolId, message: String },
}

fn suggestion(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; nearest: {}", nearest.join(", ")) }
}
