//! The rmcp client of one server: [`Client`] shakes hands over a wire, and makes requests with a time limit, cancellation, and
//! whoever waits for them.
//!
//! Both generations of the protocol are spoken. The handshake is `initialize` first, which all servers but the newest know
//! and some of the older ones insist on (they exit at anything else), then, if that is refused, `server/discover`.

use std::{sync::Arc, time::Duration};

use rmcp::{
    RoleClient,
    model::{ClientRequest, ErrorData, ProtocolVersion, ServerCapabilities, ServerResult},
    service::{
        ClientInitializeError, ClientLifecycleMode, Peer, PeerRequestOptions, RequestHandle, RunningService,
        ServiceError, serve_client_with_lifecycle,
    },
};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    runtime::Handle,
    sync::{Mutex, watch},
    time::sleep,
};

use super::{
    answer::shorten,
    caller::{Caller, Callers},
    error::StartFailure,
    http,
    ourselves::Ourselves,
    transport::{LineTransport, UNREADABLE_ANSWER},
};
use crate::config::HttpConfig;

/// How long a connection may take to close its side of the wire.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

pub(super) struct Client {
    peer: Peer<RoleClient>,
    /// `None` once it is closed.
    service: Mutex<Option<RunningService<RoleClient, Ourselves>>>,
    callers: Callers,
    pub(super) capabilities: ServerCapabilities,
    wire: Wire,
    /// Where the connection lives. Calls may come from other runtimes, which need not outlive them.
    runtime: Handle,
}

/// How the end of a connection shows.
enum Wire {
    /// The flag turns true when the server closes its side. With it, all that is in flight is lost.
    Stream(watch::Receiver<bool>),
    /// Every request goes by itself. The flag turns true when one could not be delivered.
    Http(watch::Sender<bool>),
}

/// Why a request has no result.
pub(super) enum NoResult {
    /// It has never left.
    NotSent(String),
    TimedOut,
    Closed,
    Error(ErrorData),
    NotMcp(String),
}

impl Client {
    /// Over a stream of lines.
    pub(super) async fn over_lines<R, W>(read: R, write: W, ourselves: Ourselves) -> Result<Self, StartFailure>
    where
        R: AsyncRead + Unpin + Send + 'static,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let (transport, has_ended) = LineTransport::new(read, write, ourselves.hearing());
        let service = match serve_client_with_lifecycle(ourselves.clone(), transport.clone(), initialize()).await {
            Err(ClientInitializeError::JsonRpcError(refusal)) if refusal.code != UNREADABLE_ANSWER => {
                serve_client_with_lifecycle(ourselves, transport, discover())
                    .await
                    .map_err(|error| telling(refusal, error))
            }
            other => other,
        };
        Ok(Self::new(service.map_err(start_failure)?, Wire::Stream(has_ended)))
    }

    /// Over streamable HTTP.
    pub(super) async fn over_http(
        server: &Arc<str>,
        config: &HttpConfig,
        ourselves: Ourselves,
    ) -> Result<Self, StartFailure> {
        let connector = http::Connector::new(server, config).await?;
        let service = match connector.serve(ourselves.clone(), initialize()).await {
            Err(ClientInitializeError::JsonRpcError(refusal)) => {
                connector.serve(ourselves, discover()).await.map_err(|error| telling(refusal, error))
            }
            other => other,
        };
        let service =
            service.map_err(|error| connector.start_failure(&error).unwrap_or_else(|| start_failure(error)))?;
        Ok(Self::new(service, Wire::Http(watch::channel(false).0)))
    }

    fn new(service: RunningService<RoleClient, Ourselves>, wire: Wire) -> Self {
        let info = service.peer_info();
        let capabilities = info.as_ref().map(|info| info.capabilities.clone()).unwrap_or_default();
        Self {
            peer: service.peer().clone(),
            callers: service.service().callers.clone(),
            service: Mutex::new(Some(service)),
            capabilities,
            wire,
            runtime: Handle::current(),
        }
    }

    /// Returns when the connection is of no more use.
    pub(super) async fn ended(&self) {
        // Whoever could set it is gone only when the connection is.
        let _ = self.end().wait_for(|has_ended| *has_ended).await;
    }

    pub(super) fn has_ended(&self) -> bool {
        *self.end().borrow()
    }

    fn end(&self) -> watch::Receiver<bool> {
        match &self.wire {
            Wire::Stream(has_ended) => has_ended.clone(),
            Wire::Http(is_suspect) => is_suspect.subscribe(),
        }
    }

    /// Makes a request; the result is JSON text. Dropped or out of time, it tells the server. While the caller's client is being
    /// asked, time does not count, and when it has answered, it begins anew.
    pub(super) async fn request(
        &self,
        request: ClientRequest,
        within: Duration,
        caller: Option<&Arc<Caller>>,
    ) -> Result<String, NoResult> {
        let mut presence = self.callers.enter(caller.cloned());
        let mut in_flight = InFlight { handle: None, runtime: &self.runtime };
        let out_of_time = || {
            // The timer must be that of the connection's runtime, which has one.
            let _context = self.runtime.enter();
            sleep(within)
        };
        let mut timer = Box::pin(out_of_time());
        let has_ended = async {
            match &self.wire {
                Wire::Stream(_) => self.ended().await,
                Wire::Http(_) => std::future::pending().await,
            }
        };
        let mut asked = presence.asked();
        let answer = async {
            let handle = self.peer.send_request_with_option(request, PeerRequestOptions::no_options()).await?;
            presence.set_token(handle.progress_token.clone());
            in_flight.handle = Some(handle);
            in_flight.answer().await
        };
        let result = {
            tokio::pin!(answer, has_ended);
            loop {
                let is_asked = *asked.borrow_and_update() > 0;
                tokio::select! {
                    // An answer that came just before the end still counts.
                    biased;
                    answer = &mut answer => break self.read(answer),
                    () = &mut has_ended => break Err(NoResult::Closed),
                    // When the client has answered, the server's time begins anew.
                    Ok(()) = asked.changed() => timer.set(out_of_time()),
                    () = &mut timer, if !is_asked => return Err(NoResult::TimedOut),
                }
            }
        };
        presence.answered();
        result
    }

    fn read(&self, answer: Result<ServerResult, ServiceError>) -> Result<String, NoResult> {
        match answer {
            Ok(ServerResult::CustomResult(result)) => match result.0 {
                Value::String(text) => Ok(text),
                value => Ok(value.to_string()),
            },
            Ok(result) => serde_json::to_string(&result).map_err(|error| NoResult::NotMcp(error.to_string())),
            Err(ServiceError::McpError(error)) if error.code == UNREADABLE_ANSWER => {
                Err(NoResult::NotMcp(error.message.into_owned()))
            }
            Err(ServiceError::McpError(error)) => Err(NoResult::Error(error)),
            Err(error) => match &self.wire {
                Wire::Stream(_) => Err(NoResult::Closed),
                Wire::Http(is_suspect) => Err(match http::failure(&error) {
                    http::Delivery::NotMade(message) => {
                        is_suspect.send_replace(true);
                        NoResult::NotSent(message)
                    }
                    http::Delivery::Unknown(message) => NoResult::NotMcp(message),
                    http::Delivery::Gone => {
                        is_suspect.send_replace(true);
                        NoResult::Closed
                    }
                }),
            },
        }
    }

    pub(super) async fn close(&self) {
        if let Some(mut service) = self.service.lock().await.take() {
            service.close_with_timeout(CLOSE_PATIENCE).await.ok();
        }
    }
}

fn initialize() -> ClientLifecycleMode {
    ClientLifecycleMode::Initialize
}

fn discover() -> ClientLifecycleMode {
    ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::LATEST] }
}

/// If both handshakes are refused, the server's words about the one that it should know are the useful ones.
fn telling(refusal: ErrorData, error: ClientInitializeError) -> ClientInitializeError {
    match error {
        ClientInitializeError::JsonRpcError(_) => ClientInitializeError::JsonRpcError(refusal),
        other => other,
    }
}

/// A request without an answer yet. Dropped, it sends `notifications/cancelled`, so that the server can stop.
struct InFlight<'a> {
    handle: Option<RequestHandle<RoleClient>>,
    runtime: &'a Handle,
}

impl InFlight<'_> {
    async fn answer(&mut self) -> Result<ServerResult, ServiceError> {
        let Some(handle) = &mut self.handle else { return Err(ServiceError::TransportClosed) };
        let answer = (&mut handle.rx).await;
        self.handle = None;
        answer.unwrap_or(Err(ServiceError::TransportClosed))
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            self.runtime.spawn(handle.cancel(Some("nobody waits for the answer any more".to_owned())));
        }
    }
}

fn start_failure(error: ClientInitializeError) -> StartFailure {
    match error {
        ClientInitializeError::ConnectionClosed(_) | ClientInitializeError::TransportError { .. } => {
            StartFailure::Closed { status: None }
        }
        ClientInitializeError::JsonRpcError(error) if error.code == UNREADABLE_ANSWER => {
            StartFailure::NotMcp { message: format!("its answer to the handshake: {}", error.message) }
        }
        ClientInitializeError::JsonRpcError(error) => {
            StartFailure::Refused { message: shorten(error.message.into_owned()) }
        }
        ClientInitializeError::NoCompatibleProtocolVersion { server_supported, .. } => {
            let versions: Vec<String> = server_supported.iter().map(ToString::to_string).collect();
            StartFailure::Refused { message: format!("it speaks only {}", shorten(versions.join(", "))) }
        }
        // The rest show the server's whole message in rmcp's notation, which helps nobody.
        _ => StartFailure::NotMcp { message: "its answer to the handshake is not one".to_owned() },
    }
}
