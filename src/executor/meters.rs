//! What is counted of an execution.

use super::{Execution, ExecutorError, Outcome, Usage};
use crate::metrics::{self, Phase};

/// Counts an execution that has ended, by its outcome, and what its time went to.
pub(super) fn count(execution: &Result<Execution, ExecutorError>, took: std::time::Duration) {
    let outcome = match execution {
        Ok(Execution { outcome: Outcome::Completed { .. }, .. }) => "completed",
        Ok(Execution { outcome: Outcome::Failed(failure), .. }) => failure.kind.name(),
        Err(_) => "host",
    };
    metrics::execution_finished(outcome, took);
    let Ok(Execution { usage: Usage { phases, tools, .. }, .. }) = execution else { return };
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
