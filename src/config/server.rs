//! How a server is reached, and what of that must not be shown.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    sync::Arc,
};

use reqwest::Url;

use super::secret::{Secret, has_password, is_credential_name};

/// Shorter texts occur everywhere; they would be redacted out of every other word.
const SHORTEST_SECRET: usize = 6;
/// Parts of an address that are so long and have digits may be keys.
const RANDOM_LENGTH: usize = 20;

/// A server and how it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerConfig {
    pub name: Arc<str>,
    pub transport: TransportConfig,
    /// What was put in for placeholders and may be a credential.
    pub(super) expanded: BTreeSet<String>,
}

/// How a server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportConfig {
    Child(ChildConfig),
    Http(HttpConfig),
}

/// A server that runs as a child process and speaks MCP over its standard input and output.
#[derive(Clone, PartialEq, Eq)]
pub struct ChildConfig {
    /// The program to run, looked up in `PATH` unless it is a path.
    pub command: String,
    pub args: Vec<String>,
    /// Environment variables added to those that every server gets.
    pub env: BTreeMap<String, String>,
    /// The working directory; that of this process if not given.
    pub cwd: Option<PathBuf>,
}

/// A server that is reached over streamable HTTP.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// An absolute address, `http` or `https`.
    pub url: String,
    /// Sent with every request.
    pub headers: BTreeMap<String, String>,
    pub oauth: Option<OAuthConfig>,
}

/// How a token for a server is had. With a client secret by the grant for client credentials, otherwise by a login that
/// somebody has made before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OAuthConfig {
    pub client_id: Option<String>,
    pub client_secret: Option<Secret>,
    /// What is asked for; what the server offers, if empty.
    pub scopes: Vec<String>,
}

impl ServerConfig {
    pub fn new(name: impl Into<Arc<str>>, transport: TransportConfig) -> Self {
        Self { name: name.into(), transport, expanded: BTreeSet::new() }
    }

    /// A server that runs as a child process.
    pub fn child<'a>(name: &str, command: &str, args: impl IntoIterator<Item = &'a str>) -> Self {
        let args = args.into_iter().map(str::to_owned).collect();
        let child = ChildConfig { command: command.to_owned(), args, env: BTreeMap::new(), cwd: None };
        Self::new(name, TransportConfig::Child(child))
    }

    /// A server that is reached over streamable HTTP.
    pub fn http(name: &str, url: &str) -> Self {
        let http = HttpConfig { url: url.to_owned(), headers: BTreeMap::new(), oauth: None };
        Self::new(name, TransportConfig::Http(http))
    }

    /// What must never be shown, for whoever redacts messages: what placeholders stood for, and what goes by the name of a
    /// credential. Texts of fewer than 6 characters are left out.
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets = self.expanded.clone();
        match &self.transport {
            TransportConfig::Child(child) => {
                let is_secret = |(name, value): &(&String, &String)| is_credential_name(name) || has_password(value);
                secrets.extend(child.env.iter().filter(is_secret).map(|(_, value)| value.clone()));
                secrets.extend(credential_arguments(&child.args).map(|(_, value)| value.to_owned()));
            }
            TransportConfig::Http(http) => {
                for value in http.headers.values() {
                    secrets.insert(value.clone());
                    // The token alone is what a server would quote.
                    if let Some((_, token)) = value.split_once(' ') {
                        secrets.insert(token.trim().to_owned());
                    }
                }
                secrets.extend(http.oauth.iter().flat_map(|oauth| &oauth.client_secret).map(|s| s.expose().to_owned()));
                if let Ok(url) = Url::parse(&http.url) {
                    let query = url.query_pairs().filter(|(name, _)| is_credential_name(name));
                    secrets.extend(query.map(|(_, value)| value.into_owned()));
                    secrets.extend(url.password().map(str::to_owned));
                    // Some servers take the key as a user's name, or as a part of the path.
                    secrets.insert(url.username().to_owned());
                    let is_random =
                        |part: &str| part.len() >= RANDOM_LENGTH && part.bytes().any(|b| b.is_ascii_digit());
                    let parts = url.path_segments().into_iter().flatten();
                    secrets.extend(parts.filter(|part| is_random(part)).map(str::to_owned));
                    secrets
                        .extend(url.query_pairs().filter(|(_, value)| is_random(value)).map(|(_, v)| v.into_owned()));
                }
            }
        }
        secrets.into_iter().filter(|secret| secret.chars().count() >= SHORTEST_SECRET).collect()
    }
}

/// Of arguments such as `--api-key abc` and `--token=abc`, the name and the value.
pub(super) fn credential_arguments(args: &[String]) -> impl Iterator<Item = (&str, &str)> {
    args.iter().enumerate().filter_map(|(index, argument)| {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, value),
            None => (argument.as_str(), args.get(index + 1).filter(|next| !next.starts_with('-'))?.as_str()),
        };
        (name.starts_with('-') && is_credential_name(name)).then_some((name, value))
    })
}

/// Leaves out the values of environment variables, which are often credentials, and of arguments that are.
impl fmt::Debug for ChildConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets: Vec<&str> = credential_arguments(&self.args).map(|(_, value)| value).collect();
        let shown = |argument: &String| match secrets.iter().find(|secret| argument.ends_with(**secret)) {
            Some(secret) => format!("{}…", argument.trim_end_matches(secret)),
            None => argument.clone(),
        };
        f.debug_struct("ChildConfig")
            .field("command", &self.command)
            .field("args", &self.args.iter().map(shown).collect::<Vec<_>>())
            .field("env", &self.env.keys())
            .field("cwd", &self.cwd)
            .finish()
    }
}

/// Leaves out the values of headers, and of the address all but its origin.
impl fmt::Debug for HttpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = Url::parse(&self.url).map(|url| url.origin().ascii_serialization());
        f.debug_struct("HttpConfig")
            .field("url", &origin.as_deref().unwrap_or("…"))
            .field("headers", &self.headers.keys())
            .field("oauth", &self.oauth)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_by_the_name_of_a_credential_is_a_secret() {
        let mut server =
            ServerConfig::child("x", "x", ["--api-key", "from-args", "--token=also-args", "--root", "/srv"]);
        if let TransportConfig::Child(child) = &mut server.transport {
            for (name, value) in [
                ("API_KEY", "from-env"),
                ("LOG_LEVEL", "warning"),
                ("MY_TOKEN", "short"),
                ("DATABASE_URL", "postgres://me:word@host/db"),
            ] {
                child.env.insert(name.to_owned(), value.to_owned());
            }
        }
        assert_eq!(server.secrets(), ["also-args", "from-args", "from-env", "postgres://me:word@host/db"]);
        let shown = format!("{server:?}");
        assert!(shown.contains("API_KEY") && shown.contains("/srv"), "{shown}");
        assert!(server.secrets().iter().all(|secret| !shown.contains(secret)), "{shown}");
    }

    #[test]
    fn headers_client_secrets_and_credentials_in_addresses_are_secrets() {
        let mut server = ServerConfig::http(
            "x",
            "https://me:password@host/0123456789abcdefghij/mcp?api_key=in-query&page=number-one",
        );
        if let TransportConfig::Http(http) = &mut server.transport {
            http.headers.insert("Authorization".to_owned(), "Bearer in-header".to_owned());
            http.oauth = Some(OAuthConfig {
                client_secret: Some(Secret::new("client-secret")),
                client_id: Some("client".to_owned()),
                scopes: Vec::new(),
            });
        }
        let secrets = server.secrets();
        assert_eq!(
            secrets,
            ["0123456789abcdefghij", "Bearer in-header", "client-secret", "in-header", "in-query", "password"]
        );
        let shown = format!("{server:?}");
        assert!(shown.contains("Authorization") && shown.contains("Authorization"), "{shown}");
        assert!(secrets.iter().all(|secret| !shown.contains(secret)), "{shown}");
    }
}
