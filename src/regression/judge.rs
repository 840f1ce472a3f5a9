//! The rules, applied: a row for each figure of the baseline or of now.

use std::collections::BTreeSet;

use super::{Baseline, Benchmark, Current, GateReport, GateRow, GateVerdict, ScenarioVerdict, TokenFigure, Value};
use crate::{
    harness::summary::{Arm, Class, ScenarioSummary, Verdict},
    report::{
        Finding, Metric,
        compare::{Direction, Magnitude},
    },
};

const NOT_ACCEPTED: &str = "changed; if it is meant, accept it with --update-baseline";
const NEW: &str = "not in the baseline; accept it with --update-baseline";
const GONE: &str = "in the baseline and not here; if it is meant, accept it with --update-baseline";

/// Judges a run and its benchmarks by what was accepted.
pub fn judge(baseline: &Baseline, now: &Current<'_>) -> GateReport {
    let current = Baseline::of(now.summary, now.benchmarks);
    let mut rows = run_rows(baseline, &current);
    let names: BTreeSet<&str> = verdict_names(baseline).chain(verdict_names(&current)).collect();
    for name in names {
        match (verdict(baseline, name), verdict(&current, name)) {
            (Some(before), Some(after)) => {
                let scenario = now.summary.scenarios.iter().find(|scenario| scenario.name == name);
                rows.extend(scenario.into_iter().flat_map(|scenario| scenario_rows(baseline, before, after, scenario)));
                rows.extend(token_rows(baseline, &current, name));
            }
            (before, _) => rows.push(only(name.to_owned(), "scenario", before.is_some())),
        }
    }
    // A wrong answer is one, known or not.
    let is_new = |scenario: &&ScenarioSummary| verdict(baseline, &scenario.name).is_none();
    rows.extend(now.summary.scenarios.iter().filter(is_new).map(|scenario| answers(None, scenario)));
    rows.extend(benchmark_rows(&baseline.benchmarks, &current.benchmarks));
    let failed = rows.iter().any(|row| row.verdict == GateVerdict::Failed);
    GateReport { verdict: if failed { GateVerdict::Failed } else { GateVerdict::Passed }, rows }
}

fn verdict_names(baseline: &Baseline) -> impl Iterator<Item = &str> {
    baseline.scenarios.iter().map(|verdict| verdict.scenario.as_str())
}

fn verdict<'a>(baseline: &'a Baseline, name: &str) -> Option<&'a ScenarioVerdict> {
    baseline.scenarios.iter().find(|verdict| verdict.scenario == name)
}

fn row(subject: String, metric: &str, values: [Option<Value>; 2], direction: Direction) -> GateRow {
    let [baseline, now] = values;
    let (metric, verdict) = (metric.to_owned(), GateVerdict::Passed);
    GateRow { subject, metric, baseline, now, direction, magnitude: None, verdict, reason: None }
}

impl GateRow {
    fn sized(self, baseline: f64, now: f64) -> Self {
        Self { magnitude: Magnitude::of(baseline, now), ..self }
    }

    fn failed(self, reason: impl Into<String>) -> Self {
        Self { verdict: GateVerdict::Failed, reason: Some(reason.into()), ..self }
    }
}

/// What only one of the two has.
fn only(subject: String, metric: &str, is_in_baseline: bool) -> GateRow {
    let there = || Some(Value::Word("there".to_owned()));
    let (values, direction, reason) = match is_in_baseline {
        true => ([there(), None], Direction::Gone, GONE),
        false => ([None, there()], Direction::New, NEW),
    };
    row(subject, metric, values, direction).failed(reason)
}

fn run_rows(baseline: &Baseline, current: &Baseline) -> Vec<GateRow> {
    let seeds = |seeds: &[u64]| seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
    let pairs = [
        ("tokenizer", baseline.tokenizer.clone(), current.tokenizer.clone()),
        ("seeds", seeds(&baseline.seeds), seeds(&current.seeds)),
    ];
    let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
    let failed = changed.map(|(metric, before, after)| {
        let values = [before, after].map(|word| Some(Value::Word(word)));
        row("run".to_owned(), metric, values, Direction::Mixed).failed("tokens of the two cannot be compared")
    });
    failed.collect()
}

/// The answers of a scenario, its own gate, and what it finds.
fn scenario_rows(
    baseline: &Baseline,
    before: &ScenarioVerdict,
    after: &ScenarioVerdict,
    scenario: &ScenarioSummary,
) -> [GateRow; 3] {
    let words = |words: [&str; 2]| words.map(|word| Some(Value::Word(word.to_owned())));
    let name = || scenario.name.clone();
    let direction = Direction::of_gate(before.gate, after.gate);
    let gate = row(name(), "gate", words([before.gate, after.gate].map(gate_word)), direction);
    let gate = match (after.gate, direction) {
        (Verdict::Failed, _) => gate.failed(match scenario.gate.failures.as_slice() {
            [] => "the scenario's own gate fails".to_owned(),
            failures => failures.join("; "),
        }),
        (_, Direction::Same) => gate,
        _ => gate.failed(NOT_ACCEPTED),
    };
    let direction = Direction::of_finding(before.finding, after.finding);
    let finding = row(name(), "finding", words([before.finding, after.finding].map(Finding::name)), direction);
    let finding = match (after.class, after.finding, direction) {
        (Class::Losing, Finding::Saves, _) => finding.failed(
            "a losing scenario saves: either code-first has become better at it, or it no longer shows what it is there to show; \
             look, then give it another class",
        ),
        (_, _, Direction::Same) => finding,
        _ => finding.failed(NOT_ACCEPTED),
    };
    [answers(Some(baseline), scenario), gate, finding]
}

fn gate_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "held",
        Verdict::Failed => "failed",
        Verdict::None => "none",
    }
}

/// How many trials were answered rightly; all of them have to be.
fn answers(baseline: Option<&Baseline>, scenario: &ScenarioSummary) -> GateRow {
    let right = scenario.trials.iter().filter(|trial| trial.outcome.failure().is_none()).count() as f64;
    let before = baseline.map(|baseline| {
        let of_scenario = |figure: &&TokenFigure| figure.scenario == scenario.name && figure.metric == Metric::Context;
        baseline.tokens.iter().filter(of_scenario).flat_map(|figure| &figure.totals).flatten().count() as f64
    });
    // Of right answers, more is better.
    let direction = before.map_or(Direction::New, |before| Direction::of_cost(-before, -right));
    let row =
        row(scenario.name.clone(), "right answers", [before, Some(right)].map(|n| n.map(Value::Count)), direction);
    let row = before.map_or(row.clone(), |before| row.sized(before, right));
    let failure = scenario.trials.iter().find_map(|trial| Some((trial, trial.outcome.failure()?)));
    match failure {
        Some((trial, failure)) => {
            row.failed(format!("{} arm, seed {}: {}", trial.arm.name(), trial.seed, failure.message))
        }
        None => row,
    }
}

fn token_rows(baseline: &Baseline, current: &Baseline, name: &str) -> Vec<GateRow> {
    let figure = |of: &Baseline, arm: Arm, metric: Metric| {
        of.tokens
            .iter()
            .find(|figure| (figure.scenario.as_str(), figure.arm, figure.metric) == (name, arm, metric))
            .cloned()
    };
    let of_arm = |arm: Arm| {
        let subject = || format!("{name} {}", arm.name());
        let has_arm = |of: &Baseline| of.tokens.iter().any(|figure| figure.scenario == name && figure.arm == arm);
        match (has_arm(baseline), has_arm(current)) {
            (false, false) => vec![],
            (true, true) => Metric::ALL
                .into_iter()
                .map(|metric| match (figure(baseline, arm, metric), figure(current, arm, metric)) {
                    (Some(before), Some(after)) => tokens(subject(), &before, &after, &current.seeds),
                    (before, _) => only(subject(), metric.name(), before.is_some()),
                })
                .collect(),
            (is_in_baseline, _) => vec![only(subject(), "arm", is_in_baseline)],
        }
    };
    Arm::ALL.into_iter().flat_map(of_arm).collect()
}

fn tokens(subject: String, before: &TokenFigure, after: &TokenFigure, seeds: &[u64]) -> GateRow {
    let direction = match (before.median, after.median) {
        (Some(before), Some(after)) => Direction::of_cost(before, after),
        (None, None) => Direction::Same,
        (Some(_), None) => Direction::Gone,
        (None, Some(_)) => Direction::New,
    };
    let metric = format!("{} tokens", after.metric.name());
    let mut row =
        row(subject, &metric, [before.median, after.median].map(|median| median.map(Value::Count)), direction);
    if let (Some(before), Some(after)) = (before.median, after.median) {
        row = row.sized(before, after);
    }
    if before.totals == after.totals && before.median == after.median {
        return row;
    }
    let mut pairs = before.totals.iter().zip(&after.totals).zip(seeds);
    match pairs.find(|((before, after), _)| before != after) {
        Some(((before, after), seed)) => {
            let shown =
                |total: &Option<u64>| total.map_or_else(|| "no right answer".to_owned(), crate::format::grouped);
            row.failed(format!("seed {seed}: {} → {}; {NOT_ACCEPTED}", shown(before), shown(after)))
        }
        None => row.failed(NOT_ACCEPTED),
    }
}

fn benchmark_rows(before: &[Benchmark], after: &[Benchmark]) -> Vec<GateRow> {
    let names: BTreeSet<&str> = before.iter().chain(after).map(|benchmark| benchmark.name.as_str()).collect();
    let find =
        |of: &[Benchmark], name: &str| of.iter().find(|benchmark| benchmark.name == name).map(|found| found.ratio);
    let of_name = |name: &str| {
        let (Some(old), Some(new)) = (find(before, name), find(after, name)) else {
            return only(name.to_owned(), "time ratio", find(before, name).is_some());
        };
        let direction = new.direction(&old);
        let row = row(name.to_owned(), "time ratio", [old, new].map(|ratio| Some(Value::Ratio(ratio))), direction)
            .sized(old.point, new.point);
        if !old.is_sound() || !new.is_sound() {
            row.failed("the estimate is no interval of a ratio; run the benchmark again")
        } else if new.is_slower(&old) {
            row.failed(format!(
                "{:.0} % slower beside its reference, and not by chance",
                (new.point / old.point - 1.0) * 100.0
            ))
        } else {
            row
        }
    };
    names.into_iter().map(of_name).collect()
}
