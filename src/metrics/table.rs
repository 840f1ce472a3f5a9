//! The one table of all metrics: what each is called, what it counts and by which labels. `docs/metrics.md` shows it to
//! operators, and a test keeps the two equal.

use std::fmt;

/// One metric as the table describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    pub name: &'static str,
    pub kind: Kind,
    pub unit: Unit,
    pub labels: &'static [&'static str],
    pub help: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// Prometheus writes it `counter`, `gauge` or `histogram`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        })
    }
}

/// What one of a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A thing of the kind that the metric's name says.
    Count,
    Seconds,
    Bytes,
    Tokens,
    /// A share, from 0 to 1.
    Ratio,
    /// 0 or 1.
    Flag,
    /// The currency of the configured price.
    Money,
}

/// As the documentation's table writes it.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Count => "count",
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Tokens => "tokens",
            Self::Ratio => "ratio",
            Self::Flag => "0 or 1",
            Self::Money => "money",
        })
    }
}

/// Declares a constant for each metric, and the list of them, so that none can be missing from the list.
macro_rules! table {
    ($($constant:ident: $kind:ident $name:literal [$($label:literal),*] $unit:ident, $help:literal;)*) => {
        $(pub const $constant: Metric = Metric {
            name: $name,
            kind: Kind::$kind,
            unit: Unit::$unit,
            labels: &[$($label),*],
            help: $help,
        };)*

        /// Every metric there is.
        pub const METRICS: &[Metric] = &[$($constant),*];
    };
}

table! {
    EXECUTIONS: Counter "codefirst_executions_total" ["outcome"] Count,
        "Executions of programs, by outcome: completed, cancelled, the kind of the failure, or host.";
    EXECUTION_DURATION: Histogram "codefirst_execution_duration_seconds" [] Seconds,
        "Time from the request for an execution to its outcome.";
    EXECUTION_PHASE_DURATION: Histogram "codefirst_execution_phase_duration_seconds" ["phase"] Seconds,
        "Time that an execution spent in a phase.";
    REQUESTS: Counter "codefirst_requests_total" ["route", "outcome"] Count,
        "Requests, by the route that answered and what became of them.";
    TOOL_CALLS: Counter "codefirst_tool_calls_total" ["server", "tool", "route", "outcome"] Count,
        "Tool calls, by what they were answered with: output, cached, the name of an error, or unanswered.";
    TOOL_CALL_DURATION: Histogram "codefirst_tool_call_duration_seconds" ["server", "tool"] Seconds,
        "Time from a tool call that was made to its answer.";
    CACHE_REQUESTS: Counter "codefirst_cache_requests_total" ["server", "tool", "result"] Count,
        "Cacheable calls, by whether the cache had the answer.";
    CACHE_REMOVALS: Counter "codefirst_cache_removals_total" ["server", "tool", "cause"] Count,
        "Answers that left the cache, by cause.";
    CACHE_SIZE: Gauge "codefirst_cache_bytes" ["server", "tool"] Bytes,
        "Size of the answers in the cache.";
    CACHE_HIT_AGE: Histogram "codefirst_cache_hit_age_seconds" ["server", "tool"] Seconds,
        "Age of an answer at the time that the cache gave it.";
    CACHE_HIT_RATIO: Gauge "codefirst_cache_hit_ratio" ["server", "tool"] Ratio,
        "Share of cacheable calls since start that the cache answered.";
    FALLBACKS: Counter "codefirst_fallbacks_total" ["kind", "decision"] Count,
        "Failed programs with a direct plan, by the kind of the failure and whether the fallback was taken.";
    FALLBACK_RATIO: Gauge "codefirst_fallback_ratio" [] Ratio,
        "Share of recent requests on the code route that fell back; NaN while there are none.";
    FALLBACK_ALERT: Gauge "codefirst_fallback_alert" [] Flag,
        "Whether the alert on the fallback rate is firing.";
    ALERT_WEBHOOKS: Counter "codefirst_alert_webhooks_total" ["result"] Count,
        "Alert messages to the webhook, by what became of them.";
    MODEL_TOKENS: Counter "codefirst_model_tokens_total" ["direction"] Tokens,
        "Tokens that passed through the model.";
    DIRECT_MODEL_TOKENS: Counter "codefirst_direct_model_tokens_total" ["direction"] Tokens,
        "Tokens that would have passed through the model on the direct route.";
    REQUEST_TOKENS: Histogram "codefirst_request_tokens" ["path"] Tokens,
        "Tokens of a request, input and output, that passed through the model or would have on the direct route.";
    SAVED_TOKENS: Gauge "codefirst_saved_tokens" [] Tokens,
        "Tokens saved since start; negative when the direct route would have taken fewer.";
    SAVED_MONEY: Gauge "codefirst_saved_money" [] Money,
        "Money saved since start, in the currency of the configured price; may be negative.";
    METERING_SKIPPED: Counter "codefirst_metering_skipped_total" [] Count,
        "Requests whose tokens were not counted, because too much was waiting to be counted.";
}
