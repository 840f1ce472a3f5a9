//! The evidence of a run, rendered: CSV, JSON, the page `index.html` and the terminal's tables; and two runs, compared.
//!
//! In goes what the harness recorded, as [`Evidence`], from memory or [read back](Evidence::read); out come bytes. Nothing here
//! computes a result: totals, reductions and verdicts are read, and what a renderer adds is notation, order and words. All text
//! in a summary is taken to be hostile, since a failure quotes what a server said.

pub mod compare;
mod csv;
pub(crate) mod figure;
#[cfg(test)]
mod fixture;
mod html;
mod json;
pub mod listing;
mod metric;
mod plot;
mod read;
pub mod table;
mod verdict;
mod write;

pub use self::{
    csv::{Entry, dictionary},
    metric::Metric,
    read::ReadError,
    verdict::Finding,
    write::{ReportError, write_all, write_sweep},
};
use crate::{
    format,
    harness::summary::{
        Arm, GrowthTimings, Measured, Outcome, ScenarioSummary, Summary, Sweep, Timings, TrialRecord, TrialTiming,
    },
};

/// All that a report is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    pub summary: Summary,
    pub timings: Timings,
    /// Of the first seed: what was said.
    pub trials: Vec<TrialRecord>,
    pub sweep: Option<Sweep>,
    pub growth_timings: Option<GrowthTimings>,
}

/// The files that hold evidence; the other files of a report follow from them.
mod files {
    pub const SUMMARY: &str = "summary.json";
    pub const TIMINGS: &str = "timings.json";
    pub const SWEEP: &str = "sweep.json";
    pub const GROWTH: &str = "growth.json";
    /// A folder, with a file for each trial.
    pub const TRIALS: &str = "trials";
}

/// One scenario on one arm with one seed, and the time that was measured for it.
struct Trial<'a> {
    scenario: &'a ScenarioSummary,
    arm: Arm,
    seed: u64,
    outcome: &'a Outcome,
    timing: Option<&'a TrialTiming>,
}

impl<'a> Trial<'a> {
    fn measured(&self) -> Option<&'a Measured> {
        self.outcome.measured()
    }
}

/// The trials of one scenario, in the order of the summary.
fn trials<'a>(scenario: &'a ScenarioSummary, timings: &'a Timings) -> impl Iterator<Item = Trial<'a>> {
    scenario.trials.iter().map(move |trial| {
        let timing = timings.trials.iter().find(|timing| {
            (timing.scenario.as_str(), timing.arm, timing.seed) == (&scenario.name, trial.arm, trial.seed)
        });
        Trial { scenario, arm: trial.arm, seed: trial.seed, outcome: &trial.outcome, timing }
    })
}

/// Whether any trial of the scenario has numbers of which this is true.
fn has_measured(scenario: &ScenarioSummary, is_so: impl Fn(&Measured) -> bool) -> bool {
    scenario.trials.iter().filter_map(|trial| trial.outcome.measured()).any(is_so)
}

/// A made-up run, for tests outside the report.
#[cfg(test)]
pub(crate) fn sample() -> Evidence {
    fixture::evidence()
}

#[cfg(test)]
mod tests;
