//! What the commands of a scenario's servers find on disk: a folder of its own for every trial.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// The files that every trial begins with, and the commands that are run among them first.
#[derive(Clone, Debug)]
pub struct Workspace {
    files: PathBuf,
    setup: Vec<Vec<String>>,
}

/// Why there is no workspace.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    #[error("cannot copy {} for a trial", path.display())]
    Copy { path: PathBuf, source: io::Error },
    #[error("cannot run the scenario's setup command `{command}`")]
    Start { command: String, source: io::Error },
    #[error("the scenario's setup command `{command}` failed: {output}")]
    Failed { command: String, output: String },
}

/// What stands for the folder in a server's arguments and environment.
const PLACEHOLDER: &str = "{folder}";

impl Workspace {
    /// Of a folder of files, which may be missing, and commands: each a program and its arguments.
    pub(in crate::harness) fn new(files: PathBuf, setup: Vec<Vec<String>>) -> Self {
        Self { files, setup }
    }

    /// A fresh copy. It is gone when it is dropped.
    pub(in crate::harness) fn open(&self) -> Result<OpenWorkspace, WorkspaceError> {
        let failed = |source| WorkspaceError::Copy { path: self.files.clone(), source };
        let folder = tempfile::tempdir().map_err(failed)?;
        if self.files.is_dir() {
            copy(&self.files, folder.path()).map_err(failed)?;
        }
        for words in &self.setup {
            let Some((program, arguments)) = words.split_first() else { continue };
            let mut command = Command::new(program);
            command.args(arguments).current_dir(folder.path()).stdin(Stdio::null());
            let shown = || words.join(" ");
            let output = command.output().map_err(|source| WorkspaceError::Start { command: shown(), source })?;
            if !output.status.success() {
                let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                return Err(WorkspaceError::Failed { command: shown(), output });
            }
        }
        Ok(OpenWorkspace(folder))
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// The folder of one trial.
#[derive(Debug)]
pub(in crate::harness) struct OpenWorkspace(TempDir);

impl OpenWorkspace {
    pub(in crate::harness) fn path(&self) -> &Path {
        self.0.path()
    }

    /// A text with the folder's path in the place of `{folder}`.
    pub(in crate::harness) fn named_in(&self, text: &str) -> String {
        text.replace(PLACEHOLDER, &self.0.path().to_string_lossy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trial_has_its_own_copy_and_its_setup_has_run() {
        let files = tempfile::tempdir().unwrap();
        fs::create_dir(files.path().join("deep")).unwrap();
        fs::write(files.path().join("deep/a.txt"), "a").unwrap();
        let setup = vec![vec!["cp".to_owned(), "deep/a.txt".to_owned(), "b.txt".to_owned()]];
        let workspace = Workspace::new(files.path().to_owned(), setup);
        let (one, other) = (workspace.open().unwrap(), workspace.open().unwrap());
        fs::remove_file(one.named_in("{folder}/b.txt")).unwrap();
        assert_eq!(fs::read_to_string(other.named_in("{folder}/b.txt")).unwrap(), "a");
        assert!(!files.path().join("b.txt").exists());
    }

    #[test]
    fn a_setup_that_fails_says_what_it_printed() {
        let setup = vec![vec!["sh".to_owned(), "-c".to_owned(), "echo no >&2; exit 3".to_owned()]];
        let error = Workspace::new(PathBuf::from("/nonexistent"), setup).open().unwrap_err();
        assert!(error.to_string().ends_with("failed: no"), "{error}");
    }
}
