//! Servers that keep something for each client, and servers that all clients share.

use codefirst::upstream::ServerOptions;
use serde_json::json;

use super::{
    clients::{Ears, ask},
    fixture::{Setup, add, with},
    workshop::Workshop,
};

#[tokio::test(flavor = "multi_thread")]
async fn clients_see_their_own_state_at_a_stateful_server_and_the_same_at_a_shared_one() {
    let (own, shared) = (Workshop::default(), Workshop::default());
    let options = ServerOptions { own_sessions: true, ..ServerOptions::default() };
    let policy = "[[rules]]\ntools = ['*/count']\ncacheable = false";
    let pool = add(with("own", &own, options), "shared", &shared, ServerOptions::default());
    let served = Setup::with_policy(policy).start(pool).await;
    let site = served.http(&["one", "two"]).await;
    let first = site.client(&Ears::new("one"), Some("one")).await;
    let second = site.client(&Ears::new("two"), Some("two")).await;
    let third = served.client(&Ears::new("three")).await;
    let clients = [&first, &second, &third];
    for round in 1..=2 {
        for (index, client) in clients.into_iter().enumerate() {
            let own = ask(client, "own__count", json!({})).await;
            assert_eq!(own, Ok(json!({ "n": round }).to_string()));
            let shared = ask(client, "shared__count", json!({})).await;
            assert_eq!(shared, Ok(json!({ "n": (round - 1) * clients.len() + index + 1 }).to_string()));
        }
    }
    // Programs are of the same client as its direct calls.
    let counted = super::clients::run(&first, "return (await own.count({})).n").await;
    assert_eq!(counted.as_deref(), Ok("3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_one_session_at_a_stateful_server_is_not_given_to_another() {
    let own = Workshop::default();
    let options = ServerOptions { own_sessions: true, ..ServerOptions::default() };
    let served = Setup::default().start(with("own", &own, options)).await;
    let (first, second) = (served.client(&Ears::new("one")).await, served.client(&Ears::new("two")).await);
    for (n, text) in ["a", "b"].into_iter().enumerate() {
        assert_eq!(ask(&first, "own__count", json!({ "text": text })).await, Ok(json!({ "n": n + 1 }).to_string()));
    }
    assert_eq!(ask(&second, "own__count", json!({ "text": "b" })).await, Ok(json!({ "n": 1 }).to_string()));
}
