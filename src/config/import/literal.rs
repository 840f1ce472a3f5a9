//! Credentials that are written out where a placeholder could stand. In goes an entry, out come their names, never themselves.

use reqwest::Url;
use serde_json::{Map, Value};

use crate::config::{
    placeholders::variable_name,
    secret::{has_password, is_credential_name},
    server::credential_arguments,
};

/// A credential that is written out where a placeholder could stand.
#[derive(Debug, PartialEq, Eq)]
pub struct LiteralSecret {
    pub server: String,
    /// Such as `env.GITHUB_TOKEN`.
    pub key: String,
    /// An environment variable that could hold it.
    pub variable: String,
}

/// The credentials that an entry has written out.
pub(super) fn literal_secrets(server: &str, entry: &Map<String, Value>) -> Vec<LiteralSecret> {
    let mut secrets = Vec::new();
    let mut add = |key: String, name: &str, value: &str| {
        if !value.is_empty() && !value.contains("${") {
            let name = variable_name(name);
            let own = variable_name(server);
            // `Authorization` alone says nothing of whose it is.
            let variable = if key.starts_with("env.") { name } else { format!("{own}_{name}") };
            secrets.push(LiteralSecret { server: server.to_owned(), key, variable });
        }
    };
    for part in ["env", "headers", "oauth", "auth"] {
        for (name, value) in entry.get(part).and_then(Value::as_object).into_iter().flatten() {
            let Some(value) = value.as_str() else { continue };
            if is_credential_name(name) || has_password(value) {
                add(format!("{part}.{name}"), name, value);
            }
        }
    }
    let args = entry.get("args").and_then(Value::as_array).into_iter().flatten();
    let args: Vec<String> = args.filter_map(|argument| argument.as_str().map(str::to_owned)).collect();
    for (name, value) in credential_arguments(&args) {
        add(format!("args {name}"), name, value);
    }
    for argument in args.iter().filter(|argument| has_password(argument)) {
        add("args".to_owned(), "URL", argument);
    }
    let url = entry.get("url").and_then(Value::as_str);
    if let Some(url) = url.and_then(|url| Url::parse(url).ok()) {
        if let Some(password) = url.password() {
            add("url".to_owned(), "PASSWORD", password);
        }
        for (name, value) in url.query_pairs().filter(|(name, _)| is_credential_name(name)) {
            add(format!("url {name}"), &name, &value);
        }
    }
    secrets
}
