//! Calls in flight: equal ones are made once, and whoever is left of their callers drives them on.

use std::{
    collections::{HashMap, hash_map},
    sync::Arc,
};

use futures_util::future::{BoxFuture, Shared, WeakShared};

use super::{entry::Key, tool::CachedTool};
use crate::host::{ToolAnswer, ToolError};

type Call = BoxFuture<'static, Result<ToolAnswer, ToolError>>;

/// A call that is being made, held by each of those who wait for it. When nobody does, it is dropped.
pub(super) type Flight = Shared<Call>;

/// The calls to one tool that are being made. This holds none of them: it must not be what keeps a call going.
#[derive(Default)]
pub(super) struct Flights {
    under_way: HashMap<Arc<Key>, (u64, WeakShared<Call>)>,
    last: u64,
}

impl Flights {
    /// The call under way that has this key.
    pub(super) fn get(&self, key: &Key) -> Option<Flight> {
        self.under_way.get(key).and_then(|(_, flight)| flight.upgrade())
    }

    /// A number for a new flight, which no other of the tool has.
    pub(super) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    pub(super) fn add(&mut self, number: u64, key: Arc<Key>, flight: &Flight) {
        if let Some(weak) = flight.downgrade() {
            self.under_way.insert(key, (number, weak));
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.under_way.len()
    }

    fn remove(&mut self, number: u64, key: &Arc<Key>) {
        // After a flight was abandoned, another may have taken its place before this is called.
        if let hash_map::Entry::Occupied(flight) = self.under_way.entry(key.clone())
            && flight.get().0 == number
        {
            flight.remove();
        }
    }
}

/// Takes a flight off the list when it ends, however it ends.
pub(super) struct Listed {
    pub(super) tool: Arc<CachedTool>,
    pub(super) number: u64,
    pub(super) key: Arc<Key>,
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.tool.flights().remove(self.number, &self.key);
    }
}
