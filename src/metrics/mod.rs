//! What is counted and timed while the service runs. Facts go in, by one function each; a Prometheus exposition comes
//! out.
//!
//! The functions hand what they are told to the `metrics` façade: without a recorder they do next to nothing, and an
//! embedder may install any. [`install`] installs ours; [`recorder`] only makes it. No listener is opened: whoever
//! serves HTTP calls [`FallbackRate::health`](crate::alert::FallbackRate::health), so that the gauges of the fallback
//! rate are those of now, and serves the text of [`PrometheusHandle::render`]. [`METRICS`] is the table of all metrics, and
//! `docs/metrics.md` explains them to operators.

mod label;
mod recorder;
mod table;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ::metrics::{counter, gauge, histogram};

use self::table::{
    ALERT_WEBHOOKS, DIRECT_MODEL_TOKENS, EXECUTION_DURATION, EXECUTION_PHASE_DURATION, EXECUTIONS, FALLBACK_ALERT,
    FALLBACK_RATIO, FALLBACKS, METERING_SKIPPED, MODEL_TOKENS, REQUEST_TOKENS, REQUESTS, SAVED_MONEY, SAVED_TOKENS,
    TOOL_CALL_DURATION, TOOL_CALLS,
};
/// What the cache counts by itself, through handles that it keeps.
pub(crate) use self::table::{CACHE_HIT_AGE, CACHE_HIT_RATIO, CACHE_REMOVALS, CACHE_REQUESTS, CACHE_SIZE};
pub use self::{
    label::{FallbackDecision, Phase, RequestOutcome, RouteTaken, WebhookResult, tool_labels},
    recorder::{InstallError, PrometheusHandle, PrometheusRecorder, describe, install, recorder},
    table::{Kind, METRICS, Metric, Unit},
};
use crate::{
    host::{Origin, ToolError},
    tool::ToolId,
};

/// An execution came to an end: it is `completed`, was `cancelled` because nobody waits for it any more, has failed in
/// this way, or the `host` has.
pub fn execution_finished(outcome: &'static str, took: Duration) {
    counter!(EXECUTIONS.name, "outcome" => outcome).increment(1);
    histogram!(EXECUTION_DURATION.name).record(took);
}

/// An execution has been through a phase. A phase that it never reached took no time, and is not recorded.
pub fn phase_finished(phase: Phase, took: Duration) {
    histogram!(EXECUTION_PHASE_DURATION.name, "phase" => phase.label()).record(took);
}

/// A request came to an end.
pub fn request_finished(route: RouteTaken, outcome: RequestOutcome) {
    counter!(REQUESTS.name, "route" => route.label(), "outcome" => outcome.label()).increment(1);
}

/// A call was answered, with an output from there or with this error. The time counts only if the call was made: the
/// cache and a refusal are quick, and say nothing about the tool.
pub fn tool_call_answered(tool: &ToolId, route: RouteTaken, answer: Result<Origin, &ToolError>, took: Duration) {
    let (server, name) = match answer {
        Err(ToolError::Unknown { .. }) => label::no_tool(),
        _ => tool_labels(tool),
    };
    let (outcome, was_made) = match answer {
        Ok(Origin::Server) => ("output", true),
        Ok(Origin::Cache) => ("cached", false),
        Err(error) => (error.name(), error.may_have_taken_effect()),
    };
    if was_made {
        histogram!(TOOL_CALL_DURATION.name, "server" => server.clone(), "tool" => name.clone()).record(took);
    }
    count_tool_call(server, name, route, outcome);
}

/// A call was abandoned before its answer came.
pub fn tool_call_unanswered(tool: &ToolId, route: RouteTaken) {
    let (server, name) = tool_labels(tool);
    count_tool_call(server, name, route, "unanswered");
}

fn count_tool_call(
    server: impl Into<::metrics::SharedString>,
    tool: impl Into<::metrics::SharedString>,
    route: RouteTaken,
    outcome: &'static str,
) {
    let (server, tool) = (server.into(), tool.into());
    counter!(TOOL_CALLS.name, "server" => server, "tool" => tool, "route" => route.label(), "outcome" => outcome)
        .increment(1);
}

/// A program with a plan failed in this way, or the `host` did.
pub fn fallback_decided(kind: &'static str, decision: FallbackDecision) {
    counter!(FALLBACKS.name, "kind" => kind, "decision" => decision.label()).increment(1);
}

/// The share of recent requests that fell back; `None` if there are none.
pub fn fallback_rate_is(rate: Option<f64>) {
    gauge!(FALLBACK_RATIO.name).set(rate.unwrap_or(f64::NAN));
}

/// Whether the alert on the fallback rate is firing.
pub fn fallback_alert_is(firing: bool) {
    gauge!(FALLBACK_ALERT.name).set(f64::from(u8::from(firing)));
}

/// An alert message was delivered or given up.
pub fn webhook_finished(result: WebhookResult) {
    counter!(ALERT_WEBHOOKS.name, "result" => result.label()).increment(1);
}

/// Tokens by the side of the model that they passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelTokens {
    pub input: u64,
    pub output: u64,
}

/// A request was metered: the tokens that passed through the model, and those that would have on the direct route.
pub fn tokens_metered(passed: ModelTokens, direct: ModelTokens) {
    for (metric, path, tokens) in [(MODEL_TOKENS, "passed", passed), (DIRECT_MODEL_TOKENS, "direct", direct)] {
        histogram!(REQUEST_TOKENS.name, "path" => path).record(tokens.input as f64 + tokens.output as f64);
        counter!(metric.name, "direction" => "input").increment(tokens.input);
        counter!(metric.name, "direction" => "output").increment(tokens.output);
    }
    // Each difference is exact, and so is their sum as long as it is below 2⁵³.
    let saved = |direct: u64, passed: u64| i128::from(direct) - i128::from(passed);
    let saved = saved(direct.input, passed.input) + saved(direct.output, passed.output);
    gauge!(SAVED_TOKENS.name).increment(saved as f64);
}

/// A request saved so much money, in the currency of the configured price; negative if it cost more. It is called only
/// where there is a price: without one the metric does not appear.
pub fn money_saved(amount: f64) {
    gauge!(SAVED_MONEY.name).increment(amount);
}

/// A request's tokens were not counted: too much was waiting.
pub fn metering_skipped() {
    counter!(METERING_SKIPPED.name).increment(1);
}
