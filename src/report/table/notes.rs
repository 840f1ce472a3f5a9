//! What stands beneath the tables, where there is any: losses, failed demands, fallbacks, instructions that came through, and
//! failed trials.

use super::{Arm, NAME_WIDTH, ScenarioSummary, Summary, WIDTH, figure, format, name, one_line, wrapped};
use crate::{
    harness::summary::{Failure, TrialSummary},
    report::Finding,
};

/// How much of an expected or actual answer is shown; the whole of it is in `summary.json`.
const ANSWER_WIDTH: usize = 300;
/// How many failed trials of a scenario on an arm are shown.
const SHOWN_FAILURES: usize = 2;

pub fn all(summary: &Summary) -> impl Iterator<Item = String> {
    let of_each = |title: &str, lines: fn(&ScenarioSummary) -> Vec<String>| {
        let lines: Vec<String> = summary.scenarios.iter().flat_map(lines).collect();
        (!lines.is_empty()).then(|| format!("{title}\n{}", lines.join("\n")))
    };
    [
        of_each("Where code-first is no saving", losses),
        of_each("Failed gates", demands),
        of_each("Fallbacks", fallbacks),
        of_each("Text that tries to instruct the model", exposures),
        of_each("Failed trials", failures),
    ]
    .into_iter()
    .flatten()
}

fn losses(scenario: &ScenarioSummary) -> Vec<String> {
    let Some(comparison) = scenario.comparison(Arm::Code, Arm::Direct) else { return vec![] };
    if matches!(Finding::of(scenario), Finding::Saves | Finding::None) {
        return vec![];
    }
    let words = |estimate: crate::harness::summary::Estimate| {
        let interval = figure::interval(estimate).map_or_else(String::new, |interval| format!(" ({interval})"));
        format!("{}{interval}", format::reduction_in_words(estimate.median))
    };
    let (context, cumulative) = (words(comparison.context), words(comparison.cumulative));
    let text = format!("{}: context {context}; cumulative input {cumulative}", name(scenario));
    vec![format!("  {}", wrapped(&text).replace('\n', "\n    "))]
}

fn demands(scenario: &ScenarioSummary) -> Vec<String> {
    let shown = |failure: &String| {
        let width = WIDTH - NAME_WIDTH - "  : ".len();
        format!("  {}: {}", name(scenario), format::clipped(&one_line(failure), width))
    };
    scenario.gate.failures.iter().map(shown).collect()
}

fn fallbacks(scenario: &ScenarioSummary) -> Vec<String> {
    let of_arm = |arm: Arm| {
        let trials = of(scenario, arm).filter_map(|trial| trial.outcome.measured()?.fallback.as_deref());
        let kinds: Vec<&str> = trials.collect();
        let first = format::clipped(&one_line(kinds.first()?), 16);
        let (name, arm, times) = (name(scenario), arm.name(), kinds.len());
        Some(format!("  {name}, {arm}: the direct route answered ({first}), with {times} of {} seeds", seeds(scenario)))
    };
    Arm::ALL.into_iter().filter_map(of_arm).collect()
}

fn exposures(scenario: &ScenarioSummary) -> Vec<String> {
    let of_arm = |arm: Arm| {
        let exposed: Vec<bool> = of(scenario, arm).filter_map(|trial| trial.outcome.measured()?.exposed).collect();
        let times = exposed.iter().filter(|&&exposed| exposed).count();
        let (name, arm, all) = (name(scenario), arm.name(), exposed.len());
        match (times, all) {
            (_, 0) => None,
            (0, _) => Some(format!("  {name}, {arm}: never came into the context")),
            _ => Some(format!("  {name}, {arm}: came into the context with {times} of {all} seeds")),
        }
    };
    Arm::ALL.into_iter().filter_map(of_arm).collect()
}

fn failures(scenario: &ScenarioSummary) -> Vec<String> {
    let of_arm = |arm: Arm| {
        let failed: Vec<_> = of(scenario, arm).filter_map(|trial| Some((trial, trial.outcome.failure()?))).collect();
        let rest = failed.len().saturating_sub(SHOWN_FAILURES);
        let mut lines: Vec<String> =
            failed.iter().take(SHOWN_FAILURES).map(|(trial, failure)| failed_trial(scenario, trial, failure)).collect();
        if rest > 0 {
            lines.push(format!("  {}, {}: {rest} more failed; results.csv has them all", name(scenario), arm.name()));
        }
        lines
    };
    Arm::ALL.into_iter().flat_map(of_arm).collect()
}

fn failed_trial(scenario: &ScenarioSummary, trial: &TrialSummary, failure: &Failure) -> String {
    let message = format::clipped(&one_line(&failure.message), ANSWER_WIDTH);
    let mut text = format!("  {}, {}, seed {}: {message}", name(scenario), trial.arm.name(), trial.seed);
    for (label, value) in [("expected", &failure.expected), ("actual", &failure.actual)] {
        if let Some(value) = value {
            text.push_str(&format!("\n    {label}: {}", format::clipped(&one_line(&value.to_string()), ANSWER_WIDTH)));
        }
    }
    text
}

fn of(scenario: &ScenarioSummary, arm: Arm) -> impl Iterator<Item = &TrialSummary> {
    scenario.trials.iter().filter(move |trial| trial.arm == arm)
}

fn seeds(scenario: &ScenarioSummary) -> usize {
    scenario.arms.iter().map(|arm| arm.trials).max().unwrap_or_default()
}
