//! Tools that come, go and change while programs run.

use codefirst::config::GatewayMode;
use serde_json::json;

use super::{
    clients::{Ears, ask, listed, run},
    fixture::{Setup, eventually, shop, within},
    workshop::Workshop,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_keeps_the_tools_that_it_began_with_and_the_next_request_sees_the_new_ones() {
    let workshop = Workshop::default();
    let served = Setup::with_mode(GatewayMode::Both).start(shop(&workshop)).await;
    let ears = Ears::new("c");
    let client = served.client(&ears).await;
    let peer = client.peer().clone();
    let code = "await shop.gated({}); return await shop.echo({ text: 'as before' })";
    let program = tokio::spawn(async move { run(&peer, code).await });
    within("the call", workshop.held(1)).await;

    // In another order, one gone, one new.
    let before = ears.changes();
    workshop.retool(&["gated", "zeta", "alpha", "echo"]).await;
    ears.hears_of_changes(before).await;
    let direct = listed(&client).await.split_off(3);
    assert_eq!(direct, ["shop__alpha", "shop__echo", "shop__gated", "shop__zeta"]);
    assert_eq!(run(&client, "return await shop.alpha({ text: 'new' })").await.as_deref(), Ok("new"));
    run(&client, "return await shop.write({ text: 'gone' })").await.expect_err("it is gone");
    assert!(!program.is_finished());
    workshop.open_gate();
    assert_eq!(within("the program", program).await.expect("no panic").as_deref(), Ok("as before"));
    assert!(!workshop.calls().iter().any(|call| call.starts_with("write")), "{:?}", workshop.calls());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_a_server_is_dropped_when_its_tools_change() {
    let workshop = Workshop::default();
    let served = Setup::default().start(shop(&workshop)).await;
    let ears = Ears::new("c");
    let client = served.client(&ears).await;
    let count = async || run(&client, "return (await shop.count({})).n").await;
    assert_eq!((count().await.as_deref(), count().await.as_deref()), (Ok("1"), Ok("1")));
    let before = ears.changes();
    workshop.retool(&["count"]).await;
    ears.hears_of_changes(before).await;
    assert_eq!(count().await.as_deref(), Ok("2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_stays_what_it_was_is_not_announced() {
    let workshop = Workshop::default();
    let served = Setup::default().start(shop(&workshop)).await;
    let ears = Ears::new("c");
    let client = served.client(&ears).await;
    let before = ears.changes();
    workshop.retool(&["ask", "count", "echo", "fail", "gated", "hang", "log", "progress", "sample", "write"]).await;
    within("the list", workshop.listed(2)).await;
    workshop.retool(&["echo"]).await;
    ears.hears_of_changes(before).await;
    assert_eq!(listed(&client).await.len(), 4);
    assert_eq!(ears.changes(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_subscribes_is_told_without_a_session() {
    use rmcp::model::{ServerNotification, SubscriptionFilter};
    let workshop = Workshop::default();
    let served = Setup::default().start(shop(&workshop)).await;
    let site = served.http(&[]).await;
    let client = site.stateless_client(&Ears::new("c"), None).await;
    assert_eq!(listed(&client).await.len(), 13);
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let mut subscription = within("a subscription", client.listen(filter)).await.expect("a subscription");
    workshop.retool(&["echo"]).await;
    let told = within("a notification", subscription.next()).await.expect("a stream");
    assert!(matches!(told, Some(ServerNotification::ToolListChangedNotification(_))), "{told:?}");
    eventually("the new list", || workshop.calls().is_empty()).await;
    assert_eq!(ask(&client, "shop__echo", json!({ "text": "x" })).await.as_deref(), Ok("x"));
    assert_eq!(listed(&client).await.len(), 4);
}
