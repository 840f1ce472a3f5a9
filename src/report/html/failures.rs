//! Trials without a right answer, and demands that were not met. The answers are folded, for they can be long.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    notation::{beginning, foreign},
    words::number_of,
};
use crate::{
    format::visible,
    harness::summary::{Failure, ScenarioSummary, Summary, TrialSummary, Verdict},
};

/// How many failures are shown with their answers; the others are listed in `results.csv`.
const SHOWN: usize = 60;
/// How much of the page a message or an answer may take; the whole of it is in `summary.json`.
const ANSWER_BYTES: usize = 4_000;

pub(super) fn section(summary: &Summary) -> Markup {
    let failed: Vec<(&ScenarioSummary, &TrialSummary, &Failure)> = summary
        .scenarios
        .iter()
        .flat_map(|scenario| scenario.trials.iter().map(move |trial| (scenario, trial)))
        .filter_map(|(scenario, trial)| Some((scenario, trial, trial.outcome.failure()?)))
        .collect();
    let gates = summary.scenarios.iter().filter(|scenario| scenario.gate.verdict == Verdict::Failed);
    html! {
        @for scenario in gates {
            article.failure {
                h4 { (foreign(&scenario.name)) ": the gate fails" }
                (reasons(scenario))
            }
        }
        @if failed.is_empty() { p { "Every trial ended in the expected answer." } }
        @for (scenario, trial, failure) in failed.iter().take(SHOWN) {
            article.failure {
                h4 { (foreign(&scenario.name)) ", " (trial.arm.name()) ", seed " (trial.seed) }
                (description(failure, &format!("{}, {}, seed {}", visible(&scenario.name), trial.arm.name(), trial.seed)))
            }
        }
        @if failed.len() > SHOWN {
            p { "And " (failed.len() - SHOWN) " more, which are in " code { "results.csv" } "." }
        }
    }
}

/// Why the gate fails: trials that failed are counted here, for each of them comes with its answer further down.
fn reasons(scenario: &ScenarioSummary) -> Markup {
    let failed: Vec<String> = scenario
        .trials
        .iter()
        .filter_map(|trial| {
            let failure = trial.outcome.failure()?;
            Some(format!("{}, seed {}: {}", trial.arm.name(), trial.seed, failure.message))
        })
        .collect();
    html! {
        ul {
            @if !failed.is_empty() {
                li { (failed.len()) " of " (number_of(scenario.trials.len(), "trial", "trials")) " failed, as listed below." }
            }
            @for failure in scenario.gate.failures.iter().filter(|failure| !failed.contains(failure)) {
                li { (clipped(failure)) }
            }
        }
    }
}

fn description(failure: &Failure, trial: &str) -> Markup {
    html! {
        p { (clipped(&failure.message)) }
        @if failure.expected.is_some() || failure.actual.is_some() {
            details {
                summary { "Expected and actual answer" }
                div.answers {
                    @for (label, value) in [("Expected", &failure.expected), ("Actual", &failure.actual)] {
                        @if let Some(value) = value { (answer(label, trial, value)) }
                    }
                }
            }
        }
    }
}

fn answer(label: &str, trial: &str, value: &Value) -> Markup {
    html! {
        div.answer {
            p.label { (label) }
            pre tabindex="0" role="region" aria-label={ (label) ": " (trial) } { (clipped(&format!("{value:#}"))) }
        }
    }
}

fn clipped(text: &str) -> Markup {
    let (shown, left_out) = beginning(text, ANSWER_BYTES);
    html! { bdi { (shown) } @if left_out > 0 { " " small { "… (cut here; all of it is in summary.json)" } } }
}
