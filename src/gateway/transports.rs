//! How clients reach the gateway: streams of lines, such as standard input and output, and streamable HTTP.

use std::{io, sync::Arc, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use rmcp::{
    ServiceExt,
    service::ServerInitializeError,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
    },
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::Semaphore,
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use super::{Gateway, Session};
use crate::upstream::ServiceTransport;

/// A session of which nothing is heard for so long is over. A client that comes back begins a new one.
const IDLE_PATIENCE: Duration = Duration::from_secs(60 * 60);

/// How many connections there are at once; more wait to be accepted.
const MAX_CONNECTIONS: usize = 4096;
/// How long the head of a request may take to come, also the first one.
const HEADER_PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait when no connection can be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves one client over a stream of lines, until it closes its side or `shutdown` is cancelled. `limit` is the longest message
/// that is taken, in bytes.
pub async fn serve_lines<R, W>(
    gateway: &Arc<Gateway>,
    read: R,
    write: W,
    limit: usize,
    shutdown: CancellationToken,
) -> Result<(), ServerInitializeError>
where
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let transport = ServiceTransport::new(read, write, limit);
    // The protocol has a client leave by closing its side.
    let session = gateway.session_over(transport.has_ended());
    let running = session.serve_with_ct(transport, shutdown).await?;
    // How it ended is the client's affair.
    drop(running.waiting().await);
    Ok(())
}

/// The endpoint of streamable HTTP. Who may use it, and under which names, has been checked by then; a request's principal is
/// among its extensions.
pub fn http_service(
    gateway: Arc<Gateway>,
    message_limit: usize,
    max_sessions: usize,
    shutdown: CancellationToken,
) -> StreamableHttpService<Session, LocalSessionManager> {
    let config = StreamableHttpServerConfig::default()
        .disable_allowed_hosts()
        .with_max_request_body_bytes(message_limit)
        .with_cancellation_token(shutdown);
    let mut sessions = LocalSessionManager::default();
    sessions.session_config.keep_alive = Some(IDLE_PATIENCE);
    let session = move || {
        if gateway.sessions() >= max_sessions {
            return Err(io::Error::other("there are too many sessions; try again later"));
        }
        Ok(gateway.session())
    };
    StreamableHttpService::new(session, sessions.into(), config)
}

/// Serves connections until `shutdown` is cancelled, then those that there are to their end.
pub async fn serve_http(listener: TcpListener, app: Router, shutdown: CancellationToken) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(HEADER_PATIENCE);
    let (connections, graceful) = (Arc::new(Semaphore::new(MAX_CONNECTIONS)), GracefulShutdown::new());
    loop {
        let Ok(permit) = connections.clone().acquire_owned().await else { break };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Too many open files, say: it passes.
                    tracing::warn!(%error, "a connection cannot be accepted");
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = shutdown.cancelled() => break,
        };
        // Small answers are not to wait for more. An error is the connection's, and shows by itself.
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(app.clone());
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let connection = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(permit);
        });
    }
    graceful.shutdown().await;
}
