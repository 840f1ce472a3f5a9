//! What a run found out, ready to be reported: [`Summary`] holds all that is deterministic, [`Timings`] all that is measured.
//!
//! Renderers in [`crate::report`] read these, the [`TrialRecord`]s and the [`Sweep`], and compute nothing. Their serialised forms are
//! `summary.json`, `timings.json`, `trials/*.json` and `sweep.json`, whose names users' scripts rely on.

mod assumptions;
mod comparison;
mod outcome;
mod record;
mod split;
mod sweep;
mod timings;
mod units;
mod verdict;

use serde::{Deserialize, Serialize};

pub use self::{
    assumptions::{Assumptions, Bills, ModelSpeed, Prices, PromptCaching},
    comparison::{ArmSummary, Average, ClassSummary, Comparison, CostEstimate, Sensitivity, Typical},
    outcome::{Cost, Failed, Failure, Measured, Outcome, TrialSummary},
    record::{CallRecord, EventRecord, TrialRecord, TurnRecord},
    split::{Part, Split},
    sweep::{BreakEven, Growth, GrowthPoint, GrowthTiming, GrowthTimings, Sweep, SweepPoint},
    timings::{Machine, ScenarioTiming, Timings, TrialTiming},
    units::{Dollars, Estimate, Seconds},
    verdict::{Band, Demands, GateSummary, ScenarioGate, Verdict},
};

/// A configuration compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// Every tool definition in the first request, every result in the model's context.
    Direct,
    /// The direct arm with a tool that finds tools: definitions come into the context when they are found.
    Search,
    /// Three lean tools; the model writes one program and sees its result.
    Code,
    /// The code route with the result cache.
    #[serde(rename = "code+cache")]
    CodeCache,
}

impl Arm {
    pub const ALL: [Self; 4] = [Self::Direct, Self::Search, Self::Code, Self::CodeCache];

    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Search => "search",
            Self::Code => "code",
            Self::CodeCache => "code+cache",
        }
    }
}

/// What a scenario is there to show; decides what is demanded of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Work that code-first is made for: at least 95 % fewer tokens.
    Headline,
    /// Everyday work.
    Ordinary,
    /// Work where code-first costs more, or no less.
    Losing,
    /// Work where something goes wrong on the way.
    Robustness,
}

impl Class {
    pub const ALL: [Self; 4] = [Self::Headline, Self::Ordinary, Self::Losing, Self::Robustness];

    pub fn name(self) -> &'static str {
        match self {
            Self::Headline => "headline",
            Self::Ordinary => "ordinary",
            Self::Losing => "losing",
            Self::Robustness => "robustness",
        }
    }
}

/// The deterministic outcome of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The tokenizer that counted.
    pub tokenizer: String,
    /// The seeds that every scenario was run with.
    pub seeds: Vec<u64>,
    pub assumptions: Assumptions,
    pub scenarios: Vec<ScenarioSummary>,
    /// By class, then by arm.
    pub classes: Vec<ClassSummary>,
    pub sensitivity: Vec<Sensitivity>,
    pub gate: GateSummary,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioSummary {
    pub name: String,
    pub class: Class,
    /// One sentence: what the scenario asks for.
    pub description: String,
    /// The tools on offer, over all servers.
    pub tools: usize,
    /// One for each arm that ran, in the order of [`Arm::ALL`].
    pub arms: Vec<ArmSummary>,
    /// Each arm but `direct` against `direct`, and the code arms against `search`, where there are seeds to compare.
    pub comparisons: Vec<Comparison>,
    /// By seed, then by arm.
    pub trials: Vec<TrialSummary>,
    pub gate: ScenarioGate,
}

impl ScenarioSummary {
    pub fn arm(&self, arm: Arm) -> Option<&ArmSummary> {
        self.arms.iter().find(|summary| summary.arm == arm)
    }

    pub fn comparison(&self, arm: Arm, against: Arm) -> Option<&Comparison> {
        self.comparisons.iter().find(|comparison| comparison.arm == arm && comparison.against == against)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arm_and_a_class_are_written_as_they_are_named() {
        for arm in Arm::ALL {
            assert_eq!(serde_json::to_value(arm).unwrap(), arm.name());
        }
        for class in Class::ALL {
            assert_eq!(serde_json::to_value(class).unwrap(), class.name());
        }
    }
}
