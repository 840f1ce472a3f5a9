//! The load generator against servers whose behaviour is known.

#[path = "../../benches/gateway/load.rs"]
mod load;

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{Router, http::StatusCode, routing::post};
use bytes::Bytes;
use hyper::HeaderMap;
use load::{Load, LoadError, LoadReport};
use tokio::net::TcpListener;

/// How long the first answer takes.
const SLOW: Duration = Duration::from_millis(100);

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn load(address: SocketAddr) -> Load {
    let headers = HeaderMap::from_iter([("x-test".parse().unwrap(), "yes".parse().unwrap())]);
    Load { address, path: "/mcp", headers, connections: 4, duration: Duration::from_millis(300) }
}

fn body(number: u64) -> Bytes {
    format!("request {number}").into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_request_is_sent_once_over_connections_that_stay() {
    let seen = Arc::new(Mutex::new((Vec::new(), BTreeSet::new())));
    let own = seen.clone();
    let echo = move |axum::extract::ConnectInfo(peer): axum::extract::ConnectInfo<SocketAddr>,
                     headers: HeaderMap,
                     body: String| async move {
        assert_eq!(headers["x-test"], "yes");
        let number: u64 = body.strip_prefix("request ").unwrap().parse().unwrap();
        if number == 0 {
            tokio::time::sleep(SLOW).await;
        }
        let mut seen = own.lock().unwrap();
        seen.1.insert(peer);
        seen.0.push(number);
        format!("answer {number}")
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = Router::new().route("/mcp", post(echo)).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });

    let report = load(address).run(body, |answer| answer.starts_with(b"answer ")).await;
    assert_eq!(report.errors, 0, "{:?}", report.first_errors);
    let (mut numbers, peers) = seen.lock().unwrap().clone();
    assert_eq!(peers.len(), 4);
    assert!(report.count > 100, "{}", report.count);
    assert_eq!(report.count, numbers.len() as u64);
    numbers.sort_unstable();
    let count = numbers.len();
    numbers.dedup();
    assert_eq!(numbers.len(), count, "a number was sent twice");
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|share| report.latency(share).unwrap());
    assert!(Duration::ZERO < p50 && p50 <= p99 && p99 <= max && max <= report.elapsed);
    assert!(max >= SLOW, "{max:?}");
    assert!((report.per_second() * report.elapsed.as_secs_f64() - count as f64).abs() < 1e-6);
}

#[tokio::test]
async fn wrong_answers_and_failures_are_errors_and_the_load_goes_on() {
    let count = Arc::new(AtomicU64::new(0));
    let router = Router::new().route(
        "/mcp",
        post(move || async move {
            match count.fetch_add(1, Ordering::Relaxed) % 3 {
                0 => (StatusCode::OK, "right"),
                1 => (StatusCode::OK, "wrong"),
                _ => (StatusCode::SERVICE_UNAVAILABLE, "right"),
            }
        }),
    );
    let load = Load { connections: 1, ..load(serve(router).await) };
    let LoadReport { count, errors, first_errors, .. } = load.run(body, |answer| answer == b"right").await;
    assert!(count > 10 && errors.abs_diff(2 * count) <= 2, "{count} and {errors}");
    assert!(
        matches!(&first_errors[..2], [LoadError::Wrong { body }, LoadError::Status { status, .. }] if body == "wrong" && *status == 503)
    );
}

/// A server that closes each connection after one answer, or in place of one, or takes none.
#[tokio::test]
async fn connections_are_made_anew_and_what_is_cut_off_counts() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut read = [0; 1024];
            let _ = stream.read(&mut read).await;
            let answer: &[u8] = if number % 2 == 0 {
                b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"
            } else {
                b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nok"
            };
            stream.write_all(answer).await.unwrap();
        }
    });
    let load = Load { connections: 1, ..load(address) };
    let report = load.run(body, |answer| answer == b"ok").await;
    assert!(report.count > 5 && report.errors.abs_diff(report.count) <= 1, "{report:?}");
    assert!(matches!(report.first_errors[0], LoadError::Http(_)));

    server.abort();
    let _ = server.await;
    let report = load.run(body, |_| true).await;
    assert_eq!((report.count, report.latency(0.5)), (0, None));
    // It does not spin.
    assert!((1..=load.duration.as_millis() as u64 / 20 + 1).contains(&report.errors), "{}", report.errors);
    assert!(matches!(report.first_errors[0], LoadError::Connect(_)));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_is_one_error_per_connection() {
    let router = Router::new().route("/mcp", post(std::future::pending::<()>));
    let load = load(serve(router).await);
    let report = load.run(body, |_| true).await;
    assert_eq!((report.count, report.errors), (0, 4));
    assert!(matches!(report.first_errors[..], [LoadError::NoAnswer, LoadError::NoAnswer, LoadError::NoAnswer]));
}
