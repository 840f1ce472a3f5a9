//! Which MCP servers to connect to: reads `mcp.json` in the form that Claude Desktop and Cursor write. And, from
//! `codefirst.toml`, what holds for calls to them: [`Settings`].
//!
//! In goes the file's text, `{"mcpServers": {"files": {"command": "npx", "args": […], "env": {…}, "cwd": "…"}}}`; out
//! comes a [`Config`] whose servers are sorted by name. Keys that those clients keep in a server's entry for their own
//! use are passed over, servers marked as disabled are left out, and `${env:NAME}` stands for an environment variable.
//! Anything else is an error that says where it is and what was expected.

mod settings;

use std::{
    collections::BTreeMap,
    fmt, io,
    marker::PhantomData,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
};

pub use settings::{Settings, SettingsError};

/// The servers of one configuration file, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub servers: Vec<ServerConfig>,
}

/// A server that runs as a child process and speaks MCP over its standard input and output.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerConfig {
    pub name: Arc<str>,
    /// The program to run, looked up in `PATH` unless it is a path.
    pub command: String,
    pub args: Vec<String>,
    /// Environment variables added to those that every server gets.
    pub env: BTreeMap<String, String>,
    /// The working directory; that of this process if not given.
    pub cwd: Option<PathBuf>,
}

/// Leaves out the values of environment variables: they are often credentials.
impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConfig")
            .field("name", &self.name)
            .field("command", &self.command)
            .field("args", &self.args)
            .field("env", &self.env.keys())
            .field("cwd", &self.cwd)
            .finish()
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{line}:{column}: {}{message}", path.display(), place(key))]
    Malformed { path: PathBuf, line: usize, column: usize, key: String, message: String },
    #[error("{}: server {server}: the environment variable {variable}, which `${{env:{variable}}}` names, is not set", path.display())]
    Unset { path: PathBuf, server: Arc<str>, variable: String },
}

/// The key that an error is about; `?` is serde's for one that could not be read.
fn place(key: &str) -> String {
    let key = key.trim_end_matches(['.', '?']);
    if key.is_empty() { String::new() } else { format!("{key}: ") }
}

impl Config {
    /// Reads and checks the file at `path`.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::parse(path, &text, |variable| std::env::var(variable).ok())
    }

    /// Reads a configuration from its text. `path` names the file in errors, `variable` looks environment variables up.
    pub fn parse(path: &Path, text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        // Some Windows editors begin a file with a byte order mark, which JSON does not know.
        let mut json = serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}'));
        let malformed = |key: String, error: &serde_json::Error| {
            let (line, column) = (error.line(), error.column());
            let message = error.to_string();
            let message = message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message).into();
            ConfigError::Malformed { path: path.to_owned(), line, column, key, message }
        };
        let file: File = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| malformed(error.path().to_string(), error.inner()))?;
        json.end().map_err(|error| malformed(".".to_owned(), &error))?;

        let mut servers = Vec::new();
        for (name, entry) in file.mcp_servers {
            let Entry::Enabled(mut server) = entry else { continue };
            server.name = name.into();
            server.expand(&variable).map_err(|variable| ConfigError::Unset {
                path: path.to_owned(),
                server: server.name.clone(),
                variable,
            })?;
            servers.push(*server);
        }
        Ok(Self { servers })
    }
}

impl ServerConfig {
    /// Puts in the values of environment variables. The error is the name of one that is not set.
    fn expand(&mut self, variable: &impl Fn(&str) -> Option<String>) -> Result<(), String> {
        self.command = expand(&self.command, variable)?;
        for text in self.args.iter_mut().chain(self.env.values_mut()) {
            *text = expand(text, variable)?;
        }
        if let Some(cwd) = self.cwd.as_mut().filter(|cwd| cwd.to_str().is_some_and(|text| text.contains("${env:"))) {
            *cwd = expand(&cwd.to_string_lossy(), variable)?.into();
        }
        Ok(())
    }
}

/// Replaces each `${env:NAME}`; whatever else looks like a placeholder is left for the server.
fn expand(text: &str, variable: &impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${env:") {
        let Some((name, tail)) = after.split_once('}') else { break };
        expanded.push_str(before);
        expanded.push_str(&variable(name).ok_or_else(|| name.to_owned())?);
        rest = tail;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// The file. Claude Desktop keeps its other settings beside the servers, so unknown keys are fine here.
#[derive(Deserialize)]
#[serde(expecting = "an object with the key `mcpServers`")]
struct File {
    #[serde(rename = "mcpServers", deserialize_with = "servers")]
    mcp_servers: BTreeMap<String, Entry>,
}

/// One server's entry, as it is used.
enum Entry {
    Enabled(Box<ServerConfig>),
    Disabled,
}

/// One server's entry, as it is written.
#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    expecting = "a server: an object with `command` and, if need be, `args`, `env`, `cwd`"
)]
struct RawEntry {
    command: Option<String>,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    cwd: Option<PathBuf>,
    url: Option<IgnoredAny>,
    #[serde(default)]
    disabled: bool,
    enabled: Option<bool>,
    #[serde(flatten)]
    rest: BTreeMap<String, IgnoredAny>,
}

/// What clients keep in a server's entry for themselves, or for transports that are refused for their `url`.
const KEYS_OF_CLIENTS: [&str; 22] = [
    "alwaysAllow",
    "auth",
    "autoApprove",
    "description",
    "disabledTools",
    "displayName",
    "enabledTools",
    "envFile",
    "excludeTools",
    "headers",
    "icon",
    "includeTools",
    "initTimeout",
    "name",
    "oauth",
    "serverUrl",
    "timeout",
    "tools",
    "transport",
    "transportType",
    "trust",
    "type",
];

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = RawEntry::deserialize(deserializer)?;
        if raw.disabled || raw.enabled == Some(false) {
            return Ok(Self::Disabled);
        }
        let Some(command) = raw.command else {
            return Err(D::Error::custom(if raw.url.is_some() || raw.rest.contains_key("serverUrl") {
                "streamable HTTP is not supported yet; use a `command`"
            } else {
                "missing `command`, the program that runs the server"
            }));
        };
        if command.trim().is_empty() {
            return Err(D::Error::custom("`command` is empty; expected the program that runs the server"));
        }
        if let Some(key) = raw.rest.keys().find(|key| !KEYS_OF_CLIENTS.contains(&key.as_str())) {
            let message = format!("unknown key `{key}`; expected `command`, `args`, `env`, `cwd` or `disabled`");
            return Err(D::Error::custom(message));
        }
        if let Some(name) = raw.env.keys().find(|name| name.is_empty() || name.contains(['=', '\0'])) {
            return Err(D::Error::custom(format!("`env` has {name:?}, which cannot name an environment variable")));
        }
        let name = Arc::from("");
        Ok(Self::Enabled(Box::new(ServerConfig { name, command, args: raw.args, env: raw.env, cwd: raw.cwd })))
    }
}

/// Reads the servers, refusing a name that is empty or given twice, and a file that leaves no server to connect to.
fn servers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Entry>, D::Error> {
    struct Servers(PhantomData<()>);

    impl<'de> Visitor<'de> for Servers {
        type Value = BTreeMap<String, Entry>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object from server names to servers")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
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
            if !servers.values().any(|entry| matches!(entry, Entry::Enabled(_))) {
                return Err(A::Error::custom(
                    "no server to connect to; add one, as in {\"files\": {\"command\": \"npx\", \"args\": \
                     [\"-y\", \"@modelcontextprotocol/server-filesystem\", \".\"]}}",
                ));
            }
            Ok(servers)
        }
    }

    deserializer.deserialize_map(Servers(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        let variable = |name: &str| (name == "TOKEN").then(|| "s3cret".to_owned());
        Config::parse(Path::new("mcp.json"), text, variable)
    }

    #[test]
    fn reads_what_clients_write_and_sorts_by_name() {
        let text = r#"{
            "globalShortcut": "", "preferences": {"x": [1]},
            "mcpServers": {
                "z": {"command": "uvx", "args": ["a", "--key=${env:TOKEN}", "${workspaceFolder}", "${env:"],
                      "env": {"K": "Bearer ${env:TOKEN}!"}, "cwd": "/srv", "type": "stdio", "disabled": false,
                      "autoApprove": ["x"], "alwaysAllow": [], "timeout": 60, "envFile": ".env"},
                "off": {"url": "https://example.com/mcp", "disabled": true},
                "also-off": {"command": "x", "enabled": false},
                "a": {"command": "server-a"}
            }
        }"#;
        let servers = parse(text).unwrap().servers;
        assert_eq!(servers.iter().map(|server| &*server.name).collect::<Vec<_>>(), ["a", "z"]);
        let [a, z] = &servers[..] else { panic!("two servers") };
        assert_eq!((a.command.as_str(), a.args.len(), a.env.len(), &a.cwd), ("server-a", 0, 0, &None));
        assert_eq!(z.args, ["a", "--key=s3cret", "${workspaceFolder}", "${env:"]);
        assert_eq!(z.env["K"], "Bearer s3cret!");
        assert_eq!(z.cwd.as_deref(), Some(Path::new("/srv")));
        assert!(!format!("{:?}", z.env.keys()).contains("s3cret"));
        let shown = format!("{:?}", ServerConfig { args: Vec::new(), ..z.clone() });
        assert!(shown.contains('K') && !shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn errors_name_the_place_and_what_was_expected() {
        let one = |entry: &str| format!("{{\"mcpServers\":\n  {{\"x\": {entry}}}}}");
        for (text, expected) in [
            ("".to_owned(), "mcp.json:1:0: EOF while parsing a value"),
            ("{\n \"mcpServers\": {,}}".to_owned(), "mcp.json:2:17: mcpServers: key must be a string"),
            ("{} x".to_owned(), "mcp.json:1:2: missing field `mcpServers`"),
            (format!("{} x", one("{\"command\":\"a\"}")), "mcp.json:2:27: trailing characters"),
            ("[]".to_owned(), "mcp.json:1:2: invalid length 0, expected an object with the key `mcpServers`"),
            ("{\"mcpServers\": {}}".to_owned(), "mcp.json:1:17: mcpServers: no server to connect to; add one, as in {"),
            (one("{\"disabled\":true}"), "mcp.json:2:26: mcpServers: no server to connect to"),
            (
                one("{\"url\":\"http://x\"}"),
                "2:27: mcpServers.x: streamable HTTP is not supported yet; use a `command`",
            ),
            (one("{}"), "mcp.json:2:11: mcpServers.x: missing `command`, the program that runs the server"),
            (one("{\"command\":\" \"}"), "mcpServers.x: `command` is empty"),
            (
                one("{\"command\":7}"),
                "mcp.json:2:20: mcpServers.x.command: invalid type: integer `7`, expected a string",
            ),
            (one("{\"command\":\"a\",\"arg\":[]}"), "mcpServers.x: unknown key `arg`; expected `command`, `args`"),
            (one("{\"command\":\"a\",\"env\":{\"A=B\":\"\"}}"), "`env` has \"A=B\""),
            (one("\"npx\""), "mcpServers.x: invalid type: string \"npx\", expected a server: an object with `command`"),
            (one("{\"command\":\"a\"}, \"x\": {\"command\":\"b\"}"), "server x is given twice"),
            (one("{\"command\":\"a\", \"env\":{\"K\":\"${env:NONE}\"}}"), "server x: the environment variable NONE"),
        ] {
            let error = parse(&text).expect_err(&text).to_string();
            assert!(error.contains(expected), "{text:?} gave {error:?}, not {expected:?}");
        }
        let missing = Config::load(Path::new("/no/such/mcp.json")).expect_err("no file").to_string();
        assert!(missing.starts_with("cannot read /no/such/mcp.json: "), "{missing}");
    }
}
