//! `single-lookup`: one exchange rate.

use super::{super::rates, Solution, Worlds};

pub(super) fn solve(_: &Worlds) -> Option<Solution> {
    rates::rate_on("EUR", "CHF", "2026-09-30").map(Solution::read)
}
