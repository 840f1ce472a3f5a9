//! What criterion has just measured of the components, for the gate to judge.
//!
//! In goes criterion's folder, `target/criterion`, where every bench has `<group>/<bench>/new/benchmark.json` (its name) and
//! `estimates.json` (its values); out come [`Estimates`], sorted by name. The components are measured in references: each sample is a
//! ratio of a time to that of work which no change of ours makes faster or slower, done right after it. So these values are ratios
//! already, and what criterion says of them holds for the ratio: the point is the median over the samples, which a few disturbed
//! ones do not move, and the interval the one in which criterion's bootstrap has 95 % of the medians of the samples drawn again.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde::{Deserialize, de::DeserializeOwned};

use super::{Benchmark, Interval};

/// What criterion has measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimates {
    /// Named `<group>/<bench>`.
    pub benchmarks: Vec<Benchmark>,
    /// Groups of which nothing was measured since what is judged was built.
    pub stale: Vec<String>,
}

/// Why there are no estimates.
#[derive(Debug, thiserror::Error)]
pub enum EstimatesError {
    #[error("cannot read {path}; run `cargo bench --bench components` first")]
    Read { path: PathBuf, source: io::Error },
    #[error("{path} is not as criterion writes it; remove it and run `cargo bench --bench components` again")]
    Malformed { path: PathBuf, source: serde_json::Error },
    #[error("{path} says {median}, which is no ratio of two times; run `cargo bench --bench components` again")]
    NoRatio { path: PathBuf, median: f64 },
}

/// Reads what criterion has measured since. A group is measured as a whole, so what is older in a group of which anything was
/// measured since is no bench any more, and passed over.
///
/// # Errors
/// When the folder, or a file of criterion's in it, cannot be read.
pub fn read(folder: &Path, since: SystemTime) -> Result<Estimates, EstimatesError> {
    let mut groups: BTreeMap<String, BTreeMap<String, Interval>> = BTreeMap::new();
    for bench in folders(folder)?.iter().map(|group| folders(group)).collect::<Result<Vec<_>, _>>()?.concat() {
        let path = bench.join("new/estimates.json");
        // Charts, of a bench or of a group, have folders too.
        if !path.is_file() {
            continue;
        }
        let Names { group_id, function_id: Some(name) } = parse(&bench.join("new/benchmark.json"))? else { continue };
        let group = groups.entry(group_id).or_default();
        if modified(&path)? >= since {
            group.insert(name, parse::<Values>(&path)?.median.interval(&path)?);
        }
    }
    let mut estimates = Estimates::default();
    for (group, benches) in groups {
        if benches.is_empty() {
            estimates.stale.push(group);
            continue;
        }
        let benchmark = |(name, ratio)| Benchmark { name: format!("{group}/{name}"), ratio };
        estimates.benchmarks.extend(benches.into_iter().map(benchmark));
    }
    Ok(estimates)
}

/// Of `benchmark.json`.
#[derive(Deserialize)]
struct Names {
    group_id: String,
    function_id: Option<String>,
}

/// Of `estimates.json`.
#[derive(Deserialize)]
struct Values {
    median: Median,
}

#[derive(Deserialize)]
struct Median {
    point_estimate: f64,
    confidence_interval: ConfidenceInterval,
}

#[derive(Deserialize)]
struct ConfidenceInterval {
    lower_bound: f64,
    upper_bound: f64,
}

impl Median {
    fn interval(self, path: &Path) -> Result<Interval, EstimatesError> {
        let (point, interval) = (self.point_estimate, self.confidence_interval);
        let ratio = Interval { point, low: interval.lower_bound, high: interval.upper_bound };
        match ratio.is_sound() {
            true => Ok(ratio),
            false => Err(EstimatesError::NoRatio { path: path.to_owned(), median: point }),
        }
    }
}

fn modified(path: &Path) -> Result<SystemTime, EstimatesError> {
    let metadata = fs::metadata(path).and_then(|metadata| metadata.modified());
    metadata.map_err(|source| EstimatesError::Read { path: path.to_owned(), source })
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, EstimatesError> {
    let failed = |source| EstimatesError::Read { path: folder.to_owned(), source };
    let entries: Vec<_> = fs::read_dir(folder).and_then(Iterator::collect).map_err(failed)?;
    Ok(entries.into_iter().map(|entry: fs::DirEntry| entry.path()).filter(|path| path.is_dir()).collect())
}

fn parse<T: DeserializeOwned>(path: &Path) -> Result<T, EstimatesError> {
    let text = fs::read_to_string(path).map_err(|source| EstimatesError::Read { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| EstimatesError::Malformed { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests;
