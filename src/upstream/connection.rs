//! One connected server: [`Connection`], from its start through any number of calls in flight at once to its end.
//!
//! In goes a [`Source`], what to connect to; out come the server's tools and the answers of calls. Both generations of
//! the protocol are spoken. The handshake is `initialize` first, which all servers but the newest know and some of the
//! older ones insist on (they exit at anything else), then, if that is refused, `server/discover` on the same wire.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use rmcp::{
    ClientHandler, RoleClient,
    model::{
        CallToolRequest, CallToolRequestParams, ClientCapabilities, ClientConfig, ClientRequest, ErrorCode, ErrorData,
        Implementation, ListToolsRequest, PaginatedRequestParams, ProtocolVersion, ServerResult,
    },
    service::{
        ClientInitializeError, ClientLifecycleMode, NotificationContext, PeerRequestOptions, RequestHandle,
        RunningService, ServiceError, serve_client_with_lifecycle,
    },
};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream},
    runtime::Handle,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    answer::{NoOutput, read_answer, shorten},
    catalogue::Catalogue,
    child::ChildProcess,
    error::{StartFailure, UpstreamError},
    transport::{LineTransport, UNREADABLE_ANSWER},
};
use crate::{
    config::ServerConfig,
    host::ToolError,
    tool::{ToolCall, ToolDef, ToolOutput},
};

/// How much an in-memory stream holds before its writer waits for its reader. Measured with a line of 6 MB, which takes
/// 5 ms to pass at this size, 8 ms at 64 KiB, 11 ms at 16 KiB, and no less at greater ones.
const DUPLEX_BYTES: usize = 256 * 1024;

/// How long a connection may take to close its side of the wire.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

/// Runs a server on its end of an in-memory stream, until the other end is closed.
pub(super) type ServeInMemory = Box<dyn FnOnce(DuplexStream) -> BoxFuture<'static, ()> + Send>;

/// What to connect to.
pub(super) enum Source {
    Child(ServerConfig),
    InMemory(ServeInMemory),
}

/// How long things may take.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    pub(super) start: Duration,
    pub(super) call: Duration,
}

pub(super) struct Connection {
    pub(super) name: Arc<str>,
    /// Sorted by name.
    pub(super) tools: Vec<ToolDef>,
    client: Client,
    patience: Patience,
    // Dropped, these end the server at once: the process is killed, the task aborted.
    process: Option<ChildProcess>,
    task: JoinSet<()>,
}

/// Told the name of a server whose tools are no longer those that it has listed.
pub(super) type ToolsChanged = Arc<dyn Fn(&str) + Send + Sync>;

/// Our side of a connection, as the server sees it.
#[derive(Clone)]
struct Ourselves {
    server: Arc<str>,
    config: ClientConfig,
    tools_changed: Option<ToolsChanged>,
}

impl Ourselves {
    fn new(server: Arc<str>, tools_changed: Option<ToolsChanged>) -> Self {
        let implementation = Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        let config = ClientConfig::new(ClientCapabilities::default(), implementation)
            .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE);
        Self { server, config, tools_changed }
    }
}

impl ClientHandler for Ourselves {
    fn get_info(&self) -> ClientConfig {
        self.config.clone()
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        tracing::info!(server = %self.server, "the server's tools have changed");
        if let Some(tools_changed) = &self.tools_changed {
            tools_changed(&self.server);
        }
    }
}

/// The rmcp client of one server.
struct Client {
    service: RunningService<RoleClient, Ourselves>,
    /// Turns true when the server closes its side.
    has_ended: watch::Receiver<bool>,
    /// Where the connection lives. Calls may come from other runtimes, which need not outlive them.
    runtime: Handle,
}

/// Why a request has no result.
enum NoResult {
    TimedOut,
    Closed,
    Error(ErrorData),
    NotMcp(String),
}

impl Connection {
    /// Starts the server, shakes hands and lists its tools.
    pub(super) async fn start(
        name: Arc<str>,
        source: Source,
        patience: Patience,
        tools_changed: Option<ToolsChanged>,
    ) -> Result<Self, UpstreamError> {
        let ourselves = Ourselves::new(name.clone(), tools_changed);
        let mut process = None;
        let mut task = JoinSet::new();
        let starting = async {
            let client = match source {
                Source::Child(config) => {
                    let (child, stdout, stdin) = ChildProcess::start(&config)
                        .map_err(|error| StartFailure::Spawn { command: config.command, error })?;
                    process = Some(child);
                    Client::connect(stdout, stdin, ourselves).await?
                }
                Source::InMemory(serve) => {
                    let (ours, theirs) = tokio::io::duplex(DUPLEX_BYTES);
                    task.spawn(serve(theirs));
                    let (read, write) = tokio::io::split(ours);
                    Client::connect(read, write, ourselves).await?
                }
            };
            let tools = client.list_tools(&name, patience.start).await?;
            Ok((client, tools))
        };
        let mut failure = match timeout(patience.start, starting).await {
            Ok(Ok((client, tools))) => return Ok(Self { name, tools, client, patience, process, task }),
            Ok(Err(failure)) => failure,
            Err(_) => StartFailure::TimedOut { after: patience.start },
        };
        let mut stderr = Vec::new();
        if let Some(process) = &mut process {
            match &mut failure {
                StartFailure::Closed { status } => (*status, stderr) = process.last_words().await,
                _ => stderr = process.stderr_lines(),
            }
        }
        Err(UpstreamError { server: name, failure, stderr })
    }

    /// Makes one call to a tool that this server has.
    pub(super) async fn call(&self, call: ToolCall) -> Result<ToolOutput, ToolError> {
        let ToolCall { id: tool, input } = call;
        let params = CallToolRequestParams::new(tool.tool.to_string()).with_arguments(input);
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
        let unavailable = |message: String| ToolError::Unavailable { tool: tool.clone(), message };
        match self.client.request(request, self.patience.call).await {
            Ok(result) => read_answer(&result).map_err(|no_output| match no_output {
                NoOutput::Failed(message) => ToolError::Failed { tool: tool.clone(), message },
                NoOutput::NotAResult => unavailable("its answer is not the result of a tool".to_owned()),
            }),
            Err(NoResult::TimedOut) => Err(ToolError::TimedOut { tool, after: self.patience.call }),
            Err(NoResult::Closed) => Err(unavailable("it closed the connection".to_owned())),
            Err(NoResult::NotMcp(message)) => Err(unavailable(format!("its answer cannot be used: {message}"))),
            Err(NoResult::Error(error)) => {
                // Even one that says that the input was wrong: a tool may find that after it has done something.
                Err(ToolError::Failed { tool, message: shorten(error.message.into_owned()) })
            }
        }
    }

    /// Closes the wire, then waits for the server to end, or ends it.
    pub(super) async fn close(mut self) {
        self.client.service.close_with_timeout(CLOSE_PATIENCE).await.ok();
        if let Some(process) = self.process.take() {
            process.shut_down().await;
        }
        timeout(CLOSE_PATIENCE, self.task.join_next()).await.ok();
    }
}

impl Client {
    async fn connect<R, W>(read: R, write: W, ourselves: Ourselves) -> Result<Self, StartFailure>
    where
        R: AsyncRead + Unpin + Send + 'static,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let (transport, has_ended) = LineTransport::new(read, write);
        let initialize = ClientLifecycleMode::Initialize;
        let service = match serve_client_with_lifecycle(ourselves.clone(), transport.clone(), initialize).await {
            Err(ClientInitializeError::JsonRpcError(refusal)) if refusal.code != UNREADABLE_ANSWER => {
                let discover = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::LATEST] };
                // If both are refused, the server's words about the one that it should know are the useful ones.
                serve_client_with_lifecycle(ourselves, transport, discover).await.map_err(|error| match error {
                    ClientInitializeError::JsonRpcError(_) => ClientInitializeError::JsonRpcError(refusal),
                    other => other,
                })
            }
            other => other,
        };
        Ok(Self { service: service.map_err(start_failure)?, has_ended, runtime: Handle::current() })
    }

    async fn list_tools(&self, server: &str, within: Duration) -> Result<Vec<ToolDef>, StartFailure> {
        let mut catalogue = Catalogue::default();
        let mut cursor = None;
        loop {
            let params = PaginatedRequestParams::default().with_cursor(cursor);
            let request = ClientRequest::ListToolsRequest(ListToolsRequest::with_param(params));
            match self.request(request, within).await {
                Ok(page) => cursor = catalogue.add_page(server, &page)?,
                // Not every server has tools.
                Err(NoResult::Error(error)) if error.code == ErrorCode::METHOD_NOT_FOUND => cursor = None,
                Err(NoResult::Error(error)) => {
                    return Err(StartFailure::ListTools { message: shorten(error.message.into_owned()) });
                }
                Err(NoResult::Closed) => return Err(StartFailure::Closed { status: None }),
                Err(NoResult::TimedOut) => return Err(StartFailure::TimedOut { after: within }),
                Err(NoResult::NotMcp(message)) => return Err(StartFailure::NotMcp { message }),
            }
            if cursor.is_none() {
                return Ok(catalogue.into_tools());
            }
        }
    }

    /// Makes a request whose result the transport leaves as JSON text. Dropped or out of time, it tells the server.
    async fn request(&self, request: ClientRequest, within: Duration) -> Result<String, NoResult> {
        let out_of_time = {
            // The timer must be that of the connection's runtime, which has one.
            let _context = self.runtime.enter();
            sleep(within)
        };
        let answer = async {
            let handle = self.service.send_request_with_option(request, PeerRequestOptions::no_options()).await?;
            let mut request = InFlight { handle: Some(handle), runtime: &self.runtime };
            request.answer().await
        };
        let mut has_ended = self.has_ended.clone();
        tokio::select! {
            // An answer that came just before the end still counts.
            biased;
            answer = answer => match answer {
                Ok(ServerResult::CustomResult(result)) => match result.0 {
                    Value::String(text) => Ok(text),
                    _ => Err(NoResult::NotMcp("it is not an MCP result".to_owned())),
                },
                Ok(_) => Err(NoResult::NotMcp("it is the result of something else".to_owned())),
                Err(ServiceError::McpError(error)) if error.code == UNREADABLE_ANSWER => {
                    Err(NoResult::NotMcp(error.message.into_owned()))
                }
                Err(ServiceError::McpError(error)) => Err(NoResult::Error(error)),
                Err(_) => Err(NoResult::Closed),
            },
            _ = has_ended.wait_for(|ended| *ended) => Err(NoResult::Closed),
            () = out_of_time => Err(NoResult::TimedOut),
        }
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
