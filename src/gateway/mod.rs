//! The gateway: an MCP server between any client and any servers.
//!
//! In go a [`Pool`] of servers and what a [`Router`](crate::router::Router) is made of; out comes a [`Gateway`], of which each
//! client gets a [`Session`], an rmcp service for whatever transport. In the mode [`GatewayMode::Code`] a client sees three tools of
//! ours instead of hundreds; in [`GatewayMode::Direct`] every tool of every server, as `server__tool`. Both go through the same router,
//! and with it through the same policy, cache, journal and meter. Resources and prompts of the servers are passed through in
//! every mode.
//!
//! | module | job |
//! |---|---|
//! | `surface` | the definitions of the three tools |
//! | `toolset` | what there is to call, made anew whenever servers come, go or change |
//! | `direct` | tools by the names that clients call them by |
//! | `session` | one client: its requests |
//! | `code` | `search_tools`, `describe_tools`, `execute_code` |
//! | `passing` | resources and prompts, and whose they are |
//! | `listeners` | who is told of what changes |
//! | `conversation` | what servers say to the client while its call is in flight |
//! | `transports` | standard input and output, streamable HTTP |
//! | `answer` | results as MCP has them |
//! | `observe`, `status` | requests and the gateway as operators see them |
//! | [`http`] | the surface around the endpoint: access, dashboard, statistics |

mod answer;
mod approval;
mod code;
mod conversation;
mod direct;
pub mod http;
mod listeners;
mod observe;
mod passing;
mod session;
mod status;
mod surface;
mod toolset;
mod transports;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{broadcast, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    conversation::Conversations,
    listeners::{Announcement, Listeners},
    toolset::Toolset,
};
pub use self::{
    session::Session,
    surface::{DESCRIBE_TOOLS, EXECUTE_CODE, SEARCH_TOOLS, code_route_tools},
    transports::{http_service, serve_http, serve_lines},
};
use crate::{
    activity::Activity,
    audit::Audit,
    cache::Cache,
    catalog::Catalog,
    config::{GatewayMode, ResultForm},
    host::Principal,
    observations::Observations,
    policy::{Policy, Rulings},
    program::check::{CheckMode, CheckOptions, Checker, Compiler},
    router::{RouterBuilder, RouterError, Savings, TokensByDirection},
    tokens::Tokens,
    upstream::{Change, ClientId, Pool, PoolHost},
};

/// How long after the start requests wait for servers that are still starting.
const START_PATIENCE: Duration = Duration::from_secs(30);
/// How long calls may take to end once they are ended.
const END_PATIENCE: Duration = Duration::from_secs(5);
/// How often savings are noted.
const SAMPLING: Duration = Duration::from_secs(5);
/// Changes that come within so short a time are one.
const SETTLING: Duration = Duration::from_millis(20);

/// What a gateway is made of, beside its servers.
pub struct GatewayOptions {
    pub mode: GatewayMode,
    pub results: ResultForm,
    pub policy: Policy,
    /// What programs are checked with, if they are, and what that decides.
    pub compiler: Option<(Compiler, CheckMode)>,
    /// The router's cache.
    pub cache: Option<Arc<Cache>>,
    /// Where requests are remembered.
    pub activity: Activity,
    /// Where calls are written down.
    pub audit: Option<Arc<Audit>>,
    /// What the router's price is in.
    pub currency: Option<String>,
    /// What Prometheus is told.
    pub metrics: Box<dyn Fn() -> String + Send + Sync>,
    /// What has been learned of the tools' outputs.
    pub observations: Observations,
}

/// One gateway, for any number of clients.
pub struct Gateway {
    options: GatewayOptions,
    pool: Arc<Pool>,
    started: Instant,
    toolset: RwLock<Arc<Toolset>>,
    /// Counts the toolsets.
    version: watch::Sender<u64>,
    conversations: Conversations,
    listeners: Listeners,
    /// What clients without sessions have of their own, by principal.
    sessionless: Mutex<HashMap<Principal, (ClientId, PoolHost)>>,
    /// How many clients there are.
    sessions: AtomicUsize,
    is_draining: AtomicBool,
    /// What carries requests out.
    works: TaskTracker,
    /// How many calls are under way.
    active: watch::Sender<usize>,
    /// What it does of its own accord.
    tasks: Mutex<JoinSet<()>>,
}

impl Gateway {
    /// A gateway to the servers of the pool. The router's executor and rulings need have no tools: they get those of the pool.
    ///
    /// # Errors
    /// When the router's parts do not fit together.
    pub fn start(pool: Arc<Pool>, router: RouterBuilder, options: GatewayOptions) -> Result<Arc<Self>, RouterError> {
        let toolset = Toolset::new(router.build()?);
        let gateway = Arc::new(Self {
            options,
            pool: pool.clone(),
            started: Instant::now(),
            toolset: RwLock::new(Arc::new(toolset)),
            version: watch::channel(0).0,
            conversations: Conversations::default(),
            listeners: Listeners::default(),
            sessionless: Mutex::default(),
            sessions: AtomicUsize::new(0),
            is_draining: AtomicBool::new(false),
            works: TaskTracker::new(),
            active: watch::channel(0).0,
            tasks: Mutex::default(),
        });
        {
            let mut tasks = gateway.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.spawn(keep_current(Arc::downgrade(&gateway), pool.changes()));
            tasks.spawn(pass_on(Arc::downgrade(&gateway), pool.events()));
            tasks.spawn(note_savings(Arc::downgrade(&gateway)));
        }
        Ok(gateway)
    }

    /// A client. It has its own session with servers that keep one for each client.
    pub fn session(self: &Arc<Self>) -> Session {
        self.session_over(CancellationToken::new())
    }

    /// A client whose requests are all over when `connection` is cancelled.
    fn session_over(self: &Arc<Self>, connection: CancellationToken) -> Session {
        Session::new(self.clone(), connection)
    }

    /// How many clients there are.
    pub fn sessions(&self) -> usize {
        self.sessions.load(Ordering::Relaxed)
    }

    pub fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// What has gone on.
    pub fn activity(&self) -> &Activity {
        &self.options.activity
    }

    /// Returns when every server has been tried once and what it has can be called, or half a minute after the start.
    pub async fn ready(&self) {
        let seen = async {
            self.pool.settled().await;
            let is_current = |toolset: &Toolset| toolset.is_settled;
            let mut version = self.version.subscribe();
            while !is_current(&self.toolset()) && version.changed().await.is_ok() {}
        };
        let patience = START_PATIENCE.saturating_sub(self.started.elapsed());
        if timeout(patience, seen).await.is_err() {
            tracing::debug!("some servers are still starting; going on without them");
        }
    }

    /// Begins no more calls, and returns when none is under way, or after so long.
    pub async fn drain(&self, patience: Duration) {
        self.is_draining.store(true, Ordering::Relaxed);
        let mut active = self.active.subscribe();
        // The sender lives as long as this.
        let is_drained = timeout(patience, active.wait_for(|active| *active == 0)).await.is_ok();
        if !is_drained {
            tracing::warn!("some calls are still under way; ending them");
        }
    }

    /// Ends what is still under way, and waits until it has been written down.
    pub async fn end(&self) {
        self.conversations.clear();
        self.works.close();
        if timeout(END_PATIENCE, self.works.wait()).await.is_err() {
            tracing::warn!("some calls do not end");
        }
    }

    /// A call begins, until what this gives is dropped.
    fn active(&self) -> Active<'_> {
        self.active.send_modify(|active| *active += 1);
        Active(&self.active)
    }

    fn toolset(&self) -> Arc<Toolset> {
        self.toolset.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes the toolset anew from what the pool has now.
    async fn refresh(self: &Arc<Self>) {
        let is_settled = self.pool.is_settled();
        let definitions = self.pool.definitions();
        let own = self.clone();
        // Hundreds of wrappers' names, and an index of all their words.
        let made = tokio::task::spawn_blocking(move || {
            let before = own.toolset();
            let rulings = before.router.rulings().renewed(&own.options.policy, &definitions);
            // What a server has told one of its clients, is not what it would tell another.
            let rulings = rulings.without_caching(|server| own.pool.own_sessions().any(|name| name == server));
            if is_settled && !before.is_settled {
                for unmatched in own.options.policy.unmatched(&definitions) {
                    tracing::warn!("{unmatched}");
                }
            }
            let definitions = rulings.visible(definitions);
            let catalog = Catalog::with_observations(definitions, &own.options.observations);
            catalog.prepare();
            let checker = own.options.compiler.clone();
            let checker = checker
                .map(|(compiler, mode)| (Checker::new(compiler, catalog.files(), CheckOptions::default()), mode));
            before.renewed(catalog, rulings, checker, &own.pool, is_settled)
        });
        let toolset = match made.await {
            Ok(Ok(toolset)) => toolset,
            Ok(Err(error)) => return tracing::error!(%error, "the tools have changed, and cannot be used"),
            Err(error) => return tracing::error!(%error, "the tools have changed, and cannot be read"),
        };
        let has_changed = {
            let mut current = self.toolset.write().unwrap_or_else(PoisonError::into_inner);
            let has_changed = current.direct != toolset.direct;
            *current = Arc::new(toolset);
            has_changed
        };
        self.version.send_modify(|version| *version += 1);
        if has_changed && has_direct(self.options.mode) {
            let own = self.clone();
            // Slow clients hold up nobody.
            tokio::spawn(async move { own.listeners.announce(Announcement::Tools).await });
        }
    }

    /// What a principal without a session has of its own.
    fn sessionless(&self, principal: &Principal) -> (ClientId, PoolHost) {
        let mut all = self.sessionless.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(principal.clone()).or_insert_with(|| (ClientId::new(), PoolHost::new(self.pool.clone()))).clone()
    }
}

/// A call that is under way.
struct Active<'a>(&'a watch::Sender<usize>);

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|active| *active -= 1);
    }
}

/// Makes the toolset anew whenever the pool's tools have changed.
async fn keep_current(gateway: Weak<Gateway>, mut changes: watch::Receiver<u64>) {
    changes.mark_changed();
    while changes.changed().await.is_ok() {
        sleep(SETTLING).await;
        changes.mark_unchanged();
        let Some(gateway) = gateway.upgrade() else { break };
        gateway.refresh().await;
    }
}

/// Acts on what servers say has changed.
async fn pass_on(gateway: Weak<Gateway>, mut events: broadcast::Receiver<(Arc<str>, Change)>) {
    loop {
        let event = events.recv().await;
        let Some(gateway) = gateway.upgrade() else { break };
        match event {
            Ok((server, change)) => {
                if change == Change::Tools
                    && let Some(cache) = &gateway.options.cache
                {
                    cache.invalidate_server(&server);
                }
                // Slow clients hold up nobody.
                tokio::spawn(async move { gateway.listeners.pass_on(&server, change).await });
            }
            // Which were missed is not known.
            Err(broadcast::error::RecvError::Lagged(_)) => {
                if let Some(cache) = &gateway.options.cache {
                    cache.invalidate_all();
                }
            }
            Err(broadcast::error::RecvError::Closed) => break,
        }
    }
}

/// Notes from time to time what has been saved since.
async fn note_savings(gateway: Weak<Gateway>) {
    let total = |counted: TokensByDirection| counted.input + counted.output;
    let mut before = Savings::default();
    loop {
        sleep(SAMPLING).await;
        let Some(gateway) = gateway.upgrade() else { break };
        let savings = gateway.toolset().router.savings();
        if savings.requests > before.requests {
            let since = |now, then| Tokens(total(now).0.saturating_sub(total(then).0));
            let (passed, direct) = (since(savings.passed, before.passed), since(savings.direct, before.direct));
            gateway.options.activity.savings(passed, direct);
            before = savings;
        }
    }
}

fn has_code(mode: GatewayMode) -> bool {
    matches!(mode, GatewayMode::Code | GatewayMode::Both)
}

fn has_direct(mode: GatewayMode) -> bool {
    matches!(mode, GatewayMode::Direct | GatewayMode::Both)
}

/// Rulings on no tools, for a router that gets its tools later.
pub fn no_rulings() -> Rulings {
    Rulings::new(&Policy::default(), &[])
}
