//! What servers say while calls are in flight, and that it reaches those whom it concerns.

use codefirst::{config::GatewayMode, upstream::ServerOptions};
use serde_json::json;

use super::{
    clients::{Ears, ask, run},
    fixture::{Setup, shop, with, within},
    workshop::Workshop,
};

/// What was heard, whatever the order: rmcp handles each notification as a task of its own.
fn sorted(ears: &Ears) -> Vec<String> {
    let mut heard = ears.heard();
    heard.sort();
    heard
}

fn own_sessions() -> ServerOptions {
    ServerOptions { own_sessions: true, ..ServerOptions::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_and_logging_reach_the_client_whose_call_it_is_and_no_other() {
    let workshop = Workshop::default();
    let served = Setup::default().start(shop(&workshop)).await;
    let site = served.http(&[]).await;
    for over_http in [false, true] {
        let (speaker, bystander) = (Ears::new("speaker"), Ears::new("bystander"));
        let (client, _other) = match over_http {
            false => (served.client(&speaker).await, served.client(&bystander).await),
            true => (site.client(&speaker, None).await, site.client(&bystander, None).await),
        };
        ask(&client, "shop__progress", json!({ "text": "sawing" })).await.expect("progress");
        ask(&client, "shop__log", json!({ "text": "dull" })).await.expect("a log");
        for said in ["progress: 1 sawing 1", "progress: 2 sawing 2", "progress: 3 sawing 3", "log: shop \"dull\""] {
            speaker.hears(said).await;
        }
        let expected = ["log: shop \"dull\"", "progress: 1 sawing 1", "progress: 2 sawing 2", "progress: 3 sawing 3"];
        assert_eq!(sorted(&speaker), expected);
        assert_eq!(bystander.heard(), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_goes_to_each_of_two_clients_whose_calls_are_in_flight_together() {
    let workshop = Workshop::default();
    let served = Setup::default().start(shop(&workshop)).await;
    let (one, two) = (Ears::new("one"), Ears::new("two"));
    let (first, second) = (served.client(&one).await, served.client(&two).await);
    let program = |text: &str| {
        format!("const all = [shop.gated({{}}), shop.progress({{ text: '{text}' }})]; await Promise.all(all)")
    };
    let (a, b) = (program("a"), program("b"));
    let both = async { tokio::join!(run(&first, &a), run(&second, &b)) };
    let opening = async {
        for step in 1..=3 {
            one.hears(&format!("progress: {step} a {step}")).await;
            two.hears(&format!("progress: {step} b {step}")).await;
        }
        within("both calls", workshop.held(2)).await;
        workshop.open_gate();
    };
    let ((a, b), ()) = tokio::join!(both, opening);
    assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
    assert_eq!(sorted(&one), ["progress: 1 a 1", "progress: 2 a 2", "progress: 3 a 3"]);
    assert_eq!(sorted(&two), ["progress: 1 b 1", "progress: 2 b 2", "progress: 3 b 3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_prints_is_progress_while_it_runs() {
    let workshop = Workshop::default();
    let served = Setup::with_mode(GatewayMode::Code).start(shop(&workshop)).await;
    let ears = Ears::new("c");
    let client = served.client(&ears).await;
    let peer = client.peer().clone();
    let code = "console.log('measured'); await shop.gated({}); console.log('cut', 2); return 'done'";
    let program = tokio::spawn(async move { run(&peer, code).await });
    // The program has not ended, nor can it.
    ears.hears("progress: 1 measured").await;
    assert!(!program.is_finished());
    workshop.open_gate();
    assert_eq!(within("the program", program).await.expect("no panic").as_deref(), Ok("done"));
    ears.hears("progress: 2 cut 2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_reach_the_client_whose_call_it_is_by_either_route() {
    let workshop = Workshop::default();
    let served = Setup::default().start(shop(&workshop)).await;
    let site = served.http(&[]).await;
    for over_http in [false, true] {
        let (asked, bystander) = (Ears::new("asked"), Ears::new("bystander"));
        let (client, _other) = match over_http {
            false => (served.client(&asked).await, served.client(&bystander).await),
            true => (site.client(&asked, None).await, site.client(&bystander, None).await),
        };
        let answer = ask(&client, "shop__ask", json!({ "text": "how long?" })).await;
        assert_eq!(answer.as_deref(), Ok("Accept {\"answer\":\"asked\"}"));
        assert_eq!(ask(&client, "shop__sample", json!({ "text": "x" })).await.as_deref(), Ok("model of asked"));
        let answer =
            run(&client, "return [await shop.ask({ text: 'how wide?' }), await shop.sample({ text: '' })]").await;
        assert_eq!(answer.as_deref(), Ok(r#"["Accept {\"answer\":\"asked\"}","model of asked"]"#));
        assert_eq!(asked.heard(), ["asked: [shop] how long?", "sample: 10", "asked: [shop] how wide?", "sample: 10"]);
        assert_eq!(bystander.heard(), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_could_be_either_of_two_clients_is_put_to_neither() {
    let workshop = Workshop::default();
    let served = Setup::default().start(shop(&workshop)).await;
    let (one, two) = (Ears::new("one"), Ears::new("two"));
    let (first, second) = (served.client(&one).await, served.client(&two).await);
    let peer = second.peer().clone();
    let waiting = tokio::spawn(async move { ask(&peer, "shop__gated", json!({})).await });
    within("the other's call", workshop.held(1)).await;
    let refused = ask(&first, "shop__ask", json!({ "text": "whose?" })).await.expect_err("it could be either's");
    assert!(
        refused.contains("calls of several clients are in flight") && refused.contains("session = \"own\""),
        "{refused}"
    );
    ask(&first, "shop__log", json!({ "text": "whose?" })).await.expect("a result");
    workshop.open_gate();
    assert_eq!(within("the other", waiting).await.expect("no panic").as_deref(), Ok("let go"));
    // The other is gone, and now it is clear.
    ask(&first, "shop__ask", json!({ "text": "mine?" })).await.expect("an answer");
    assert_eq!((one.heard(), two.heard()), (vec!["asked: [shop] mine?".to_owned()], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_connections_of_their_own_each_of_two_clients_gets_its_questions() {
    let workshop = Workshop::default();
    let served = Setup::default().start(with("shop", &workshop, own_sessions())).await;
    let (one, two) = (Ears::new("one"), Ears::new("two"));
    let (first, second) = (served.client(&one).await, served.client(&two).await);
    let both =
        "const held = shop.gated({}); const answer = await shop.ask({ text: 'whose?' }); await held; return answer";
    let opening = async {
        within("both calls", workshop.held(2)).await;
        one.hears("asked: [shop] whose?").await;
        two.hears("asked: [shop] whose?").await;
        workshop.open_gate();
    };
    let (a, b, ()) = tokio::join!(run(&first, both), run(&second, both), opening);
    assert_eq!(a.as_deref(), Ok("Accept {\"answer\":\"one\"}"));
    assert_eq!(b.as_deref(), Ok("Accept {\"answer\":\"two\"}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_hears_why_its_question_cannot_be_put() {
    let workshop = Workshop::default();
    let served = Setup::default().start(shop(&workshop)).await;
    let client = served.client(&Ears::new("mute").mute()).await;
    let refused = ask(&client, "shop__ask", json!({ "text": "?" })).await.expect_err("it cannot be asked");
    assert!(refused.contains("the client that made the call cannot answer such a request"), "{refused}");
    let client = served.client(&Ears::new("no").declining()).await;
    let declined = ask(&client, "shop__ask", json!({ "text": "?" })).await.expect("an answer");
    assert!(declined.starts_with("Decline"), "{declined}");
}
