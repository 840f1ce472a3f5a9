//! Two runs beside each other: what moved, which way and how far.
//!
//! In go two summaries, with their timings where there are any; out comes a [`RunComparison`], which is data. It is written as
//! JSON as it is, and as a table, Markdown or JUnit XML by its [`Listing`](super::listing::Listing). Times are compared only as
//! ratios within each run, to its direct arm, since two runs may be of two machines.

mod change;
mod written;

use serde::{Deserialize, Serialize};

pub use self::change::{Direction, Magnitude};
use super::{Evidence, Finding, Metric, format};
use crate::harness::summary::{Arm, Estimate, ScenarioSummary, Summary, Timings, Typical};

/// One of the two runs.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub summary: &'a Summary,
    pub timings: Option<&'a Timings>,
}

impl<'a> From<&'a Summary> for Side<'a> {
    fn from(summary: &'a Summary) -> Self {
        Self { summary, timings: None }
    }
}

impl<'a> From<&'a Evidence> for Side<'a> {
    fn from(evidence: &'a Evidence) -> Self {
        Self { summary: &evidence.summary, timings: Some(&evidence.timings) }
    }
}

/// What differs between two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunComparison {
    /// Better, worse, or mixed, over all figures and verdicts.
    pub direction: Direction,
    pub figures: Vec<FigureChange>,
    pub verdicts: Vec<VerdictChange>,
    /// What only one of the runs has: scenarios, or arms of a scenario.
    pub only_in_baseline: Vec<Only>,
    pub only_now: Vec<Only>,
    /// Why figures may differ without anything having changed.
    pub caveats: Vec<String>,
}

/// A figure of both runs, whether it moved or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureChange {
    pub scenario: String,
    pub arm: Arm,
    pub figure: Figure,
    pub baseline: f64,
    pub now: f64,
    /// Now less the baseline.
    pub difference: f64,
    pub direction: Direction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub magnitude: Option<Magnitude>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// The share of trials that were answered rightly.
    Answers,
    /// Dollars by the first price table of the baseline, with prompt caching where it has prices for it.
    Cost,
    /// The measured time as a multiple of the direct arm's in the same run.
    MeasuredTimeRatio,
    /// Tokens: the median over the seeds.
    #[serde(untagged)]
    Tokens(Metric),
}

/// A verdict on a scenario that is another one now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerdictChange {
    pub scenario: String,
    /// `gate`, or `finding`: whether code-first saves, costs more, or neither.
    pub verdict: String,
    pub baseline: String,
    pub now: String,
    pub direction: Direction,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Only {
    pub scenario: String,
    /// `None` for the whole scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arm: Option<Arm>,
}

impl RunComparison {
    pub fn of<'a>(baseline: impl Into<Side<'a>>, now: impl Into<Side<'a>>) -> Self {
        let (baseline, now) = (baseline.into(), now.into());
        let (mut figures, mut verdicts) = (Vec::new(), Vec::new());
        for before in &baseline.summary.scenarios {
            let Some(after) = scenario(now.summary, &before.name) else { continue };
            verdicts.extend(changed_verdicts(before, after));
            for arm in Arm::ALL {
                figures.extend(arm_figures(baseline, now, before, after, arm));
            }
        }
        let directions = figures.iter().map(|change| change.direction);
        let direction = Direction::of_all(directions.chain(verdicts.iter().map(|change| change.direction)));
        Self {
            direction,
            figures,
            verdicts,
            only_in_baseline: only(baseline.summary, now.summary),
            only_now: only(now.summary, baseline.summary),
            caveats: caveats(baseline, now),
        }
    }
}

fn scenario<'a>(summary: &'a Summary, name: &str) -> Option<&'a ScenarioSummary> {
    summary.scenarios.iter().find(|scenario| scenario.name == name)
}

/// What the one has and the other has not.
fn only(one: &Summary, other: &Summary) -> Vec<Only> {
    let mut only = Vec::new();
    for here in &one.scenarios {
        let name = || here.name.clone();
        match scenario(other, &here.name) {
            None => only.push(Only { scenario: name(), arm: None }),
            Some(there) => {
                let missing = here.arms.iter().filter(|arm| there.arm(arm.arm).is_none());
                only.extend(missing.map(|arm| Only { scenario: name(), arm: Some(arm.arm) }));
            }
        }
    }
    only
}

fn changed_verdicts(before: &ScenarioSummary, after: &ScenarioSummary) -> Vec<VerdictChange> {
    let (gates, findings) = ((before.gate.verdict, after.gate.verdict), (Finding::of(before), Finding::of(after)));
    let gate_words = [gates.0, gates.1].map(super::verdict::word);
    [
        ("gate", gate_words, Direction::of_gate(gates.0, gates.1)),
        ("finding", [findings.0, findings.1].map(Finding::name), Direction::of_finding(findings.0, findings.1)),
    ]
    .into_iter()
    .filter(|(_, _, direction)| *direction != Direction::Same)
    .map(|(verdict, [baseline, now], direction)| VerdictChange {
        scenario: before.name.clone(),
        verdict: verdict.to_owned(),
        baseline: baseline.to_owned(),
        now: now.to_owned(),
        direction,
    })
    .collect()
}

fn arm_figures(
    baseline: Side<'_>,
    now: Side<'_>,
    before: &ScenarioSummary,
    after: &ScenarioSummary,
    arm: Arm,
) -> Vec<FigureChange> {
    let (Some(arm_before), Some(arm_after)) = (before.arm(arm), after.arm(arm)) else { return vec![] };
    let change = |figure, baseline: f64, now: f64, direction| FigureChange {
        scenario: before.name.clone(),
        arm,
        figure,
        baseline,
        now,
        difference: now - baseline,
        direction,
        magnitude: Magnitude::of(baseline, now),
    };
    let cost = |figure, baseline, now| change(figure, baseline, now, Direction::of_cost(baseline, now));
    let right = |summary: &crate::harness::summary::ArmSummary| summary.correct as f64 / summary.trials.max(1) as f64;
    let (right_before, right_after) = (right(arm_before), right(arm_after));
    // Of right answers, more is better.
    let direction = Direction::of_cost(-right_before, -right_after);
    let mut figures = vec![change(Figure::Answers, right_before, right_after, direction)];
    if let (Some(before), Some(after)) = (&arm_before.typical, &arm_after.typical) {
        figures.extend(
            Metric::ALL.map(|metric| {
                cost(Figure::Tokens(metric), metric.typical(before).median, metric.typical(after).median)
            }),
        );
        let prices = baseline.summary.assumptions.prices.first().map_or("", |prices| &prices.name);
        if let (Some(before), Some(after)) = (dollars(before, prices), dollars(after, prices)) {
            figures.push(cost(Figure::Cost, before, after));
        }
    }
    let ratios = (time_ratio(baseline, &before.name, arm), time_ratio(now, &after.name, arm));
    if let (Some(before), Some(after)) = ratios {
        let overlap = after.low <= before.high && before.low <= after.high;
        let direction = if overlap { Direction::Noise } else { Direction::of_cost(before.median, after.median) };
        figures.push(change(Figure::MeasuredTimeRatio, before.median, after.median, direction));
    }
    figures
}

fn dollars(typical: &Typical, prices: &str) -> Option<f64> {
    let cost = typical.costs.iter().find(|cost| cost.prices == prices)?;
    Some(cost.cached.unwrap_or(cost.uncached).median)
}

/// The arm's measured time by the direct arm's. The interval is as wide as the two can make it.
fn time_ratio(side: Side<'_>, scenario: &str, arm: Arm) -> Option<Estimate> {
    let measured = |arm| {
        let timings = &side.timings?.scenarios;
        let timing = timings.iter().find(|timing| timing.scenario == scenario && timing.arm == arm)?;
        Some(timing.measured_seconds).filter(|time| time.low > 0.0)
    };
    let (time, direct) = (measured(arm)?, measured(Arm::Direct)?);
    let ratio =
        Estimate { median: time.median / direct.median, low: time.low / direct.high, high: time.high / direct.low };
    (arm != Arm::Direct).then_some(ratio)
}

fn caveats(baseline: Side<'_>, now: Side<'_>) -> Vec<String> {
    let mut caveats = Vec::new();
    let (before, after) = (baseline.summary, now.summary);
    if before.tokenizer != after.tokenizer {
        caveats.push(format!("the tokenizers differ: {} and {}", before.tokenizer, after.tokenizer));
    }
    if before.seeds != after.seeds {
        caveats.push(format!("the seeds differ: {:?} and {:?}", before.seeds, after.seeds));
    }
    if before.assumptions != after.assumptions {
        caveats.push("the assumptions differ: prices, or how fast a model is".to_owned());
    }
    if let (Some(before), Some(after)) = (baseline.timings, now.timings) {
        let machine = |timings: &Timings| {
            let machine = &timings.machine;
            format!("{} {} with {} cores, {}", machine.os, machine.architecture, machine.cores, machine.build)
        };
        if machine(before) != machine(after) {
            caveats.push(format!("the machines or builds differ: {}; {}", machine(before), machine(after)));
        }
    }
    caveats.into_iter().map(|caveat| format::visible(&caveat)).collect()
}

#[cfg(test)]
mod tests;
