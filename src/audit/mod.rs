//! The audit log: every tool call that a program or a client had made, one JSON line each, in a file that is only ever appended
//! to. A call to a tool that there is not, or with an input that its schema does not admit, is none.
//!
//! A finished [`JournalEntry`](crate::journal::JournalEntry) and the [`AuditedRequest`] that it belongs to make an
//! [`AuditEntry`]; [`Audit::record`] takes it and a thread writes it. The lines are in the order in which they were recorded.
//! What a call was given and what it answered are not in them, only their sizes and a digest: they may be secrets.
//!
//! # A line
//! Its keys come in this order. Those marked with `?` are left out where there is nothing to say.
//!
//! | key | value |
//! |---|---|
//! | `version` | of this shape: 1. A later version may add keys; what one means changes only with the version |
//! | `time` | when the call was made, RFC 3339 in UTC with milliseconds |
//! | `request`, `principal`, `session`? | the request that it was made for, on whose behalf, and in which session of the client |
//! | `server`, `tool` | what was called |
//! | `route` | `code` (by a program), `direct`, or `fallback` (directly, after the program failed) |
//! | `effect` | what such calls do: `read` or `write` |
//! | `origin`? | who gave the output: `server` or `cache` |
//! | `outcome` | `output`; `held` (it was not made); `unknown` (its answer was not waited for); or the error: `failed`, `unknown_tool`, `invalid_input`, `timed_out`, `denied`, `rate_limited`, `unreachable`, `unavailable` |
//! | `took_effect` | `no`, `yes` or `perhaps` |
//! | `seconds`? | from the call to its answer |
//! | `input_sha256`, `input_bytes` | of the input in its canonical form (RFC 8785). The digest of an input that can be guessed tells it |
//! | `output_bytes`? | of the output's text |
//!
//! Names longer than 512 bytes are cut, and end in `…` then. A line `{"version":1,"time":…,"lost":n}` says that *n* lines are
//! missing in its place.
//!
//! # What is promised
//! - Whoever records never waits. If the disk fails or stalls, lines wait in memory (16 MiB of them) and are written when it
//!   works again. Those beyond are lost, but never silently: [`Audit::is_healthy`] says no, the failure is logged once, and a
//!   line in the log says how many are missing. The calls have been made by then, so stalling the gateway would save nothing;
//!   whoever must not go on without an audit asks `is_healthy` first.
//! - What is written survives the end of the process however it comes, and tears at most the line that was being written; the
//!   next process begins on a new line. The system is not asked to bring every line to the disk at once, so that a loss of
//!   power may cost the last seconds.
//! - A full file `audit.jsonl` becomes `audit.jsonl.1`, that one `.2`, and so on; the oldest goes once there are more than are
//!   kept. Being killed in between loses no line. If it cannot be renamed, the log grows in the file that it has.
//! - One process writes a log: it holds a lock on `audit.jsonl.lock` beside it, which stays there.

use std::{
    io,
    path::PathBuf,
    sync::Arc,
    thread::{self, JoinHandle},
};

use bytesize::ByteSize;
use tokio::sync::oneshot;

pub use self::entry::{AuditEntry, AuditedRequest};
use self::{log::Log, queue::Queue};

mod entry;
mod log;
mod queue;
#[cfg(test)]
mod tests;
mod writer;

/// Where an audit log is, and how much of it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditOptions {
    pub path: PathBuf,
    /// A file that would become longer is put aside first.
    pub max_size: ByteSize,
    /// How many files put aside are kept; at least one.
    pub keep: usize,
}

impl AuditOptions {
    /// A log of up to nine files of 64 MiB.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), max_size: ByteSize::mib(64), keep: 8 }
    }
}

/// Why there is no audit log, or why it is not complete.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AuditError {
    #[error("cannot open the audit log {}", path.display())]
    Open { path: PathBuf, source: Arc<io::Error> },
    #[error("the audit log {} is no ordinary file", path.display())]
    NotAFile { path: PathBuf },
    #[error("the audit log {} is being written by another process; give this one a log of its own", path.display())]
    Locked { path: PathBuf },
    #[error("cannot write the audit log {}", path.display())]
    Write { path: PathBuf, source: Arc<io::Error> },
    /// It has been closed, or the thread that writes it has died.
    #[error("the audit log {} is closed", path.display())]
    Closed { path: PathBuf },
}

/// An audit log that is open. Dropping it writes what it has been given as far as the process lives on; [`close`](Self::close)
/// waits for that.
#[derive(Debug)]
pub struct Audit {
    path: PathBuf,
    queue: Arc<Queue>,
    writer: JoinHandle<()>,
}

impl Audit {
    /// Opens a log, or begins one that only its owner can read.
    ///
    /// # Errors
    /// When the file cannot be opened or is not one, or another process writes it.
    pub fn open(options: AuditOptions) -> Result<Self, AuditError> {
        let path = options.path.clone();
        let log = Log::open(options)?;
        let queue = Arc::new(Queue::default());
        let own = queue.clone();
        let writer = thread::Builder::new()
            .name("audit".into())
            .spawn(move || writer::write(log, &own))
            .map_err(|source| AuditError::Open { path: path.clone(), source: source.into() })?;
        Ok(Self { path, queue, writer })
    }

    /// Has a line written. Never waits.
    pub fn record(&self, entry: &AuditEntry) {
        self.queue.push(&entry.line());
    }

    /// Whether all that is recorded is written, as far as is known: the last attempt has not failed and nothing is being lost.
    pub fn is_healthy(&self) -> bool {
        self.queue.is_healthy() && !self.writer.is_finished()
    }

    /// How many lines have been lost.
    pub fn lost(&self) -> u64 {
        self.queue.lost()
    }

    /// Waits until all that was recorded before has been given to the system.
    ///
    /// # Errors
    /// When it cannot be written now. It is tried again later all the same.
    pub async fn flush(&self) -> Result<(), AuditError> {
        self.wait(false).await
    }

    /// Writes all that was recorded, to the disk, and ends. What is recorded afterwards is lost.
    ///
    /// # Errors
    /// When it cannot be written. It is not tried again; the lines count as lost.
    pub async fn close(&self) -> Result<(), AuditError> {
        self.wait(true).await
    }

    async fn wait(&self, is_last: bool) -> Result<(), AuditError> {
        let (sender, written) = oneshot::channel();
        self.queue.wait(sender, is_last);
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(source)) => Err(AuditError::Write { path: self.path.clone(), source }),
            Err(_) => Err(AuditError::Closed { path: self.path.clone() }),
        }
    }
}

impl Drop for Audit {
    fn drop(&mut self) {
        self.queue.close();
    }
}
