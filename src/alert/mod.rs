//! The rolling fallback rate, and the alert on it. Each request on the code route goes in, with the kind of failure for
//! which it fell back, if it did; the rate comes out, and whether it is too high.
//!
//! A fallback hides a failure: the answer is right, and dearer. A few are what the fallback is for; many mean that the
//! code route has stopped saving anything. So when more than [`AlertOptions::threshold`] of the recent requests fall
//! back, and they are at least [`AlertOptions::minimum_sample`], an episode begins: one event at error level, the gauge
//! `codefirst_fallback_alert` at 1, one message to the webhook. It ends when the rate is below
//! [`AlertOptions::clear_below`], of however few requests, or when no request is recent: one event at info level, the
//! gauge at 0, one message.
//!
//! A message is an HTTP POST of one JSON object:
//!
//! ```json
//! {
//!   "alert": "codefirst_fallback_rate",
//!   "state": "firing",
//!   "rate": 0.15,
//!   "threshold": 0.1,
//!   "sample": 40,
//!   "kinds": { "runtime": 4, "type": 2 },
//!   "at": "2026-03-01T12:00:00.000Z"
//! }
//! ```
//!
//! `state` is `firing` or `resolved`; `rate` is `null` where no request is recent; `kinds` counts the recent fallbacks by
//! the kind of the failure. An answer of 2xx means that it was delivered. No answer, 5xx, 408 and 429 are tried again, up
//! to five times in all, with growing pauses; any other answer is final, a redirect too. At most eight messages wait;
//! those that have no room are dropped and counted. Requests never wait for any of this.

mod options;
#[cfg(test)]
mod tests;
mod webhook;
mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::time::Instant;

pub use self::options::{AlertError, AlertOptions, WebhookUrl};
use self::{
    webhook::{Persistence, Webhook},
    window::{Transition, Window},
};
use crate::metrics;

/// The share of recent requests that fell back. Clones share it.
#[derive(Clone)]
pub struct FallbackRate {
    shared: Arc<Shared>,
}

struct Shared {
    threshold: f64,
    window: Mutex<Window>,
    webhook: Option<Webhook>,
}

impl Default for FallbackRate {
    /// With the default options, which have no webhook.
    fn default() -> Self {
        Self::start(&AlertOptions::default(), None)
    }
}

/// What the health endpoint says of fallbacks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FallbackHealth {
    /// `None` while there are no recent requests.
    pub rate: Option<f64>,
    /// How many recent requests there are.
    pub sample: usize,
    pub is_firing: bool,
}

impl FallbackRate {
    /// Starts with an empty window. A webhook needs a Tokio runtime around the call.
    pub fn new(options: AlertOptions) -> Result<Self, AlertError> {
        Self::with_persistence(options, Persistence::default())
    }

    fn with_persistence(options: AlertOptions, persistence: Persistence) -> Result<Self, AlertError> {
        options.validate()?;
        let webhook = options.webhook.clone().map(|url| Webhook::start(url, persistence)).transpose()?;
        Ok(Self::start(&options, webhook))
    }

    fn start(options: &AlertOptions, webhook: Option<Webhook>) -> Self {
        let window = Mutex::new(Window::new(options));
        let rate = Self { shared: Arc::new(Shared { threshold: options.threshold, window, webhook }) };
        // The gauges are there from the start, not only from the first fallback.
        rate.health();
        rate
    }

    /// Takes in one request on the code route: `None` if it did not fall back, because it had no need to or because its
    /// fallback was refused; else the kind of the program's failure, or `host`. Never waits for the webhook.
    pub fn record(&self, fallback: Option<&'static str>) {
        self.evaluate(|window, now| window.push(now, fallback));
    }

    /// The share of requests above which the alert fires.
    pub fn threshold(&self) -> f64 {
        self.shared.threshold
    }

    /// How things are now. Time alone can end an episode, but it is only noticed here or in [`Self::record`]; so whoever
    /// shows the metrics calls this first.
    pub fn health(&self) -> FallbackHealth {
        self.evaluate(|_, _| ())
    }

    fn evaluate(&self, change: impl FnOnce(&mut Window, Instant)) -> FallbackHealth {
        let mut window = self.window();
        // The time is taken inside the lock, so that the window is in order.
        let now = Instant::now();
        change(&mut window, now);
        let transition = window.evaluate(now);
        let health = window.health();
        // Within the lock too, so that the last word of the gauges and the webhook is the last transition's.
        metrics::fallback_rate_is(health.rate);
        metrics::fallback_alert_is(health.is_firing);
        let was_sent = match (&self.shared.webhook, &transition) {
            (Some(webhook), Some(transition)) => webhook.send(transition, self.shared.threshold),
            _ => true,
        };
        drop(window);
        if !was_sent {
            tracing::warn!("an alert message was dropped: too many are waiting for the webhook");
        }
        if let Some(transition) = transition {
            self.log(&transition);
        }
        health
    }

    fn log(&self, Transition { health, kinds }: &Transition) {
        let FallbackHealth { rate, sample, is_firing } = *health;
        let threshold = self.shared.threshold;
        if is_firing {
            tracing::error!(rate, sample, threshold, ?kinds, "too many requests fall back to the direct route");
        } else {
            tracing::info!(rate, sample, threshold, ?kinds, "few requests fall back to the direct route again");
        }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.shared.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
