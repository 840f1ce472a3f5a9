//! The router: a request by its route, and from the one to the other when a program fails.
//!
//! A [`Request`] with a program takes the code route, one without the direct route, where its planned calls are made one after
//! the other. If the program fails and there is a plan, the request falls back to the plan: what the program has completed is
//! answered from the journal, and nothing that it did is done again (the rules are in `ledger`). Both routes go through the
//! same cache and the same policy, and into the same journal.
//!
//! ```text
//! request ─► Router ─► program ─► sandbox ─┐
//!               │                          ├─► journal ─► cache ─► policy ─► servers
//!               └──── plan ────────────────┘
//! ```
//!
//! | module | job |
//! |---|---|
//! | `carry` | making the calls of a plan |
//! | `plan` | arguments that are parts of earlier results |
//! | `ledger` | what a failed program did, and what of it a plan can use |
//! | `fallback` | when there is one, and why not |
//! | `response` | what became of a request, and how a model is told |
//! | `meter` | the tokens that requests save |

mod carry;
mod fallback;
mod ledger;
mod meter;
mod plan;
mod response;

use std::{io, sync::Arc};

use tracing::{Instrument, field::Empty};

use self::{
    carry::{Plan, Stop},
    ledger::Ledger,
    meter::{Calls, Carried, Meter, Metered, Passed},
};
pub use self::{
    fallback::{Fallback, FallbackPolicy, ProgramFailure, Refusal},
    ledger::DoneCall,
    meter::{Price, Savings, TokensByDirection},
    plan::{ReferenceError, references},
    response::{Answer, CallError, RequestFailure, Response},
};
use crate::{
    alert::FallbackRate,
    cache::{Cache, CacheRule, CacheRules, CachedHost},
    executor::{Executor, Outcome},
    host::{Principal, ToolHost},
    journal::{CallOutcome, Recorder, Route},
    metrics::{self, FallbackDecision, RequestOutcome, RouteTaken},
    observations::Fingerprint,
    policy::{Access, Approver, Caching, PolicyHost, Rulings},
    program::Program,
    tokens::{O200k, TokenCounter},
    tool::{ToolCall, ToolId},
};

/// What a model asks for.
#[derive(Default)]
pub struct Request {
    pub code: Option<Program>,
    /// Calls for the direct route, in order. An input may take parts of earlier results: `{"$result": "/0/items/3/id"}`.
    pub plan: Vec<ToolCall>,
    pub principal: Principal,
    /// Asks whoever has to approve of a call.
    pub approver: Option<Arc<dyn Approver>>,
    /// Where the request's calls are recorded. A clone that is kept has them even if the request is cancelled.
    pub recorder: Recorder,
}

/// Handles requests, any number at once.
pub struct Router {
    executor: Executor,
    host: Arc<dyn ToolHost>,
    rulings: Rulings,
    cache: Option<(Arc<Cache>, Arc<CacheRules>)>,
    fallback: FallbackPolicy,
    rate: FallbackRate,
    meter: Meter,
}

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
        let catalog = self.executor.catalog();
        let allowed = |id| self.rulings.get(id).is_some_and(|ruling| ruling.access != Access::Deny);
        if let Some((tool, _)) = catalog.tools().find(|(id, _)| !allowed(id)) {
            return Err(RouterError::Visible { tool: tool.clone() });
        }
        if self.price.is_some_and(|price| !price.is_valid()) {
            return Err(RouterError::Price);
        }
        let rules = |cache| {
            let cacheable = catalog.tools().filter_map(|(id, def)| {
                let ruling = self.rulings.get(id).filter(|ruling| ruling.access == Access::Allow)?;
                let ttl = match ruling.caching {
                    Caching::No => return None,
                    Caching::Default => None,
                    Caching::For(ttl) => Some(ttl),
                };
                Some((id.clone(), CacheRule { ttl, definition: Fingerprint::of(def) }))
            });
            (cache, Arc::new(cacheable.collect()))
        };
        Ok(Router {
            cache: self.cache.map(rules),
            executor: self.executor,
            host: self.host,
            rulings: self.rulings,
            fallback: self.fallback,
            rate: self.rate.unwrap_or_default(),
            meter: Meter::start(self.counter, self.price)?,
        })
    }
}

impl Router {
    /// Programs run on the executor, whose catalogue is that of the tools which the policy does not deny; calls by either
    /// route go to `host` as the rulings allow.
    pub fn builder(executor: Executor, host: Arc<dyn ToolHost>, rulings: Rulings) -> RouterBuilder {
        RouterBuilder {
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

    pub fn executor(&self) -> &Executor {
        &self.executor
    }

    /// How many of the latest requests with a program fell back.
    pub fn fallback_rate(&self) -> &FallbackRate {
        &self.rate
    }

    /// What the requests counted up to now have saved.
    pub fn savings(&self) -> Savings {
        self.meter.savings()
    }

    /// The same, once every request that has ended is counted.
    pub async fn settled_savings(&self) -> Savings {
        self.meter.settled().await
    }

    /// Handles one request. Dropping the future ends what it does at once; the request's recorder has what was done.
    pub async fn handle(&self, request: Request) -> Response {
        let mut ongoing = Ongoing::new(&request, &self.meter);
        let principal = &request.principal.0;
        let span = tracing::info_span!("request", %principal, route = Empty, outcome = Empty);
        let (response, carried) = self.route(&request).instrument(span.clone()).await;
        (ongoing.route, ongoing.outcome) = (response.route_taken(), response.outcome());
        span.record("route", ongoing.route.label()).record("outcome", ongoing.outcome.label());
        ongoing.read = response.to_string();
        ongoing.calls = match &response.answer {
            Ok(Answer::Program(_)) => Calls::Journal(response.journal.clone()),
            // Of a program that failed without a fallback nothing is known that would have been done instead.
            _ => Calls::Carried(carried),
        };
        response
    }

    /// Also gives the planned calls that were carried out.
    async fn route(&self, request: &Request) -> (Response, Vec<Carried>) {
        let host = self.host_of(request);
        let Some(program) = &request.code else { return self.direct(request, &*host).await };
        let (failure, execution) = match self.executor.execute_on(program, &*host, &request.recorder).await {
            Ok(execution) => match execution.outcome.clone() {
                Outcome::Completed { result } => {
                    self.rate.record(None);
                    let answer = Ok(Answer::Program(result));
                    return (Response::new(request, answer, Route::Code).with_execution(execution), Vec::new());
                }
                Outcome::Failed(failure) => (ProgramFailure::Failed(failure), Some(execution)),
            },
            Err(error) => (ProgramFailure::Host(error), None),
        };
        let (response, carried) = self.after_failure(request, failure, &*host).await;
        (Response { execution, ..response }, carried)
    }

    async fn direct(&self, request: &Request, host: &dyn ToolHost) -> (Response, Vec<Carried>) {
        if request.plan.is_empty() {
            return (Response::new(request, Err(RequestFailure::Empty), Route::Direct), Vec::new());
        }
        let mut progress = self.plan(request, host).carry_out(Ledger::default()).await;
        let carried = std::mem::take(&mut progress.carried);
        let error = match progress.stop.take() {
            Some(Stop::Failed(error)) => Some(error),
            // Without a program before it there is nothing that could be in the way.
            Some(Stop::Refused(_)) | None => None,
        };
        (Response::new(request, progress.into_answer(error), Route::Direct), carried)
    }

    /// The fallback, if there is one to be made.
    async fn after_failure(
        &self,
        request: &Request,
        failure: ProgramFailure,
        host: &dyn ToolHost,
    ) -> (Response, Vec<Carried>) {
        let done = fallback::writes(&request.recorder.journal());
        let failed = |failure, refusal| {
            let answer = Err(RequestFailure::Program { failure, refusal, done });
            (Response::new(request, answer, Route::Code), Vec::new())
        };
        if request.plan.is_empty() || self.fallback == FallbackPolicy::Never {
            self.rate.record(None);
            return failed(failure, None);
        }
        let mut decided = Decided::new(failure.kind(), &self.rate);
        let ledger = match self.ledger(request) {
            Ok(ledger) => ledger,
            Err(refusal) => {
                decided.refused(&refusal);
                return failed(failure, Some(refusal));
            }
        };
        let mut progress = self.plan(request, host).carry_out(ledger).await;
        let error = match progress.stop.take() {
            Some(Stop::Refused(refusal)) => {
                decided.refused(&refusal);
                return failed(failure, Some(refusal));
            }
            Some(Stop::Failed(error)) => Some(error),
            None => None,
        };
        let fallback =
            Fallback { kind: failure.kind(), cause: failure.cause(), reused: progress.reused, made: progress.made };
        let carried = std::mem::take(&mut progress.carried);
        let response = Response::new(request, progress.into_answer(error), Route::Direct);
        (Response { fallback: Some(fallback), ..response }, carried)
    }

    /// What the failed program of a request has done, if that can be the beginning of its plan.
    fn ledger(&self, request: &Request) -> Result<Ledger, Refusal> {
        let journal = request.recorder.journal();
        let done = fallback::writes(&journal);
        if self.fallback == FallbackPolicy::BeforeFirstWrite && !done.is_empty() {
            return Err(Refusal::AfterWrite { calls: done });
        }
        let ledger = Ledger::of(&journal)?;
        ledger.precheck(&request.plan)?;
        Ok(ledger)
    }

    fn plan<'a>(&'a self, request: &'a Request, host: &'a dyn ToolHost) -> Plan<'a> {
        Plan {
            calls: &request.plan,
            catalog: self.executor.catalog(),
            host,
            recorder: &request.recorder,
            limit: self.executor.limits().calls as usize,
        }
    }

    /// The hosts that a request's calls go through.
    fn host_of(&self, request: &Request) -> Box<dyn ToolHost> {
        let principal = request.principal.clone();
        let mut policy = PolicyHost::new(self.host.clone(), self.rulings.clone(), principal.clone())
            .with_departures(Arc::new(request.recorder.clone()));
        if let Some(approver) = &request.approver {
            policy = policy.with_approver(approver.clone());
        }
        match &self.cache {
            Some((cache, rules)) => {
                Box::new(CachedHost::new(Arc::new(policy), cache.clone(), rules.clone(), principal))
            }
            None => Box::new(policy),
        }
    }
}

/// Whether a failed program's plan is carried out: it is, unless that is refused, even if nobody waits for its end.
struct Decided<'a> {
    kind: &'static str,
    rate: &'a FallbackRate,
    refusal: Option<&'static str>,
}

impl<'a> Decided<'a> {
    fn new(kind: &'static str, rate: &'a FallbackRate) -> Self {
        Self { kind, rate, refusal: None }
    }

    fn refused(&mut self, refusal: &Refusal) {
        self.refusal = Some(refusal.name());
    }
}

impl Drop for Decided<'_> {
    fn drop(&mut self) {
        let kind = self.kind;
        match self.refusal {
            Some(reason) => {
                tracing::warn!(kind, reason, "a program failed, and its request did not fall back");
                metrics::fallback_decided(kind, FallbackDecision::Refused);
                self.rate.record(None);
            }
            None => {
                tracing::warn!(kind, "a program failed, and its request fell back to the direct route");
                metrics::fallback_decided(kind, FallbackDecision::Taken);
                self.rate.record(Some(kind));
            }
        }
    }
}

/// A request that has not ended. Dropped, it is counted with what it has called, whether it came to its end or not.
struct Ongoing<'a> {
    request: &'a Request,
    meter: &'a Meter,
    route: RouteTaken,
    outcome: RequestOutcome,
    /// What the model was answered.
    read: String,
    /// What would have been called on the direct route.
    calls: Calls,
}

impl<'a> Ongoing<'a> {
    fn new(request: &'a Request, meter: &'a Meter) -> Self {
        let route = if request.code.is_some() { RouteTaken::Code } else { RouteTaken::Direct };
        let calls = Calls::Carried(Vec::new());
        Self { request, meter, route, outcome: RequestOutcome::Cancelled, read: String::new(), calls }
    }
}

impl Drop for Ongoing<'_> {
    fn drop(&mut self) {
        metrics::request_finished(self.route, self.outcome);
        for entry in self.request.recorder.journal().entries() {
            let route = match (entry.route, self.request.code.is_some()) {
                (Route::Code, _) => RouteTaken::Code,
                (Route::Direct, false) => RouteTaken::Direct,
                (Route::Direct, true) => RouteTaken::Fallback,
            };
            let answer = match &entry.outcome {
                CallOutcome::Output(_) => Ok(entry.origin),
                CallOutcome::Error(error) => Err(error),
                CallOutcome::Held {} | CallOutcome::Unknown {} => {
                    metrics::tool_call_unanswered(&entry.call.id, route);
                    continue;
                }
            };
            let took = entry.end.unwrap_or(entry.start).saturating_sub(entry.start);
            metrics::tool_call_answered(&entry.call.id, route, answer, took);
        }
        let passed = Passed { written: written(self.request), read: std::mem::take(&mut self.read) };
        let calls = std::mem::replace(&mut self.calls, Calls::Carried(Vec::new()));
        self.meter.count(Metered { passed, calls });
    }
}

/// What the model has written: the program and its plan, or the calls that it has named.
fn written(request: &Request) -> Vec<String> {
    match &request.code {
        Some(program) => {
            let plan = (!request.plan.is_empty()).then(|| serde_json::to_string(&request.plan).unwrap_or_default());
            [Some(program.source().to_owned()), plan].into_iter().flatten().collect()
        }
        None => request.plan.iter().flat_map(meter::written).collect(),
    }
}
