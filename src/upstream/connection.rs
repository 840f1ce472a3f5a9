//! One connected server: [`Connection`], from its start through any number of calls in flight at once to its end.
//!
//! In goes a [`Source`], what to connect to; out come the server's tools and the answers of calls and other requests.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures_util::future::BoxFuture;
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientCapabilities, ClientRequest, ErrorCode, ErrorData,
    InputRequiredResult, InputResponses, ListToolsRequest, PaginatedRequestParams, ServerCapabilities,
};
use serde::de::DeserializeOwned;
use tokio::{io::DuplexStream, sync::Mutex, task::JoinSet, time::timeout};

use super::{
    answer::{NoOutput, read_answer, shorten},
    caller::Caller,
    catalogue::{Catalogue, Listed},
    child::{ChildProcess, StderrLines},
    client::{Client, NoResult},
    error::{RequestError, StartFailure, UpstreamError},
    ourselves::{OnChange, Ourselves},
};
use crate::{
    config::{ChildConfig, HttpConfig, TransportConfig},
    host::ToolError,
    redact::Redactor,
    tool::{ToolCall, ToolId, ToolOutput},
};

/// How much an in-memory stream holds before its writer waits for its reader. Measured with a line of 6 MB, which takes
/// 5 ms to pass at this size, 8 ms at 64 KiB, 11 ms at 16 KiB, and no less at greater ones.
const DUPLEX_BYTES: usize = 256 * 1024;

/// How long a server inside this process may take to end.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

/// How often a server may come back with questions before it answers a call.
const MAX_ROUNDS: usize = 10;

/// Runs a server on its end of an in-memory stream, until the other end is closed.
pub(super) type ServeInMemory = Arc<dyn Fn(DuplexStream) -> BoxFuture<'static, ()> + Send + Sync>;

/// What to connect to, as often as need be.
#[derive(Clone)]
pub(super) enum Source {
    Child(ChildConfig),
    Http(HttpConfig),
    InMemory(ServeInMemory),
}

impl From<TransportConfig> for Source {
    fn from(config: TransportConfig) -> Self {
        match config {
            TransportConfig::Child(config) => Self::Child(config),
            TransportConfig::Http(config) => Self::Http(config),
        }
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) start: Duration,
    pub(super) call: Duration,
}

/// How to connect.
#[derive(Clone)]
pub(super) struct Terms {
    pub(super) patience: Patience,
    /// What the server may ask of its client.
    pub(super) capabilities: ClientCapabilities,
    pub(super) on_change: Option<OnChange>,
    /// What is taken out of the server's words before anybody reads them.
    pub(super) redactor: Option<Arc<Redactor>>,
}

pub(super) struct Connection {
    pub(super) name: Arc<str>,
    listed: RwLock<Arc<Listed>>,
    client: Client,
    patience: Patience,
    redactor: Option<Arc<Redactor>>,
    stderr: StderrLines,
    // Dropped, these end the server at once: the process is killed, the task aborted.
    process: Mutex<Option<ChildProcess>>,
    task: Mutex<JoinSet<()>>,
}

impl Connection {
    /// Starts the server, shakes hands and lists its tools.
    pub(super) async fn start(name: Arc<str>, source: Source, terms: Terms) -> Result<Self, UpstreamError> {
        let Terms { patience, capabilities, on_change, redactor } = terms;
        let ourselves = Ourselves::new(name.clone(), capabilities, on_change, redactor.clone());
        let mut process = None;
        let mut task = JoinSet::new();
        let starting = async {
            let client = match source {
                Source::Child(config) => {
                    let (child, stdout, stdin) = ChildProcess::start(&name, &config)
                        .map_err(|error| StartFailure::Spawn { command: config.command, error })?;
                    process = Some(child);
                    Client::over_lines(stdout, stdin, ourselves).await?
                }
                Source::Http(config) => Client::over_http(&name, &config, ourselves).await?,
                Source::InMemory(serve) => {
                    let (ours, theirs) = tokio::io::duplex(DUPLEX_BYTES);
                    task.spawn(serve(theirs));
                    let (read, write) = tokio::io::split(ours);
                    Client::over_lines(read, write, ourselves).await?
                }
            };
            let listed = list_tools(&client, &name, patience.start).await?;
            Ok((client, listed))
        };
        let mut failure = match timeout(patience.start, starting).await {
            Ok(Ok((client, listed))) => {
                return Ok(Self {
                    name,
                    listed: RwLock::new(Arc::new(listed)),
                    client,
                    patience,
                    redactor,
                    stderr: process.as_ref().map(|process| process.stderr().clone()).unwrap_or_default(),
                    process: Mutex::new(process),
                    task: Mutex::new(task),
                });
            }
            Ok(Err(failure)) => failure,
            Err(_) => StartFailure::TimedOut { after: patience.start },
        };
        let mut stderr = Vec::new();
        if let Some(process) = &mut process {
            match &mut failure {
                StartFailure::Closed { status } => (*status, stderr) = process.last_words().await,
                _ => stderr = process.stderr().get(),
            }
        }
        Err(UpstreamError { server: name, failure, stderr })
    }

    /// The tools as they were listed last.
    pub(super) fn listed(&self) -> Arc<Listed> {
        self.listed.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks for the tools again. Says whether they are others.
    pub(super) async fn relist(&self) -> Result<bool, StartFailure> {
        let after = self.patience.start;
        let listed = timeout(after, list_tools(&self.client, &self.name, after)).await;
        let listed = Arc::new(listed.unwrap_or(Err(StartFailure::TimedOut { after }))?);
        let mut current = self.listed.write().unwrap_or_else(PoisonError::into_inner);
        let has_changed = **current != *listed;
        *current = listed;
        Ok(has_changed)
    }

    /// The server's words, as they may be read.
    fn told(&self, words: String) -> String {
        shorten(redacted(self.redactor.as_ref(), words))
    }

    pub(super) fn capabilities(&self) -> &ServerCapabilities {
        &self.client.capabilities
    }

    /// Returns when the connection is of no more use.
    pub(super) async fn ended(&self) {
        self.client.ended().await;
    }

    pub(super) fn has_ended(&self) -> bool {
        self.client.has_ended()
    }

    /// Why it ended.
    pub(super) async fn last_words(&self) -> UpstreamError {
        let (mut status, mut stderr) = (None, Vec::new());
        if let Some(process) = self.process.lock().await.as_mut() {
            (status, stderr) = process.last_words().await;
        }
        UpstreamError { server: self.name.clone(), failure: StartFailure::Ended { status }, stderr }
    }

    /// The last lines that the server wrote to its standard error, oldest first.
    pub(super) fn stderr(&self) -> Vec<String> {
        self.stderr.get()
    }

    /// Makes one call to a tool, on behalf of a caller that the server may turn to meanwhile.
    pub(super) async fn call(&self, call: ToolCall, caller: Option<&Arc<Caller>>) -> Result<ToolOutput, ToolError> {
        let ToolCall { id: tool, input } = call;
        let mut params = CallToolRequestParams::new(tool.tool.to_string()).with_arguments(input);
        for _ in 0..MAX_ROUNDS {
            let request = ClientRequest::CallToolRequest(CallToolRequest::new(params.clone()));
            let result = self.client.request(request, self.patience.call, caller).await;
            let result = result.map_err(|no_result| self.call_error(&tool, no_result))?;
            match read_answer(&result) {
                Ok(output) => return Ok(output),
                Err(NoOutput::InputRequired(asked)) => {
                    let failed = |message| ToolError::Failed { tool: tool.clone(), message: self.told(message) };
                    let (responses, state) = self.fulfil(*asked, caller).await.map_err(failed)?;
                    (params.input_responses, params.request_state) = (responses, state);
                }
                Err(NoOutput::Failed(message)) => {
                    return Err(ToolError::Failed { tool, message: self.told(message) });
                }
                Err(NoOutput::NotAResult) => {
                    let message = "its answer is not the result of a tool".to_owned();
                    return Err(ToolError::Unavailable { tool, message });
                }
            }
        }
        Err(ToolError::Failed { tool, message: format!("it asked for input {MAX_ROUNDS} times, and did not answer") })
    }

    fn call_error(&self, tool: &ToolId, no_result: NoResult) -> ToolError {
        let tool = tool.clone();
        match no_result {
            NoResult::TimedOut => ToolError::TimedOut { tool, after: self.patience.call },
            NoResult::Closed => ToolError::Unavailable { tool, message: "it closed the connection".to_owned() },
            NoResult::NotSent(message) => ToolError::Unreachable { tool, message: self.told(message) },
            NoResult::NotMcp(message) => {
                let message = format!("its answer cannot be used: {}", self.told(message));
                ToolError::Unavailable { tool, message }
            }
            // Even one that says that the input was wrong: a tool may find that after it has done something.
            NoResult::Error(error) => ToolError::Failed { tool, message: self.told(error.message.into_owned()) },
        }
    }

    /// Has the caller's client answer what the server wants to know before it goes on.
    async fn fulfil(
        &self,
        asked: InputRequiredResult,
        caller: Option<&Arc<Caller>>,
    ) -> Result<(Option<InputResponses>, Option<String>), String> {
        let Some(caller) = caller else {
            return Err("it asks its client for input, and there is none to ask".to_owned());
        };
        let mut responses = InputResponses::new();
        for (key, request) in asked.input_requests.into_iter().flatten() {
            let answer = caller.ask(Some(self.name.clone()), request).await;
            let refused = |error: ErrorData| format!("it asked for input: {}", error.message);
            responses.insert(key, answer.map_err(refused)?);
        }
        Ok(((!responses.is_empty()).then_some(responses), asked.request_state))
    }

    /// Makes any other request.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        request: ClientRequest,
        caller: Option<&Arc<Caller>>,
    ) -> Result<T, RequestError> {
        match self.client.request(request, self.patience.call, caller).await {
            Ok(result) => {
                serde_json::from_str(&result).map_err(|error| RequestError::Unavailable(format!("its answer: {error}")))
            }
            Err(NoResult::Error(ErrorData { code, message, .. })) => {
                // What else it says is for nobody but its own clients.
                Err(RequestError::Refused(ErrorData::new(code, self.told(message.into_owned()), None)))
            }
            Err(NoResult::TimedOut) => {
                let after = self.patience.call.as_secs_f64();
                Err(RequestError::Unavailable(format!("it did not answer within {after} s")))
            }
            Err(NoResult::Closed) => Err(RequestError::Unavailable("it closed the connection".to_owned())),
            Err(NoResult::NotMcp(message) | NoResult::NotSent(message)) => {
                Err(RequestError::Unavailable(self.told(message)))
            }
        }
    }

    /// Closes the wire, then waits for the server to end, or ends it.
    pub(super) async fn close(&self) {
        self.client.close().await;
        if let Some(process) = self.process.lock().await.take() {
            process.shut_down().await;
        }
        timeout(CLOSE_PATIENCE, self.task.lock().await.join_next()).await.ok();
    }
}

async fn list_tools(client: &Client, server: &str, within: Duration) -> Result<Listed, StartFailure> {
    let mut catalogue = Catalogue::default();
    let mut cursor = None;
    loop {
        let params = PaginatedRequestParams::default().with_cursor(cursor);
        let request = ClientRequest::ListToolsRequest(ListToolsRequest::with_param(params));
        match client.request(request, within, None).await {
            Ok(page) => cursor = catalogue.add_page(server, &page)?,
            // Not every server has tools.
            Err(NoResult::Error(error)) if error.code == ErrorCode::METHOD_NOT_FOUND => cursor = None,
            Err(NoResult::Error(error)) => {
                return Err(StartFailure::ListTools { message: shorten(error.message.into_owned()) });
            }
            Err(NoResult::Closed) => return Err(StartFailure::Closed { status: None }),
            Err(NoResult::TimedOut) => return Err(StartFailure::TimedOut { after: within }),
            Err(NoResult::NotMcp(message)) => return Err(StartFailure::NotMcp { message }),
            Err(NoResult::NotSent(message)) => return Err(StartFailure::Http { message }),
        }
        if cursor.is_none() {
            return Ok(catalogue.into_listed());
        }
    }
}

/// An error's text without what must not be shown.
pub(super) fn redacted(redactor: Option<&Arc<Redactor>>, text: String) -> String {
    match redactor {
        Some(redactor) => redactor.redact_error(&text).into_owned(),
        None => text,
    }
}
