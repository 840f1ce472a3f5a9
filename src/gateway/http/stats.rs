//! The answers for programs: `/api/stats`, `/api/executions/{id}`, `/healthz`, `/readyz` and `/metrics`.

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{
    Operations,
    access::Caller,
    status::{AuditStatus, CacheStatus, FallbackStatus, SavingsStatus, ServerState, ServerStatus},
};
use crate::activity::{Minute, RequestDetails, RequestSummary, RequestTotals, ToolTimes};

/// So many of the slowest tools are named.
pub(super) const SLOWEST_TOOLS: usize = 10;

/// What `/api/stats` answers. Times are in seconds, points in time as RFC 3339, rates between 0 and 1; `null` is what is not
/// known, or does not apply. `live` and `recent` hold what the caller may see; all numbers are about everybody.
#[derive(Debug, Serialize)]
pub struct Stats {
    pub version: &'static str,
    pub uptime_seconds: u64,
    /// `code`, `direct` or `both`.
    pub mode: &'static str,
    pub status: Health,
    pub servers: Vec<ServerStatus>,
    pub requests: RequestTotals,
    /// `null` where nothing is cached.
    pub cache: Option<CacheStatus>,
    pub fallback: FallbackStatus,
    /// `null` where no audit log is kept.
    pub audit: Option<AuditStatus>,
    pub savings: Saved,
    /// By the 95th percentile.
    pub slowest_tools: Vec<ToolTimes>,
    /// Of the last 24 hours, those in which there was something.
    pub minutes: Vec<Minute>,
    pub live: Vec<RequestSummary>,
    pub recent: Vec<RequestSummary>,
}

#[derive(Debug, Serialize)]
pub struct Saved {
    #[serde(flatten)]
    pub status: SavingsStatus,
    pub tokens_saved: i64,
    pub reduction: Option<f64>,
}

/// Whether all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Ok,
    /// A server is down, too many requests fall back, or the audit log cannot be written.
    Degraded,
}

impl Health {
    pub(super) fn of(servers: &[ServerStatus], fallback: &FallbackStatus, audit: Option<&AuditStatus>) -> Self {
        let is_down = |server: &ServerStatus| server.state == ServerState::Down;
        let is_unwritten = audit.is_some_and(|audit| !audit.is_healthy);
        let is_degraded = fallback.is_firing || is_unwritten || servers.iter().any(is_down);
        if is_degraded { Self::Degraded } else { Self::Ok }
    }
}

impl Stats {
    pub(super) fn of(operations: &Operations, caller: &Caller) -> Self {
        let (status, activity) = (&operations.status, &operations.activity);
        let (servers, fallback, savings) = (operations.servers(), status.fallback(), status.savings());
        let audit = status.audit();
        let requests = activity.snapshot(|principal| caller.sees(principal));
        Self {
            version: env!("CARGO_PKG_VERSION"),
            uptime_seconds: operations.started.elapsed().as_secs(),
            mode: status.mode(),
            status: Health::of(&servers, &fallback, audit.as_ref()),
            servers,
            requests: activity.totals(),
            cache: status.cache(),
            fallback,
            audit,
            savings: Saved { tokens_saved: savings.tokens_saved(), reduction: savings.reduction(), status: savings },
            slowest_tools: activity.slowest_tools(SLOWEST_TOOLS),
            minutes: activity.minutes(),
            live: requests.live,
            recent: requests.recent,
        }
    }
}

pub(super) async fn stats(State(operations): State<Operations>, Extension(caller): Extension<Caller>) -> Json<Stats> {
    Json(Stats::of(&operations, &caller))
}

/// One request with its program, its calls and its console.
pub(super) async fn execution(
    State(operations): State<Operations>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    match operations.request(&caller, &id) {
        Some(details) => Json::<RequestDetails>(details).into_response(),
        None => (StatusCode::NOT_FOUND, Json(serde_json::json!({ "error": "no such execution" }))).into_response(),
    }
}

#[derive(Serialize)]
struct HealthAnswer {
    status: Health,
    /// For those who may know.
    #[serde(flatten)]
    reasons: Option<Reasons>,
}

#[derive(Serialize)]
struct Reasons {
    servers: Vec<ServerStatus>,
    fallback: FallbackStatus,
    audit: Option<AuditStatus>,
}

/// As long as this process serves, it is alive; what is wrong beside that restarting it would not mend.
pub(super) async fn health(State(operations): State<Operations>, caller: Option<Extension<Caller>>) -> Response {
    let (servers, fallback, audit) = (operations.servers(), operations.status.fallback(), operations.status.audit());
    let status = Health::of(&servers, &fallback, audit.as_ref());
    Json(HealthAnswer { status, reasons: caller.map(|_| Reasons { servers, fallback, audit }) }).into_response()
}

pub(super) async fn ready(State(operations): State<Operations>) -> Response {
    let (code, status) = match operations.status.is_ready() {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "starting"),
    };
    (code, Json(serde_json::json!({ "status": status }))).into_response()
}

pub(super) async fn metrics(State(operations): State<Operations>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], operations.status.render_metrics()).into_response()
}
