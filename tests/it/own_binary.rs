//! A test's own `codefirst`: the same file under a second name.
//!
//! Sandboxes that name the same binary share a zygote. A test that kills or counts processes needs a zygote that is no
//! other test's, and a way to tell its processes from theirs: the name does both.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

use codefirst::sandbox::{Isolation, ProcessOptions};
use tempfile::TempDir;

use crate::process_table::{Process, all};

pub struct OwnBinary {
    path: PathBuf,
    /// Removed at the end.
    _folder: TempDir,
}

impl OwnBinary {
    pub fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        // As the kernel names it.
        let path = fs::canonicalize(folder.path()).expect("its path").join("codefirst");
        // A copy might still be open for writing, in a process that another test has just forked, and could not be started.
        fs::hard_link(env!("CARGO_BIN_EXE_codefirst"), &path).expect("a second name");
        Self { path, _folder: folder }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// These options, with processes of this binary.
    pub fn isolation(&self, options: ProcessOptions) -> Isolation {
        Isolation::Process(ProcessOptions { binary: Some(self.path.clone()), ..options })
    }

    /// The living processes that run it.
    pub fn processes(&self) -> Vec<Process> {
        let runs_it = |process: &Process| !process.is_zombie && process.binary().as_ref() == Some(&self.path);
        all().into_iter().filter(runs_it).collect()
    }

    /// Those of them that this process has started.
    pub fn zygotes(&self) -> Vec<Process> {
        self.processes().into_iter().filter(|process| process.parent == process::id()).collect()
    }

    /// Those of them that a zygote has forked.
    pub fn children(&self) -> Vec<Process> {
        self.processes().into_iter().filter(|process| process.parent != process::id()).collect()
    }
}
