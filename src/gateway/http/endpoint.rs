//! What the MCP endpoint adds around its service: bodies that are no JSON are answered as JSON-RPC has it, and a request whose
//! client has gone away, or has ended its session, knows it ([`Connection`]).

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Json,
    body::{Body, BodyDataStream, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::{Stream, StreamExt};
use serde::de::IgnoredAny;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::host::Principal;

/// The header that names a session.
const SESSION: &str = "mcp-session-id";

/// The connection that a request came over, among its extensions: cancelled if the client closes it before the answer is complete.
#[derive(Clone, Debug)]
pub struct Connection(pub CancellationToken);

/// A session of which nothing is heard for so long is forgotten; by then it is over.
const REMEMBERED: Duration = Duration::from_secs(2 * 60 * 60);
const MAX_REMEMBERED: u64 = 100_000;

/// Whose each session is, and the requests of it that are under way.
#[derive(Clone)]
pub(super) struct Sessions {
    owners: moka::sync::Cache<HeaderValue, Principal>,
    under_way: Arc<Mutex<HashMap<HeaderValue, Vec<CancellationToken>>>>,
}

impl Default for Sessions {
    fn default() -> Self {
        let owners = moka::sync::Cache::builder().max_capacity(MAX_REMEMBERED).time_to_idle(REMEMBERED).build();
        Self { owners, under_way: Arc::default() }
    }
}

impl Sessions {
    fn begin(&self, key: Option<HeaderValue>) -> UnderWay {
        let connection = CancellationToken::new();
        if let Some(key) = &key {
            self.lock().entry(key.clone()).or_default().push(connection.clone());
        }
        UnderWay { sessions: self.clone(), key, connection, is_complete: false }
    }

    /// The client has ended the session, and with it what it waits for.
    fn end(&self, session: &HeaderValue) {
        self.owners.invalidate(session);
        let connections = self.lock().remove(session).unwrap_or_default();
        connections.iter().for_each(CancellationToken::cancel);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<HeaderValue, Vec<CancellationToken>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request without a complete answer. Dropped like that, its client is gone.
struct UnderWay {
    sessions: Sessions,
    key: Option<HeaderValue>,
    connection: CancellationToken,
    is_complete: bool,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            let mut sessions = self.sessions.lock();
            if let Some(connections) = sessions.get_mut(key) {
                connections.retain(|other| *other != self.connection);
                if connections.is_empty() {
                    sessions.remove(key);
                }
            }
        }
        if !self.is_complete {
            self.connection.cancel();
        }
    }
}

pub(super) async fn around(State(sessions): State<Sessions>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let principal = parts.extensions.get::<Principal>().cloned().unwrap_or_default();
    let key = parts.headers.get(SESSION).cloned();
    if let Some(session) = &key
        && sessions.owners.get(session).is_some_and(|owner| owner != principal)
    {
        // To anybody else there is no such session.
        return (StatusCode::NOT_FOUND, "there is no such session\n").into_response();
    }
    // It has been read, within its limit.
    let Ok(body) = to_bytes(body, usize::MAX).await else { return StatusCode::BAD_REQUEST.into_response() };
    match parts.method {
        Method::POST => {
            if let Err(error) = serde_json::from_slice::<IgnoredAny>(&body) {
                return not_json(&error);
            }
        }
        Method::DELETE => {
            if let Some(key) = &key {
                sessions.end(key);
            }
        }
        _ => {}
    }
    let mut under_way = sessions.begin(key.filter(|_| parts.method == Method::POST));
    parts.extensions.insert(Connection(under_way.connection.clone()));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if let Some(session) = response.headers().get(SESSION) {
        sessions.owners.insert(session.clone(), principal);
    }
    let kind = response.headers().get(CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
        under_way.is_complete = true;
        return response;
    }
    response.map(|body| Body::from_stream(Answer { stream: body.into_data_stream(), under_way }))
}

fn not_json(error: &serde_json::Error) -> Response {
    let error = json!({ "code": -32700, "message": format!("the body is not JSON: {error}") });
    let answer = json!({ "jsonrpc": "2.0", "id": null, "error": error });
    (StatusCode::BAD_REQUEST, Json(answer)).into_response()
}

/// An answer on its way.
struct Answer {
    stream: BodyDataStream,
    under_way: UnderWay,
}

impl Stream for Answer {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = self.stream.poll_next_unpin(context);
        self.under_way.is_complete |= matches!(item, Poll::Ready(None));
        item
    }
}
