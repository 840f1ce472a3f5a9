//! How often a principal may ask.
//!
//! The generic cell rate algorithm, as for tools ([`crate::policy`]); but nobody waits here: what comes too early is refused
//! at once and told when to come again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    host::Principal,
    policy::{Period, Rate},
};

/// The MCP endpoint and the rest are counted apart, so that a dashboard left open takes nothing from an agent.
type Key = (Principal, bool);

pub(super) struct Rates {
    /// The time from one request to the next.
    interval: Duration,
    /// How far a whole period's requests, made at once, are ahead of the rate.
    tolerance: Duration,
    /// When the next request would arrive at exactly the rate. There are as many as tokens, at most.
    arrivals: Mutex<HashMap<Key, Instant>>,
}

impl Rates {
    pub(super) fn new(rate: Rate) -> Self {
        let period = match rate.period {
            Period::Second => Duration::from_secs(1),
            Period::Minute => Duration::from_secs(60),
            Period::Hour => Duration::from_secs(60 * 60),
        };
        let interval = (period / rate.calls.get()).max(Duration::from_nanos(1));
        Self { interval, tolerance: interval * (rate.calls.get() - 1), arrivals: Mutex::default() }
    }

    /// The error is how long it takes until there is a turn.
    pub(super) fn take(&self, principal: &Principal, is_mcp: bool) -> Result<(), Duration> {
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let arrival = arrivals.entry((principal.clone(), is_mcp)).or_insert(now);
        let wait = arrival.saturating_duration_since(now).saturating_sub(self.tolerance);
        if !wait.is_zero() {
            return Err(wait);
        }
        *arrival = (*arrival).max(now) + self.interval;
        Ok(())
    }
}
