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
//! | `builder` | what a router is made of |
//! | `carry` | making the calls of a plan |
//! | `plan` | arguments that are parts of earlier results |
//! | `ledger` | what a failed program did, and what of it a plan can use |
//! | `fallback` | when there is one, and why not |
//! | `response` | what became of a request, and how a model is told |
//! | `meter` | the tokens that requests save |
//! | `count` | what is counted of a request, even if nobody waits for its end |

mod builder;
mod carry;
mod count;
mod fallback;
mod ledger;
mod meter;
mod plan;
mod response;

use std::sync::Arc;

use tracing::{Instrument, field::Empty};

pub use self::{
    builder::{RouterBuilder, RouterError},
    fallback::{Fallback, FallbackPolicy, ProgramFailure, Refusal},
    ledger::DoneCall,
    meter::{Price, Savings, TokensByDirection},
    plan::{ReferenceError, references},
    response::{Answer, CallError, RequestFailure, Response},
};
use self::{
    carry::{Plan, Stop},
    count::{Decided, Ongoing},
    ledger::Ledger,
    meter::{Calls, Carried, Meter},
};
use crate::{
    alert::FallbackRate,
    cache::CachedHost,
    executor::{Executor, Outcome},
    host::{Principal, ToolHost},
    journal::{Journal, Recorder, Route},
    metrics::RouteTaken,
    policy::{Approver, PolicyHost, Rulings},
    program::Program,
    tool::ToolCall,
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
    /// Where calls go, instead of to the router's own host: one that knows who makes them.
    pub host: Option<Arc<dyn ToolHost>>,
    /// Where the request's calls are recorded. A clone that is kept has them even if the request is cancelled.
    pub recorder: Recorder,
}

/// Handles requests, any number at once.
pub struct Router {
    executor: Executor,
    host: Arc<dyn ToolHost>,
    rulings: Rulings,
    cache: Option<builder::RuledCache>,
    fallback: FallbackPolicy,
    rate: FallbackRate,
    meter: Arc<Meter>,
}

impl Router {
    /// Programs run on the executor, whose catalogue is that of the tools which the policy does not deny; calls by either
    /// route go to `host` as the rulings allow.
    pub fn builder(executor: Executor, host: Arc<dyn ToolHost>, rulings: Rulings) -> RouterBuilder {
        RouterBuilder::new(executor, host, rulings)
    }

    pub fn rulings(&self) -> &Rulings {
        &self.rulings
    }

    pub fn executor(&self) -> &Executor {
        &self.executor
    }

    /// The same router for other tools: it goes on with the cache, the fallback rate and the meter.
    ///
    /// # Errors
    /// [`RouterError::Visible`], as for a router that is built.
    pub fn with_tools(&self, executor: Executor, rulings: Rulings) -> Result<Self, RouterError> {
        let cache = self.cache.as_ref().map(|(cache, _)| cache.clone());
        let cache = builder::fit(executor.catalog(), &rulings, cache)?;
        let (host, rate, meter) = (self.host.clone(), self.rate.clone(), self.meter.clone());
        Ok(Self { executor, host, rulings, cache, fallback: self.fallback, rate, meter })
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
        let journal = request.recorder.journal();
        let done = fallback::writes(&journal);
        let failed = |failure, refusal, done| {
            let answer = Err(RequestFailure::Program { failure, refusal, done });
            (Response::new(request, answer, Route::Code), Vec::new())
        };
        if request.plan.is_empty() || self.fallback == FallbackPolicy::Never {
            self.rate.record(None);
            return failed(failure, None, done);
        }
        let mut decided = Decided::new(failure.kind(), &self.rate);
        let ledger = match self.ledger(&journal, &done, &request.plan) {
            Ok(ledger) => ledger,
            Err(refusal) => {
                decided.refused(&refusal);
                return failed(failure, Some(refusal), done);
            }
        };
        let mut progress = self.plan(request, host).carry_out(ledger).await;
        let error = match progress.stop.take() {
            Some(Stop::Refused(refusal)) => {
                decided.refused(&refusal);
                return failed(failure, Some(refusal), done);
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
    fn ledger(&self, journal: &Journal, done: &[DoneCall], plan: &[ToolCall]) -> Result<Ledger, Refusal> {
        if self.fallback == FallbackPolicy::BeforeFirstWrite && !done.is_empty() {
            return Err(Refusal::AfterWrite { calls: done.to_vec() });
        }
        let ledger = Ledger::of(journal)?;
        ledger.precheck(plan)?;
        Ok(ledger)
    }

    fn plan<'a>(&'a self, request: &'a Request, host: &'a dyn ToolHost) -> Plan<'a> {
        Plan {
            calls: &request.plan,
            catalog: self.executor.catalog(),
            host,
            recorder: &request.recorder,
            route: if request.code.is_some() { RouteTaken::Fallback } else { RouteTaken::Direct },
            limit: self.executor.limits().calls as usize,
        }
    }

    /// The hosts that a request's calls go through.
    fn host_of(&self, request: &Request) -> Box<dyn ToolHost> {
        let principal = request.principal.clone();
        let host = request.host.as_ref().unwrap_or(&self.host).clone();
        let mut policy = PolicyHost::new(host, self.rulings.clone(), principal.clone())
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
