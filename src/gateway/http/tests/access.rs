//! Every rule of access.

use std::time::Duration;

use axum::body::Bytes;
use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::stream;

use super::{super::access::bind_check, *};

async fn status_with(gateway: &Gateway, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = HttpRequest::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    gateway.ask(request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn without_tokens_everybody_is_the_default_principal() {
    let answer = Gateway::new(open()).get("/mcp").await;
    assert_eq!((answer.status, &*answer.body), (StatusCode::OK, "Some(Principal(\"local\")) "));
}

#[tokio::test]
async fn a_token_says_who_asks_as_bearer_or_as_the_password_of_a_browser() {
    let gateway = Gateway::new(with_tokens());
    let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
    for (authorization, principal) in [
        (format!("Bearer {CI}"), Some("ci")),
        (format!("bearer  {ADA}"), Some("ada")),
        (basic(&format!("anybody:{ADA}")), Some("ada")),
        (basic(&format!(":{CI}")), Some("ci")),
        (format!("Bearer {CI}x"), None),
        (format!("Bearer {}", &CI[1..]), None),
        ("Bearer ".to_owned(), None),
        ("Bearer".to_owned(), None),
        (format!("Digest {CI}"), None),
        (CI.to_owned(), None),
        (basic(CI), None),
        (basic(&format!("{CI}:")), None),
        ("Basic ????".to_owned(), None),
    ] {
        let headers = [("host", "localhost"), ("authorization", &*authorization)];
        let answer = status_with(&gateway, "/mcp", &headers).await;
        let expected = if principal.is_some() { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(answer.status, expected, "{authorization}");
        match principal {
            Some(name) => assert!(answer.body.contains(&format!("Principal(\"{name}\")")), "{}", answer.body),
            None => assert!(!answer.body.contains(CI), "{}", answer.body),
        }
    }
    let twice = [("host", "localhost"), ("authorization", &*format!("Bearer {CI}")), ("authorization", "Bearer x")];
    assert_eq!(status_with(&gateway, "/mcp", &twice).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn everything_but_the_probes_needs_a_token() {
    let gateway = Gateway::new(with_tokens());
    let id = gateway.hostile_request("ada");
    let execution =
        [format!("/executions/{id}"), format!("/api/executions/{id}"), format!("/fragments/executions/{id}")];
    let paths = ["/", "/executions", "/fragments/overview", "/api/stats", "/metrics", "/mcp", "/assets/x", "/nothing"];
    for path in paths.into_iter().chain(execution.iter().map(|path| &**path)) {
        let answer = gateway.get(path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        let offered: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
        // A browser asks for a name and a password then; a client of MCP is not to.
        let basic = "Basic realm=\"codefirst\", charset=\"UTF-8\"";
        let expected: &[&str] = if path == "/mcp" { &["Bearer"] } else { &["Bearer", basic] };
        assert_eq!(offered, expected, "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(gateway.get(path).await.status, StatusCode::OK, "{path}");
        assert_eq!(gateway.get_as("wrong", path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn an_empty_token_lets_nobody_in() {
    let mut options = with_tokens();
    options.credentials[0].token.clear();
    let gateway = Gateway::new(options);
    assert_eq!(gateway.get_as("", "/mcp").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(gateway.get_as(ADA, "/mcp").await.status, StatusCode::OK);
    let mut options = with_tokens();
    options.credentials.iter_mut().for_each(|credential| credential.token.clear());
    let gateway = Gateway::new(options);
    for answer in [gateway.get("/mcp").await, gateway.get_as("", "/mcp").await] {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[test]
fn a_token_is_not_shown() {
    let options = with_tokens();
    let shown = format!("{:?}", options.credentials);
    assert!(shown.contains("ci") && !shown.contains(CI), "{shown}");
}

#[tokio::test]
async fn only_names_of_ours_are_answered() {
    let allowed_hosts = vec!["gateway.example".to_owned(), "other.example:444".to_owned()];
    let bound = "192.168.1.5:8931".parse().expect("an address");
    let gateway = Gateway::new(AccessOptions { bound, allowed_hosts, ..open() });
    for (host, is_ours) in [
        ("localhost:8931", true),
        ("LOCALHOST", true),
        ("127.0.0.1:1", true),
        ("[::1]:8931", true),
        ("192.168.1.5:8931", true),
        ("gateway.example", true),
        ("Gateway.Example:8443", true),
        ("other.example:444", true),
        ("other.example", false),
        ("192.168.1.6:8931", false),
        ("evil.example:8931", false),
        ("localhost.evil.example", false),
        ("localhost@evil.example", false),
        ("evil.example@localhost", false),
        ("127.0.0.1.evil.example", false),
        ("", false),
        ("a b", false),
    ] {
        for path in ["/mcp", "/", "/metrics", "/healthz", "/api/stats"] {
            let answer = status_with(&gateway, path, &[("host", host)]).await;
            let expected = if is_ours { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(answer.status, expected, "{host} {path}");
            assert_eq!(answer.body.contains("allowed_hosts"), !is_ours, "{host}");
        }
    }
    assert_eq!(status_with(&gateway, "/mcp", &[]).await.status, StatusCode::FORBIDDEN, "none");
    let two = [("host", "localhost"), ("host", "evil.example")];
    assert_eq!(status_with(&gateway, "/mcp", &two).await.status, StatusCode::FORBIDDEN);
    // HTTP/2 says it in the address.
    for (address, host, expected) in [
        ("http://localhost:8931/mcp", None, StatusCode::OK),
        ("http://evil.example/mcp", None, StatusCode::FORBIDDEN),
        ("http://evil.example/mcp", Some("localhost"), StatusCode::FORBIDDEN),
        ("http://localhost/mcp", Some("evil.example"), StatusCode::FORBIDDEN),
    ] {
        let headers: Vec<_> = host.map(|host| ("host", host)).into_iter().collect();
        assert_eq!(status_with(&gateway, address, &headers).await.status, expected, "{address} {host:?}");
    }
}

#[tokio::test]
async fn who_listens_at_every_address_is_asked_by_any_address() {
    let bound = "0.0.0.0:8931".parse().expect("an address");
    let gateway = Gateway::new(AccessOptions { bound, ..with_tokens() });
    for (host, expected) in [("10.0.0.7:8931", StatusCode::OK), ("evil.example", StatusCode::FORBIDDEN)] {
        assert_eq!(status_with(&gateway, "/healthz", &[("host", host)]).await.status, expected, "{host}");
    }
}

#[tokio::test]
async fn pages_of_other_sites_are_turned_away() {
    let allowed_origins = vec!["https://Inspector.example/".to_owned()];
    let gateway = Gateway::new(AccessOptions { allowed_origins, ..open() });
    for (host, origin, is_allowed) in [
        ("localhost:8931", "http://localhost:8931", true),
        ("127.0.0.1:8931", "http://127.0.0.1:8931", true),
        ("localhost", "https://localhost", true),
        ("localhost:8931", "https://inspector.example", true),
        ("localhost:8931", "http://localhost:3000", false),
        ("localhost:8931", "http://localhost", false),
        ("localhost:8931", "http://127.0.0.1:8931", false),
        ("localhost:8931", "https://evil.example", false),
        ("localhost:8931", "http://inspector.example", false),
        ("localhost:8931", "file://localhost:8931", false),
        ("localhost:8931", "null", false),
        ("localhost:8931", "", false),
    ] {
        for path in ["/mcp", "/", "/healthz"] {
            let answer = status_with(&gateway, path, &[("host", host), ("origin", origin)]).await;
            let expected = if is_allowed { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(answer.status, expected, "{host} {origin} {path}");
            let allows = answer.headers.get("access-control-allow-origin");
            assert_eq!(allows.is_some(), origin == "https://inspector.example", "{origin}");
        }
    }
    let two = [("host", "localhost"), ("origin", "http://localhost"), ("origin", "http://evil.example")];
    assert_eq!(status_with(&gateway, "/mcp", &two).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_browser_may_ask_beforehand_without_a_token_for_an_allowed_origin_only() {
    let allowed_origins = vec!["https://inspector.example".to_owned()];
    let gateway = Gateway::new(AccessOptions { allowed_origins, ..with_tokens() });
    for (origin, expected) in [
        ("https://inspector.example", StatusCode::NO_CONTENT),
        ("https://evil.example", StatusCode::FORBIDDEN),
        ("http://127.0.0.1:8931", StatusCode::UNAUTHORIZED),
    ] {
        let asked = request("/mcp")
            .method("OPTIONS")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization, mcp-session-id");
        let answer = gateway.ask(asked.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, expected, "{origin}");
        if expected == StatusCode::NO_CONTENT {
            assert_eq!(answer.headers["access-control-allow-origin"], origin);
            assert_eq!(answer.headers["access-control-allow-headers"], "authorization, mcp-session-id");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_principal_has_its_rate() {
    let gateway = Gateway::new(AccessOptions { rate: Some("2/min".parse().expect("a rate")), ..with_tokens() });
    for path in ["/mcp", "/metrics"] {
        for token in [CI, ADA] {
            for _ in 0..2 {
                assert_eq!(gateway.get_as(token, path).await.status, StatusCode::OK);
            }
        }
        tokio::time::advance(Duration::from_millis(500)).await;
        let answer = gateway.get_as(CI, path).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.headers["retry-after"], "30");
        assert!(answer.body.contains("30 s"), "{}", answer.body);
    }
    assert_eq!(gateway.get_as(CI, "/healthz").await.status, StatusCode::OK, "probes have none");
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(gateway.get_as(CI, "/mcp").await.status, StatusCode::OK);
    assert_eq!(gateway.get_as(CI, "/mcp").await.status, StatusCode::TOO_MANY_REQUESTS);
}

/// A body in pieces, whose length is not known beforehand. Digits are JSON, whatever their number.
fn pieces(count: usize) -> Body {
    Body::from_stream(stream::iter((0..count).map(|_| Ok::<_, Infallible>(Bytes::from_static(&[b'7'; 100])))))
}

#[tokio::test]
async fn a_body_has_a_longest_length_whether_it_is_announced_or_not() {
    let gateway = Gateway::new(open());
    let whole = |length: usize| Body::from("7".repeat(length));
    for (body, expected) in [
        (whole(1_000), StatusCode::OK),
        (whole(1_001), StatusCode::PAYLOAD_TOO_LARGE),
        (pieces(10), StatusCode::OK),
        (pieces(11), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answer = gateway.ask(request("/mcp").method("POST").body(body).expect("a request")).await;
        assert_eq!(answer.status, expected);
        assert_eq!(answer.body.ends_with(&"7".repeat(1_000)), expected == StatusCode::OK, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_answered_as_json_rpc_has_it() {
    let gateway = Gateway::new(open());
    for body in ["", "{", "hello"] {
        let answer = gateway.ask(request("/mcp").method("POST").body(body.into()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(
            answer.body.contains(r#""code":-32700"#) && answer.body.contains("the body is not JSON"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_given_up() {
    let gateway = Gateway::new(open());
    let start = Instant::now();
    let never = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
    let answer = gateway.ask(request("/mcp").method("POST").body(never).expect("a request")).await;
    assert_eq!((answer.status, start.elapsed()), (StatusCode::REQUEST_TIMEOUT, Duration::from_secs(30)));
    let broken = Body::from_stream(stream::iter([Err::<Bytes, _>(std::io::Error::other("gone"))]));
    let answer = gateway.ask(request("/mcp").method("POST").body(broken).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[test]
fn without_a_token_only_this_machine_may_reach_us() {
    for (address, is_loopback) in [
        ("127.0.0.1:80", true),
        ("127.9.9.9:80", true),
        ("[::1]:80", true),
        ("[::ffff:127.0.0.1]:80", true),
        ("0.0.0.0:80", false),
        ("[::]:80", false),
        ("192.168.1.5:80", false),
    ] {
        let address = address.parse().expect("an address");
        assert_eq!(bind_check(address, false).is_ok(), is_loopback, "{address}");
        assert!(bind_check(address, true).is_ok());
    }
    let error = bind_check("0.0.0.0:8931".parse().expect("an address"), false).expect_err("refused").to_string();
    assert!(error.contains("127.0.0.1:8931") && error.contains("[[http.tokens]]"), "{error}");
}
