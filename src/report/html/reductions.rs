//! What code saves against direct and against search, scenario by scenario and class by class, and whether that is what is demanded.

use maud::{Markup, html};

use super::{
    band, head,
    notation::{foreign, is_loss, reduction},
    sortable, table,
    words::{class_meaning, verdict_class},
};
use crate::{
    format,
    harness::summary::{Arm, Average, Band, Class, Comparison, Demands, ScenarioSummary, Summary, Verdict},
};

pub(super) fn section(summary: &Summary) -> Markup {
    html! {
        h3 #reductions { "What code saves" }
        p {
            "A reduction is 1 − code / other, over the seeds with which both were right. A figure with " strong { "+" }
            " is what code takes more. Costs are by the first price table, with prompt caching where it has prices for it. “Demanded” "
            "is what the gate asks of context and of cumulative input."
        }
        (against(summary, Arm::Direct))
        (against(summary, Arm::Search))
        (classes(summary))
    }
}

fn against(summary: &Summary, other: Arm) -> Markup {
    let judged = other == Arm::Direct;
    let mut titles =
        vec!["Scenario", "Class", "Seeds", "Context", "Cumulative input", "Output", "Cost", "Model time, modelled"];
    if judged {
        titles.extend(["Demanded", "Gate"]);
    }
    let rows = html! {
        (head(&titles))
        tbody {
            @for scenario in &summary.scenarios {
                tr {
                    th scope="row" { (foreign(&scenario.name)) }
                    td.word { (scenario.class.name()) }
                    (cells(scenario.comparison(Arm::Code, other)))
                    @if judged { (verdict(scenario)) }
                }
            }
        }
    };
    let caption = html! { "Code against " (other.name()) ": reductions, with 95 % bootstrap intervals." };
    sortable(&format!("reductions-{}", other.name()), &caption, &rows)
}

/// The seeds, and the five reductions.
pub(super) fn cells(comparison: Option<&Comparison>) -> Markup {
    html! {
        @match comparison {
            Some(comparison) => {
                td { (comparison.seeds.len()) }
                (reduction(&comparison.context))
                (reduction(&comparison.cumulative))
                (reduction(&comparison.output))
                @match comparison.costs.first() {
                    Some(cost) => (reduction(cost.cached.as_ref().unwrap_or(&cost.uncached))),
                    None => td.absent { "–" }
                }
                (reduction(&comparison.model_time))
            }
            None => td.absent colspan="6" { "nothing to compare" }
        }
    }
}

fn verdict(scenario: &ScenarioSummary) -> Markup {
    let verdict = scenario.gate.verdict;
    html! {
        td.word { (demands(&scenario.gate.demands)) }
        td.word {
            span.gate.(verdict_class(verdict)) {
                @match verdict {
                    Verdict::Held => "holds",
                    Verdict::Failed => a href="#failures" { "fails" },
                    Verdict::None => "–",
                }
            }
        }
    }
}

pub(super) fn demands(demands: &Demands) -> Markup {
    let bands = match (demands.context, demands.cumulative) {
        (context, cumulative) if context == cumulative => [("both", context), ("", None)],
        (context, cumulative) => [("context", context), ("cumulative", cumulative)],
    };
    let lines: Vec<String> =
        bands.into_iter().filter_map(|(count, band)| Some(format!("{count} {}", within(&band?)?))).collect();
    html! {
        @if lines.is_empty() { span.absent { "–" } }
        @for (index, line) in lines.iter().enumerate() { @if index > 0 { br; } (line) }
    }
}

fn within(band: &Band) -> Option<String> {
    match (band.at_least, band.at_most) {
        (Some(least), Some(most)) => Some(format!("{} to {}", format::threshold(least), format::threshold(most))),
        (Some(least), None) => Some(format!("≥ {}", format::threshold(least))),
        (None, Some(most)) => Some(format!("≤ {}", format::threshold(most))),
        (None, None) => None,
    }
}

const AVERAGES: [&str; 6] = ["Compared", "Scenarios", "Context", "Cumulative input", "Output", "Cost"];

fn classes(summary: &Summary) -> Markup {
    let rows = html! {
        (head(&AVERAGES))
        @for class in Class::ALL {
            @let rows: Vec<_> = summary.classes.iter().filter(|row| row.class == class).collect();
            @if !rows.is_empty() {
                tbody {
                    (band(AVERAGES.len(), &html! { (class.name()) " " small { (class_meaning(class)) } }))
                    @for row in rows {
                        tr {
                            th scope="row" { (row.arm.name()) " against " (row.against.name()) }
                            td { (row.scenarios) }
                            @for average in [row.context, row.cumulative, row.output, row.cost] { (pair(&average)) }
                        }
                    }
                }
            }
        }
    };
    let caption = html! {
        "By class, from the means of each scenario over its seeds: 1 − the geometric mean of the ratios, in which each scenario "
        "weighs the same; beneath it 1 − the ratio of the totals, in which large scenarios weigh more. There is no average over all classes: it would say more about the "
        "choice of scenarios than about code-first."
    };
    table("classes-table", &caption, &rows)
}

fn pair(average: &Average) -> Markup {
    html! {
        td.bad[is_loss(average.geometric)] {
            (format::reduction(average.geometric))
            small.interval { (format::reduction(average.weighted)) " of totals" }
        }
    }
}
