//! The answer first: a sentence that says what code-first saves and where it does not, the figures behind it, and the picture.

use maud::{Markup, html};

use super::{
    figure,
    monthly::{monthly, typical},
    notation::{foreign, is_loss, unbroken},
    words::{class_meaning, listing, number_of, verdict_class},
};
use crate::{
    format::{self, Direction, reduction},
    harness::summary::{Arm, Class, ClassSummary, Comparison, ScenarioSummary, Summary, Verdict},
    report::plot::{self, PlotError},
};

fn class(summary: &Summary, class: Class, against: Arm) -> Option<&ClassSummary> {
    summary.classes.iter().find(|c| c.class == class && c.arm == Arm::Code && c.against == against && c.scenarios > 0)
}

fn compared(scenario: &ScenarioSummary) -> Option<&Comparison> {
    scenario.comparison(Arm::Code, Arm::Direct)
}

/// What it saves, and where it does not.
pub(super) fn sentence(summary: &Summary) -> Markup {
    let mut clauses = Vec::new();
    match class(summary, Class::Headline, Arm::Direct) {
        Some(direct) => {
            let search = class(summary, Class::Headline, Arm::Search).map(|search| {
                format!(", and {} against an agent that searches for its tools", words(search.context.geometric))
            });
            clauses.push(format!(
                "On the work that it is made for, code-first {} of the tokens in a model’s context against direct tool \
                 calls{}",
                words(direct.context.geometric),
                search.unwrap_or_default()
            ));
        }
        None => clauses.push("No headline scenario could be compared".to_owned()),
    }
    let losses = losses(summary);
    clauses.push(match losses.as_slice() {
        [] => "no scenario that could be compared shows a loss".to_owned(),
        losses => format!("it does not pay in {}", listing(losses)),
    });
    let failed: Vec<String> =
        summary.scenarios.iter().filter(|s| compared(s).is_none()).map(|s| format::visible(&s.name)).collect();
    if !failed.is_empty() {
        clauses.push(format!("there is no comparison for {}", listing(&failed)));
    }
    html! { (unbroken(&clauses.join("; "))) "." }
}

/// `saves 98.7 %`, `costs 34.0 % more`, `saves nothing`.
fn words(reduction: f64) -> String {
    match Direction::of(reduction) {
        Direction::Same => "saves nothing".to_owned(),
        _ => format::reduction_in_words(reduction),
    }
}

/// The scenarios in which code takes more, with what it takes more of: context first, else another count.
fn losses(summary: &Summary) -> Vec<String> {
    let loss = |scenario: &ScenarioSummary| {
        let comparison = compared(scenario)?;
        let cost = comparison.costs.first().map(|cost| (cost.cached.as_ref().unwrap_or(&cost.uncached).median, "cost"));
        let counts: Vec<(f64, &str)> =
            [(comparison.context.median, "context tokens"), (comparison.cumulative.median, "cumulative input tokens")]
                .into_iter()
                .chain(cost)
                .collect();
        let name = format::visible(&scenario.name);
        let lost = counts.iter().find(|(median, _)| is_loss(*median));
        match lost {
            Some((median, count)) => Some(format!("{name} ({} {count})", reduction(*median))),
            None if counts.iter().all(|(median, _)| *median == 0.0) => Some(format!("{name} (all the same)")),
            None => None,
        }
    };
    summary.scenarios.iter().filter_map(loss).collect()
}

/// What a month would cost of the headline workflow whose cost falls by the smallest share, so that nobody is promised too much.
pub(super) fn month(summary: &Summary) -> Option<Markup> {
    let prices = summary.assumptions.prices.first()?;
    let (scenario, _) = summary
        .scenarios
        .iter()
        .filter(|scenario| scenario.class == Class::Headline)
        .filter_map(|scenario| {
            let saved = compared(scenario)?.costs.iter().find(|cost| cost.prices == prices.name)?;
            Some((scenario, saved.cached.as_ref().unwrap_or(&saved.uncached).median))
        })
        .min_by(|left, right| left.1.total_cmp(&right.1))?;
    let cost = |arm| {
        let cost = typical(scenario, arm, &prices.name)?;
        let each = cost.cached.as_ref().unwrap_or(&cost.uncached).median;
        Some(monthly(each * prices.workflows_per_month as f64))
    };
    let (direct, code) = (cost(Arm::Direct)?, cost(Arm::Code)?);
    Some(html! {
        (format::grouped(prices.workflows_per_month)) " workflows a month like " (foreign(&scenario.name))
        ", the headline scenario whose cost falls by the smallest share, would cost " strong { (code) } " in place of " strong { (direct) } " ("
        (foreign(&prices.name)) " prices" @if prices.caching.is_some() { ", with prompt caching" } "). "
        a href="#money" { "Other workflows, volumes and prices" } "."
    })
}

pub(super) fn gate(summary: &Summary) -> Markup {
    let verdict = summary.gate.verdict;
    let failing: Vec<String> = summary
        .scenarios
        .iter()
        .filter(|scenario| scenario.gate.verdict == Verdict::Failed)
        .map(|scenario| format::visible(&scenario.name))
        .collect();
    html! {
        p.gate.(verdict_class(verdict)) {
            @match verdict {
                Verdict::Held => "Gate: everything that is demanded holds.",
                Verdict::Failed => {
                    "Gate: fails" @if !failing.is_empty() { " in " (listing(&failing)) } ". "
                    a href="#failures" { "Why" }
                }
                Verdict::None => "Gate: nothing is demanded.",
            }
        }
    }
}

pub(super) fn section(summary: &Summary) -> Result<Markup, PlotError> {
    let tiles: Vec<Markup> = [(Arm::Direct, "direct calls"), (Arm::Search, "tool search")]
        .into_iter()
        .filter_map(|(against, name)| Some(tiles(class(summary, Class::Headline, against)?, name, summary)))
        .collect();
    let drawing = plot::totals(summary)?;
    Ok(html! {
        @if !tiles.is_empty() {
            div.tiles { @for tile in tiles { (tile) } }
            p.note {
                "Geometric means over the headline scenarios (" (class_meaning(Class::Headline)) "), each by its mean over "
                (number_of(summary.seeds.len(), "seed", "seeds")) "; beneath them the range of the scenarios’ medians. Cost is by "
                "the first price table, with prompt caching for both sides where it has prices for it. Other classes are "
                a href="#classes-table-caption" { "counted apart" } "; there is no average over everything."
            }
        }
        @if let Some(drawing) = drawing { (picture(summary, &drawing)) }
    })
}

fn tiles(class: &ClassSummary, against: &str, summary: &Summary) -> Markup {
    let medians: Vec<f64> = summary
        .scenarios
        .iter()
        .filter(|scenario| scenario.class == class.class)
        .filter_map(|scenario| Some(scenario.comparison(class.arm, class.against)?.context.median))
        .collect();
    let least = medians.iter().copied().fold(f64::INFINITY, f64::min);
    let most = medians.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    html! {
        dl.tile {
            dt { "Context tokens saved against " (against) }
            dd.figure.bad[is_loss(class.context.geometric)] { (unbroken(&reduction(class.context.geometric))) }
            dd {
                (unbroken(&reduction(least))) " to " (unbroken(&reduction(most))) " by scenario"
                br;
                "cumulative input " (unbroken(&reduction(class.cumulative.geometric)))
                ", cost " (unbroken(&reduction(class.cost.geometric)))
            }
        }
    }
}

fn picture(summary: &Summary, drawing: &plot::Drawing) -> Markup {
    let title = html! {
        "Context tokens by scenario, median over seeds. Logarithmic: each line of the grid is ten times the one before."
    };
    let description = html! {
        "Points on a logarithmic axis. "
        @for scenario in &summary.scenarios {
            (format::visible(&scenario.name)) ":"
            @for arm in [Arm::Direct, Arm::Search, Arm::Code] {
                @if let Some(typical) = scenario.arm(arm).and_then(|arm| arm.typical.as_ref()) {
                    " " (arm.name()) " " (super::notation::count(typical.context_tokens.median))
                }
            }
            "; "
        }
        "the table of results has the same numbers."
    };
    let legend = html! {
        li { span.key.direct {} "direct" }
        li { span.key.search {} "search" }
        li { span.key.code {} "code" }
        li { span.key.code.loss {} "code where it takes more than direct" }
    };
    figure("totals", &title, &description, drawing, Some(legend))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn said(summary: &Summary) -> String {
        sentence(summary).into_string().replace('\u{a0}', " ")
    }

    #[test]
    fn says_what_it_saves_and_names_what_it_loses() {
        let mut summary = fixture::evidence().summary;
        assert_eq!(
            said(&summary),
            "On the work that it is made for, code-first saves 99.8 % of the tokens in a model’s context against direct tool \
             calls, and saves 99.7 % against an agent that searches for its tools; it does not pay in single-lookup (+34.0 % \
             context tokens); there is no comparison for injected-result."
        );
        // Fewer tokens in the context and more in what is billed is no saving.
        for scenario in &mut summary.scenarios {
            if let Some(code) = scenario.comparisons.iter_mut().find(|c| c.arm == Arm::Code && c.against == Arm::Direct)
            {
                (code.context.median, code.cumulative.median) = (0.5, -0.1);
            }
        }
        assert!(said(&summary).contains("does not pay in convergence (+10.0 % cumulative input tokens), issue-triage"));
        // Nor is fewer tokens for more money.
        for comparison in summary.scenarios.iter_mut().flat_map(|scenario| &mut scenario.comparisons) {
            comparison.cumulative.median = 0.5;
            for cost in &mut comparison.costs {
                cost.uncached.median = -0.1;
                cost.cached = None;
            }
        }
        assert!(said(&summary).contains("does not pay in convergence (+10.0 % cost), issue-triage"));
        summary.classes.clear();
        summary.scenarios.clear();
        assert!(said(&summary).starts_with("No headline scenario could be compared"));
    }
}
