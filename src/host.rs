//! The one port through which tools are called: [`ToolHost`].
//!
//! The upstream pool implements it over real MCP connections; decorators (a cache, a policy, a replay) implement it
//! over another host, so what stands between a program and its servers is a constructor choice.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::tool::{Effect, ToolCall, ToolId, ToolOutput};

/// Makes tool calls. Any number may be in flight at once.
pub trait ToolHost: Send + Sync {
    /// Makes one call. Dropping the future abandons the call: whether it took effect is then unknown.
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>>;

    /// What calls to a tool do: a write, unless somebody who is trusted has said otherwise.
    fn effect(&self, tool: &ToolId) -> Effect {
        let _ = tool;
        Effect::Write
    }
}

impl<H: ToolHost + ?Sized> ToolHost for Arc<H> {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        (**self).call_tool(call)
    }

    fn effect(&self, tool: &ToolId) -> Effect {
        (**self).effect(tool)
    }
}

/// On whose behalf calls are made. What one principal was answered is never another's answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Principal(pub Arc<str>);

impl Default for Principal {
    /// The one there is where nobody has to say who they are.
    fn default() -> Self {
        Self("local".into())
    }
}

/// What a call was answered with, and by whom.
#[derive(Clone, Debug)]
pub struct ToolAnswer {
    pub output: ToolOutput,
    pub origin: Origin,
}

/// Where an answer comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The call was made.
    #[default]
    Server,
    /// An answer to the same call, kept by the cache or waited for together with another caller.
    Cache,
}

impl From<ToolOutput> for ToolAnswer {
    /// An answer that came from a server.
    fn from(output: ToolOutput) -> Self {
        Self { output, origin: Origin::Server }
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
    /// The input is not one that the tool's schema admits. It was not sent; what a server says itself is [`Failed`](Self::Failed).
    #[error("{tool}: invalid input: {message}")]
    InvalidInput { tool: ToolId, message: String },
    /// The server did not answer in time.
    #[error("{tool}: the server did not answer within {} s", after.as_secs_f64())]
    TimedOut { tool: ToolId, after: Duration },
    /// The policy does not allow it. It was not made.
    #[error("{tool}: not allowed: {message}")]
    Denied { tool: ToolId, message: String },
    /// More calls than the policy's rate allows. It was not made.
    #[error("{tool}: too many calls; try again in {} s", retry_after.as_secs_f64())]
    RateLimited { tool: ToolId, retry_after: Duration },
    /// The server is down. The call was not made.
    #[error("{tool}: the server cannot be reached: {message}")]
    Unreachable { tool: ToolId, message: String },
    /// The server died, or answered something that is not MCP.
    #[error("{tool}: the server is unavailable: {message}")]
    Unavailable { tool: ToolId, message: String },
}

impl ToolError {
    /// Whether the call may have taken effect all the same. A tool that says that it failed may have done a part, and one whose
    /// answer was lost all of it; what was refused before it ran has done nothing.
    pub fn may_have_taken_effect(&self) -> bool {
        match self {
            Self::Failed { .. } | Self::TimedOut { .. } | Self::Unavailable { .. } => true,
            Self::Unknown { .. }
            | Self::InvalidInput { .. }
            | Self::Denied { .. }
            | Self::RateLimited { .. }
            | Self::Unreachable { .. } => false,
        }
    }

    /// The tool that was called.
    pub fn tool(&self) -> &ToolId {
        match self {
            Self::Failed { tool, .. }
            | Self::Unknown { tool, .. }
            | Self::InvalidInput { tool, .. }
            | Self::TimedOut { tool, .. }
            | Self::Denied { tool, .. }
            | Self::RateLimited { tool, .. }
            | Self::Unreachable { tool, .. }
            | Self::Unavailable { tool, .. } => tool,
        }
    }

    /// The error's name in records and metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "failed",
            Self::Unknown { .. } => "unknown",
            Self::InvalidInput { .. } => "invalid_input",
            Self::TimedOut { .. } => "timed_out",
            Self::Denied { .. } => "denied",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unreachable { .. } => "unreachable",
            Self::Unavailable { .. } => "unavailable",
        }
    }
}

fn suggestion(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; nearest: {}", nearest.join(", ")) }
}
