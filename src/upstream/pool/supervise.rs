//! Keeps one server running.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::{sync::watch, time::sleep};

use super::{Connection, Server, State, requests::renew};
use crate::upstream::{UpstreamError, connection::redacted};

/// The wait before a server is started again, the first time and at most.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// At most so often a server's tools are listed again.
const RELIST_PAUSE: Duration = Duration::from_millis(500);
/// A server that ran for so long has not failed to start.
const HEALTHY: Duration = Duration::from_secs(30);

/// What a server is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerState {
    Starting,
    Ready,
    Down {
        reason: Arc<str>,
        /// It is tried again after so long.
        retry_in: Duration,
    },
    /// The pool is closed.
    Closed,
}

/// Waits that grow.
fn waits() -> impl Iterator<Item = Duration> {
    ExponentialBuilder::default()
        .with_min_delay(FIRST_WAIT)
        .with_max_delay(LONGEST_WAIT)
        .with_jitter()
        .without_max_times()
        .build()
}

/// Starts a server, and again whenever it ends, until this is dropped.
pub(super) async fn supervise(server: Arc<Server>, changes: watch::Sender<u64>) {
    let mut delays = waits();
    loop {
        let error = match Connection::start(server.name.clone(), server.source.clone(), server.terms.clone()).await {
            Ok(connection) => {
                let start = Instant::now();
                let error = watch_over(&server, Arc::new(connection), &changes).await;
                if start.elapsed() > HEALTHY {
                    delays = waits();
                }
                error
            }
            Err(error) => error,
        };
        let wait = delays.next().unwrap_or(LONGEST_WAIT);
        let reason = redacted(server.terms.redactor.as_ref(), error.to_string());
        tracing::warn!(server = %server.name, error = reason, ?wait, "a server is down, and will be started again");
        let is_news = !matches!(&*server.state.borrow(), State::Down { reason: before, .. } if **before == *reason);
        server.set(State::Down { reason: reason.into(), retry: Instant::now() + wait });
        if is_news {
            changed(&changes);
        }
        sleep(wait).await;
    }
}

fn changed(changes: &watch::Sender<u64>) {
    changes.send_modify(|count| *count += 1);
}

/// Lists the tools of a running server again whenever they have changed, until it ends; then says why.
async fn watch_over(server: &Server, connection: Arc<Connection>, changes: &watch::Sender<u64>) -> UpstreamError {
    tracing::info!(server = %server.name, tools = connection.listed().tools.len(), "a server is ready");
    server.set(State::Ready(connection.clone()));
    changed(changes);
    let watched: Vec<String> = server.watched().iter().cloned().collect();
    tokio::spawn(renew(watched, connection.clone()));
    loop {
        tokio::select! {
            () = connection.ended() => break,
            () = server.relist.notified() => match connection.relist().await {
                Ok(has_changed) => {
                    if has_changed {
                        changed(changes);
                    }
                    // A server that says so again and again is listened to at this rate.
                    tokio::select! {
                        () = connection.ended() => break,
                        () = sleep(RELIST_PAUSE) => {}
                    }
                }
                Err(error) => tracing::warn!(server = %server.name, %error, "cannot list a server's tools again"),
            },
        }
    }
    let error = connection.last_words().await;
    // Calls in flight hold it too. They end now.
    tokio::spawn(async move { connection.close().await });
    error
}
