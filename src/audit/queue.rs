//! [`Queue`]: lines on their way from those who record to the thread that writes.

use std::{
    io,
    mem::take,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::oneshot;

use super::entry;

/// Lines that wait to be written hold at most this much; further ones are lost.
pub(super) const MAX_WAITING_BYTES: usize = 16 << 20;

/// How long after a failed attempt the next one is made.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Told whether all that was recorded before could be written.
pub(super) type Waiter = oneshot::Sender<Result<(), Arc<io::Error>>>;

#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    has_failed: AtomicBool,
    lost: AtomicU64,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<u8>,
    /// How many lines are missing after those.
    lost: u64,
    waiters: Vec<Waiter>,
    is_closed: bool,
}

impl Waiting {
    fn is_idle(&self) -> bool {
        self.lines.is_empty() && self.is_calm()
    }

    /// Nobody waits for an attempt.
    fn is_calm(&self) -> bool {
        self.waiters.is_empty() && !self.is_closed
    }
}

/// What the thread is to do next.
pub(super) struct Batch {
    pub(super) lines: Vec<u8>,
    pub(super) waiters: Vec<Waiter>,
    pub(super) is_closed: bool,
}

impl Queue {
    pub(super) fn push(&self, line: &[u8]) {
        let mut waiting = self.lock();
        if waiting.is_closed {
            self.lose(1);
            return;
        }
        // What is missing is told of after the lines before it, so a shorter line must not slip in between.
        if waiting.lost > 0 || waiting.lines.len() + line.len() > MAX_WAITING_BYTES {
            waiting.lost += 1;
            self.lose(1);
            return;
        }
        waiting.lines.extend_from_slice(line);
        drop(waiting);
        self.changed.notify_one();
    }

    pub(super) fn wait(&self, waiter: Waiter, is_last: bool) {
        let mut waiting = self.lock();
        // Without a thread nobody would answer: dropped, it says so itself.
        if !waiting.is_closed {
            waiting.waiters.push(waiter);
            waiting.is_closed = is_last;
        }
        drop(waiting);
        self.changed.notify_one();
    }

    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_one();
    }

    pub(super) fn is_healthy(&self) -> bool {
        !self.has_failed.load(Ordering::Relaxed) && self.lock().lost == 0
    }

    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    pub(super) fn lose(&self, lines: u64) {
        self.lost.fetch_add(lines, Ordering::Relaxed);
    }

    /// Notes how an attempt went, and says whether the one before went otherwise.
    pub(super) fn note(&self, has_failed: bool) -> bool {
        self.has_failed.swap(has_failed, Ordering::Relaxed) != has_failed
    }

    /// All that waits, once something does.
    pub(super) fn next(&self) -> Batch {
        let waiting = self.lock();
        let idle = self.changed.wait_while(waiting, |waiting| waiting.is_idle());
        let mut waiting = idle.unwrap_or_else(PoisonError::into_inner);
        let mut lines = take(&mut waiting.lines);
        if waiting.lost > 0 {
            lines.extend(entry::gap(take(&mut waiting.lost)));
        }
        Batch { lines, waiters: take(&mut waiting.waiters), is_closed: waiting.is_closed }
    }

    /// What is to be done while lines that could not be written are still to be written: nothing for a while, unless somebody
    /// waits for it. Further lines wait where they are.
    pub(super) fn next_attempt(&self) -> Batch {
        let waiting = self.lock();
        let calm = self.changed.wait_timeout_while(waiting, RETRY_AFTER, |waiting| waiting.is_calm());
        let (mut waiting, _) = calm.unwrap_or_else(PoisonError::into_inner);
        Batch { lines: Vec::new(), waiters: take(&mut waiting.waiters), is_closed: waiting.is_closed }
    }

    /// Gives up what waits, and says how many lines that were.
    pub(super) fn abandon(&self) -> u64 {
        count(&take(&mut self.lock().lines))
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many lines end in this.
pub(super) fn count(lines: &[u8]) -> u64 {
    lines.iter().filter(|byte| **byte == b'\n').count() as u64
}
