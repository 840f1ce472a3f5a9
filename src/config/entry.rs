//! One server's entry in `mcp.json`: as it is written in, as it is used out.

use std::{collections::BTreeMap, path::Path};

use reqwest::{
    Url,
    header::{HeaderName, HeaderValue},
};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use super::{
    env_file,
    nearest::suggestion,
    oauth::RawOAuth,
    placeholders::Placeholders,
    server::{ChildConfig, HttpConfig, OAuthConfig, ServerConfig, TransportConfig},
};
use crate::http_client;

/// A server's entry, as it is written.
#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    expecting = "a server: an object with `command` and, if need be, `args`, `env`, `cwd`; or with `url`"
)]
pub(super) struct RawEntry {
    #[serde(rename = "type")]
    kind: Option<String>,
    transport: Option<Value>,
    transport_type: Option<Value>,
    command: Option<String>,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, EnvValue>,
    env_file: Option<String>,
    cwd: Option<String>,
    url: Option<String>,
    /// What Windsurf writes instead of `url`, and what Gemini does.
    server_url: Option<String>,
    http_url: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    headers_helper: Option<IgnoredAny>,
    oauth: Option<RawOAuth>,
    /// What Cursor writes instead of `oauth`; others have other things here.
    auth: Option<Value>,
    #[serde(default)]
    disabled: bool,
    enabled: Option<bool>,
    #[serde(flatten)]
    rest: BTreeMap<String, IgnoredAny>,
}

/// The value of an environment variable. VS Code has numbers too, and null for variables that there are not to be.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a string or a number")]
enum EnvValue {
    Text(String),
    Number(serde_json::Number),
    Absent(()),
}

/// The keys that say something to codefirst. Those of the other transport are passed over.
const KEYS: [&str; 10] = ["args", "auth", "command", "cwd", "disabled", "env", "envFile", "headers", "oauth", "url"];

/// What clients keep in a server's entry for themselves.
pub(super) const KEYS_OF_CLIENTS: [&str; 36] = [
    "alwaysAllow",
    "alwaysLoad",
    "autoApprove",
    "autoStart",
    "description",
    "dev",
    "disabledTools",
    "displayName",
    "enabled",
    "enabledTools",
    "excludeTools",
    "fromGalleryId",
    "gallery",
    "icon",
    "id",
    "includeTools",
    "initTimeout",
    "isActive",
    "metadata",
    "name",
    "registryUrl",
    "sandbox",
    "sandboxEnabled",
    "scope",
    "source",
    "startupTimeout",
    "timeout",
    "toolTimeout",
    "tools",
    "transport",
    "transportType",
    "trust",
    "version",
    "watch",
    "watchPaths",
    "_meta",
];

/// What is wrong with an entry: the keys that lead there, within the entry, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub path: Vec<String>,
    pub message: String,
}

impl Wrong {
    pub fn new(path: &[&str], message: impl Into<String>) -> Self {
        Self { path: path.iter().map(|part| (*part).to_owned()).collect(), message: message.into() }
    }
}

/// Whether the variables of an `envFile` are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EnvFiles {
    Read,
    PassedOver,
}

enum Kind {
    Child,
    Http,
}

impl RawEntry {
    pub fn is_disabled(&self) -> bool {
        self.disabled || self.enabled == Some(false)
    }

    /// The server that the entry is about. Relative paths of `envFile` begin at `workspace`.
    pub fn resolve(
        self,
        name: &str,
        placeholders: &mut Placeholders<'_>,
        workspace: &Path,
        env_files: EnvFiles,
    ) -> Result<ServerConfig, Wrong> {
        if let Some(key) = self.rest.keys().find(|key| !KEYS_OF_CLIENTS.contains(&key.as_str())) {
            return Err(Wrong::new(&[key], format!("unknown key; {}", suggestion(key, KEYS))));
        }
        let transport = match self.kind()? {
            Kind::Child => TransportConfig::Child(self.child(placeholders, workspace, env_files)?),
            Kind::Http => TransportConfig::Http(self.http(placeholders)?),
        };
        Ok(ServerConfig { expanded: placeholders.take_filled_in(), ..ServerConfig::new(name, transport) })
    }

    fn kind(&self) -> Result<Kind, Wrong> {
        let others = [("transport", &self.transport), ("transportType", &self.transport_type)];
        let others = others.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?.as_str()?)));
        let stated = self.kind.as_deref().map(|kind| ("type", kind)).into_iter().chain(others).next();
        let kind = match stated {
            None if self.command.is_some() || self.url().is_none() => Kind::Child,
            None => Kind::Http,
            Some((key, kind)) => match kind.to_ascii_lowercase().replace(['-', '_'], "").trim_start_matches("mcp") {
                "stdio" => Kind::Child,
                "http" | "streamablehttp" => Kind::Http,
                "sse" => {
                    let message = "the transport `sse` is not supported, which MCP has replaced by streamable HTTP; \
                                       most servers offer that too, often at /mcp: give its `url`, and `http` here";
                    return Err(Wrong::new(&[key], message));
                }
                _ => {
                    return Err(Wrong::new(&[key], format!("no transport {kind:?}; expected `stdio` or `http`")));
                }
            },
        };
        if let (true, Some((key, _))) = (self.command.is_some(), self.url()) {
            return Err(Wrong::new(&[key], format!("both `command` and `{key}`; a server has one of them")));
        }
        Ok(kind)
    }

    /// The address, and the key that it stands behind.
    fn url(&self) -> Option<(&'static str, &str)> {
        let keys = [("url", &self.url), ("serverUrl", &self.server_url), ("httpUrl", &self.http_url)];
        keys.into_iter().find_map(|(key, url)| Some((key, url.as_deref()?)))
    }

    fn child(
        self,
        placeholders: &mut Placeholders<'_>,
        workspace: &Path,
        env_files: EnvFiles,
    ) -> Result<ChildConfig, Wrong> {
        let mut fill = |path: &[&str], text: &str| placeholders.fill(text).map_err(|message| Wrong::new(path, message));
        let Some(command) = &self.command else {
            let alternative = if self.kind.is_some() { "" } else { "; or `url`, where it is reached" };
            return Err(Wrong::new(&[], format!("missing `command`, the program that runs the server{alternative}")));
        };
        let command = fill(&["command"], command)?;
        if command.trim().is_empty() {
            return Err(Wrong::new(&["command"], "`command` is empty; expected the program that runs the server"));
        }
        let mut args = Vec::new();
        for (index, argument) in self.args.iter().enumerate() {
            args.push(fill(&["args", &index.to_string()], argument)?);
        }
        let mut env = BTreeMap::new();
        if let Some(file) = self.env_file.as_ref().filter(|_| env_files == EnvFiles::Read) {
            let file = workspace.join(fill(&["envFile"], file)?);
            let variables = env_file::read(&file)
                .map_err(|error| Wrong::new(&["envFile"], format!("cannot read {}: {error}", file.display())))?;
            env.extend(variables);
        }
        for (name, value) in &self.env {
            if name.is_empty() || name.contains(['=', '\0']) {
                return Err(Wrong::new(&["env"], format!("{name:?} cannot name an environment variable")));
            }
            let value = match value {
                EnvValue::Text(text) => fill(&["env", name], text)?,
                EnvValue::Number(number) => number.to_string(),
                EnvValue::Absent(()) => {
                    env.remove(name);
                    continue;
                }
            };
            env.insert(name.clone(), value);
        }
        let cwd = self.cwd.as_ref().map(|cwd| fill(&["cwd"], cwd)).transpose()?.map(Into::into);
        Ok(ChildConfig { command, args, env, cwd })
    }

    fn http(self, placeholders: &mut Placeholders<'_>) -> Result<HttpConfig, Wrong> {
        let mut fill = |path: &[&str], text: &str| placeholders.fill(text).map_err(|message| Wrong::new(path, message));
        if self.headers_helper.is_some() {
            let message =
                "a program that makes headers is not supported; use `headers`, with `${env:NAME}` for secrets";
            return Err(Wrong::new(&["headersHelper"], message));
        }
        let Some((key, url)) = self.url() else {
            return Err(Wrong::new(&[], "missing `url`, where the server is reached"));
        };
        let url = fill(&[key], url)?;
        check_url(&url).map_err(|message| Wrong::new(&[key], message))?;
        let mut headers = BTreeMap::new();
        for (name, value) in &self.headers {
            if HeaderName::from_bytes(name.as_bytes()).is_err() {
                return Err(Wrong::new(&["headers"], format!("{name:?} cannot name a header")));
            }
            let value = fill(&["headers", name], value)?;
            // What is wrong with it would say what it is.
            HeaderValue::from_str(&value)
                .map_err(|_| Wrong::new(&["headers", name], "not what a header can hold, such as a line end"))?;
            headers.insert(name.clone(), value);
        }
        let oauth = self.oauth(&mut fill)?;
        Ok(HttpConfig { url, headers, oauth })
    }

    fn oauth(
        &self,
        fill: &mut impl FnMut(&[&str], &str) -> Result<String, Wrong>,
    ) -> Result<Option<OAuthConfig>, Wrong> {
        if let Some(oauth) = &self.oauth {
            return oauth.resolve("oauth", fill).map(Some);
        }
        let Some(auth) = self.auth.as_ref().filter(|auth| auth.is_object()) else { return Ok(None) };
        let auth = RawOAuth::deserialize(auth).map_err(|_| Wrong::new(&["auth"], RawOAuth::EXPECTED))?;
        auth.resolve("auth", fill).map(Some)
    }
}

/// Says what is wrong with an address without saying it: it may hold credentials.
fn check_url(text: &str) -> Result<(), String> {
    match Url::parse(text) {
        Ok(url) if http_client::is_web(&url) => Ok(()),
        Ok(url) if text.contains("://") => {
            Err(format!("begins with `{}://`; expected http:// or https://", url.scheme()))
        }
        Ok(_) | Err(_) if !text.contains("://") => {
            Err("has no scheme; write it like https://example.com/mcp".to_owned())
        }
        Ok(_) => Err("not an address; write it like https://example.com/mcp".to_owned()),
        Err(error) => Err(format!("not an address: {error}")),
    }
}
