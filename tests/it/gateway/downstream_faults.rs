//! Clients that go away, say nonsense or too much, or are not who they say.

use std::sync::Arc;

use codefirst::audit::{Audit, AuditOptions};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::{
    clients::{Ears, ask, run},
    fixture::{LIMIT, Setup, http_client, shop, within},
    workshop::Workshop,
};

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}"#;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_takes_its_program_and_its_calls_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.jsonl");
    let audit = Arc::new(Audit::open(AuditOptions::new(&path)).expect("a log"));
    let workshop = Workshop::default();
    let served = Setup { audit: Some(audit.clone()), ..Setup::default() }.start(shop(&workshop)).await;
    let site = served.http(&[]).await;
    let other = served.client(&Ears::new("other")).await;
    let code =
        json!({ "code": "await shop.write({ text: 'x' }); await shop.hang({}); await shop.write({ text: 'late' })" });
    for gone in 1..=2 {
        let (stream, _, task) = served.lines();
        if gone == 1 {
            let client = within("a handshake", rmcp::ServiceExt::serve(Ears::new("c"), tokio::io::split(stream))).await;
            let client = client.expect("a session");
            let peer = client.peer().clone();
            let call = super::clients::call("execute_code", code.clone());
            let call = tokio::spawn(async move { peer.call_tool_once(call).await });
            within("the call", workshop.held(gone)).await;
            call.abort();
            client.cancel().await.expect("an end");
            within("the gateway's end", task).await.expect("no panic");
        } else {
            let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "execute_code", "arguments": code.clone() } });
            let session = begin(&site.url("/mcp"), None).await;
            let url = site.url("/mcp");
            let request = tokio::spawn(async move {
                let response = post(&url, None, Some(&session), body.to_string()).await;
                response.bytes().await.map(drop)
            });
            within("the call", workshop.held(gone)).await;
            request.abort();
        }
        within("the cancelled call", workshop.cancelled(gone)).await;
        served.cancelled(gone as u64).await;
        assert_eq!(ask(&other, "shop__echo", json!({ "text": "fine" })).await.as_deref(), Ok("fine"));
    }
    assert!(!workshop.calls().contains(&"write late".to_owned()), "{:?}", workshop.calls());
    within("the log", audit.flush()).await.expect("a log");
    let log = std::fs::read_to_string(&path).expect("a log");
    let unanswered = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let unanswered: Vec<_> = unanswered.filter(|line| line["tool"] == "hang").collect();
    assert_eq!(unanswered.len(), 2, "{log}");
    assert!(unanswered.iter().all(|line| line["outcome"] == "unknown" && line["took_effect"] == "perhaps"), "{log}");
}

async fn post(url: &str, token: Option<&str>, session: Option<&str>, body: String) -> reqwest::Response {
    let mut request = http_client().post(url).header("content-type", "application/json");
    request = request.header("accept", "application/json, text/event-stream");
    if let Some(session) = session {
        request = request.header("mcp-session-id", session);
    }
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    within("a response", request.body(body).send()).await.expect("a response")
}

/// Shakes hands, and gives the session.
async fn begin(url: &str, token: Option<&str>) -> String {
    let response = post(url, token, None, INITIALIZE.to_owned()).await;
    let session = response.headers()["mcp-session-id"].to_str().expect("text").to_owned();
    within("the answer", response.text()).await.expect("an answer");
    post(url, token, Some(&session), INITIALIZED.to_owned()).await;
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_or_too_long_is_refused_and_the_next_one_is_answered() {
    let served = Setup::default().start(shop(&Workshop::default())).await;
    let (stream, _, _task) = served.lines();
    let (read, mut write) = tokio::io::split(stream);
    let mut answers = BufReader::new(read).lines();
    let long = "x".repeat(LIMIT + 1);
    let ping = |id: u32| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
    let lines =
        [INITIALIZE, INITIALIZED, "{ no JSON", "[1]", r#"{"jsonrpc":"2.0","id":5,"method":7}"#, &long, &ping(6)];
    let mut codes = Vec::new();
    let writing = async {
        for line in lines {
            write.write_all(line.as_bytes()).await.expect("a reader");
            write.write_all(b"\n").await.expect("a reader");
        }
    };
    let reading = async {
        loop {
            let line = answers.next_line().await.expect("lines").expect("an answer");
            let answer: Value = serde_json::from_str(&line).expect("JSON");
            if answer["id"] == 6 {
                break;
            }
            codes.extend(answer["error"]["code"].as_i64());
        }
    };
    within("the answers", async { tokio::join!(writing, reading) }).await;
    assert_eq!(codes, [-32700, -32600, -32600, -32600]);

    let site = served.http(&[]).await;
    let session = begin(&site.url("/mcp"), None).await;
    for (body, status) in [("{ no JSON".to_owned(), 400), (long, 413)] {
        assert_eq!(post(&site.url("/mcp"), None, Some(&session), body).await.status(), status);
    }
    let answer = post(&site.url("/mcp"), None, Some(&session), ping(7)).await;
    assert!(answer.text().await.expect("an answer").contains(r#""id":7"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_say_half_or_nothing_and_those_that_do_not_read_are_in_nobodys_way() {
    let served = Setup::default().start(shop(&Workshop::default())).await;
    let site = served.http(&[]).await;
    let mut open = Vec::new();
    for said in ["", "POST /mcp HT", "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{\"json"] {
        let mut stream = TcpStream::connect(site.bound).await.expect("a connection");
        stream.write_all(said.as_bytes()).await.expect("a write");
        open.push(stream);
    }
    // A reader that asks for much and takes none of it.
    let session = begin(&site.url("/mcp"), None).await;
    let code = "return 'x'.repeat(20_000)";
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "execute_code", "arguments": { "code": code } } }).to_string();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(site.bound).await.expect("a connection");
        let head = format!(
            "POST /mcp HTTP/1.1\r\nhost: {}\r\nmcp-session-id: {session}\r\naccept: application/json, text/event-stream\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            site.bound,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.expect("a write");
        open.push(stream);
    }
    let client = site.client(&Ears::new("c"), None).await;
    for _ in 0..5 {
        assert_eq!(run(&client, "return await shop.echo({ text: 'fine' })").await.as_deref(), Ok("fine"));
    }
    // Who has been slow gets the answer all the same.
    let mut start = [0; 12];
    within("a status", open.last_mut().expect("a stream").read_exact(&mut start)).await.expect("bytes");
    assert_eq!(&start, b"HTTP/1.1 200");
}

/// Whether somebody else's call in a session is refused, after its owner has made so many.
async fn refuses_a_foreign_call_after(calls: usize) {
    let served = Setup::default().start(shop(&Workshop::default())).await;
    let site = served.http(&["alice-token", "mallory-token"]).await;
    let url = site.url("/mcp");
    let session = begin(&url, Some("alice-token")).await;
    let body =
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"shop__echo","arguments":{"text":"mine"}}}"#;
    let calling = async |token| post(&url, token, Some(&session), body.to_owned()).await;
    for _ in 0..calls {
        let own = calling(Some("alice-token")).await.text().await.expect("an answer");
        assert!(own.contains("mine"), "{own}");
    }
    let foreign = calling(Some("mallory-token")).await.text().await.expect("an answer");
    assert!(foreign.contains("there is no such session") && !foreign.contains("mine"), "{foreign}");
    for token in [None, Some("wrong-token")] {
        assert_eq!(calling(token).await.status(), 401);
    }
    let own = calling(Some("alice-token")).await.text().await.expect("an answer");
    assert!(own.contains("mine"), "{own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_of_no_use_to_whoever_has_another_token() {
    refuses_a_foreign_call_after(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_only_shaken_hands_is_of_no_use_to_whoever_has_another_token() {
    refuses_a_foreign_call_after(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_sessions_at_once_are_all_answered() {
    let served = Setup::default().start(shop(&Workshop::default())).await;
    let site = served.http(&[]).await;
    let client = http_client();
    let one = async |number: usize| {
        let post = |session: Option<&str>, body: String| {
            let request = client.post(site.url("/mcp")).header("content-type", "application/json");
            let request = request.header("accept", "application/json, text/event-stream");
            let request = match session {
                Some(session) => request.header("mcp-session-id", session),
                None => request,
            };
            request.body(body).send()
        };
        let response = post(None, INITIALIZE.to_owned()).await.expect("a session");
        let session = response.headers()["mcp-session-id"].to_str().expect("text").to_owned();
        response.bytes().await.expect("an answer");
        post(Some(&session), INITIALIZED.to_owned()).await.expect("an answer");
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "shop__write", "arguments": { "text": format!("no. {number}.") } } });
        let answer = post(Some(&session), body.to_string()).await.expect("an answer").text().await.expect("an answer");
        assert!(answer.contains(&format!("no. {number}.")), "{answer}");
    };
    within("a thousand", join_all((0..1000).map(one))).await;
    assert_eq!(served.totals().completed, 1000);
}
