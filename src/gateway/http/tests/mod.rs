//! The router, asked as a client would.

mod access;
mod answers;
mod pages;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request as HttpRequest, header::HOST, request::Builder},
};
use bytesize::ByteSize;
use jiff::Timestamp;
use serde_json::Value;
use tower::ServiceExt;

use super::{
    access::{AccessOptions, Credential},
    status::{AuditStatus, CacheStatus, FallbackStatus, SavingsStatus, ServerState},
    *,
};
use crate::{
    activity::{ActivityOptions, Begun, Ended, RequestKind},
    host::Principal,
    journal::{Recorder, Route},
    metrics::{RequestOutcome, RouteTaken},
    tokens::Tokens,
    tool::{Effect, JsonObject, ToolCall, ToolId, ToolOutput},
};

const BOUND: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8931);
/// The tokens of [`with_tokens`].
const CI: &str = "token-of-ci-0123456789";
const ADA: &str = "token-of-ada-0123456789";
/// What the redactor takes out.
const SECRET: &str = "hunter2-secret";
/// What would do harm on a page.
const HOSTILE: &str = "</pre><script>alert(1)</script>\u{202e}\u{1b}[2J\" onload=\"x";

/// A gateway whose state the test sets.
#[derive(Default)]
struct Invented {
    is_down: AtomicBool,
    is_firing: AtomicBool,
    is_unwritten: AtomicBool,
    is_starting: AtomicBool,
}

impl Status for Invented {
    fn mode(&self) -> &'static str {
        "both"
    }

    fn servers(&self) -> Vec<ServerStatus> {
        let is_down = self.is_down.load(Ordering::Relaxed);
        vec![ServerStatus {
            name: "crm".into(),
            state: if is_down { ServerState::Down } else { ServerState::Up },
            tools: 3,
            reason: is_down.then(|| format!("it said {SECRET} {HOSTILE}")),
            since: Timestamp::UNIX_EPOCH,
        }]
    }

    fn cache(&self) -> Option<CacheStatus> {
        Some(CacheStatus { hits: 1, misses: 3, hit_rate: Some(0.25) })
    }

    fn fallback(&self) -> FallbackStatus {
        let is_firing = self.is_firing.load(Ordering::Relaxed);
        FallbackStatus { rate: Some(0.2), sample: 50, threshold: 0.1, is_firing }
    }

    fn savings(&self) -> SavingsStatus {
        let (tokens_passed, tokens_direct) = (Tokens(100), Tokens(1_000));
        SavingsStatus { requests: 2, tokens_passed, tokens_direct, ..SavingsStatus::default() }
    }

    fn audit(&self) -> Option<AuditStatus> {
        Some(AuditStatus { is_healthy: !self.is_unwritten.load(Ordering::Relaxed), lost: 0 })
    }

    fn is_ready(&self) -> bool {
        !self.is_starting.load(Ordering::Relaxed)
    }

    fn render_metrics(&self) -> String {
        "codefirst_up 1\n".to_owned()
    }
}

struct Gateway {
    router: Router,
    activity: Activity,
    status: Arc<Invented>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

fn open() -> AccessOptions {
    AccessOptions {
        credentials: Vec::new(),
        bound: BOUND,
        allowed_hosts: Vec::new(),
        allowed_origins: Vec::new(),
        rate: None,
        max_body: ByteSize(1_000),
    }
}

fn with_tokens() -> AccessOptions {
    let credential = |name: &str, token: &str, is_operator| {
        let (principal, token) = (Principal(name.into()), token.to_owned());
        Credential { principal, token, is_operator }
    };
    AccessOptions { credentials: vec![credential("ci", CI, false), credential("ada", ADA, true)], ..open() }
}

impl Gateway {
    /// Its MCP endpoint says who asks, and gives back what it was sent.
    fn new(access: AccessOptions) -> Self {
        let redact = Arc::new(|text: &str| text.replace(SECRET, "[redacted]"));
        let activity = Activity::new(ActivityOptions::default(), redact);
        let status = Arc::new(Invented::default());
        let operations = Operations::new(Access::new(access), activity.clone(), status.clone());
        let mcp = tower::service_fn(async |request: Request| {
            let principal = request.extensions().get::<Principal>().cloned();
            let body = to_bytes(request.into_body(), usize::MAX).await.expect("a body");
            Ok::<_, Infallible>(format!("{principal:?} {}", String::from_utf8_lossy(&body)).into_response())
        });
        Self { router: router(operations, mcp), activity, status }
    }

    async fn ask(&self, request: HttpRequest<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let body = String::from_utf8(body.to_vec()).expect("text");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(request(path).body(Body::empty()).expect("a request")).await
    }

    async fn get_as(&self, token: &str, path: &str) -> Answer {
        let request = request(path).header("authorization", format!("Bearer {token}"));
        self.ask(request.body(Body::empty()).expect("a request")).await
    }

    /// A request of a principal that has ended, with hostile texts wherever there can be some.
    fn hostile_request(&self, principal: &str) -> String {
        let recorder = Recorder::new();
        let source = format!("// {HOSTILE} {SECRET}\nreturn 1;");
        let live = self.activity.begin(Begun {
            principal: Principal(principal.into()),
            client: Some(HOSTILE.to_owned()),
            kind: RequestKind::Program { source },
            recorder: recorder.clone(),
        });
        live.console(HOSTILE);
        let input = JsonObject::from_iter([("x".to_owned(), HOSTILE.into())]);
        let call = ToolCall { id: ToolId::new("crm", HOSTILE), input };
        let recorded = recorder.begin(call, Effect::Write, Route::Code, 1);
        recorder.finish(recorded, &Ok(ToolOutput::from_text(HOSTILE.to_owned()).into()));
        let id = live.id().to_owned();
        live.end(Ended {
            route: RouteTaken::Fallback,
            outcome: RequestOutcome::Failed,
            fallback: Some(HOSTILE.to_owned()),
            failure: Some(HOSTILE.to_owned()),
            result_bytes: ByteSize(0),
        });
        id
    }
}

fn request(path: &str) -> Builder {
    HttpRequest::builder().uri(path).header(HOST, "127.0.0.1:8931")
}
