//! [`PolicyHost`] holds calls to the rulings.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use futures_util::future::{self, BoxFuture};
use tokio::time;

use super::{
    limiter::{Limiter, peek, take_turns},
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

/// What shows as nothing or turns text about: Unicode's `Default_Ignorable_Code_Point`, the separators of lines and paragraphs, and
/// interlinear annotations.
const HIDDEN: [RangeInclusive<char>; 17] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

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

/// Is told of the calls that a [`PolicyHost`] does not make at once, so that of a call that was given up one can say whether it
/// was made: as long as a held call has not left, it has done nothing.
///
/// Both functions are called by the task that makes the call and hold it up; they must not block.
pub trait Departures: Send + Sync {
    /// The call is held until there is an approval or a turn for it, even if that takes no time. Not called where the ruling asks
    /// for neither: where access is not [`Access::Approve`] and there is no rate.
    fn held(&self, call: &ToolCall);

    /// The call, which was held, is made now: nothing but this comes before [`ToolHost::call_tool`] of the inner host. Never
    /// called for a call that is refused, or dropped while it is held.
    fn leaves(&self, call: &ToolCall);
}

/// Makes those calls that the rulings let pass, when they let them pass.
pub struct PolicyHost<H> {
    inner: H,
    rulings: Rulings,
    principal: Principal,
    approver: Option<Arc<dyn Approver>>,
    departures: Option<Arc<dyn Departures>>,
}

impl<H> PolicyHost<H> {
    /// Makes calls on behalf of `principal`. Where nobody can be asked, calls that need an approval are refused.
    pub fn new(inner: H, rulings: Rulings, principal: Principal) -> Self {
        Self { inner, rulings, principal, approver: None, departures: None }
    }

    pub fn with_approver(self, approver: Arc<dyn Approver>) -> Self {
        Self { approver: Some(approver), ..self }
    }

    /// Tells `departures` of each call that is held for an approval or a turn.
    pub fn with_departures(self, departures: Arc<dyn Departures>) -> Self {
        Self { departures: Some(departures), ..self }
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
        let departures = self.departures.as_ref().filter(|_| ruled.holds_calls());
        if let Some(departures) = departures {
            departures.held(&call);
        }
        let limiters = ruled.limiters();
        let patience = ruled.ruling.timeout.unwrap_or(DEFAULT_PATIENCE);
        if ruled.ruling.access == Access::Approve {
            self.ask(&call, &limiters, patience).await?;
        }
        take_turns(&limiters, patience).await.map_err(|wait| rate_limited(&call.id, wait))?;
        if let Some(departures) = departures {
            departures.leaves(&call);
        }
        let Some(after) = ruled.ruling.timeout else { return self.inner.call_tool(call).await };
        let tool = call.id.clone();
        match time::timeout(after, self.inner.call_tool(call)).await {
            Ok(answer) => answer,
            Err(_) => Err(ToolError::TimedOut { tool, after }),
        }
    }

    async fn ask(&self, call: &ToolCall, limiters: &[&Limiter], patience: Duration) -> Result<(), ToolError> {
        let denied = |message: String| Err(ToolError::Denied { tool: call.id.clone(), message });
        let Some(approver) = &self.approver else {
            return denied("needs approval, and there is nobody to ask".into());
        };
        // Nobody is asked in vain for a call that would be refused once it is approved.
        peek(limiters, patience).map_err(|wait| rate_limited(&call.id, wait))?;
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

fn rate_limited(tool: &ToolId, wait: Duration) -> ToolError {
    let milliseconds = wait.as_nanos().div_ceil(1_000_000).max(1);
    let retry_after = Duration::from_millis(milliseconds.try_into().unwrap_or(u64::MAX));
    ToolError::RateLimited { tool: tool.clone(), retry_after }
}

/// A reason as one line in which nothing is hidden, and of bounded length.
fn shown(reason: &str) -> String {
    let is_hidden = |character: char| character.is_control() || HIDDEN.iter().any(|hidden| hidden.contains(&character));
    let mut visible = reason.chars().map(|character| if is_hidden(character) { ' ' } else { character });
    let mut shown: String = visible.by_ref().take(MAX_REASON).collect();
    if visible.next().is_some() {
        shown.pop();
        shown.push('…');
    }
    shown
}
