//! Turns at a rate: who is first, and how long the others have to wait.
//!
//! The generic cell rate algorithm, which needs to remember one instant: when the next call would arrive at exactly the rate.
//! Calls may need turns of two limiters at once and may be dropped at any point; so they stand in line, and only the first of
//! a line, when all that it needs is there, takes. A call stands in the line of its second limiter only once it holds the turn
//! of the first: until then it is not in the way of those that need the second alone.

use std::{
    sync::{Mutex as StdMutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Mutex, MutexGuard},
    time::{self, Instant},
};

use super::{Period, Rate};

/// At most so many calls stand in one line.
pub(super) const MAX_LINE: usize = 1_000;

/// The rate of one tool, or of one server.
pub(super) struct Limiter {
    rate: Rate,
    /// The time from one turn to the next.
    interval: Duration,
    /// How far a whole period's turns, taken at once, are ahead of the rate.
    tolerance: Duration,
    /// Held by the first in line. Those behind it get it in the order in which they came.
    first: Mutex<()>,
    state: StdMutex<State>,
}

#[derive(Default)]
struct State {
    /// When the next call would arrive at exactly the rate; `None` before the first.
    arrival: Option<Instant>,
    /// How many stand in line, with the first.
    line: usize,
    /// Whether the first holds its turn, and so stands in the line of its next limiter too.
    is_held: bool,
}

impl Limiter {
    pub fn rate(&self) -> Rate {
        self.rate
    }

    pub fn new(rate: Rate) -> Self {
        let period = match rate.period {
            Period::Second => Duration::from_secs(1),
            Period::Minute => Duration::from_secs(60),
            Period::Hour => Duration::from_secs(60 * 60),
        };
        // More than one call each nanosecond is not a rate.
        let interval = (period / rate.calls.get()).max(Duration::from_nanos(1));
        Self {
            rate,
            interval,
            tolerance: interval * (rate.calls.get() - 1),
            first: Mutex::new(()),
            state: StdMutex::default(),
        }
    }

    /// How long until the turn of a call with so many ahead of it.
    fn wait(&self, state: &State, ahead: usize) -> Duration {
        let ahead = self.interval.saturating_mul(u32::try_from(ahead).unwrap_or(u32::MAX));
        let late = state.arrival.map_or(Duration::ZERO, |arrival| arrival.saturating_duration_since(Instant::now()));
        late.saturating_add(ahead).saturating_sub(self.tolerance)
    }

    /// Whether a call with so many ahead of it may stand in line.
    fn admits(&self, state: &State, ahead: usize, patience: Duration) -> bool {
        ahead < MAX_LINE && self.wait(state, ahead) <= patience
    }

    /// Puts a call in line, if its turn can come within `patience`.
    fn stand_in_line(&self, patience: Duration) -> Option<Place<'_>> {
        let mut state = self.state();
        if !self.admits(&state, state.line, patience) {
            return None;
        }
        state.line += 1;
        Some(Place { limiter: self, has_turn: false })
    }

    /// Takes the turn that there is.
    fn take(&self) {
        let now = Instant::now();
        let mut state = self.state();
        state.arrival = Some(state.arrival.map_or(now, |arrival| arrival.max(now)) + self.interval);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until there is a turn of each of the limiters, and takes them all together. Whoever uses some of the same limiters
/// has to give them in the same order. If that does not come about within `patience` no turn is taken; the error is how long
/// it would take.
pub(super) async fn take_turns(limiters: &[&Limiter], patience: Duration) -> Result<(), Duration> {
    peek(limiters, patience)?;
    let start = Instant::now();
    let all = async {
        let mut turns = Vec::with_capacity(limiters.len());
        for limiter in limiters {
            let place = limiter.stand_in_line(patience.saturating_sub(start.elapsed()))?;
            turns.push(place.turn().await);
        }
        // Nothing is awaited from here on, so they are taken all or not at all.
        turns.into_iter().for_each(Turn::take);
        Some(())
    };
    // A limiter does not know how long its first waits for the next one.
    let taken = time::timeout(patience, all).await;
    if let Ok(Some(())) = taken { Ok(()) } else { Err(time_until_turn(limiters)) }
}

/// Whether [`take_turns`] would wait, and not refuse at once; the error is how long it would take. Takes nothing.
pub(super) fn peek(limiters: &[&Limiter], patience: Duration) -> Result<(), Duration> {
    let mut stands_in_line = true;
    for limiter in limiters {
        let state = limiter.state();
        // Who is in a later line by the time that this call comes to it, nobody knows.
        let ahead = if stands_in_line { state.line } else { 0 };
        if !limiter.admits(&state, ahead, patience) {
            drop(state);
            return Err(time_until_turn(limiters));
        }
        stands_in_line &= ahead == 0 && limiter.wait(&state, 0).is_zero();
    }
    Ok(())
}

/// How long a call that came now would wait at the least, if none of those before it gives up.
fn time_until_turn(limiters: &[&Limiter]) -> Duration {
    let mut still_to_come = 0;
    let mut longest = Duration::ZERO;
    for limiter in limiters {
        let state = limiter.state();
        let ahead = still_to_come + state.line;
        longest = longest.max(limiter.wait(&state, ahead));
        still_to_come = ahead.saturating_sub(usize::from(state.is_held));
    }
    longest
}

/// A place in line.
struct Place<'a> {
    limiter: &'a Limiter,
    has_turn: bool,
}

impl<'a> Place<'a> {
    /// Waits until it is the first place and there is a turn.
    async fn turn(mut self) -> Turn<'a> {
        let first = self.limiter.first.lock().await;
        loop {
            let wait = {
                let mut state = self.limiter.state();
                let wait = self.limiter.wait(&state, 0);
                self.has_turn = wait.is_zero();
                state.is_held = self.has_turn;
                wait
            };
            if self.has_turn {
                return Turn { place: self, _first: first };
            }
            time::sleep(wait).await;
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.state();
        state.line -= 1;
        if self.has_turn {
            state.is_held = false;
        }
    }
}

/// A turn that may be taken, and nobody else can. The fields are dropped in this order, so that the next one in line comes
/// when this one has left.
struct Turn<'a> {
    place: Place<'a>,
    _first: MutexGuard<'a, ()>,
}

impl Turn<'_> {
    fn take(self) {
        self.place.limiter.take();
    }
}
