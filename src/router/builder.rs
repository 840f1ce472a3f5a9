//! What a router is made of, and whether that fits together.

use std::{io, sync::Arc};

use super::{
    Router,
    fallback::FallbackPolicy,
    meter::{Meter, Price},
};
use crate::{
    alert::FallbackRate,
    cache::{Cache, CacheRule, CacheRules},
    catalog::Catalog,
    executor::Executor,
    host::ToolHost,
    observations::Fingerprint,
    policy::{Access, Caching, Rulings},
    tokens::{O200k, TokenCounter},
    tool::ToolId,
};

/// What a [`Router`] is made of.
pub struct RouterBuilder {
    executor: Executor,
    host: Arc<dyn ToolHost>,
    rulings: Rulings,
    cache: Option<Arc<Cache>>,
    fallback: FallbackPolicy,
    rate: Option<FallbackRate>,
    counter: Arc<dyn TokenCounter>,
    price: Option<Price>,
}

/// Why there is no router.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    #[error("cannot start the thread that counts tokens")]
    Thread(#[from] io::Error),
    /// A model would see a tool that the policy hides.
    #[error("the executor's catalogue has {tool}, which the policy denies: make it of Rulings::visible")]
    Visible { tool: ToolId },
    #[error("a price is a number of 0 or more")]
    Price,
}

impl RouterBuilder {
    pub(super) fn new(executor: Executor, host: Arc<dyn ToolHost>, rulings: Rulings) -> Self {
        Self {
            executor,
            host,
            rulings,
            cache: None,
            fallback: FallbackPolicy::default(),
            rate: None,
            counter: Arc::new(O200k),
            price: None,
        }
    }

    /// Keeps the answers of calls that the policy calls cacheable. Tools whose calls need approval are never answered from it.
    ///
    /// The cache does not know by itself that a server's tools have changed: give
    /// [`UpstreamsBuilder::tools_changed`](crate::upstream::UpstreamsBuilder::tools_changed) a function that calls
    /// [`Cache::invalidate_server`].
    pub fn cache(mut self, cache: Arc<Cache>) -> Self {
        self.cache = Some(cache);
        self
    }

    pub fn fallback(mut self, policy: FallbackPolicy) -> Self {
        self.fallback = policy;
        self
    }

    /// Where it is noted whether requests fell back, and who is alerted when too many do.
    pub fn fallback_rate(mut self, rate: FallbackRate) -> Self {
        self.rate = Some(rate);
        self
    }

    /// What tokens are counted with, instead of `o200k_base`.
    pub fn counter(mut self, counter: Arc<dyn TokenCounter>) -> Self {
        self.counter = counter;
        self
    }

    /// What tokens cost; without a price, no money is saved.
    pub fn price(mut self, price: Price) -> Self {
        self.price = Some(price);
        self
    }

    /// # Errors
    /// When the parts do not fit together, or there is no thread to count tokens on.
    pub fn build(self) -> Result<Router, RouterError> {
        if self.price.is_some_and(|price| !price.is_valid()) {
            return Err(RouterError::Price);
        }
        let cache = fit(self.executor.catalog(), &self.rulings, self.cache)?;
        Ok(Router {
            cache,
            executor: self.executor,
            host: self.host,
            rulings: self.rulings,
            fallback: self.fallback,
            rate: self.rate.unwrap_or_default(),
            meter: Arc::new(Meter::start(self.counter, self.price)?),
        })
    }
}

/// A cache, and what is kept in it.
pub(super) type RuledCache = (Arc<Cache>, Arc<CacheRules>);

/// What may be kept of the answers of these tools. An error if the rulings hide one of them.
pub(super) fn fit(
    catalog: &Catalog,
    rulings: &Rulings,
    cache: Option<Arc<Cache>>,
) -> Result<Option<RuledCache>, RouterError> {
    let allowed = |id| rulings.get(id).is_some_and(|ruling| ruling.access != Access::Deny);
    if let Some((tool, _)) = catalog.tools().find(|(id, _)| !allowed(id)) {
        return Err(RouterError::Visible { tool: tool.clone() });
    }
    let Some(cache) = cache else { return Ok(None) };
    let cacheable = catalog.tools().filter_map(|(id, def)| {
        let ruling = rulings.get(id).filter(|ruling| ruling.access == Access::Allow)?;
        let ttl = match ruling.caching {
            Caching::No => return None,
            Caching::Default => None,
            Caching::For(ttl) => Some(ttl),
        };
        Some((id.clone(), CacheRule { ttl, definition: Fingerprint::of(def) }))
    });
    Ok(Some((cache, Arc::new(cacheable.collect()))))
}
