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

use tracing::Instrument;

use self::{
    carry::{Progress, Stop},
    ledger::Ledger,
    meter::{Calls, Carried, Meter, Metered, Passed},
};
pub use self::{
    fallback::{Fallback, FallbackPolicy, ProgramFailure, Refusal},
    ledger::DoneCall,
    meter::{Price, Savings, TokensByDirection},
    plan::DanglingReference,
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
    policy::{Approver, Caching, PolicyHost, Rulings},
    program::Program,
    tokens::{O200k, TokenCounter},
    tool::ToolCall,
};

/// What a model asks for.
#[derive(Clone, Default)]
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
    rate: FallbackRate,
    counter: Arc<dyn TokenCounter>,
    price: Price,
}

impl RouterBuilder {
    /// Keeps the answers of calls that the policy calls cacheable.
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
        self.rate = rate;
        self
    }

    /// What tokens are counted with, instead of `o200k_base`, and what they cost.
    pub fn metering(mut self, counter: Arc<dyn TokenCounter>, price: Price) -> Self {
        (self.counter, self.price) = (counter, price);
        self
    }

    /// # Errors
    /// When there is no thread to count tokens on.
    pub fn build(self) -> io::Result<Router> {
        let rules = |cache| {
            let cacheable = self.executor.catalog().tools().filter_map(|(id, def)| {
                let ttl = match self.rulings.get(id)?.caching {
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
            rate: self.rate,
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
            rate: FallbackRate::default(),
            counter: Arc::new(O200k),
            price: Price::default(),
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
        let route = if request.code.is_some() { RouteTaken::Code } else { RouteTaken::Direct };
        let mut ongoing = Ongoing { recorder: &request.recorder, route, outcome: RequestOutcome::Cancelled };
        let span = tracing::info_span!("request", principal = %request.principal.0);
        let (response, carried) = self.route(&request).instrument(span).await;
        (ongoing.route, ongoing.outcome) = (response.route_taken(), response.outcome());
        drop(ongoing);
        self.meter.count(metered(&request, &response, carried));
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
        let mut progress = self.carry_out(request, Ledger::default(), host).await;
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
        let kind = failure.kind();
        let done = fallback::writes(&request.recorder.journal());
        let failed = |failure, refusal| {
            let answer = Err(RequestFailure::Program { failure, refusal, done });
            (Response::new(request, answer, Route::Code), Vec::new())
        };
        if request.plan.is_empty() || self.fallback == FallbackPolicy::Never {
            self.rate.record(None);
            return failed(failure, None);
        }
        let refuse = |refusal: &Refusal| {
            tracing::warn!(kind, reason = refusal.name(), "a program failed, and its request did not fall back");
            metrics::fallback_decided(kind, FallbackDecision::Refused);
            self.rate.record(Some(kind));
        };
        let ledger = match self.ledger(request) {
            Ok(ledger) => ledger,
            Err(refusal) => {
                refuse(&refusal);
                return failed(failure, Some(refusal));
            }
        };
        let mut progress = self.carry_out(request, ledger, host).await;
        let error = match progress.stop.take() {
            Some(Stop::Refused(refusal)) => {
                refuse(&refusal);
                return failed(failure, Some(refusal));
            }
            Some(Stop::Failed(error)) => Some(error),
            None => None,
        };
        let fallback = Fallback { kind, cause: failure.cause(), reused: progress.reused, made: progress.made };
        let (reused, made) = (fallback.reused, fallback.made);
        tracing::warn!(kind, reused, made, "a program failed; its request fell back to the direct route");
        metrics::fallback_decided(kind, FallbackDecision::Taken);
        self.rate.record(Some(kind));
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

    async fn carry_out(&self, request: &Request, ledger: Ledger, host: &dyn ToolHost) -> Progress {
        Progress::of(&request.plan, ledger, self.executor.catalog(), host, &request.recorder).await
    }

    /// The hosts that a request's calls go through.
    fn host_of(&self, request: &Request) -> Box<dyn ToolHost> {
        let principal = request.principal.clone();
        let mut policy = PolicyHost::new(self.host.clone(), self.rulings.clone(), principal.clone());
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

/// A request that has not ended. Dropped, it is counted with what it has called, whether it came to its end or not.
struct Ongoing<'a> {
    recorder: &'a Recorder,
    route: RouteTaken,
    outcome: RequestOutcome,
}

impl Drop for Ongoing<'_> {
    fn drop(&mut self) {
        metrics::request_finished(self.route, self.outcome);
        for entry in self.recorder.journal().entries() {
            let route = match (entry.route, self.route) {
                (Route::Code, _) => RouteTaken::Code,
                (Route::Direct, RouteTaken::Direct) => RouteTaken::Direct,
                (Route::Direct, _) => RouteTaken::Fallback,
            };
            let error = match &entry.outcome {
                CallOutcome::Error(error) => Some(error),
                CallOutcome::Output(_) | CallOutcome::Unknown {} => None,
            };
            match entry.end {
                Some(end) => {
                    metrics::tool_call_answered(&entry.call.id, route, error, end.saturating_sub(entry.start));
                }
                None => metrics::tool_call_unanswered(&entry.call.id, route),
            }
        }
    }
}

/// What is counted of a request: what passed through the model, and what would have on the direct route.
fn metered(request: &Request, response: &Response, carried: Vec<Carried>) -> Metered {
    let calls = match &response.answer {
        Ok(Answer::Program(_)) => Calls::Journal(response.journal.clone()),
        // Of a program that failed without a fallback nothing is known that would have been done instead.
        _ => Calls::Carried(carried),
    };
    let passed = request.code.as_ref().map(|program| {
        let plan = (!request.plan.is_empty()).then(|| serde_json::to_string(&request.plan).unwrap_or_default());
        let written = [Some(program.source().to_owned()), plan].into_iter().flatten().collect();
        Passed { written, read: response.to_string() }
    });
    Metered { passed, calls }
}
