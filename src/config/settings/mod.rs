//! How codefirst itself behaves: [`Settings`], read from `codefirst.toml`.
//!
//! ```toml
//! #:schema https://example.com/codefirst.schema.json
//! [gateway]
//! mode = "both"
//!
//! [limits]
//! wall = "1m"
//!
//! [[policy.rules]]
//! tools = ["github/delete_*"]
//! access = "deny"
//! ```
//!
//! `docs/configuration.md` describes every key, in the words of the comments in [`sections`]; so does the JSON Schema that
//! [`settings_schema`] gives, for editors. A key that is not known is an error, and so is a value that cannot be meant; the
//! error says where it stands, and never shows a value in a section that holds secrets.

mod read;
mod schema;
mod sections;
#[cfg(test)]
mod tests;
mod values;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Config, nearest::nearest, prefix};
use crate::{alert::AlertOptions, policy::Policy};

pub use self::{
    schema::settings_schema,
    sections::{
        AccessToken, AuditSettings, CacheSettings, CheckName, CheckSettings, FallbackName, FallbackSettings,
        GatewayMode, GatewaySettings, HttpSettings, LimitSettings, Price, ResultForm, ServerSettings, SessionMode,
    },
};

/// What `codefirst.toml` says. All of it may be left out.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What clients are shown.
    pub gateway: GatewaySettings,
    /// How clients are served over HTTP.
    pub http: HttpSettings,
    /// What a program may use up, and how many run at once.
    pub limits: LimitSettings,
    /// Whether and how long answers of tools are kept.
    pub cache: CacheSettings,
    /// Whether planned calls are made instead of a program that failed.
    pub fallback: FallbackSettings,
    /// When it is too many requests that fall back, and who is told.
    pub alert: AlertOptions,
    /// What the client's model costs, for savings in money. Default: savings are given in tokens alone.
    pub price: Option<Price>,
    /// The log of tool calls.
    pub audit: AuditSettings,
    /// The check of programs' types.
    pub check: CheckSettings,
    /// What calls may be made, and how.
    pub policy: Policy,
    /// Of each server, by the name that it has in `mcp.json`, how it is connected to.
    pub servers: BTreeMap<String, ServerSettings>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{line}:{column}: {}{message}", path.display(), prefix(key))]
    Malformed { path: PathBuf, line: usize, column: usize, key: String, message: String },
}

impl Settings {
    /// Reads and checks the file at `path`.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
        Self::parse(path, &text, |variable| std::env::var(variable).ok())
    }

    /// Reads settings from their text. `path` names the file in errors and is where relative paths begin; `variable` looks
    /// environment variables up.
    pub fn parse(path: &Path, text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        read::read(path, text, &variable)
    }

    /// What holds for a server.
    pub fn server(&self, name: &str) -> ServerSettings {
        self.servers.get(name).copied().unwrap_or_default()
    }

    /// The sections about servers that there are not, each as a sentence: they are probably misspelt.
    pub fn unmatched_servers(&self, config: &Config) -> Vec<String> {
        let names = || config.servers.iter().map(|server| &*server.name);
        let unmatched = self.servers.keys().filter(|name| !names().any(|known| known == *name));
        unmatched
            .map(|name| match nearest(name, names()) {
                Some(nearest) => format!("servers.{name}: there is no such server; nearest: `{nearest}`"),
                None => format!("servers.{name}: there is no such server"),
            })
            .collect()
    }
}
