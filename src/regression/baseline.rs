//! What was accepted: the figures of a run and of the benchmarks, in a file with a line for each.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Benchmark, text};
use crate::{
    harness::summary::{Arm, Class, ScenarioSummary, Summary, Verdict},
    report::{Finding, Metric},
};

/// What `reports/baseline.json` holds; every list is sorted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    pub tokenizer: String,
    pub seeds: Vec<u64>,
    pub scenarios: Vec<ScenarioVerdict>,
    pub tokens: Vec<TokenFigure>,
    pub benchmarks: Vec<Benchmark>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioVerdict {
    pub scenario: String,
    pub class: Class,
    pub gate: Verdict,
    /// What the scenario shows of `code` beside `direct`.
    pub finding: Finding,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenFigure {
    pub scenario: String,
    pub arm: Arm,
    pub metric: Metric,
    /// Over the seeds with a right answer; `None` without any.
    pub median: Option<f64>,
    /// By seed; `None` where the answer was not right.
    pub totals: Vec<Option<u64>>,
}

/// Why there is no baseline to judge by.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    #[error("cannot read {}; `--update-baseline` writes the figures of this run there", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} is not a baseline, at `{place}`; restore it, or write it anew with `--update-baseline`", path.display())]
    Form {
        path: PathBuf,
        place: String,
        #[source]
        source: serde_json::Error,
    },
}

impl Baseline {
    /// The figures of a run, to be accepted.
    pub fn of(summary: &Summary, benchmarks: &[Benchmark]) -> Self {
        let mut scenarios: Vec<&ScenarioSummary> = summary.scenarios.iter().collect();
        scenarios.sort_by_key(|scenario| &scenario.name);
        let mut benchmarks = benchmarks.to_vec();
        benchmarks.sort_by(|one, other| one.name.cmp(&other.name));
        let verdict = |scenario: &&ScenarioSummary| ScenarioVerdict {
            scenario: scenario.name.clone(),
            class: scenario.class,
            gate: scenario.gate.verdict,
            finding: Finding::of(scenario),
        };
        Self {
            tokenizer: summary.tokenizer.clone(),
            seeds: summary.seeds.clone(),
            scenarios: scenarios.iter().map(verdict).collect(),
            tokens: scenarios.iter().flat_map(|scenario| tokens(scenario, &summary.seeds)).collect(),
            benchmarks,
        }
    }

    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let text = fs::read(path).map_err(|source| BaselineError::Read { path: path.to_owned(), source })?;
        let mut deserializer = serde_json::Deserializer::from_slice(&text);
        serde_path_to_error::deserialize(&mut deserializer).map_err(|error| BaselineError::Form {
            path: path.to_owned(),
            place: error.path().to_string(),
            source: error.into_inner(),
        })
    }

    /// The text of the file: JSON with a line for each figure, so that a difference can be read.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        text::write(self)
    }
}

fn tokens(scenario: &ScenarioSummary, seeds: &[u64]) -> Vec<TokenFigure> {
    let of_metric = |arm: Arm, metric: Metric| {
        let total = |seed: &u64| {
            let trial = scenario.trials.iter().find(|trial| trial.arm == arm && trial.seed == *seed)?;
            trial.outcome.measured().map(|measured| metric.total(measured))
        };
        let typical = scenario.arm(arm).and_then(|summary| summary.typical.as_ref());
        TokenFigure {
            scenario: scenario.name.clone(),
            arm,
            metric,
            median: typical.map(|typical| metric.typical(typical).median),
            totals: seeds.iter().map(total).collect(),
        }
    };
    let arms = scenario.arms.iter().map(|summary| summary.arm);
    arms.flat_map(|arm| Metric::ALL.map(|metric| of_metric(arm, metric))).collect()
}
