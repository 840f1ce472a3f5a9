//! The servers that other clients know, put together into one `mcp.json`.
//!
//! In go the files of clients, see [`known_files`](super::known_files); out comes [`Imported`]: every server as it was
//! found, with its placeholders, so that no secret is written that was not written before. What differs between clients is
//! translated: `servers` of VS Code's, `serverUrl` of Windsurf's, `${input:…}`. What means nothing to codefirst is left out.

mod literal;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use reqwest::Url;
use serde_json::{Map, Value};

use super::{
    ClientFile, comments,
    entry::{EnvFiles, KEYS_OF_CLIENTS, RawEntry},
    part::{PartError, part},
    placeholders::{Placeholders, variable_name},
};

pub use literal::LiteralSecret;
use literal::literal_secrets;

/// Claude Code keeps a history of conversations in the same file.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Where codefirst is served if nobody says otherwise.
const OWN_PORT: u16 = 8931;

/// What was found in the files of clients.
#[derive(Debug, Default)]
pub struct Imported {
    /// By name.
    pub servers: BTreeMap<String, ImportedServer>,
    /// How many servers each file has that was there, those included that were not taken.
    pub found: Vec<(ClientFile, usize)>,
    pub conflicts: Vec<Conflict>,
    pub problems: Vec<Problem>,
    pub literal_secrets: Vec<LiteralSecret>,
    /// Environment variables that take the place of what VS Code would have asked for: `${input:…}`.
    pub variables: Vec<String>,
}

/// A server, as its entry will be written.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedServer {
    pub entry: Map<String, Value>,
    pub from: ClientFile,
}

/// A server that two files describe differently. The first stays.
#[derive(Debug, PartialEq, Eq)]
pub struct Conflict {
    pub server: String,
    pub kept: ClientFile,
    pub left_out: ClientFile,
}

/// A file that cannot be read, or a server in it that codefirst cannot use.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: ClientFile,
    pub message: String,
}

/// Reads those of the files that there are. `project` is the folder whose servers are taken out of a file that has some for
/// each.
pub fn import(files: &[ClientFile], project: &Path) -> Imported {
    let mut imported = Imported::default();
    for file in files {
        let text = match read(&file.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                imported.problem(file, format!("cannot be read: {error}"));
                continue;
            }
        };
        match entries(&text, project) {
            Ok(entries) => {
                imported.found.push((file.clone(), entries.len()));
                for (name, entry) in entries {
                    imported.add(file, name, entry);
                }
            }
            Err(PartError { line, column, message, .. }) => {
                imported.problem(file, format!("{line}:{column}: {message}"))
            }
        }
    }
    imported.literal_secrets =
        imported.servers.iter().flat_map(|(name, server)| literal_secrets(name, &server.entry)).collect();
    imported.variables.sort();
    imported.variables.dedup();
    imported
}

impl Imported {
    /// The text of an `mcp.json` with these servers.
    pub fn to_json(&self) -> String {
        let servers = self.servers.iter().map(|(name, server)| (name.clone(), Value::from(server.entry.clone())));
        let file = Value::from(Map::from_iter([("mcpServers".to_owned(), Value::Object(servers.collect()))]));
        format!("{file:#}\n")
    }

    fn problem(&mut self, file: &ClientFile, message: String) {
        self.problems.push(Problem { file: file.clone(), message });
    }

    fn add(&mut self, file: &ClientFile, name: String, entry: Value) {
        let Value::Object(entry) = entry else {
            return self.problem(file, format!("server {name} is not an object"));
        };
        let entry = translated(entry);
        if is_codefirst(&entry) {
            return;
        }
        if let Err(message) = check(&name, &entry) {
            return self.problem(file, format!("server {name} is left out: {message}"));
        }
        let mut variables = Vec::new();
        let mut entry = Value::Object(entry);
        each_text(&mut entry, &mut |text| *text = without_inputs(text, &mut variables));
        let Value::Object(entry) = entry else { return };
        match self.servers.get(&name) {
            None => {
                self.variables.append(&mut variables);
                self.servers.insert(name, ImportedServer { entry, from: file.clone() });
            }
            Some(kept) if kept.entry == entry => {}
            Some(kept) => {
                let kept = kept.from.clone();
                self.conflicts.push(Conflict { server: name, kept, left_out: file.clone() });
            }
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

/// The entries of a file, those of the project before those of the user.
fn entries(text: &str, project: &Path) -> Result<Vec<(String, Value)>, PartError> {
    let json = comments::plain(text);
    if json.trim().is_empty() {
        return Ok(Vec::new());
    }
    let project = project.to_string_lossy();
    let mut entries: Vec<(String, Value)> = Vec::new();
    let mut is_found = false;
    for path in [&["projects", &project, "mcpServers"][..], &["mcpServers"], &["servers"]] {
        if path == ["servers"] && is_found {
            break;
        }
        let Some(servers) = part::<Map<String, Value>>(&json, path)? else { continue };
        is_found |= path == ["mcpServers"];
        for (name, entry) in servers {
            if !entries.iter().any(|(known, _)| *known == name) {
                entries.push((name, entry));
            }
        }
    }
    Ok(entries)
}

/// The entry without what is only for its client, and with one name for what has several.
fn translated(entry: Map<String, Value>) -> Map<String, Value> {
    let mut translated = Map::new();
    for (key, value) in entry {
        let key = match key.as_str() {
            "serverUrl" | "httpUrl" => "url".to_owned(),
            // Before what clients keep for themselves, of which it is one for all others.
            "transport" | "transportType" if value.is_string() => "type".to_owned(),
            "enabled" if value == false => {
                translated.insert("disabled".to_owned(), Value::Bool(true));
                continue;
            }
            key if KEYS_OF_CLIENTS.contains(&key) => continue,
            _ => key,
        };
        translated.entry(key).or_insert(value);
    }
    if translated.get("disabled") == Some(&Value::Bool(false)) {
        translated.shift_remove("disabled");
    }
    translated
}

/// Whether an entry starts or reaches codefirst: it would be its own server.
fn is_codefirst(entry: &Map<String, Value>) -> bool {
    let is_own = |text: &str| Path::new(text).file_stem().is_some_and(|stem| stem == "codefirst");
    let mut args = entry.get("args").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let is_started = entry.get("command").and_then(Value::as_str).is_some_and(is_own)
        || (args.any(is_own) && args.any(|argument| argument == "serve"));
    let url = entry.get("url").and_then(Value::as_str).and_then(|url| Url::parse(url).ok());
    let is_reached = url.is_some_and(|url| {
        url.port() == Some(OWN_PORT) && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
    });
    is_started || is_reached
}

/// Why codefirst could not use an entry, whatever its placeholders stand for.
fn check(name: &str, entry: &Map<String, Value>) -> Result<(), String> {
    let mut stand_in = Value::Object(entry.clone());
    each_text(&mut stand_in, &mut |text| *text = without_inputs(text, &mut Vec::new()));
    let entry: RawEntry = serde_path_to_error::deserialize(stand_in)
        .map_err(|error| format!("{}: {}", error.path(), super::without_values(&error.inner().to_string())))?;
    if entry.is_disabled() {
        return Ok(());
    }
    // Whatever it stands for may be an address, or stand in one.
    let variable = |_: &str| Some("https://a".to_owned());
    let mut placeholders = Placeholders::new(&variable, PathBuf::new());
    match entry.resolve(name, &mut placeholders, Path::new(""), EnvFiles::PassedOver) {
        Ok(_) => Ok(()),
        Err(wrong) if wrong.path.is_empty() => Err(wrong.message),
        Err(wrong) => Err(format!("{}: {}", wrong.path.join("."), wrong.message)),
    }
}

/// Changes every text in a value.
fn each_text(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, change)),
        Value::Object(object) => object.values_mut().for_each(|value| each_text(value, change)),
        _ => {}
    }
}

/// A text with environment variables where VS Code would ask somebody, and their names.
fn without_inputs(text: &str, variables: &mut Vec<String>) -> String {
    let mut rest = text;
    let mut translated = String::new();
    while let Some((before, after)) = rest.split_once("${input:") {
        let Some((name, tail)) = after.split_once('}') else { break };
        let variable = variable_name(name);
        translated.push_str(&format!("{before}${{env:{variable}}}"));
        variables.push(variable);
        rest = tail;
    }
    translated + rest
}
