//! What is demanded of a scenario, and whether it holds.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Held,
    Failed,
    /// Nothing is demanded.
    None,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioGate {
    pub verdict: Verdict,
    pub demands: Demands,
    /// What failed, in a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<String>,
}

/// What the reductions of `code` against `direct` have to be, for every seed; what is not demanded is not judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demands {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Band>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cumulative: Option<Band>,
}

/// Reductions, as fractions, between which one has to be. A scenario that is there to show a loss is held to its loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateSummary {
    pub verdict: Verdict,
}
