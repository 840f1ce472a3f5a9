//! `flaky-upstream`: three exchange rates, which are the same however often the service was busy.

use super::{super::rates, Solution, Worlds};

pub(super) fn solve(_: &Worlds) -> Option<Solution> {
    let line = |quote| rates::rate_on("EUR", quote, "2026-09-30").map(|rate| format!("{quote}: {rate}"));
    ["CHF", "GBP", "USD"].into_iter().map(line).collect::<Option<Vec<_>>>().map(Solution::read)
}
