//! Carrying out a plan: its calls one after the other, each made or answered from what a failed program has done.

use tracing::Instrument;

use super::{
    fallback::Refusal,
    ledger::{Decision, Ledger},
    meter::Carried,
    plan::Results,
    response::{Answer, CallError, RequestFailure},
};
use crate::{catalog::Catalog, host::ToolHost, journal::Recorder, tool::ToolCall};

/// How far a plan has come.
#[derive(Default)]
pub(super) struct Progress {
    results: Results,
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

impl Progress {
    /// Carries out a plan as far as it can be.
    pub(super) async fn of(
        plan: &[ToolCall],
        mut ledger: Ledger,
        catalog: &Catalog,
        host: &dyn ToolHost,
        recorder: &Recorder,
    ) -> Self {
        let mut progress = Self::default();
        for (planned, wave) in plan.iter().zip(1..) {
            if let Err(stop) = progress.next(planned, wave, &mut ledger, catalog, host, recorder).await {
                progress.stop = Some(stop);
                return progress;
            }
        }
        progress.stop = ledger.conclude().err().map(Stop::Refused);
        progress
    }

    async fn next(
        &mut self,
        planned: &ToolCall,
        wave: u32,
        ledger: &mut Ledger,
        catalog: &Catalog,
        host: &dyn ToolHost,
        recorder: &Recorder,
    ) -> Result<(), Stop> {
        let failed = |error: CallError| Stop::Failed(error);
        let input = self.results.resolve(&planned.input).map_err(|error| failed(error.into()))?;
        let call = catalog.admit(&planned.id.server, &planned.id.tool, input).map_err(|error| failed(error.into()))?;
        let output = match ledger.decide(&call, host.effect(&call.id)).map_err(Stop::Refused)? {
            Decision::Reuse(output) => {
                self.reused += 1;
                output
            }
            Decision::Make => {
                self.made += 1;
                let span = tracing::info_span!("tool_call", server = %call.id.server, tool = %call.id.tool, wave);
                match recorder.call(host, call.clone(), wave).instrument(span).await {
                    Ok(answer) => answer.output,
                    Err(error) => {
                        self.carried.push(Carried { call, result: Err(error.clone()) });
                        return Err(failed(error.into()));
                    }
                }
            }
        };
        self.results.push(output.clone());
        self.carried.push(Carried { call, result: Ok(output) });
        Ok(())
    }

    /// The outputs of all calls, or the failure of the last.
    pub(super) fn into_answer(self, error: Option<CallError>) -> Result<Answer, RequestFailure> {
        let outputs = self.results.into_outputs();
        match error {
            None => Ok(Answer::Calls(outputs)),
            Some(error) => Err(RequestFailure::Call { number: outputs.len(), error, outputs }),
        }
    }
}
