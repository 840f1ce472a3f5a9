//! The last day by the minute.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;

use crate::tokens::Tokens;

/// So many minutes are kept: a day.
pub(super) const MAX_MINUTES: i64 = 24 * 60;

/// What ended, and what was counted, within one minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Minute {
    /// When it began.
    pub start: Timestamp,
    pub requests: u64,
    pub fallbacks: u64,
    /// Tokens that passed through the model.
    pub tokens_passed: Tokens,
    /// Tokens that would have on the direct route.
    pub tokens_direct: Tokens,
}

/// The minutes in which there was something, the oldest first.
#[derive(Default)]
pub(super) struct Series {
    minutes: VecDeque<Minute>,
}

impl Series {
    pub(super) fn ended(&mut self, now: Timestamp, has_fallen_back: bool) {
        if let Some(minute) = self.current(now) {
            minute.requests += 1;
            minute.fallbacks += u64::from(has_fallen_back);
        }
    }

    pub(super) fn saved(&mut self, now: Timestamp, passed: Tokens, direct: Tokens) {
        if let Some(minute) = self.current(now) {
            minute.tokens_passed += passed;
            minute.tokens_direct += direct;
        }
    }

    pub(super) fn minutes(&mut self, now: Timestamp) -> Vec<Minute> {
        self.forget(number(now));
        self.minutes.iter().copied().collect()
    }

    /// The minute that it is. When the clock was set back, that is the latest there was, so that they stay in order.
    fn current(&mut self, now: Timestamp) -> Option<&mut Minute> {
        let current = number(now);
        self.forget(current);
        if self.minutes.back().is_none_or(|latest| number(latest.start) < current) {
            let start = Timestamp::from_second(current * 60).unwrap_or(now);
            let (tokens_passed, tokens_direct) = (Tokens(0), Tokens(0));
            self.minutes.push_back(Minute { start, requests: 0, fallbacks: 0, tokens_passed, tokens_direct });
        }
        self.minutes.back_mut()
    }

    fn forget(&mut self, current: i64) {
        while self.minutes.front().is_some_and(|oldest| number(oldest.start) <= current - MAX_MINUTES) {
            self.minutes.pop_front();
        }
    }
}

/// The number of a minute since 1970.
fn number(time: Timestamp) -> i64 {
    time.as_second().div_euclid(60)
}
