//! What is counted of an execution.

use std::time::Instant;

use super::{Execution, ExecutorError, Outcome, Usage};
use crate::metrics::{self, Phase};

/// An execution that has not ended. Dropped, it is counted by its outcome: nobody waited for one that has none.
pub(super) struct Ongoing {
    start: Instant,
    outcome: &'static str,
}

impl Ongoing {
    pub(super) fn since(start: Instant) -> Self {
        Self { start, outcome: "cancelled" }
    }

    /// Counts also what its time went to. Gives the outcome's name.
    pub(super) fn end(mut self, execution: &Result<Execution, ExecutorError>) -> &'static str {
        self.outcome = match execution {
            Ok(Execution { outcome: Outcome::Completed { .. }, .. }) => "completed",
            Ok(Execution { outcome: Outcome::Failed(failure), .. }) => failure.kind.name(),
            Err(_) => "host",
        };
        if let Ok(Execution { usage: Usage { phases, tools, .. }, .. }) = execution {
            let phases = [
                (Phase::Transpile, phases.transpile),
                (Phase::Check, phases.check),
                (Phase::Queue, phases.queue),
                (Phase::Fork, phases.fork),
                (Phase::Run, phases.run),
                (Phase::Tools, *tools),
            ];
            // A phase that an execution did not have says nothing of how long that phase takes.
            for (phase, took) in phases.into_iter().filter(|(_, took)| !took.is_zero()) {
                metrics::phase_finished(phase, took);
            }
        }
        self.outcome
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        metrics::execution_finished(self.outcome, self.start.elapsed());
    }
}
