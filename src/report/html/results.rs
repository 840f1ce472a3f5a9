//! The engineer's tables: what each arm took, what that saves, by class, in money and in time, and what failed.

use maud::{Markup, html};

use super::{
    costs, failures, head,
    notation::{cell, count, foreign, seconds},
    reductions, sortable, speed,
};
use crate::{
    harness::summary::{ArmSummary, ScenarioSummary, Summary},
    report::Evidence,
};

pub(super) fn section(evidence: &Evidence) -> Markup {
    let summary = &evidence.summary;
    html! {
        (arms(summary))
        (reductions::section(summary))
        h3 #costs { "Cost of one workflow" }
        (costs::section(summary))
        h3 #speed { "Time" }
        (speed::section(evidence))
        h3 #failures { "Failures" }
        (failures::section(summary))
    }
}

const TITLES: [&str; 10] = [
    "Scenario",
    "Arm",
    "Correct",
    "Context tokens",
    "Cumulative input tokens",
    "Output tokens",
    "Turns",
    "Tool calls",
    "From cache",
    "Model time, modelled",
];

fn arms(summary: &Summary) -> Markup {
    let rows = html! {
        (head(&TITLES))
        tbody {
            @for (index, scenario) in summary.scenarios.iter().enumerate() {
                @for arm in &scenario.arms { (row(index, scenario, arm)) }
            }
        }
    };
    let caption = html! {
        "What each arm took to reach its answer: medians over the seeds, and beneath them 95 % bootstrap intervals where the "
        "seeds differ. Fewer is better. Tool calls are those that reached a server; calls from the cache come on top of them."
    };
    html! {
        h3 { "What each arm took" }
        @if summary.scenarios.is_empty() { p { "No scenario was run." } } @else {
            (sortable("results-table", &caption, &rows))
        }
    }
}

fn row(index: usize, scenario: &ScenarioSummary, arm: &ArmSummary) -> Markup {
    html! {
        tr {
            th scope="row" { a href={ "#scenario-" (index) } { (foreign(&scenario.name)) } }
            td.word { (arm.arm.name()) }
            td.bad[arm.correct < arm.trials] data-value=(arm.correct) { (arm.correct) " of " (arm.trials) }
            @match &arm.typical {
                Some(typical) => {
                    (cell(&typical.context_tokens, count))
                    (cell(&typical.cumulative_input_tokens, count))
                    (cell(&typical.output_tokens, count))
                    (cell(&typical.turns, count))
                    (cell(&typical.tool_calls, count))
                    (cell(&typical.cache_hits, count))
                    (cell(&typical.model_seconds, seconds))
                }
                None => td.absent colspan="7" { "failed: no numbers" }
            }
        }
    }
}
