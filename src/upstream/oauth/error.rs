//! [`OAuthError`]: why there is no token, and what somebody can do about it.
//!
//! What servers say is cut short, and what could act on a terminal is spelt out. Of what is said where tokens are
//! exchanged only the protocol's own words are kept.

use std::{error::Error, io, time::Duration};

use rmcp::{
    service::{ClientInitializeError, ServiceError},
    transport::{
        auth::AuthError,
        streamable_http_client::{AuthRequiredError, InsufficientScopeError, StreamableHttpError},
    },
};

use super::ProtectedServer;
use crate::format::{clipped, visible};

/// The longest text of a server that is shown, in characters.
const TOLD_LIMIT: usize = 300;

/// What the protocol lets an authorization server say of a request for a token (RFC 6749, 6750, 8707).
const REFUSALS: [&str; 10] = [
    "access_denied",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_target",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// Why a server cannot be shown a token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OAuthError {
    #[error("server {server} wants a login, or a new one: run `codefirst login {server} --config …`")]
    LoginRequired { server: String },
    #[error(
        "server {server} needs no login: the configuration has a `clientSecret` for it, with which tokens are asked for"
    )]
    LoginNotNeeded { server: String },
    #[error(
        "server {server} does not say where to log in: it publishes no OAuth metadata. If it wants no token, leave `oauth` \
         out; if it wants a fixed one, write it into `headers`"
    )]
    NoOAuth { server: String },
    #[error(
        "server {server}: nothing was found out about its authorization: {reason}. Is its `url` right, and is it up?"
    )]
    Unreachable { server: String, reason: String },
    #[error(
        "server {server}: what it publishes about its authorization cannot be used: {reason}. Tell whoever runs it"
    )]
    Metadata { server: String, reason: String },
    #[error(
        "server {server}: its authorization is at {endpoint}, where others could read along. It has to be at an https address"
    )]
    Insecure { server: String, endpoint: String },
    #[error(
        "server {server}: its authorization server registers no new client: {reason}. Register codefirst there yourself, \
         with the redirect URI http://127.0.0.1/callback, and write the `clientId` into `oauth`"
    )]
    Registration { server: String, reason: String },
    #[error("server {server}: `clientSecret` wants a `clientId` beside it in `oauth`")]
    NoClientId { server: String },
    #[error(
        "server {server}: the login was not granted: {reason}. To try again, run `codefirst login {server} --config …`"
    )]
    Denied { server: String, reason: String },
    #[error(
        "server {server}: the browser came back with another login's answer (its `state` is not ours), which was not used. \
         Close its tabs and run `codefirst login {server} --config …` again"
    )]
    WrongState { server: String },
    #[error("server {server}: nobody has logged in within {} s. Run `codefirst login {server} --config …` again", after.as_secs())]
    TimedOut { server: String, after: Duration },
    #[error("cannot wait for the browser on 127.0.0.1: {source}")]
    Callback { source: io::Error },
    #[error(
        "server {server}: the login was granted, but no token was: {reason}. Run `codefirst login {server} --config …` again"
    )]
    Exchange { server: String, reason: String },
    #[error("server {server}: the token could not be renewed just now: {reason}. The login stays; try again later")]
    Renewal { server: String, reason: String },
    #[error(
        "server {server}: no token for its client: {reason}. Check `clientId`, `clientSecret` and `scopes` in `oauth`"
    )]
    Client { server: String, reason: String },
    #[error("server {server} does not accept the token that its authorization server gave to the client of `oauth`")]
    TokenNotAccepted { server: String },
    #[error(
        "server {server} wants more than the token allows{}: add it to `scopes` in `oauth` and log in again",
        wanted(scope)
    )]
    Scope { server: String, scope: Option<String> },
    #[error("server {server}: its stored login cannot be used: {reason}")]
    Store { server: String, reason: String },
    #[error("no folder to keep logins in: neither {variables} is set")]
    NoFolder { variables: &'static str },
    #[error("server {server}: {reason}")]
    Other { server: String, reason: String },
}

impl OAuthError {
    /// What rmcp's error means for a server.
    pub(super) fn new(server: ProtectedServer<'_>, error: &AuthError) -> Self {
        let config = server.config;
        let server = server.name.to_owned();
        match error {
            AuthError::AuthorizationRequired | AuthError::TokenExpired | AuthError::TokenRefreshRejected(_) => {
                if config.client_secret.is_some() {
                    Self::TokenNotAccepted { server }
                } else {
                    Self::LoginRequired { server }
                }
            }
            AuthError::InsufficientScope { required_scope, .. } => {
                Self::Scope { server, scope: Some(told(required_scope)).filter(|scope| !scope.is_empty()) }
            }
            AuthError::TokenRefreshFailed(text) => Self::Renewal { server, reason: refusal(text) },
            AuthError::TokenExchangeFailed(text) => Self::Exchange { server, reason: refusal(text) },
            AuthError::ClientCredentialsError(text) if text.contains("does not support auth method") => {
                Self::Metadata { server, reason: "it takes no client secret".to_owned() }
            }
            AuthError::ClientCredentialsError(text) => Self::Client { server, reason: refusal(text) },
            AuthError::RegistrationFailed(text) => Self::Registration { server, reason: told(text) },
            AuthError::CredentialStoreError(text) => Self::Store { server, reason: told(text) },
            AuthError::DiscoveryRequestFailed { source, .. } => {
                Self::Unreachable { server, reason: told(&root(source.as_ref())) }
            }
            AuthError::HttpError(error) => Self::Unreachable { server, reason: told(&root(error)) },
            AuthError::NoAuthorizationSupport => Self::NoOAuth { server },
            AuthError::ProtectedResourceMetadataInvalid { reason, .. } => {
                Self::Metadata { server, reason: told(&reason.to_string()) }
            }
            AuthError::AuthorizationServersUnavailable { .. }
            | AuthError::AuthorizationServerMismatch { .. }
            | AuthError::AuthorizationServerMissingIssuer { .. }
            | AuthError::MetadataError(_)
            | AuthError::PkceUnsupported
            | AuthError::UrlError(_)
            | AuthError::InvalidScope(_) => Self::Metadata { server, reason: told(&error.to_string()) },
            other => Self::Other { server, reason: told(&other.to_string()) },
        }
    }

    /// What, if anything, an error of a connection through [`client`](super::client) has to do with OAuth.
    pub(crate) fn cause(server: ProtectedServer<'_>, error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(error) = error.downcast_ref::<AuthError>() {
                return Some(Self::new(server, error));
            }
            if let Some(StreamableHttpError::Auth(error)) = error.downcast_ref::<StreamableHttpError<reqwest::Error>>()
            {
                return Some(Self::new(server, error));
            }
            if error.is::<AuthRequiredError>() {
                return Some(Self::new(server, &AuthError::AuthorizationRequired));
            }
            if let Some(error) = error.downcast_ref::<InsufficientScopeError>() {
                let scope = error.get_required_scope().map(told);
                return Some(Self::Scope { server: server.name.to_owned(), scope });
            }
            next = inner(error);
        }
        None
    }
}

/// What an error was made of. rmcp does not call all of that a source.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(ServiceError::TransportSend(error)) = error.downcast_ref() {
        return Some(error);
    }
    match error.downcast_ref() {
        Some(ClientInitializeError::TransportError { error, .. }) => Some(error),
        Some(ClientInitializeError::LegacyFallbackFailed { fallback, .. }) => Some(&**fallback),
        _ => error.source(),
    }
}

fn wanted(scope: &Option<String>) -> String {
    scope.as_ref().map_or_else(String::new, |scope| format!(" (`{scope}`)"))
}

/// Foreign text on one line, short and with nothing in it that acts on its reader.
pub(super) fn told(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    clipped(&visible(&words.join(" ")), TOLD_LIMIT)
}

/// One of the protocol's own words for a refusal.
pub(super) fn known_refusal(word: &str) -> Option<&'static str> {
    REFUSALS.into_iter().find(|refusal| *refusal == word)
}

/// Why a token was refused, without a word of the server's own.
fn refusal(text: &str) -> String {
    let mut words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    if let Some(word) = words.find_map(known_refusal) {
        format!("the authorization server says `{word}`")
    } else if text.contains("Request failed") {
        "the authorization server cannot be reached".to_owned()
    } else if text.contains("error response") {
        "the authorization server refuses it".to_owned()
    } else {
        "the authorization server's answer is not one of OAuth".to_owned()
    }
}

/// The innermost cause: what lies around it names addresses, which can be secrets.
fn root(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match innermost.downcast_ref::<reqwest::Error>() {
        Some(error) if error.is_timeout() => "no answer in time".to_owned(),
        Some(_) => "no HTTP answer".to_owned(),
        None => innermost.to_string(),
    }
}
