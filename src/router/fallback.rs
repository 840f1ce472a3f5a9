//! When a failed program's request may take the direct route, and what is said of it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ledger::{DoneCall, done};
use crate::{
    executor::ExecutorError,
    journal::{Journal, TookEffect},
    sandbox::Failure,
};

/// What a model is told of calls at most: so many of them, and so much of each one's input.
const CALLS_TOLD: usize = 5;
const INPUT_TOLD_BYTES: usize = 200;
/// And so much of why a program failed where there is an answer all the same.
const CAUSE_TOLD_BYTES: usize = 200;

/// Whether requests whose program failed may take the direct route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FallbackPolicy {
    Never,
    /// With the calls that the program has completed answered from the journal, never made again.
    #[default]
    Replay,
    /// Only if no call can have changed anything.
    BeforeFirstWrite,
}

/// A fallback that was made: the program failed, and the plan was carried out instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fallback {
    /// The kind of the program's failure.
    pub kind: &'static str,
    /// Why the program failed, in short.
    pub cause: String,
    /// Planned calls that were answered from the program's journal.
    pub reused: usize,
    /// Planned calls that were made.
    pub made: usize,
}

/// `[fallback: runtime error at 2:7: x is not defined; 1 of 3 calls reused]`
impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[fallback: {}", self.cause)?;
        if self.reused > 0 {
            write!(f, "; {} of {} calls reused", self.reused, self.reused + self.made)?;
        }
        f.write_str("]")
    }
}

/// Why a failed program's request was not, or not wholly, carried out on the direct route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// The program has done what the plan does not ask for, or not at that place.
    NotPlanned { calls: Vec<DoneCall> },
    /// Calls of the program may have taken effect, or not.
    Uncertain { calls: Vec<DoneCall> },
    /// [`FallbackPolicy::BeforeFirstWrite`], and there was one.
    AfterWrite { calls: Vec<DoneCall> },
}

impl Refusal {
    /// The calls that are in the way.
    pub(super) fn calls(&self) -> &[DoneCall] {
        let (Self::NotPlanned { calls } | Self::Uncertain { calls } | Self::AfterWrite { calls }) = self;
        calls
    }

    /// The reason's name in logs.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::NotPlanned { .. } => "not_planned",
            Self::Uncertain { .. } => "uncertain",
            Self::AfterWrite { .. } => "after_write",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reason, calls) = match self {
            Self::NotPlanned { calls } => ("the program has done what the plan does not do there", calls),
            Self::Uncertain { calls } => ("these may have taken effect", calls),
            Self::AfterWrite { calls } => ("the program has written, or may have", calls),
        };
        write!(f, "no fallback, {reason}: {}", Told(calls))
    }
}

/// Calls as a model is told of them.
pub(super) struct Told<'a>(pub(super) &'a [DoneCall]);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, call) in self.0.iter().take(CALLS_TOLD).enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{} {}", call.id, shortened(&call.input, INPUT_TOLD_BYTES))?;
        }
        match self.0.len().saturating_sub(CALLS_TOLD) {
            0 => Ok(()),
            rest => write!(f, " and {rest} more"),
        }
    }
}

/// Why a program has no result.
#[derive(Debug)]
pub enum ProgramFailure {
    Failed(Failure),
    /// It is the host that failed.
    Host(ExecutorError),
}

impl ProgramFailure {
    /// The kind under which it is counted: that of the program's failure, or `host`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Failed(failure) => failure.kind.name(),
            Self::Host(_) => "host",
        }
    }

    /// The failure in one line that is not long.
    pub(super) fn cause(&self) -> String {
        let text = self.to_string();
        shortened(text.lines().next().unwrap_or_default(), CAUSE_TOLD_BYTES)
    }
}

impl fmt::Display for ProgramFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failure) => failure.fmt(f),
            // What stands behind it is the operator's concern.
            Self::Host(error) => error.fmt(f),
        }
    }
}

/// The calls of a journal that have, or may have, taken effect.
pub(super) fn writes(journal: &Journal) -> Vec<DoneCall> {
    journal.entries().filter(|entry| entry.took_effect() != TookEffect::No).map(done).collect()
}

fn shortened(text: &str, limit: usize) -> String {
    let end = text.floor_char_boundary(limit);
    if end == text.len() { text.to_owned() } else { format!("{}…", &text[..end]) }
}
