//! Which MCP servers to connect to: reads `mcp.json` in the form that Claude Desktop, Claude Code, Cursor, VS Code and
//! Windsurf write. And, from `codefirst.toml`, how codefirst itself behaves: [`Settings`].
//!
//! In goes the file's text; out comes a [`Config`] whose servers are sorted by name.
//!
//! ```json
//! {
//!   "mcpServers": {
//!     "files": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "."] },
//!     "search": { "url": "https://example.com/mcp", "headers": { "Authorization": "Bearer ${env:TOKEN}" } }
//!   }
//! }
//! ```
//!
//! Servers stand behind `mcpServers`; behind `servers` in a file of VS Code's, which has no `mcpServers`; and in
//! `~/.claude.json` also behind `projects.<folder>.mcpServers`, of which those of the folder that this process runs in are
//! taken. Comments and trailing commas are passed over, and so are keys that clients keep in a server's entry for their own
//! use; servers marked as disabled are left out; placeholders such as `${env:NAME}` are filled in. Anything else is an
//! error that says where it is and what was expected.

mod clients;
mod comments;
mod entry;
mod env_file;
mod import;
mod nearest;
mod oauth;
mod part;
mod placeholders;
mod secret;
mod server;
mod settings;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    env, fmt, io,
    path::{Path, PathBuf},
};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};

pub use self::{
    clients::{Client, ClientFile, Os, known_files},
    import::{Conflict, Imported, ImportedServer, LiteralSecret, Problem, import},
    secret::Secret,
    server::{ChildConfig, HttpConfig, OAuthConfig, ServerConfig, TransportConfig},
    settings::{
        AccessToken, AuditSettings, CacheSettings, CheckName, CheckSettings, FallbackName, FallbackSettings,
        GatewayMode, GatewaySettings, HttpSettings, LimitSettings, Price, ResultForm, ServerSettings, SessionMode,
        Settings, SettingsError, settings_schema,
    },
};
use self::{
    entry::{EnvFiles, RawEntry, Wrong},
    part::{PartError, part, place},
    placeholders::Placeholders,
};

/// The servers of one configuration file, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub servers: Vec<ServerConfig>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{line}:{column}: {}{message}", path.display(), prefix(key))]
    Malformed { path: PathBuf, line: usize, column: usize, key: String, message: String },
}

fn prefix(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("{key}: ") }
}

const MISSING: &str = "missing key `mcpServers`, an object from server names to servers";
const NO_SERVER: &str = "no server to connect to; add one, as in {\"files\": {\"command\": \"npx\", \"args\": [\"-y\", \
                         \"@modelcontextprotocol/server-filesystem\", \".\"]}}";

impl Config {
    /// Reads and checks the file at `path`.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::parse(path, &text, |variable| env::var(variable).ok())
    }

    /// Reads a configuration from its text. `path` names the file in errors and is where relative paths begin; `variable`
    /// looks environment variables up. Files that servers name with `envFile` are read.
    pub fn parse(path: &Path, text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let folder = env::current_dir().unwrap_or_default();
        Self::parse_in(&folder, path, text, &variable).map_err(|error| {
            let PartError { line, column, key, message } = error;
            ConfigError::Malformed { path: path.to_owned(), line, column, key, message }
        })
    }

    /// `folder` is the one whose servers are taken out of a file that has some for each.
    fn parse_in(
        folder: &Path,
        path: &Path,
        text: &str,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, PartError> {
        let json = comments::plain(text);
        let folder_name = folder.to_string_lossy();
        let of_file = workspace(path);
        // Those further down stand back behind those before them.
        let mut sources = vec![
            (vec!["projects", folder_name.as_ref(), "mcpServers"], folder.to_owned()),
            (vec!["mcpServers"], of_file.clone()),
        ];
        if part::<Servers>(&json, &["mcpServers"]).map_err(hide)?.is_none() {
            sources.push((vec!["servers"], of_file));
        }
        let mut servers = BTreeMap::new();
        let mut first = None;
        for (source, workspace) in sources {
            let Some(Servers(entries)) = part::<Servers>(&json, &source).map_err(hide)? else { continue };
            first.get_or_insert_with(|| source.clone());
            for (name, entry) in entries {
                if servers.contains_key(&name) {
                    continue;
                }
                let mut placeholders = Placeholders::new(variable, workspace.clone());
                let server = match entry.is_disabled() {
                    true => None,
                    false => Some(
                        entry
                            .resolve(&name, &mut placeholders, &workspace, EnvFiles::Read)
                            .map_err(|wrong| locate(&json, &source, &name, wrong))?,
                    ),
                };
                servers.insert(name, server);
            }
        }
        let Some(first) = first else {
            return Err(PartError { line: 1, column: 1, key: String::new(), message: MISSING.to_owned() });
        };
        let servers: Vec<ServerConfig> = servers.into_values().flatten().collect();
        if servers.is_empty() {
            let (line, column) = place(&json, &first);
            return Err(PartError { line, column, key: first.join("."), message: NO_SERVER.to_owned() });
        }
        Ok(Self { servers })
    }
}

/// The folder that a configuration is for: the one it stands in, or the one above if that is a client's own.
fn workspace(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new(""));
    let is_clients = folder.file_name().is_some_and(|name| name == ".vscode" || name == ".cursor");
    if is_clients { folder.parent().unwrap_or(folder) } else { folder }.to_owned()
}

/// Says where in the file an entry is wrong.
fn locate(json: &str, source: &[&str], name: &str, wrong: Wrong) -> PartError {
    let path = source.iter().copied().chain([name]).chain(wrong.path.iter().map(String::as_str)).collect::<Vec<_>>();
    let (line, column) = place(json, &path);
    let mut key = String::new();
    for part in path {
        match part.parse::<usize>() {
            Ok(index) => key.push_str(&format!("[{index}]")),
            Err(_) if key.is_empty() => key.push_str(part),
            Err(_) => key.push_str(&format!(".{part}")),
        }
    }
    PartError { line, column, key, message: wrong.message }
}

/// Takes values out of what is said of keys that hold secrets.
fn hide(mut error: PartError) -> PartError {
    let holds_secrets = ["env", "headers", "oauth", "auth", "url", "serverUrl", "httpUrl", "args"];
    if error.key.split(['.', '[']).any(|part| holds_secrets.contains(&part)) {
        error.message = without_values(&error.message);
    }
    error
}

/// A message about a value of the wrong type without the value, if that is a text.
fn without_values(message: &str) -> String {
    let parts = message.split_once(" \"").and_then(|(before, rest)| Some((before, rest.rsplit_once("\", expected ")?)));
    match parts {
        Some((before, (_, expected))) => format!("{before}, expected {expected}"),
        None => message.to_owned(),
    }
}

/// Servers by name, refusing a name that is empty or given twice.
struct Servers(BTreeMap<String, RawEntry>);

impl<'de> Deserialize<'de> for Servers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ByName;

        impl<'de> Visitor<'de> for ByName {
            type Value = Servers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object from server names to servers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Servers, A::Error> {
                let mut servers = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name.trim().is_empty() {
                        return Err(A::Error::custom("a server's name is empty"));
                    }
                    if servers.contains_key(&name) {
                        return Err(A::Error::custom(format!("server {name} is given twice")));
                    }
                    let entry = map.next_value()?;
                    servers.insert(name, entry);
                }
                Ok(Servers(servers))
            }
        }

        deserializer.deserialize_map(ByName)
    }
}
