//! Servers that crash, hang, talk nonsense or too much, and servers that never start.

#![expect(deprecated, reason = "subscriptions as clients before 2026-07-28 make them")]

use std::time::Duration;

use codefirst::{
    config::ServerConfig,
    config::TransportConfig,
    upstream::{Pool, ServerOptions, ServerState},
};
use futures_util::future::join_all;
use rmcp::model::SubscribeRequestParams;
use serde_json::json;

use super::{
    clients::{Ears, ask, listed, run},
    failing::server,
    fixture::{Setup, add, eventually, within},
    workshop::Workshop,
};

fn impatient() -> ServerOptions {
    ServerOptions { call_timeout: Duration::from_secs(4), ..ServerOptions::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_server_does_wrong_is_an_error_of_that_call_alone() {
    let kinds = [
        ("noise", Ok("through the noise")),
        ("nonsense", Err("its answer is not the result of a tool")),
        ("huge", Err("longer than 64 MiB")),
        ("hang", Err("did not answer within 4 s")),
        ("drip", Err("did not answer within 4 s")),
        ("wrong", Err("did not answer within 4 s")),
    ];
    let pool = kinds.iter().fold(Pool::builder(), |pool, (kind, _)| pool.server(&server(kind), impatient()));
    let served = Setup::default().start(add(pool, "shop", &Workshop::default(), ServerOptions::default())).await;
    let client = served.client(&Ears::new("c")).await;
    // The direct route by one client, a program by another, all kinds at once.
    let failing = join_all(kinds.iter().map(|(kind, _)| {
        let (peer, tool) = (client.peer(), format!("{kind}__{kind}"));
        async move { ask(peer, &tool, json!({})).await }
    }));
    let working = async {
        for _ in 0..20 {
            assert_eq!(ask(&client, "shop__echo", json!({ "text": "fine" })).await.as_deref(), Ok("fine"));
        }
    };
    let (answers, ()) = tokio::join!(failing, working);
    for ((kind, expected), answer) in kinds.iter().zip(answers) {
        match (expected, &answer) {
            (Ok(expected), Ok(answer)) => assert_eq!(expected, answer),
            (Err(expected), Err(answer)) => assert!(answer.contains(expected), "{kind}: {answer}"),
            _ => panic!("{kind}: {answer:?}"),
        }
    }
    for (kind, _) in kinds {
        let answer = run(&client, &format!("return await {kind}.fine({{}})")).await;
        assert_eq!(answer.as_deref(), Ok("fine"), "{kind} afterwards");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_crashes_during_a_call_vanishes_and_comes_back() {
    let pool = Pool::builder().server(&server("child"), impatient());
    let served = Setup::default().start(add(pool, "shop", &Workshop::default(), ServerOptions::default())).await;
    let ears = Ears::new("c");
    let client = served.client(&ears).await;
    let before = ears.changes();
    let error =
        run(&client, "await shop.echo({ text: 'a' });\nreturn await child.crash({})").await.expect_err("a crash");
    assert!(error.contains("at 2:") && error.contains("the server is unavailable"), "{error}");
    // It went, and it came.
    ears.hears_of_changes(before).await;
    within("its return", async {
        while ask(&client, "child__fine", json!({})).await.as_deref() != Ok("fine") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert!(listed(&client).await.contains(&"child__fine".to_owned()));
    assert_eq!(ask(&client, "shop__echo", json!({ "text": "b" })).await.as_deref(), Ok("b"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_outlives_the_server_that_crashes() {
    let served = Setup::default().start(Pool::builder().server(&server("child"), impatient())).await;
    let ears = Ears::new("c");
    let client = served.client(&ears).await;
    let uri = "codefirst://child/leak://tap";
    client.subscribe(SubscribeRequestParams::new(uri)).await.expect("a subscription");
    ears.hears_times(&format!("updated: {uri}"), 1).await;
    ask(&client, "child__crash", json!({})).await.expect_err("a crash");
    // The new process tells of it because it has been asked to, and the client has not asked again.
    ears.hears_times(&format!("updated: {uri}"), 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_starts_keeps_nobody_from_working_and_the_search_says_why() {
    let dead = ServerConfig::child("dead", "sh", ["-c", "echo 'no licence' >&2; exit 3"]);
    let missing = ServerConfig::child("missing", "no-such-program", []);
    let pool = Pool::builder().server(&dead, impatient()).server(&missing, impatient());
    let served = Setup::default().start(add(pool, "shop", &Workshop::default(), ServerOptions::default())).await;
    let client = served.client(&Ears::new("c")).await;
    assert_eq!(run(&client, "return await shop.echo({ text: 'fine' })").await.as_deref(), Ok("fine"));
    assert!(listed(&client).await.iter().all(|name| !name.starts_with("dead") && !name.starts_with("missing")));
    let found = ask(&client, "search_tools", json!({ "query": "echo" })).await.expect("an answer");
    assert!(found.contains("dead is not available: ") && found.contains("missing is not available: "), "{found}");
    assert!(found.contains("echo"), "{found}");
    let is_down = |name: &str| {
        let servers = served.gateway.pool().servers();
        servers.into_iter().any(|server| &*server.name == name && matches!(server.state, ServerState::Down { .. }))
    };
    eventually("the operator's view", || is_down("missing")).await;
    let error = run(&client, "return await dead.fine({})").await.expect_err("it is dead");
    assert!(error.contains("dead"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_error_tells_a_secret_of_the_configuration() {
    const SECRET: &str = "correct-horse-battery-7";
    let mut child = server("child");
    if let TransportConfig::Child(config) = &mut child.transport {
        config.env.insert("KEY".to_owned(), SECRET.to_owned());
    }
    let secrets = vec![SECRET.to_owned()];
    let pool = Pool::builder().server(&child, impatient());
    let setup = Setup { secrets, ..Setup::default() };
    let served = setup.start(add(pool, "shop", &Workshop::default(), ServerOptions::default())).await;
    let client = served.client(&Ears::new("c")).await;
    let fail = json!({ "text": format!("cannot log in with {SECRET}") });
    let direct = ask(&client, "shop__fail", fail.clone()).await.expect_err("it fails");
    let code = run(&client, &format!("return await shop.fail({fail})")).await.expect_err("it fails");
    ask(&client, "child__crash", json!({})).await.expect_err("a crash");
    let reasons = || served.gateway.pool().down();
    let mut seen = Vec::new();
    eventually("the reason", || {
        seen.extend(reasons());
        !seen.is_empty()
    })
    .await;
    let found = ask(&client, "search_tools", json!({ "query": "echo" })).await.expect("an answer");
    let shown = format!("{direct}\n{code}\n{seen:?}\n{found}");
    assert!(shown.contains("cannot log in with [redacted]") && shown.contains("the key is [redacted]"), "{shown}");
    assert!(!shown.contains(SECRET), "{shown}");
}
