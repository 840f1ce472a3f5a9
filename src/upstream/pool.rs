//! Servers that may come and go: [`Pool`] starts them all at once, starts again those that end, and never lets one that fails
//! take the others down.
//!
//! In go configurations; out come a [`PoolHost`] for each client, which makes calls, and the state of every server. A server that
//! is down has no tools. [`Pool::changes`] tells when there is something to look at again.

mod host;
mod requests;
mod supervise;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use futures_util::future::{BoxFuture, join_all};
use rmcp::model::{ClientCapabilities, RootsCapabilities};
use tokio::{
    io::DuplexStream,
    sync::{broadcast, watch},
    task::JoinSet,
};

pub use self::{host::PoolHost, supervise::ServerState};
use super::{
    DEFAULT_CALL_TIMEOUT, DEFAULT_START_TIMEOUT,
    catalogue::Listed,
    connection::{Connection, Patience, Source, Terms},
    ourselves::{Change, OnChange},
};
use crate::{
    config::ServerConfig,
    redact::Redactor,
    tool::{JsonObject, ToolDef},
};

/// So many of the servers' announcements may be behind, before some are missed.
const EVENTS: usize = 256;

/// Supervised servers. Dropping it ends them all.
pub struct Pool {
    servers: BTreeMap<Arc<str>, Arc<Server>>,
    /// Counts what has changed of the tools: which there are, and whether their server is up.
    changes: watch::Sender<u64>,
    events: broadcast::Sender<(Arc<str>, Change)>,
    /// The connections that belong to one client each, to be closed with the rest.
    own: Mutex<Vec<Weak<Connection>>>,
    supervisors: Mutex<JoinSet<()>>,
}

/// One server, whatever its state.
pub(super) struct Server {
    name: Arc<str>,
    source: Source,
    terms: Terms,
    /// Whether each client has a connection of its own.
    is_own: bool,
    state: watch::Sender<State>,
    since: Mutex<Instant>,
    relist: tokio::sync::Notify,
    /// The resources that the shared connection has subscribed to, and the next one has to again.
    watched: Mutex<BTreeSet<String>>,
}

/// What a server is doing, with the connection.
#[derive(Clone)]
enum State {
    Starting,
    Ready(Arc<Connection>),
    Down { reason: Arc<str>, retry: Instant },
    Closed,
}

/// A server, as operators see it.
#[derive(Clone, Debug)]
pub struct ServerInfo {
    pub name: Arc<str>,
    pub state: ServerState,
    /// So long ago it came to this state.
    pub since: Duration,
    pub tools: usize,
    /// The last lines of its standard error, oldest first.
    pub stderr: Vec<String>,
}

/// The servers of a pool.
#[derive(Default)]
pub struct PoolBuilder {
    servers: BTreeMap<Arc<str>, (Source, ServerOptions)>,
    redactor: Option<Arc<Redactor>>,
}

/// How one server is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// How long it may take to start, shake hands and list its tools.
    pub start_timeout: Duration,
    /// How long it may take to answer a call.
    pub call_timeout: Duration,
    /// Whether each client gets a connection, and with it a process, of its own: for servers that keep state for a client.
    pub own_sessions: bool,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self { start_timeout: DEFAULT_START_TIMEOUT, call_timeout: DEFAULT_CALL_TIMEOUT, own_sessions: false }
    }
}

impl PoolBuilder {
    /// Adds a server as it is configured. The last of several with one name counts.
    pub fn server(mut self, config: &ServerConfig, options: ServerOptions) -> Self {
        self.servers.insert(config.name.clone(), (config.transport.clone().into(), options));
        self
    }

    /// Adds a server inside this process, given as what it does with its end of an in-memory stream, each time it is started.
    pub fn in_memory<F>(
        mut self,
        name: impl Into<Arc<str>>,
        serve: impl Fn(DuplexStream) -> F + Send + Sync + 'static,
        options: ServerOptions,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let serve = move |stream| -> BoxFuture<'static, ()> { Box::pin(serve(stream)) };
        self.servers.insert(name.into(), (Source::InMemory(Arc::new(serve)), options));
        self
    }

    /// What is taken out of errors before anybody sees them.
    pub fn redactor(mut self, redactor: Arc<Redactor>) -> Self {
        self.redactor = Some(redactor);
        self
    }

    /// Starts all servers, and does not wait for them. Needs a tokio runtime with timers and I/O.
    pub fn start(self) -> Arc<Pool> {
        let (changes, _) = watch::channel(0);
        let (events, _) = broadcast::channel(EVENTS);
        let mut servers = BTreeMap::new();
        let mut supervisors = JoinSet::new();
        for (name, (source, options)) in self.servers {
            let server = Arc::new_cyclic(|server: &Weak<Server>| {
                let (server, events) = (server.clone(), events.clone());
                let on_change: OnChange = Arc::new(move |_, change| {
                    let Some(server) = server.upgrade() else { return };
                    // An error is that nobody wants to know.
                    let _ = events.send((server.name.clone(), change.clone()));
                    if change == Change::Tools {
                        server.relist.notify_one();
                    }
                });
                let patience = Patience { start: options.start_timeout, call: options.call_timeout };
                Server {
                    name: name.clone(),
                    source,
                    terms: Terms {
                        patience,
                        capabilities: askable(options.own_sessions),
                        on_change: Some(on_change),
                        redactor: self.redactor.clone(),
                    },
                    is_own: options.own_sessions,
                    state: watch::channel(State::Starting).0,
                    since: Mutex::new(Instant::now()),
                    relist: tokio::sync::Notify::new(),
                    watched: Mutex::default(),
                }
            });
            supervisors.spawn(supervise::supervise(server.clone(), changes.clone()));
            servers.insert(name, server);
        }
        Arc::new(Pool { servers, changes, events, own: Mutex::default(), supervisors: Mutex::new(supervisors) })
    }
}

/// What servers may ask of the clients behind us. For their roots only those that talk with one client each: what one client
/// opens to a server, others must not reach through it.
#[expect(deprecated, reason = "servers before 2026-07-28 ask for samples")]
fn askable(has_roots: bool) -> ClientCapabilities {
    let mut capabilities = ClientCapabilities::builder().enable_elicitation().enable_sampling().build();
    let elicitation = capabilities.elicitation.get_or_insert_default();
    elicitation.form.get_or_insert_default();
    elicitation.url.get_or_insert_default();
    if has_roots {
        capabilities.roots = Some(RootsCapabilities::default());
    }
    capabilities
}

impl Pool {
    pub fn builder() -> PoolBuilder {
        PoolBuilder::default()
    }

    /// The names of all servers.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.servers.keys()
    }

    /// Changes whenever tools come, go or change.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// What servers say has changed. Changed tools are listed again by the pool itself, and show in [`changes`](Self::changes).
    pub fn events(&self) -> broadcast::Receiver<(Arc<str>, Change)> {
        self.events.subscribe()
    }

    /// Returns when every server has been tried once.
    pub async fn settled(&self) {
        let settle = |server: &Arc<Server>| {
            let mut state = server.state.subscribe();
            async move {
                // The sender lives as long as the pool.
                let _ = state.wait_for(|state| !matches!(state, State::Starting)).await;
            }
        };
        join_all(self.servers.values().map(settle)).await;
    }

    /// Whether every server has been tried once.
    pub fn is_settled(&self) -> bool {
        self.servers.values().all(|server| !matches!(*server.state.borrow(), State::Starting))
    }

    /// The tools of every server, both sorted by name. Servers that are down have none.
    pub fn definitions(&self) -> Vec<(Arc<str>, Vec<ToolDef>)> {
        let tools = |server: &Arc<Server>| server.ready().map(|connection| connection.listed().tools.clone());
        self.servers.iter().map(|(name, server)| (name.clone(), tools(server).unwrap_or_default())).collect()
    }

    /// What a tool says of itself beside its [`ToolDef`]: title, annotations, icons, `_meta`.
    pub fn rest_of(&self, server: &str, tool: &str) -> Option<JsonObject> {
        let listed: Arc<Listed> = self.servers.get(server)?.ready()?.listed();
        let index = listed.tools.binary_search_by(|def| (*def.name).cmp(tool)).ok()?;
        listed.rest.get(index).cloned()
    }

    /// Every server by name, as operators see it.
    pub fn servers(&self) -> Vec<ServerInfo> {
        self.servers.values().map(|server| server.info()).collect()
    }

    /// The servers that are down, and why.
    pub fn down(&self) -> Vec<(Arc<str>, Arc<str>)> {
        let reason = |server: &Arc<Server>| match &*server.state.borrow() {
            State::Down { reason, .. } => Some((server.name.clone(), reason.clone())),
            _ => None,
        };
        self.servers.values().filter_map(reason).collect()
    }

    /// Ends all servers in good order, and waits for that, at most some seconds.
    pub async fn close(&self) {
        self.supervisors.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
        let close = |server: &Arc<Server>| {
            let connection = match server.set(State::Closed) {
                State::Ready(connection) => Some(connection),
                _ => None,
            };
            async move {
                if let Some(connection) = connection {
                    connection.close().await;
                }
            }
        };
        let own: Vec<_> = std::mem::take(&mut *self.own.lock().unwrap_or_else(PoisonError::into_inner));
        let own = own.iter().filter_map(Weak::upgrade);
        tokio::join!(join_all(self.servers.values().map(close)), join_all(own.map(async |own| own.close().await)));
    }

    /// The servers of which each client has a connection of its own.
    pub fn own_sessions(&self) -> impl Iterator<Item = &Arc<str>> {
        self.servers.iter().filter(|(_, server)| server.is_own).map(|(name, _)| name)
    }

    /// Remembers a client's own connection.
    fn add_own(&self, connection: &Arc<Connection>) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.retain(|connection| connection.strong_count() > 0);
        own.push(Arc::downgrade(connection));
    }
}

impl Server {
    fn ready(&self) -> Option<Arc<Connection>> {
        match &*self.state.borrow() {
            State::Ready(connection) => Some(connection.clone()),
            _ => None,
        }
    }

    fn watched(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the state before. What is closed stays so.
    fn set(&self, state: State) -> State {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let mut before = state;
        self.state.send_if_modified(|current| {
            let is_open = !matches!(current, State::Closed);
            if is_open {
                std::mem::swap(current, &mut before);
            }
            is_open
        });
        before
    }

    fn info(&self) -> ServerInfo {
        let state = self.state.borrow().clone();
        let (state, tools, stderr) = match state {
            State::Starting => (ServerState::Starting, 0, Vec::new()),
            State::Ready(connection) => (ServerState::Ready, connection.listed().tools.len(), connection.stderr()),
            State::Down { reason, retry } => {
                let retry_in = retry.saturating_duration_since(Instant::now());
                (ServerState::Down { reason, retry_in }, 0, Vec::new())
            }
            State::Closed => (ServerState::Closed, 0, Vec::new()),
        };
        let since = self.since.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        ServerInfo { name: self.name.clone(), state, since, tools, stderr }
    }
}
