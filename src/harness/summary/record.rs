//! A trial as it is kept on disk and shown in the report: what was said, turn by turn, with the tokens of each piece.

use serde::{Deserialize, Serialize};

use super::{Arm, Outcome, Part, Seconds, TrialTiming};
use crate::tokens::Tokens;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialRecord {
    pub scenario: String,
    pub arm: Arm,
    pub seed: u64,
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<TrialTiming>,
    /// Requests to the model, each with its response; empty for a trial that failed.
    pub turns: Vec<TurnRecord>,
    /// The programs that the model wrote, in their order; none on the direct arms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<String>,
    /// The calls that were made, in the order in which they began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallRecord>,
}

/// One request to the model, and its response.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TurnRecord {
    /// What this request adds to the input of the one before it.
    pub input: Vec<EventRecord>,
    pub output: Vec<EventRecord>,
}

/// A piece of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRecord {
    pub part: Part,
    /// Of the whole text.
    pub tokens: Tokens,
    /// Its beginning: the servers give the whole again. Empty for tokens that are assumed, as those of reasoning are.
    pub text: String,
    /// How many bytes of it are left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bytes_left_out: usize,
}

/// A call of a tool, as the journal has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallRecord {
    /// `<server>/<tool>`.
    pub tool: String,
    /// Compact JSON, or its beginning.
    pub input: String,
    /// `completed`, `failed`, `held` (answered from the journal after a fallback) or `unfinished`.
    pub outcome: String,
    /// `server` or `cache`.
    pub origin: String,
    /// Calls of one wave were in flight together.
    pub wave: u32,
    /// Since the start of the trial.
    pub start_seconds: Seconds,
    pub end_seconds: Seconds,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}
