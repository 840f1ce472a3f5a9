//! The times of tools.

use std::time::Duration;

use super::*;
use crate::journal::{CallOutcome, JournalEntry};

/// A call of a tool that took so long.
fn entry(tool: &str, took: Option<Duration>, outcome: CallOutcome, origin: Origin) -> JournalEntry {
    JournalEntry {
        call: call(tool, JsonObject::new()),
        route: Route::Code,
        wave: 1,
        effect: Effect::Read,
        start: Duration::from_secs(1),
        end: took.map(|took| Duration::from_secs(1) + took),
        outcome,
        origin,
    }
}

fn given() -> CallOutcome {
    CallOutcome::Output(ToolOutput::from_text("1".into()))
}

#[test]
fn the_slowest_tools_come_first_with_their_percentiles() {
    let mut table = ToolTable::default();
    for index in 1..=100 {
        table.add(&entry("steady", Some(Duration::from_millis(index)), given(), Origin::Server));
        table.add(&entry("quick", Some(Duration::from_micros(index)), given(), Origin::Server));
    }
    let [steady, quick] = &table.slowest(2)[..] else { panic!("two tools") };
    assert_eq!((&*steady.tool.tool, &*quick.tool.tool), ("steady", "quick"));
    assert_eq!((steady.calls, steady.errors, steady.total), (100, 0, Duration::from_millis(5050)));
    assert_eq!(steady.max, Duration::from_millis(100));
    for (percentile, exact) in [(steady.p50, 0.050), (steady.p95, 0.095)] {
        let excess = percentile.as_secs_f64() / exact;
        assert!((1.0..1.19).contains(&excess), "{percentile:?} for {exact} s");
    }
    assert_eq!(quick.p95, Duration::from_micros(100));
    assert_eq!(table.slowest(1).len(), 1);
}

#[test]
fn only_calls_that_were_made_are_counted() {
    let mut table = ToolTable::default();
    let id = ToolId::new("server", "t");
    let error = |error| CallOutcome::Error(error);
    let second = Some(Duration::from_secs(1));
    let lost = ToolError::TimedOut { tool: id.clone(), after: Duration::ZERO };
    for (outcome, origin, took) in [
        (given(), Origin::Server, second),
        (error(lost), Origin::Server, second),
        (CallOutcome::Unknown {}, Origin::Server, None),
        (given(), Origin::Cache, second),
        (error(ToolError::Denied { tool: id.clone(), message: String::new() }), Origin::Server, second),
        (error(ToolError::Unknown { tool: id.clone(), nearest: Vec::new() }), Origin::Server, second),
        (CallOutcome::Held {}, Origin::Server, None),
    ] {
        table.add(&entry("t", took, outcome, origin));
    }
    let times = &table.slowest(1)[0];
    assert_eq!((times.calls, times.errors, times.total), (3, 2, Duration::from_secs(2)));
}

#[test]
fn extreme_times_have_a_place() {
    let mut table = ToolTable::default();
    for took in [Duration::ZERO, Duration::from_nanos(1), Duration::from_secs(1_000_000)] {
        table.add(&entry("t", Some(took), given(), Origin::Server));
    }
    let times = &table.slowest(1)[0];
    assert_eq!((times.p95, times.max), (Duration::from_secs(1_000_000), Duration::from_secs(1_000_000)));
    assert!(times.p50 <= Duration::from_micros(100));
}

#[test]
fn tools_beyond_the_limit_are_one() {
    let mut table = ToolTable::default();
    for index in 0..tools::MAX_TOOLS + 50 {
        table.add(&entry(&format!("t{index}"), Some(Duration::ZERO), given(), Origin::Server));
    }
    let times = table.slowest(usize::MAX);
    assert_eq!(times.len(), tools::MAX_TOOLS + 1);
    let other = times.iter().find(|times| &*times.tool.server == "other").expect("the others");
    assert_eq!(other.calls, 50);
}
