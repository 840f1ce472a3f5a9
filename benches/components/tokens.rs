//! Counting tokens.

use std::{fmt::Write, hint::black_box};

use crate::Group;
use codefirst::tokens::{O200k, TokenCounter, Tokens};

const BYTES: usize = 100_000;

/// Lines of one kind, each another, up to the size.
fn text(line: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(BYTES + 200);
    for n in 0.. {
        if text.len() >= BYTES {
            break;
        }
        writeln!(text, "{}", line(n)).expect("room");
    }
    text.truncate(BYTES);
    text
}

pub fn benches(group: &mut Group<'_>) {
    let json = text(|n| {
        format!(
            r#"{{"id":{n},"state":"open","title":"Order {} is shown twice","user":{{"login":"user{}"}},"created_at":"2026-0{}-1{}T08:00:00Z"}},"#,
            n * 7_919 % 10_007,
            n % 97,
            n % 9 + 1,
            n % 10,
        )
    });
    let prose = text(|n| {
        format!("In week {n} the team moved {} orders to the new store, and nobody noticed a difference.", n * 31 % 977)
    });
    for (name, text) in [("100 KB of JSON", &json), ("100 KB of prose", &prose)] {
        assert!(O200k.count(text) > Tokens(0), "the table is built before the clock starts");
        group.bench_function(name, |bencher| bencher.iter(|| O200k.count(black_box(text))));
    }
}
