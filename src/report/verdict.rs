//! A run in a sentence: what code-first saves, where it does not, and whether the gates hold. The terminal and the
//! page say the same words.

use serde::{Deserialize, Serialize};

use super::{format, has_measured};
use crate::harness::summary::{Arm, Comparison, ScenarioSummary, Summary, Verdict};

/// How many scenarios a sentence names one by one before it turns to a count and a range.
const NAMED: usize = 4;

/// A reduction that is less than this, either way, is a wash: it can be the definitions that a direct model is shown and does not use.
const WASH: f64 = 0.1;

/// What a scenario shows of `code` beside `direct`. Fewer tokens in one count and more in the other is not a saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    Saves,
    /// A wash.
    Same,
    Mixed,
    CostsMore,
    /// There is nothing to compare.
    None,
}

impl Finding {
    pub fn of(scenario: &ScenarioSummary) -> Self {
        scenario.comparison(Arm::Code, Arm::Direct).map_or(Self::None, Self::of_comparison)
    }

    /// By the medians of context and of cumulative input.
    fn of_comparison(comparison: &Comparison) -> Self {
        use format::Direction::{CostsMore, Same, Saves};
        let direction = |reduction: f64| match format::Direction::of(reduction) {
            Saves | CostsMore if reduction.abs() < WASH => Same,
            direction => direction,
        };
        match (direction(comparison.context.median), direction(comparison.cumulative.median)) {
            (Saves, Saves | Same) | (Same, Saves) => Self::Saves,
            (Same, Same) => Self::Same,
            (CostsMore, CostsMore | Same) | (Same, CostsMore) => Self::CostsMore,
            _ => Self::Mixed,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Saves => "saves",
            Self::Same => "same",
            Self::Mixed => "mixed",
            Self::CostsMore => "costs more",
            Self::None => "none",
        }
    }
}

/// What it saves and where it does not. Spaces before a per-cent sign do not break.
pub(super) fn sentence(summary: &Summary) -> String {
    let [mut saves, mut costs] = [const { Vec::new() }; 2];
    let [mut mixed, mut same, mut wordier, mut beside_search] = [const { Vec::new() }; 4];
    let [mut fallen_back, mut cached, mut some_failed, mut failed, mut apart] = [const { Vec::new() }; 5];
    for scenario in &summary.scenarios {
        let name = format::visible(&scenario.name);
        let has_failed = scenario.trials.iter().any(|trial| trial.outcome.failure().is_some());
        if has_measured(scenario, |measured| measured.fallback.is_some()) {
            fallen_back.push(name.clone());
        }
        if has_measured(scenario, |measured| measured.cache_hits > 0) {
            cached.push(name.clone());
        }
        let Some(comparison) = scenario.comparison(Arm::Code, Arm::Direct) else {
            if has_failed {
                failed.push(name)
            } else {
                apart.push(name)
            }
            continue;
        };
        let context = comparison.context.median;
        if format::Direction::of(comparison.output.median) == format::Direction::CostsMore {
            wordier.push(name.clone());
        }
        if has_failed {
            some_failed.push(name.clone());
        }
        let finding = Finding::of_comparison(comparison);
        // Where it costs more than direct calls anyway, that is said already.
        let search = scenario.comparison(Arm::Code, Arm::Search).map(Finding::of_comparison);
        if finding == Finding::Saves && search.is_some_and(|search| search != Finding::Saves) {
            beside_search.push(name.clone());
        }
        match finding {
            Finding::Saves => saves.push((name, context)),
            Finding::CostsMore => costs.push((name, context)),
            Finding::Same => same.push(name),
            Finding::Mixed | Finding::None => mixed.push(name),
        }
    }
    let clauses: Vec<String> = [
        clause(&saves, "code-first saves", "of the context tokens"),
        clause(&costs, "it costs", "more context tokens"),
        listing("it is fewer tokens by one count and not by the other in", &mixed, ""),
        listing("it is a wash, less than a tenth either way, in", &same, ""),
        listing("beside a search for tools it is no saving in", &beside_search, ""),
        listing("output tokens rise in", &wordier, ""),
        listing("the program fell back to the direct route in", &fallen_back, ""),
        listing("the cache answered calls in", &cached, ""),
        listing("a trial failed in", &some_failed, ""),
        listing("there are no figures for", &failed, ", where a trial failed"),
        listing("nothing was compared in", &apart, ", where direct and code did not both run"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if clauses.is_empty() {
        return "No scenario was run.".to_owned();
    }
    let mut sentence = clauses.join("; ").replace(" %", "\u{a0}%");
    sentence.push('.');
    capitalised(&sentence)
}

/// Whether the gates hold.
pub(super) fn gate(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "Every declared gate holds.",
        Verdict::Failed => "At least one gate fails.",
        Verdict::None => "No gate is declared.",
    }
}

pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "held",
        Verdict::Failed => "failed",
        Verdict::None => "none",
    }
}

fn clause(findings: &[(String, f64)], verb: &str, object: &str) -> Option<String> {
    let shown = |value: f64| format::reduction(value).trim_start_matches('+').to_owned();
    let (first, rest) = findings.split_first()?;
    if findings.len() > NAMED {
        let least = findings.iter().map(|(_, value)| value.abs()).fold(f64::INFINITY, f64::min);
        let most = findings.iter().map(|(_, value)| value.abs()).fold(0.0, f64::max);
        return Some(format!("{verb} {} to {} {object} in {} scenarios", shown(least), shown(most), findings.len()));
    }
    let mut text = format!("{verb} {} {object} in {}", shown(first.1), first.0);
    for (index, (name, value)) in rest.iter().enumerate() {
        let separator = if index + 1 == rest.len() { " and" } else { "," };
        text.push_str(&format!("{separator} {} in {name}", shown(*value)));
    }
    Some(text)
}

fn listing(before: &str, names: &[String], after: &str) -> Option<String> {
    match names {
        [] => None,
        [names @ .., last] if names.len() < NAMED => {
            let names = if names.is_empty() { last.clone() } else { format!("{} and {last}", names.join(", ")) };
            Some(format!("{before} {names}{after}"))
        }
        _ => Some(format!("{before} {} scenarios{after}", names.len())),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests;
