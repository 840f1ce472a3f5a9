//! What became of one trial: numbers, if its answer was right, else why it has none.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Arm, Dollars, Seconds, Split};

/// One scenario on one arm with one seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialSummary {
    pub seed: u64,
    pub arm: Arm,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// A trial that failed has no numbers, only a failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Outcome {
    Correct(Measured),
    Failed(Failed),
}

impl Outcome {
    /// The numbers, where there are any.
    pub fn measured(&self) -> Option<&Measured> {
        match self {
            Self::Correct(measured) => Some(measured),
            Self::Failed(_) => None,
        }
    }

    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Correct(_) => None,
            Self::Failed(failed) => Some(&failed.failure),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Always `true`: only a correct trial is measured.
    pub correct: bool,
    /// Everything that entered the model's context, once.
    pub context_tokens: Split,
    /// The whole input of every request, summed: what an interface without prompt caching bills.
    pub cumulative_input_tokens: Split,
    /// Everything that the model emitted.
    pub output_tokens: Split,
    /// Requests to the model.
    pub turns: u64,
    /// Calls that reached upstream tools.
    pub tool_calls: u64,
    /// Calls answered by the cache or together with another caller's; 0 in arms without a cache.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cache_hits: u64,
    /// The kind of failure from which the arm's program fell back to the direct route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// Whether the text of which the scenario says that it tries to instruct the model came into its context; `None` where there
    /// is no such text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposed: Option<bool>,
    /// One for each price table of the assumptions, in their order.
    pub costs: Vec<Cost>,
    /// How long a model would have taken for the requests, by the assumed rates: modelled, not measured.
    pub model_seconds: Seconds,
}

/// What the requests of one trial cost by one price table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// The name of the table.
    pub prices: String,
    /// Every input token at the full price.
    pub uncached: Dollars,
    /// With prompt caching; `None` for a table that has no prices for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached: Option<Dollars>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    /// Always `false`.
    pub correct: bool,
    pub failure: Failure,
}

/// Why a trial has no numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    pub message: String,
    /// For a wrong answer: what was expected, and what came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Value>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
