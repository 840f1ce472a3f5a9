//! What the cache counts, for each tool: as metrics, and as [`ToolCacheStats`].

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytesize::ByteSize;
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use crate::{
    metrics::{CACHE_HIT_AGE, CACHE_HIT_RATIO, CACHE_REMOVALS, CACHE_REQUESTS, CACHE_SIZE, tool_labels},
    tool::ToolId,
};

/// What happened to the calls to one tool, and to its answers, since the cache was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToolCacheStats {
    /// Calls that were answered with a kept answer.
    pub hits: u64,
    /// Calls that were made.
    pub misses: u64,
    /// Calls that waited for the answer of an equal call under way.
    pub coalesced: u64,
    /// Entries that made room for others.
    pub evictions: u64,
    /// Entries that became too old.
    pub expirations: u64,
    /// Entries that were dropped because something else may be true by now.
    pub invalidations: u64,
    /// Entries that are kept now.
    pub entries: u64,
    /// Their size.
    pub bytes: ByteSize,
}

impl ToolCacheStats {
    /// The share of the calls that were answered with a kept answer. None before the first call.
    pub fn hit_rate(&self) -> Option<f64> {
        let requests = self.hits + self.misses + self.coalesced;
        (requests > 0).then(|| self.hits as f64 / requests as f64)
    }
}

/// Why an entry was removed.
#[derive(Clone, Copy)]
pub(super) enum Removal {
    Eviction,
    Expiration,
    Invalidation,
}

/// The meters of one tool, resolved once: a hit looks up no names.
pub(super) struct ToolMeters {
    hits: Count,
    misses: Count,
    coalesced: Count,
    evictions: Count,
    expirations: Count,
    invalidations: Count,
    entries: AtomicU64,
    bytes: AtomicU64,
    bytes_gauge: Gauge,
    hit_age: Histogram,
    hit_ratio: Gauge,
}

/// A number here and in the metrics.
struct Count {
    here: AtomicU64,
    metric: Counter,
}

impl Count {
    fn new(metric: Counter) -> Self {
        Self { here: AtomicU64::new(0), metric }
    }

    fn increment(&self) {
        self.here.fetch_add(1, Ordering::Relaxed);
        self.metric.increment(1);
    }

    fn get(&self) -> u64 {
        self.here.load(Ordering::Relaxed)
    }
}

impl ToolMeters {
    pub(super) fn new(id: &ToolId) -> Self {
        let (server, tool) = tool_labels(id);
        let (server, tool) = (|| server.clone(), || tool.clone());
        let requests = |result| {
            Count::new(counter!(CACHE_REQUESTS.name, "server" => server(), "tool" => tool(), "result" => result))
        };
        let removals =
            |cause| Count::new(counter!(CACHE_REMOVALS.name, "server" => server(), "tool" => tool(), "cause" => cause));
        Self {
            hits: requests("hit"),
            misses: requests("miss"),
            coalesced: requests("coalesced"),
            evictions: removals("eviction"),
            expirations: removals("expiration"),
            invalidations: removals("invalidation"),
            entries: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            bytes_gauge: gauge!(CACHE_SIZE.name, "server" => server(), "tool" => tool()),
            hit_age: histogram!(CACHE_HIT_AGE.name, "server" => server(), "tool" => tool()),
            hit_ratio: gauge!(CACHE_HIT_RATIO.name, "server" => server(), "tool" => tool()),
        }
    }

    pub(super) fn hit(&self, age: Duration) {
        self.hits.increment();
        self.hit_age.record(age);
        self.set_hit_ratio();
    }

    pub(super) fn missed(&self) {
        self.misses.increment();
        self.set_hit_ratio();
    }

    pub(super) fn coalesced(&self) {
        self.coalesced.increment();
        self.set_hit_ratio();
    }

    pub(super) fn added(&self, size: u64) {
        self.entries.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(size, Ordering::Relaxed);
        self.bytes_gauge.increment(size as f64);
    }

    pub(super) fn removed(&self, size: u64, removal: Removal) {
        self.entries.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(size, Ordering::Relaxed);
        self.bytes_gauge.decrement(size as f64);
        match removal {
            Removal::Eviction => self.evictions.increment(),
            Removal::Expiration => self.expirations.increment(),
            Removal::Invalidation => self.invalidations.increment(),
        }
    }

    pub(super) fn stats(&self) -> ToolCacheStats {
        ToolCacheStats {
            hits: self.hits.get(),
            misses: self.misses.get(),
            coalesced: self.coalesced.get(),
            evictions: self.evictions.get(),
            expirations: self.expirations.get(),
            invalidations: self.invalidations.get(),
            entries: self.entries.load(Ordering::Relaxed),
            bytes: ByteSize(self.bytes.load(Ordering::Relaxed)),
        }
    }

    fn set_hit_ratio(&self) {
        if let Some(rate) = self.stats().hit_rate() {
            self.hit_ratio.set(rate);
        }
    }
}
