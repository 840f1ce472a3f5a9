//! Carrying out a plan: its calls one after the other, each made or answered from what a failed program has done.

use std::time::Duration;

use super::{
    fallback::Refusal,
    ledger::{Decision, DoneCall, Ledger},
    meter::Carried,
    plan::Results,
    response::{Answer, CallError, RequestFailure},
};
use crate::{
    catalog::Catalog,
    host::ToolHost,
    journal::Recorder,
    metrics::{self, RouteTaken},
    tool::ToolCall,
};

/// How long the results of one plan may be, all together, before no further call is made.
const MAX_RESULTS_BYTES: usize = 64 * 1024 * 1024;

/// A plan on its way.
pub(super) struct Plan<'a> {
    pub(super) calls: &'a [ToolCall],
    pub(super) catalog: &'a Catalog,
    pub(super) host: &'a dyn ToolHost,
    pub(super) recorder: &'a Recorder,
    pub(super) route: RouteTaken,
    /// The calls that it may have.
    pub(super) limit: usize,
}

/// How far a plan has come.
pub(super) struct Progress {
    results: Results,
    ledger: Ledger,
    /// The calls that have been answered, or have failed.
    pub(super) carried: Vec<Carried>,
    pub(super) reused: usize,
    pub(super) made: usize,
    /// Why it has not come to its end.
    pub(super) stop: Option<Stop>,
}

pub(super) enum Stop {
    /// The next call must not be made.
    Refused(Refusal),
    /// The last call failed.
    Failed(CallError),
}

impl From<CallError> for Stop {
    fn from(error: CallError) -> Self {
        Self::Failed(error)
    }
}

impl Plan<'_> {
    /// Carries it out as far as it can be, after a program that has done what the ledger says.
    pub(super) async fn carry_out(&self, ledger: Ledger) -> Progress {
        let mut progress =
            Progress { results: Results::default(), ledger, carried: Vec::new(), reused: 0, made: 0, stop: None };
        for (planned, wave) in self.calls.iter().zip(1..) {
            // One that is answered from the ledger alone waits for nothing.
            tokio::task::consume_budget().await;
            if let Err(stop) = self.next(planned, wave, &mut progress).await {
                progress.stop = Some(stop);
                return progress;
            }
        }
        progress.stop = progress.ledger.conclude().err().map(Stop::Refused);
        progress
    }

    async fn next(&self, planned: &ToolCall, wave: u32, progress: &mut Progress) -> Result<(), Stop> {
        if progress.carried.len() == self.limit {
            return Err(CallError::Limit(format!("a plan makes {} calls at most", self.limit)).into());
        }
        if progress.results.bytes() > MAX_RESULTS_BYTES {
            let limit = MAX_RESULTS_BYTES >> 20;
            return Err(CallError::Limit(format!("the results up to here take more than {limit} MiB")).into());
        }
        let input = match (self.route, self.calls) {
            // A single call by itself has nothing to refer to: what looks like a reference is the tool's affair.
            (RouteTaken::Direct, [_]) => planned.input.clone(),
            _ => progress.results.resolve(&planned.input).map_err(CallError::from)?,
        };
        let call = self.catalog.admit(&planned.id.server, &planned.id.tool, input).map_err(|error| {
            // It is in no journal, because it was not made.
            metrics::tool_call_answered(error.tool(), self.route, Err(&error), Duration::ZERO);
            CallError::from(error)
        })?;
        let output = match progress.ledger.decide(&call, self.host.effect(&call.id)).map_err(Stop::Refused)? {
            Decision::Reuse(output) => {
                progress.reused += 1;
                output
            }
            Decision::Make => {
                progress.made += 1;
                match self.recorder.call(self.host, call.clone(), wave).await {
                    Ok(answer) => answer.output,
                    Err(error) => {
                        progress.carried.push(Carried { call, result: Err(error.clone()) });
                        return Err(CallError::from(error).into());
                    }
                }
            }
        };
        progress.results.push(output.clone());
        progress.carried.push(Carried { call, result: Ok(output) });
        Ok(())
    }
}

impl Progress {
    /// What the program has done that the plan has not come to.
    pub(super) fn unplanned(&self) -> Vec<DoneCall> {
        self.ledger.unplanned()
    }

    /// The outputs of all calls, or the failure of the last.
    pub(super) fn into_answer(self, error: Option<CallError>) -> Result<Answer, RequestFailure> {
        let done = self.unplanned();
        let outputs = self.results.into_outputs();
        match error {
            None => Ok(Answer::Calls(outputs)),
            Some(error) => Err(RequestFailure::Call { number: outputs.len(), error, outputs, done }),
        }
    }
}
