//! A run in a sentence: what code-first saves, where it does not, and whether the gates hold. The terminal and the
//! page say the same words.

use super::{format, has_measured};
use crate::harness::summary::{Arm, ArmSummary, Reduction, ScenarioSummary, Summary, Verdict};

/// How many scenarios a sentence names one by one before it turns to a count and a range.
const NAMED: usize = 4;

/// What a scenario shows. Fewer tokens in one count and more in the other is not a saving.
enum Finding {
    Saves,
    Same,
    Mixed,
    CostsMore,
}

impl Finding {
    fn of(reduction: &Reduction) -> Self {
        use format::Direction::{CostsMore, Same, Saves};
        match (format::Direction::of(reduction.context), format::Direction::of(reduction.cumulative)) {
            (Saves, Saves) => Self::Saves,
            (Same, Same) => Self::Same,
            (Saves, Same) | (Same, Saves) => Self::Saves,
            (CostsMore, CostsMore | Same) | (Same, CostsMore) => Self::CostsMore,
            _ => Self::Mixed,
        }
    }
}

/// What it saves and where it does not. Spaces before a per-cent sign do not break.
pub(super) fn sentence(summary: &Summary) -> String {
    let [mut saves, mut costs] = [const { Vec::new() }; 2];
    let [mut mixed, mut same, mut wordier, mut failed, mut partial, mut apart] = [const { Vec::new() }; 6];
    let [mut fallen_back, mut cached, mut cache_failed] = [const { Vec::new() }; 3];
    for scenario in &summary.scenarios {
        let name = format::visible(&scenario.name);
        if has_measured(scenario, |measured| measured.fallback.is_some()) {
            fallen_back.push(name.clone());
        }
        if has_measured(scenario, |measured| measured.cache_hits > 0) {
            cached.push(name.clone());
        }
        if scenario.reduction.is_some() && has_failed(scenario, Arm::CodeCache) {
            cache_failed.push(name.clone());
        }
        match &scenario.reduction {
            Some(reduction) => {
                let context = reduction.context;
                if format::Direction::of(reduction.output) == format::Direction::CostsMore {
                    wordier.push(name.clone());
                }
                match Finding::of(reduction) {
                    Finding::Saves => saves.push((name, context)),
                    Finding::Same => same.push(name),
                    Finding::Mixed => mixed.push(name),
                    Finding::CostsMore => costs.push((name, context)),
                }
            }
            None if Arm::ALL.into_iter().any(|arm| has_failed(scenario, arm)) => failed.push(name),
            None if scenario.arms.code_cache.is_some() => apart.push(name),
            None => partial.push(name),
        }
    }
    let clauses: Vec<String> = [
        clause(&saves, "code-first saves", "of the context tokens"),
        clause(&costs, "it costs", "more context tokens"),
        listing("it is fewer tokens by one count and not by the other in", &mixed, ""),
        listing("it changes nothing in", &same, ""),
        listing("output tokens rise in", &wordier, ""),
        listing("the program fell back to the direct route in", &fallen_back, ""),
        listing("the cache answered calls in", &cached, ""),
        listing("the code+cache arm failed in", &cache_failed, ""),
        listing("there are no figures for", &failed, ", where a trial failed"),
        listing("nothing was compared in", &partial, ", where only one arm ran"),
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

fn has_failed(scenario: &ScenarioSummary, arm: Arm) -> bool {
    matches!(scenario.arms.get(arm), Some(ArmSummary::Failed(_)))
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
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn says_what_it_saves_and_where_it_does_not() {
        let mut summary = fixture::two_arms();
        assert_eq!(
            sentence(&summary).replace('\u{a0}', " "),
            "Code-first saves 98.7 % of the context tokens in convergence and 99.97 % in issue-triage; it costs 34.0 % more \
             context tokens in single-lookup; output tokens rise in single-lookup; there are no figures for \
             hostile, where a trial failed."
        );
        // Fewer in context and more in cumulative input is not a saving.
        if let Some(reduction) = &mut summary.scenarios[0].reduction {
            reduction.cumulative = -0.1;
        }
        assert!(sentence(&summary).contains("it is fewer tokens by one count and not by the other in convergence"));
        summary.scenarios.clear();
        assert_eq!(sentence(&summary), "No scenario was run.");
    }

    #[test]
    fn many_scenarios_become_a_range() {
        let mut summary = fixture::summary();
        summary.scenarios = (0..6).map(|_| summary.scenarios[0].clone()).collect();
        if let Some(reduction) = &mut summary.scenarios[5].reduction {
            reduction.context = 0.5;
        }
        assert_eq!(
            sentence(&summary).replace('\u{a0}', " "),
            "Code-first saves 50.0 % to 98.7 % of the context tokens in 6 scenarios."
        );
    }

    #[test]
    fn says_what_the_cache_and_the_fallback_had_a_part_in() {
        let mut summary = fixture::summary();
        summary.scenarios.drain(..4);
        assert_eq!(
            sentence(&summary).replace('\u{a0}', " "),
            "Code-first saves 93.2 % of the context tokens in repeat-run; it costs 58.4 % more context tokens in \
             fallback; output tokens rise in fallback; the program fell back to the direct route in fallback; the \
             cache answered calls in repeat-run."
        );
        // An arm that failed beside two that did not, and arms that have nothing to be compared with.
        let failed = fixture::summary().scenarios[3].arms.code.clone();
        let repeat = &mut summary.scenarios[0];
        let cached = std::mem::replace(&mut repeat.arms.code_cache, failed);
        assert!(sentence(&summary).ends_with("; the code+cache arm failed in repeat-run."), "{}", sentence(&summary));
        let repeat = &mut summary.scenarios[0];
        (repeat.reduction, repeat.arms.direct, repeat.arms.code_cache) = (None, None, cached);
        let end = "; nothing was compared in repeat-run, where direct and code did not both run.";
        assert!(sentence(&summary).ends_with(end), "{}", sentence(&summary));
    }
}
