//! The HTTP client: for alerts, traces, and servers that are reached over HTTP. An address in, a client for it out.
//!
//! A client follows no redirects, so that what it sends goes where it was told to
//! send it or nowhere.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, Url, redirect};

/// A client for this address, each of whose requests ends after `timeout`.
pub(crate) fn client(address: &Url, timeout: Duration) -> Result<Client, reqwest::Error> {
    builder(address).timeout(timeout).build()
}

/// What a client for this address begins with.
pub(crate) fn builder(address: &Url) -> ClientBuilder {
    install_cryptography();
    let builder = Client::builder().redirect(redirect::Policy::none());
    match address.scheme() {
        // A machine without certificates can still speak plain HTTP. No redirect leads from there to HTTPS.
        "http" => builder.tls_certs_only([]),
        _ => builder,
    }
}

/// Whether what goes to this address goes over HTTP, with or without TLS.
pub(crate) fn is_web(address: &Url) -> bool {
    matches!(address.scheme(), "http" | "https") && address.has_host()
}

/// The address as far as it may be shown: its path, query and credentials can be secrets.
pub(crate) fn shown(address: &Url) -> &str {
    address.host_str().unwrap_or_default()
}

/// TLS needs an implementation of its ciphers, and reqwest panics where there is none. A process has at most one: an
/// embedder that has chosen keeps what it has chosen.
pub(crate) fn install_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have been faster; then there is one as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_for_http_and_for_https_can_be_had_where_nobody_chose_ciphers() {
        for address in ["http://127.0.0.1:9", "https://127.0.0.1:9"] {
            let address = Url::parse(address).expect("a URL");
            client(&address, Duration::from_secs(1)).expect("a client");
        }
    }
}
