//! A request from its beginning to its end.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use bytesize::ByteSize;
use jiff::Timestamp;

use super::{
    Activity,
    excerpt::{Excerpt, Keeper},
    record::{self, Console, RequestDetails, RequestSummary},
};
use crate::{
    host::Principal,
    journal::{Journal, Recorder},
    metrics::{RequestOutcome, RouteTaken},
    tool::ToolId,
};

/// At most so much is kept of a program.
pub(super) const MAX_PROGRAM: usize = 16 * 1024;
/// Of what a client calls itself, of names, and of a request's title.
pub(super) const MAX_NAME: usize = 128;

/// A request, as it is known when it begins.
pub struct Begun {
    pub principal: Principal,
    /// Name and version, as the client itself says.
    pub client: Option<String>,
    pub kind: RequestKind,
    /// Where its calls are recorded.
    pub recorder: Recorder,
}

/// What a request asks for.
pub enum RequestKind {
    Program { source: String },
    Tool { id: ToolId },
}

/// What became of a request.
pub struct Ended {
    pub route: RouteTaken,
    pub outcome: RequestOutcome,
    /// Why the program failed that the plan was carried out for.
    pub fallback: Option<String>,
    /// Why there is no answer.
    pub failure: Option<String>,
    /// The length of the answer.
    pub result_bytes: ByteSize,
}

/// A request that has not ended. Dropped, it was cancelled.
pub struct Live {
    activity: Activity,
    running: Arc<Running>,
    ended: Option<Ended>,
}

impl Live {
    pub(super) fn new(activity: Activity, running: Arc<Running>) -> Self {
        Self { activity, running, ended: None }
    }

    /// The request's name, by which [`Activity::get`] finds it.
    pub fn id(&self) -> &str {
        &self.running.id
    }

    /// Its program has printed this.
    pub fn console(&self, line: &str) {
        self.running.console().add(line, &self.activity.shared.keeper);
    }

    /// Something that prints for it and does not keep it alive: what observes a request's recorder can hold it.
    pub fn printer(&self) -> Printer {
        Printer { activity: self.activity.clone(), running: Arc::downgrade(&self.running) }
    }

    /// It has come to its end.
    pub fn end(mut self, ended: Ended) {
        self.ended = Some(ended);
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let ended = self.ended.take().unwrap_or_else(|| Ended {
            route: self.running.begun_on(),
            outcome: RequestOutcome::Cancelled,
            fallback: None,
            failure: None,
            result_bytes: ByteSize(0),
        });
        self.activity.end(&self.running, ended, &self.running.recorder.journal());
    }
}

/// Prints to the console of a request for as long as that runs.
#[derive(Clone)]
pub struct Printer {
    activity: Activity,
    running: Weak<Running>,
}

impl Printer {
    #[cfg(test)]
    pub(super) fn is_over(&self) -> bool {
        self.running.strong_count() == 0
    }

    pub fn console(&self, line: &str) {
        if let Some(running) = self.running.upgrade() {
            running.console().add(line, &self.activity.shared.keeper);
        }
    }
}

pub(super) struct Running {
    pub(super) order: u64,
    pub(super) id: String,
    pub(super) principal: Principal,
    client: Option<String>,
    title: String,
    program: Option<Excerpt>,
    started: Timestamp,
    recorder: Recorder,
    console: Mutex<Console>,
}

impl Running {
    /// Without its order and its name, which it gets in turn.
    pub(super) fn new(begun: Begun, keeper: &Keeper) -> Self {
        let (title, program) = match begun.kind {
            RequestKind::Program { source } => {
                let program = keeper.keep(&source, MAX_PROGRAM);
                (first_line(&program.text), Some(program))
            }
            RequestKind::Tool { id } => (keeper.keep(&id.to_string(), MAX_NAME).text, None),
        };
        Self {
            order: 0,
            id: String::new(),
            principal: begun.principal,
            client: begun.client.map(|client| keeper.keep(&client, MAX_NAME).text),
            title,
            program,
            started: Timestamp::now(),
            recorder: begun.recorder,
            console: Mutex::default(),
        }
    }

    pub(super) fn summary(&self) -> RequestSummary {
        self.summary_after(self.recorder.elapsed(), &self.recorder.journal())
    }

    fn summary_after(&self, elapsed: Duration, journal: &Journal) -> RequestSummary {
        RequestSummary {
            id: self.id.clone(),
            principal: self.principal.clone(),
            client: self.client.clone(),
            is_program: self.program.is_some(),
            title: self.title.clone(),
            started: self.started,
            elapsed,
            calls: journal.entries().len(),
            route: None,
            outcome: None,
            fallback: None,
            failure: None,
            result_bytes: None,
        }
    }

    /// As it is at this moment.
    pub(super) fn details(&self, keeper: &Keeper) -> RequestDetails {
        let journal = self.recorder.journal();
        let summary = self.summary_after(self.recorder.elapsed(), &journal);
        let (calls, calls_omitted) = record::calls(&journal, keeper);
        let (program, console) = (self.program.clone(), self.console().clone());
        RequestDetails { summary, program, console, calls, calls_omitted }
    }

    /// As it is remembered once it has ended.
    pub(super) fn record(&self, ended: Ended, journal: &Journal, keeper: &Keeper) -> RequestDetails {
        let keep = |text: String| keeper.keep(&text, record::MAX_TEXT);
        let summary = RequestSummary {
            route: Some(ended.route),
            outcome: Some(ended.outcome),
            fallback: ended.fallback.map(keep),
            failure: ended.failure.map(keep),
            result_bytes: Some(ended.result_bytes),
            ..self.summary_after(self.recorder.elapsed(), journal)
        };
        let (calls, calls_omitted) = record::calls(journal, keeper);
        let console = self.console().clone();
        RequestDetails { summary, program: self.program.clone(), console, calls, calls_omitted }
    }

    fn begun_on(&self) -> RouteTaken {
        if self.program.is_some() { RouteTaken::Code } else { RouteTaken::Direct }
    }

    fn console(&self) -> MutexGuard<'_, Console> {
        self.console.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first line of a program that says something.
fn first_line(program: &str) -> String {
    let says_something = |line: &&str| !line.is_empty() && !line.starts_with("import ");
    let line = program.lines().map(str::trim).find(says_something).unwrap_or_default();
    line[..line.floor_char_boundary(MAX_NAME)].to_owned()
}
