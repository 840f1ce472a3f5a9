//! [`DiscreetClient`]: how rmcp speaks with authorization servers.
//!
//! It gives rmcp of an answer to a request for a token only what rmcp is to know. rmcp logs what an authorization server
//! says and puts it into its errors, and some authorization servers repeat the token that they refuse, or add tokens for
//! other uses. And it goes nowhere that a server has no business to send it: metadata that names this machine's own
//! addresses, or those that only machines of a cloud know, names them in vain.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::http::{Method, Response, header};
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use rmcp::transport::auth::{
    OAuthHttpClient, OAuthHttpClientError, OAuthHttpClientFuture, OAuthHttpRedirectPolicy, OAuthHttpRequest,
};
use serde_json::{Map, Value, json};

use super::error::known_refusal;
use crate::http_client::install_cryptography;

const TIMEOUT: Duration = Duration::from_secs(30);
const ANSWER_LIMIT_BYTES: usize = 1024 * 1024;
const REDIRECT_LIMIT: usize = 5;

/// What there is in an answer with a token (RFC 6749, 5.1). Some answers have an identity token besides.
const TOKEN_MEMBERS: [&str; 5] = ["access_token", "token_type", "expires_in", "refresh_token", "scope"];

pub(super) struct DiscreetClient {
    follow: Client,
    stop: Client,
    reach: Reach,
}

impl DiscreetClient {
    /// For a server at this address.
    pub fn new(server: &Url) -> Result<Self, reqwest::Error> {
        install_cryptography();
        let reach = Reach { loopback: is_loopback(server) };
        let build = |redirects| {
            Client::builder().timeout(TIMEOUT).redirect(redirects).dns_resolver(Arc::new(Resolver(reach))).build()
        };
        let follow = redirect::Policy::custom(move |attempt| {
            let is_downgrade =
                attempt.url().scheme() == "http" && attempt.previous().iter().any(|url| url.scheme() == "https");
            if attempt.previous().len() > REDIRECT_LIMIT || is_downgrade || !reach.allows(attempt.url()) {
                attempt.error("it leads astray")
            } else {
                attempt.follow()
            }
        });
        Ok(Self { follow: build(follow)?, stop: build(redirect::Policy::none())?, reach })
    }
}

impl OAuthHttpClient for DiscreetClient {
    fn execute(&self, request: OAuthHttpRequest) -> OAuthHttpClientFuture<'_> {
        Box::pin(async move {
            let OAuthHttpRequest { request, redirect_policy, .. } = request;
            // Registration is JSON, and the rest is asked for with GET.
            let form = "application/x-www-form-urlencoded";
            let is_for_token = request.method() == Method::POST
                && request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == form.as_bytes());
            let request = reqwest::Request::try_from(request)?;
            if !self.reach.allows(request.url()) {
                return Err("its address is not one that a server may name".into());
            }
            let client = match redirect_policy {
                OAuthHttpRedirectPolicy::Follow => &self.follow,
                _ => &self.stop,
            };
            // The error's address may be a secret, and is known to who reads it.
            let mut response = client.execute(request).await.map_err(reqwest::Error::without_url)?;
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
                if chunk.len() > ANSWER_LIMIT_BYTES - body.len() {
                    return Err(OAuthHttpClientError::from("its answer is longer than 1 MiB"));
                }
                body.extend_from_slice(&chunk);
            }
            let mut discreet = Response::new(Vec::new());
            *discreet.status_mut() = response.status();
            *discreet.headers_mut() = response.headers().clone();
            *discreet.body_mut() =
                if is_for_token { token_answer(response.status().is_success(), &body) } else { body };
            Ok(discreet)
        })
    }
}

/// An answer to a request for a token, without what is not of the protocol.
fn token_answer(is_success: bool, body: &[u8]) -> Vec<u8> {
    let mut answer: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    if is_success {
        answer.retain(|name, _| TOKEN_MEMBERS.contains(&name.as_str()));
        return Value::from(answer).to_string().into_bytes();
    }
    let error = answer.get("error").and_then(Value::as_str).map(|error| known_refusal(error).unwrap_or("refused"));
    // What is no answer of OAuth stays none.
    error.map_or_else(|| json!({}), |error| json!({"error": error})).to_string().into_bytes()
}

/// Where a server may send us.
#[derive(Clone, Copy)]
struct Reach {
    /// To this machine: only if it is on it.
    loopback: bool,
}

impl Reach {
    /// By what the address says itself. What a name stands for is seen when it is resolved.
    fn allows(self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        match host.parse::<IpAddr>() {
            Ok(address) => self.allows_address(address),
            Err(_) => self.loopback || !is_loopback(url),
        }
    }

    /// A company's authorization server may well be at a private address.
    fn allows_address(self, address: IpAddr) -> bool {
        match address.to_canonical() {
            address if address.is_loopback() => self.loopback,
            address if address.is_unspecified() || address.is_multicast() => false,
            IpAddr::V4(address) => !address.is_link_local() && !address.is_broadcast(),
            // The second is where machines of Amazon's cloud learn their secrets.
            IpAddr::V6(address) => {
                !address.is_unicast_link_local() && address.segments() != [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]
            }
        }
    }
}

/// Whether an address says that it is this machine's.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.');
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// The system's resolver, as far as it is allowed to lead.
struct Resolver(Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        // A proxy may be on this machine. Requests to such a name itself are not made.
        let reach = Reach { loopback: self.0.loopback || name.as_str() == "localhost" };
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| reach.allows_address(address.ip())).collect();
            if allowed.is_empty() {
                return Err(io::Error::other("its name stands for no address that a server may name").into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_answer_with_a_token_only_the_protocols_own_members_are_left() {
        let text = |is_success, body: &str| String::from_utf8(token_answer(is_success, body.as_bytes())).unwrap();
        let tokens = r#"{"access_token":"a","id_token":"secret","expires_in":3600,"user":{"mail":"x"}}"#;
        assert_eq!(text(true, tokens), r#"{"access_token":"a","expires_in":3600}"#);
        let refusal = r#"{"error":"invalid_grant","error_description":"secret","error_uri":"secret","more":"secret"}"#;
        assert_eq!(text(false, refusal), r#"{"error":"invalid_grant"}"#);
        assert_eq!(text(false, r#"{"error":"secret"}"#), r#"{"error":"refused"}"#);
        for nonsense in ["secret", r#"["secret"]"#, r#"{"error":["secret"]}"#] {
            assert_eq!(text(false, nonsense), "{}");
        }
    }

    #[test]
    fn a_server_elsewhere_may_not_name_this_machine_and_none_a_clouds_own_addresses() {
        let allows = |loopback, url: &str| Reach { loopback }.allows(&Url::parse(url).unwrap());
        for url in ["https://login.example", "https://93.184.216.34", "https://10.0.0.9", "https://[2606:2800::1]"] {
            assert!(allows(false, url) && allows(true, url), "{url}");
        }
        for url in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://a.localhost.",
            "http://[::1]",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert!(!allows(false, url) && allows(true, url), "{url}");
        }
        for url in [
            "http://169.254.169.254",
            "http://0.0.0.0",
            "http://[fe80::1]",
            "http://[fd00:ec2::254]",
            "http://[::ffff:a9fe:a9fe]",
        ] {
            assert!(!allows(false, url) && !allows(true, url), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_stands_for_a_forbidden_address_has_none() {
        let resolve = async |loopback, name: &str| {
            let found = Resolver(Reach { loopback }).resolve(name.parse().unwrap()).await;
            found.map(Iterator::count).map_err(|error| error.to_string())
        };
        // Resolvers take an address for the name of itself.
        assert!(resolve(false, "127.0.0.1").await.unwrap_err().contains("no address that a server may name"));
        assert!(resolve(true, "169.254.169.254").await.is_err());
        assert_eq!(resolve(true, "127.0.0.1").await, Ok(1));
        assert_eq!(resolve(false, "10.0.0.9").await, Ok(1));
        assert!(resolve(false, "localhost").await.is_ok());
    }
}
