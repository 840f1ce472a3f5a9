//! The regression gate: a fresh run and fresh benchmarks beside `reports/baseline.json`.
//!
//! In go a [`Baseline`] and what there is [now](Current); out comes a [`GateReport`], whose
//! [`Listing`](crate::report::listing::Listing) is written as a table, Markdown or JUnit XML. The rules:
//!
//! - Tokens are deterministic, so they are compared exactly, seed by seed: any change, up or down, fails until it is accepted.
//! - A wrong answer fails, whatever the baseline says, and so does a scenario whose own gate fails.
//! - A scenario that finds something else than before fails; above all a losing one that saves now.
//! - A benchmark is a ratio to the run's own reference, never an absolute time. It fails if its interval lies wholly above the
//!   baseline's *and* its point is more than 15 % above the baseline's. The first condition keeps noise out, the second what is
//!   certain but small; 30 % is caught as long as each interval is within some 13 % of its point.
//! - What is in only one of the two fails until it is accepted: nothing is judged by nothing.

mod baseline;
mod benchmark;
mod diff;
pub mod estimates;
mod judge;
mod text;
mod written;

use serde::{Deserialize, Serialize};

pub use self::{
    baseline::{Baseline, BaselineError, ScenarioVerdict, TokenFigure},
    benchmark::{Benchmark, Interval},
    diff::difference,
    judge::judge,
};
use crate::{
    harness::summary::Summary,
    report::compare::{Direction, Magnitude},
};

/// What is judged.
#[derive(Clone, Copy)]
pub struct Current<'a> {
    pub summary: &'a Summary,
    pub benchmarks: &'a [Benchmark],
}

/// What became of the gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateReport {
    pub verdict: GateVerdict,
    pub rows: Vec<GateRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateVerdict {
    Passed,
    Failed,
}

/// One figure, in the baseline and now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateRow {
    /// A scenario, with its arm where the figure is of one, or a benchmark.
    pub subject: String,
    pub metric: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Value>,
    pub direction: Direction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub magnitude: Option<Magnitude>,
    pub verdict: GateVerdict,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Tokens or answers.
    Count(f64),
    Ratio(Interval),
    Word(String),
}

#[cfg(test)]
mod tests;
