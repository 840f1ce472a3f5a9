//! What an arm saves beside another: by scenario, over the seeds with which both were right, and by class.

use serde::{Deserialize, Serialize};

use super::{Arm, Class, Estimate};

/// The numbers of a scenario on an arm over its seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArmSummary {
    pub arm: Arm,
    pub trials: usize,
    /// How many of them had the right answer. The estimates are over these; without any they are `None`.
    pub correct: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typical: Option<Typical>,
}

/// Medians over the seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Typical {
    pub context_tokens: Estimate,
    pub cumulative_input_tokens: Estimate,
    pub output_tokens: Estimate,
    pub turns: Estimate,
    pub tool_calls: Estimate,
    pub cache_hits: Estimate,
    pub model_seconds: Estimate,
    pub costs: Vec<CostEstimate>,
}

/// In dollars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostEstimate {
    /// The name of the price table.
    pub prices: String,
    pub uncached: Estimate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached: Option<Estimate>,
}

/// What an arm saves, `1 − arm / against`, over the seeds with which both were right; negative where it costs more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub arm: Arm,
    pub against: Arm,
    /// The seeds compared.
    pub seeds: Vec<u64>,
    pub context: Estimate,
    pub cumulative: Estimate,
    pub output: Estimate,
    pub model_time: Estimate,
    /// Reductions of cost, by price table.
    pub costs: Vec<CostEstimate>,
}

/// What an arm saves over the scenarios of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassSummary {
    pub class: Class,
    pub arm: Arm,
    pub against: Arm,
    /// How many scenarios could be compared.
    pub scenarios: usize,
    pub context: Average,
    pub cumulative: Average,
    pub output: Average,
    /// With caching where the table has prices for it, by the first price table.
    pub cost: Average,
}

/// Reductions over several scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Average {
    /// One less the geometric mean of the ratios: each scenario weighs the same.
    pub geometric: f64,
    /// One less the ratio of the totals: large scenarios weigh more.
    pub weighted: f64,
}

/// How a scenario's figures move when one assumption is another, all else being the same; of its first seed, `code` against
/// `direct`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    pub scenario: String,
    pub class: Class,
    /// What differs: `as assumed`, `reasoning × 0`, `reasoning × 4`, `discovery: describe`, `discovery: browse`,
    /// `tokenizer: cl100k_base`, `no prompt caching`.
    pub assumption: String,
    pub context: f64,
    pub cumulative: f64,
    pub output: f64,
    /// By the first price table.
    pub cost: f64,
}
