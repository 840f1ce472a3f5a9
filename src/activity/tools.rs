//! How long the calls to each tool take.

use std::{collections::HashMap, time::Duration};

use serde::Serialize;

use crate::{
    host::Origin,
    journal::{CallOutcome, JournalEntry},
    metrics,
    tool::ToolId,
};

/// So many tools are known by name; the others are one, `other/other`.
pub(super) const MAX_TOOLS: usize = 2_000;

/// A step from one bucket to the next is the fourth root of 2: a percentile is at most 19 % above what it was.
const BUCKETS_PER_DOUBLING: f64 = 4.0;
/// The upper bound of the first bucket.
const FIRST: Duration = Duration::from_micros(100);
/// The last one begins at about half an hour.
const BUCKETS: usize = 97;

/// The calls of one tool that were made, since the start. Answers out of the cache are none, nor is what was refused.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToolTimes {
    pub tool: ToolId,
    pub calls: u64,
    /// How many of them failed, or were abandoned before they were answered.
    pub errors: u64,
    /// The time of all that were answered.
    #[serde(rename = "total_seconds", serialize_with = "super::record::seconds")]
    pub total: Duration,
    #[serde(rename = "max_seconds", serialize_with = "super::record::seconds")]
    pub max: Duration,
    /// Half of the calls took no longer. This and the next are exact to 19 %, upwards.
    #[serde(rename = "p50_seconds", serialize_with = "super::record::seconds")]
    pub p50: Duration,
    #[serde(rename = "p95_seconds", serialize_with = "super::record::seconds")]
    pub p95: Duration,
}

#[derive(Default)]
pub(super) struct ToolTable {
    tools: HashMap<ToolId, Times>,
}

struct Times {
    calls: u64,
    errors: u64,
    total: Duration,
    max: Duration,
    buckets: Box<[u64; BUCKETS]>,
}

impl ToolTable {
    /// Counts a call, if it was made.
    pub(super) fn add(&mut self, entry: &JournalEntry) {
        let is_error = match &entry.outcome {
            CallOutcome::Output(_) if entry.origin == Origin::Server => false,
            CallOutcome::Error(error) if error.may_have_taken_effect() => true,
            CallOutcome::Unknown {} => true,
            CallOutcome::Output(_) | CallOutcome::Error(_) | CallOutcome::Held {} => return,
        };
        self.times(entry).add(is_error, entry.end.map(|end| end.saturating_sub(entry.start)));
    }

    pub(super) fn slowest(&self, limit: usize) -> Vec<ToolTimes> {
        let mut tools: Vec<_> = self.tools.iter().map(|(tool, times)| times.summary(tool)).collect();
        tools.sort_by(|a, b| (b.p95, b.total).cmp(&(a.p95, a.total)).then_with(|| a.tool.cmp(&b.tool)));
        tools.truncate(limit);
        tools
    }

    fn times(&mut self, entry: &JournalEntry) -> &mut Times {
        let (server, tool) = metrics::tool_labels(&entry.call.id);
        let mut id = ToolId::new(server, tool);
        if self.tools.len() >= MAX_TOOLS && !self.tools.contains_key(&id) {
            id = ToolId::new("other", "other");
        }
        self.tools.entry(id).or_insert_with(Times::new)
    }
}

impl Times {
    fn new() -> Self {
        let buckets = Box::new([0; BUCKETS]);
        Self { calls: 0, errors: 0, total: Duration::ZERO, max: Duration::ZERO, buckets }
    }

    fn add(&mut self, is_error: bool, took: Option<Duration>) {
        self.calls += 1;
        self.errors += u64::from(is_error);
        if let Some(took) = took {
            self.total += took;
            self.max = self.max.max(took);
            let doublings = (took.as_secs_f64() / FIRST.as_secs_f64()).log2().max(0.0);
            self.buckets[((doublings * BUCKETS_PER_DOUBLING).ceil() as usize).min(BUCKETS - 1)] += 1;
        }
    }

    fn percentile(&self, fraction: f64) -> Duration {
        let answered: u64 = self.buckets.iter().sum();
        let rank = (answered as f64 * fraction).ceil() as u64;
        let mut below = 0;
        for (index, count) in self.buckets.iter().enumerate().take(BUCKETS - 1) {
            below += count;
            if below >= rank {
                return FIRST.mul_f64((index as f64 / BUCKETS_PER_DOUBLING).exp2()).min(self.max);
            }
        }
        self.max
    }

    fn summary(&self, tool: &ToolId) -> ToolTimes {
        ToolTimes {
            tool: tool.clone(),
            calls: self.calls,
            errors: self.errors,
            total: self.total,
            max: self.max,
            p50: self.percentile(0.5),
            p95: self.percentile(0.95),
        }
    }
}
