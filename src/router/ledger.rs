//! What a failed program has done, and what of it a plan can use: [`Ledger`].
//!
//! A planned call is looked up among the calls that the program made. The rules:
//!
//! - A write that the program completed is never made again: it answers the first planned call with the same tool and input.
//!   Writes that the program made one after the other have to be planned in that order.
//! - A read answers a planned call only if it was made between the same writes to its server as the planned call is. What it
//!   says is what was true when the program read it, as for everything else that the program did.
//! - No new write is made before every write of the program has been found in the plan, and no new read of a server before all
//!   writes to that server have: what the program did beyond the plan, or out of its order, is never built upon.
//! - If a write may or may not have taken effect, there is no fallback at all.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::fallback::Refusal;
use crate::{
    canonical,
    journal::{CallOutcome, Journal, JournalEntry, TookEffect},
    tool::{Effect, ToolCall, ToolId, ToolOutput},
};

/// The calls of a failed program, as far as they matter to a plan.
#[derive(Default)]
pub(super) struct Ledger {
    reads: Vec<KnownRead>,
    writes: Vec<KnownWrite>,
}

struct KnownRead {
    call: KnownCall,
    /// The writes to its server before it; `None` if it cannot be told which those are.
    after: Option<BTreeSet<usize>>,
}

struct KnownWrite {
    call: KnownCall,
    /// When it was made, and when it was answered.
    start: Duration,
    end: Duration,
    /// Whether a planned call has been answered by it.
    is_planned: bool,
}

struct KnownCall {
    id: ToolId,
    input: String,
    output: ToolOutput,
}

/// What is to be done about a planned call.
pub(super) enum Decision {
    /// The program has been given this answer.
    Reuse(ToolOutput),
    Make,
}

impl Ledger {
    /// What a program has done.
    ///
    /// # Errors
    /// When it is not known.
    pub(super) fn of(journal: &Journal) -> Result<Self, Refusal> {
        let uncertain: Vec<_> =
            journal.entries().filter(|entry| entry.took_effect() == TookEffect::Perhaps).map(done).collect();
        if !uncertain.is_empty() {
            return Err(Refusal::Uncertain { calls: uncertain });
        }
        let writes: Vec<_> = journal.entries().filter(|entry| entry.took_effect() == TookEffect::Yes).collect();
        let reads = journal.entries().filter(|entry| entry.took_effect() == TookEffect::No).filter_map(|entry| {
            let call = KnownCall::of(entry)?;
            Some(KnownRead { call, after: writes_before(entry, &writes) })
        });
        Ok(Self {
            reads: reads.collect(),
            writes: writes
                .into_iter()
                .filter_map(|entry| {
                    let (start, end) = (entry.start, entry.end?);
                    Some(KnownWrite { call: KnownCall::of(entry)?, start, end, is_planned: false })
                })
                .collect(),
        })
    }

    /// Decides about the next call of a plan.
    ///
    /// # Errors
    /// When it must not be made.
    pub(super) fn decide(&mut self, call: &ToolCall, effect: Effect) -> Result<Decision, Refusal> {
        if self.reads.is_empty() && self.writes.is_empty() {
            return Ok(Decision::Make);
        }
        let input = canonical::text(&call.input);
        let same = |known: &KnownCall| known.id == call.id && known.input == input;
        let matching = self.writes.iter().enumerate().filter(|(_, write)| !write.is_planned && same(&write.call));
        if let Some((found, _)) = matching.min_by_key(|(_, write)| write.start) {
            let start = self.writes[found].start;
            let earlier = self.writes.iter().filter(|write| !write.is_planned && write.end <= start);
            let earlier: Vec<_> = earlier.map(KnownWrite::done).collect();
            if !earlier.is_empty() {
                return Err(Refusal::NotPlanned { calls: earlier });
            }
            self.writes[found].is_planned = true;
            return Ok(Decision::Reuse(self.writes[found].call.output.clone()));
        }
        let of_server = |write: &KnownWrite| write.call.id.server == call.id.server;
        if effect == Effect::Read {
            let planned = self.writes.iter().enumerate().filter(|(_, write)| write.is_planned && of_server(write));
            let planned: BTreeSet<usize> = planned.map(|(index, _)| index).collect();
            if let Some(read) = self.reads.iter().find(|read| same(&read.call) && read.after.as_ref() == Some(&planned))
            {
                return Ok(Decision::Reuse(read.call.output.clone()));
            }
        }
        let is_in_the_way = |write: &&KnownWrite| !write.is_planned && (effect == Effect::Write || of_server(write));
        let in_the_way: Vec<_> = self.writes.iter().filter(is_in_the_way).map(KnownWrite::done).collect();
        if !in_the_way.is_empty() {
            return Err(Refusal::NotPlanned { calls: in_the_way });
        }
        if effect == Effect::Write {
            // From here on the program's reads of this server are those of another state.
            self.reads.retain(|read| read.call.id.server != call.id.server);
        }
        Ok(Decision::Make)
    }

    /// The program's writes that the plan has not come to.
    pub(super) fn unplanned(&self) -> Vec<DoneCall> {
        self.writes.iter().filter(|write| !write.is_planned).map(KnownWrite::done).collect()
    }

    /// # Errors
    /// When the program has done what the plan, now at its end, did not ask for.
    pub(super) fn conclude(&self) -> Result<(), Refusal> {
        let calls = self.unplanned();
        if calls.is_empty() { Ok(()) } else { Err(Refusal::NotPlanned { calls }) }
    }

    /// Whether there is a tool among the program's writes that the plan does not call at all: then nothing needs to be tried.
    pub(super) fn precheck(&self, plan: &[ToolCall]) -> Result<(), Refusal> {
        let is_foreign = |write: &&KnownWrite| plan.iter().all(|call| call.id != write.call.id);
        let calls: Vec<_> = self.writes.iter().filter(is_foreign).map(KnownWrite::done).collect();
        if calls.is_empty() { Ok(()) } else { Err(Refusal::NotPlanned { calls }) }
    }
}

impl KnownWrite {
    fn done(&self) -> DoneCall {
        DoneCall { id: self.call.id.clone(), input: self.call.input.as_str().into() }
    }
}

impl KnownCall {
    /// `None` for a call without an output.
    fn of(entry: &JournalEntry) -> Option<Self> {
        let CallOutcome::Output(output) = &entry.outcome else { return None };
        let ToolCall { id, input } = &entry.call;
        Some(Self { id: id.clone(), input: canonical::text(input), output: output.clone() })
    }
}

/// A call that a failed program has made, as a model is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct DoneCall {
    #[serde(flatten)]
    pub id: ToolId,
    /// Canonical JSON.
    pub input: Arc<str>,
}

pub(super) fn done(entry: &JournalEntry) -> DoneCall {
    DoneCall { id: entry.call.id.clone(), input: canonical::text(&entry.call.input).into() }
}

/// The writes to a read's server that were answered before it was made, if none was in flight beside it.
fn writes_before(read: &JournalEntry, writes: &[&JournalEntry]) -> Option<BTreeSet<usize>> {
    let mut before = BTreeSet::new();
    for (index, write) in writes.iter().enumerate().filter(|(_, write)| write.call.id.server == read.call.id.server) {
        if write.end? <= read.start {
            before.insert(index);
        } else if write.start < read.end? {
            return None;
        }
    }
    Some(before)
}
