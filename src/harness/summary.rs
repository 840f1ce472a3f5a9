//! What a run found out, ready to be reported: [`Summary`] holds all that is deterministic, [`Timings`] all that is measured.
//!
//! Renderers in [`crate::report`] read these two and compute nothing. Their serialised forms are `summary.json` and
//! `timings.json`, whose names users' scripts rely on.

mod split;

pub use split::{Part, Split};

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A configuration compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// Every tool definition in the first request, every result in the model's context.
    Direct,
    /// Three lean tools; the model writes one program and sees its result.
    Code,
    /// The code route with the result cache.
    #[serde(rename = "code+cache")]
    CodeCache,
}

impl Arm {
    pub const ALL: [Self; 3] = [Self::Direct, Self::Code, Self::CodeCache];

    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Code => "code",
            Self::CodeCache => "code+cache",
        }
    }
}

/// What a scenario is there to show; decides which thresholds are expected of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// The deterministic outcome of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The tokenizer that counted.
    pub tokenizer: String,
    pub scenarios: Vec<ScenarioSummary>,
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
    pub arms: ArmSummaries,
    /// What `code` saves; `None` unless it and `direct` ran and answered correctly.
    pub reduction: Option<Reduction>,
    /// The same of `code+cache`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_reduction: Option<Reduction>,
    pub gate: ScenarioGate,
}

/// One summary for each arm that ran.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ArmSummaries {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<ArmSummary>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ArmSummary>,
    #[serde(default, rename = "code+cache", skip_serializing_if = "Option::is_none")]
    pub code_cache: Option<ArmSummary>,
}

impl ArmSummaries {
    pub fn get(&self, arm: Arm) -> Option<&ArmSummary> {
        match arm {
            Arm::Direct => self.direct.as_ref(),
            Arm::Code => self.code.as_ref(),
            Arm::CodeCache => self.code_cache.as_ref(),
        }
    }
}

/// One arm of one scenario. A trial that failed has no numbers, only a failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ArmSummary {
    Correct(Measured),
    Failed(Failed),
}

impl ArmSummary {
    /// The numbers, where there are any.
    pub fn measured(&self) -> Option<&Measured> {
        match self {
            Self::Correct(measured) => Some(measured),
            Self::Failed(_) => None,
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
}

fn is_zero(number: &u64) -> bool {
    *number == 0
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

/// `1 − arm / direct`; negative where code-first costs more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reduction {
    pub context: f64,
    pub cumulative: f64,
    pub output: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Held,
    Failed,
    /// No threshold is declared.
    None,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioGate {
    pub verdict: Verdict,
    pub thresholds: Thresholds,
}

/// Minimum reductions, as fractions; what is not declared is not judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cumulative: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateSummary {
    pub verdict: Verdict,
}

/// What was measured with a clock: never the same twice, so never in [`Summary`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    pub machine: Machine,
    pub trials: Vec<TrialTiming>,
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
    /// From the first tool call or the start of the program to the last answer, without any model.
    #[serde(rename = "measured_seconds", with = "seconds")]
    pub measured: Duration,
    /// The part of it during which at least one tool call was in flight.
    #[serde(rename = "tools_seconds", with = "seconds")]
    pub tools: Duration,
}

mod seconds {
    use super::*;
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        duration.as_secs_f64().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Duration::try_from_secs_f64(seconds).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_no_cache_and_no_fallback_touched_is_written_as_it_was_before_there_were_any() {
        let split = serde_json::to_value(Split::default()).unwrap();
        let plain = json!({
            "correct": true, "context_tokens": split, "cumulative_input_tokens": split, "output_tokens": split,
            "turns": 1, "tool_calls": 2
        });
        let two = json!({
            "name": "n", "class": "ordinary", "description": "d", "tools": 1,
            "arms": { "direct": plain, "code": plain },
            "reduction": null, "gate": { "verdict": "none", "thresholds": {} }
        });
        let mut three = two.clone();
        let mut cached = plain;
        cached["cache_hits"] = json!(3);
        cached["fallback"] = json!("runtime");
        three["arms"]["code+cache"] = cached;
        for written in [two, three] {
            let summary: ScenarioSummary = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_string(&summary).unwrap(), written.to_string());
        }
    }

    #[test]
    fn an_arm_is_written_as_it_is_named() {
        for arm in Arm::ALL {
            assert_eq!(serde_json::to_value(arm).unwrap(), arm.name());
        }
    }
}
