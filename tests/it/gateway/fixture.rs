//! The gateway under test, with a real sandbox, and the ways to reach it: [`Setup`], [`Served`].

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytesize::ByteSize;
use codefirst::{
    activity::{Activity, ActivityOptions, RequestTotals},
    audit::Audit,
    cache::{Cache, CacheOptions},
    config::{GatewayMode, ResultForm},
    executor::Executor,
    gateway::{
        self, Gateway, GatewayOptions,
        http::{
            Operations,
            access::{Access, AccessOptions, Credential},
        },
    },
    host::Principal,
    observations::Observations,
    policy::Policy,
    redact::Redactor,
    router::Router,
    sandbox::Limits,
    upstream::{Pool, PoolBuilder, PoolHost, ServerOptions},
};
use rmcp::{
    ServiceExt,
    service::{ClientLifecycleMode, serve_client_with_lifecycle},
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use tokio::{io::DuplexStream, net::TcpListener};
use tokio_util::sync::CancellationToken;

use super::{
    clients::{Client, Ears},
    workshop::Workshop,
};
use crate::test_host::process;

/// Nothing here takes longer; what is waited for beyond it does not come.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest message from a client.
pub const LIMIT: usize = 256 * 1024;

/// Waits for what has to come.
pub async fn within<F: Future>(what: &str, future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

/// Waits for a condition that nothing tells of.
pub async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let looking = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    within(what, looking).await;
}

/// A pool's beginning, with a workshop.
pub fn with(name: &str, workshop: &Workshop, options: ServerOptions) -> PoolBuilder {
    add(Pool::builder(), name, workshop, options)
}

pub fn add(builder: PoolBuilder, name: &str, workshop: &Workshop, options: ServerOptions) -> PoolBuilder {
    let workshop = workshop.clone();
    builder.in_memory(name, move |stream| workshop.clone().serve(stream), options)
}

/// A pool of one workshop, called `shop`.
pub fn shop(workshop: &Workshop) -> PoolBuilder {
    with("shop", workshop, ServerOptions::default())
}

/// How the gateway is to be.
pub struct Setup {
    pub mode: GatewayMode,
    pub results: ResultForm,
    pub policy: Policy,
    pub audit: Option<Arc<Audit>>,
    /// What must not be shown.
    pub secrets: Vec<String>,
}

impl Default for Setup {
    fn default() -> Self {
        let (results, policy) = (ResultForm::Text, Policy::trusting_all());
        Self { mode: GatewayMode::Both, results, policy, audit: None, secrets: Vec::new() }
    }
}

impl Setup {
    pub fn with_mode(mode: GatewayMode) -> Self {
        Self { mode, ..Self::default() }
    }

    pub fn with_policy(policy: &str) -> Self {
        Self { policy: toml::from_str(policy).expect("a policy"), ..Self::default() }
    }

    /// Gives it once its servers have been tried.
    pub async fn start(self, pool: PoolBuilder) -> Served {
        let redactor = Arc::new(Redactor::new(self.secrets).expect("a redactor"));
        let pool = pool.redactor(redactor.clone()).start();
        let cache = Cache::new(CacheOptions::default());
        let redact = move |text: &str| redactor.redact(text).into_owned();
        let activity = Activity::new(ActivityOptions::default(), Arc::new(redact));
        let options = GatewayOptions {
            mode: self.mode,
            results: self.results,
            policy: self.policy,
            compiler: None,
            cache: Some(cache.clone()),
            activity,
            audit: self.audit,
            currency: None,
            metrics: Box::new(String::new),
            observations: Observations::default(),
        };
        let limits = Limits { wall: Duration::from_secs(60), ..Limits::default() };
        let executor = Executor::builder().limits(limits).isolation(process()).build();
        let host = Arc::new(PoolHost::new(pool.clone()));
        let router = Router::builder(executor, host, gateway::no_rulings()).cache(cache);
        let gateway = Gateway::start(pool, router, options).expect("a gateway");
        within("the servers", gateway.ready()).await;
        Served { gateway }
    }
}

/// A gateway that serves.
pub struct Served {
    pub gateway: Arc<Gateway>,
}

impl Served {
    /// The client's end of a stream of lines, and what ends the serving. That the gateway has let go of its end shows as the end
    /// of the task.
    pub fn lines(&self) -> (DuplexStream, CancellationToken, tokio::task::JoinHandle<()>) {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (read, write) = tokio::io::split(theirs);
        let (gateway, shutdown) = (self.gateway.clone(), CancellationToken::new());
        let ended = shutdown.clone();
        let task = tokio::spawn(async move {
            // What a client did wrong is its own test's affair.
            let _ = gateway::serve_lines(&gateway, read, write, LIMIT, ended).await;
        });
        (ours, shutdown, task)
    }

    /// A client over lines, as over standard input and output.
    pub async fn client(&self, ears: &Ears) -> Client {
        let (stream, _, _) = self.lines();
        within("a handshake", ears.clone().serve(tokio::io::split(stream))).await.expect("a session")
    }

    /// The same with one that speaks 2026-07-28.
    pub async fn stateless_client(&self, ears: &Ears) -> Client {
        let (stream, _, _) = self.lines();
        let serve = serve_client_with_lifecycle(ears.clone(), tokio::io::split(stream), newest());
        within("a discovery", serve).await.expect("a session")
    }

    /// Serves HTTP at a port of its own. Each credential is a token, whose principal is called as it is.
    pub async fn http(&self, tokens: &[&str]) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let bound = listener.local_addr().expect("an address");
        let credential = |token: &&str| Credential {
            principal: Principal((*token).into()),
            token: (*token).to_owned(),
            is_operator: true,
        };
        let access = Access::new(AccessOptions {
            credentials: tokens.iter().map(credential).collect(),
            bound,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            rate: None,
            max_body: ByteSize(LIMIT as u64),
        });
        let shutdown = CancellationToken::new();
        let service = gateway::http_service(self.gateway.clone(), LIMIT, 2_000, shutdown.clone());
        let operations = Operations::new(access, self.gateway.activity().clone(), self.gateway.clone());
        let app = gateway::http::router(operations, service);
        tokio::spawn(gateway::serve_http(listener, app, shutdown));
        Site { bound }
    }

    pub fn totals(&self) -> RequestTotals {
        self.gateway.activity().totals()
    }

    /// Waits until so many requests have been cancelled.
    pub async fn cancelled(&self, requests: u64) {
        eventually("a cancelled request", || self.totals().cancelled >= requests).await;
    }
}

fn newest() -> ClientLifecycleMode {
    ClientLifecycleMode::Discover { preferred_versions: vec![rmcp::model::ProtocolVersion::V_2026_07_28] }
}

/// The gateway's HTTP surface.
pub struct Site {
    pub bound: SocketAddr,
}

impl Site {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.bound)
    }

    fn transport(&self, token: Option<&str>) -> StreamableHttpClientTransport<reqwest::Client> {
        let config = StreamableHttpClientTransportConfig::with_uri(self.url("/mcp"));
        let config = match token {
            Some(token) => config.auth_header(token),
            None => config,
        };
        StreamableHttpClientTransport::with_client(http_client(), config)
    }

    pub async fn client(&self, ears: &Ears, token: Option<&str>) -> Client {
        within("a handshake", ears.clone().serve(self.transport(token))).await.expect("a session")
    }

    /// The same with one that speaks 2026-07-28.
    pub async fn stateless_client(&self, ears: &Ears, token: Option<&str>) -> Client {
        let serve = serve_client_with_lifecycle(ears.clone(), self.transport(token), newest());
        within("a discovery", serve).await.expect("a session")
    }
}

pub fn http_client() -> reqwest::Client {
    // An error is that somebody else has chosen one.
    rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::Client::new()
}
