//! [`CachedHost`]: the cache as a decorator.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Cache, CacheRule, CacheRules,
    entry::Key,
    flight::{Flight, Listed},
    tool::CachedTool,
    write::Write,
};
use crate::{
    canonical,
    host::{Origin, Principal, ToolAnswer, ToolError, ToolHost},
    tool::{Effect, ToolCall, ToolId},
};

/// Answers one principal's calls from the cache where the rules allow it, and makes the others.
///
/// A tool that writes and that the rules name all the same is answered from the cache like any other; when it is really
/// called, it is a write.
pub struct CachedHost<H: ?Sized> {
    cache: Arc<Cache>,
    rules: Arc<CacheRules>,
    principal: Principal,
    /// Shared, because a call goes on for those who wait for it when the host that began it is gone.
    inner: Arc<H>,
}

/// The ways to an answer.
enum Way {
    Kept(ToolAnswer),
    /// Of a call that somebody else has begun.
    Follow(Flight),
    /// Of a call that this caller has begun.
    Lead(Flight),
}

impl<H: ToolHost + ?Sized + 'static> CachedHost<H> {
    pub fn new(inner: Arc<H>, cache: Arc<Cache>, rules: Arc<CacheRules>, principal: Principal) -> Self {
        Self { cache, rules, principal, inner }
    }

    async fn call_with_cache(&self, call: ToolCall, rule: &CacheRule) -> Result<ToolAnswer, ToolError> {
        let Some(tool) = self.cache.tool(&call.id) else { return self.call_without_cache(call).await };
        let ttl = rule.ttl.unwrap_or(self.cache.ttl);
        let key = Key {
            principal: self.principal.clone(),
            tool: call.id.clone(),
            definition: rule.definition,
            generation: tool.generation(),
            input: canonical::text(&call.input),
        };
        if let Some(answer) = self.cache.answer(&key, ttl) {
            return Ok(answer);
        }
        match self.join_or_begin(tool, key, ttl, call) {
            Way::Kept(answer) => Ok(answer),
            Way::Lead(flight) => flight.await,
            Way::Follow(flight) => flight.await.map(|answer| ToolAnswer { origin: Origin::Cache, ..answer }),
        }
    }

    /// The call under way that is equal to this one, or this one. An answer may have arrived just now.
    fn join_or_begin(&self, tool: Arc<CachedTool>, key: Key, ttl: Duration, call: ToolCall) -> Way {
        let effect = self.inner.effect(&call.id);
        let mut flights = tool.flights();
        if let Some(answer) = self.cache.answer(&key, ttl) {
            return Way::Kept(answer);
        }
        if let Some(flight) = flights.get(&key) {
            tool.meters.coalesced();
            return Way::Follow(flight);
        }
        self.cache.discard(&key);
        tool.meters.missed();
        let (number, key) = (flights.number(), Arc::new(key));
        let listed = Listed { tool: tool.clone(), number, key: key.clone() };
        let flight = self.fly(listed, ttl, call, effect).boxed().shared();
        flights.add(number, key, &flight);
        Way::Lead(flight)
    }

    /// Makes a call and keeps its answer.
    fn fly(
        &self,
        listed: Listed,
        ttl: Duration,
        call: ToolCall,
        effect: Effect,
    ) -> impl Future<Output = Result<ToolAnswer, ToolError>> + Send + use<H> {
        let (inner, cache) = (self.inner.clone(), self.cache.clone());
        async move {
            let (listed, id) = (listed, call.id.clone());
            let write = (effect == Effect::Write).then(|| Write::begin(cache.clone(), id.server.clone()));
            // A panic may not reach those who share the flight: it would make each of them panic, and newcomers too.
            let called = AssertUnwindSafe(async { inner.call_tool(call).await }).catch_unwind().await;
            let result = called.unwrap_or_else(|_| Err(panicked(id)));
            land(&cache, &listed, ttl, write, &result);
            result
        }
    }

    async fn call_without_cache(&self, call: ToolCall) -> Result<ToolAnswer, ToolError> {
        if self.inner.effect(&call.id) == Effect::Read {
            return self.inner.call_tool(call).await;
        }
        let write = Write::begin(self.cache.clone(), call.id.server.clone());
        let result = self.inner.call_tool(call).await;
        write.end(&result);
        result
    }
}

impl<H: ToolHost + ?Sized + 'static> ToolHost for CachedHost<H> {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        match self.rules.get(&call.id) {
            Some(rule) => Box::pin(self.call_with_cache(call, rule)),
            None => Box::pin(self.call_without_cache(call)),
        }
    }

    fn effect(&self, tool: &ToolId) -> Effect {
        self.inner.effect(tool)
    }
}

/// Ends a flight: first what it did to other answers, then its own answer.
fn land(cache: &Cache, listed: &Listed, ttl: Duration, write: Option<Write>, result: &Result<ToolAnswer, ToolError>) {
    // So that nobody makes the call again between the two.
    let _flights = listed.tool.flights();
    let key = match write {
        None => listed.key.clone(),
        Some(write) => {
            write.end(result);
            // The generation that it has just begun, if no other write has begun one since the call was made.
            let generation = listed.key.generation + 1;
            Arc::new(Key { generation, ..Key::clone(&listed.key) })
        }
    };
    if let Ok(answer) = result {
        cache.keep(&listed.tool, listed.number, key, answer.output.clone(), ttl);
    }
}

fn panicked(tool: ToolId) -> ToolError {
    tracing::error!(%tool, "the call panicked");
    ToolError::Unavailable { tool, message: "the call panicked".into() }
}
