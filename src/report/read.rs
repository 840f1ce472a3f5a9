//! Evidence read back from the folder that a run wrote: `summary.json`, `timings.json`, `trials/*.json`, and where there was a
//! sweep, `sweep.json` and `growth.json`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use super::{Evidence, files};
use crate::harness::summary::{Summary, Timings, TrialRecord};

/// Why recorded runs cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("cannot read {}; `codefirst eval --out {}` records a run there", path.display(), folder(path).display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(
        "{} is not as this version writes it, at `{place}`; record the run again with `codefirst eval --out {}`, or read it with \
         the version that wrote it",
        path.display(),
        folder(path).display()
    )]
    Form {
        path: PathBuf,
        /// Where in the file.
        place: String,
        #[source]
        source: serde_json::Error,
    },
    #[error(
        "{}: {what}; the files are not of one run: record it again with `codefirst eval --out {}`",
        path.display(),
        folder(path).display()
    )]
    Contradiction { path: PathBuf, what: String },
}

/// The folder of the run that a file is part of.
fn folder(path: &Path) -> &Path {
    let parent = path.parent().unwrap_or(path);
    if parent.ends_with(files::TRIALS) { parent.parent().unwrap_or(parent) } else { parent }
}

impl Evidence {
    /// The evidence of a run that has just ended, and has left its trials and perhaps an earlier sweep in `dir`.
    pub fn new(dir: &Path, summary: Summary, timings: Timings) -> Result<Self, ReadError> {
        Ok(Self {
            trials: trials(&dir.join(files::TRIALS), &summary)?,
            sweep: optional(&dir.join(files::SWEEP))?,
            growth_timings: optional(&dir.join(files::GROWTH))?,
            summary,
            timings,
        })
    }

    /// Reads what a run recorded in `dir`. Of the trials, only those of the first seed are kept, in the order of the summary.
    pub fn read(dir: &Path) -> Result<Self, ReadError> {
        let summary: Summary = required(&dir.join(files::SUMMARY))?;
        Self::new(dir, summary, required(&dir.join(files::TIMINGS))?)
    }
}

fn trials(dir: &Path, summary: &Summary) -> Result<Vec<TrialRecord>, ReadError> {
    let failed = |source| ReadError::Read { path: dir.to_owned(), source };
    let mut trials: Vec<(usize, TrialRecord)> = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let record: TrialRecord = required(&path)?;
        if summary.seeds.first() != Some(&record.seed) {
            continue;
        }
        let contradiction = |what: &str| ReadError::Contradiction { path: path.clone(), what: what.to_owned() };
        let Some(at) = summary.scenarios.iter().position(|scenario| scenario.name == record.scenario) else {
            return Err(contradiction("summary.json does not have its scenario"));
        };
        let is_it = |arm, seed| (arm, seed) == (record.arm, record.seed);
        match summary.scenarios[at].trials.iter().find(|trial| is_it(trial.arm, trial.seed)) {
            Some(trial) if trial.outcome == record.outcome => trials.push((at, record)),
            Some(_) => return Err(contradiction("summary.json has another outcome for it")),
            None => return Err(contradiction("summary.json does not have this trial")),
        }
    }
    // The order of a folder is nobody's choice.
    trials.sort_by_key(|(at, record)| (*at, record.arm));
    Ok(trials.into_iter().map(|(_, record)| record).collect())
}

fn optional<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, ReadError> {
    match required(path) {
        Ok(record) => Ok(Some(record)),
        Err(ReadError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn required<T: DeserializeOwned>(path: &Path) -> Result<T, ReadError> {
    let text = fs::read(path).map_err(|source| ReadError::Read { path: path.to_owned(), source })?;
    let mut deserializer = serde_json::Deserializer::from_slice(&text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| ReadError::Form {
        path: path.to_owned(),
        place: error.path().to_string(),
        source: error.into_inner(),
    })
}
