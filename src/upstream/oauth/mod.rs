//! OAuth towards upstream servers (the authorization part of MCP): who we are to a server that wants to know.
//!
//! In goes a [`ProtectedServer`], its address and what the configuration says of it; out comes, from [`client`], an HTTP
//! client that shows the server a token with each request. With a client secret the token is asked for and renewed
//! without anybody's help (the grant `client_credentials`). Without one, somebody has logged in before: [`Login`] lets a
//! browser do that and puts the tokens into a [`CredentialFolder`], where every process of this user finds and renews
//! them. The protocol itself is rmcp's: discovery, registration, PKCE, the exchanges.
//!
//! No token is in an error or in the log, but for one thing: at the level `debug` rmcp logs the code that a login has
//! just been exchanged for. A subscriber for that level should have the directive [`UNLOGGED`].
//!
//! | module | job |
//! |---|---|
//! | `store` | tokens in files, one for each server |
//! | `granted` | tokens by the grant `client_credentials` |
//! | `login`, `callback` | tokens by a person and a browser |
//! | `http` | what is sent to authorization servers, and what of their answers rmcp sees |
//! | `error` | what can go wrong, with the remedy |

mod callback;
mod error;
mod granted;
mod http;
mod login;
mod store;

#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use reqwest::Url;
use rmcp::transport::auth::{
    AuthClient, AuthorizationManager, AuthorizationMetadata, CredentialStore, OAuthClientConfig,
};

use self::http::{DiscreetClient, is_loopback};
pub(crate) use self::{error::OAuthError, login::Login, store::CredentialFolder};
use crate::config::OAuthConfig;

/// Keeps codes out of the log: a directive for the `EnvFilter` of the `tracing` crate.
pub(crate) const UNLOGGED: &str = "rmcp::transport::auth=info";

/// A server that is spoken to over HTTP and wants to know with whom it speaks.
#[derive(Clone, Copy)]
pub(crate) struct ProtectedServer<'a> {
    /// As the configuration calls it.
    pub name: &'a str,
    pub url: &'a str,
    pub config: &'a OAuthConfig,
}

/// An HTTP client that sends through `http` and adds the token. It gets the first one before it returns, so what a person
/// has to do about it is known then: [`OAuthError::LoginRequired`]. What goes wrong later comes with rmcp's errors, out
/// of which [`OAuthError::cause`] takes it.
pub(crate) async fn client(
    server: ProtectedServer<'_>,
    http: reqwest::Client,
    folder: &CredentialFolder,
) -> Result<AuthClient<reqwest::Client>, OAuthError> {
    let manager = match &server.config.client_secret {
        Some(secret) => granted::manager(server, secret).await?,
        None => logged_in(server, folder).await?,
    };
    manager.get_access_token().await.map_err(|error| OAuthError::new(server, &error))?;
    Ok(AuthClient::new(http, manager))
}

/// The manager of tokens that a login has stored.
async fn logged_in(server: ProtectedServer<'_>, folder: &CredentialFolder) -> Result<AuthorizationManager, OAuthError> {
    let failed = |error| OAuthError::new(server, &error);
    let login_required = || OAuthError::LoginRequired { server: server.name.into() };
    let credentials = folder.server(server.name, server.url);
    let stored = credentials.load().await.map_err(failed)?.ok_or_else(login_required)?;
    // Tokens are given to one client, and only that one may renew them.
    if server.config.client_id.as_ref().is_some_and(|id| *id != stored.client_id) {
        return Err(login_required());
    }
    let credentials = credentials.with_stored_secret().map_err(failed)?;
    let (mut manager, _) = discover(server).await?;
    let client_secret = credentials.client_secret().map(str::to_owned);
    manager.set_credential_store(credentials);
    if !manager.initialize_from_store().await.map_err(failed)? {
        return Err(login_required());
    }
    if let Some(secret) = client_secret {
        // The address for the browser to return to is not used any more, but there has to be one.
        let client = OAuthClientConfig::new(stored.client_id, server.url).with_client_secret(secret);
        manager.configure_client(client).map_err(failed)?;
    }
    Ok(manager)
}

/// rmcp's part in it, which knows nothing yet.
async fn manager(server: ProtectedServer<'_>) -> Result<AuthorizationManager, OAuthError> {
    let failed = |error| OAuthError::new(server, &error);
    let url = Url::parse(server.url).map_err(|error| failed(error.into()))?;
    let http = DiscreetClient::new(&url).map_err(|error| failed(error.into()))?;
    AuthorizationManager::new_with_oauth_http_client(url, Arc::new(http)).await.map_err(failed)
}

/// Finds out where tokens for a server are to be had.
async fn discover(server: ProtectedServer<'_>) -> Result<(AuthorizationManager, AuthorizationMetadata), OAuthError> {
    let mut manager = manager(server).await?;
    let resolution = manager.resolve_metadata().await.map_err(|error| OAuthError::new(server, &error))?;
    if !resolution.source.is_discovered() {
        // rmcp has guessed, as the protocol of March 2025 wanted it.
        return Err(OAuthError::NoOAuth { server: server.name.into() });
    }
    let metadata = resolution.metadata;
    let registration = metadata.registration_endpoint.as_ref();
    for endpoint in [&metadata.authorization_endpoint, &metadata.token_endpoint].into_iter().chain(registration) {
        if !is_confidential(endpoint) {
            return Err(OAuthError::Insecure { server: server.name.into(), endpoint: error::told(endpoint) });
        }
    }
    manager.set_metadata(metadata.clone());
    Ok((manager, metadata))
}

/// Whether nobody between here and there can read along.
fn is_confidential(endpoint: &str) -> bool {
    Url::parse(endpoint).is_ok_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    })
}
