//! The sections that answer first: what each arm took, what that saves, whether the gates hold, what failed.

use maud::{Markup, html};
use serde_json::Value;

use super::{band, foreign, head, table, verdict_class};
use crate::{
    harness::summary::{ArmSummary, Failure, Reduction, ScenarioSummary, Summary, Timings, Verdict},
    report::{Metric, Trial, class_name, format, trials, verdict},
};

/// How much of an expected or actual answer the page shows; the whole of it is in `summary.json`.
const ANSWER_CHARACTERS: usize = 20_000;

pub(super) fn results(summary: &Summary, timings: &Timings) -> Markup {
    let titles = [
        "Arm",
        "Context tokens",
        "Cumulative input tokens",
        "Output tokens",
        "Turns",
        "Tool calls",
        "Measured time, no model",
        "Answer",
    ];
    let titles = titles.map(|title| html! { (title) });
    let rows = html! {
        (head(&titles))
        @for scenario in &summary.scenarios {
            tbody {
                (band(titles.len(), &scenario_title(scenario)))
                @for trial in trials(scenario, timings) { (row(&trial)) }
            }
        }
    };
    let caption = html! { "What each arm took to reach its answer, by scenario. Fewer is better." };
    html! {
        (table("results-table", &caption, &rows))
        h3 { "The scenarios" }
        dl {
            @for scenario in &summary.scenarios {
                dt { (foreign(&scenario.name)) " " small { (class_name(scenario.class)) ", " (tools(scenario.tools)) } }
                dd { (foreign(&scenario.description)) }
            }
        }
    }
}

fn scenario_title(scenario: &ScenarioSummary) -> Markup {
    html! {
        (foreign(&scenario.name)) " "
        small {
            (class_name(scenario.class))
            @if let Some(Reduction { context, .. }) = scenario.reduction {
                @let loss = format::Direction::of(context) == format::Direction::CostsMore;
                ": " span.bad[loss] { "code-first " (format::reduction_in_words(context)) " (context)" }
            }
        }
    }
}

fn tools(number: usize) -> String {
    format!("{} {} on offer", format::grouped(number as u64), if number == 1 { "tool" } else { "tools" })
}

fn row(trial: &Trial<'_>) -> Markup {
    html! {
        tr {
            th scope="row" { (trial.arm.name()) }
            @match trial.measured() {
                Some(measured) => {
                    @for metric in Metric::ALL { td { (format::tokens(metric.of(measured).total())) } }
                    td { (format::grouped(measured.turns)) }
                    td { (format::grouped(measured.tool_calls)) }
                }
                None => td.absent colspan="5" { "failed: no numbers" }
            }
            td { (time(trial)) }
            @match trial.measured() {
                Some(_) => td.word { "correct" },
                None => td.word.bad { a href="#failures" { "failed" } },
            }
        }
    }
}

fn time(trial: &Trial<'_>) -> String {
    trial.timing.map_or_else(|| "–".to_owned(), |timing| format::milliseconds(timing.measured))
}

pub(super) fn reduction(summary: &Summary) -> Markup {
    let titles = ["Scenario", "Context tokens", "Cumulative input tokens", "Output tokens", "Gate"]
        .map(|title| html! { (title) });
    let rows = html! {
        (head(&titles))
        tbody { @for scenario in &summary.scenarios { (reduction_row(scenario)) } }
    };
    let caption = html! {
        "What code-first saves or costs against the direct arm, and the gate: reductions that a scenario must reach."
    };
    html! {
        (table("reduction-table", &caption, &rows))
        p { "A reduction is 1 − code / direct. A scenario in which a trial failed has none. Output has no threshold." }
    }
}

fn reduction_row(scenario: &ScenarioSummary) -> Markup {
    let thresholds = &scenario.gate.thresholds;
    let verdict = scenario.gate.verdict;
    html! {
        tr {
            th scope="row" { (foreign(&scenario.name)) }
            @match &scenario.reduction {
                Some(Reduction { context, cumulative, output }) => {
                    (reduction_cell(*context, thresholds.context))
                    (reduction_cell(*cumulative, thresholds.cumulative))
                    (reduction_cell(*output, None))
                }
                None => td.absent colspan="3" { "nothing to compare" }
            }
            td.word {
                span.gate.(verdict_class(verdict)) {
                    @if verdict == Verdict::None { "none declared" } @else { (verdict::word(verdict)) }
                }
            }
        }
    }
}

fn reduction_cell(value: f64, threshold: Option<f64>) -> Markup {
    let words = format::reduction_in_words(value);
    // Beside a threshold the figure may need more decimals than in words alone.
    let words = match threshold {
        Some(threshold) => words.replace(&format::reduction(value), &format::reduction_beside(value, threshold)),
        None => words,
    };
    let missed = threshold.is_some_and(|threshold| value < threshold);
    let loss = format::Direction::of(value) == format::Direction::CostsMore;
    html! {
        td.bad[loss || missed] {
            (words)
            @if let Some(threshold) = threshold {
                br;
                small { @if missed { "misses" } @else { "needs" } " ≥ " (format::threshold(threshold)) }
            }
        }
    }
}

pub(super) fn failures(summary: &Summary, timings: &Timings) -> Markup {
    let failed: Vec<_> = summary
        .scenarios
        .iter()
        .flat_map(|scenario| trials(scenario, timings))
        .filter_map(|trial| match trial.outcome {
            ArmSummary::Failed(failed) => Some((trial, &failed.failure)),
            ArmSummary::Correct(_) => None,
        })
        .collect();
    html! {
        @if failed.is_empty() { p { "None: every trial ended in the expected answer." } }
        @for (trial, failure) in failed {
            article.failure {
                h3 { (foreign(&trial.scenario.name)) ", " (trial.arm.name()) }
                (description(failure))
            }
        }
    }
}

fn description(failure: &Failure) -> Markup {
    html! {
        p { (foreign(&failure.message)) }
        @for (label, value) in [("Expected", &failure.expected), ("Actual", &failure.actual)] {
            @if let Some(value) = value {
                figure.answer {
                    figcaption { (label) }
                    pre tabindex="0" { (foreign(&shortened(value))) }
                }
            }
        }
    }
}

fn shortened(value: &Value) -> String {
    let text = format!("{value:#}");
    let shown = format::clipped(&text, ANSWER_CHARACTERS);
    if shown == text { text } else { format!("{shown}\n(cut here; all of it is in summary.json)") }
}
