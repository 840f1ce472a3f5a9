//! The MCP client pool: [`Upstreams`], the [`ToolHost`] at the bottom of every stack of hosts.
//!
//! In go servers, each a child process named by a [`ServerConfig`] or an rmcp service inside this process; out come
//! their tools' definitions and the answers of calls to them. Each server has one rmcp client, and any number of calls
//! are in flight on it at once. What a server may send is bounded in time, length and number, and whatever it does wrong
//! is a typed error: [`UpstreamError`] for the operator when it starts, [`ToolError`] for the program when it is called.
//!
//! | module | job |
//! |---|---|
//! | `connection` | one server: handshake, requests with timeout and cancellation, end |
//! | `transport`, `lines` | JSON-RPC messages, one per line, out of whatever the server writes |
//! | `child` | the server's process: environment, standard error, termination |
//! | `catalogue` | `tools/list` → [`ToolDef`]s |
//! | `answer` | `tools/call` → [`ToolOutput`](crate::tool::ToolOutput) |

mod answer;
mod catalogue;
mod child;
mod connection;
mod error;
mod lines;
mod transport;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::future::{BoxFuture, join_all, try_join_all};
use rmcp::{
    RoleServer,
    service::{Service, ServiceExt},
};
use tokio::io::DuplexStream;

pub use self::error::{StartFailure, UpstreamError};
use self::{
    connection::{Connection, Patience, Source, ToolsChanged},
    transport::ServiceTransport,
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
            tools_changed: None,
        }
    }

    /// The tools of every server as they were when it was connected to, both sorted by name.
    pub fn definitions(&self) -> Vec<(Arc<str>, Vec<ToolDef>)> {
        self.connections.values().map(|connection| (connection.name.clone(), connection.tools.clone())).collect()
    }

    /// Closes all connections at once and waits until the servers have ended, at most some seconds.
    pub async fn close(self) {
        join_all(self.connections.into_values().map(Connection::close)).await;
    }
}

impl ToolHost for Upstreams {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(async move {
            let connection = self
                .connections
                .get(&call.id.server)
                .filter(|connection| connection.tools.binary_search_by(|tool| tool.name.cmp(&call.id.tool)).is_ok());
            match connection {
                Some(connection) => connection.call(call).await.map(ToolAnswer::from),
                None => Err(ToolError::Unknown { tool: call.id, nearest: Vec::new() }),
            }
        })
    }
}

/// The servers to connect to, and how long they may take.
pub struct UpstreamsBuilder {
    sources: Vec<(Arc<str>, Source)>,
    patience: Patience,
    tools_changed: Option<ToolsChanged>,
}

impl UpstreamsBuilder {
    /// Adds a server inside this process, an rmcp service.
    pub fn in_process(self, name: impl Into<Arc<str>>, service: impl Service<RoleServer>) -> Self {
        self.in_memory(name, |stream| async move {
            let (read, write) = tokio::io::split(stream);
            match service.serve(ServiceTransport::new(read, write)).await {
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
        self.sources.push((name.into(), Source::InMemory(Box::new(|stream| Box::pin(serve(stream))))));
        self
    }

    /// Adds a server that runs as a child process.
    pub fn child_process(mut self, config: &ServerConfig) -> Self {
        self.sources.push((config.name.clone(), Source::Child(config.clone())));
        self
    }

    /// Who is told the name of a server that says that its tools have changed (`notifications/tools/list_changed`). Its
    /// definitions here stay as they were.
    pub fn tools_changed(mut self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.tools_changed = Some(Arc::new(tell));
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
        let starts = sources
            .into_iter()
            .map(|(name, source)| Connection::start(name, source, self.patience, self.tools_changed.clone()));
        let connections = try_join_all(starts).await?;
        Ok(Upstreams { connections: connections.into_iter().map(|each| (each.name.clone(), each)).collect() })
    }
}
