use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::exposition::{Family, parse};
use crate::{
    host::{Origin, ToolError},
    metrics::{table::*, *},
    tool::ToolId,
};

pub(super) fn render(emit: impl FnOnce()) -> BTreeMap<String, Family> {
    let (recorder, handle) = recorder();
    ::metrics::with_local_recorder(&recorder, emit);
    parse(&handle.render())
}

const TOOK: Duration = Duration::from_millis(3);

fn every_error(tool: &ToolId) -> Vec<ToolError> {
    let (tool, message) = (|| tool.clone(), || "why".to_owned());
    vec![
        ToolError::Failed { tool: tool(), message: message() },
        ToolError::Unknown { tool: tool(), nearest: Vec::new() },
        ToolError::InvalidInput { tool: tool(), message: message() },
        ToolError::TimedOut { tool: tool(), after: TOOK },
        ToolError::Denied { tool: tool(), message: message() },
        ToolError::RateLimited { tool: tool(), retry_after: TOOK },
        ToolError::Unreachable { tool: tool(), message: String::new() },
        ToolError::Unavailable { tool: tool(), message: message() },
    ]
}

/// What a program's failure can be.
const FAILURES: &str =
    "syntax type runtime timeout cpu memory output_limit call_limit unknown_module tool denied protocol crash";

/// Every fact that can be told, with every value that it can have, and what the cache tells under names of its own.
pub(super) fn emit_everything() {
    let tool = ToolId::new("github", "list_issues");
    let failures = || FAILURES.split(' ').chain(["host"]);
    failures().chain(["completed", "cancelled"]).for_each(|outcome| execution_finished(outcome, TOOK));
    Phase::ALL.iter().for_each(|phase| phase_finished(*phase, TOOK));
    for route in RouteTaken::ALL {
        RequestOutcome::ALL.iter().for_each(|outcome| request_finished(*route, *outcome));
        every_answer(&tool, *route);
        tool_call_unanswered(&tool, *route);
    }
    for decision in FallbackDecision::ALL {
        failures().for_each(|kind| fallback_decided(kind, *decision));
    }
    fallback_rate_is(Some(0.25));
    fallback_alert_is(true);
    WebhookResult::ALL.iter().for_each(|result| webhook_finished(*result));
    tokens_metered(ModelTokens { input: 10, output: 5 }, ModelTokens { input: 100, output: 2 });
    money_saved(0.5);
    metering_skipped();
    let (server, tool) = tool_labels(&tool);
    let labels = || [("server", server.clone()), ("tool", tool.clone())];
    for result in ["hit", "miss", "coalesced"] {
        ::metrics::counter!("codefirst_cache_requests_total", &labels_and("result", result, labels())).increment(1);
    }
    for cause in ["eviction", "expiration", "invalidation"] {
        ::metrics::counter!("codefirst_cache_removals_total", &labels_and("cause", cause, labels())).increment(1);
    }
    ::metrics::gauge!("codefirst_cache_bytes", &labels()).set(7.0);
    ::metrics::histogram!("codefirst_cache_hit_age_seconds", &labels()).record(TOOK);
    ::metrics::gauge!("codefirst_cache_hit_ratio", &labels()).set(0.5);
}

/// An output of the server's, one of the cache's, and every error.
fn every_answer(tool: &ToolId, route: RouteTaken) {
    tool_call_answered(tool, route, Ok(Origin::Server), TOOK);
    tool_call_answered(tool, route, Ok(Origin::Cache), TOOK);
    every_error(tool).iter().for_each(|error| tool_call_answered(tool, route, Err(error), TOOK));
}

fn labels_and(
    name: &'static str,
    value: &'static str,
    labels: [(&'static str, Arc<str>); 2],
) -> Vec<(&'static str, Arc<str>)> {
    labels.into_iter().chain([(name, value.into())]).collect()
}

#[test]
fn everything_in_the_table_is_shown_as_the_table_says_and_nothing_else() {
    let families = render(emit_everything);
    let names: BTreeSet<_> = families.keys().map(String::as_str).collect();
    let expected: BTreeSet<_> = METRICS.iter().map(|metric| metric.name).collect();
    assert_eq!(names, expected);
    for metric in METRICS {
        let family = &families[metric.name];
        assert_eq!((family.kind.as_str(), family.help.as_str()), (metric.kind.to_string().as_str(), metric.help));
        for sample in &family.samples {
            let labels: BTreeSet<_> = sample.labels.keys().map(String::as_str).filter(|name| *name != "le").collect();
            assert_eq!(labels, metric.labels.iter().copied().collect(), "{sample:?}");
        }
    }
}

#[test]
fn names_follow_the_conventions() {
    for Metric { name, kind, unit, labels, help } in METRICS {
        assert!(name.starts_with("codefirst_"), "{name}");
        assert_eq!(name.ends_with("_total"), *kind == Kind::Counter, "{name}");
        let stem = name.strip_suffix("_total").unwrap_or(name);
        let suffix = match unit {
            Unit::Seconds => "_seconds",
            Unit::Bytes => "_bytes",
            Unit::Tokens => "_tokens",
            Unit::Ratio => "_ratio",
            Unit::Money => "_money",
            Unit::Count | Unit::Flag => "",
        };
        assert!(stem.ends_with(suffix), "{name} is in {unit}");
        let units = ["_seconds", "_bytes", "_tokens", "_ratio", "_money"];
        assert!(!suffix.is_empty() || !units.iter().any(|unit| stem.ends_with(unit)), "{name} is in {unit}");
        let is_unknown_duration = ["_milliseconds", "_ms", "_micros"].iter().any(|suffix| stem.ends_with(suffix));
        assert!(!is_unknown_duration, "{name}");
        assert!(labels.iter().all(|label| !["le", "quantile"].contains(label)), "{name}");
        assert!(help.ends_with('.'), "{name}");
    }
}

#[test]
fn durations_are_in_seconds_and_fall_into_buckets_from_ten_microseconds_to_a_minute() {
    let families = render(|| {
        execution_finished("completed", Duration::from_micros(10));
        execution_finished("completed", Duration::from_micros(11));
        execution_finished("completed", Duration::from_secs(61));
        ::metrics::histogram!("codefirst_cache_hit_age_seconds").record(299.0);
    });
    let family = &families["codefirst_execution_duration_seconds"];
    let below = |bound| family.value("codefirst_execution_duration_seconds_bucket", &[("le", bound)]);
    assert_eq!([below("0.00001"), below("0.000025"), below("60"), below("+Inf")], [1.0, 2.0, 2.0, 3.0]);
    let sum = family.value("codefirst_execution_duration_seconds_sum", &[]);
    assert!((sum - 61.000_021).abs() < 1e-9, "{sum}");
    let ages = &families["codefirst_cache_hit_age_seconds"];
    let below = |bound| ages.value("codefirst_cache_hit_age_seconds_bucket", &[("le", bound)]);
    assert_eq!([below("120"), below("300")], [0.0, 1.0]);
}

#[test]
fn savings_add_up_and_may_be_negative() {
    let families = render(|| {
        tokens_metered(ModelTokens { input: 10, output: 5 }, ModelTokens { input: 100, output: 2 });
        tokens_metered(ModelTokens { input: 1000, output: 1 }, ModelTokens { input: 1, output: 1 });
        money_saved(0.5);
        money_saved(-0.75);
    });
    let value = |name: &str, labels: &[_]| families[name].value(name, labels);
    assert_eq!(value("codefirst_model_tokens_total", &[("direction", "input")]), 1010.0);
    assert_eq!(value("codefirst_model_tokens_total", &[("direction", "output")]), 6.0);
    assert_eq!(value("codefirst_direct_model_tokens_total", &[("direction", "input")]), 101.0);
    assert_eq!(value("codefirst_direct_model_tokens_total", &[("direction", "output")]), 3.0);
    assert_eq!(value("codefirst_saved_tokens", &[]), -912.0);
    assert_eq!(value("codefirst_saved_money", &[]), -0.25);
}

#[test]
fn the_tokens_of_each_request_fall_into_buckets_from_ten_to_ten_million() {
    let families = render(|| {
        tokens_metered(ModelTokens { input: 6, output: 4 }, ModelTokens { input: 9, output: 2 });
        tokens_metered(ModelTokens { input: 1_000, output: 1 }, ModelTokens { input: 10_000_000, output: 1 });
    });
    let family = &families["codefirst_request_tokens"];
    let below = |path, bound| family.value("codefirst_request_tokens_bucket", &[("path", path), ("le", bound)]);
    let all = |path| ["10", "25", "1000", "2500", "10000000", "+Inf"].map(|bound| below(path, bound));
    assert_eq!(all("passed"), [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
    assert_eq!(all("direct"), [0.0, 1.0, 1.0, 1.0, 1.0, 2.0]);
    let sum = |path| family.value("codefirst_request_tokens_sum", &[("path", path)]);
    assert_eq!((sum("passed"), sum("direct")), (1_011.0, 10_000_012.0));
}

#[test]
fn without_a_price_there_is_no_money() {
    let families = render(|| tokens_metered(ModelTokens::default(), ModelTokens::default()));
    assert!(families.contains_key("codefirst_saved_tokens") && !families.contains_key("codefirst_saved_money"));
}

#[test]
fn only_calls_that_were_made_have_a_duration() {
    let tool = ToolId::new("github", "get");
    // The process may know as many tools as are counted by name, or this one: it is the same from here on.
    let (server, name) = tool_labels(&tool);
    let families = render(|| {
        every_answer(&tool, RouteTaken::Code);
        tool_call_unanswered(&tool, RouteTaken::Code);
    });
    let labels = [("server", &*server), ("tool", &*name)];
    let durations = &families["codefirst_tool_call_duration_seconds"];
    assert_eq!(durations.value("codefirst_tool_call_duration_seconds_count", &labels), 4.0);
    let calls = &families["codefirst_tool_calls_total"];
    let outcomes: BTreeSet<_> = calls.samples.iter().map(|sample| sample.labels["outcome"].as_str()).collect();
    let expected =
        "output cached failed unknown invalid_input timed_out denied rate_limited unreachable unavailable unanswered";
    assert_eq!(outcomes, expected.split(' ').collect());
}

#[test]
fn without_a_recorder_nothing_happens() {
    emit_everything();
}
