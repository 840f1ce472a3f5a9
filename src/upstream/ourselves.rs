//! Our side of a connection, as the server sees it: [`Ourselves`], which passes on what the server says of its own accord.

#![expect(deprecated, reason = "what servers before 2026-07-28 may ask for and say")]

use std::sync::Arc;

use rmcp::{
    ClientHandler, RoleClient,
    model::{
        ClientCapabilities, ClientConfig, CreateMessageRequest, CreateMessageRequestParams, CreateMessageResult,
        ElicitRequest, ElicitRequestParams, ElicitResult, ErrorData, Implementation, InputRequest, ListRootsRequest,
        ListRootsResult, LoggingMessageNotificationParam, ProgressNotificationParam, ProtocolVersion,
        ResourceUpdatedNotificationParam, ServerNotification,
    },
    service::{NotificationContext, RequestContext},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    caller::{Callers, ToClient},
    transport::Hear,
};
use crate::redact::Redactor;

/// What a server has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Tools,
    Resources,
    Prompts,
    /// One resource, by its URI.
    Resource(String),
}

/// Told the name of a server that says that something of it has changed.
pub(super) type OnChange = Arc<dyn Fn(&str, Change) + Send + Sync>;

#[derive(Clone)]
pub(super) struct Ourselves {
    server: Arc<str>,
    config: ClientConfig,
    on_change: Option<OnChange>,
    redactor: Option<Arc<Redactor>>,
    pub(super) callers: Callers,
}

impl Ourselves {
    pub(super) fn new(
        server: Arc<str>,
        capabilities: ClientCapabilities,
        on_change: Option<OnChange>,
        redactor: Option<Arc<Redactor>>,
    ) -> Self {
        let implementation = Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        let config = ClientConfig::new(capabilities, implementation)
            .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE);
        Self { server, config, on_change, redactor, callers: Callers::default() }
    }

    /// What takes progress and messages of the log as soon as they come.
    pub(super) fn hearing(&self) -> Hear {
        let ourselves = self.clone();
        Arc::new(move |notification| match notification {
            ServerNotification::ProgressNotification(progress) => {
                ourselves.callers.progressed(progress.params);
                None
            }
            ServerNotification::LoggingMessageNotification(message) => {
                ourselves.logged(message.params);
                None
            }
            other => Some(other),
        })
    }

    fn logged(&self, mut message: LoggingMessageNotificationParam) {
        if let Some(redactor) = &self.redactor {
            let text = message.data.to_string();
            let redacted = redactor.redact_error(&text);
            message.data = serde_json::from_str(&redacted).unwrap_or_else(|_| Value::from(&*redacted));
        }
        tracing::debug!(server = %self.server, level = ?message.level, data = %message.data, "the server logs");
        if let Ok(question) = self.callers.only() {
            question.caller.tell(ToClient::Log { server: self.server.clone(), message });
        }
    }

    fn changed(&self, change: Change) {
        tracing::debug!(server = %self.server, ?change, "the server says that it has changed");
        if let Some(on_change) = &self.on_change {
            on_change(&self.server, change);
        }
    }

    /// Has the client that waits answer the server.
    async fn ask<T: DeserializeOwned>(&self, request: InputRequest) -> Result<T, ErrorData> {
        let question = self.callers.only()?;
        let answer = question.caller.ask(Some(self.server.clone()), request).await?;
        serde_json::from_value(answer)
            .map_err(|error| ErrorData::internal_error(format!("the client's answer is not one: {error}"), None))
    }
}

impl ClientHandler for Ourselves {
    fn get_info(&self) -> ClientConfig {
        self.config.clone()
    }

    async fn create_message(
        &self,
        params: CreateMessageRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        self.ask(InputRequest::CreateMessage(CreateMessageRequest::new(params))).await
    }

    async fn create_elicitation(
        &self,
        params: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        self.ask(InputRequest::Elicitation(ElicitRequest::new(params))).await
    }

    async fn list_roots(&self, _: RequestContext<RoleClient>) -> Result<ListRootsResult, ErrorData> {
        self.ask(InputRequest::ListRoots(ListRootsRequest::default())).await
    }

    async fn on_progress(&self, params: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.callers.progressed(params);
    }

    async fn on_logging_message(&self, message: LoggingMessageNotificationParam, _: NotificationContext<RoleClient>) {
        self.logged(message);
    }

    async fn on_resource_updated(&self, params: ResourceUpdatedNotificationParam, _: NotificationContext<RoleClient>) {
        self.changed(Change::Resource(params.uri));
    }

    async fn on_resource_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.changed(Change::Resources);
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.changed(Change::Tools);
    }

    async fn on_prompt_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.changed(Change::Prompts);
    }
}
