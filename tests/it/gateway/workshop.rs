//! A server with a tool for everything that servers do with their clients, and a view of it from outside: [`Workshop`].

#![expect(deprecated, reason = "what servers before 2026-07-28 may ask for and say")]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, CreateMessageRequestParams,
        ElicitRequestParams, GetPromptRequestParams, GetPromptResponse, GetPromptResult, ListPromptsResult,
        ListResourcesResult, ListToolsResult, LoggingLevel, LoggingMessageNotificationParam, PaginatedRequestParams,
        ProgressNotificationParam, Prompt, PromptMessage, ReadResourceRequestParams, ReadResourceResponse,
        ReadResourceResult, Resource, ResourceContents, Role, SamplingMessage, ServerCapabilities, ServerConfig, Tool,
    },
    service::{NotificationContext, Peer, RequestContext},
};
use serde_json::{Value, json};
use tokio::{io::DuplexStream, sync::watch};

/// The tools that it has at first, in the order in which it lists them. Each is named for what it does.
const TOOLS: [&str; 10] = ["write", "sample", "progress", "log", "hang", "gated", "fail", "echo", "count", "ask"];

/// What all connections share. Clones are the same workshop.
#[derive(Clone)]
pub struct Workshop(Arc<Shared>);

struct Shared {
    tools: Mutex<Vec<String>>,
    calls: Mutex<Vec<String>>,
    peers: Mutex<Vec<Peer<RoleServer>>>,
    /// Gated calls wait until this is true.
    gate: watch::Sender<bool>,
    /// Calls that hang or are gated, and those of them that were cancelled.
    held: watch::Sender<usize>,
    cancelled: watch::Sender<usize>,
    /// How often the tools were listed.
    lists: watch::Sender<usize>,
}

impl Default for Workshop {
    fn default() -> Self {
        Self(Arc::new(Shared {
            tools: Mutex::new(TOOLS.map(str::to_owned).into()),
            calls: Mutex::default(),
            peers: Mutex::default(),
            gate: watch::channel(false).0,
            held: watch::channel(0).0,
            cancelled: watch::channel(0).0,
            lists: watch::channel(0).0,
        }))
    }
}

impl Workshop {
    /// Serves one connection.
    pub async fn serve(self, stream: DuplexStream) {
        if let Ok(running) = self.bench().serve(tokio::io::split(stream)).await {
            running.waiting().await.ok();
        }
    }

    /// One connection's end.
    pub fn bench(&self) -> Bench {
        Bench { workshop: self.clone(), count: AtomicUsize::new(0) }
    }

    /// `tool text` of every call, in order.
    pub fn calls(&self) -> Vec<String> {
        self.0.calls.lock().expect("no panic").clone()
    }

    /// Lets the calls that are gated go.
    pub fn open_gate(&self) {
        self.0.gate.send_replace(true);
    }

    /// Waits until so many calls have come to be held, those that were cancelled included.
    pub async fn held(&self, calls: usize) {
        self.0.held.subscribe().wait_for(|held| *held >= calls).await.expect("a sender");
    }

    /// Waits until so many calls have been cancelled.
    pub async fn cancelled(&self, calls: usize) {
        self.0.cancelled.subscribe().wait_for(|cancelled| *cancelled >= calls).await.expect("a sender");
    }

    /// Waits until the tools have been listed so often.
    pub async fn listed(&self, times: usize) {
        self.0.lists.subscribe().wait_for(|lists| *lists >= times).await.expect("a sender");
    }

    /// Has other tools from now on, and says so to everybody.
    pub async fn retool(&self, tools: &[&str]) {
        *self.0.tools.lock().expect("no panic") = tools.iter().map(|tool| (*tool).to_owned()).collect();
        let peers = self.0.peers.lock().expect("no panic").clone();
        for peer in peers {
            // Some have gone away.
            peer.notify_tool_list_changed().await.ok();
        }
    }
}

/// The workshop as one of its clients sees it.
pub struct Bench {
    workshop: Workshop,
    count: AtomicUsize,
}

fn text(text: impl Into<String>) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text)])
}

/// The definition of a tool, with everything that a definition can have.
pub fn tool(name: &str) -> Tool {
    let definition = json!({
        "name": name,
        "title": format!("The {name}"),
        "description": format!("Does what {name} says"),
        "inputSchema": { "type": "object", "properties": { "text": { "type": "string", "x-order": [2, 1] } } },
        "annotations": { "title": "T", "readOnlyHint": matches!(name, "count" | "echo" | "fail"), "openWorldHint": false },
        "_meta": { "example.org/kind": name },
    });
    serde_json::from_value(definition).expect("a tool")
}

/// A form with one text in it.
pub fn form(message: &str) -> ElicitRequestParams {
    let params = json!({
        "mode": "form",
        "message": message,
        "requestedSchema": { "type": "object", "properties": { "answer": { "type": "string" } } },
    });
    serde_json::from_value(params).expect("a form")
}

impl Bench {
    async fn hold(&self, context: &RequestContext<RoleServer>) -> Result<CallToolResult, ErrorData> {
        let shared = &self.workshop.0;
        let mut gate = shared.gate.subscribe();
        shared.held.send_modify(|held| *held += 1);
        tokio::select! {
            () = context.ct.cancelled() => {
                shared.cancelled.send_modify(|cancelled| *cancelled += 1);
                Err(ErrorData::internal_error("cancelled", None))
            }
            _ = gate.wait_for(|open| *open) => Ok(text("let go")),
        }
    }

    async fn say_progress(&self, context: &RequestContext<RoleServer>, said: &str) {
        let Some(token) = context.meta.get_progress_token() else { return };
        for step in 1..=3 {
            let progress = ProgressNotificationParam::new(token.clone(), step.into()).with_total(3.0);
            context.peer.notify_progress(progress.with_message(format!("{said} {step}"))).await.ok();
        }
    }
}

impl ServerHandler for Bench {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_tool_list_changed().enable_logging();
        ServerConfig::new(capabilities.enable_resources().enable_prompts().build())
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        self.workshop.0.peers.lock().expect("no panic").push(context.peer);
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let names = self.workshop.0.tools.lock().expect("no panic").clone();
        self.workshop.0.lists.send_modify(|lists| *lists += 1);
        Ok(ListToolsResult::with_all_items(names.iter().map(|name| tool(name)).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let input = request.arguments.unwrap_or_default();
        let said = input.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
        self.workshop.0.calls.lock().expect("no panic").push(format!("{} {said}", request.name).trim_end().to_owned());
        let result = match &*request.name {
            "count" => CallToolResult::structured(json!({ "n": self.count.fetch_add(1, Ordering::SeqCst) + 1 })),
            "fail" => CallToolResult::error(vec![ContentBlock::text(said)]),
            "hang" | "gated" => self.hold(&context).await?,
            "progress" => {
                self.say_progress(&context, &said).await;
                text("progressed")
            }
            "log" => {
                let message = LoggingMessageNotificationParam::new(LoggingLevel::Warning, json!(said));
                context.peer.notify_logging_message(message).await.ok();
                text("logged")
            }
            "ask" => match context.peer.create_elicitation(form(&said)).await {
                Ok(answer) => text(format!("{:?} {}", answer.action, answer.content.unwrap_or_default())),
                Err(error) => CallToolResult::error(vec![ContentBlock::text(format!("no answer: {error}"))]),
            },
            "sample" => {
                let params = CreateMessageRequestParams::new(vec![SamplingMessage::user_text(said)], 10);
                match context.peer.create_message(params).await {
                    Ok(answer) => text(answer.model),
                    Err(error) => CallToolResult::error(vec![ContentBlock::text(format!("no sample: {error}"))]),
                }
            }
            // The rest answer what they are given.
            _ => text(said),
        };
        Ok(result.into())
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(vec![Resource::new("shelf://nails/1", "nails")]))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        match &*request.uri {
            "shelf://nails/1" => Ok(ReadResourceResult::new(vec![ResourceContents::text("seven", request.uri)]).into()),
            _ => Err(ErrorData::resource_not_found("the shelf is empty", None)),
        }
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(vec![Prompt::new("greet", Some("Greets"), None)]))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        match &*request.name {
            "greet" => Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, "Good morning")]).into()),
            name => Err(ErrorData::invalid_params(format!("no prompt {name}"), None)),
        }
    }
}
