//! From trials to verdicts: reductions, and the thresholds that become an exit code.

use super::summary::{
    Arm, ArmSummaries, ArmSummary, GateSummary, Measured, Reduction, ScenarioGate, ScenarioSummary, Split, Thresholds,
    Verdict,
};

/// What an arm saves; `None` unless it and the direct arm answered correctly.
pub fn reduction(arms: &ArmSummaries, arm: Arm) -> Option<Reduction> {
    let (Some(ArmSummary::Correct(direct)), Some(ArmSummary::Correct(arm))) = (&arms.direct, arms.get(arm)) else {
        return None;
    };
    let reduce = |total: fn(&Measured) -> &Split| {
        let tokens = |measured| total(measured).total().0 as f64;
        1.0 - tokens(arm) / tokens(direct)
    };
    Some(Reduction {
        context: reduce(|measured| &measured.context_tokens),
        cumulative: reduce(|measured| &measured.cumulative_input_tokens),
        output: reduce(|measured| &measured.output_tokens),
    })
}

/// Judges one scenario. An arm that failed fails the gate, whatever the thresholds; so does a threshold that cannot be
/// judged because the direct or the code arm did not run. The cached code arm is held to the same thresholds where it
/// ran.
pub fn judge(arms: &ArmSummaries, thresholds: Thresholds) -> ScenarioGate {
    let arm_failed = Arm::ALL.into_iter().any(|arm| matches!(arms.get(arm), Some(ArmSummary::Failed(_))));
    let declared = thresholds.context.is_some() || thresholds.cumulative.is_some();
    let held = reaches(reduction(arms, Arm::Code), thresholds)
        && (arms.code_cache.is_none() || reaches(reduction(arms, Arm::CodeCache), thresholds));
    let verdict = match (arm_failed, declared, held) {
        (true, ..) | (false, true, false) => Verdict::Failed,
        (false, true, true) => Verdict::Held,
        (false, false, _) => Verdict::None,
    };
    ScenarioGate { verdict, thresholds }
}

fn reaches(reduction: Option<Reduction>, thresholds: Thresholds) -> bool {
    let wanted = [
        (thresholds.context, reduction.map(|reduction| reduction.context)),
        (thresholds.cumulative, reduction.map(|reduction| reduction.cumulative)),
    ];
    wanted.into_iter().all(|(threshold, value)| match (threshold, value) {
        (None, _) => true,
        (Some(threshold), Some(value)) => value >= threshold,
        (Some(_), None) => false,
    })
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
        harness::summary::{Failed, Failure, Part},
        tokens::Tokens,
    };

    fn correct(context: u64, cumulative: u64) -> Option<ArmSummary> {
        let split = |tokens| {
            let mut split = Split::default();
            split.add(Part::Results, Tokens(tokens));
            split
        };
        Some(ArmSummary::Correct(Measured {
            correct: true,
            context_tokens: split(context),
            cumulative_input_tokens: split(cumulative),
            output_tokens: split(10),
            turns: 1,
            tool_calls: 1,
            cache_hits: 0,
            fallback: None,
        }))
    }

    fn failed() -> Option<ArmSummary> {
        let failure = Failure { message: String::new(), expected: None, actual: None };
        Some(ArmSummary::Failed(Failed { correct: false, failure }))
    }

    #[test]
    fn thresholds_decide() {
        let both = Thresholds { context: Some(0.95), cumulative: Some(0.95) };
        let none = Thresholds::default();
        for (direct, code, code_cache, thresholds, verdict) in [
            (correct(100, 100), correct(5, 5), None, both, Verdict::Held),
            (correct(100, 100), correct(5, 6), None, both, Verdict::Failed),
            (correct(100, 100), correct(6, 5), None, both, Verdict::Failed),
            (correct(100, 100), correct(200, 200), None, none, Verdict::None),
            (correct(100, 100), failed(), None, none, Verdict::Failed),
            (failed(), correct(1, 1), None, both, Verdict::Failed),
            (correct(100, 100), None, None, both, Verdict::Failed),
            (correct(100, 100), None, None, none, Verdict::None),
            (correct(100, 100), correct(5, 5), correct(5, 5), both, Verdict::Held),
            (correct(100, 100), correct(5, 5), correct(5, 6), both, Verdict::Failed),
            (correct(100, 100), correct(5, 6), correct(5, 5), both, Verdict::Failed),
            (correct(100, 100), correct(5, 5), failed(), none, Verdict::Failed),
            (correct(100, 100), None, correct(5, 5), both, Verdict::Failed),
            (None, None, correct(5, 5), none, Verdict::None),
        ] {
            let arms = ArmSummaries { direct, code, code_cache };
            assert_eq!(judge(&arms, thresholds).verdict, verdict, "{arms:?} {thresholds:?}");
        }
    }

    #[test]
    fn a_loss_is_a_negative_reduction() {
        let arms = ArmSummaries { direct: correct(100, 200), code: correct(150, 100), code_cache: correct(100, 50) };
        let reduction = |arm| reduction(&arms, arm).map(|saved| (saved.context, saved.cumulative, saved.output));
        assert_eq!(reduction(Arm::Code), Some((-0.5, 0.5, 0.0)));
        assert_eq!(reduction(Arm::CodeCache), Some((0.0, 0.75, 0.0)));
    }
}
