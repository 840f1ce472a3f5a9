//! Scenarios: a task, its servers, the program that does it, and the answer that is right.
//!
//! A scenario is a folder with a `scenario.toml` and a `program.ts`. Its task is the same for every seed; what its built-in servers
//! hold, and so the answer that is right, is another for each: [`Scenario::at`]. What can be wrong with a scenario is found when it is
//! loaded, and told with the file, the line and the column, unless only its servers can know, as they do the tools that they have.

mod file;
mod workspace;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;
use serde_json::Value;

pub(super) use self::workspace::OpenWorkspace;
pub use self::workspace::{Workspace, WorkspaceError};
use super::{
    servers::{self, ServerOptions, oracle},
    summary::{Class, Demands},
};
use crate::{
    program::Program,
    tokens::Tokens,
    tool::{JsonObject, ToolCall},
};

/// A scenario, checked.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub name: String,
    pub class: Class,
    /// One sentence for the report.
    pub description: String,
    /// What the user asks of the model.
    pub task: String,
    /// How much a model is assumed to reason in each turn, in every arm.
    pub reasoning_per_turn: Tokens,
    pub servers: Vec<ServerSpec>,
    pub discovery: Discovery,
    /// How many times the user asks for it, in one conversation.
    pub runs: u32,
    /// What the model writes before the program, and is told of it.
    pub attempts: Vec<Attempt>,
    pub program: Program,
    /// What is done instead if the program fails.
    pub plan: Option<Plan>,
    /// A text in a tool's result that tries to instruct the model. A code arm in whose context it comes has failed.
    pub injection: Option<Arc<str>>,
    /// Whether its writes are independent of each other, so that it does not matter which of those in flight together comes first.
    pub writes_in_any_order: bool,
    pub demands: Demands,
    /// What its servers' commands find on disk.
    pub workspace: Workspace,
    /// Where it is the same for every seed; otherwise the oracle of the scenario's name finds it.
    pub expected: Option<Expected>,
}

/// A program that the type check refuses, and what it says of it.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub program: Program,
    pub failure: Arc<str>,
}

/// A scenario with one seed: the data, and what is right of it.
#[derive(Debug)]
pub struct Instance<'a> {
    pub scenario: &'a Scenario,
    pub seed: u64,
    pub expected: Expected,
}

/// A server of a scenario.
#[derive(Clone, Debug)]
pub struct ServerSpec {
    pub name: String,
    pub source: ServerSource,
}

#[derive(Clone, Debug)]
pub enum ServerSource {
    /// A server of the harness's own, fresh for every trial.
    BuiltIn { server: String, options: ServerOptions },
    /// A real server, as a child process in the trial's own [`Workspace`], whose path `{folder}` stands for in what it is given.
    Command { command: String, args: Vec<String>, env: BTreeMap<String, String> },
}

/// What a model on the code route asks `search_tools` for before it writes the program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovery {
    pub query: String,
    pub limit: usize,
}

/// Calls for the direct route, and where in their results the answer is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub calls: Vec<ToolCall>,
    /// A JSON pointer into the array of the calls' results.
    pub answer: String,
}

/// What has to be true in the end.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub answer: Value,
    /// Every write that the built-in servers must have recorded, in order for each server.
    #[serde(default)]
    pub writes: Vec<ExpectedWrite>,
    /// What the model says of the answer, where it does not say the answer itself.
    pub says: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedWrite {
    pub server: String,
    pub tool: String,
    pub input: JsonObject,
}

/// Why a scenario cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}: {message}", path.display())]
    Malformed { path: PathBuf, message: String },
    #[error("no scenario {name:?} in {}; there are: {}", folder.display(), known.join(", "))]
    Unknown { name: String, folder: PathBuf, known: Vec<String> },
}

impl Scenario {
    /// Loads every scenario of a folder, or the named ones, sorted by name.
    pub fn load_all(folder: &Path, names: &[String]) -> Result<Vec<Self>, ScenarioError> {
        let read = |source| ScenarioError::Read { path: folder.to_owned(), source };
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(read)? {
            let path = entry.map_err(read)?.path();
            if path.join("scenario.toml").is_file()
                && let Some(name) = path.file_name().and_then(|name| name.to_str())
            {
                found.insert(name.to_owned(), path.clone());
            }
        }
        if let Some(name) = names.iter().find(|name| !found.contains_key(*name)) {
            let (name, folder) = (name.clone(), folder.to_owned());
            return Err(ScenarioError::Unknown { name, folder, known: found.into_keys().collect() });
        }
        let wanted = found.iter().filter(|(name, _)| names.is_empty() || names.contains(name));
        wanted.map(|(_, path)| Self::load(path)).collect()
    }

    /// Loads the scenario of one folder.
    pub fn load(folder: &Path) -> Result<Self, ScenarioError> {
        file::load(folder)
    }

    /// The scenario with the data of one seed.
    pub fn at(&self, seed: u64) -> Instance<'_> {
        let expected = self.expected.clone().or_else(|| self.solved(seed)).unwrap_or_default();
        Instance { scenario: self, seed, expected }
    }

    /// What the oracle of the scenario's name finds.
    fn solved(&self, seed: u64) -> Option<Expected> {
        let worlds = self.servers.iter().filter_map(|spec| match &spec.source {
            ServerSource::BuiltIn { options, .. } => Some((spec.name.clone(), options.seeded(seed))),
            ServerSource::Command { .. } => None,
        });
        let oracle::Solution { answer, writes, says } = oracle::solve(&self.name, &worlds.collect())?;
        let written =
            |(server, write): (String, servers::Write)| ExpectedWrite { server, tool: write.tool, input: write.input };
        Some(Expected { answer, writes: writes.into_iter().map(written).collect(), says })
    }
}

impl Instance<'_> {
    /// What the model says in the end: the answer, or what the scenario has it say of that.
    pub fn said(&self, answer: &Value) -> String {
        match &self.expected.says {
            Some(says) => says.clone(),
            None => answer.as_str().map_or_else(|| answer.to_string(), str::to_owned),
        }
    }
}
