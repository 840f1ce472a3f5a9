//! Runs compared with themselves, changed.

use super::*;
use crate::report::{
    fixture,
    listing::{junit, markdown, terminal},
};

fn changed(change: impl FnOnce(&mut Evidence)) -> RunComparison {
    let (baseline, mut now) = (fixture::evidence(), fixture::evidence());
    change(&mut now);
    RunComparison::of(&baseline, &now)
}

fn typical(evidence: &mut Evidence, scenario: usize, arm: usize) -> &mut Typical {
    evidence.summary.scenarios[scenario].arms[arm].typical.as_mut().unwrap()
}

fn moved(comparison: &RunComparison) -> Vec<&FigureChange> {
    let is_still = |direction| matches!(direction, Direction::Same | Direction::Noise);
    comparison.figures.iter().filter(|change| !is_still(change.direction)).collect()
}

#[test]
fn a_run_is_the_same_as_itself() {
    let comparison = changed(|_| ());
    assert!(moved(&comparison).is_empty() && comparison.verdicts.is_empty() && comparison.caveats.is_empty());
    // Its times are the same as well, but nobody could say so of intervals.
    assert_eq!(comparison.direction, Direction::Noise);
    let (before, now) = (fixture::evidence(), fixture::evidence());
    assert_eq!(RunComparison::of(&before.summary, &now.summary).direction, Direction::Same);
}

#[test]
fn more_tokens_are_worse_and_fewer_beside_them_make_it_mixed() {
    let comparison = changed(|now| typical(now, 0, 2).context_tokens.median += 1_000.0);
    let [change] = moved(&comparison)[..] else { panic!("{:?}", moved(&comparison)) };
    assert_eq!(
        (change.scenario.as_str(), change.arm, change.figure),
        ("convergence", Arm::Code, Figure::Tokens(Metric::Context))
    );
    assert_eq!(
        (change.difference, change.direction, change.magnitude),
        (1_000.0, Direction::Worse, Some(Magnitude::Large))
    );
    assert_eq!(comparison.direction, Direction::Worse);

    let comparison = changed(|now| {
        typical(now, 0, 2).context_tokens.median += 1_000.0;
        typical(now, 1, 2).output_tokens.median -= 1.0;
    });
    assert_eq!(comparison.direction, Direction::Mixed);
    let conclusion = comparison.listing().conclusion;
    assert_eq!(conclusion, "Mixed: better in one figure, worse in one figure.");
    assert_eq!(moved(&comparison)[1].magnitude, Some(Magnitude::Small));
}

#[test]
fn times_are_ratios_within_a_run_and_noise_where_their_intervals_overlap() {
    let time = |comparison: &RunComparison| {
        let is_it = |change: &&FigureChange| change.figure == Figure::MeasuredTimeRatio && change.arm == Arm::Code;
        comparison.figures.iter().find(is_it).unwrap().clone()
    };
    let scale = |by: f64, only: Option<Arm>| {
        changed(|now| {
            for timing in now.timings.scenarios.iter_mut().filter(|timing| only.is_none_or(|arm| arm == timing.arm)) {
                let Estimate { median, low, high } = timing.measured_seconds;
                timing.measured_seconds = Estimate { median: median * by, low: low * by, high: high * by };
            }
        })
    };
    // A slower machine is no slower program.
    assert_eq!(time(&scale(3.0, None)).direction, Direction::Noise);
    assert_eq!(time(&scale(1.2, Some(Arm::Code))).direction, Direction::Noise);
    let slower = time(&scale(3.0, Some(Arm::Code)));
    assert_eq!((slower.direction, slower.magnitude), (Direction::Worse, Some(Magnitude::Large)));
    let comparison = RunComparison::of(&fixture::evidence(), &fixture::evidence().summary);
    assert!(comparison.figures.iter().all(|change| change.figure != Figure::MeasuredTimeRatio), "only one has times");
}

#[test]
fn what_only_one_of_them_has_is_listed_and_verdicts_that_changed() {
    let comparison = changed(|now| {
        now.summary.scenarios[0].name = "another".into();
        now.summary.scenarios[1].arms.remove(3);
        now.summary.scenarios[3].comparisons[1].context.median = 0.2;
        now.summary.scenarios[4].arms[0].correct = 1;
        now.summary.seeds = vec![9];
    });
    let only = |scenario: &str, arm| Only { scenario: scenario.into(), arm };
    assert_eq!(comparison.only_in_baseline, [only("convergence", None), only("issue-triage", Some(Arm::CodeCache))]);
    assert_eq!(comparison.only_now, [only("another", None)]);
    let [verdict] = &comparison.verdicts[..] else { panic!("{:?}", comparison.verdicts) };
    assert_eq!((verdict.now.as_str(), verdict.direction), ("mixed", Direction::Mixed));
    assert_eq!((moved(&comparison)[0].figure, moved(&comparison)[0].direction), (Figure::Answers, Direction::Worse));
    assert_eq!(comparison.caveats, ["the seeds differ: [1, 2, 3] and [9]"]);
    let json = serde_json::to_string(&comparison).unwrap();
    assert_eq!(serde_json::from_str::<RunComparison>(&json).unwrap(), comparison);
}

#[test]
fn is_written_as_a_table_as_markdown_and_as_junit() {
    let comparison = changed(|now| {
        typical(now, 0, 2).context_tokens.median += 1_000.0;
        typical(now, 0, 2).costs[0].cached.as_mut().unwrap().median *= 0.5;
        now.summary.scenarios[1].name = "another".into();
    });
    let mut listing = comparison.listing();
    listing.lines.retain(|line| line.direction != Direction::Noise);
    insta::assert_snapshot!("terminal", terminal(&listing, false));
    insta::assert_snapshot!("markdown", markdown(&listing));
    listing.lines.retain(|line| line.direction != Direction::Same);
    insta::assert_snapshot!("junit", junit(&listing));
}
