//! Questions to clients of 2026-07-28, which cannot be asked while they wait, and approvals.

use rmcp::model::{CallToolRequestParams, CallToolResponse, InputRequiredResult};
use serde_json::json;

use super::{
    clients::{Client, Ears, ask, call, run, text_of},
    fixture::{Setup, shop, within},
    workshop::Workshop,
};

async fn once(client: &Client, params: CallToolRequestParams) -> Result<CallToolResponse, String> {
    within("a response", client.peer().call_tool_once(params)).await.map_err(|error| error.to_string())
}

/// The question that a program's call puts.
async fn question(client: &Client, params: CallToolRequestParams) -> InputRequiredResult {
    match once(client, params).await {
        Ok(CallToolResponse::InputRequired(required)) => required,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_goes_on_once_when_its_client_comes_back_with_the_answer_and_nobody_else_can_take_it() {
    let workshop = Workshop::default();
    let policy = "[[rules]]\ntools = ['shop/write']\naccess = 'approve'";
    let served = Setup::with_policy(policy).start(shop(&workshop)).await;
    let site = served.http(&["alice-token", "mallory-token"]).await;
    let alice = site.stateless_client(&Ears::new("alice"), Some("alice-token")).await;
    let mallory = site.stateless_client(&Ears::new("mallory"), Some("mallory-token")).await;
    let code = "await shop.log({ text: 'first' }); await shop.write({ text: 'x' }); return 'done'";
    let params = call("execute_code", json!({ "code": code }));
    let required = question(&alice, params.clone()).await;
    let requests = required.input_requests.expect("a question");
    assert_eq!(requests.len(), 1);
    let key = requests.keys().next().expect("a question").clone();
    let state = required.request_state.expect("a state");
    let asked = serde_json::to_string(&requests).expect("JSON");
    assert!(asked.contains("Allow a call of shop/write?"), "{asked}");

    let answer = [(key, json!({ "action": "accept", "content": {} }))].into();
    let back = params.with_request_state(state).with_input_responses(answer);
    let foreign = once(&mallory, back.clone()).await.expect_err("it is not hers");
    assert!(foreign.contains("no request waits"), "{foreign}");
    assert_eq!(workshop.calls(), ["log first"]);
    let Ok(CallToolResponse::Complete(result)) = once(&alice, back.clone()).await else { panic!("no result") };
    assert_eq!(text_of(&result), "done");
    let again = once(&alice, back).await.expect_err("it has been answered");
    assert!(again.contains("no request waits"), "{again}");
    assert_eq!(workshop.calls(), ["log first", "write x"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_of_older_servers_reach_clients_of_the_newest_revision() {
    let workshop = Workshop::default();
    let served = Setup::default().start(shop(&workshop)).await;
    let site = served.http(&[]).await;
    for over_http in [false, true] {
        let ears = Ears::new("new");
        let client = match over_http {
            false => served.stateless_client(&ears).await,
            true => site.stateless_client(&ears, None).await,
        };
        let code =
            "return [await shop.ask({ text: 'a' }), await shop.sample({ text: '' }), await shop.ask({ text: 'b' })]";
        // The client's own loop comes back with the answers.
        let result = within("a result", client.call_tool(call("execute_code", json!({ "code": code })))).await;
        let answer = text_of(&result.expect("a result"));
        let expected = r#"["Accept {\"answer\":\"new\"}","model of new","Accept {\"answer\":\"new\"}"]"#;
        assert_eq!(answer, expected, "over HTTP: {over_http}");
        assert_eq!(ears.heard(), ["asked: [shop] a", "sample: 10", "asked: [shop] b"]);
    }
    assert_eq!(workshop.calls().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_need_an_approval_are_put_to_the_clients_user() {
    let workshop = Workshop::default();
    let policy = "[[rules]]\ntools = ['shop/write']\naccess = 'approve'";
    let served = Setup::with_policy(policy).start(shop(&workshop)).await;
    let write = json!({ "text": "x" });
    let yes = Ears::new("yes");
    let client = served.client(&yes).await;
    assert_eq!(ask(&client, "shop__write", write.clone()).await.as_deref(), Ok("x"));
    assert_eq!(yes.heard(), ["asked: Allow a call of shop/write?\n{\"text\":\"x\"}"]);
    assert_eq!(ask(&client, "shop__echo", write.clone()).await.as_deref(), Ok("x"));
    for ears in [Ears::new("no").declining(), Ears::new("mute").mute()] {
        let client = served.client(&ears).await;
        let error = ask(&client, "shop__write", write.clone()).await.expect_err("nobody approved");
        assert!(error.contains("not allowed"), "{error}");
        let error = run(&client, "return await shop.write({ text: 'x' })").await.expect_err("nobody approved");
        assert!(error.contains("not allowed"), "{error}");
    }
    assert_eq!(workshop.calls(), ["write x", "echo x"]);
}
