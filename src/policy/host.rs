//! [`PolicyHost`] holds calls to the rulings.

use std::{sync::Arc, time::Duration};

use futures_util::future::{self, BoxFuture};
use tokio::time;

use super::{
    limiter::take_turns,
    rulings::{Access, Ruled, Rulings},
};
use crate::{
    host::{Principal, ToolAnswer, ToolError, ToolHost},
    tool::{Effect, ToolCall, ToolId},
};

/// How long a call without a timeout waits for its turn.
const DEFAULT_PATIENCE: Duration = Duration::from_secs(10);

/// The longest reason for a refusal that a model is shown, in characters.
const MAX_REASON: usize = 300;

/// Somebody who can be asked whether a call may be made.
pub trait Approver: Send + Sync {
    /// Asks, and waits for the answer as long as the approver sees fit. Any number of calls may wait at once.
    fn approve<'a>(&'a self, principal: &'a Principal, call: &'a ToolCall) -> BoxFuture<'a, Approval>;
}

/// What an approver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    Approved,
    /// The reason is shown to the model.
    Declined {
        reason: Option<String>,
    },
}

/// Makes those calls that the rulings let pass, when they let them pass.
pub struct PolicyHost<H> {
    inner: H,
    rulings: Rulings,
    principal: Principal,
    approver: Option<Arc<dyn Approver>>,
}

impl<H> PolicyHost<H> {
    /// Makes calls on behalf of `principal`. Where nobody can be asked, calls that need an approval are refused.
    pub fn new(inner: H, rulings: Rulings, principal: Principal) -> Self {
        Self { inner, rulings, principal, approver: None }
    }

    pub fn with_approver(self, approver: Arc<dyn Approver>) -> Self {
        Self { approver: Some(approver), ..self }
    }
}

impl<H: ToolHost> ToolHost for PolicyHost<H> {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        match self.rulings.ruled(&call.id) {
            None => unknown(call),
            Some(ruled) if ruled.ruling.access == Access::Deny => unknown(call),
            Some(ruled) if ruled.is_unconditional() => self.inner.call_tool(call),
            Some(ruled) => Box::pin(self.call_when_ruled(ruled, call)),
        }
    }

    fn effect(&self, tool: &ToolId) -> Effect {
        self.rulings.get(tool).map_or(Effect::Write, |ruling| ruling.effect)
    }
}

impl<H: ToolHost> PolicyHost<H> {
    async fn call_when_ruled(&self, ruled: &Ruled, call: ToolCall) -> Result<ToolAnswer, ToolError> {
        if ruled.ruling.access == Access::Approve {
            self.ask(&call).await?;
        }
        wait_for_turn(ruled, &call.id).await?;
        let Some(after) = ruled.ruling.timeout else { return self.inner.call_tool(call).await };
        let tool = call.id.clone();
        match time::timeout(after, self.inner.call_tool(call)).await {
            Ok(answer) => answer,
            Err(_) => Err(ToolError::TimedOut { tool, after }),
        }
    }

    async fn ask(&self, call: &ToolCall) -> Result<(), ToolError> {
        let denied = |message: String| Err(ToolError::Denied { tool: call.id.clone(), message });
        let Some(approver) = &self.approver else {
            return denied("needs approval, and there is nobody to ask".into());
        };
        match approver.approve(&self.principal, call).await {
            Approval::Approved => Ok(()),
            Approval::Declined { reason: None } => denied("approval was declined".into()),
            Approval::Declined { reason: Some(reason) } => denied(format!("approval was declined: {}", shown(&reason))),
        }
    }
}

/// The answer to a call to a tool that does not exist, or that nobody is to know of.
fn unknown<'a>(call: ToolCall) -> BoxFuture<'a, Result<ToolAnswer, ToolError>> {
    Box::pin(future::ready(Err(ToolError::Unknown { tool: call.id, nearest: Vec::new() })))
}

async fn wait_for_turn(ruled: &Ruled, tool: &ToolId) -> Result<(), ToolError> {
    let limiters: Vec<_> = ruled.rate.iter().chain(ruled.server_rate.as_deref()).collect();
    let patience = ruled.ruling.timeout.unwrap_or(DEFAULT_PATIENCE);
    take_turns(&limiters, patience).await.map_err(|wait| {
        let milliseconds = wait.as_nanos().div_ceil(1_000_000).max(1);
        let retry_after = Duration::from_millis(milliseconds.try_into().unwrap_or(u64::MAX));
        ToolError::RateLimited { tool: tool.clone(), retry_after }
    })
}

/// A reason as one line in which nothing is hidden, and of bounded length.
fn shown(reason: &str) -> String {
    let is_hidden = |character: char| {
        let marks =
            ['\u{200b}'..='\u{200f}', '\u{2028}'..='\u{202e}', '\u{2060}'..='\u{2069}', '\u{feff}'..='\u{feff}'];
        character.is_control() || marks.iter().any(|marks| marks.contains(&character))
    };
    let mut visible = reason.chars().map(|character| if is_hidden(character) { ' ' } else { character });
    let mut shown: String = visible.by_ref().take(MAX_REASON).collect();
    if visible.next().is_some() {
        shown.pop();
        shown.push('…');
    }
    shown
}
