//! The thread that writes an audit log.

use std::{io, sync::Arc};

use super::{
    log::Log,
    queue::{self, Queue, Waiter},
};

/// Writes what is in the queue until it is closed.
pub(super) fn write(mut log: Log, queue: &Queue) {
    // Lines that could not be written, the first of them perhaps in part.
    let mut left = Vec::new();
    let mut waiters = Vec::new();
    loop {
        let is_stuck = !left.is_empty();
        let batch = if is_stuck { queue.next_attempt() } else { queue.next() };
        if !is_stuck {
            left = batch.lines;
        }
        waiters.extend(batch.waiters);
        let mut result = attempt(&mut log, &mut left, queue);
        if is_stuck && left.is_empty() {
            // Those that came meanwhile are next, and belong to what is waited for.
            continue;
        }
        if batch.is_closed {
            result = result.and(log.sync().map_err(Arc::new));
            queue.lose(queue::count(&left) + queue.abandon());
            // Whoever is told that it is closed may open it.
            drop(log);
            answer(&mut waiters, &result);
            return;
        }
        answer(&mut waiters, &result);
    }
}

fn answer(waiters: &mut Vec<Waiter>, result: &Result<(), Arc<io::Error>>) {
    for waiter in waiters.drain(..) {
        // Whoever does not wait any more needs no answer.
        let _ = waiter.send(result.clone());
    }
}

fn attempt(log: &mut Log, lines: &mut Vec<u8>, queue: &Queue) -> Result<(), Arc<io::Error>> {
    if lines.is_empty() {
        return Ok(());
    }
    let result = log.write(lines).map_err(Arc::new);
    let is_other = queue.note(result.is_err());
    match &result {
        Err(error) if is_other => {
            tracing::error!(path = %log.path().display(), %error, "the audit log cannot be written");
        }
        Ok(()) if is_other => tracing::info!(path = %log.path().display(), "the audit log is written again"),
        Ok(()) | Err(_) => {}
    }
    result
}
