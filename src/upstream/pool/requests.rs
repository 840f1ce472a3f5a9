//! What servers have beside tools: resources, prompts, completions, and how much they log.
//!
//! Lists are those of every server that is up and has such a thing, by server; one that cannot give its own is passed over, and
//! logged. Everything else goes to the server that is named.

#![expect(deprecated, reason = "the level of logging, which servers before 2026-07-28 take")]

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use rmcp::model::{
    ClientRequest, CompleteRequest, CompleteRequestParams, CompleteResult, EmptyObject, GetPromptRequest,
    GetPromptRequestParams, GetPromptResult, ListPromptsRequest, ListPromptsResult, ListResourceTemplatesRequest,
    ListResourceTemplatesResult, ListResourcesRequest, ListResourcesResult, PaginatedRequestParams, Prompt,
    ReadResourceRequest, ReadResourceRequestParams, ReadResourceResult, Resource, ResourceTemplate, ServerCapabilities,
    SetLevelRequest, SetLevelRequestParams, SubscribeRequest, SubscribeRequestParams, UnsubscribeRequest,
    UnsubscribeRequestParams,
};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::{Connection, PoolHost};
use crate::upstream::RequestError;

/// Past these a list is not believed to have an end.
const MAX_PAGES: usize = 1000;
const MAX_ITEMS: usize = 10_000;
/// How long a server may take for a whole list.
const LIST_PATIENCE: Duration = Duration::from_secs(30);

/// A page of a list: its items, and the cursor of the next one.
type Page<T> = (Vec<T>, Option<String>);

fn subscription(uri: &str) -> ClientRequest {
    ClientRequest::SubscribeRequest(SubscribeRequest::new(SubscribeRequestParams::new(uri)))
}

/// Subscribes a new connection to what the one before it had subscribed to.
pub(super) async fn renew(watched: Vec<String>, connection: Arc<Connection>) {
    let renewed = watched.iter().map(async |uri| {
        if let Err(error) = connection.ask::<EmptyObject>(subscription(uri), None).await {
            tracing::warn!(server = %connection.name, uri, %error, "a server does not tell of a resource any more");
        }
    });
    join_all(renewed).await;
}

impl PoolHost {
    pub async fn resources(&self) -> Vec<(Arc<str>, Vec<Resource>)> {
        self.lists(
            |has| has.resources.is_some(),
            |params| ClientRequest::ListResourcesRequest(ListResourcesRequest::with_param(params)),
            |page: ListResourcesResult| (page.resources, page.next_cursor),
        )
        .await
    }

    pub async fn resource_templates(&self) -> Vec<(Arc<str>, Vec<ResourceTemplate>)> {
        self.lists(
            |has| has.resources.is_some(),
            |params| ClientRequest::ListResourceTemplatesRequest(ListResourceTemplatesRequest::with_param(params)),
            |page: ListResourceTemplatesResult| (page.resource_templates, page.next_cursor),
        )
        .await
    }

    pub async fn prompts(&self) -> Vec<(Arc<str>, Vec<Prompt>)> {
        self.lists(
            |has| has.prompts.is_some(),
            |params| ClientRequest::ListPromptsRequest(ListPromptsRequest::with_param(params)),
            |page: ListPromptsResult| (page.prompts, page.next_cursor),
        )
        .await
    }

    /// The servers that are up and have resources.
    pub async fn servers_with_resources(&self) -> Vec<Arc<str>> {
        self.up(|has| has.resources.is_some()).await.iter().map(|connection| connection.name.clone()).collect()
    }

    pub async fn read_resource(&self, server: &str, uri: &str) -> Result<ReadResourceResult, RequestError> {
        let request = ReadResourceRequest::new(ReadResourceRequestParams::new(uri));
        self.ask(server, ClientRequest::ReadResourceRequest(request)).await
    }

    pub async fn get_prompt(
        &self,
        server: &str,
        params: GetPromptRequestParams,
    ) -> Result<GetPromptResult, RequestError> {
        self.ask(server, ClientRequest::GetPromptRequest(GetPromptRequest::new(params))).await
    }

    pub async fn complete(&self, server: &str, params: CompleteRequestParams) -> Result<CompleteResult, RequestError> {
        self.ask(server, ClientRequest::CompleteRequest(CompleteRequest::new(params))).await
    }

    /// Asks to be told of changes of a resource. On a connection that clients share it lasts until it is taken back, whatever becomes
    /// of the connection.
    pub async fn subscribe(&self, server: &str, uri: &str) -> Result<(), RequestError> {
        self.ask::<EmptyObject>(server, subscription(uri)).await?;
        if let Some(server) = self.pool.servers.get(server).filter(|server| !server.is_own) {
            server.watched().insert(uri.to_owned());
        }
        Ok(())
    }

    pub async fn unsubscribe(&self, server: &str, uri: &str) -> Result<(), RequestError> {
        if let Some(server) = self.pool.servers.get(server) {
            server.watched().remove(uri);
        }
        let request = UnsubscribeRequest::new(UnsubscribeRequestParams::new(uri));
        self.ask::<EmptyObject>(server, ClientRequest::UnsubscribeRequest(request)).await.map(drop)
    }

    /// Tells every server that logs from which level on it should.
    pub async fn set_level(&self, params: SetLevelRequestParams) {
        let connections = self.up(|has| has.logging.is_some()).await;
        let set = connections.iter().map(async |connection| {
            let request = ClientRequest::SetLevelRequest(SetLevelRequest::new(params.clone()));
            if let Err(error) = connection.ask::<EmptyObject>(request, None).await {
                tracing::debug!(server = %connection.name, %error, "a server does not set its level of logging");
            }
        });
        join_all(set).await;
    }

    async fn ask<T: DeserializeOwned>(&self, server: &str, request: ClientRequest) -> Result<T, RequestError> {
        self.named(server).await?.ask(request, self.caller.as_ref()).await
    }

    /// The connections to servers that are up and have something.
    async fn up(&self, has: impl Fn(&ServerCapabilities) -> bool) -> Vec<Arc<Connection>> {
        let shared: Vec<_> = self
            .pool
            .servers
            .values()
            .filter(|server| server.ready().is_some_and(|shared| has(shared.capabilities())))
            .collect();
        join_all(shared.into_iter().map(|server| self.connection(server))).await.into_iter().flatten().collect()
    }

    async fn lists<T, P: DeserializeOwned>(
        &self,
        has: impl Fn(&ServerCapabilities) -> bool,
        request: impl Fn(PaginatedRequestParams) -> ClientRequest,
        page: impl Fn(P) -> Page<T>,
    ) -> Vec<(Arc<str>, Vec<T>)> {
        let connections = self.up(has).await;
        let lists = connections.iter().map(async |connection| {
            let items = timeout(LIST_PATIENCE, self.list(connection, &request, &page)).await;
            let items = items.unwrap_or_else(|_| Err(RequestError::Unavailable("it takes too long".to_owned())));
            let items = items.unwrap_or_else(|error| {
                tracing::warn!(server = %connection.name, %error, "a server does not list what it has");
                Vec::new()
            });
            (connection.name.clone(), items)
        });
        join_all(lists).await
    }

    async fn list<T, P: DeserializeOwned>(
        &self,
        connection: &Connection,
        request: &impl Fn(PaginatedRequestParams) -> ClientRequest,
        page: &impl Fn(P) -> Page<T>,
    ) -> Result<Vec<T>, RequestError> {
        let mut items = Vec::new();
        let mut cursor = None;
        for _ in 0..MAX_PAGES {
            let params = PaginatedRequestParams::default().with_cursor(cursor);
            let (more, next) = page(connection.ask(request(params), self.caller.as_ref()).await?);
            items.extend(more);
            cursor = next.filter(|cursor| !cursor.is_empty());
            if cursor.is_none() && items.len() <= MAX_ITEMS {
                return Ok(items);
            }
            if items.len() > MAX_ITEMS {
                break;
            }
        }
        Err(RequestError::Unavailable(format!(
            "its list does not end: more than {MAX_ITEMS} items or {MAX_PAGES} pages"
        )))
    }
}
