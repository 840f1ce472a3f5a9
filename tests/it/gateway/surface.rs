//! What clients are shown and what they are answered, when nothing goes wrong but the model.

use codefirst::config::{GatewayMode, ResultForm};
use rmcp::model::{GetPromptRequestParams, ReadResourceRequestParams, ResourceContents};
use serde_json::json;

use super::{
    clients::{Ears, ask, call, listed, run},
    fixture::{Served, Setup, add, shop, within},
    workshop::{Workshop, tool},
};

const CODE: [&str; 3] = ["search_tools", "describe_tools", "execute_code"];

async fn in_mode(mode: GatewayMode) -> Served {
    let (workshop, options) = (Workshop::default(), Default::default());
    Setup::with_mode(mode).start(add(shop(&workshop), "annex", &workshop, options)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mode_shows_its_tools_in_an_order_that_stays() {
    let names = ["ask", "count", "echo", "fail", "gated", "hang", "log", "progress", "sample", "write"];
    let direct = || ["annex", "shop"].into_iter().flat_map(|server| names.map(|name| format!("{server}__{name}")));
    let code = || CODE.into_iter().map(str::to_owned);
    for (mode, expected) in [
        (GatewayMode::Code, code().collect::<Vec<_>>()),
        (GatewayMode::Direct, direct().collect()),
        (GatewayMode::Both, code().chain(direct()).collect()),
    ] {
        let client = in_mode(mode).await.client(&Ears::new("c")).await;
        assert_eq!(listed(&client).await, expected);
        assert_eq!(listed(&client).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn definitions_are_those_of_the_server_but_for_the_name() {
    let client = in_mode(GatewayMode::Direct).await.client(&Ears::new("c")).await;
    let shown = client.list_tools(None).await.expect("a list").tools;
    let found = shown.iter().find(|tool| tool.name == "shop__write").expect("the tool");
    let mut expected = serde_json::to_value(tool("write")).expect("JSON");
    expected["name"] = json!("shop__write");
    let found = serde_json::to_value(found).expect("JSON");
    assert_eq!(found, expected);
    // Prompt caches are keyed by the bytes.
    assert_eq!(found["inputSchema"].to_string(), expected["inputSchema"].to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_comes_as_text_or_as_structured_content_and_never_as_both() {
    let workshop = Workshop::default();
    for (results, code, text, structured) in [
        (ResultForm::Text, "return { a: [1] }", Some(r#"{"a":[1]}"#), None),
        (ResultForm::Structured, "return { a: [1] }", None, Some(json!({ "a": [1] }))),
        (ResultForm::Structured, "return [1, 2]", None, Some(json!([1, 2]))),
        (ResultForm::Structured, "return 'words'", Some("words"), None),
        (ResultForm::Structured, "console.log('printed')", Some("printed"), None),
    ] {
        let client = Setup { results, ..Setup::default() }.start(shop(&workshop)).await.client(&Ears::new("c")).await;
        let result = client.call_tool(call("execute_code", json!({ "code": code }))).await.expect("a result");
        let texts: Vec<_> =
            result.content.iter().filter_map(|block| block.as_text()).map(|block| &*block.text).collect();
        assert_eq!(texts, Vec::from_iter(text), "{code}");
        assert_eq!(result.structured_content, structured, "{code}");
        assert_ne!(result.is_error, Some(true), "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_says_its_kind_its_place_and_what_was_done() {
    let served = in_mode(GatewayMode::Both).await;
    let client = served.client(&Ears::new("c")).await;
    for (code, expected) in [
        ("return nothing", vec!["runtime error at 1:", "nothing is not defined"]),
        ("const a = 1;\nreturn a +", vec!["syntax error at 2:"]),
        (
            "await shop.write({ text: 'x' });\nawait shop.fail({ text: 'the saw is blunt' })",
            vec!["at 2:", "shop/fail: the saw is blunt", "it has done or may have done: shop/write {\"text\":\"x\"}"],
        ),
        ("return await shop.ecco({})", vec!["ecco"]),
    ] {
        let error = run(&client, code).await.expect_err(code);
        assert!(expected.iter().all(|part| error.contains(part)), "{code}\n{error}");
    }
    assert_eq!(run(&client, "return await shop.echo({ text: 'still here' })").await.as_deref(), Ok("still here"));
    assert_eq!((served.totals().failed, served.totals().completed), (4, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_there_is_not_is_an_error_that_helps() {
    let client = in_mode(GatewayMode::Code).await.client(&Ears::new("c")).await;
    let error = ask(&client, "shop__echo", json!({})).await.expect_err("it is no tool of this mode");
    assert_eq!(
        error,
        "-32602: unknown tool \"shop__echo\"; call it from a program, with execute_code: await shop.echo({...})"
    );
    let error = ask(&client, &"é".repeat(5_000), json!({})).await.expect_err("there is no such tool");
    assert!(error.len() < 300, "{error}");
    let error = ask(&client, "execute_code", json!({ "coed": "1" })).await.expect_err("it has no code");
    assert!(error.contains("coed"), "{error}");
    let client = in_mode(GatewayMode::Direct).await.client(&Ears::new("c")).await;
    let error = ask(&client, "execute_code", json!({ "code": "1" })).await.expect_err("it is no tool of this mode");
    assert_eq!(error, "-32602: unknown tool \"execute_code\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_call_is_answered_as_the_server_answered() {
    let client = in_mode(GatewayMode::Direct).await.client(&Ears::new("c")).await;
    assert_eq!(ask(&client, "shop__echo", json!({ "text": "a" })).await.as_deref(), Ok("a"));
    assert_eq!(ask(&client, "shop__fail", json!({ "text": "blunt" })).await, Err("blunt".to_owned()));
    let result = client.call_tool(call("shop__count", json!({}))).await.expect("a result");
    assert_eq!(result.structured_content, Some(json!({ "n": 1 })));
    assert_eq!(result.content.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_and_prompts_are_namespaced_in_every_mode_and_read_back() {
    for mode in [GatewayMode::Code, GatewayMode::Direct, GatewayMode::Both] {
        let client = in_mode(mode).await.client(&Ears::new("c")).await;
        let resources = client.list_resources(None).await.expect("a list").resources;
        let uris: Vec<_> = resources.iter().map(|resource| &*resource.uri).collect();
        assert_eq!(uris, ["codefirst://annex/shelf://nails/1", "codefirst://shop/shelf://nails/1"]);
        for uri in uris {
            let read = client.read_resource(ReadResourceRequestParams::new(uri)).await.expect("contents");
            let [ResourceContents::TextResourceContents { text, uri: of, .. }] = &read.contents[..] else {
                panic!("{read:?}")
            };
            assert_eq!((&**text, &**of), ("seven", uri));
        }
        let missing = client.read_resource(ReadResourceRequestParams::new("codefirst://shop/shelf://nails/2")).await;
        assert!(missing.expect_err("it is not there").to_string().contains("the shelf is empty"));

        let prompts = client.list_prompts(None).await.expect("a list").prompts;
        let names: Vec<_> = prompts.iter().map(|prompt| &*prompt.name).collect();
        assert_eq!(names, ["annex__greet", "shop__greet"]);
        let prompt = client.get_prompt(GetPromptRequestParams::new("shop__greet")).await.expect("a prompt");
        assert_eq!(prompt.messages.len(), 1);
        let missing = client.get_prompt(GetPromptRequestParams::new("cellar__greet")).await;
        missing.expect_err("there is no such server");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shutting_down_waits_for_what_is_under_way() {
    let workshop = Workshop::default();
    let served = Setup::default().start(shop(&workshop)).await;
    let client = served.client(&Ears::new("c")).await;
    let peer = client.peer().clone();
    let program = tokio::spawn(async move { run(&peer, "return await shop.gated({})").await });
    within("the call", workshop.held(1)).await;
    let gateway = served.gateway.clone();
    let mut drained = tokio::spawn(async move { gateway.drain(std::time::Duration::from_secs(20)).await });
    tokio::task::yield_now().await;
    assert!(!drained.is_finished());
    workshop.open_gate();
    within("the end", &mut drained).await.expect("no panic");
    assert_eq!(within("the answer", program).await.expect("no panic").as_deref(), Ok("let go"));
}
