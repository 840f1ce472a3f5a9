//! What a run found out, ready to be reported: [`Summary`] holds all that is deterministic, [`Timings`] all that is measured.
//!
//! Renderers in [`crate::report`] read these two and compute nothing. Their serialised forms are `summary.json` and
//! `timings.json`, whose names users' scripts rely on.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::tokens::Tokens;

/// Where a token came from. Every total is the sum over these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The system prompt and the user's task.
    Prompt,
    /// Tool definitions shown to the model.
    Definitions,
    /// Looking for tools: the model's queries and what they returned.
    Discovery,
    /// What tools, or the program, returned to the model.
    Results,
    /// The model's reasoning between its actions.
    Reasoning,
    /// Tool calls written out by the model: names and arguments.
    Calls,
    /// Programs written by the model.
    Code,
    /// The model's final answer.
    Answer,
}

impl Part {
    pub const ALL: [Self; 8] = [
        Self::Prompt,
        Self::Definitions,
        Self::Discovery,
        Self::Results,
        Self::Reasoning,
        Self::Calls,
        Self::Code,
        Self::Answer,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Definitions => "definitions",
            Self::Discovery => "discovery",
            Self::Results => "results",
            Self::Reasoning => "reasoning",
            Self::Calls => "calls",
            Self::Code => "code",
            Self::Answer => "answer",
        }
    }
}

/// A number of tokens by [`Part`]. Serialised with its total first; the parts sum to it by construction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SplitRecord", into = "SplitRecord")]
pub struct Split([Tokens; Part::ALL.len()]);

impl Split {
    pub fn add(&mut self, part: Part, tokens: Tokens) {
        self.0[part as usize] += tokens;
    }

    pub fn get(&self, part: Part) -> Tokens {
        self.0[part as usize]
    }

    pub fn total(&self) -> Tokens {
        self.0.iter().copied().sum()
    }

    /// The parts in their fixed order.
    pub fn parts(&self) -> impl Iterator<Item = (Part, Tokens)> {
        Part::ALL.into_iter().zip(self.0)
    }
}

/// [`Split`] as it is written to disk.
#[derive(Serialize, Deserialize)]
struct SplitRecord {
    total: Tokens,
    prompt: Tokens,
    definitions: Tokens,
    discovery: Tokens,
    results: Tokens,
    reasoning: Tokens,
    calls: Tokens,
    code: Tokens,
    answer: Tokens,
}

impl From<SplitRecord> for Split {
    fn from(r: SplitRecord) -> Self {
        Self([r.prompt, r.definitions, r.discovery, r.results, r.reasoning, r.calls, r.code, r.answer])
    }
}

impl From<Split> for SplitRecord {
    fn from(split: Split) -> Self {
        let [prompt, definitions, discovery, results, reasoning, calls, code, answer] = split.0;
        let total = split.total();
        Self { total, prompt, definitions, discovery, results, reasoning, calls, code, answer }
    }
}

/// A configuration compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// Every tool definition in the first request, every result in the model's context.
    Direct,
    /// Three lean tools; the model writes one program and sees its result.
    Code,
}

impl Arm {
    pub const ALL: [Self; 2] = [Self::Direct, Self::Code];

    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Code => "code",
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
    /// `None` unless both arms ran and answered correctly.
    pub reduction: Option<Reduction>,
    pub gate: ScenarioGate,
}

/// One summary for each arm that ran.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ArmSummaries {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<ArmSummary>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ArmSummary>,
}

impl ArmSummaries {
    pub fn get(&self, arm: Arm) -> Option<&ArmSummary> {
        match arm {
            Arm::Direct => self.direct.as_ref(),
            Arm::Code => self.code.as_ref(),
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
    /// Calls made to upstream tools.
    pub tool_calls: u64,
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

/// `1 − code / direct`; negative where code-first costs more.
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
