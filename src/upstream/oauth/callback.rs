//! [`Callback`]: the address on this machine to which a browser returns from a login, and what it brings.

use std::{collections::HashMap, future::IntoFuture, net::Ipv4Addr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Query,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{OAuthError, error::told};

/// How long the page may take to reach the browser once there is an answer.
const FAREWELL: Duration = Duration::from_secs(1);

/// Waits on a port of its own, which only this machine reaches.
pub(super) struct Callback {
    listener: TcpListener,
    redirect_uri: String,
}

/// What the authorization server has sent by way of the browser.
pub(super) struct Granted {
    pub code: String,
    pub issuer: Option<String>,
}

impl Callback {
    pub async fn bind() -> Result<Self, OAuthError> {
        let failed = |source| OAuthError::Callback { source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, redirect_uri: format!("http://{address}/callback") })
    }

    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// What the first answer says. One with another `state` belongs to another login, or is forged; then this one ends,
    /// as its own answer may have been lost.
    pub async fn answer(self, server: &str, state: &str) -> Result<Granted, OAuthError> {
        let (answers, mut answered) = mpsc::channel(1);
        let (server, state): (Arc<str>, Arc<str>) = (server.into(), state.into());
        let take = move |Query(parameters): Query<HashMap<String, String>>| async move {
            let answer = read(&server, &state, parameters);
            let page = page(&answer);
            // Further answers are of no interest.
            let _ = answers.try_send(answer);
            page
        };
        let (end, ended) = oneshot::channel::<()>();
        let serving = axum::serve(self.listener, Router::new().route("/callback", get(take)))
            .with_graceful_shutdown(async { drop(ended.await) })
            .into_future();
        tokio::pin!(serving);
        let answer = tokio::select! {
            answer = answered.recv() => answer,
            served = &mut serving => return Err(OAuthError::Callback { source: served.err().unwrap_or_else(closed) }),
        };
        drop(end);
        // A browser keeps connections that it has no use for; the page does not wait for those.
        let _ = timeout(FAREWELL, serving).await;
        answer.unwrap_or_else(|| Err(OAuthError::Callback { source: closed() }))
    }
}

fn closed() -> std::io::Error {
    std::io::ErrorKind::ConnectionAborted.into()
}

fn read(server: &str, state: &str, mut parameters: HashMap<String, String>) -> Result<Granted, OAuthError> {
    let server = || server.to_owned();
    if parameters.get("state").is_none_or(|given| given != state) {
        return Err(OAuthError::WrongState { server: server() });
    }
    match parameters.remove("code") {
        Some(code) if !parameters.contains_key("error") => Ok(Granted { code, issuer: parameters.remove("iss") }),
        _ => {
            let said = |name: &str| parameters.get(name).map(|text| told(text)).filter(|text| !text.is_empty());
            let error = said("error").unwrap_or_else(|| "the answer has no code".to_owned());
            let reason = said("error_description").map_or_else(|| error.clone(), |text| format!("{error}: {text}"));
            Err(OAuthError::Denied { server: server(), reason })
        }
    }
}

fn page(answer: &Result<Granted, OAuthError>) -> Response {
    let (status, text) = match answer {
        Ok(_) => (StatusCode::OK, "The login is done."),
        Err(OAuthError::WrongState { .. }) => (StatusCode::BAD_REQUEST, "This answer belongs to another login."),
        Err(_) => (StatusCode::OK, "The login was not granted."),
    };
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>codefirst</title><h1>{text}</h1><p>You can close this window; the terminal says how it goes on.</p></html>"
    );
    // The address holds the code: neither a cache nor another page is to have it.
    let headers = [
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, Html(html)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_code_or_a_refusal_to_this_login() {
        let answer = |query: &[(&str, &str)]| {
            let parameters = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            read("notes", "ours", parameters)
        };
        let granted = answer(&[("state", "ours"), ("code", "c"), ("iss", "https://login.example")]).ok().unwrap();
        assert_eq!((granted.code.as_str(), granted.issuer.as_deref()), ("c", Some("https://login.example")));
        for query in [&[("code", "c")][..], &[("state", "theirs"), ("code", "c")], &[("error", "access_denied")]] {
            assert!(matches!(answer(query), Err(OAuthError::WrongState { .. })), "{query:?}");
        }
        for (query, expected) in [
            (&[("state", "ours")][..], "the answer has no code"),
            (&[("state", "ours"), ("error", "access_denied")], "access_denied"),
            (&[("state", "ours"), ("code", "c"), ("error", "odd"), ("error_description", "both")], "odd: both"),
        ] {
            let Err(OAuthError::Denied { reason, .. }) = answer(query) else { panic!("{query:?}") };
            assert_eq!(reason, expected);
        }
    }
}
