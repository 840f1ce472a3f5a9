//! What the gateway is doing and has just done: the requests that run, the latest that have ended, the times of tools,
//! and the last day by the minute. It is what the dashboard and `/api/stats` show.
//!
//! In goes each request at its beginning ([`Activity::begin`]) and at its end ([`Live::end`]), and what it saved, once
//! that is counted ([`Activity::savings`]). Out come summaries for lists and details of one request, for as long as it is
//! among the latest. Nothing here is a record to rely on: it lives in memory, is bounded in number and in bytes, and
//! forgets the oldest first. Long texts are cut and say so, and every text is redacted before it is kept, since
//! programs, inputs and outputs may hold what only their owner should see.
//!
//! | module | job |
//! |---|---|
//! | `live` | a request from its beginning to its end |
//! | `record` | requests and calls as they are shown |
//! | `excerpt` | texts redacted and cut |
//! | `ring` | the latest, in bounds |
//! | `tools` | the times of each tool's calls |
//! | `series` | the last day by the minute |

mod excerpt;
mod live;
mod record;
mod ring;
mod series;
mod tools;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, hash_map::RandomState},
    hash::BuildHasher,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytesize::ByteSize;
use jiff::Timestamp;
use serde::Serialize;

use self::{excerpt::Keeper, live::Running, ring::Ring, series::Series, tools::ToolTable};
pub use self::{
    excerpt::{Excerpt, Redact},
    live::{Begun, Ended, Live, Printer, RequestKind},
    record::{CallRecord, Console, RequestDetails, RequestSummary},
    series::Minute,
    tools::ToolTimes,
};
use crate::{
    host::Principal,
    journal::Journal,
    metrics::{RequestOutcome, RouteTaken},
    tokens::Tokens,
};

/// How much is remembered.
#[derive(Clone, Copy, Debug)]
pub struct ActivityOptions {
    /// How many requests that have ended. 200 by default.
    pub requests: usize,
    /// How much of memory they may take together. 16 MiB by default.
    pub bytes: ByteSize,
}

impl Default for ActivityOptions {
    fn default() -> Self {
        Self { requests: 200, bytes: ByteSize::mib(16) }
    }
}

/// Requests, running and recent. Clones share them.
#[derive(Clone)]
pub struct Activity {
    shared: Arc<Shared>,
}

/// Requests since the start, by what became of them and by the route that they took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RequestTotals {
    /// Those that run now; they are in no other number.
    pub running: u64,
    pub ended: u64,
    pub completed: u64,
    pub failed: u64,
    pub refused: u64,
    pub cancelled: u64,
    pub code: u64,
    pub direct: u64,
    pub fallback: u64,
}

impl RequestTotals {
    fn add(&mut self, route: RouteTaken, outcome: RequestOutcome) {
        self.ended += 1;
        *match outcome {
            RequestOutcome::Completed => &mut self.completed,
            RequestOutcome::Failed => &mut self.failed,
            RequestOutcome::Refused => &mut self.refused,
            RequestOutcome::Cancelled => &mut self.cancelled,
        } += 1;
        *match route {
            RouteTaken::Code => &mut self.code,
            RouteTaken::Direct => &mut self.direct,
            RouteTaken::Fallback => &mut self.fallback,
        } += 1;
    }
}

/// The requests of a list: those that run and those that have ended, the newest first.
#[derive(Clone, Debug, Serialize)]
pub struct Snapshot {
    pub live: Vec<RequestSummary>,
    pub recent: Vec<RequestSummary>,
}

struct Shared {
    keeper: Keeper,
    /// Makes names of requests that nobody guesses: it hashes with a key out of the system's randomness.
    names: RandomState,
    state: Mutex<State>,
}

struct State {
    begun: u64,
    /// By the order in which they began.
    running: BTreeMap<u64, Arc<Running>>,
    recent: Ring<Arc<RequestDetails>>,
    totals: RequestTotals,
    tools: ToolTable,
    series: Series,
}

impl Activity {
    /// Every text passes through `redact` before it is kept.
    pub fn new(options: ActivityOptions, redact: Redact) -> Self {
        let state = State {
            begun: 0,
            running: BTreeMap::new(),
            recent: Ring::new(options.requests, options.bytes),
            totals: RequestTotals::default(),
            tools: ToolTable::default(),
            series: Series::default(),
        };
        let shared = Shared { keeper: Keeper::new(redact), names: RandomState::new(), state: Mutex::new(state) };
        Self { shared: Arc::new(shared) }
    }

    /// A request begins. Dropping what this gives without [`Live::end`] says that it was cancelled.
    pub fn begin(&self, begun: Begun) -> Live {
        let mut running = Running::new(begun, &self.shared.keeper);
        let running = {
            let mut state = self.shared.state();
            state.begun += 1;
            running.order = state.begun;
            running.id = format!("{:016x}", self.shared.names.hash_one(running.order));
            let running = Arc::new(running);
            state.running.insert(running.order, running.clone());
            running
        };
        Live::new(self.clone(), running)
    }

    /// So many tokens passed through the model, and so many would have on the direct route, for a request that has been
    /// counted now.
    pub fn savings(&self, passed: Tokens, direct: Tokens) {
        self.shared.state().series.saved(Timestamp::now(), passed, direct);
    }

    /// The requests of the principals that `is_seen` names.
    pub fn snapshot(&self, is_seen: impl Fn(&Principal) -> bool) -> Snapshot {
        let (running, recent) = {
            let state = self.shared.state();
            let running: Vec<_> = state.running.values().rev().cloned().collect();
            (running, state.recent.iter().cloned().collect::<Vec<_>>())
        };
        let live = running.iter().filter(|running| is_seen(&running.principal)).map(|running| running.summary());
        let recent = recent.iter().filter(|record| is_seen(&record.summary.principal));
        Snapshot { live: live.collect(), recent: recent.map(|record| record.summary.clone()).collect() }
    }

    /// All that is known of a request, if it runs or is among the latest.
    pub fn get(&self, id: &str) -> Option<RequestDetails> {
        let (running, record) = {
            let state = self.shared.state();
            let running = state.running.values().find(|running| running.id == id).cloned();
            (running, state.recent.iter().find(|record| record.summary.id == id).cloned())
        };
        match running {
            Some(running) => Some(running.details(&self.shared.keeper)),
            None => record.map(|record| record.as_ref().clone()),
        }
    }

    pub fn totals(&self) -> RequestTotals {
        let state = self.shared.state();
        RequestTotals { running: state.running.len() as u64, ..state.totals }
    }

    /// The tools whose calls took longest, by their 95th percentile, at most so many.
    pub fn slowest_tools(&self, limit: usize) -> Vec<ToolTimes> {
        self.shared.state().tools.slowest(limit)
    }

    /// The minutes of the last 24 hours in which there was something, the oldest first.
    pub fn minutes(&self) -> Vec<Minute> {
        self.shared.state().series.minutes(Timestamp::now())
    }

    /// A text with what must not be shown taken out.
    pub fn redacted(&self, text: &str) -> String {
        self.shared.keeper.redacted(text)
    }

    fn end(&self, running: &Running, ended: Ended, journal: &Journal) {
        let (route, outcome) = (ended.route, ended.outcome);
        let record = running.record(ended, journal, &self.shared.keeper);
        let size = record.size();
        let record = Arc::new(record);
        let mut state = self.shared.state();
        state.running.remove(&running.order);
        state.recent.push(record, size);
        state.totals.add(route, outcome);
        journal.entries().for_each(|entry| state.tools.add(entry));
        state.series.ended(Timestamp::now(), route == RouteTaken::Fallback);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
