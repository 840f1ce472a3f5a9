//! Tokens that a client gets with its own secret (the grant `client_credentials`), renewed for as long as they are used.
//!
//! rmcp asks for such a token once, and takes it for the end of a login when it expires. [`GrantedTokens`] is a store
//! that asks again before that: what rmcp loads from it is always good for a request.

use rmcp::transport::auth::{
    AuthError, AuthorizationManager, ClientCredentialsConfig, CredentialRefreshGuard, CredentialStore,
    InMemoryCredentialStore, StoredCredentials,
};
use tokio::sync::Mutex;

use super::{OAuthError, ProtectedServer, discover};
use crate::config::Secret;

/// The manager of a client's tokens. It has none yet.
pub(super) async fn manager(
    server: ProtectedServer<'_>,
    client_secret: &Secret,
) -> Result<AuthorizationManager, OAuthError> {
    let failed = |error| OAuthError::new(server, &error);
    let Some(client_id) = server.config.client_id.clone() else {
        return Err(OAuthError::NoClientId { server: server.name.into() });
    };
    let grant = ClientCredentialsConfig::ClientSecret {
        client_id,
        client_secret: client_secret.expose().to_owned(),
        scopes: server.config.scopes.clone(),
        resource: Some(server.url.to_owned()),
    };
    let (mut issuer, metadata) = discover(server).await?;
    issuer.validate_client_credentials_metadata(&grant).map_err(failed)?;
    issuer.configure_client_credentials(&grant).map_err(failed)?;
    let tokens = InMemoryCredentialStore::new();
    issuer.set_credential_store(tokens.clone());

    let mut manager = super::manager(server).await?;
    manager.set_metadata(metadata);
    manager.configure_client_credentials(&grant).map_err(failed)?;
    manager.set_credential_store(GrantedTokens { issuer: Mutex::new(issuer), grant, tokens });
    Ok(manager)
}

struct GrantedTokens {
    /// One asks for a token, the others wait for it.
    issuer: Mutex<AuthorizationManager>,
    grant: ClientCredentialsConfig,
    /// What the issuer keeps.
    tokens: InMemoryCredentialStore,
}

#[async_trait::async_trait]
impl CredentialStore for GrantedTokens {
    async fn load(&self) -> Result<Option<StoredCredentials>, AuthError> {
        let issuer = self.issuer.lock().await;
        match issuer.get_access_token().await {
            Ok(_) => {}
            Err(AuthError::AuthorizationRequired) => {
                issuer.exchange_client_credentials(&self.grant).await?;
            }
            Err(error) => return Err(error),
        }
        let mut stored = self.tokens.load().await?;
        if let Some(credentials) = &mut stored {
            // How old it is has been looked at. A token with a life shorter than rmcp's margin is new and good for now.
            credentials.token_received_at = None;
        }
        Ok(stored)
    }

    async fn save(&self, credentials: StoredCredentials) -> Result<(), AuthError> {
        self.tokens.save(credentials).await
    }

    async fn clear(&self) -> Result<(), AuthError> {
        self.tokens.clear().await
    }

    /// rmcp is about to renew a token because the server did not accept it. The next one is to be a new one.
    async fn acquire_refresh_guard(&self) -> Result<Option<CredentialRefreshGuard>, AuthError> {
        let _issuer = self.issuer.lock().await;
        self.tokens.clear().await?;
        Ok(None)
    }
}
