//! The result cache: answers to earlier calls, kept for a while, for the principal who was given them.
//!
//! In goes a call to a tool that the [`CacheRules`] name; out comes the answer to an equal call that is still fresh, or the
//! answer of a call that is made now, once for all who ask for it at the same time. [`CachedHost`] is the decorator over a
//! [`ToolHost`](crate::host::ToolHost), one for each request; [`Cache`] is what all of them share.
//!
//! What is served is never older than the last write that was made through this cache. Each tool has a *generation* that is
//! part of every key. Whatever makes a tool's answers doubtful (a write to its server, a changed tool list, an operator)
//! begins a new generation, and in that instant neither the answers that are kept nor those that are still on their way can
//! be found any more. Their bytes are given back right after. A write counts when it was answered, when it may have taken
//! effect although it failed, and when its caller stopped waiting for it. A server that acts on a write after it has failed
//! or was abandoned can still be read too early; such an answer lives for its time to live.
//!
//! An error is never kept. The values are bounded by bytes: those that were not asked for the longest go first, because what
//! a program has just been told is what it asks for again. Nothing else here grows with what a server or a program says:
//! past [`MAX_TOOLS`] tools, further ones are called without a cache.

mod entry;
mod flight;
mod host;
mod meters;
mod rules;
#[cfg(test)]
mod tests;
mod tool;
mod write;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use bytesize::ByteSize;
use moka::policy::EvictionPolicy;

use self::{
    entry::{Entry, Key, TimeToLive},
    tool::CachedTool,
};
pub use self::{
    host::CachedHost,
    meters::ToolCacheStats,
    rules::{CacheRule, CacheRules},
};
use crate::{
    host::{Origin, ToolAnswer},
    tool::{ToolId, ToolOutput},
};

/// Of so many tools answers are kept, and numbers.
pub const MAX_TOOLS: usize = 4096;

/// How much is kept, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheOptions {
    /// The size of all entries together: values, keys, and what it costs to keep them.
    pub capacity: ByteSize,
    /// How long an answer may be given again, where the tool's rule does not say.
    pub ttl: Duration,
}

impl Default for CacheOptions {
    fn default() -> Self {
        Self { capacity: ByteSize::mib(256), ttl: Duration::from_secs(5 * 60) }
    }
}

/// The answers that are kept, those of all principals.
pub struct Cache {
    entries: moka::sync::Cache<Arc<Key>, Arc<Entry>>,
    tools: RwLock<HashMap<ToolId, Arc<CachedTool>>>,
    ttl: Duration,
}

impl Cache {
    /// An empty cache. A metrics recorder is to be installed before.
    pub fn new(options: CacheOptions) -> Arc<Self> {
        let entries = moka::sync::Cache::builder()
            .max_capacity(options.capacity.as_u64())
            .weigher(|_, entry: &Arc<Entry>| u32::try_from(entry.size).unwrap_or(u32::MAX))
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(TimeToLive)
            .eviction_listener(|key, entry, cause| entry.tool.removed(&key, &entry, cause))
            .build();
        Arc::new(Self { entries, tools: RwLock::default(), ttl: options.ttl })
    }

    /// Drops the answers of all tools of a server, as after `tools/list_changed` or a write.
    pub fn invalidate_server(&self, server: &str) {
        self.invalidate(|id| &*id.server == server);
    }

    /// Drops the answers of one tool.
    pub fn invalidate_tool(&self, tool: &ToolId) {
        self.invalidate(|id| id == tool);
    }

    /// Drops all answers.
    pub fn invalidate_all(&self) {
        self.invalidate(|_| true);
    }

    /// What happened so far, for each tool that was asked for.
    pub fn stats(&self) -> BTreeMap<ToolId, ToolCacheStats> {
        let tools = self.tools.read().unwrap_or_else(PoisonError::into_inner);
        tools.iter().map(|(id, tool)| (id.clone(), tool.meters.stats())).collect()
    }

    fn invalidate(&self, is_concerned: impl Fn(&ToolId) -> bool) {
        let outdated: Vec<_> = {
            let tools = self.tools.read().unwrap_or_else(PoisonError::into_inner);
            tools.values().filter(|tool| is_concerned(&tool.id)).flat_map(|tool| tool.begin_generation()).collect()
        };
        for key in &outdated {
            self.entries.invalidate(&**key);
        }
        if !outdated.is_empty() {
            // Until then the removed values wait in a queue.
            self.entries.run_pending_tasks();
        }
    }

    /// What is known of a tool, or none when there are too many.
    fn tool(&self, id: &ToolId) -> Option<Arc<CachedTool>> {
        if let Some(tool) = self.tools.read().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Some(tool.clone());
        }
        let mut tools = self.tools.write().unwrap_or_else(PoisonError::into_inner);
        if tools.len() >= MAX_TOOLS && !tools.contains_key(id) {
            tracing::debug!(tool = %id, "too many tools for the cache; called without it");
            return None;
        }
        Some(tools.entry(id.clone()).or_insert_with(|| Arc::new(CachedTool::new(id.clone()))).clone())
    }

    /// The answer that is kept for a call, if it is fresh.
    fn answer(&self, key: &Key, ttl: Duration) -> Option<ToolAnswer> {
        let entry = self.entries.get(key)?;
        let age = entry.age();
        if age >= ttl.min(entry.ttl) {
            return None;
        }
        entry.tool.meters.hit(age);
        Some(ToolAnswer { output: entry.output.clone(), origin: Origin::Cache })
    }

    /// Keeps the output of a flight, unless its generation is over.
    fn keep(&self, tool: &Arc<CachedTool>, flight: u64, key: Arc<Key>, output: ToolOutput, ttl: Duration) {
        let entry = Arc::new(Entry::new(tool.clone(), flight, &key, output, ttl));
        if !tool.add(&key, &entry) {
            return;
        }
        self.entries.insert(key.clone(), entry);
        if key.generation != tool.generation() {
            // It ended in between, and whoever ended it may have looked for the entry too early.
            self.entries.invalidate(&*key);
        }
        // Else some hundred values could be kept on top of the capacity.
        self.entries.run_pending_tasks();
    }

    /// Drops an answer that is not fresh any more.
    fn discard(&self, key: &Key) {
        self.entries.invalidate(key);
    }
}
