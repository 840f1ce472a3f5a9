//! Verdicts: what a scenario demands, judged with every seed, and what becomes an exit code.

use super::{
    summarise::reduction,
    summary::{Arm, Band, Demands, GateSummary, Measured, ScenarioGate, ScenarioSummary, Split, TrialSummary, Verdict},
};

/// Judges one scenario. A trial that failed fails it, whatever it demands; so does a demand that nothing shows to be met, because the
/// direct or the code arm did not run. The cached code arm is held to the least that is demanded of the code arm, where it ran.
pub fn judge(trials: &[TrialSummary], demands: Demands) -> ScenarioGate {
    let mut failures: Vec<String> = trials
        .iter()
        .filter_map(|trial| Some((trial, trial.outcome.failure()?)))
        .map(|(trial, failure)| format!("{}, seed {}: {}", trial.arm.name(), trial.seed, failure.message))
        .collect();
    let demanded: [(&str, Option<Band>, Total); 2] = [
        ("context", demands.context, |measured| &measured.context_tokens),
        ("cumulative input", demands.cumulative, |measured| &measured.cumulative_input_tokens),
    ];
    let mut declared = false;
    for (name, band, total) in demanded {
        let Some(band) = band else { continue };
        declared = true;
        let reductions = reductions(trials, Arm::Code, total);
        if reductions.is_empty() {
            failures
                .push(format!("{name}: not judged, for want of a seed with which direct and code ran and were right"));
        }
        failures.extend(reductions.iter().filter_map(|(seed, value)| outside(name, Arm::Code, *seed, *value, band)));
        let least = Band { at_most: None, ..band };
        let cached = self::reductions(trials, Arm::CodeCache, total);
        failures.extend(cached.iter().filter_map(|(seed, value)| outside(name, Arm::CodeCache, *seed, *value, least)));
    }
    let verdict = match (failures.is_empty(), declared) {
        (false, _) => Verdict::Failed,
        (true, true) => Verdict::Held,
        (true, false) => Verdict::None,
    };
    ScenarioGate { verdict, demands, failures }
}

type Total = fn(&Measured) -> &Split;

/// What an arm saves beside the direct one, by seed.
fn reductions(trials: &[TrialSummary], arm: Arm, total: Total) -> Vec<(u64, f64)> {
    let tokens = |seed, arm| {
        let trial = trials.iter().find(|trial| trial.seed == seed && trial.arm == arm)?;
        Some(total(trial.outcome.measured()?).total().0 as f64)
    };
    let seeds = trials.iter().filter(|trial| trial.arm == arm).map(|trial| trial.seed);
    seeds.filter_map(|seed| Some((seed, reduction(tokens(seed, arm)?, tokens(seed, Arm::Direct)?)))).collect()
}

fn outside(name: &str, arm: Arm, seed: u64, value: f64, band: Band) -> Option<String> {
    let (relation, limit) = match band {
        Band { at_least: Some(limit), .. } if value < limit => ("less than", limit),
        Band { at_most: Some(limit), .. } if value > limit => ("more than", limit),
        _ => return None,
    };
    let percent = |fraction: f64| format!("{:.1} %", fraction * 100.0);
    let arm = arm.name();
    Some(format!("{name}: {arm} saves {} with seed {seed}, {relation} {}", percent(value), percent(limit)))
}

/// The verdict over all scenarios: failed if one failed, held if one held, none if there was nothing to judge.
pub fn overall(scenarios: &[ScenarioSummary]) -> GateSummary {
    let any = |verdict| scenarios.iter().any(|scenario| scenario.gate.verdict == verdict);
    let verdict = match (any(Verdict::Failed), any(Verdict::Held)) {
        (true, _) => Verdict::Failed,
        (false, true) => Verdict::Held,
        (false, false) => Verdict::None,
    };
    GateSummary { verdict }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        harness::summary::{Failed, Failure, Outcome, Part, Seconds},
        tokens::Tokens,
    };

    fn trial(seed: u64, arm: Arm, context: u64) -> TrialSummary {
        let split = |tokens| {
            let mut split = Split::default();
            split.add(Part::Results, Tokens(tokens));
            split
        };
        let measured = Measured {
            correct: true,
            context_tokens: split(context),
            cumulative_input_tokens: split(2 * context),
            output_tokens: split(1),
            turns: 1,
            tool_calls: 1,
            cache_hits: 0,
            fallback: None,
            exposed: None,
            costs: Vec::new(),
            model_seconds: Seconds(1.0),
        };
        TrialSummary { seed, arm, outcome: Outcome::Correct(measured) }
    }

    fn demand(at_least: Option<f64>, at_most: Option<f64>) -> Demands {
        Demands { context: Some(Band { at_least, at_most }), cumulative: None }
    }

    #[test]
    fn every_seed_has_to_be_within_the_band() {
        let trials = |second| {
            [(1, Arm::Direct, 1_000), (1, Arm::Code, 50), (2, Arm::Direct, 1_000), (2, Arm::Code, second)]
                .map(|(seed, arm, context)| trial(seed, arm, context))
        };
        assert_eq!(judge(&trials(50), demand(Some(0.95), None)).verdict, Verdict::Held);
        let gate = judge(&trials(51), demand(Some(0.95), None));
        assert_eq!(gate.verdict, Verdict::Failed);
        assert_eq!(gate.failures, ["context: code saves 94.9 % with seed 2, less than 95.0 %"]);
    }

    #[test]
    fn a_loss_that_turns_into_a_win_fails() {
        let trials = |code| [trial(1, Arm::Direct, 1_000), trial(1, Arm::Code, code)];
        assert_eq!(judge(&trials(1_200), demand(None, Some(0.0))).verdict, Verdict::Held);
        assert_eq!(judge(&trials(900), demand(None, Some(0.0))).verdict, Verdict::Failed);
    }

    #[test]
    fn what_cannot_be_judged_fails_and_what_is_not_demanded_is_not_judged() {
        let only_code = [trial(1, Arm::Code, 50)];
        assert_eq!(judge(&only_code, demand(Some(0.95), None)).verdict, Verdict::Failed);
        assert_eq!(judge(&only_code, Demands::default()).verdict, Verdict::None);
    }

    #[test]
    fn a_failed_trial_fails_whatever_the_others_save() {
        let failure = Failure { message: "the answer is wrong".to_owned(), expected: None, actual: None };
        let failed =
            TrialSummary { seed: 2, arm: Arm::Search, outcome: Outcome::Failed(Failed { correct: false, failure }) };
        let trials = [trial(1, Arm::Direct, 1_000), trial(1, Arm::Code, 10), failed];
        let gate = judge(&trials, demand(Some(0.95), None));
        assert_eq!(
            (gate.verdict, gate.failures),
            (Verdict::Failed, vec!["search, seed 2: the answer is wrong".to_owned()])
        );
    }

    #[test]
    fn the_cached_arm_is_held_to_the_least_alone() {
        let trials =
            |cached| [trial(1, Arm::Direct, 1_000), trial(1, Arm::Code, 1_000), trial(1, Arm::CodeCache, cached)];
        let band = demand(Some(-0.1), Some(0.1));
        assert_eq!(judge(&trials(10), band).verdict, Verdict::Held);
        assert_eq!(judge(&trials(1_200), band).verdict, Verdict::Failed);
    }
}
