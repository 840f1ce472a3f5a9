//! The gateway over HTTP: who may ask ([`access`]), the MCP endpoint, and the operations surface around it.
//!
//! In go the MCP endpoint as a service, the [`Activity`], and how the gateway is ([`Status`]); out comes an axum router.
//! Whoever serves it adds the connections.
//!
//! | path | answer |
//! |---|---|
//! | `/mcp` | the MCP endpoint; it finds the request's `Principal` in the extensions |
//! | `/` | the dashboard |
//! | `/executions` | the requests that are remembered |
//! | `/executions/{id}` | one request: its program, calls and console |
//! | `/fragments/…` | the changing parts of both pages, for their script |
//! | `/assets/…` | their style sheet, script and icon |
//! | `/api/stats` | the same in JSON: [`stats::Stats`] |
//! | `/api/executions/{id}` | [`RequestDetails`] in JSON |
//! | `/metrics` | for Prometheus |
//! | `/healthz` | 200 while the process serves; says `ok` or `degraded`, and to those with a token why |
//! | `/readyz` | 200 once every upstream has been tried, 503 before |
//!
//! Everything but the last two needs a token, if there are tokens. Programs, calls and consoles are shown to the principal
//! whose they are, and to operators.

pub mod access;
mod dashboard;
pub mod endpoint;
pub mod stats;
pub mod status;
#[cfg(test)]
mod tests;

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::Request,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::time::Instant;
use tower_service::Service;

use self::{
    access::{Access, Caller},
    status::{ServerStatus, Status},
};
use crate::activity::{Activity, RequestDetails};

const MCP_PATH: &str = "/mcp";
const HEALTH_PATH: &str = "/healthz";
const READY_PATH: &str = "/readyz";

/// What the surface is made of.
#[derive(Clone)]
pub struct Operations {
    access: Arc<Access>,
    activity: Activity,
    status: Arc<dyn Status>,
    started: Instant,
}

impl Operations {
    /// Uptime counts from here.
    pub fn new(access: Access, activity: Activity, status: Arc<dyn Status>) -> Self {
        Self { access: Arc::new(access), activity, status, started: Instant::now() }
    }

    /// The upstreams, with nothing in their reasons that must not be shown.
    fn servers(&self) -> Vec<ServerStatus> {
        let mut servers = self.status.servers();
        for reason in servers.iter_mut().filter_map(|server| server.reason.as_mut()) {
            *reason = self.activity.redacted(reason);
        }
        servers
    }

    /// A request, if there is one by that name that the caller may see.
    fn request(&self, caller: &Caller, id: &str) -> Option<RequestDetails> {
        self.activity.get(id).filter(|details| caller.sees(&details.summary.principal))
    }
}

/// All paths, behind the checks of [`access`].
pub fn router<S>(operations: Operations, mcp: S) -> Router
where
    S: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    let access = operations.access.clone();
    let surface = Router::new()
        .route("/", get(dashboard::overview_page))
        .route("/executions", get(dashboard::executions_page))
        .route("/executions/{id}", get(dashboard::execution_page))
        .route("/fragments/overview", get(dashboard::overview_fragment))
        .route("/fragments/executions/{id}", get(dashboard::execution_fragment))
        .route("/assets/{name}", get(dashboard::asset))
        .route("/api/stats", get(stats::stats))
        .route("/api/executions/{id}", get(stats::execution))
        .route("/metrics", get(stats::metrics))
        .route(HEALTH_PATH, get(stats::health))
        .route(READY_PATH, get(stats::ready))
        .fallback(async || (StatusCode::NOT_FOUND, "there is nothing here; the MCP endpoint is /mcp\n"))
        .layer(middleware::map_response(secured))
        .with_state(operations);
    let endpoint = Router::new()
        .route_service(MCP_PATH, mcp)
        .layer(middleware::from_fn_with_state(endpoint::Sessions::default(), endpoint::around));
    surface.merge(endpoint).layer(middleware::from_fn_with_state(access, access::guard))
}

/// Pages may load their own assets and nothing else, and nobody keeps or frames what they show.
async fn secured(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 4] = [
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
