//! The sections that answer first: what each arm took, what that saves, whether the gates hold, what failed.

use maud::{Markup, html};
use serde_json::Value;

use super::{band, foreign, head, table, verdict_class};
use crate::{
    harness::summary::{Arm, ArmSummary, Failure, Reduction, ScenarioSummary, Summary, Timings, Verdict},
    report::{Metric, Trial, any_measured, cached_reduction, class_name, format, has_run, trials, verdict},
};

/// How much of an expected or actual answer the page shows; the whole of it is in `summary.json`.
const ANSWER_CHARACTERS: usize = 20_000;

pub(super) fn results(summary: &Summary, timings: &Timings) -> Markup {
    let shows_hits = any_measured(summary, |measured| measured.cache_hits > 0);
    let mut titles = vec!["Arm", "Context tokens", "Cumulative input tokens", "Output tokens", "Turns", "Tool calls"];
    if shows_hits {
        titles.push("Calls from the cache");
    }
    titles.extend(["Measured time, no model", "Answer"]);
    let titles: Vec<Markup> = titles.into_iter().map(|title| html! { (title) }).collect();
    let rows = html! {
        (head(&titles))
        @for scenario in &summary.scenarios {
            tbody {
                (band(titles.len(), &scenario_title(scenario)))
                @for trial in trials(scenario, timings) { (row(&trial, shows_hits)) }
            }
        }
    };
    let caption = html! {
        "What each arm took to reach its answer, by scenario. Fewer is better."
        @if shows_hits { " Tool calls are those that reached a server; calls from the cache come on top of them." }
    };
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

fn row(trial: &Trial<'_>, shows_hits: bool) -> Markup {
    html! {
        tr {
            th scope="row" { (trial.arm.name()) }
            @match trial.measured() {
                Some(measured) => {
                    @for metric in Metric::ALL { td { (format::tokens(metric.of(measured).total())) } }
                    td { (format::grouped(measured.turns)) }
                    td { (format::grouped(measured.tool_calls)) }
                    @if shows_hits { td { (trial.cache_hits().map_or_else(|| "–".to_owned(), format::grouped)) } }
                }
                None => td.absent colspan=(5 + usize::from(shows_hits)) { "failed: no numbers" }
            }
            td { (time(trial)) }
            @match trial.measured() {
                Some(measured) => td.word {
                    "correct"
                    @if let Some(kind) = &measured.fallback {
                        br;
                        small { "by the direct route, after the program failed (" (foreign(kind)) ")" }
                    }
                },
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
    let has_cache = has_run(summary, Arm::CodeCache);
    html! {
        (table("reduction-table", &caption, &rows))
        p {
            "A reduction is 1 − code / direct. A scenario in which "
            @if has_cache { "the direct or the code trial" } @else { "a trial" }
            " failed has none. Output has no threshold."
            @if has_cache {
                " The code+cache arm is held to the same thresholds. It has a line of its own where its reduction is "
                "not that of code, and if it fails, so does the gate."
            }
        }
    }
}

fn reduction_row(scenario: &ScenarioSummary) -> Markup {
    let verdict = scenario.gate.verdict;
    let cached = cached_reduction(scenario);
    html! {
        tr {
            th scope="row" { (foreign(&scenario.name)) }
            @match &scenario.reduction {
                Some(reduction) => (reduction_cells(scenario, reduction)),
                None => td.absent colspan="3" { "nothing to compare" }
            }
            td.word rowspan=[cached.map(|_| "2")] {
                span.gate.(verdict_class(verdict)) {
                    @if verdict == Verdict::None { "none declared" } @else { (verdict::word(verdict)) }
                }
            }
        }
        @if let Some(reduction) = cached {
            tr {
                th scope="row" { (foreign(&scenario.name)) ", " (Arm::CodeCache.name()) }
                (reduction_cells(scenario, reduction))
            }
        }
    }
}

fn reduction_cells(scenario: &ScenarioSummary, Reduction { context, cumulative, output }: &Reduction) -> Markup {
    let thresholds = &scenario.gate.thresholds;
    html! {
        (reduction_cell(*context, thresholds.context))
        (reduction_cell(*cumulative, thresholds.cumulative))
        (reduction_cell(*output, None))
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
