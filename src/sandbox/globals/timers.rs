//! When the program's next timer is due, for a host that waits for it by itself: [`Timers`].
//!
//! The engine's timers belong to deno_core, which tells nobody when they are due; js/timers.js does, through these ops.

use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

use deno_core::{OpState, op2};

/// The longest delay, as in every browser; a longer one fires at once.
const MAX_DELAY_MS: f64 = 2_147_483_647.0;

/// The timers that wait, in an isolate's `OpState`.
#[derive(Default)]
pub struct Timers {
    by_id: HashMap<u32, Instant>,
    by_time: BTreeSet<(Instant, u32)>,
}

impl Timers {
    /// When the next one is due.
    pub fn next(&self) -> Option<Instant> {
        self.by_time.first().map(|(time, _)| *time)
    }

    fn set(&mut self, id: u32, delay_ms: f64) {
        self.clear(id);
        let delay = if (1.0..=MAX_DELAY_MS).contains(&delay_ms) { delay_ms } else { 1.0 };
        let time = Instant::now() + Duration::from_secs_f64(delay / 1e3);
        self.by_id.insert(id, time);
        self.by_time.insert((time, id));
    }

    fn clear(&mut self, id: u32) {
        if let Some(time) = self.by_id.remove(&id) {
            self.by_time.remove(&(time, id));
        }
    }
}

#[op2(fast)]
pub fn op_timer_set(state: &mut OpState, id: u32, delay_ms: f64) {
    state.borrow_mut::<Timers>().set(id, delay_ms);
}

#[op2(fast)]
pub fn op_timer_clear(state: &mut OpState, id: u32) {
    state.borrow_mut::<Timers>().clear(id);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_timer_is_the_earliest_that_is_set() {
        let mut timers = Timers::default();
        assert_eq!(timers.next(), None);
        timers.set(1, 50_000.0);
        let late = timers.next();
        timers.set(2, f64::NAN);
        let early = timers.next();
        assert!(early < late && early.is_some(), "{early:?} {late:?}");
        timers.clear(2);
        timers.clear(2);
        assert_eq!(timers.next(), late);
        timers.set(1, 90_000.0);
        assert!(timers.next() > late);
        timers.clear(1);
        assert_eq!(timers.next(), None);
    }
}
