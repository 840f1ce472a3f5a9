//! The last requests on the code route, and whether they are too many that fell back.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use tokio::time::Instant;

use super::{AlertOptions, FallbackHealth};

pub(super) struct Window {
    threshold: f64,
    clear_below: f64,
    minimum_sample: usize,
    capacity: usize,
    max_age: Duration,
    /// The oldest first; for each, the kind of the failure for which it fell back.
    requests: VecDeque<(Instant, Option<&'static str>)>,
    fallbacks: usize,
    is_firing: bool,
}

/// What has changed, and what the window held then.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Transition {
    pub(super) health: FallbackHealth,
    pub(super) kinds: BTreeMap<&'static str, usize>,
}

impl Window {
    pub(super) fn new(options: &AlertOptions) -> Self {
        Self {
            threshold: options.threshold,
            clear_below: options.clear_below,
            minimum_sample: options.minimum_sample,
            capacity: options.window,
            max_age: options.window_time,
            requests: VecDeque::new(),
            fallbacks: 0,
            is_firing: false,
        }
    }

    pub(super) fn push(&mut self, now: Instant, fallback: Option<&'static str>) {
        if self.requests.len() >= self.capacity {
            self.drop_oldest();
        }
        self.fallbacks += usize::from(fallback.is_some());
        self.requests.push_back((now, fallback));
    }

    /// Forgets what is too old and decides anew. Says so if the decision is another one than before.
    pub(super) fn evaluate(&mut self, now: Instant) -> Option<Transition> {
        while self.requests.front().is_some_and(|(at, _)| now.duration_since(*at) > self.max_age) {
            self.drop_oldest();
        }
        let is_firing = match self.rate() {
            None => false,
            // However small the sample: at low traffic it is now above the minimum and now below it, and an episode
            // would end and begin with every request.
            Some(rate) if self.is_firing => rate >= self.clear_below,
            Some(rate) => rate > self.threshold && self.requests.len() >= self.minimum_sample,
        };
        let has_changed = is_firing != self.is_firing;
        self.is_firing = is_firing;
        has_changed.then(|| Transition { health: self.health(), kinds: self.kinds() })
    }

    pub(super) fn health(&self) -> FallbackHealth {
        FallbackHealth { rate: self.rate(), sample: self.requests.len(), is_firing: self.is_firing }
    }

    fn rate(&self) -> Option<f64> {
        let sample = self.requests.len();
        (sample > 0).then(|| self.fallbacks as f64 / sample as f64)
    }

    fn kinds(&self) -> BTreeMap<&'static str, usize> {
        let mut kinds = BTreeMap::new();
        for kind in self.requests.iter().filter_map(|(_, fallback)| *fallback) {
            *kinds.entry(kind).or_default() += 1;
        }
        kinds
    }

    fn drop_oldest(&mut self) {
        if let Some((_, Some(_))) = self.requests.pop_front() {
            self.fallbacks -= 1;
        }
    }
}
