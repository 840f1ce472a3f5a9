//! One scenario on one arm: run for real, verified, and written down as a transcript.
//!
//! The code arm runs the scenario's program; `code+cache` does so with the result cache. The direct arm is derived from what
//! the code arm called: a direct model has to make exactly those calls, one turn for each wave of them, with every definition
//! in its first request and every result in its context. They are made again, on fresh servers, and its answer is what the
//! program makes of *those* results. It never errs and never calls too much, so nobody can say that a straw man was beaten; but it
//! goes the program's way, and where a server's own filters know a shorter one, a direct model that takes it needs fewer tokens. Where a program is meant to fail, a direct model makes the calls of the plan. The search
//! arm does the same, with the definitions of the tools that it has searched for in the place of all of them.
//!
//! A user may ask for the same more than once ([`Scenario::runs`]), in one conversation and of the same servers.

mod code;
mod direct;
mod search;

use std::time::Duration;

use serde_json::Value;

pub use self::{
    code::code,
    direct::{Shown, direct},
};
use super::{
    fleet::FleetError,
    scenario::{Plan, Scenario},
    summary::{CallRecord, Failure, Part},
    transcript::{Content, Event, Transcript},
};
use crate::{catalog::Catalog, executor::ExecutorError, format, router::RouterError, tool::ToolOutput};

/// What every model is told before the task, whatever the arm.
const SYSTEM_PROMPT: &str = "Do the user's task with the tools you have. Then answer with the result alone.";

/// A trial that ended with the right answer.
pub struct Trial {
    pub transcript: Transcript,
    /// The programs that the model wrote.
    pub programs: Vec<String>,
    pub calls: Vec<CallRecord>,
    /// Calls that reached upstream tools.
    pub tool_calls: u64,
    /// Calls that the cache answered.
    pub cache_hits: u64,
    /// The kind of the failure after which a request fell back to the direct route.
    pub fallback: Option<String>,
    /// The tools on offer.
    pub catalog: Catalog,
    /// From the first call, or the start of the program, to the last answer.
    pub measured: Duration,
    /// The part of it with at least one call in flight.
    pub in_tools: Duration,
}

/// Why a trial has no numbers.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    #[error(transparent)]
    Fleet(#[from] FleetError),
    #[error(transparent)]
    Executor(#[from] ExecutorError),
    #[error(transparent)]
    Router(#[from] RouterError),
    #[error("there is no answer: {0}")]
    NoAnswer(String),
    #[error("the results of the plan have nothing at {0:?}")]
    NothingAt(String),
    #[error("the program calls {tool}, which the search for {query:?} does not find: change [discovery]")]
    NotFound { tool: String, query: String },
    #[error("the scenario's injection came into the model's context on the code route")]
    Exposed,
    #[error("no result has the scenario's injection, so it shows nothing")]
    NotExposed,
    #[error("{}", .0.message)]
    Wrong(Box<Failure>),
}

impl From<TrialError> for Failure {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::Wrong(failure) => *failure,
            other => Self { message: format::chain(&other), expected: None, actual: None },
        }
    }
}

/// What a request holds of the user's, in every arm: the first one, and each that asks for the same again.
fn prompt(scenario: &Scenario, run: u32) -> Vec<Event> {
    let texts = if run == 0 { &[SYSTEM_PROMPT, &scenario.task][..] } else { &[scenario.task.as_str()] };
    texts.iter().map(|text| Event::text(Part::Prompt, *text)).collect()
}

/// A response: the model reasons, then acts.
pub(super) fn act(scenario: &Scenario, action: impl IntoIterator<Item = Event>) -> Vec<Event> {
    let reasoning = Event { part: Part::Reasoning, content: Content::Assumed(scenario.reasoning_per_turn) };
    std::iter::once(reasoning).chain(action).collect()
}

/// A tool call as the model writes it: the tool's name and its input.
pub(super) fn call(part: Part, tool: &str, input: &Value) -> [Event; 2] {
    [Event::text(part, tool), Event::text(part, input.to_string())]
}

/// What a model answers that has read the results of a plan.
fn answer_of(plan: &Plan, outputs: &[ToolOutput]) -> Result<Value, TrialError> {
    let results: Value = outputs.iter().map(ToolOutput::to_value).collect();
    results.pointer(&plan.answer).cloned().ok_or_else(|| TrialError::NothingAt(plan.answer.clone()))
}
