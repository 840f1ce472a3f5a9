//! The journal: what a request asked of its tools, in order, and what came of it.
//!
//! A [`Recorder`] is written to while calls are made; whoever holds a clone of it has the [`Journal`] whatever becomes of the
//! program, of its sandbox, or of the future that was waiting for them. A call whose answer never came stays
//! [`CallOutcome::Unknown`]: it may or may not have taken effect.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;
use tracing::{Instrument, field::Empty};

use crate::{
    canonical,
    host::{Origin, ToolAnswer, ToolError, ToolHost},
    policy::Departures,
    tool::{Effect, ToolCall, ToolId, ToolOutput},
};

/// The way by which a request's calls are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// By a program in the sandbox.
    Code,
    /// By the host itself, as they are.
    Direct,
}

/// The calls of one request, in the order in which they were made. Clones share the entries.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Journal {
    entries: Vec<Arc<JournalEntry>>,
}

/// One call.
#[derive(Clone, Debug, Serialize)]
pub struct JournalEntry {
    #[serde(flatten, serialize_with = "canonical_call")]
    pub call: ToolCall,
    #[serde(skip_serializing_if = "is_code")]
    pub route: Route,
    /// Calls of one wave were in flight together; a call of wave *n* + 1 was made after an answer of wave *n* was seen.
    pub wave: u32,
    /// What such a call does, as far as is known.
    pub effect: Effect,
    /// When the call was made, or held, from the start of the request.
    #[serde(rename = "start_seconds", serialize_with = "seconds")]
    pub start: Duration,
    /// When it was answered.
    #[serde(rename = "end_seconds", serialize_with = "optional_seconds", skip_serializing_if = "Option::is_none")]
    pub end: Option<Duration>,
    #[serde(flatten)]
    pub outcome: CallOutcome,
    /// Who answered it, if it has an output.
    #[serde(skip_serializing_if = "is_server")]
    pub origin: Origin,
}

/// What came of a call.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    Output(ToolOutput),
    Error(ToolError),
    /// It waited for an approval, or for its turn, until the end, and was not made.
    Held {},
    /// The execution ended before the answer came.
    Unknown {},
}

/// Whether a call has changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TookEffect {
    No,
    Yes,
    /// Its answer is missing, or says that it failed, which may mean in part.
    Perhaps,
}

impl JournalEntry {
    pub fn took_effect(&self) -> TookEffect {
        match (&self.outcome, self.effect) {
            (_, Effect::Read) | (CallOutcome::Held {}, _) => TookEffect::No,
            (CallOutcome::Output(_), Effect::Write) if self.origin == Origin::Cache => TookEffect::No,
            (CallOutcome::Output(_), Effect::Write) => TookEffect::Yes,
            (CallOutcome::Error(error), Effect::Write) if !error.may_have_taken_effect() => TookEffect::No,
            (CallOutcome::Error(_) | CallOutcome::Unknown {}, Effect::Write) => TookEffect::Perhaps,
        }
    }
}

impl Journal {
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &JournalEntry> + Clone {
        self.entries.iter().map(|entry| &**entry)
    }

    /// The calls grouped by route and wave, in order.
    pub fn waves(&self) -> Vec<Vec<&JournalEntry>> {
        let mut waves = std::collections::BTreeMap::<_, Vec<&JournalEntry>>::new();
        for entry in self.entries() {
            waves.entry((entry.route, entry.wave)).or_default().push(entry);
        }
        waves.into_values().collect()
    }

    /// The time during which at least one call was in flight; an unanswered one counts until `end`.
    pub fn time_in_tools(&self, end: Duration) -> Duration {
        let was_made = |entry: &&JournalEntry| match &entry.outcome {
            CallOutcome::Output(_) | CallOutcome::Unknown {} => true,
            CallOutcome::Error(error) => error.may_have_taken_effect(),
            CallOutcome::Held {} => false,
        };
        let made = self.entries().filter(was_made);
        let mut spans: Vec<_> = made.map(|entry| (entry.start, entry.end.unwrap_or(end))).collect();
        spans.sort();
        let (mut total, mut covered) = (Duration::ZERO, Duration::ZERO);
        for (start, end) in spans {
            total += end.saturating_sub(start.max(covered));
            covered = covered.max(end);
        }
        total
    }
}

impl Journal {
    /// The first call that is the same and has no answer yet, and that is held or not.
    fn waiting(&self, call: &ToolCall, is_held: bool) -> Option<usize> {
        self.entries.iter().position(|entry| {
            let state = match entry.outcome {
                CallOutcome::Held {} => Some(true),
                CallOutcome::Unknown {} => Some(false),
                CallOutcome::Output(_) | CallOutcome::Error(_) => None,
            };
            state == Some(is_held) && entry.call == *call
        })
    }

    /// If this call, which is answered now, has left and is taken for held, or the other way round, then it was an equal one
    /// that was mistaken for it: they change places.
    fn settle(&mut self, index: usize, has_left: bool) {
        let Some(entry) = self.entries.get(index) else { return };
        let is_held = matches!(entry.outcome, CallOutcome::Held {});
        if is_held != has_left {
            return;
        }
        let Some(other) = self.waiting(&entry.call, !is_held) else { return };
        let (mine, theirs) = ((entry.start, entry.outcome.clone()), &self.entries[other]);
        let theirs = (theirs.start, theirs.outcome.clone());
        for (index, (start, outcome)) in [(index, theirs), (other, mine)] {
            let entry = Arc::make_mut(&mut self.entries[index]);
            (entry.start, entry.outcome) = (start, outcome);
        }
    }
}

/// Writes the journal of one request, whose time begins with it. Clones write the same one.
#[derive(Clone)]
pub struct Recorder {
    start: Instant,
    journal: Arc<Mutex<Journal>>,
    observer: Option<Arc<dyn Observer>>,
}

/// Told of what a request does while it does it. Nothing may be slow here.
pub trait Observer: Send + Sync {
    /// A call has been answered.
    fn answered(&self, entry: &JournalEntry);

    /// The request's program has printed a line.
    fn printed(&self, line: &str);
}

impl Default for Recorder {
    fn default() -> Self {
        Self { start: Instant::now(), journal: Arc::default(), observer: None }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("start", &self.start).field("journal", &self.journal).finish_non_exhaustive()
    }
}

/// A call that has been recorded as made.
#[derive(Clone, Copy, Debug)]
pub struct Recorded(usize);

impl Recorder {
    pub fn new() -> Self {
        Self::default()
    }

    /// A recorder that tells somebody at once.
    pub fn observed_by(observer: Arc<dyn Observer>) -> Self {
        Self { observer: Some(observer), ..Self::default() }
    }

    /// Tells of a line that the request's program has printed. Journals do not keep it.
    pub fn printed(&self, line: &str) {
        if let Some(observer) = &self.observer {
            observer.printed(line);
        }
    }

    /// What has been recorded up to now.
    pub fn journal(&self) -> Journal {
        self.lock().clone()
    }

    /// When the request began.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// The time since the request began.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Records a call as made. Until [`finish`](Self::finish), what came of it is unknown.
    pub fn begin(&self, call: ToolCall, effect: Effect, route: Route, wave: u32) -> Recorded {
        let (start, outcome) = (self.start.elapsed(), CallOutcome::Unknown {});
        let entry = JournalEntry { call, route, wave, effect, start, end: None, outcome, origin: Origin::Server };
        let entries = &mut self.lock().entries;
        entries.push(Arc::new(entry));
        Recorded(entries.len() - 1)
    }

    /// Records what came of a call.
    pub fn finish(&self, call: Recorded, result: &Result<ToolAnswer, ToolError>) {
        let end = self.start.elapsed();
        let mut journal = self.lock();
        let has_left = result.as_ref().err().is_none_or(ToolError::may_have_taken_effect);
        journal.settle(call.0, has_left);
        // Whoever looked at the journal meanwhile keeps what they have seen.
        let Some(entry) = journal.entries.get_mut(call.0).map(Arc::make_mut) else { return };
        entry.end = Some(end);
        match result {
            Ok(ToolAnswer { output, origin }) => {
                entry.origin = *origin;
                entry.outcome = CallOutcome::Output(output.clone());
            }
            Err(error) => entry.outcome = CallOutcome::Error(error.clone()),
        }
        let entry = journal.entries[call.0].clone();
        drop(journal);
        if let Some(observer) = &self.observer {
            observer.answered(&entry);
        }
    }

    /// Changes the first call that is the same and has no answer yet, and that is held or not.
    fn change(&self, call: &ToolCall, is_held: bool, change: impl FnOnce(&mut JournalEntry)) {
        let mut journal = self.lock();
        if let Some(index) = journal.waiting(call, is_held) {
            change(Arc::make_mut(&mut journal.entries[index]));
        }
    }

    /// Makes a call on the direct route and records it.
    pub async fn call(&self, host: &dyn ToolHost, call: ToolCall, wave: u32) -> Result<ToolAnswer, ToolError> {
        let recorded = self.begin(call.clone(), host.effect(&call.id), Route::Direct, wave);
        let result = call_in_span(host, call, wave).await;
        self.finish(recorded, &result);
        result
    }

    fn lock(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call says which it is by what it is. Of equal calls that wait, so many are held as have not left; which of them, shows when
/// they are answered.
impl Departures for Recorder {
    fn held(&self, call: &ToolCall) {
        self.change(call, false, |entry| entry.outcome = CallOutcome::Held {});
    }

    fn leaves(&self, call: &ToolCall) {
        let now = self.start.elapsed();
        self.change(call, true, |entry| {
            entry.start = now;
            entry.outcome = CallOutcome::Unknown {};
        });
    }
}

/// Makes a call within a span that says which, and what became of it.
pub(crate) async fn call_in_span(host: &dyn ToolHost, call: ToolCall, wave: u32) -> Result<ToolAnswer, ToolError> {
    let ToolId { server, tool } = &call.id;
    let span = tracing::info_span!("tool_call", %server, %tool, wave, outcome = Empty, cached = Empty);
    let result = host.call_tool(call).instrument(span.clone()).await;
    match &result {
        Ok(answer) => span.record("outcome", "output").record("cached", answer.origin == Origin::Cache),
        Err(error) => span.record("outcome", error.name()),
    };
    result
}

/// A call whose input is written in its canonical form.
fn canonical_call<S: Serializer>(call: &ToolCall, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Call<'a> {
        #[serde(flatten)]
        id: &'a ToolId,
        input: Box<RawValue>,
    }
    let input = RawValue::from_string(canonical::text(&call.input)).map_err(S::Error::custom)?;
    Call { id: &call.id, input }.serialize(serializer)
}

fn is_code(route: &Route) -> bool {
    *route == Route::Code
}

fn is_server(origin: &Origin) -> bool {
    *origin == Origin::Server
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

    fn call() -> ToolCall {
        ToolCall { id: ToolId::new("s", "t"), input: Default::default() }
    }

    #[test]
    fn time_in_tools_counts_overlapping_calls_once() {
        let at = Duration::from_secs;
        let entry = |(start, end): (u64, Option<u64>)| {
            let (start, end, outcome) = (at(start), end.map(at), CallOutcome::Unknown {});
            let (route, effect, origin) = (Route::Code, Effect::Read, Origin::Server);
            Arc::new(JournalEntry { call: call(), route, wave: 1, effect, start, end, outcome, origin })
        };
        let entries = [(0, Some(4)), (1, Some(2)), (3, Some(6)), (8, None)].map(entry).to_vec();
        assert_eq!(Journal { entries }.time_in_tools(at(10)), at(8));
    }

    #[test]
    fn what_was_not_answered_or_failed_may_have_taken_effect() {
        let output = |origin| Ok(ToolAnswer { output: ToolOutput::from_text("1".into()), origin });
        let tool = call().id;
        let failed = ToolError::Failed { tool: tool.clone(), message: String::new() };
        let lost = ToolError::TimedOut { tool: tool.clone(), after: Duration::ZERO };
        let refused = ToolError::InvalidInput { tool, message: String::new() };
        for (effect, result, expected) in [
            (Effect::Read, Some(output(Origin::Server)), TookEffect::No),
            (Effect::Read, None, TookEffect::No),
            (Effect::Write, Some(output(Origin::Server)), TookEffect::Yes),
            (Effect::Write, Some(output(Origin::Cache)), TookEffect::No),
            (Effect::Write, Some(Err(failed)), TookEffect::Perhaps),
            (Effect::Write, Some(Err(lost)), TookEffect::Perhaps),
            (Effect::Write, Some(Err(refused)), TookEffect::No),
            (Effect::Write, None, TookEffect::Perhaps),
        ] {
            let recorder = Recorder::new();
            let recorded = recorder.begin(call(), effect, Route::Code, 1);
            let before = recorder.journal();
            if let Some(result) = &result {
                recorder.finish(recorded, result);
            }
            let took_effect = |journal: &Journal| journal.entries().map(JournalEntry::took_effect).collect::<Vec<_>>();
            assert_eq!(took_effect(&recorder.journal()), [expected], "{effect:?} {result:?}");
            assert_ne!(took_effect(&before), [TookEffect::Yes], "what has been seen does not change");
        }
    }

    /// Two equal calls wait for approval. Either may be asked about, or answered, first.
    #[test]
    fn of_equal_calls_those_that_left_are_never_taken_for_held() {
        let tool = call().id;
        let denied = Err(ToolError::Denied { tool: tool.clone(), message: String::new() });
        let done = || Ok(ToolAnswer { output: ToolOutput::from_text("1".into()), origin: Origin::Server });
        let outcomes =
            |recorder: &Recorder| recorder.journal().entries().map(JournalEntry::took_effect).collect::<Vec<_>>();
        use TookEffect::{No, Perhaps, Yes};
        for (first_leaves, second_leaves) in [(true, false), (false, true), (true, true)] {
            let recorder = Recorder::new();
            let calls = [(); 2].map(|()| recorder.begin(call(), Effect::Write, Route::Code, 1));
            recorder.held(&call());
            recorder.held(&call());
            assert_eq!(outcomes(&recorder), [No, No]);
            for _ in [first_leaves, second_leaves].into_iter().filter(|leaves| *leaves) {
                recorder.leaves(&call());
            }
            // What was declined is answered at once; what has left is cut off, or answered.
            for (recorded, leaves) in calls.iter().zip([first_leaves, second_leaves]) {
                if !leaves {
                    recorder.finish(*recorded, &denied);
                }
            }
            let expected = [first_leaves, second_leaves].map(|leaves| if leaves { Perhaps } else { No });
            assert_eq!(outcomes(&recorder), expected, "{first_leaves} {second_leaves}");
            for (recorded, leaves) in calls.iter().zip([first_leaves, second_leaves]) {
                if leaves {
                    recorder.finish(*recorded, &done());
                }
            }
            let expected = [first_leaves, second_leaves].map(|leaves| if leaves { Yes } else { No });
            assert_eq!(outcomes(&recorder), expected, "{first_leaves} {second_leaves}");
        }
    }

    #[test]
    fn a_journal_is_written_with_canonical_inputs() {
        let recorder = Recorder::new();
        let input = serde_json::from_str(r#"{"b":{"z":1,"y":[{"d":1,"c":2}]},"a":1.0}"#).expect("an object");
        recorder.begin(ToolCall { input, ..call() }, Effect::Write, Route::Code, 1);
        let text = serde_json::to_string(&recorder.journal()).expect("JSON");
        let expected = r#"[{"server":"s","tool":"t","input":{"a":1,"b":{"y":[{"c":2,"d":1}],"z":1}},"wave":1,"effect":"write","start_seconds":"#;
        assert!(text.starts_with(expected), "{text}");
    }
}
