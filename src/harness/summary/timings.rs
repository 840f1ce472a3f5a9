//! What was measured with a clock: never the same twice, so never in [`Summary`](super::Summary).

use serde::{Deserialize, Serialize};

use super::{Arm, Estimate, Seconds};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    pub machine: Machine,
    /// From the start of the run to its end.
    pub elapsed_seconds: Seconds,
    pub trials: Vec<TrialTiming>,
    /// One for each scenario and arm with a trial that was correct.
    pub scenarios: Vec<ScenarioTiming>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    pub os: String,
    pub architecture: String,
    pub cores: usize,
    /// `release` or `debug`.
    pub build: String,
    pub version: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialTiming {
    pub scenario: String,
    pub arm: Arm,
    pub seed: u64,
    /// From the first tool call or the start of the program to the last answer, without any model.
    pub measured_seconds: Seconds,
    /// The part of it during which at least one tool call was in flight.
    pub tools_seconds: Seconds,
}

/// The time of a scenario on an arm, over its seeds: what was measured, what is modelled, and both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioTiming {
    pub scenario: String,
    pub arm: Arm,
    /// Tools and sandbox, by the clock.
    pub measured_seconds: Estimate,
    /// The model, by the assumed rates.
    pub model_seconds: Estimate,
    /// The sum of the two: partly modelled.
    pub total_seconds: Estimate,
    /// `1 − arm / direct` of that sum; `None` for the direct arm, or where it has no right answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_reduction: Option<Estimate>,
}
