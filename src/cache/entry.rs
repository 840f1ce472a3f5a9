//! What one answer is found by, and what is kept of it.

use std::{sync::Arc, time::Duration};

use moka::Expiry;
use tokio::time::Instant;

use super::tool::CachedTool;
use crate::{
    host::Principal,
    observations::Fingerprint,
    tool::{ToolId, ToolOutput},
};

/// About what an entry takes besides its texts: its own structures, and the store's.
const OVERHEAD: u64 = 640;

/// Equal for calls that may share an answer. The input is there in full: no two inputs are taken for one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) principal: Principal,
    pub(super) tool: ToolId,
    pub(super) definition: Fingerprint,
    /// That of the tool when the call began.
    pub(super) generation: u64,
    /// The canonical text.
    pub(super) input: String,
}

impl Key {
    fn size(&self) -> u64 {
        let Self { principal, tool, input, .. } = self;
        (principal.0.len() + tool.server.len() + tool.tool.len() + input.capacity()) as u64
    }
}

/// An answer that is kept.
pub(super) struct Entry {
    pub(super) tool: Arc<CachedTool>,
    /// The flight that brought it. No two entries of a tool have the same.
    pub(super) flight: u64,
    pub(super) output: ToolOutput,
    pub(super) ttl: Duration,
    /// In bytes.
    pub(super) size: u64,
    answered: Instant,
}

impl Entry {
    pub(super) fn new(tool: Arc<CachedTool>, flight: u64, key: &Key, output: ToolOutput, ttl: Duration) -> Self {
        let size = OVERHEAD + key.size() + output.bytes() as u64;
        Self { tool, flight, output, ttl, size, answered: Instant::now() }
    }

    pub(super) fn age(&self) -> Duration {
        self.answered.elapsed()
    }
}

/// Gives back the bytes of old entries that nobody asks for. What may be served does not depend on it.
pub(super) struct TimeToLive;

impl Expiry<Arc<Key>, Arc<Entry>> for TimeToLive {
    fn expire_after_create(&self, _: &Arc<Key>, entry: &Arc<Entry>, _: std::time::Instant) -> Option<Duration> {
        Some(entry.ttl)
    }
}
