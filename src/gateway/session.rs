//! One client: [`Session`], an rmcp service.

#![expect(deprecated, reason = "the level of logging, which clients before 2026-07-28 set")]

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak, atomic::Ordering};

use axum::http::request::Parts;
use rmcp::{
    RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult, ErrorData,
        GetPromptRequestParams, GetPromptResponse, Implementation, ListPromptsResult, ListResourceTemplatesResult,
        ListResourcesResult, ListToolsResult, LoggingLevel, PaginatedRequestParams, ProtocolVersion,
        ReadResourceRequestParams, ReadResourceResponse, Reference, ResultType, ServerCapabilities, ServerConfig,
        SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter, Tool, UnsubscribeRequestParams,
    },
    service::{NotificationContext, RequestContext, SubscriptionContext},
};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::{
    Gateway, answer,
    code::{self, Execute, OwnTool},
    conversation::{Audience, Conversation},
    has_code, has_direct,
    http::endpoint::Connection,
    listeners::Announcement,
    observe::Observed,
    passing,
    surface::code_route_tools,
};
use crate::{
    activity::RequestKind,
    catalog::Catalog,
    config::GatewayMode,
    host::Principal,
    program::Program,
    router::Request,
    tool::{JsonObject, ToolCall, ToolDef, ToolId},
    upstream::{Caller, ClientId, PoolHost},
};

/// One client of the gateway. Clones are the same client's.
#[derive(Clone)]
pub struct Session {
    gateway: Arc<Gateway>,
    own: Arc<Own>,
}

/// What is the client's alone.
struct Own {
    gateway: Weak<Gateway>,
    client: ClientId,
    host: PoolHost,
    /// Who began the session. Nobody else goes on with it.
    principal: OnceLock<Principal>,
    level: Mutex<Option<LoggingLevel>>,
    /// Cancelled when the client has left, where all its requests come over one connection.
    connection: CancellationToken,
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Some(gateway) = self.gateway.upgrade() {
            gateway.listeners.remove(self.client);
            gateway.sessions.fetch_sub(1, Ordering::Relaxed);
        }
        let host = self.host.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { host.close().await });
        }
    }
}

/// One request: who makes it, and through what its calls go.
pub(super) struct Client {
    pub(super) principal: Principal,
    pub(super) id: ClientId,
    pub(super) host: PoolHost,
    /// Whether requests come by themselves (from 2026-07-28 on).
    pub(super) is_sessionless: bool,
}

impl Session {
    pub(super) fn new(gateway: Arc<Gateway>, connection: CancellationToken) -> Self {
        let host = PoolHost::new(gateway.pool.clone());
        gateway.sessions.fetch_add(1, Ordering::Relaxed);
        let own = Own {
            gateway: Arc::downgrade(&gateway),
            client: ClientId::new(),
            host,
            principal: OnceLock::new(),
            level: Mutex::default(),
            connection,
        };
        Self { gateway, own: Arc::new(own) }
    }

    fn client(&self, context: &RequestContext<RoleServer>) -> Result<Client, ErrorData> {
        let parts = context.extensions.get::<Parts>();
        let principal = parts.and_then(|parts| parts.extensions.get::<Principal>()).cloned().unwrap_or_default();
        let is_new = |version: ProtocolVersion| version >= ProtocolVersion::V_2026_07_28;
        let is_sessionless = context.protocol_version().is_some_and(is_new);
        if is_sessionless && parts.is_some() {
            // Whose requests are one client's, only the principal tells.
            let (id, host) = self.gateway.sessionless(&principal);
            return Ok(Client { principal, id, host, is_sessionless });
        }
        if *self.own.principal.get_or_init(|| principal.clone()) != principal {
            return Err(ErrorData::invalid_request("this session is somebody else's", None));
        }
        self.own.host.able_to(context.client_capabilities().unwrap_or_default());
        Ok(Client { principal, id: self.own.client, host: self.own.host.clone(), is_sessionless })
    }

    /// Begins a call.
    async fn begin(
        &self,
        client: &Client,
        name: &str,
        input: JsonObject,
        context: &RequestContext<RoleServer>,
    ) -> Result<Conversation, ErrorData> {
        if self.gateway.is_draining.load(Ordering::Relaxed) {
            return Err(ErrorData::internal_error("the gateway is shutting down", None));
        }
        self.gateway.ready().await;
        let toolset = self.gateway.toolset();
        let (mode, works) = (self.gateway.options.mode, &self.gateway.works);
        let (caller, messages) = Caller::new(client.id, context.client_capabilities().unwrap_or_default());
        let own = OwnTool::named(name).filter(|_| has_code(mode));
        let work = match own {
            Some(OwnTool::Search) => tokio::task::spawn_blocking(move || Ok(code::search(&toolset, input))),
            Some(OwnTool::Describe) => tokio::task::spawn_blocking(move || Ok(code::describe(&toolset, input))),
            Some(OwnTool::Execute) => match code::read::<Execute>(input) {
                Ok(Execute { code, plan }) => {
                    let form = self.gateway.options.results;
                    let kind = RequestKind::Program { source: code.clone() };
                    let observed = self.observe(client, caller, kind, context);
                    let request = Request { code: Some(Program::new(code)), plan, ..observed.request() };
                    tokio::spawn(
                        observed.carry_out(toolset, request, move |response| answer::of_program(response, form)),
                    )
                }
                Err(error) => tokio::spawn(async { Ok(answer::error(error)) }),
            },
            None => {
                let id = if has_direct(mode) { toolset.direct.get(name).cloned() } else { None };
                let id = id.ok_or_else(|| unknown(name, mode, toolset.catalog()))?;
                let observed = self.observe(client, caller, RequestKind::Tool { id: id.clone() }, context);
                let request = Request { plan: vec![ToolCall { id, input }], ..observed.request() };
                works.spawn(observed.carry_out(toolset, request, answer::of_call))
            }
        };
        Ok(Conversation::new(work, messages, own.is_some()))
    }

    fn observe(
        &self,
        client: &Client,
        caller: Caller,
        kind: RequestKind,
        context: &RequestContext<RoleServer>,
    ) -> Observed {
        let info = context.client_info().map(|info| format!("{} {}", info.name, info.version));
        let options = &self.gateway.options;
        Observed::new(&options.activity, options.audit.clone(), client, Arc::new(caller), kind, info)
    }

    /// That over which a request came.
    fn connection(&self, context: &RequestContext<RoleServer>) -> CancellationToken {
        let parts = context.extensions.get::<Parts>();
        let connection = parts.and_then(|parts| parts.extensions.get::<Connection>());
        connection.map_or_else(|| self.own.connection.clone(), |connection| connection.0.clone())
    }

    fn level(&self) -> Option<LoggingLevel> {
        *self.own.level.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The names of all servers.
    fn servers(&self) -> Vec<Arc<str>> {
        self.gateway.pool.names().cloned().collect()
    }
}

/// The error of a call to a tool that there is not, with what may have been meant.
fn unknown(name: &str, mode: GatewayMode, catalog: &Catalog) -> ErrorData {
    let shown: String = name.chars().take(100).collect();
    let hint = match (mode, name.split_once("__")) {
        (GatewayMode::Code, Some((server, tool))) if catalog.get(&ToolId::new(server, tool)).is_some() => {
            format!("; call it from a program, with execute_code: await {server}.{tool}({{...}})")
        }
        _ => String::new(),
    };
    ErrorData::invalid_params(format!("unknown tool {shown:?}{hint}"), None)
}

/// A tool of ours as rmcp has it.
fn own_tool(def: ToolDef) -> Tool {
    Tool::new_with_raw(def.name.to_string(), def.description.map(Into::into), def.input_schema)
}

impl ServerHandler for Session {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_completions()
            .enable_logging()
            .enable_prompts()
            .enable_prompts_list_changed()
            .enable_resources()
            .enable_resources_list_changed()
            .enable_resources_subscribe()
            .enable_tools()
            .enable_tool_list_changed()
            .build();
        let implementation = Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        // No instructions: the definitions say what there is to say, and every word more is read with every request.
        ServerConfig::new(capabilities).with_server_info(implementation)
    }

    /// What headers that name parameters are held to. Those of our own tools have none.
    fn get_tool(&self, name: &str) -> Option<Tool> {
        let toolset = has_direct(self.gateway.options.mode).then(|| self.gateway.toolset())?;
        toolset.direct.tool(name).cloned()
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        let parts = context.extensions.get::<Parts>();
        let principal = parts.and_then(|parts| parts.extensions.get::<Principal>()).cloned().unwrap_or_default();
        let owner = self.own.principal.get_or_init(|| principal.clone());
        if *owner == principal {
            self.gateway.listeners.add(self.own.client, context.peer);
        }
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        self.client(&context)?;
        let mode = self.gateway.options.mode;
        let mut tools = Vec::new();
        if has_code(mode) {
            tools.extend(code_route_tools().map(own_tool));
        }
        if has_direct(mode) {
            self.gateway.ready().await;
            tools.extend(self.gateway.toolset().direct.tools().cloned());
        }
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        params: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let client = self.client(&context)?;
        let _active = self.gateway.active();
        let conversations = &self.gateway.conversations;
        let conversation = match &params.request_state {
            Some(state) => conversations.resume(state, &client.principal, params.input_responses)?,
            None => self.begin(&client, &params.name, params.arguments.unwrap_or_default(), &context).await?,
        };
        let audience = Audience {
            context: &context,
            principal: &client.principal,
            conversations,
            level: self.level(),
            connection: self.connection(&context),
            can_be_asked: !client.is_sessionless,
        };
        conversation.go_on(audience).await
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let client = self.client(&context)?;
        self.gateway.ready().await;
        Ok(ListResourcesResult::with_all_items(passing::resources(&client.host).await))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let client = self.client(&context)?;
        self.gateway.ready().await;
        Ok(ListResourceTemplatesResult::with_all_items(passing::templates(&client.host).await))
    }

    async fn read_resource(
        &self,
        params: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let client = self.client(&context)?;
        self.gateway.ready().await;
        let mut result = passing::read(&client.host, &self.servers(), &params.uri).await?;
        result.result_type.get_or_insert(ResultType::COMPLETE);
        Ok(result.into())
    }

    async fn subscribe(
        &self,
        params: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let client = self.client(&context)?;
        let (server, uri) = own_resource(&self.servers(), &params.uri)?;
        // The first news may come with the answer.
        self.gateway.listeners.subscribe(&server, uri, client.id);
        client.host.subscribe(&server, uri).await.map_err(|error| {
            self.gateway.listeners.unsubscribe(&server, uri, client.id);
            passing::refused(error)
        })
    }

    async fn unsubscribe(
        &self,
        params: UnsubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let client = self.client(&context)?;
        let (server, uri) = own_resource(&self.servers(), &params.uri)?;
        if self.gateway.listeners.unsubscribe(&server, uri, client.id) {
            client.host.unsubscribe(&server, uri).await.map_err(passing::refused)?;
        }
        Ok(())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let client = self.client(&context)?;
        self.gateway.ready().await;
        Ok(ListPromptsResult::with_all_items(passing::prompts(&client.host).await))
    }

    async fn get_prompt(
        &self,
        mut params: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let client = self.client(&context)?;
        self.gateway.ready().await;
        let (server, own) = passing::prompt_of(&self.servers(), &params.name)?;
        params.name = own.to_owned();
        params.meta = None;
        let mut result = client.host.get_prompt(&server, params).await.map_err(passing::refused)?;
        result.result_type.get_or_insert(ResultType::COMPLETE);
        Ok(result.into())
    }

    async fn complete(
        &self,
        mut params: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let client = self.client(&context)?;
        let servers = self.servers();
        params.meta = None;
        let server = match &mut params.r#ref {
            Reference::Prompt(prompt) => {
                let (server, own) = passing::prompt_of(&servers, &prompt.name)?;
                prompt.name = own.to_owned();
                server
            }
            Reference::Resource(resource) => {
                let (server, own) = own_resource(&servers, &resource.uri)?;
                resource.uri = own.to_owned();
                server
            }
            _ => return Err(ErrorData::invalid_params("such a thing cannot be completed", None)),
        };
        let mut result = client.host.complete(&server, params).await.map_err(passing::refused)?;
        result.result_type.get_or_insert(ResultType::COMPLETE);
        Ok(result)
    }

    async fn set_level(
        &self,
        params: SetLevelRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let client = self.client(&context)?;
        *self.own.level.lock().unwrap_or_else(PoisonError::into_inner) = Some(params.level);
        client.host.set_level(params).await;
        Ok(())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        let mut accepted = requested.clone();
        accepted.resource_subscriptions = None;
        Some(accepted)
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        let mut changes = self.gateway.listeners.stream();
        loop {
            let change = tokio::select! {
                () = subscription.cancelled() => return Ok(()),
                change = changes.recv() => change,
            };
            let sink = subscription.sink();
            let sent = match change {
                Ok(Announcement::Tools) => sink.notify_tool_list_changed().await,
                Ok(Announcement::Resources) => sink.notify_resource_list_changed().await,
                Ok(Announcement::Prompts) => sink.notify_prompt_list_changed().await,
                // It missed some: everything may have changed.
                Err(RecvError::Lagged(_)) => {
                    changes = changes.resubscribe();
                    let _ = sink.notify_resource_list_changed().await;
                    let _ = sink.notify_prompt_list_changed().await;
                    sink.notify_tool_list_changed().await
                }
                Err(RecvError::Closed) => return Ok(()),
            };
            if let Err(error) = sent {
                tracing::debug!(%error, "a client does not listen to what it subscribed to");
            }
        }
    }
}

fn own_resource<'a>(servers: &[Arc<str>], uri: &'a str) -> Result<(Arc<str>, &'a str), ErrorData> {
    passing::resource_of(servers, uri)
        .ok_or_else(|| ErrorData::resource_not_found(format!("there is no resource {uri}"), None))
}
