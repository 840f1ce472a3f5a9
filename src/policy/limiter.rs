//! Turns at a rate: who is first, and how long the others have to wait.
//!
//! The generic cell rate algorithm, which needs to remember one instant: when the next call would arrive at exactly the rate.
//! Calls may need turns of two limiters at once and may be dropped at any point; so they stand in line, and only the first of
//! a line, when all that it needs is there, takes.

use std::{
    sync::{
        Mutex as StdMutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
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
    /// When the next call would arrive at exactly the rate; `None` before the first.
    arrival: StdMutex<Option<Instant>>,
    /// The time from one turn to the next.
    interval: Duration,
    /// How far a whole period's turns, taken at once, are ahead of the rate.
    tolerance: Duration,
    /// Held by the first in line. Those behind it get it in the order in which they came.
    first: Mutex<()>,
    /// How many stand in line, with the first.
    line: AtomicUsize,
}

impl Limiter {
    pub fn new(rate: Rate) -> Self {
        let period = match rate.period {
            Period::Second => Duration::from_secs(1),
            Period::Minute => Duration::from_secs(60),
            Period::Hour => Duration::from_secs(60 * 60),
        };
        // More than one call each nanosecond is not a rate.
        let interval = (period / rate.calls.get()).max(Duration::from_nanos(1));
        Self {
            arrival: StdMutex::default(),
            interval,
            tolerance: interval * (rate.calls.get() - 1),
            first: Mutex::new(()),
            line: AtomicUsize::new(0),
        }
    }

    /// How long until the turn of a call with so many ahead of it.
    fn wait(&self, ahead: usize) -> Duration {
        let ahead = self.interval.saturating_mul(u32::try_from(ahead).unwrap_or(u32::MAX));
        let late = self.arrival().map_or(Duration::ZERO, |arrival| arrival.saturating_duration_since(Instant::now()));
        late.saturating_add(ahead).saturating_sub(self.tolerance)
    }

    /// Takes the turn that there is.
    fn take(&self) {
        let now = Instant::now();
        let mut arrival = self.arrival();
        *arrival = Some(arrival.map_or(now, |arrival| arrival.max(now)) + self.interval);
    }

    fn arrival(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.arrival.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a call in line; if its turn would not come within `patience`, the error is how long it would take.
    fn stand_in_line(&self, patience: Duration) -> Result<Place<'_>, Duration> {
        let ahead = self.line.fetch_add(1, Ordering::Relaxed);
        let place = Place(self);
        let wait = self.wait(ahead);
        if ahead >= MAX_LINE || wait > patience { Err(wait) } else { Ok(place) }
    }
}

/// Waits until there is a turn of each of the limiters, and takes them all together. Whoever uses some of the same limiters
/// has to give them in the same order. If that does not come about within `patience` no turn is taken; the error is how long
/// it would take.
pub(super) async fn take_turns(limiters: &[&Limiter], patience: Duration) -> Result<(), Duration> {
    let places: Vec<_> = limiters.iter().map(|limiter| limiter.stand_in_line(patience)).collect();
    if places.iter().any(Result::is_err) {
        return Err(places.into_iter().filter_map(Result::err).max().unwrap_or_default());
    }
    let all = async {
        let mut turns = Vec::with_capacity(places.len());
        for place in places.iter().flatten() {
            turns.push(place.turn().await);
        }
        // Nothing is awaited from here on, so they are taken all or not at all.
        turns.into_iter().for_each(Turn::take);
    };
    // A limiter does not know how long its first waits for the other one.
    match time::timeout(patience, all).await {
        Ok(()) => Ok(()),
        Err(_) => Err(limiters.iter().map(|limiter| limiter.wait(0)).max().unwrap_or_default()),
    }
}

/// A place in line.
struct Place<'a>(&'a Limiter);

impl<'a> Place<'a> {
    /// Waits until it is the first place and there is a turn.
    async fn turn(&self) -> Turn<'a> {
        let first = self.0.first.lock().await;
        loop {
            let wait = self.0.wait(0);
            if wait.is_zero() {
                return Turn { limiter: self.0, _first: first };
            }
            time::sleep(wait).await;
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.line.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A turn that may be taken, and nobody else can.
struct Turn<'a> {
    limiter: &'a Limiter,
    _first: MutexGuard<'a, ()>,
}

impl Turn<'_> {
    fn take(self) {
        self.limiter.take();
    }
}
