//! Scenarios: a task, its servers, the program that does it, and the answer that is right.
//!
//! A scenario is a folder with a `scenario.toml` and a `program.ts`. What can be wrong with one is found when it is loaded, and
//! told with the file, the line and the column, unless only its servers can know, as they do the tools that they have.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

use super::{
    servers::{self, ServerOptions},
    summary::{Class, Thresholds},
};
use crate::{
    program::Program,
    router::references,
    tokens::Tokens,
    tool::{JsonObject, ToolCall},
};

/// More than this shows nothing more.
const MAX_RUNS: u32 = 10;

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
    pub program: Program,
    /// What is done instead if the program fails.
    pub plan: Option<Plan>,
    pub gate: Thresholds,
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
    /// A real server, as a child process.
    Command { command: String, args: Vec<String> },
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
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub answer: Value,
    /// Every write that the built-in servers must have recorded, in order for each server.
    #[serde(default)]
    pub writes: Vec<ExpectedWrite>,
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

/// `scenario.toml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenarioFile {
    name: String,
    class: Class,
    description: String,
    task: String,
    seed: u64,
    reasoning_tokens_per_turn: u64,
    #[serde(default = "once")]
    runs: u32,
    servers: Vec<ServerEntry>,
    discovery: Discovery,
    plan: Option<Plan>,
    #[serde(default)]
    gate: Thresholds,
    expected: Expected,
}

fn once() -> u32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerEntry {
    name: String,
    builtin: Option<String>,
    #[serde(default)]
    options: JsonObject,
    command: Option<String>,
    #[serde(default)]
    args: Vec<String>,
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
        let path = folder.join("scenario.toml");
        let text = read(&path)?;
        // The message of a TOML error shows the line, the column and the text.
        let malformed = |message: String| ScenarioError::Malformed { path: path.clone(), message };
        let file: ScenarioFile = toml::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        if folder.file_name().and_then(|name| name.to_str()) != Some(&file.name) {
            return Err(malformed(format!("name = {:?} is not the name of the folder", file.name)));
        }
        let servers: Vec<_> = file
            .servers
            .into_iter()
            .map(|entry| entry.resolve(file.seed))
            .collect::<Result<_, _>>()
            .map_err(malformed)?;
        if servers.is_empty() {
            return Err(malformed("a scenario needs at least one [[servers]] entry".to_owned()));
        }
        let is_built_in = |name: &str| {
            servers.iter().any(|spec| spec.name == name && matches!(spec.source, ServerSource::BuiltIn { .. }))
        };
        if let Some(write) = file.expected.writes.iter().find(|write| !is_built_in(&write.server)) {
            return Err(malformed(format!(
                "an expected write names {:?}, which is no built-in server here",
                write.server
            )));
        }

        if !(1..=MAX_RUNS).contains(&file.runs) {
            return Err(malformed(format!("runs = {} is not from 1 to {MAX_RUNS}", file.runs)));
        }
        if let Some(plan) = &file.plan {
            if let Some(call) = plan.calls.iter().find(|call| servers.iter().all(|spec| *spec.name != *call.id.server))
            {
                return Err(malformed(format!("the plan names the server {:?}, which is not here", call.id.server)));
            }
            let numbers = plan.calls.iter().zip(0..);
            if let Some((_, number)) =
                numbers.into_iter().find(|(call, number)| references(&call.input).iter().any(|needed| needed >= number))
            {
                return Err(malformed(format!(
                    "call {number} of the plan takes a result of a call that is not before it"
                )));
            }
            if !plan.answer.starts_with('/') {
                return Err(malformed(format!(
                    "plan.answer = {:?} is no JSON pointer such as \"/0/name\"",
                    plan.answer
                )));
            }
            if plan.calls.is_empty() {
                return Err(malformed("a plan needs at least one call".to_owned()));
            }
        }

        let program_path = folder.join("program.ts");
        let program = Program::new(read(&program_path)?);
        if let Err(error) = program.compile() {
            let place = error.position.map(|position| format!("{position}: ")).unwrap_or_default();
            let message = format!("{place}{}", error.message);
            return Err(ScenarioError::Malformed { path: program_path, message });
        }
        Ok(Self {
            name: file.name,
            class: file.class,
            description: file.description,
            task: file.task,
            reasoning_per_turn: Tokens(file.reasoning_tokens_per_turn),
            servers,
            discovery: file.discovery,
            runs: file.runs,
            program,
            plan: file.plan,
            gate: file.gate,
            expected: file.expected,
        })
    }
}

impl ServerEntry {
    fn resolve(self, seed: u64) -> Result<ServerSpec, String> {
        let Self { name, builtin, options, command, args } = self;
        let source = match (builtin, command) {
            (Some(server), None) => {
                if !servers::names().contains(&server.as_str()) {
                    return Err(format!("server {name:?}: {}", servers::UnknownServer(server)));
                }
                let options = ServerOptions::parse(&server, seed, &options).map_err(|error| error.to_string())?;
                ServerSource::BuiltIn { server, options }
            }
            (None, Some(command)) => ServerSource::Command { command, args },
            _ => return Err(format!("server {name:?} needs either `builtin` or `command`")),
        };
        Ok(ServerSpec { name, source })
    }
}

fn read(path: &Path) -> Result<String, ScenarioError> {
    fs::read_to_string(path).map_err(|source| ScenarioError::Read { path: path.to_owned(), source })
}
