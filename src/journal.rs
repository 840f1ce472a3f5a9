//! The journal: what an execution asked of its tools, in order, and what came of it.
//!
//! It outlives the program. A call that the end of the execution cut off is recorded as [`CallOutcome::Unknown`]: it may or
//! may not have taken effect.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::{
    host::ToolError,
    tool::{ToolCall, ToolOutput},
};

/// The calls of one execution, in the order in which the program made them.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Journal {
    entries: Vec<JournalEntry>,
}

/// One call.
#[derive(Clone, Debug, Serialize)]
pub struct JournalEntry {
    #[serde(flatten)]
    pub call: ToolCall,
    /// Calls of one wave were in flight together; a call of wave *n* + 1 was made after an answer of wave *n* was seen.
    pub wave: u32,
    /// When the call was made, from the start of the execution.
    #[serde(rename = "start_seconds", serialize_with = "seconds")]
    pub start: Duration,
    /// When it was answered.
    #[serde(rename = "end_seconds", serialize_with = "optional_seconds", skip_serializing_if = "Option::is_none")]
    pub end: Option<Duration>,
    #[serde(flatten)]
    pub outcome: CallOutcome,
}

/// What came of a call.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    Output(ToolOutput),
    Error(ToolError),
    /// The execution ended before the answer came.
    Unknown {},
}

impl Journal {
    pub fn entries(&self) -> &[JournalEntry] {
        &self.entries
    }

    /// Records a call as made, and answers with its index.
    pub(crate) fn begin(&mut self, call: ToolCall, wave: u32, start: Duration) -> usize {
        self.entries.push(JournalEntry { call, wave, start, end: None, outcome: CallOutcome::Unknown {} });
        self.entries.len() - 1
    }

    /// Records what came of the call with this index.
    pub(crate) fn finish(&mut self, index: usize, result: &Result<ToolOutput, ToolError>, end: Duration) {
        let entry = &mut self.entries[index];
        entry.end = Some(end);
        entry.outcome = match result {
            Ok(output) => CallOutcome::Output(output.clone()),
            Err(error) => CallOutcome::Error(error.clone()),
        };
    }

    /// The calls grouped by wave, in order.
    pub fn waves(&self) -> Vec<Vec<&JournalEntry>> {
        let mut waves = std::collections::BTreeMap::<u32, Vec<&JournalEntry>>::new();
        for entry in &self.entries {
            waves.entry(entry.wave).or_default().push(entry);
        }
        waves.into_values().collect()
    }

    /// The time during which at least one call was in flight; an unanswered one counts until `end`.
    pub fn time_in_tools(&self, end: Duration) -> Duration {
        let mut spans: Vec<_> = self.entries.iter().map(|entry| (entry.start, entry.end.unwrap_or(end))).collect();
        spans.sort();
        let (mut total, mut covered) = (Duration::ZERO, Duration::ZERO);
        for (start, end) in spans {
            total += end.saturating_sub(start.max(covered));
            covered = covered.max(end);
        }
        total
    }
}

fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}

fn optional_seconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => seconds(duration, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool::ToolId;

    #[test]
    fn time_in_tools_counts_overlapping_calls_once() {
        let mut journal = Journal::default();
        let call = || ToolCall { id: ToolId::new("s", "t"), input: Default::default() };
        let at = Duration::from_secs;
        for (start, end) in [(0, Some(4)), (1, Some(2)), (3, Some(6)), (8, None)] {
            let index = journal.begin(call(), 1, at(start));
            if let Some(end) = end {
                journal.finish(index, &Ok(ToolOutput::from_text("1".into())), at(end));
            }
        }
        assert_eq!(journal.time_in_tools(at(10)), at(8));
    }
}
