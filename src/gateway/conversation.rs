//! A request on its way, and what servers say to its client meanwhile: [`Conversation`].
//!
//! The work goes on by itself, and ends when this is dropped. What servers have for the client is passed on by whoever holds
//! the client's request, because that is what ties it to the request on every transport. Where the client can be asked
//! (revisions before 2026-07-28), it is. Where it cannot, the request is answered with the question, the work is kept in
//! [`Conversations`], and goes on when the client comes back with its answer.

#![expect(deprecated, reason = "what servers before 2026-07-28 may ask for and say")]

use std::{
    collections::HashMap,
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use rmcp::{
    Peer, RoleServer,
    model::{
        CallToolResponse, CallToolResult, ElicitRequestParams, ErrorData, InputRequest, InputRequiredResult,
        InputResponses, LoggingLevel, ProgressNotificationParam, ServerRequest,
    },
    service::{RequestContext, ServiceError},
};
use serde_json::Value;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{host::Principal, upstream::ToClient};

/// How long a client may take to come back with an answer.
const RETURN_PATIENCE: Duration = Duration::from_secs(5 * 60);
/// So many requests wait for answers at most, all clients' together.
const MAX_HELD: usize = 1_000;
/// And at most so many of one principal's.
const MAX_HELD_EACH: usize = 100;
/// How long a client may take to take a notification.
const NOTIFY_PATIENCE: Duration = Duration::from_secs(5);
/// So many messages are passed on once the answer is there.
const MAX_LEFT: usize = 64;
/// The name of the one question that is put at a time.
const QUESTION: &str = "question";

type Outcome = Result<CallToolResult, ErrorData>;

/// A request on its way.
pub(super) struct Conversation {
    work: Work,
    messages: mpsc::Receiver<ToClient>,
    /// Progress is that of several calls, and is counted anew; else it is that of the one call.
    counts: bool,
    said: u32,
    /// The client has not taken a notification in time.
    is_deaf: bool,
}

/// Dropped, it ends.
struct Work(JoinHandle<Outcome>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Who waits, and for what.
pub(super) struct Audience<'a> {
    pub(super) context: &'a RequestContext<RoleServer>,
    pub(super) principal: &'a Principal,
    pub(super) conversations: &'a Conversations,
    /// Less than this is not passed on.
    pub(super) level: Option<LoggingLevel>,
    /// Cancelled when the client closes the connection that it waits on.
    pub(super) connection: CancellationToken,
    /// Whether the client can be asked while it waits.
    pub(super) can_be_asked: bool,
}

impl Conversation {
    pub(super) fn new(work: JoinHandle<Outcome>, messages: mpsc::Receiver<ToClient>, counts: bool) -> Self {
        Self { work: Work(work), messages, counts, said: 0, is_deaf: false }
    }

    /// Goes on until there is an answer, or a question that has to be one.
    pub(super) async fn go_on(mut self, audience: Audience<'_>) -> Result<CallToolResponse, ErrorData> {
        let peer = &audience.context.peer;
        let mut asked = FuturesUnordered::new();
        let mut is_open = true;
        let mut left = MAX_LEFT;
        loop {
            tokio::select! {
                // What was said before the answer reaches the client before it, as far as it is not without end.
                biased;
                () = audience.connection.cancelled() => {
                    return Err(ErrorData::internal_error("the client has gone away", None));
                }
                () = audience.context.ct.cancelled() => {
                    return Err(ErrorData::internal_error("the request was cancelled", None));
                }
                message = self.messages.recv(), if is_open && left > 0 => match message {
                    None => is_open = false,
                    Some(ToClient::Request { server, request, answer }) => {
                        let request = signed(server, *request);
                        if !audience.can_be_asked {
                            return audience.conversations.hold(self, audience.principal, request, answer);
                        }
                        asked.push(async move {
                            // The server may have given up meanwhile.
                            let _ = answer.send(ask(peer, request).await);
                        });
                    }
                    Some(message) if !self.is_deaf => self.pass_on(message, &audience).await,
                    Some(_) => {}
                },
                Some(()) = asked.next(), if !asked.is_empty() => {}
                outcome = &mut self.work.0 => {
                    let died = |_| Err(ErrorData::internal_error("the request was not carried out", None));
                    return outcome.unwrap_or_else(died).map(CallToolResponse::Complete);
                }
            }
            if self.work.0.is_finished() {
                left = left.saturating_sub(1);
            }
        }
    }

    async fn pass_on(&mut self, message: ToClient, audience: &Audience<'_>) {
        let peer = &audience.context.peer;
        let passed = match message {
            ToClient::Progress(mut progress) => {
                let Some(token) = audience.context.meta.get_progress_token() else { return };
                progress.progress_token = token;
                if self.counts {
                    progress = self.counted(progress);
                }
                timeout(NOTIFY_PATIENCE, peer.notify_progress(progress)).await
            }
            ToClient::Log { server, mut message } => {
                if audience.level.is_some_and(|level| (message.level as u8) < level as u8) {
                    return;
                }
                message.logger.get_or_insert_with(|| server.to_string());
                timeout(NOTIFY_PATIENCE, peer.notify_logging_message(message)).await
            }
            // Those have been taken.
            ToClient::Request { .. } => return,
        };
        if !matches!(passed, Ok(Ok(()))) {
            tracing::debug!("a client does not take notifications, and gets no more of them");
            self.is_deaf = true;
        }
    }

    /// Progress has to grow.
    fn counted(&mut self, mut progress: ProgressNotificationParam) -> ProgressNotificationParam {
        self.said += 1;
        if progress.message.is_none() {
            let mut message = progress.progress.to_string();
            if let Some(total) = progress.total {
                // Writing to a string cannot fail.
                let _ = write!(message, " of {total}");
            }
            progress.message = Some(message);
        }
        progress.progress = self.said.into();
        progress.total = None;
        progress
    }
}

/// A question that says whose it is: a server must not look like the gateway, or like another one.
fn signed(server: Option<Arc<str>>, mut request: InputRequest) -> InputRequest {
    if let (Some(server), InputRequest::Elicitation(request)) = (server, &mut request) {
        match &mut request.params {
            ElicitRequestParams::FormElicitationParams { message, .. }
            | ElicitRequestParams::UrlElicitationParams { message, .. } => *message = format!("[{server}] {message}"),
            _ => {}
        }
    }
    request
}

async fn ask(peer: &Peer<RoleServer>, request: InputRequest) -> Result<Value, ErrorData> {
    let request = match request {
        InputRequest::CreateMessage(request) => ServerRequest::CreateMessageRequest(request),
        InputRequest::Elicitation(request) => ServerRequest::ElicitRequest(request),
        InputRequest::ListRoots(request) => ServerRequest::ListRootsRequest(request),
        _ => return Err(ErrorData::invalid_request("clients cannot be asked such a thing", None)),
    };
    match peer.send_request(request).await {
        Ok(answer) => serde_json::to_value(answer).map_err(|error| {
            ErrorData::internal_error(format!("the client's answer cannot be passed on: {error}"), None)
        }),
        Err(ServiceError::McpError(error)) => Err(error),
        Err(error) => Err(ErrorData::internal_error(format!("the client does not answer: {error}"), None)),
    }
}

/// Requests whose client has a question to answer first, by what it comes back with.
#[derive(Clone, Default)]
pub(super) struct Conversations(Arc<Mutex<HashMap<String, Held>>>);

struct Held {
    conversation: Conversation,
    principal: Principal,
    answer: oneshot::Sender<Result<Value, ErrorData>>,
}

impl Conversations {
    fn hold(
        &self,
        conversation: Conversation,
        principal: &Principal,
        request: InputRequest,
        answer: oneshot::Sender<Result<Value, ErrorData>>,
    ) -> Result<CallToolResponse, ErrorData> {
        let state = secret()?;
        {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let own = held.values().filter(|held| held.principal == *principal).count();
            if held.len() >= MAX_HELD || own >= MAX_HELD_EACH {
                return Err(ErrorData::internal_error("too many requests wait for answers of their clients", None));
            }
            held.insert(state.clone(), Held { conversation, principal: principal.clone(), answer });
        }
        let (all, forgotten) = (self.clone(), state.clone());
        tokio::spawn(async move {
            tokio::time::sleep(RETURN_PATIENCE).await;
            all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&forgotten);
        });
        let requests = [(QUESTION.to_owned(), request)].into();
        Ok(CallToolResponse::InputRequired(InputRequiredResult::new(Some(requests), Some(state))))
    }

    /// Ends all that wait.
    pub(super) fn clear(&self) {
        let held = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        drop(held);
    }

    /// Goes on with the request that a client comes back to.
    pub(super) fn resume(
        &self,
        state: &str,
        principal: &Principal,
        responses: Option<InputResponses>,
    ) -> Result<Conversation, ErrorData> {
        let unknown = || ErrorData::invalid_params("no request waits for this requestState; make it anew", None);
        let held = {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if held.get(state).is_none_or(|held| held.principal != *principal) {
                return Err(unknown());
            }
            held.remove(state).ok_or_else(unknown)?
        };
        let response = responses.and_then(|mut responses| responses.remove(QUESTION));
        let declined = || ErrorData::invalid_request("the client did not answer", None);
        // The server may have given up meanwhile.
        let _ = held.answer.send(response.ok_or_else(declined));
        Ok(held.conversation)
    }
}

/// What nobody guesses.
fn secret() -> Result<String, ErrorData> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| ErrorData::internal_error("no random numbers", None))?;
    Ok(u128::from_ne_bytes(bytes).to_string())
}
