//! Clients that remember what they hear: [`Ears`].

#![expect(deprecated, reason = "what clients before 2026-07-28 are asked for and told")]

use std::sync::{Arc, Mutex};

use rmcp::{
    ClientHandler, ErrorData, RoleClient,
    model::{
        CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, CreateMessageRequestParams,
        CreateMessageResult, ElicitRequestParams, ElicitResult, ElicitationAction, Implementation,
        LoggingMessageNotificationParam, ProgressNotificationParam, ResourceUpdatedNotificationParam, SamplingMessage,
    },
    service::{NotificationContext, Peer, RequestContext, RunningService, ServiceError},
};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::fixture::within;

const CHANGED: &str = "tools changed";

pub type Client = RunningService<RoleClient, Ears>;

/// A client with a name, which it gives as the answer to whatever it is asked.
#[derive(Clone)]
pub struct Ears {
    name: Arc<str>,
    action: ElicitationAction,
    can_answer: bool,
    heard: Arc<Mutex<Vec<String>>>,
    count: Arc<watch::Sender<usize>>,
}

impl Ears {
    pub fn new(name: &str) -> Self {
        let count = Arc::new(watch::channel(0).0);
        Self { name: name.into(), action: ElicitationAction::Accept, can_answer: true, heard: Arc::default(), count }
    }

    /// Says no to whatever it is asked.
    pub fn declining(self) -> Self {
        Self { action: ElicitationAction::Decline, ..self }
    }

    /// Says at the beginning that it cannot be asked anything.
    pub fn mute(self) -> Self {
        Self { can_answer: false, ..self }
    }

    /// What was heard about calls, as `kind: words`, in order.
    pub fn heard(&self) -> Vec<String> {
        let mut heard = self.heard.lock().expect("no panic").clone();
        heard.retain(|heard| heard != CHANGED);
        heard
    }

    /// How often the tools were said to have changed.
    pub fn changes(&self) -> usize {
        self.heard.lock().expect("no panic").iter().filter(|heard| *heard == CHANGED).count()
    }

    /// Waits until the tools were said to have changed more often than that.
    pub async fn hears_of_changes(&self, before: usize) {
        let mut count = self.count.subscribe();
        within("a change", count.wait_for(|_| self.changes() > before)).await.expect("a sender");
    }

    /// Waits until this was heard so often.
    pub async fn hears_times(&self, what: &str, times: usize) {
        let mut count = self.count.subscribe();
        let is_heard = |_: &usize| self.heard().iter().filter(|heard| *heard == what).count() >= times;
        within(what, count.wait_for(is_heard)).await.expect("a sender");
    }

    /// Waits until something like this was heard.
    pub async fn hears(&self, what: &str) {
        let mut count = self.count.subscribe();
        let is_heard = |_: &usize| self.heard().iter().any(|heard| heard == what);
        within(what, count.wait_for(is_heard)).await.expect("a sender");
    }

    fn hear(&self, what: String) {
        self.heard.lock().expect("no panic").push(what);
        self.count.send_modify(|count| *count += 1);
    }
}

impl ClientHandler for Ears {
    fn get_info(&self) -> ClientConfig {
        let able = ClientCapabilities::builder().enable_elicitation().enable_sampling().build();
        let capabilities = if self.can_answer { able } else { ClientCapabilities::default() };
        ClientConfig::new(capabilities, Implementation::new(&*self.name, "1"))
    }

    async fn create_elicitation(
        &self,
        params: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        if let ElicitRequestParams::FormElicitationParams { message, .. } = params {
            self.hear(format!("asked: {message}"));
        }
        Ok(ElicitResult::new(self.action.clone()).with_content(json!({ "answer": &*self.name })))
    }

    async fn create_message(
        &self,
        params: CreateMessageRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        self.hear(format!("sample: {}", params.max_tokens));
        Ok(CreateMessageResult::new(SamplingMessage::assistant_text("hm"), format!("model of {}", self.name)))
    }

    async fn on_resource_updated(&self, params: ResourceUpdatedNotificationParam, _: NotificationContext<RoleClient>) {
        self.hear(format!("updated: {}", params.uri));
    }

    async fn on_progress(&self, params: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.hear(format!("progress: {} {}", params.progress, params.message.unwrap_or_default()));
    }

    async fn on_logging_message(&self, params: LoggingMessageNotificationParam, _: NotificationContext<RoleClient>) {
        self.hear(format!("log: {} {}", params.logger.unwrap_or_default(), params.data));
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.hear(CHANGED.to_owned());
    }
}

pub fn call(name: &str, input: Value) -> CallToolRequestParams {
    let input = input.as_object().cloned().expect("an object");
    CallToolRequestParams::new(name.to_owned()).with_arguments(input)
}

/// Makes a call and gives its result's one text, an error in an `Err`.
pub async fn ask(peer: &Peer<RoleClient>, name: &str, input: Value) -> Result<String, String> {
    match within(name, peer.call_tool(call(name, input))).await {
        Ok(result) if result.is_error == Some(true) => Err(text_of(&result)),
        Ok(result) => Ok(text_of(&result)),
        Err(ServiceError::McpError(error)) => Err(format!("{}: {}", error.code.0, error.message)),
        Err(error) => Err(error.to_string()),
    }
}

/// Runs a program and gives its answer's text.
pub async fn run(peer: &Peer<RoleClient>, code: &str) -> Result<String, String> {
    ask(peer, "execute_code", json!({ "code": code })).await
}

pub fn text_of(result: &CallToolResult) -> String {
    match &result.structured_content {
        Some(value) => value.to_string(),
        None => result.content.iter().filter_map(|block| block.as_text()).map(|block| block.text.as_str()).collect(),
    }
}

/// The names that are listed.
pub async fn listed(peer: &Peer<RoleClient>) -> Vec<String> {
    let tools = within("a list", peer.list_tools(None)).await.expect("a list").tools;
    tools.into_iter().map(|tool| tool.name.to_string()).collect()
}
