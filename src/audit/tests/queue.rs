use serde_json::json;
use tokio::sync::oneshot;

use super::{super::queue::*, *};

#[test]
fn lines_beyond_the_bound_are_lost_and_the_log_says_so_in_their_place() {
    let queue = Queue::default();
    let long = [&b"x".repeat(MAX_WAITING_BYTES / 4 - 1)[..], b"\n"].concat();
    for _ in 0..4 {
        queue.push(&long);
    }
    assert!(queue.is_healthy());
    queue.push(&long);
    queue.push(b"\n");
    assert!(!queue.is_healthy());
    assert_eq!(queue.lost(), 2);

    let lines = queue.next().lines;
    assert_eq!(lines[..MAX_WAITING_BYTES], long.repeat(4));
    let gap: Value = serde_json::from_slice(&lines[MAX_WAITING_BYTES..]).unwrap();
    assert_eq!((&gap["version"], &gap["lost"]), (&json!(1), &json!(2)));
    assert_eq!(gap.as_object().unwrap().keys().collect::<Vec<_>>(), ["version", "time", "lost"]);
    assert!(gap["time"].as_str().unwrap().parse::<Timestamp>().is_ok());

    assert!(queue.is_healthy());
    queue.push(b"next\n");
    assert_eq!(queue.next().lines, b"next\n");
}

#[test]
fn a_short_line_does_not_pass_one_that_is_missing() {
    let queue = Queue::default();
    queue.push(&b"x".repeat(MAX_WAITING_BYTES - 10));
    queue.push(&b"y".repeat(11));
    queue.push(b"z\n");
    let lines = queue.next().lines;
    assert!(lines.ends_with(b"\"lost\":2}\n"), "no line says that two are missing");
}

#[test]
fn nothing_is_taken_while_lines_are_still_to_be_written() {
    let queue = Queue::default();
    queue.push(b"a\n");
    let (waiter, _written) = oneshot::channel();
    queue.wait(waiter, false);
    let attempt = queue.next_attempt();
    assert_eq!((attempt.lines.len(), attempt.waiters.len(), attempt.is_closed), (0, 1, false));
    queue.close();
    assert!(queue.next_attempt().is_closed);
    let last = queue.next();
    assert_eq!((&last.lines[..], last.is_closed), (&b"a\n"[..], true));
}

#[test]
fn who_waits_after_the_end_is_told_at_once() {
    let queue = Queue::default();
    queue.close();
    let (waiter, mut written) = oneshot::channel();
    queue.wait(waiter, false);
    assert!(matches!(written.try_recv(), Err(oneshot::error::TryRecvError::Closed)));
}
