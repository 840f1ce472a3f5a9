//! From trials to verdicts: reductions, and the thresholds that become an exit code.

use super::summary::{
    ArmSummaries, ArmSummary, GateSummary, Measured, Reduction, ScenarioGate, ScenarioSummary, Split, Thresholds,
    Verdict,
};

/// What the code arm saves; `None` unless both arms answered correctly.
pub fn reduction(arms: &ArmSummaries) -> Option<Reduction> {
    let (Some(ArmSummary::Correct(direct)), Some(ArmSummary::Correct(code))) = (&arms.direct, &arms.code) else {
        return None;
    };
    let reduce = |total: fn(&Measured) -> &Split| {
        let tokens = |arm| total(arm).total().0 as f64;
        1.0 - tokens(code) / tokens(direct)
    };
    Some(Reduction {
        context: reduce(|arm| &arm.context_tokens),
        cumulative: reduce(|arm| &arm.cumulative_input_tokens),
        output: reduce(|arm| &arm.output_tokens),
    })
}

/// Judges one scenario. An arm that failed fails the gate, whatever the thresholds; so does a threshold that cannot be
/// judged because an arm did not run.
pub fn judge(arms: &ArmSummaries, reduction: Option<&Reduction>, thresholds: Thresholds) -> ScenarioGate {
    let arm_failed = [&arms.direct, &arms.code].into_iter().any(|arm| matches!(arm, Some(ArmSummary::Failed(_))));
    let wanted = [
        (thresholds.context, reduction.map(|reduction| reduction.context)),
        (thresholds.cumulative, reduction.map(|reduction| reduction.cumulative)),
    ];
    let declared = wanted.iter().any(|(threshold, _)| threshold.is_some());
    let held = wanted.iter().all(|(threshold, value)| match (threshold, value) {
        (None, _) => true,
        (Some(threshold), Some(value)) => value >= threshold,
        (Some(_), None) => false,
    });
    let verdict = match (arm_failed, declared, held) {
        (true, ..) | (false, true, false) => Verdict::Failed,
        (false, true, true) => Verdict::Held,
        (false, false, _) => Verdict::None,
    };
    ScenarioGate { verdict, thresholds }
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
        for (direct, code, thresholds, verdict) in [
            (correct(100, 100), correct(5, 5), both, Verdict::Held),
            (correct(100, 100), correct(5, 6), both, Verdict::Failed),
            (correct(100, 100), correct(6, 5), both, Verdict::Failed),
            (correct(100, 100), correct(200, 200), none, Verdict::None),
            (correct(100, 100), failed(), none, Verdict::Failed),
            (failed(), correct(1, 1), both, Verdict::Failed),
            (correct(100, 100), None, both, Verdict::Failed),
            (correct(100, 100), None, none, Verdict::None),
        ] {
            let arms = ArmSummaries { direct, code };
            let gate = judge(&arms, reduction(&arms).as_ref(), thresholds);
            assert_eq!(gate.verdict, verdict, "{arms:?} {thresholds:?}");
        }
    }

    #[test]
    fn a_loss_is_a_negative_reduction() {
        let arms = ArmSummaries { direct: correct(100, 200), code: correct(150, 100) };
        let reduction = reduction(&arms).map(|reduction| (reduction.context, reduction.cumulative, reduction.output));
        assert_eq!(reduction, Some((-0.5, 0.5, 0.0)));
    }
}
