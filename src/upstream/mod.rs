//! The MCP client pool: [`Upstreams`], the [`ToolHost`] at the bottom of every stack of hosts.
//!
//! In go servers, each a child process named by a [`ServerConfig`] or an rmcp service inside this process; out come
//! their tools' definitions and the answers of calls to them. Each server has one rmcp client, and any number of calls
//! are in flight on it at once. What a server may send is bounded in time, length and number, and whatever it does wrong
//! is a typed error: [`UpstreamError`] for the operator when it starts, [`ToolError`] for the program when it is called.
//!
//! | module | job |
//! |---|---|
//! | `connection` | one server: start, calls and other requests, end |
//! | `client`, `ourselves` | its rmcp client: handshake, time limits, cancellation; what the server says of its own accord |
//! | `caller` | on whose behalf calls are made, and how servers reach them |
//! | `transport`, `lines` | JSON-RPC messages, one per line, out of whatever the server writes |
//! | `http`, `oauth` | streamable HTTP, and who we are there |
//! | `child` | the server's process: environment, standard error, termination |
//! | `catalogue` | `tools/list` → [`ToolDef`]s |
//! | `answer` | `tools/call` → [`ToolOutput`](crate::tool::ToolOutput) |
//! | `pool` | connections that are made again when they end |

mod answer;
mod caller;
mod catalogue;
mod child;
mod client;
mod connection;
mod error;
mod http;
mod lines;
pub(crate) mod oauth;
mod ourselves;
mod pool;
mod transport;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::{BoxFuture, join_all, try_join_all};
use rmcp::{
    RoleServer,
    model::ClientCapabilities,
    service::{Service, ServiceExt},
};
use tokio::io::DuplexStream;

pub(crate) use self::transport::ServiceTransport;
pub use self::{
    caller::{Caller, ClientId, ToClient},
    error::{RequestError, StartFailure, UpstreamError},
    ourselves::Change,
    pool::{Pool, PoolBuilder, PoolHost, ServerInfo, ServerOptions, ServerState},
};
use self::{
    connection::{Connection, Patience, Source, Terms},
    ourselves::OnChange,
    transport::MESSAGE_LIMIT_BYTES,
};
use crate::{
    config::ServerConfig,
    host::{ToolAnswer, ToolError, ToolHost},
    tool::{ToolCall, ToolDef},
};

/// How long a server may take to become ready, and to answer a call, unless the builder is told otherwise.
pub const DEFAULT_START_TIMEOUT: Duration = Duration::from_secs(30);
pub const DEFAULT_CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Connected servers. [`Upstreams::close`] ends them in good order; dropping this kills their processes.
pub struct Upstreams {
    connections: BTreeMap<Arc<str>, Connection>,
}

impl Upstreams {
    pub fn builder() -> UpstreamsBuilder {
        UpstreamsBuilder {
            sources: Vec::new(),
            patience: Patience { start: DEFAULT_START_TIMEOUT, call: DEFAULT_CALL_TIMEOUT },
            on_change: None,
        }
    }

    /// The tools of every server as they were when it was connected to, both sorted by name.
    pub fn definitions(&self) -> Vec<(Arc<str>, Vec<ToolDef>)> {
        self.connections
            .values()
            .map(|connection| (connection.name.clone(), connection.listed().tools.clone()))
            .collect()
    }

    /// Closes all connections at once and waits until the servers have ended, at most some seconds.
    pub async fn close(self) {
        join_all(self.connections.values().map(Connection::close)).await;
    }
}

impl ToolHost for Upstreams {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(async move {
            match self.connections.get(&call.id.server) {
                Some(connection) if connection.listed().has(&call.id.tool) => {
                    connection.call(call, None).await.map(ToolAnswer::from)
                }
                _ => Err(ToolError::Unknown { tool: call.id, nearest: Vec::new() }),
            }
        })
    }
}

/// The servers to connect to, and how long they may take.
pub struct UpstreamsBuilder {
    sources: Vec<(Arc<str>, Source)>,
    patience: Patience,
    on_change: Option<OnChange>,
}

impl UpstreamsBuilder {
    /// Adds a server inside this process, an rmcp service.
    pub fn in_process(self, name: impl Into<Arc<str>>, service: impl Service<RoleServer>) -> Self {
        self.in_memory(name, |stream| async move {
            let (read, write) = tokio::io::split(stream);
            match service.serve(ServiceTransport::new(read, write, MESSAGE_LIMIT_BYTES)).await {
                Ok(running) => drop(running.waiting().await),
                Err(error) => tracing::debug!(%error, "a server inside this process did not start"),
            }
        })
    }

    /// Adds a server inside this process, given as what it does with its end of an in-memory stream. The future runs as
    /// a task of its own, and is dropped when the connection is.
    pub fn in_memory<F>(
        mut self,
        name: impl Into<Arc<str>>,
        serve: impl FnOnce(DuplexStream) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.sources.push((name.into(), once(serve)));
        self
    }

    /// Adds a server as it is configured: a child process, or one that is reached over HTTP.
    pub fn server(mut self, config: &ServerConfig) -> Self {
        self.sources.push((config.name.clone(), config.transport.clone().into()));
        self
    }

    /// Who is told the name of a server that says that its tools have changed (`notifications/tools/list_changed`). Its
    /// definitions here stay as they were.
    pub fn tools_changed(mut self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.on_change = Some(Arc::new(move |server, change| {
            if change == Change::Tools {
                tell(server);
            }
        }));
        self
    }

    /// How long a server may take to start, shake hands and list its tools.
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.patience.start = timeout;
        self
    }

    /// How long a server may take to answer a call.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.patience.call = timeout;
        self
    }

    /// Connects to all servers at once. The first that fails ends the others. Needs a tokio runtime with timers and
    /// I/O, which must go on running for as long as calls are made.
    pub async fn connect(self) -> Result<Upstreams, UpstreamError> {
        let mut sources = BTreeMap::new();
        for (name, source) in self.sources {
            if sources.insert(name.clone(), source).is_some() {
                let failure = StartFailure::DuplicateName;
                return Err(UpstreamError { server: name, failure, stderr: Vec::new() });
            }
        }
        let capabilities = ClientCapabilities::default();
        let terms = Terms { patience: self.patience, capabilities, on_change: self.on_change, redactor: None };
        let starts = sources.into_iter().map(|(name, source)| Connection::start(name, source, terms.clone()));
        let connections = try_join_all(starts).await?;
        Ok(Upstreams { connections: connections.into_iter().map(|each| (each.name.clone(), each)).collect() })
    }
}

/// A server that can be started once. Started again, it is as if it had ended at once.
fn once<F>(serve: impl FnOnce(DuplexStream) -> F + Send + 'static) -> Source
where
    F: Future<Output = ()> + Send + 'static,
{
    let serve = Mutex::new(Some(serve));
    Source::InMemory(Arc::new(move |stream| {
        let serve = serve.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move {
            if let Some(serve) = serve {
                serve(stream).await;
            }
        })
    }))
}
