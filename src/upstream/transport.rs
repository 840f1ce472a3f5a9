//! The wire between an rmcp client and a server: [`LineTransport`], one JSON-RPC message per line.
//!
//! In go the two directions of a byte stream, a child's standard input and output or an in-memory duplex; out come
//! rmcp messages. It differs from rmcp's own line transport where real and hostile servers need it to:
//!
//! - Results are handed on as the JSON text they came as, but for those of the handshake. rmcp would try a result
//!   against every kind of result there is, copying it each time, and would lose the one that fits none exactly.
//! - Lines that are not JSON-RPC are passed over without a reply, and so are answers to nothing that was asked.
//! - An answer that cannot be read, or is too long, fails the request it answers instead of leaving it to time out.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rmcp::{
    RoleClient, RoleServer,
    model::{
        ClientNotification, ClientRequest, CustomResult, ErrorCode, ErrorData, JsonRpcMessage, JsonRpcNotification,
        NumberOrString, RequestId, ServerNotification, ServerResult,
    },
    service::{RxJsonRpcMessage, TxJsonRpcMessage},
    transport::Transport,
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{Mutex as AsyncMutex, watch},
};

use tokio_util::sync::CancellationToken;

use super::lines::{Line, LineReader, LineWriter};

/// The longest message taken from a server.
pub(super) const MESSAGE_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// The code of an error made here for an answer that is not MCP. Outside the range that JSON-RPC reserves.
pub(super) const UNREADABLE_ANSWER: ErrorCode = ErrorCode(1);

type Message = RxJsonRpcMessage<RoleClient>;

/// Clones share the connection, so a second handshake can follow a refused one. Only one of them receives at a time.
pub(super) struct LineTransport<R, W> {
    lines: Arc<AsyncMutex<LineReader<R>>>,
    write: LineWriter<W>,
    pending: Arc<Mutex<HashMap<RequestId, Form>>>,
    ended: Arc<watch::Sender<bool>>,
    hear: Hear,
}

/// Takes a notification, or gives it back. Called in the order in which they come, before the answer that follows them is
/// given: rmcp would start a task for each.
pub(super) type Hear = Arc<dyn Fn(ServerNotification) -> Option<ServerNotification> + Send + Sync>;

impl<R, W> Clone for LineTransport<R, W> {
    fn clone(&self) -> Self {
        let Self { lines, write, pending, ended, hear } = self;
        Self {
            lines: lines.clone(),
            write: write.clone(),
            pending: pending.clone(),
            ended: ended.clone(),
            hear: hear.clone(),
        }
    }
}

/// What rmcp is given for the result of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Typed,
    /// The result's JSON text, as a string in a [`CustomResult`].
    Text,
}

/// The members of a JSON-RPC message that tell what it is.
#[derive(Deserialize)]
struct Envelope<'a> {
    jsonrpc: Option<String>,
    id: Option<RequestId>,
    method: Option<String>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> LineTransport<R, W> {
    /// Also gives a flag that turns true when the server has closed its side.
    pub(super) fn new(read: R, write: W, hear: Hear) -> (Self, watch::Receiver<bool>) {
        let (ended, has_ended) = watch::channel(false);
        let transport = Self {
            lines: Arc::new(AsyncMutex::new(LineReader::new(read, MESSAGE_LIMIT_BYTES))),
            write: LineWriter::new(write),
            pending: Arc::default(),
            ended: Arc::new(ended),
            hear,
        };
        (transport, has_ended)
    }

    /// The requests without an answer yet. Never held across an await.
    fn pending(&self) -> MutexGuard<'_, HashMap<RequestId, Form>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads one line as a message; `None` if it is to be passed over.
    fn message(&self, line: &[u8]) -> Option<Message> {
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        if let Some((id, result)) = plain_result(line) {
            let mut pending = self.pending();
            if pending.get(&id) == Some(&Form::Text) {
                pending.remove(&id);
                return Some(text_result(result, id));
            }
        }
        let envelope: Envelope = match serde_json::from_slice(line) {
            Ok(envelope) => envelope,
            Err(_) => return pass_over(line, "it is not a JSON-RPC message"),
        };
        if envelope.jsonrpc.as_deref() != Some("2.0") {
            return pass_over(line, "it is not a JSON-RPC message");
        }
        if envelope.method.is_some() {
            return serde_json::from_slice(line).ok().or_else(|| pass_over(line, "it is not an MCP request"));
        }
        // A server that cannot make sense of a handshake may not know its id. Later errors without one are more likely
        // about notifications, which some servers answer although they must not.
        let Some(id) = envelope.id.or_else(|| envelope.error.and_then(|_| self.handshake())) else {
            return pass_over(line, "it answers no request");
        };
        let id = match id {
            NumberOrString::String(text) => text.parse().map_or(NumberOrString::String(text), NumberOrString::Number),
            number => number,
        };
        let Some(form) = self.pending().remove(&id) else {
            return pass_over(line, "it answers no request that is waiting");
        };
        match (form, envelope.result, envelope.error) {
            (Form::Text, Some(result), None) => Some(text_result(result.get(), id)),
            (_, None, Some(error)) => Some(JsonRpcMessage::error(lenient_error(error), Some(id))),
            _ => serde_json::from_slice(line).ok().or_else(|| Some(unreadable("it is not an MCP result", id))),
        }
    }

    /// The request of the handshake, if it is waiting. Nothing else is typed at that time.
    fn handshake(&self) -> Option<RequestId> {
        self.pending().iter().find(|(_, form)| **form == Form::Typed).map(|(id, _)| id.clone())
    }

    /// A line too long to keep may be an answer; if just one request is waiting, it can only be its.
    fn too_long(&self) -> Option<Message> {
        let mut pending = self.pending();
        let mut waiting = pending.keys();
        let (Some(id), None) = (waiting.next().cloned(), waiting.next()) else { return None };
        pending.remove(&id);
        Some(unreadable(&format!("it is longer than {} MiB", MESSAGE_LIMIT_BYTES >> 20), id))
    }
}

/// The id and the result of an answer written the way that nearly all servers write it: no white space, the result
/// last, or first. This spares a pass over megabytes; whether the result is JSON shows when it is read.
fn plain_result(line: &[u8]) -> Option<(RequestId, &str)> {
    let line = std::str::from_utf8(line).ok()?;
    let (id, result) = match line.strip_prefix(r#"{"jsonrpc":"2.0","id":"#) {
        Some(rest) => rest.strip_suffix('}')?.split_once(r#","result":"#)?,
        None => {
            let (result, id) = line.strip_prefix(r#"{"result":"#)?.rsplit_once(r#","jsonrpc":"2.0","id":"#)?;
            (id.strip_suffix('}')?, result)
        }
    };
    Some((RequestId::Number(id.parse().ok()?), result))
}

fn text_result(result: &str, id: RequestId) -> Message {
    JsonRpcMessage::response(ServerResult::CustomResult(CustomResult(Value::String(result.to_owned()))), id)
}

fn pass_over(line: &[u8], reason: &str) -> Option<Message> {
    if !line.trim_ascii().is_empty() {
        let start = String::from_utf8_lossy(&line[..line.len().min(200)]);
        tracing::debug!(%start, bytes = line.len(), "passing over a line from the server: {reason}");
    }
    None
}

fn unreadable(reason: &str, id: RequestId) -> Message {
    JsonRpcMessage::error(ErrorData::new(UNREADABLE_ANSWER, reason.to_owned(), None), Some(id))
}

/// Reads an error object, making do with whatever of it is there.
fn lenient_error(error: &RawValue) -> ErrorData {
    serde_json::from_str(error.get()).unwrap_or_else(|_| {
        let error: Value = serde_json::from_str(error.get()).unwrap_or_default();
        let message = error.get("message").unwrap_or(&error);
        let message = message.as_str().map_or_else(|| message.to_string(), str::to_owned);
        ErrorData::new(ErrorCode::INTERNAL_ERROR, message, None)
    })
}

impl<R, W> Transport<RoleClient> for LineTransport<R, W>
where
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        match &message {
            JsonRpcMessage::Request(request) => {
                let form = match request.request {
                    ClientRequest::InitializeRequest(_)
                    | ClientRequest::DiscoverRequest(_)
                    | ClientRequest::PingRequest(_)
                    | ClientRequest::SubscriptionsListenRequest(_) => Form::Typed,
                    _ => Form::Text,
                };
                self.pending().insert(request.id.clone(), form);
            }
            JsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) = &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.pending().remove(id);
                }
            }
            _ => {}
        }
        self.write.send(&message)
    }

    async fn receive(&mut self) -> Option<Message> {
        let lines = self.lines.clone();
        let mut lines = lines.lock().await;
        loop {
            let message = match lines.next().await {
                Ok(Line::Whole(line)) => self.message(line),
                Ok(Line::TooLong) => {
                    tracing::warn!("passing over a message from the server: longer than {MESSAGE_LIMIT_BYTES} bytes");
                    self.too_long()
                }
                Ok(Line::End) => break,
                Err(error) => {
                    tracing::debug!(%error, "cannot read from the server");
                    break;
                }
            };
            match message {
                Some(JsonRpcMessage::Notification(JsonRpcNotification { jsonrpc, notification })) => {
                    if let Some(notification) = (self.hear)(notification) {
                        return Some(JsonRpcMessage::Notification(JsonRpcNotification { jsonrpc, notification }));
                    }
                }
                Some(message) => return Some(message),
                None => {}
            }
        }
        self.ended.send_replace(true);
        None
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.write.close().await
    }
}

/// The server's end of a stream. rmcp's own would do but for its speed (see [`LineWriter`]), and for lines that are too long or
/// no messages: these are answered with an error, because their client waits.
pub(crate) struct ServiceTransport<R, W> {
    lines: LineReader<R>,
    write: LineWriter<W>,
    limit: usize,
    /// Cancelled when the client has closed its side.
    has_ended: CancellationToken,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> ServiceTransport<R, W> {
    /// `limit` is the greatest length of a message, in bytes.
    pub(crate) fn new(read: R, write: W, limit: usize) -> Self {
        let (lines, write) = (LineReader::new(read, limit), LineWriter::new(write));
        Self { lines, write, limit, has_ended: CancellationToken::new() }
    }

    /// Is cancelled when the client has closed its side.
    pub(crate) fn has_ended(&self) -> CancellationToken {
        self.has_ended.clone()
    }
}

impl<R, W> Transport<RoleServer> for ServiceTransport<R, W>
where
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.write.send(&message)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            let error = match self.lines.next().await {
                Ok(Line::Whole(line)) if line.trim_ascii().is_empty() => continue,
                Ok(Line::Whole(line)) => match serde_json::from_slice(line) {
                    Ok(message) => return Some(message),
                    Err(error) => not_a_message(line, &error),
                },
                Ok(Line::TooLong) => {
                    let message = format!("the message is longer than {} bytes", self.limit);
                    JsonRpcMessage::error(ErrorData::new(ErrorCode::INVALID_REQUEST, message, None), None)
                }
                Ok(Line::End) | Err(_) => {
                    self.has_ended.cancel();
                    return None;
                }
            };
            if self.write.send(&error).await.is_err() {
                return None;
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.write.close().await
    }
}

/// The answer to a line that is no message, with the id that it has.
fn not_a_message(line: &[u8], error: &serde_json::Error) -> TxJsonRpcMessage<RoleServer> {
    let id = serde_json::from_slice::<Envelope>(line).ok().and_then(|envelope| envelope.id);
    let code = if error.is_data() { ErrorCode::INVALID_REQUEST } else { ErrorCode::PARSE_ERROR };
    JsonRpcMessage::error(ErrorData::new(code, format!("the message cannot be read: {error}"), None), id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_answers_are_taken_apart_and_others_are_left() {
        let number = |id| RequestId::Number(id);
        for (line, expected) in [
            (r#"{"jsonrpc":"2.0","id":7,"result":{"a":{}}}"#, Some((number(7), r#"{"a":{}}"#))),
            (r#"{"result":{"a":{}},"jsonrpc":"2.0","id":7}"#, Some((number(7), r#"{"a":{}}"#))),
            (r#"{"jsonrpc":"2.0","id":"7","result":{}}"#, None),
            (r#"{"jsonrpc": "2.0","id":7,"result":{}}"#, None),
            (r#"{"jsonrpc":"2.0","id":7,"error":{}}"#, None),
            (r#"{"jsonrpc":"2.0","method":"a"}"#, None),
            ("", None),
        ] {
            assert_eq!(plain_result(line.as_bytes()), expected, "{line}");
        }
    }

    #[tokio::test]
    async fn only_an_answer_that_must_be_the_too_long_one_fails() {
        let (transport, _) = LineTransport::new(tokio::io::empty(), tokio::io::sink(), Arc::new(Some));
        let wait_for = |id| transport.pending().insert(RequestId::Number(id), Form::Text);
        assert!(transport.too_long().is_none());
        wait_for(1);
        wait_for(2);
        assert!(transport.too_long().is_none());
        transport.pending().remove(&RequestId::Number(2));
        let Some(JsonRpcMessage::Error(error)) = transport.too_long() else { panic!("an error") };
        assert_eq!((error.id, error.error.code), (Some(RequestId::Number(1)), UNREADABLE_ANSWER));
    }
}
