//! What the figures assume and no trial can measure: prices, and how fast a model is. Each with its source.

use serde::{Deserialize, Serialize};

use super::Seconds;
use crate::tokens::Tokens;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumptions {
    /// The first one is what the headline figures use.
    pub prices: Vec<Prices>,
    pub model: ModelSpeed,
}

/// A price table, in US dollars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    pub name: String,
    /// Where the prices stand, and when they were read.
    pub source: String,
    /// What is billed.
    pub bills: Bills,
    pub input_per_million: f64,
    pub output_per_million: f64,
    /// How often a workflow runs in a month, for a monthly figure.
    pub workflows_per_month: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caching: Option<PromptCaching>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bills {
    /// The whole input of every request, and every output: how interfaces bill.
    Requests,
    /// What entered the context, once, at the price of input: how the well-known $30,000 → $400 was reckoned.
    Context,
}

/// How an interface bills an input whose beginning it has seen before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptCaching {
    /// Times the price of input, for tokens that are put into the cache.
    pub write: f64,
    /// Times the price of input, for tokens that are read from it.
    pub read: f64,
    /// A shorter input is not cached.
    pub minimum_prefix: Tokens,
    /// How long the cache keeps what nobody reads.
    pub ttl_seconds: Seconds,
}

/// How long a request takes: `time_to_first_token + uncached input / prefill + output / decode`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSpeed {
    pub source: String,
    pub time_to_first_token_seconds: Seconds,
    /// Tokens of input in a second.
    pub prefill_per_second: f64,
    /// Tokens of output in a second.
    pub decode_per_second: f64,
}
