//! What became of a request: [`Response`], and its text for a model, in as few tokens as say it.

use std::{collections::HashSet, fmt};

use super::{
    Request,
    fallback::{Fallback, ProgramFailure, Refusal, Told},
    ledger::DoneCall,
    plan::ReferenceError,
};
use crate::{
    executor::{Execution, ProgramResult},
    host::ToolError,
    journal::{Journal, Route},
    metrics::{RequestOutcome, RouteTaken},
    tool::ToolOutput,
};

/// What became of a request.
#[derive(Debug)]
pub struct Response {
    pub answer: Result<Answer, RequestFailure>,
    /// The route by which the answer came, or on which there was none.
    pub route: Route,
    /// That the program failed and the plan was carried out, up to its end or to a call that failed.
    pub fallback: Option<Fallback>,
    /// What the program did; `None` without one, and where the host failed to run it.
    pub execution: Option<Execution>,
    /// Every call that was made, by either route.
    pub journal: Journal,
}

impl Response {
    pub(super) fn new(request: &Request, answer: Result<Answer, RequestFailure>, route: Route) -> Self {
        Self { answer, route, fallback: None, execution: None, journal: request.recorder.journal() }
    }

    pub(super) fn with_execution(self, execution: Execution) -> Self {
        Self { execution: Some(execution), ..self }
    }

    /// The route by which it was carried out, as it is counted.
    pub fn route_taken(&self) -> RouteTaken {
        match (self.route, &self.fallback) {
            (Route::Code, _) => RouteTaken::Code,
            (Route::Direct, None) => RouteTaken::Direct,
            (Route::Direct, Some(_)) => RouteTaken::Fallback,
        }
    }

    /// What became of it, as it is counted.
    pub fn outcome(&self) -> RequestOutcome {
        match &self.answer {
            Ok(_) => RequestOutcome::Completed,
            Err(RequestFailure::Program { refusal: Some(_), .. }) => RequestOutcome::Refused,
            Err(_) => RequestOutcome::Failed,
        }
    }
}

/// A request's result.
#[derive(Debug)]
pub enum Answer {
    Program(ProgramResult),
    /// The outputs of the planned calls, in order.
    Calls(Vec<ToolOutput>),
}

/// Why a request has no result.
#[derive(Debug)]
pub enum RequestFailure {
    /// It had neither a program nor a plan.
    Empty,
    Program {
        failure: ProgramFailure,
        /// Why its plan was not carried out; `None` where it had none, or fallbacks are switched off.
        refusal: Option<Refusal>,
        /// The calls that have, or may have, taken effect.
        done: Vec<DoneCall>,
    },
    Call {
        /// From 0.
        number: usize,
        error: CallError,
        /// The outputs of the calls before it.
        outputs: Vec<ToolOutput>,
        /// What a failed program has done that the plan has not come to.
        done: Vec<DoneCall>,
    },
}

/// Why a planned call has no output.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The plan asks for more than one may.
    #[error("{0}")]
    Limit(String),
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(fallback) = &self.fallback {
            writeln!(f, "{fallback}")?;
        }
        match &self.answer {
            Ok(answer) => answer.fmt(f),
            Err(failure) => failure.fmt(f),
        }
    }
}

/// A program's result as it is; one call's output as it is, those of several as one JSON array.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program(result) => result.fmt(f),
            Self::Calls(outputs) => match &outputs[..] {
                [output] => f.write_str(output.text()),
                outputs => write_array(outputs, f),
            },
        }
    }
}

impl fmt::Display for RequestFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nothing to do: give a program, or tool calls"),
            Self::Program { failure, refusal, done } => {
                failure.fmt(f)?;
                let named = match refusal {
                    Some(refusal) => {
                        write!(f, "\n{refusal}")?;
                        refusal.calls()
                    }
                    None => &[],
                };
                let named: HashSet<_> = named.iter().collect();
                let others: Vec<_> = done.iter().filter(|call| !named.contains(call)).cloned().collect();
                write_done(&others, f)
            }
            Self::Call { number, error, outputs, done } => {
                match number {
                    0 => error.fmt(f)?,
                    number => {
                        write!(f, "call {number}: {error}\nbefore it: ")?;
                        write_array(outputs, f)?;
                    }
                }
                write_done(done, f)
            }
        }
    }
}

/// What has happened all the same.
fn write_done(calls: &[DoneCall], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if calls.is_empty() { Ok(()) } else { write!(f, "\nit has done or may have done: {}", Told(calls)) }
}

fn write_array(outputs: &[ToolOutput], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("[")?;
    for (index, output) in outputs.iter().enumerate() {
        if index > 0 {
            f.write_str(",")?;
        }
        if output.is_json() {
            f.write_str(output.text())?;
        } else {
            f.write_str(&serde_json::to_string(output.text()).map_err(|_| fmt::Error)?)?;
        }
    }
    f.write_str("]")
}
