//! What is counted of a request when it ends, even if nobody waits for its end any more.

use super::{
    Request,
    fallback::Refusal,
    meter::{self, Calls, Meter, Metered, Passed},
};
use crate::{
    alert::FallbackRate,
    journal::{CallOutcome, Route},
    metrics::{self, FallbackDecision, RequestOutcome, RouteTaken},
};

/// Whether a failed program's plan is carried out: it is, unless that is refused, even if nobody waits for its end.
pub(super) struct Decided<'a> {
    kind: &'static str,
    rate: &'a FallbackRate,
    refusal: Option<&'static str>,
}

impl<'a> Decided<'a> {
    pub(super) fn new(kind: &'static str, rate: &'a FallbackRate) -> Self {
        Self { kind, rate, refusal: None }
    }

    pub(super) fn refused(&mut self, refusal: &Refusal) {
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
pub(super) struct Ongoing<'a> {
    request: &'a Request,
    meter: &'a Meter,
    pub(super) route: RouteTaken,
    pub(super) outcome: RequestOutcome,
    /// What the model was answered.
    pub(super) read: String,
    /// What would have been called on the direct route.
    pub(super) calls: Calls,
}

impl<'a> Ongoing<'a> {
    pub(super) fn new(request: &'a Request, meter: &'a Meter) -> Self {
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
