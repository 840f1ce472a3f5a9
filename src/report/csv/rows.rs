//! The rows of each file.

use super::{
    super::{Metric, Trial, trials as trials_of},
    Entry, columns, inert,
};
use crate::harness::summary::{CostEstimate, Estimate, Outcome, ScenarioSummary, Summary, Sweep, Timings};

type Row = Vec<String>;

fn text(number: Option<impl ToString>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

pub fn trials(summary: &Summary) -> Vec<Row> {
    let mut rows = Vec::new();
    for scenario in &summary.scenarios {
        for trial in &scenario.trials {
            let row = |correct: bool, rest: [String; 3]| {
                let mut row: Row =
                    vec![inert(&scenario.name), scenario.class.name().to_owned(), trial.seed.to_string()];
                row.extend([trial.arm.name().to_owned(), correct.to_string()]);
                row.extend(rest);
                row
            };
            let Some(measured) = trial.outcome.measured() else {
                rows.push(row(false, Default::default()));
                continue;
            };
            for metric in Metric::ALL {
                rows.extend(metric.of(measured).parts().map(|(part, tokens)| {
                    row(true, [metric.measure().to_owned(), part.name().to_owned(), tokens.0.to_string()])
                }));
            }
        }
    }
    rows
}

/// The columns of the dictionary, those of costs once for each price table.
pub fn results_header(summary: &Summary) -> Row {
    let mut header = Vec::new();
    for (column, _) in columns::RESULTS {
        match column {
            "cost_<prices>_uncached" => {
                header.extend(summary.assumptions.prices.iter().flat_map(|prices| cost_columns(&prices.name)));
            }
            "cost_<prices>_cached" => {}
            column => header.push(column.to_owned()),
        }
    }
    header
}

fn cost_columns(prices: &str) -> [String; 2] {
    ["uncached", "cached"].map(|kind| inert(&format!("cost_{prices}_{kind}")))
}

pub fn results(summary: &Summary, timings: &Timings) -> Vec<Row> {
    let trials = summary.scenarios.iter().flat_map(|scenario| trials_of(scenario, timings));
    trials.map(|trial| result(&trial, summary)).collect()
}

fn result(trial: &Trial<'_>, summary: &Summary) -> Row {
    let measured = trial.measured();
    let failure = match trial.outcome {
        Outcome::Correct(_) => String::new(),
        Outcome::Failed(failed) => inert(&failed.failure.message),
    };
    let mut row = vec![
        inert(&trial.scenario.name),
        trial.scenario.class.name().to_owned(),
        trial.seed.to_string(),
        trial.arm.name().to_owned(),
        measured.is_some().to_string(),
        failure,
    ];
    row.extend(Metric::ALL.map(|metric| text(measured.map(|measured| metric.total(measured)))));
    row.push(text(measured.map(|measured| measured.turns)));
    row.push(text(measured.map(|measured| measured.tool_calls)));
    row.push(text(measured.map(|measured| measured.cache_hits)));
    row.push(text(measured.and_then(|measured| measured.fallback.as_deref()).map(inert)));
    row.push(text(measured.and_then(|measured| measured.exposed)));
    for prices in &summary.assumptions.prices {
        let cost = measured.and_then(|measured| measured.costs.iter().find(|cost| cost.prices == prices.name));
        row.push(text(cost.map(|cost| cost.uncached.0)));
        row.push(text(cost.and_then(|cost| cost.cached).map(|cost| cost.0)));
    }
    row.push(text(measured.map(|measured| measured.model_seconds.0)));
    row.push(text(trial.timing.map(|timing| timing.measured_seconds.0)));
    row.push(text(trial.timing.map(|timing| timing.tools_seconds.0)));
    row
}

pub fn comparisons(summary: &Summary) -> Vec<Row> {
    summary.scenarios.iter().flat_map(compared).collect()
}

fn compared(scenario: &ScenarioSummary) -> Vec<Row> {
    let mut rows = Vec::new();
    for comparison in &scenario.comparisons {
        let mut measures: Vec<(String, Estimate)> =
            Metric::ALL.map(|metric| (metric.measure().to_owned(), metric.reduction(comparison))).into();
        measures.push(("model_time".to_owned(), comparison.model_time));
        measures.extend(comparison.costs.iter().flat_map(costs));
        rows.extend(measures.into_iter().map(|(measure, estimate)| {
            let mut row = vec![inert(&scenario.name), scenario.class.name().to_owned()];
            row.extend([comparison.arm.name().to_owned(), comparison.against.name().to_owned(), measure]);
            row.extend([estimate.median, estimate.low, estimate.high].map(|number| number.to_string()));
            row.push(comparison.seeds.len().to_string());
            row
        }));
    }
    rows
}

fn costs(cost: &CostEstimate) -> impl Iterator<Item = (String, Estimate)> {
    let [uncached, cached] = cost_columns(&cost.prices);
    [(uncached, Some(cost.uncached)), (cached, cost.cached)]
        .into_iter()
        .filter_map(|(name, estimate)| Some((name, estimate?)))
}

pub fn sweep(sweep: &Sweep) -> Vec<Row> {
    let row = |point: &crate::harness::summary::SweepPoint| {
        vec![
            point.tools.to_string(),
            point.result_tokens.0.to_string(),
            point.steps.to_string(),
            point.arm.name().to_owned(),
            point.context_tokens.0.to_string(),
            point.cumulative_input_tokens.0.to_string(),
            point.output_tokens.0.to_string(),
            point.cost.0.to_string(),
            point.model_seconds.0.to_string(),
        ]
    };
    sweep.points.iter().map(row).collect()
}

pub fn break_even(sweep: &Sweep) -> Vec<Row> {
    let row = |point: &crate::harness::summary::BreakEven| {
        vec![
            point.tools.to_string(),
            point.steps.to_string(),
            point.against.name().to_owned(),
            inert(&point.measure),
            text(point.result_tokens.map(|tokens| tokens.0)),
        ]
    };
    sweep.break_even.iter().map(row).collect()
}

pub fn dictionary(entries: &[Entry]) -> Vec<Row> {
    entries.iter().map(|entry| [entry.file, entry.column, entry.meaning].map(str::to_owned).into()).collect()
}
