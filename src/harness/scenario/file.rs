//! `scenario.toml` as it is written, and what it is held to before it is used.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;

use super::{
    Attempt, Class, Demands, Discovery, Expected, Plan, Scenario, ScenarioError, ServerOptions, ServerSource,
    ServerSpec, Workspace,
};
use crate::{
    harness::servers::{self, oracle},
    program::Program,
    router::references,
    tokens::Tokens,
    tool::JsonObject,
};

/// More than this shows nothing more.
const MAX_RUNS: u32 = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenarioFile {
    name: String,
    class: Class,
    description: String,
    task: String,
    reasoning_tokens_per_turn: u64,
    #[serde(default = "once")]
    runs: u32,
    injection: Option<String>,
    #[serde(default)]
    writes_in_any_order: bool,
    #[serde(default)]
    setup: Vec<Vec<String>>,
    servers: Vec<ServerEntry>,
    discovery: Discovery,
    plan: Option<Plan>,
    #[serde(default)]
    attempts: Vec<AttemptEntry>,
    #[serde(default)]
    gate: Demands,
    expected: Option<Expected>,
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
    #[serde(default)]
    env: BTreeMap<String, String>,
}

/// The names of two files beside `scenario.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttemptEntry {
    program: String,
    failure: String,
}

pub(super) fn load(folder: &Path) -> Result<Scenario, ScenarioError> {
    let path = folder.join("scenario.toml");
    let text = read(&path)?;
    // The message of a TOML error shows the line, the column and the text.
    let malformed = |message: String| ScenarioError::Malformed { path: path.clone(), message };
    let file: ScenarioFile = toml::from_str(&text).map_err(|error| malformed(error.to_string()))?;
    if folder.file_name().and_then(|name| name.to_str()) != Some(&file.name) {
        return Err(malformed(format!("name = {:?} is not the name of the folder", file.name)));
    }
    let servers: Vec<_> =
        file.servers.into_iter().map(ServerEntry::resolve).collect::<Result<_, _>>().map_err(malformed)?;
    if servers.is_empty() {
        return Err(malformed("a scenario needs at least one [[servers]] entry".to_owned()));
    }
    check_expected(&file.name, file.expected.as_ref(), &servers).map_err(malformed)?;
    if !(1..=MAX_RUNS).contains(&file.runs) {
        return Err(malformed(format!("runs = {} is not from 1 to {MAX_RUNS}", file.runs)));
    }
    if let Some(plan) = &file.plan {
        check_plan(plan, &servers).map_err(malformed)?;
    }
    let attempt = |entry: AttemptEntry| -> Result<Attempt, ScenarioError> {
        let failure: Arc<str> = read(&folder.join(entry.failure))?.into();
        Ok(Attempt { program: program(&folder.join(entry.program))?, failure })
    };
    Ok(Scenario {
        name: file.name,
        class: file.class,
        description: file.description,
        task: file.task,
        reasoning_per_turn: Tokens(file.reasoning_tokens_per_turn),
        servers,
        discovery: file.discovery,
        runs: file.runs,
        attempts: file.attempts.into_iter().map(attempt).collect::<Result<_, _>>()?,
        program: program(&folder.join("program.ts"))?,
        plan: file.plan,
        injection: file.injection.map(Arc::from),
        writes_in_any_order: file.writes_in_any_order,
        demands: file.gate,
        workspace: Workspace::new(folder.join("files"), file.setup),
        expected: file.expected,
    })
}

/// What is right must be known: from the file, or from the oracle of the scenario's name.
fn check_expected(name: &str, expected: Option<&Expected>, servers: &[ServerSpec]) -> Result<(), String> {
    let Some(expected) = expected else {
        return if oracle::names().contains(&name) {
            Ok(())
        } else {
            Err(format!("there is no [expected] answer, and no built-in oracle has the name {name:?}"))
        };
    };
    let is_built_in = |name: &str| {
        servers.iter().any(|spec| spec.name == name && matches!(spec.source, ServerSource::BuiltIn { .. }))
    };
    match expected.writes.iter().find(|write| !is_built_in(&write.server)) {
        Some(write) => Err(format!("an expected write names {:?}, which is no built-in server here", write.server)),
        None => Ok(()),
    }
}

fn check_plan(plan: &Plan, servers: &[ServerSpec]) -> Result<(), String> {
    if let Some(call) = plan.calls.iter().find(|call| servers.iter().all(|spec| *spec.name != *call.id.server)) {
        return Err(format!("the plan names the server {:?}, which is not here", call.id.server));
    }
    let mut numbered = plan.calls.iter().zip(0..);
    if let Some((_, number)) =
        numbered.find(|(call, number)| references(&call.input).iter().any(|needed| needed >= number))
    {
        return Err(format!("call {number} of the plan takes a result of a call that is not before it"));
    }
    if !plan.answer.starts_with('/') {
        return Err(format!("plan.answer = {:?} is no JSON pointer such as \"/0/name\"", plan.answer));
    }
    if plan.calls.is_empty() {
        return Err("a plan needs at least one call".to_owned());
    }
    Ok(())
}

/// Reads a program, which must be TypeScript.
fn program(path: &Path) -> Result<Program, ScenarioError> {
    let program = Program::new(read(path)?);
    match program.compile() {
        Ok(_) => Ok(program),
        Err(error) => {
            let place = error.position.map(|position| format!("{position}: ")).unwrap_or_default();
            let message = format!("{place}{}", error.message);
            Err(ScenarioError::Malformed { path: path.to_owned(), message })
        }
    }
}

impl ServerEntry {
    fn resolve(self) -> Result<ServerSpec, String> {
        let Self { name, builtin, options, command, args, env } = self;
        let source = match (builtin, command) {
            (Some(server), None) => {
                if !servers::is_known(&server) {
                    return Err(format!("server {name:?}: {}", servers::UnknownServer(server)));
                }
                let options = ServerOptions::parse(&server, 0, &options).map_err(|error| error.to_string())?;
                ServerSource::BuiltIn { server, options }
            }
            (None, Some(command)) => ServerSource::Command { command, args, env },
            _ => return Err(format!("server {name:?} needs either `builtin` or `command`")),
        };
        Ok(ServerSpec { name, source })
    }
}

fn read(path: &Path) -> Result<String, ScenarioError> {
    fs::read_to_string(path).map_err(|source| ScenarioError::Read { path: PathBuf::from(path), source })
}
