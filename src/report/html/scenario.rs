//! Scenario by scenario, folded: the way of the tokens, both conversations, the programs, the journal, the times.

use maud::{Markup, html};

use super::{
    figure, head, journal,
    notation::{beginning, foreign, unbroken},
    reductions, speed, table, transcript,
    words::{number_of, part_meaning, verdict_class},
};
use crate::{
    format,
    harness::summary::{Arm, Measured, Part, ScenarioSummary, TrialRecord, Verdict},
    report::{
        Evidence, Metric,
        plot::{self, PlotError},
    },
};

/// How much of the page a program may take.
const PROGRAM_BYTES: usize = 12_000;
/// How many programs of one trial are shown.
const PROGRAMS: usize = 4;

pub(super) fn section(evidence: &Evidence) -> Result<Markup, PlotError> {
    let mut scenarios = Vec::new();
    for (index, scenario) in evidence.summary.scenarios.iter().enumerate() {
        scenarios.push(folded(evidence, index, scenario)?);
    }
    Ok(html! {
        @if evidence.trials.is_empty() {
            p { "What was said in the trials was not recorded, so there are no conversations here." }
        }
        @for scenario in scenarios { (scenario) }
    })
}

fn folded(evidence: &Evidence, index: usize, scenario: &ScenarioSummary) -> Result<Markup, PlotError> {
    let context = scenario.comparison(Arm::Code, Arm::Direct).map(|comparison| comparison.context.median);
    let verdict = scenario.gate.verdict;
    let tokens = tokens(index, scenario)?;
    Ok(html! {
        details.scenario {
            summary {
                span.name { (foreign(&scenario.name)) }
                span.class { (scenario.class.name()) }
                @match context {
                    Some(context) => span.saves.bad[super::notation::is_loss(context)] {
                        "code-first " (unbroken(&format::reduction_in_words(context))) " (context)"
                    },
                    None => span.saves.bad { "nothing to compare" },
                }
                @if verdict != Verdict::None {
                    span.gate.(verdict_class(verdict)) { @if verdict == Verdict::Held { "gate holds" } @else { "gate fails" } }
                }
            }
            // The target is inside, so that a link to it unfolds what it is in.
            div.contents id={ "scenario-" (index) } {
                p {
                    (foreign(scenario.description.trim_end_matches('.'))) ". " (number_of(scenario.tools, "tool", "tools"))
                    " on offer."
                }
                (exposure(scenario))
                (tokens)
                h3 { "What the arms save" }
                (comparisons(index, scenario))
                h3 { "Times" }
                (speed::of_scenario(evidence, index, &scenario.name))
                (recorded(evidence, index, scenario))
            }
        }
    })
}

/// Fallbacks, and whether a text that tries to instruct the model reached it.
fn exposure(scenario: &ScenarioSummary) -> Markup {
    let first = |arm: Arm| scenario.trials.iter().filter(|t| t.arm == arm).find_map(|t| t.outcome.measured());
    html! {
        @for arm in Arm::ALL {
            @if let Some(measured) = first(arm) {
                @if let Some(kind) = &measured.fallback {
                    p { (arm.name()) ": the program failed (" (foreign(kind)) "), and the direct route did the task." }
                }
                @match measured.exposed {
                    Some(true) => p.bad {
                        (arm.name()) ": the text that tries to instruct the model came into its context."
                    },
                    Some(false) => p {
                        (arm.name()) ": the text that tries to instruct the model never came into its context."
                    },
                    None => "",
                }
            }
        }
    }
}

/// The first seed with which direct and code were both right.
fn paired(scenario: &ScenarioSummary) -> Option<(u64, &Measured, &Measured)> {
    let of = |arm, seed| {
        let trial = scenario.trials.iter().find(|trial| trial.arm == arm && trial.seed == seed)?;
        trial.outcome.measured()
    };
    scenario
        .trials
        .iter()
        .filter(|trial| trial.arm == Arm::Direct)
        .find_map(|trial| Some((trial.seed, trial.outcome.measured()?, of(Arm::Code, trial.seed)?)))
}

fn tokens(index: usize, scenario: &ScenarioSummary) -> Result<Markup, PlotError> {
    let Some((seed, direct, code)) = paired(scenario) else { return Ok(html! {}) };
    let drawing = plot::waterfall(&direct.context_tokens, &code.context_tokens)?;
    let title = html! { (foreign(&scenario.name)) ": from direct to code, context tokens by source, seed " (seed) };
    let description = html! {
        "A bar for the total of direct, a bar for what each source adds or takes away, a bar for the total of code. The table of "
        "context tokens by source beside it has the same numbers."
    };
    let legend = html! {
        li { span.key.less {} "fewer" } li { span.key.more {} "more" }
    };
    Ok(html! {
        div.pair {
            (figure(&format!("waterfall-{index}"), &title, &description, &drawing, Some(legend)))
            @for metric in Metric::ALL { (parts(index, metric, scenario, seed)) }
        }
    })
}

fn parts(index: usize, metric: Metric, scenario: &ScenarioSummary, seed: u64) -> Markup {
    let arms: Vec<(Arm, &Measured)> = Arm::ALL
        .into_iter()
        .filter_map(|arm| {
            let trial = scenario.trials.iter().find(|trial| trial.arm == arm && trial.seed == seed)?;
            Some((arm, trial.outcome.measured()?))
        })
        .collect();
    let titles: Vec<&str> = std::iter::once("Source").chain(arms.iter().map(|(arm, _)| arm.name())).collect();
    let rows = html! {
        (head(&titles))
        tbody {
            @for part in Part::ALL {
                @if arms.iter().any(|(_, measured)| metric.of(measured).get(part).0 > 0) {
                    tr {
                        th scope="row" { span title=(part_meaning(part)) { (part.name()) } }
                        @for (_, measured) in &arms {
                            @let tokens = metric.of(measured).get(part);
                            td.zero[tokens.0 == 0] { (format::tokens(tokens)) }
                        }
                    }
                }
            }
            tr.total {
                th scope="row" { "total" }
                @for (_, measured) in &arms { td { (format::tokens(metric.of(measured).total())) } }
            }
        }
    };
    let caption = html! {
        (foreign(&scenario.name)) ": " (metric.name()) " tokens by source, seed " (seed) " (" (metric.meaning()) ")"
    };
    let name = metric.name().replace(' ', "-");
    table(&format!("parts-{name}-{index}"), &caption, &rows)
}

fn comparisons(index: usize, scenario: &ScenarioSummary) -> Markup {
    let titles = ["Compared", "Seeds", "Context", "Cumulative input", "Output", "Cost", "Model time, modelled"];
    let rows = html! {
        (head(&titles))
        tbody {
            @for comparison in &scenario.comparisons {
                tr {
                    th scope="row" { (comparison.arm.name()) " against " (comparison.against.name()) }
                    (reductions::cells(Some(comparison)))
                }
            }
        }
    };
    html! {
        @if scenario.comparisons.is_empty() {
            p { "There is nothing to compare: no two arms were right with the same seed." }
        } @else {
            (table(&format!("comparisons-{index}"), &html! { (foreign(&scenario.name)) ": reductions, medians over the seeds; + is more." }, &rows))
        }
    }
}

/// What was said and done in the first seed's trials.
fn recorded(evidence: &Evidence, index: usize, scenario: &ScenarioSummary) -> Markup {
    let of = |arm| evidence.trials.iter().find(|trial| trial.scenario == scenario.name && trial.arm == arm);
    let (direct, code, cached) = (of(Arm::Direct), of(Arm::Code), of(Arm::CodeCache));
    html! {
        @if direct.is_some() || code.is_some() {
            h3 { "What was said" }
            div.pair.talks { @for trial in [direct, code].into_iter().flatten() { (transcript::transcript(trial)) } }
        }
        @if let Some(code) = code {
            (programs(&scenario.name, code))
            @if !code.calls.is_empty() {
                h3 { "The journal" }
                (journal::journal(index, code))
            }
        }
        @if let Some(cached) = cached.filter(|trial| trial.calls.iter().any(|call| call.origin == "cache")) {
            (journal::journal(index, cached))
        }
    }
}

fn programs(scenario: &str, trial: &TrialRecord) -> Markup {
    html! {
        @if !trial.programs.is_empty() {
            h3 { @if trial.programs.len() == 1 { "The program" } @else { "The programs, in their order" } }
        }
        @for (number, program) in trial.programs.iter().take(PROGRAMS).enumerate() {
            @let (shown, left_out) = beginning(program, PROGRAM_BYTES);
            pre.program tabindex="0" role="region" aria-label={ (format::visible(scenario)) ": program " (number + 1) } {
                code { (shown) } @if left_out > 0 { "\n// … cut here" }
            }
        }
        @if trial.programs.len() > PROGRAMS { p { "And " (trial.programs.len() - PROGRAMS) " more." } }
    }
}
