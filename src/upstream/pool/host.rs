//! The pool as one client's tool host: [`PoolHost`].

use std::{
    collections::HashMap,
    sync::{Arc, Mutex as StdMutex, MutexGuard, OnceLock, PoisonError},
};

use futures_util::future::{BoxFuture, join_all};
use rmcp::model::ClientCapabilities;
use tokio::sync::Mutex;

use super::{Connection, Pool, Server, State, Terms};
use crate::{
    host::{ToolAnswer, ToolError, ToolHost},
    tool::ToolCall,
    upstream::{Caller, RequestError, connection::redacted},
};

/// Makes the calls of one client. Clones are the same client's, and share the connections that are its own.
#[derive(Clone)]
pub struct PoolHost {
    pub(super) pool: Arc<Pool>,
    own: Arc<Own>,
    pub(super) caller: Option<Arc<Caller>>,
}

/// A place for a connection. It is locked while one is being made.
type Slot = Arc<Mutex<Option<Arc<Connection>>>>;

/// What is one client's alone.
#[derive(Default)]
struct Own {
    /// What the client can be asked for.
    capabilities: OnceLock<ClientCapabilities>,
    connections: StdMutex<HashMap<Arc<str>, Slot>>,
}

impl PoolHost {
    /// A client that servers cannot turn to.
    pub fn new(pool: Arc<Pool>) -> Self {
        Self { pool, own: Arc::default(), caller: None }
    }

    /// Says what the client can be asked for. The first that is said counts.
    pub fn able_to(&self, capabilities: ClientCapabilities) {
        // What else there is, is not passed on.
        let ClientCapabilities { elicitation, sampling, roots, .. } = capabilities;
        let mut capabilities = ClientCapabilities::default();
        (capabilities.elicitation, capabilities.sampling, capabilities.roots) = (elicitation, sampling, roots);
        let _ = self.own.capabilities.set(capabilities);
    }

    /// The same client while it waits for a request, and can be turned to.
    pub fn on_behalf_of(&self, caller: Arc<Caller>) -> Self {
        Self { caller: Some(caller), ..self.clone() }
    }

    /// Ends the connections that are the client's own.
    pub async fn close(&self) {
        let own: Vec<_> = self.own.connections().drain().map(|(_, connection)| connection).collect();
        let close = async |connection: &Slot| {
            if let Some(connection) = connection.lock().await.take() {
                connection.close().await;
            }
        };
        join_all(own.iter().map(close)).await;
    }

    /// The connection to a server, if it is up.
    pub(super) async fn connection(&self, server: &Server) -> Result<Arc<Connection>, String> {
        if server.is_own {
            return self.own_connection(server).await;
        }
        match &*server.state.borrow() {
            State::Ready(connection) if !connection.has_ended() => Ok(connection.clone()),
            State::Ready(_) => Err("it has just ended, and is being started again".to_owned()),
            State::Starting => Err("it is starting".to_owned()),
            State::Down { reason, .. } => {
                let reason = reason.lines().next().unwrap_or_default();
                Err(format!("it is down, and being started again: {reason}"))
            }
            State::Closed => Err("the gateway is shutting down".to_owned()),
        }
    }

    /// Made when it is first needed, and again when it has ended.
    async fn own_connection(&self, server: &Server) -> Result<Arc<Connection>, String> {
        if matches!(&*server.state.borrow(), State::Closed) {
            return Err("the gateway is shutting down".to_owned());
        }
        let slot = self.own.connections().entry(server.name.clone()).or_default().clone();
        let mut slot = slot.lock().await;
        if let Some(connection) = slot.as_ref().filter(|connection| !connection.has_ended()) {
            return Ok(connection.clone());
        }
        // Where nothing is said, it differs from request to request.
        let capabilities = self.own.capabilities.get().unwrap_or(&server.terms.capabilities).clone();
        let terms = Terms { capabilities, ..server.terms.clone() };
        let connection = Connection::start(server.name.clone(), server.source.clone(), terms).await;
        let connection =
            Arc::new(connection.map_err(|error| redacted(server.terms.redactor.as_ref(), error.to_string()))?);
        self.pool.add_own(&connection);
        if let Some(before) = slot.replace(connection.clone()) {
            tokio::spawn(async move { before.close().await });
        }
        Ok(connection)
    }

    pub(super) async fn named(&self, server: &str) -> Result<Arc<Connection>, RequestError> {
        let unavailable = |message: String| RequestError::Unavailable(message);
        let server =
            self.pool.servers.get(server).ok_or_else(|| unavailable(format!("there is no server {server}")))?;
        self.connection(server).await.map_err(unavailable)
    }
}

impl Own {
    fn connections(&self) -> MutexGuard<'_, HashMap<Arc<str>, Slot>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ToolHost for PoolHost {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(async move {
            let Some(server) = self.pool.servers.get(&call.id.server) else {
                return Err(ToolError::Unknown { tool: call.id, nearest: Vec::new() });
            };
            match self.connection(server).await {
                Ok(connection) => connection.call(call, self.caller.as_ref()).await.map(ToolAnswer::from),
                Err(message) => Err(ToolError::Unreachable { tool: call.id, message }),
            }
        })
    }
}
