//! [`Login`]: a person grants codefirst access to a server in a browser, and the tokens are stored.

use std::time::Duration;

use reqwest::Url;
use rmcp::transport::auth::{AuthorizationManager, AuthorizationMetadata, CredentialStore, OAuthClientConfig};
use tokio::time::timeout;

use super::{CredentialFolder, OAuthError, ProtectedServer, callback::Callback, discover, store::ServerCredentials};
use crate::config::OAuthConfig;

/// How long a person may take.
const LOGIN_PATIENCE: Duration = Duration::from_secs(5 * 60);

/// What authorization servers show as the name of who asks.
const CLIENT_NAME: &str = "codefirst";

/// The scope that some authorization servers want to be asked for before they give tokens that can be renewed.
const OFFLINE_ACCESS: &str = "offline_access";

/// A login that waits for its person.
pub(crate) struct Login<'a> {
    server: ProtectedServer<'a>,
    manager: AuthorizationManager,
    callback: Callback,
    credentials: ServerCredentials,
    address: String,
    state: String,
}

impl<'a> Login<'a> {
    /// Finds the authorization server, registers there if the configuration has no client, and waits for a browser.
    pub(crate) async fn start(server: ProtectedServer<'a>, folder: &CredentialFolder) -> Result<Self, OAuthError> {
        if server.config.client_secret.is_some() {
            return Err(OAuthError::LoginNotNeeded { server: server.name.into() });
        }
        let failed = |error| OAuthError::new(server, &error);
        let callback = Callback::bind().await?;
        let (mut manager, metadata) = discover(server).await?;
        let scopes = scopes(server.config, &manager, &metadata).await;
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let client_secret = match &server.config.client_id {
            Some(id) => {
                manager.configure_client(OAuthClientConfig::new(id, callback.redirect_uri())).map_err(failed)?;
                None
            }
            None => {
                let client = manager.register_client(CLIENT_NAME, callback.redirect_uri(), &scopes).await;
                client.map_err(failed)?.client_secret
            }
        };
        let credentials = folder.server(server.name, server.url).with_client_secret(client_secret);
        manager.set_credential_store(credentials.clone());
        let address = manager.get_authorization_url(&scopes).await.map_err(failed)?;
        let state = state(&address).ok_or_else(|| OAuthError::Other {
            server: server.name.into(),
            reason: "the address of its authorization cannot be used".to_owned(),
        })?;
        Ok(Self { server, manager, callback, credentials, address, state })
    }

    /// Where the person has to go. It is an HTTP address, and all ASCII.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the person, and stores the tokens.
    pub(crate) async fn finish(self) -> Result<(), OAuthError> {
        let Self { server, manager, callback, credentials, address: _, state } = self;
        let timed_out = |_| OAuthError::TimedOut { server: server.name.into(), after: LOGIN_PATIENCE };
        let granted = timeout(LOGIN_PATIENCE, callback.answer(server.name, &state)).await.map_err(timed_out)??;
        let exchange = async {
            // Nobody is to put a token of the login before in the place of the new one.
            let _lock = credentials.acquire_refresh_guard().await?;
            manager.exchange_code_for_token_with_issuer(&granted.code, &state, granted.issuer.as_deref()).await
        };
        exchange.await.map(drop).map_err(|error| OAuthError::new(server, &error))
    }
}

/// What to ask for: what the configuration says, else what the server does.
async fn scopes(config: &OAuthConfig, manager: &AuthorizationManager, metadata: &AuthorizationMetadata) -> Vec<String> {
    if config.scopes.is_empty() {
        return manager.select_initial_scopes(&[]).await;
    }
    let mut scopes = config.scopes.clone();
    let is_offline = |scope: &String| scope == OFFLINE_ACCESS;
    if metadata.scopes_supported.iter().flatten().any(is_offline) && !scopes.iter().any(is_offline) {
        scopes.push(OFFLINE_ACCESS.to_owned());
    }
    scopes
}

/// The `state` by which the answer will be known.
fn state(address: &str) -> Option<String> {
    let address = Url::parse(address).ok()?;
    address.query_pairs().find(|(name, _)| name == "state").map(|(_, state)| state.into_owned())
}
