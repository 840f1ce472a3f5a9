//! Who may ask for anything at all: the checks that every request passes before it reaches the MCP endpoint or a page.
//!
//! In goes a request; it comes out with its [`Principal`] and its [`Caller`] in its extensions and with its whole body
//! read, or is refused with an explanation in plain text:
//!
//! | check | refusal |
//! |---|---|
//! | `Host` is a name of ours, `Origin`, if there is one, is ours or allowed (DNS rebinding, other sites' pages) | 403 |
//! | a token, as `Authorization: Bearer` or as the password of HTTP Basic, if there are tokens | 401 |
//! | the principal's rate | 429 |
//! | the body's length, and the time that it takes to come | 413, 408 |
//!
//! `/healthz` and `/readyz` need no token and have no rate: whoever probes them has none.

mod body;
mod credentials;
mod names;
mod rate;
mod refusal;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
            ACCESS_CONTROL_REQUEST_METHOD, VARY,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytesize::ByteSize;

pub use self::credentials::Credential;
use self::{credentials::Credentials, names::Names, rate::Rates, refusal::Refusal};
use super::{HEALTH_PATH, MCP_PATH, READY_PATH};
use crate::{host::Principal, policy::Rate};

/// What requests are held to.
pub struct AccessOptions {
    /// Without any, everybody is the default principal.
    pub credentials: Vec<Credential>,
    /// Where we listen.
    pub bound: SocketAddr,
    /// Names under which we are reached beside the loopback ones, such as `gateway.example` or, for one port only,
    /// `gateway.example:8443`.
    pub allowed_hosts: Vec<String>,
    /// Other sites whose pages may call us, such as `https://inspector.example`.
    pub allowed_origins: Vec<String>,
    /// How many requests each principal may make of the MCP endpoint, and as many of everything else. None: any number.
    pub rate: Option<Rate>,
    /// The longest body.
    pub max_body: ByteSize,
}

/// The checks. See the documentation of this module.
pub struct Access {
    credentials: Credentials,
    names: Names,
    rates: Option<Rates>,
    max_body: ByteSize,
}

/// Who has made a request, as its token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub principal: Principal,
    /// Whether they see what others have asked for, or only what they have themselves.
    pub is_operator: bool,
}

impl Caller {
    pub fn sees(&self, principal: &Principal) -> bool {
        self.is_operator || self.principal == *principal
    }
}

/// Why an address may not be listened at.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{address} can be reached from other machines, and without a token anybody there could call every tool; listen at \
     127.0.0.1:{}, or give a token: [[http.tokens]] in codefirst.toml", address.port()
)]
pub struct BindError {
    pub address: SocketAddr,
}

/// Without a token only this machine may reach us.
pub fn bind_check(address: SocketAddr, has_tokens: bool) -> Result<(), BindError> {
    if has_tokens || address.ip().to_canonical().is_loopback() { Ok(()) } else { Err(BindError { address }) }
}

impl Access {
    pub fn new(options: AccessOptions) -> Self {
        Self {
            credentials: Credentials::new(&options.credentials),
            names: Names::new(options.bound, &options.allowed_hosts, &options.allowed_origins),
            rates: options.rate.map(Rates::new),
            max_body: options.max_body,
        }
    }

    /// Lets a request pass that may, with who made it.
    async fn admit(&self, request: Request) -> Result<Request, Refusal> {
        let path = request.uri().path();
        let (is_mcp, is_probe) = (path == MCP_PATH, [HEALTH_PATH, READY_PATH].contains(&path));
        let (mut parts, body) = request.into_parts();
        match self.credentials.caller(&parts.headers) {
            Ok(caller) => {
                if let Some(rates) = self.rates.as_ref().filter(|_| !is_probe) {
                    rates.take(&caller.principal, is_mcp).map_err(|retry_after| Refusal::TooOften { retry_after })?;
                }
                parts.extensions.insert(caller.principal.clone());
                parts.extensions.insert(caller);
            }
            Err(_) if is_probe => {}
            Err(failure) => return Err(Refusal::Unauthenticated { failure, offers_basic: !is_mcp }),
        }
        // Nothing else takes one.
        let body = if is_mcp { body::read(body, self.max_body).await? } else { Bytes::new() };
        Ok(Request::from_parts(parts, Body::from(body)))
    }
}

/// The checks as a layer of the router.
pub(super) async fn guard(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    let origin = match access.names.check(&request) {
        Ok(foreign_origin) => foreign_origin.cloned(),
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = if origin.is_some() && is_preflight(&request) {
        preflight(request.headers())
    } else {
        match access.admit(request).await {
            Ok(request) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        }
    };
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("mcp-session-id, www-authenticate"));
        headers.append(VARY, HeaderValue::from_static("origin"));
    }
    response
}

/// What a browser asks, without credentials, before it lets another site's page make the request proper.
fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The origin is an allowed one: its pages may send what the protocol needs.
fn preflight(asked: &HeaderMap) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, DELETE"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    if let Some(names) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    (StatusCode::NO_CONTENT, headers).into_response()
}
