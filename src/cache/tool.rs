//! What the cache knows of one tool: its generation, its entries, and its calls in flight.

use std::{
    collections::HashMap,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use moka::notification::RemovalCause;

use super::{
    entry::{Entry, Key},
    flight::Flights,
    meters::{Removal, ToolMeters},
};
use crate::tool::ToolId;

/// One tool whose answers are kept.
///
/// The locks are taken in this order: flights, the store's own, entries. The store tells of removals while it holds its own,
/// so nothing of the store may be called under the lock of the entries.
pub(super) struct CachedTool {
    pub(super) id: ToolId,
    pub(super) meters: ToolMeters,
    /// Changes only under the lock of the entries.
    generation: AtomicU64,
    /// The keys of the entries in the store, by flight, to find them again when their generation is over.
    entries: Mutex<HashMap<u64, Arc<Key>>>,
    flights: Mutex<Flights>,
}

impl CachedTool {
    pub(super) fn new(id: ToolId) -> Self {
        let meters = ToolMeters::new(&id);
        Self { id, meters, generation: AtomicU64::new(0), entries: Mutex::default(), flights: Mutex::default() }
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Makes all entries and all calls in flight unfindable. The keys of the entries are to be removed from the store.
    pub(super) fn begin_generation(&self) -> impl Iterator<Item = Arc<Key>> + use<> {
        let mut entries = self.entries();
        self.generation.fetch_add(1, Ordering::SeqCst);
        mem::take(&mut *entries).into_values()
    }

    /// Notes an entry that goes into the store, and says no when its generation is over.
    pub(super) fn add(&self, key: &Arc<Key>, entry: &Entry) -> bool {
        let mut entries = self.entries();
        if key.generation != self.generation() {
            return false;
        }
        entries.insert(entry.flight, key.clone());
        self.meters.added(entry.size);
        true
    }

    /// Notes that an entry has left the store.
    pub(super) fn removed(&self, key: &Key, entry: &Entry, cause: RemovalCause) {
        self.entries().remove(&entry.flight);
        let removal = match cause {
            RemovalCause::Size => Removal::Eviction,
            RemovalCause::Expired => Removal::Expiration,
            RemovalCause::Explicit | RemovalCause::Replaced if key.generation == self.generation() => {
                Removal::Expiration
            }
            RemovalCause::Explicit | RemovalCause::Replaced => Removal::Invalidation,
        };
        self.meters.removed(entry.size, removal);
    }

    pub(super) fn flights(&self) -> MutexGuard<'_, Flights> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many entries it can find again.
    #[cfg(test)]
    pub(super) fn known_entries(&self) -> usize {
        self.entries().len()
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<u64, Arc<Key>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
