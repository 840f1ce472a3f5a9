//! Who is told of what changes: [`Listeners`].

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use rmcp::{Peer, RoleServer, model::ResourceUpdatedNotificationParam, service::ServiceError};
use tokio::{
    sync::broadcast,
    time::{error::Elapsed, timeout},
};

use super::passing::shown_uri;
use crate::upstream::{Change, ClientId};

/// So many announcements may be behind, before a listener misses some.
const QUEUE: usize = 64;
/// How long a client may take to take a notification.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who has subscribed to a resource, by its server and its URI there.
type Subscriptions = HashMap<(Arc<str>, String), HashSet<ClientId>>;

/// A list that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Announcement {
    Tools,
    Resources,
    Prompts,
}

/// The clients with sessions, the streams of those without, and who wants to know of which resource.
pub(super) struct Listeners {
    clients: Mutex<HashMap<ClientId, Peer<RoleServer>>>,
    streams: broadcast::Sender<Announcement>,
    subscriptions: Mutex<Subscriptions>,
}

impl Default for Listeners {
    fn default() -> Self {
        Self { clients: Mutex::default(), streams: broadcast::channel(QUEUE).0, subscriptions: Mutex::default() }
    }
}

impl Listeners {
    pub(super) fn add(&self, client: ClientId, peer: Peer<RoleServer>) {
        self.clients().insert(client, peer);
    }

    /// Forgets a client.
    pub(super) fn remove(&self, client: ClientId) {
        self.clients().remove(&client);
        self.subscriptions().retain(|_, clients| {
            clients.remove(&client);
            !clients.is_empty()
        });
    }

    /// A stream of announcements.
    pub(super) fn stream(&self) -> broadcast::Receiver<Announcement> {
        self.streams.subscribe()
    }

    pub(super) fn subscribe(&self, server: &Arc<str>, uri: &str, client: ClientId) {
        self.subscriptions().entry((server.clone(), uri.to_owned())).or_default().insert(client);
    }

    /// Whether the client was the last that had subscribed.
    pub(super) fn unsubscribe(&self, server: &Arc<str>, uri: &str, client: ClientId) -> bool {
        let mut all = self.subscriptions();
        let key = (server.clone(), uri.to_owned());
        let Some(clients) = all.get_mut(&key) else { return false };
        clients.remove(&client);
        let is_last = clients.is_empty();
        if is_last {
            all.remove(&key);
        }
        is_last
    }

    /// Tells everybody that a list has changed.
    pub(super) async fn announce(&self, announcement: Announcement) {
        // An error is that there are no streams.
        let _ = self.streams.send(announcement);
        let clients: Vec<_> = self.clients().iter().map(|(client, peer)| (*client, peer.clone())).collect();
        let tell = async |(client, peer): (ClientId, Peer<RoleServer>)| {
            let told = async {
                match announcement {
                    Announcement::Tools => peer.notify_tool_list_changed().await,
                    Announcement::Resources => peer.notify_resource_list_changed().await,
                    Announcement::Prompts => peer.notify_prompt_list_changed().await,
                }
            };
            self.told(client, timeout(PATIENCE, told).await);
        };
        join_all(clients.into_iter().map(tell)).await;
    }

    /// One that is only slow misses this; one that is gone is forgotten.
    fn told(&self, client: ClientId, told: Result<Result<(), ServiceError>, Elapsed>) {
        if let Ok(Err(_)) = told {
            self.remove(client);
        }
    }

    /// Tells of a server's change those whom it concerns.
    pub(super) async fn pass_on(&self, server: &Arc<str>, change: Change) {
        match change {
            // The gateway's own list may stay as it is.
            Change::Tools => {}
            Change::Resources => self.announce(Announcement::Resources).await,
            Change::Prompts => self.announce(Announcement::Prompts).await,
            Change::Resource(uri) => {
                let shown = shown_uri(server, &uri);
                let clients = self.subscriptions().get(&(server.clone(), uri)).cloned().unwrap_or_default();
                let tell = async |client: ClientId| {
                    let Some(peer) = self.clients().get(&client).cloned() else { return };
                    let told = peer.notify_resource_updated(ResourceUpdatedNotificationParam::new(shown.clone()));
                    self.told(client, timeout(PATIENCE, told).await);
                };
                join_all(clients.into_iter().map(tell)).await;
            }
        }
    }

    fn clients(&self) -> MutexGuard<'_, HashMap<ClientId, Peer<RoleServer>>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn subscriptions(&self) -> MutexGuard<'_, Subscriptions> {
        self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
