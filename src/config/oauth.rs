//! How clients write what a login is made with.

use std::collections::BTreeMap;

use serde::{Deserialize, de::IgnoredAny};

use super::{entry::Wrong, nearest::suggestion, secret::Secret, server::OAuthConfig};

/// `oauth` as Claude Code and VS Code write it, and `auth` as Cursor does.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with `clientId`, `clientSecret`, `scopes`")]
pub(super) struct RawOAuth {
    #[serde(alias = "CLIENT_ID", alias = "client_id")]
    client_id: Option<String>,
    #[serde(alias = "CLIENT_SECRET", alias = "client_secret")]
    client_secret: Option<String>,
    #[serde(default, alias = "scope")]
    scopes: Scopes,
    #[serde(flatten)]
    rest: BTreeMap<String, IgnoredAny>,
}

/// Claude Code has them in one string, with spaces between.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a string or a list of strings")]
enum Scopes {
    List(Vec<String>),
    Text(String),
}

impl Default for Scopes {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

const KEYS: [&str; 3] = ["clientId", "clientSecret", "scopes"];

/// What clients need where somebody logs in through them, or to find the server's endpoints, which rmcp does by itself.
const KEYS_OF_CLIENTS: [&str; 13] = [
    "audiences",
    "authServerMetadataUrl",
    "authorizationUrl",
    "callbackPort",
    "enabled",
    "issuer",
    "redirectUri",
    "redirect_uri",
    "registrationUrl",
    "tokenParamName",
    "tokenUrl",
    "type",
    "xaa",
];

impl RawOAuth {
    pub const EXPECTED: &str = "expected an object with `CLIENT_ID`, `CLIENT_SECRET` and `scopes`";

    /// `key` is the one in the entry that all this stands behind.
    pub fn resolve(
        &self,
        key: &str,
        fill: &mut impl FnMut(&[&str], &str) -> Result<String, Wrong>,
    ) -> Result<OAuthConfig, Wrong> {
        if let Some(unknown) = self.rest.keys().find(|key| !KEYS_OF_CLIENTS.contains(&key.as_str())) {
            return Err(Wrong::new(&[key, unknown], format!("unknown key; {}", suggestion(unknown, KEYS))));
        }
        let mut filled = |text: &Option<String>| text.as_ref().map(|text| fill(&[key], text)).transpose();
        let client_id = filled(&self.client_id)?;
        let client_secret = filled(&self.client_secret)?.map(Secret::new);
        if client_secret.is_some() && client_id.is_none() {
            return Err(Wrong::new(&[key], "a client's secret without its `clientId`"));
        }
        let scopes = match &self.scopes {
            Scopes::List(scopes) => scopes.clone(),
            Scopes::Text(text) => text.split_whitespace().map(str::to_owned).collect(),
        };
        Ok(OAuthConfig { client_id, client_secret, scopes })
    }
}
