//! What the gate catches, and what it lets pass.

use super::*;
use crate::{
    harness::summary::{Arm, Class, Failed, Failure, Outcome, Part, Verdict},
    report::{
        listing::{junit, markdown, terminal},
        sample,
    },
    tokens::Tokens,
};

fn benchmarks() -> Vec<Benchmark> {
    let bench = |name: &str, point: f64| {
        let ratio = Interval { point, low: point * 0.97, high: point * 1.03 };
        Benchmark { name: name.into(), ratio }
    };
    vec![bench("sandbox/run", 4.0), bench("codegen/all", 1.5)]
}

/// A run with which nothing is wrong.
fn summary() -> Summary {
    let mut summary = sample().summary;
    summary.scenarios.retain(|scenario| scenario.class != Class::Robustness);
    summary
}

fn judged(change: impl FnOnce(&mut Summary, &mut Vec<Benchmark>)) -> GateReport {
    let (mut summary, mut benchmarks) = (summary(), benchmarks());
    let baseline = Baseline::of(&summary, &benchmarks);
    change(&mut summary, &mut benchmarks);
    judge(&baseline, &Current { summary: &summary, benchmarks: &benchmarks })
}

fn failed(report: &GateReport) -> Vec<(&str, &str)> {
    let failed = report.rows.iter().filter(|row| row.verdict == GateVerdict::Failed);
    let failed: Vec<_> = failed.map(|row| (row.subject.as_str(), row.metric.as_str())).collect();
    assert_eq!(report.verdict == GateVerdict::Failed, !failed.is_empty());
    failed
}

#[test]
fn what_has_not_changed_passes() {
    let report = judged(|_, _| ());
    assert!(failed(&report).is_empty());
    // Four scenarios: three rows each, and three counts on four arms; two benchmarks.
    assert_eq!(report.rows.len(), 4 * (3 + 12) + 2);
    assert!(report.rows.iter().all(|row| row.direction == Direction::Same));
    assert_eq!(report.listing().conclusion, "The gate holds: 62 figures compared, none fails.");
}

#[test]
fn definitions_that_are_five_per_cent_fatter_are_caught_and_thinner_ones_too() {
    for (times, direction) in [(105, Direction::Worse), (95, Direction::Better)] {
        let report = judged(|summary, _| {
            let scenario = &mut summary.scenarios[0];
            for trial in scenario.trials.iter_mut().filter(|trial| trial.arm == Arm::Code) {
                let Outcome::Correct(measured) = &mut trial.outcome else { panic!("it is right") };
                let definitions = measured.context_tokens.get(Part::Definitions).0;
                let mut split = crate::harness::summary::Split::default();
                for (part, tokens) in measured.context_tokens.parts() {
                    split.add(part, if part == Part::Definitions { Tokens(definitions * times / 100) } else { tokens });
                }
                measured.context_tokens = split;
            }
            let typical = scenario.arms[2].typical.as_mut().unwrap();
            typical.context_tokens.median += 341.0 * (times as f64 / 100.0 - 1.0);
        });
        assert_eq!(failed(&report), [("convergence code", "context tokens")]);
        let row = report.rows.iter().find(|row| row.verdict == GateVerdict::Failed).unwrap();
        assert_eq!((row.direction, row.magnitude), (direction, Some(Magnitude::Small)));
        assert!(row.reason.as_ref().unwrap().contains("seed 1: 1,952 →"), "{row:?}");
    }
}

#[test]
fn one_token_of_one_seed_is_caught_though_the_median_stays() {
    let report = judged(|summary, _| {
        let trial = summary.scenarios[0].trials.iter_mut().find(|trial| trial.arm == Arm::Search && trial.seed == 3);
        let Some(Outcome::Correct(measured)) = trial.map(|trial| &mut trial.outcome) else { panic!("it is right") };
        measured.output_tokens.add(Part::Answer, Tokens(1));
    });
    assert_eq!(failed(&report), [("convergence search", "output tokens")]);
}

#[test]
fn a_benchmark_that_is_thirty_per_cent_slower_is_caught_and_noise_is_not() {
    let scaled = |by: f64, spread: f64| {
        judged(|_, benchmarks| {
            let ratio = &mut benchmarks[0].ratio;
            let point = ratio.point * by;
            *ratio = Interval { point, low: point * (1.0 - spread), high: point * (1.0 + spread) };
        })
    };
    let report = scaled(1.3, 0.1);
    assert_eq!(failed(&report), [("sandbox/run", "time ratio")]);
    assert!(failed(&scaled(1.3, 0.25)).is_empty(), "the intervals overlap");
    assert!(failed(&scaled(1.1, 0.01)).is_empty(), "certain, and tolerated");
    assert!(failed(&scaled(0.5, 0.01)).is_empty(), "faster");
    assert_eq!(failed(&scaled(f64::NAN, 0.1)), [("sandbox/run", "time ratio")]);
}

#[test]
fn a_wrong_answer_is_caught() {
    let wrong = |summary: &mut Summary| {
        let failure = Failure { message: "wrong: \u{1b}[2J".into(), expected: None, actual: None };
        summary.scenarios[1].trials[0].outcome = Outcome::Failed(Failed { correct: false, failure });
    };
    let report = judged(|summary, _| wrong(summary));
    assert_eq!(failed(&report)[0], ("issue-triage", "right answers"));
    let row =
        &report.rows.iter().find(|row| row.metric == "right answers" && row.direction == Direction::Worse).unwrap();
    assert_eq!((&row.baseline, &row.now), (&Some(Value::Count(12.0)), &Some(Value::Count(11.0))));
    assert!(!terminal(&report.listing(), false).contains('\u{1b}'));
    // One that was accepted as wrong fails nevertheless, and so does one of a scenario that is not known.
    let mut summary = summary();
    wrong(&mut summary);
    let now = Current { summary: &summary, benchmarks: &[] };
    assert_eq!(failed(&judge(&Baseline::of(&summary, &[]), &now)), [("issue-triage", "right answers")]);
    let mut baseline = Baseline::of(&summary, &[]);
    baseline.scenarios.retain(|verdict| verdict.scenario != "issue-triage");
    assert_eq!(failed(&judge(&baseline, &now)), [("issue-triage", "scenario"), ("issue-triage", "right answers")]);
}

#[test]
fn a_losing_case_that_wins_is_caught_though_no_token_of_it_changed() {
    let report = judged(|summary, _| {
        let lookup = summary.scenarios.iter_mut().find(|scenario| scenario.class == Class::Losing).unwrap();
        let comparison =
            lookup.comparisons.iter_mut().find(|c| (c.arm, c.against) == (Arm::Code, Arm::Direct)).unwrap();
        (comparison.context.median, comparison.cumulative.median) = (0.1, 0.1);
    });
    assert_eq!(failed(&report), [("single-lookup", "finding")]);
    let row = report.rows.iter().find(|row| row.verdict == GateVerdict::Failed).unwrap();
    assert!(row.reason.as_ref().unwrap().starts_with("a losing scenario saves:"), "{row:?}");
}

#[test]
fn a_gate_of_a_scenario_that_fails_fails_even_if_it_did_before() {
    let mut summary = summary();
    summary.scenarios[0].gate.verdict = Verdict::Failed;
    summary.scenarios[0].gate.failures = vec!["94 % is less than 95 %".into()];
    let report = judge(&Baseline::of(&summary, &[]), &Current { summary: &summary, benchmarks: &[] });
    assert_eq!(failed(&report), [("convergence", "gate")]);
    assert!(markdown(&report.listing()).contains("94 % is less than 95 %"));
}

#[test]
fn what_only_one_of_them_has_has_to_be_accepted() {
    let report = judged(|summary, benchmarks| {
        summary.scenarios[0].name = "another".into();
        summary.scenarios[1].arms.remove(3);
        summary.seeds.pop();
        benchmarks[1].name = "codegen/new".into();
    });
    let failed = failed(&report);
    for row in [
        ("run", "seeds"),
        ("another", "scenario"),
        ("convergence", "scenario"),
        ("issue-triage code+cache", "arm"),
        ("codegen/all", "time ratio"),
        ("codegen/new", "time ratio"),
    ] {
        assert!(failed.contains(&row), "{row:?} is not among {failed:?}");
    }
}

#[test]
fn a_baseline_has_a_line_for_each_figure_and_is_read_back() {
    let baseline = Baseline::of(&summary(), &benchmarks());
    let text = baseline.to_json().unwrap();
    insta::assert_snapshot!(text.lines().take(16).chain(text.lines().skip(58)).collect::<Vec<_>>().join("\n"));
    assert_eq!(text, Baseline::of(&summary(), &benchmarks()).to_json().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("baseline.json");
    let message = Baseline::read(&path).unwrap_err().to_string();
    assert!(message.contains("baseline.json") && message.contains("--update-baseline"), "{message}");
    std::fs::write(&path, &text).unwrap();
    assert_eq!(Baseline::read(&path).unwrap(), baseline);
    std::fs::write(&path, text.replacen("\"median\":151023.0", "\"median\":\"many\"", 1)).unwrap();
    let message = Baseline::read(&path).unwrap_err().to_string();
    assert!(message.contains("`tokens[") && message.contains("--update-baseline"), "{message}");
}

#[test]
fn accepting_shows_the_lines_that_change_and_no_others() {
    let baseline = Baseline::of(&summary(), &benchmarks());
    assert_eq!(difference(Some(&baseline), &baseline).unwrap(), "");
    let mut next = baseline.clone();
    next.benchmarks.remove(0);
    next.tokens[0].totals[1] = Some(7);
    let text = difference(Some(&baseline), &next).unwrap();
    let signs: Vec<&str> = text.lines().map(|line| &line[..1]).collect();
    assert_eq!(signs, ["-", "+", "-"], "{text}");
    let all = difference(None, &baseline).unwrap();
    assert_eq!(all.lines().count(), 2 + 4 + 48 + 2);
}

#[test]
fn every_row_is_a_case_and_the_report_is_data() {
    let report = judged(|_, benchmarks| benchmarks[0].ratio.low = f64::NAN);
    assert_eq!(junit(&report.listing()).matches("<testcase").count(), report.rows.len());
    let report = judged(|_, _| ());
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<GateReport>(&json).unwrap(), report);
}
