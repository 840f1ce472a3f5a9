//! A server that is reached over HTTP, goes away and comes back.

use std::net::SocketAddr;

use codefirst::{
    config::ServerConfig,
    upstream::{Pool, ServerOptions},
};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{
    clients::{Ears, ask},
    fixture::{Setup, add, within},
    workshop::Workshop,
};

/// Serves the workshop until it is told to end, and then leaves the port.
async fn serve(
    workshop: &Workshop,
    address: SocketAddr,
) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind(address).await.expect("a port");
    let bound = listener.local_addr().expect("an address");
    let (workshop, end) = (workshop.clone(), CancellationToken::new());
    let config = StreamableHttpServerConfig::default().with_cancellation_token(end.clone());
    let service: StreamableHttpService<_, LocalSessionManager> =
        StreamableHttpService::new(move || Ok(workshop.bench()), LocalSessionManager::default().into(), config);
    let app = axum::Router::new().route_service("/mcp", service);
    let ended = end.clone();
    let task = tokio::spawn(async move {
        let serving = axum::serve(listener, app).with_graceful_shutdown(ended.cancelled_owned());
        serving.await.expect("a listener");
    });
    (bound, end, task)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_over_http_that_goes_away_and_comes_back_works_again() {
    let remote = Workshop::default();
    let (bound, end, task) = serve(&remote, ([127, 0, 0, 1], 0).into()).await;
    let config = ServerConfig::http("remote", &format!("http://{bound}/mcp"));
    let pool = Pool::builder().server(&config, ServerOptions::default());
    let served = Setup::default().start(add(pool, "shop", &Workshop::default(), ServerOptions::default())).await;
    let client = served.client(&Ears::new("c")).await;
    assert_eq!(ask(&client, "remote__write", json!({ "text": "a" })).await.as_deref(), Ok("a"));

    end.cancel();
    within("its end", task).await.expect("no panic");
    let error = ask(&client, "remote__write", json!({ "text": "b" })).await.expect_err("it is gone");
    // Of a connection that was kept from before, it shows only when the call is on its way.
    assert!(error.contains("the server cannot be reached") || error.contains("the server is unavailable"), "{error}");
    assert_eq!(ask(&client, "shop__echo", json!({ "text": "fine" })).await.as_deref(), Ok("fine"));

    let (_, _end, _task) = serve(&remote, bound).await;
    let back = async {
        while ask(&client, "remote__write", json!({ "text": "c" })).await.as_deref() != Ok("c") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    within("its return", back).await;
    assert!(!remote.calls().contains(&"write b".to_owned()), "{:?}", remote.calls());
}
