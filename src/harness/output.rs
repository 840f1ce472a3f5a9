//! The folder that a run writes to: one run at a time, every file whole or not there.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::files::write_whole;

/// A folder that this run alone writes to, for as long as this lives.
pub struct OutputFolder {
    path: PathBuf,
    _lock: File,
}

#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    #[error("another run is writing to {}; wait for it, or choose another folder with --out", path.display())]
    Busy { path: PathBuf },
    #[error("cannot write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// Finished trials are kept here, one file each.
const TRIALS: &str = "trials";

impl OutputFolder {
    /// Creates the folder if need be, takes it, and clears an earlier run out of it.
    pub fn open(path: &Path) -> Result<Self, OutputError> {
        let folder = Self::join(path)?;
        let trials = path.join(TRIALS);
        for entry in fs::read_dir(&trials).map_err(failed(&trials))? {
            let entry = entry.map_err(failed(&trials))?.path();
            fs::remove_file(&entry).map_err(failed(&entry))?;
        }
        Ok(folder)
    }

    /// Creates the folder if need be and takes it, with the run that is in it.
    pub fn join(path: &Path) -> Result<Self, OutputError> {
        let trials = path.join(TRIALS);
        fs::create_dir_all(&trials).map_err(failed(&trials))?;
        let lock_path = path.join(".lock");
        let lock = File::create(&lock_path).map_err(failed(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OutputError::Busy { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(OutputError::Write { path: lock_path, source }),
        }
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps one finished trial.
    pub fn save_trial(&self, name: &str, record: &impl Serialize) -> Result<(), OutputError> {
        let path = self.path.join(TRIALS).join(format!("{name}.json"));
        let text = serde_json::to_string_pretty(record).map_err(io::Error::from);
        text.and_then(|text| write_whole(&path, text.as_bytes())).map_err(|source| OutputError::Write { path, source })
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> OutputError {
    let path = path.to_owned();
    move |source| OutputError::Write { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_serves_one_run_at_a_time_and_forgets_the_last_one() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = OutputFolder::open(folder.path()).expect("the folder is free");
        first.save_trial("a.code", &1).expect("the folder can be written to");
        assert!(matches!(OutputFolder::open(folder.path()), Err(OutputError::Busy { .. })));
        assert!(folder.path().join("trials/a.code.json").is_file());
        drop(first);
        let second = OutputFolder::open(folder.path()).expect("the first run has ended");
        assert!(!second.path().join("trials/a.code.json").exists());
    }
}
