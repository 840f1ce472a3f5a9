//! The client on whose behalf calls are made, as far as servers may turn to it while its calls are in flight: [`Caller`].
//!
//! A server that has something to say or to ask does so over the connection, and MCP before 2026-07-28 does not tell which call it
//! is about. [`Callers`] knows who is waiting: progress goes by its token; anything else reaches the client if only one is
//! waiting for this server, and nobody otherwise, because what concerns one client must never reach another. Servers that
//! depend on it are to be given a connection for each client.

#![expect(deprecated, reason = "what servers before 2026-07-28 may ask for and say")]

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rmcp::model::{
    ClientCapabilities, ElicitRequestParams, ErrorData, InputRequest, LoggingMessageNotificationParam, NumberOrString,
    ProgressNotificationParam, ProgressToken,
};
use serde_json::Value;
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};

/// Of so many messages a client may be behind, before those that it can do without are dropped.
const QUEUE: usize = 64;

/// So many questions of one call may be open.
const MAX_QUESTIONS: usize = 8;
/// So much progress waits to be known whose it is.
const MAX_EARLY: usize = 64;
/// How long a client, that is, its user, may take to answer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5 * 60);
/// So long a server may be at a call that its client has given up on.
const AFTERMATH: Duration = Duration::from_secs(60);

/// Says which client a caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(u64);

impl ClientId {
    /// One that nobody else has.
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Default for ClientId {
    fn default() -> Self {
        Self::new()
    }
}

/// A client that waits for calls, and can be spoken to meanwhile.
#[derive(Clone, Debug)]
pub struct Caller {
    pub client: ClientId,
    pub capabilities: ClientCapabilities,
    messages: mpsc::Sender<ToClient>,
}

/// What a server has for the client.
#[derive(Debug)]
pub enum ToClient {
    Progress(ProgressNotificationParam),
    Log {
        server: Arc<str>,
        message: LoggingMessageNotificationParam,
    },
    /// Wants an answer; dropping the sender declines. Without a server it is the gateway itself that asks.
    Request {
        server: Option<Arc<str>>,
        request: Box<InputRequest>,
        answer: oneshot::Sender<Result<Value, ErrorData>>,
    },
}

impl ToClient {
    /// A line that the client's program has printed, as progress.
    pub fn printed(line: &str) -> Self {
        let progress = ProgressNotificationParam::new(ProgressToken(NumberOrString::Number(0)), 0.0);
        Self::Progress(progress.with_message(line))
    }
}

impl Caller {
    /// Also gives what servers have for the client. Dropping that makes the client deaf.
    pub fn new(client: ClientId, capabilities: ClientCapabilities) -> (Self, mpsc::Receiver<ToClient>) {
        let (messages, receiver) = mpsc::channel(QUEUE);
        (Self { client, capabilities, messages }, receiver)
    }

    /// Says something that the client can do without: dropped, if it is too far behind.
    pub fn tell(&self, message: ToClient) {
        if self.messages.try_send(message).is_err() {
            tracing::debug!("a client is behind, and misses a notification");
        }
    }

    /// Asks the client for something.
    pub async fn ask(&self, server: Option<Arc<str>>, request: InputRequest) -> Result<Value, ErrorData> {
        let is_able = match &request {
            InputRequest::CreateMessage(_) => self.capabilities.sampling.is_some(),
            InputRequest::Elicitation(request) => self.capabilities.elicitation.as_ref().is_some_and(|able| {
                match request.params {
                    ElicitRequestParams::UrlElicitationParams { .. } => able.url.is_some(),
                    // One that says nothing of modes knows this one.
                    _ => able.form.is_some() || able.url.is_none(),
                }
            }),
            InputRequest::ListRoots(_) => self.capabilities.roots.is_some(),
            _ => false,
        };
        if !is_able {
            return Err(cannot("the client that made the call cannot answer such a request"));
        }
        let (answer, answered) = oneshot::channel();
        let gone = || cannot("the client that made the call does not wait for it any more");
        let request = ToClient::Request { server, request: Box::new(request), answer };
        self.messages.send(request).await.map_err(|_| gone())?;
        match timeout(ANSWER_PATIENCE, answered).await {
            Ok(answer) => answer.unwrap_or_else(|_| Err(gone())),
            Err(_) => Err(cannot("the client has not answered")),
        }
    }
}

/// The refusal of a server's request.
pub(super) fn cannot(why: &str) -> ErrorData {
    ErrorData::invalid_request(why.to_owned(), None)
}

/// Who waits for answers on one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Callers(Arc<Mutex<Everybody>>);

#[derive(Debug, Default)]
struct Everybody {
    waiting: HashMap<u64, Waiting>,
    /// Progress whose call is not known yet: a fast server is ahead of us.
    early: VecDeque<ProgressNotificationParam>,
    /// Clients that have given up on a call. The server may not know it, and go on.
    gone: HashMap<ClientId, Instant>,
}

#[derive(Debug)]
struct Waiting {
    /// `None` for requests of nobody in particular, such as a list.
    caller: Option<Arc<Caller>>,
    token: Option<ProgressToken>,
    /// How many questions to the client are open. Meanwhile the server cannot be expected to answer.
    open: watch::Sender<usize>,
}

/// A request that waits for its answer. Dropped without [`answered`](Self::answered), somebody has given up on it.
pub(super) struct Presence {
    callers: Callers,
    number: u64,
    open: watch::Receiver<usize>,
    is_answered: bool,
}

/// A question to a client that has no answer yet.
pub(super) struct Question {
    pub(super) caller: Arc<Caller>,
    open: watch::Sender<usize>,
}

impl Drop for Question {
    fn drop(&mut self) {
        self.open.send_modify(|open| *open -= 1);
    }
}

impl Callers {
    fn lock(&self) -> MutexGuard<'_, Everybody> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn enter(&self, caller: Option<Arc<Caller>>) -> Presence {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let (open, is_open) = watch::channel(0);
        self.lock().waiting.insert(number, Waiting { caller, token: None, open });
        Presence { callers: self.clone(), number, open: is_open, is_answered: false }
    }

    /// Passes progress on to the one whose call has its token.
    pub(super) fn progressed(&self, progress: ProgressNotificationParam) {
        let mut everybody = self.lock();
        let is_meant = |waiting: &&Waiting| waiting.token.as_ref() == Some(&progress.progress_token);
        match everybody.waiting.values().find(is_meant) {
            Some(Waiting { caller: Some(caller), .. }) => caller.tell(ToClient::Progress(progress)),
            Some(_) => {}
            None => {
                if everybody.early.len() == MAX_EARLY {
                    everybody.early.pop_front();
                }
                everybody.early.push_back(progress);
            }
        }
    }

    /// The only client that waits, or may have to do with what the server is still doing.
    pub(super) fn only(&self) -> Result<Question, ErrorData> {
        let mut everybody = self.lock();
        let now = Instant::now();
        everybody.gone.retain(|_, since| now.duration_since(*since) < AFTERMATH);
        let Everybody { waiting, gone, .. } = &*everybody;
        let several = || {
            cannot(
                "calls of several clients are in flight, and which of them this is about cannot be known; give each \
                 client a connection of its own (session = \"own\")",
            )
        };
        let mut own = Vec::new();
        for each in waiting.values() {
            own.push((each.caller.as_ref().ok_or_else(several)?, &each.open));
        }
        let Some((first, _)) = own.first() else {
            return Err(cannot("no call is in flight whose client could be asked"));
        };
        let is_other = |client: &ClientId| *client != first.client;
        if own.iter().any(|(caller, _)| is_other(&caller.client)) || gone.keys().any(is_other) {
            return Err(several());
        }
        // Of one client's calls, that which asks least: one that is waited for does not ask again before it has its answer.
        let asked = own.iter().min_by_key(|(_, open)| *open.borrow());
        let Some((caller, open)) = asked.filter(|(_, open)| *open.borrow() < MAX_QUESTIONS) else {
            return Err(cannot("too many questions to this client are open"));
        };
        open.send_modify(|open| *open += 1);
        Ok(Question { caller: (*caller).clone(), open: (*open).clone() })
    }
}

impl Presence {
    /// Says which token the progress of the call comes with.
    pub(super) fn set_token(&self, token: ProgressToken) {
        let mut everybody = self.callers.lock();
        let Everybody { waiting, early, .. } = &mut *everybody;
        let Some(waiting) = waiting.get_mut(&self.number) else { return };
        early.retain(|progress| {
            let is_ours = progress.progress_token == token;
            if let Some(caller) = waiting.caller.as_ref().filter(|_| is_ours) {
                caller.tell(ToClient::Progress(progress.clone()));
            }
            !is_ours
        });
        waiting.token = Some(token);
    }

    /// How many questions to the client are open.
    pub(super) fn asked(&self) -> watch::Receiver<usize> {
        self.open.clone()
    }

    pub(super) fn answered(&mut self) {
        self.is_answered = true;
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let mut everybody = self.callers.lock();
        let waiting = everybody.waiting.remove(&self.number);
        if let Some(caller) = waiting.and_then(|waiting| waiting.caller).filter(|_| !self.is_answered) {
            everybody.gone.insert(caller.client, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(client: ClientId) -> Arc<Caller> {
        Arc::new(Caller::new(client, ClientCapabilities::default()).0)
    }

    #[test]
    fn whoever_waits_alone_is_asked_and_nobody_else_ever() {
        let (callers, a, b) = (Callers::default(), ClientId::new(), ClientId::new());
        assert!(callers.only().is_err(), "nobody waits");
        let mut first = callers.enter(Some(caller(a)));
        let question = callers.only().expect("one client");
        assert_eq!(question.caller.client, a);
        // That A is being asked makes nobody else the one whom the next question is for.
        let mut other = callers.enter(Some(caller(b)));
        assert!(callers.only().is_err(), "two clients");
        other.answered();
        drop(other);
        let again = callers.enter(Some(caller(a)));
        assert_eq!(callers.only().expect("one client").caller.client, a);
        drop((question, again));
        first.answered();
        drop(first);
        // One of A's calls was given up, and the server may still be at it.
        let _late = callers.enter(Some(caller(b)));
        assert!(callers.only().is_err(), "A may be meant");
    }

    #[test]
    fn requests_of_nobody_are_not_somebody_elses() {
        let callers = Callers::default();
        let _first = callers.enter(Some(caller(ClientId::new())));
        let mut list = callers.enter(None);
        assert!(callers.only().is_err());
        list.answered();
        drop(list);
        assert!(callers.only().is_ok());
    }

    #[test]
    fn progress_that_comes_before_its_call_is_known_is_not_lost() {
        let callers = Callers::default();
        let (caller, mut messages) = Caller::new(ClientId::new(), ClientCapabilities::default());
        let presence = callers.enter(Some(Arc::new(caller)));
        let token = |number| ProgressToken(NumberOrString::Number(number));
        for (number, progress) in [(1, 1.0), (2, 9.0), (1, 2.0)] {
            callers.progressed(ProgressNotificationParam::new(token(number), progress));
        }
        presence.set_token(token(1));
        callers.progressed(ProgressNotificationParam::new(token(1), 3.0));
        let mut told = Vec::new();
        while let Ok(ToClient::Progress(progress)) = messages.try_recv() {
            told.push(progress.progress);
        }
        assert_eq!(told, [1.0, 2.0, 3.0]);
    }

    #[test]
    fn a_server_does_not_ask_without_end() {
        let callers = Callers::default();
        let _first = callers.enter(Some(caller(ClientId::new())));
        let open: Vec<_> = (0..MAX_QUESTIONS).map(|_| callers.only().expect("a question")).collect();
        assert!(callers.only().is_err());
        drop(open);
        assert!(callers.only().is_ok());
    }
}
