//! The sweeps: where code-first begins to pay, and how its cost grows with the data.

use serde::{Deserialize, Serialize};

use super::{Arm, Dollars, Seconds};
use crate::tokens::Tokens;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    pub tokenizer: String,
    /// The numbers of tools on offer.
    pub tools: Vec<u64>,
    /// The sizes of one result.
    pub result_tokens: Vec<Tokens>,
    /// The numbers of calls, one after the other.
    pub steps: Vec<u64>,
    /// One for each combination and arm.
    pub points: Vec<SweepPoint>,
    /// One for each number of tools and of steps, and what is compared.
    pub break_even: Vec<BreakEven>,
    pub growth: Growth,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepPoint {
    pub tools: u64,
    pub result_tokens: Tokens,
    pub steps: u64,
    pub arm: Arm,
    pub context_tokens: Tokens,
    pub cumulative_input_tokens: Tokens,
    pub output_tokens: Tokens,
    /// By the first price table, with prompt caching.
    pub cost: Dollars,
    /// By the assumed rates: modelled.
    pub model_seconds: Seconds,
}

/// From which size of a result on code-first pays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BreakEven {
    pub tools: u64,
    pub steps: u64,
    /// Beside which arm: `direct` or `search`.
    pub against: Arm,
    /// `context`, `cumulative`, `cost` or `model_time`.
    pub measure: String,
    /// The smallest result, interpolated between two of the sweep, with which `code` takes no more; 0 if it always pays, `None` if it
    /// does with none of the sweep.
    pub result_tokens: Option<Tokens>,
}

/// How the code arm grows with what its tools return.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    pub points: Vec<GrowthPoint>,
    /// Tokens in the model's context for each token that tools return: the slope of a line of least squares.
    pub context_slope: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthPoint {
    /// What the tools returned, all together.
    pub payload_tokens: Tokens,
    /// What of it and for it was in the model's context.
    pub context_tokens: Tokens,
}

/// The time of the code arm beside what its tools return: measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthTimings {
    pub points: Vec<GrowthTiming>,
    /// Seconds for each million tokens, by least squares.
    pub seconds_per_million_tokens: f64,
    /// How well the line fits: 1 is exactly.
    pub r_squared: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthTiming {
    pub payload_tokens: Tokens,
    pub measured_seconds: Seconds,
}
