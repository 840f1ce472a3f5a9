//! Requests and calls as they are shown, and as they are written in JSON.

use std::time::Duration;

use bytesize::ByteSize;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::{
    excerpt::{Excerpt, Keeper},
    live::MAX_NAME,
};
use crate::{
    canonical,
    host::{Origin, Principal},
    journal::{CallOutcome, Journal, JournalEntry, Route, TookEffect},
    metrics::{RequestOutcome, RouteTaken},
    tool::Effect,
};

/// At most so much is kept of an input, of an answer, and of why something failed.
pub(super) const MAX_TEXT: usize = 4 * 1024;
/// Of all that a program prints.
pub(super) const MAX_CONSOLE: usize = 16 * 1024;
/// So many calls of one request are kept, the first ones.
pub(super) const MAX_CALLS: usize = 100;
/// What a call takes of memory beside its texts.
const CALL_BYTES: usize = size_of::<CallRecord>();

/// A request in a list.
#[derive(Clone, Debug, Serialize)]
pub struct RequestSummary {
    pub id: String,
    pub principal: Principal,
    /// What the client calls itself.
    pub client: Option<String>,
    /// Whether it came with a program, or names a tool.
    pub is_program: bool,
    /// The program's first line, or the tool's name.
    pub title: String,
    pub started: Timestamp,
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// How many tool calls it has made.
    pub calls: usize,
    /// This and what follows is null while it runs. `code`, `direct` or `fallback`.
    #[serde(serialize_with = "route")]
    pub route: Option<RouteTaken>,
    /// `completed`, `failed`, `refused` or `cancelled`.
    #[serde(serialize_with = "outcome")]
    pub outcome: Option<RequestOutcome>,
    /// Why it fell back.
    pub fallback: Option<Excerpt>,
    /// Why it has no answer.
    pub failure: Option<Excerpt>,
    #[serde(serialize_with = "optional_bytes")]
    pub result_bytes: Option<ByteSize>,
}

/// All that is known of a request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestDetails {
    #[serde(flatten)]
    pub summary: RequestSummary,
    pub program: Option<Excerpt>,
    pub console: Console,
    /// In the order in which they were made.
    pub calls: Vec<CallRecord>,
    /// How many further calls there were.
    pub calls_omitted: usize,
}

/// What a program has printed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Console {
    pub lines: Vec<String>,
    /// How many further lines there were.
    pub lines_omitted: u64,
    #[serde(skip)]
    bytes: usize,
}

impl Console {
    pub(super) fn add(&mut self, line: &str, keeper: &Keeper) {
        // An empty line takes room too.
        let room = MAX_CONSOLE.saturating_sub(self.bytes);
        if self.lines_omitted > 0 || room < size_of::<String>() {
            self.lines_omitted += 1;
            return;
        }
        let Excerpt { mut text, is_cut, .. } = keeper.keep(line, room);
        if is_cut {
            text.push('…');
        }
        self.bytes += text.len() + size_of::<String>();
        self.lines.push(text);
    }
}

/// A call of a tool.
#[derive(Clone, Debug, Serialize)]
pub struct CallRecord {
    pub server: String,
    pub tool: String,
    pub route: Route,
    pub wave: u32,
    pub effect: Effect,
    pub took_effect: &'static str,
    /// From the start of the request.
    #[serde(rename = "start_seconds", serialize_with = "seconds")]
    pub start: Duration,
    #[serde(rename = "end_seconds", serialize_with = "optional_seconds")]
    pub end: Option<Duration>,
    /// `output`, `held`, `unknown`, or the name of the error.
    pub outcome: &'static str,
    pub origin: Origin,
    pub input: Excerpt,
    /// The output, or the error.
    pub answer: Option<Excerpt>,
}

impl CallRecord {
    fn new(entry: &JournalEntry, keeper: &Keeper) -> Self {
        let name = |name: &str| keeper.keep(name, MAX_NAME).text;
        let (outcome, answer) = match &entry.outcome {
            CallOutcome::Output(output) => ("output", Some(keeper.keep(output.text(), MAX_TEXT))),
            CallOutcome::Error(error) => (error.name(), Some(keeper.keep(&error.to_string(), MAX_TEXT))),
            CallOutcome::Held {} => ("held", None),
            CallOutcome::Unknown {} => ("unknown", None),
        };
        let took_effect = match entry.took_effect() {
            TookEffect::No => "no",
            TookEffect::Yes => "yes",
            TookEffect::Perhaps => "perhaps",
        };
        Self {
            server: name(&entry.call.id.server),
            tool: name(&entry.call.id.tool),
            route: entry.route,
            wave: entry.wave,
            effect: entry.effect,
            took_effect,
            start: entry.start,
            end: entry.end,
            outcome,
            origin: entry.origin,
            input: keeper.keep(&canonical::text(&entry.call.input), MAX_TEXT),
            answer,
        }
    }

    fn len(&self) -> usize {
        let texts = [Some(&self.input), self.answer.as_ref()].into_iter().flatten();
        CALL_BYTES + self.server.len() + self.tool.len() + texts.map(|excerpt| excerpt.text.len()).sum::<usize>()
    }
}

/// A journal's calls as they are shown, and how many are left out.
pub(super) fn calls(journal: &Journal, keeper: &Keeper) -> (Vec<CallRecord>, usize) {
    let entries = journal.entries();
    let omitted = entries.len().saturating_sub(MAX_CALLS);
    (entries.take(MAX_CALLS).map(|entry| CallRecord::new(entry, keeper)).collect(), omitted)
}

impl RequestDetails {
    /// About what it takes of memory.
    pub(super) fn size(&self) -> ByteSize {
        let summary = &self.summary;
        let excerpts = [&self.program, &summary.fallback, &summary.failure].into_iter().flatten();
        let texts = [Some(&summary.title), summary.client.as_ref()].into_iter().flatten();
        let bytes = size_of::<Self>()
            + excerpts.map(|excerpt| excerpt.text.len()).sum::<usize>()
            + texts.map(String::len).sum::<usize>()
            + self.console.bytes
            + self.calls.iter().map(CallRecord::len).sum::<usize>();
        ByteSize(bytes as u64)
    }
}

pub(super) fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}

fn optional_seconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.as_secs_f64()).serialize(serializer)
}

pub(super) fn bytes<S: Serializer>(size: &ByteSize, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(size.as_u64())
}

fn optional_bytes<S: Serializer>(size: &Option<ByteSize>, serializer: S) -> Result<S::Ok, S::Error> {
    size.map(|size| size.as_u64()).serialize(serializer)
}

fn route<S: Serializer>(route: &Option<RouteTaken>, serializer: S) -> Result<S::Ok, S::Error> {
    route.map(RouteTaken::label).serialize(serializer)
}

fn outcome<S: Serializer>(outcome: &Option<RequestOutcome>, serializer: S) -> Result<S::Ok, S::Error> {
    outcome.map(RequestOutcome::label).serialize(serializer)
}
