//! The built-in servers as a client sees them, over a real connection.

mod billing;
mod deployments;
mod forms;

use futures_util::future::join_all;
use rmcp::{
    RoleClient,
    model::{CallToolRequestParams, CallToolResult, ContentBlock},
    service::RunningService,
};
use serde_json::{Value, json};

use super::*;
use crate::tokens::{O200k, TokenCounter};

pub(super) type Client = RunningService<RoleClient, ()>;

pub(super) async fn connect(name: &str, options: &ServerOptions) -> (Client, WriteLog) {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let writes = serve(name, options, theirs).unwrap();
    (().serve(ours).await.unwrap(), writes)
}

pub(super) async fn call(client: &Client, tool: &'static str, input: Value) -> Result<String, String> {
    let Value::Object(input) = input else { panic!("not an object") };
    let request = CallToolRequestParams::new(tool).with_arguments(input);
    let CallToolResult { content, structured_content, is_error, .. } = client.call_tool(request).await.unwrap();
    let [ContentBlock::Text(text)] = content.as_slice() else { panic!("not one text block: {content:?}") };
    assert_eq!(structured_content, None);
    if is_error == Some(true) { Err(text.text.clone()) } else { Ok(text.text.clone()) }
}

pub(super) async fn value(client: &Client, tool: &'static str, input: Value) -> Value {
    let text = call(client, tool, input).await.unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value.to_string(), text, "compact JSON");
    value
}

const REPOSITORY: (&str, &str) = ("acme", "storefront");

fn in_repository(mut input: Value) -> Value {
    (input["owner"], input["repo"]) = (REPOSITORY.0.into(), REPOSITORY.1.into());
    input
}

fn deployment() -> Value {
    json!({"service": "storefront-web", "version": "4.19.0", "environment": "production"})
}

/// Calls that read something of everything that a server generates.
fn readings() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("github", "export_issues", in_repository(json!({}))),
        ("github", "list_issue_comments", in_repository(json!({"issue_number": 9}))),
        ("github", "list_pull_requests", in_repository(json!({}))),
        ("github", "get_file_contents", in_repository(json!({"path": "src/cart/service.ts"}))),
        ("chat", "list_messages", json!({"channel": "#support"})),
        ("chat", "list_users", json!({})),
        ("crm", "list_accounts", json!({})),
        ("crm", "list_deals", json!({"account_id": crm::account_id(4)})),
        ("crm", "list_activities", json!({"account_id": crm::account_id(4)})),
        ("crm", "list_contacts", json!({"account_id": crm::account_id(4)})),
        ("wiki", "get_page", json!({"page_id": "p"})),
        ("actions", "get_run", json!({"run_id": "r"})),
        ("documents", "search_documents", json!({"query": "runbook database"})),
        ("documents", "list_documents", json!({})),
        ("documents", "get_document", json!({"document_id": documents::document_id("Policy: Data retention")})),
        ("documents", "list_comments", json!({"document_id": documents::document_id("Policy: Data retention")})),
        ("sheets", "list_spreadsheets", json!({})),
        ("sheets", "get_values", json!({"spreadsheet_id": sheets::leads_id(), "range": "Leads!A2:M50"})),
        ("sheets", "get_spreadsheet", json!({"spreadsheet_id": sheets::pipeline_id()})),
        ("billing", "list_customers", json!({})),
        ("billing", "list_subscriptions", json!({})),
        ("billing", "list_invoices", json!({})),
        ("forms", "start_form", json!({"form": "travel-request"})),
        ("deployments", "create_deployment", deployment()),
    ]
}

#[tokio::test]
async fn the_seed_decides_every_byte() {
    for (name, tool, input) in readings() {
        let mut answers = Vec::new();
        for seed in [5, 5, 6] {
            let options = ServerOptions { issues: (name == "github").then_some(300), ..ServerOptions::new(seed) };
            let (client, _) = connect(name, &options).await;
            answers.push(call(&client, tool, input.clone()).await.unwrap());
        }
        assert_eq!(answers[0], answers[1], "{name}/{tool}");
        assert_ne!(answers[0], answers[2], "{name}/{tool}");
    }
}

#[tokio::test]
async fn definitions_are_valid_and_tidy() {
    for name in names() {
        let (client, _) = connect(name, &ServerOptions::new(1)).await;
        for tool in client.list_all_tools().await.unwrap() {
            let (schema, place) = (&tool.input_schema, format!("{name}/{}", tool.name));
            assert_eq!(schema["type"], "object", "{place}");
            let properties = schema["properties"].as_object().unwrap();
            for required in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
                assert!(properties.contains_key(required.as_str().unwrap()), "{place}: {required}");
            }
            for (property, schema) in properties {
                assert!(
                    schema["description"].is_string() && schema["type"].is_string(),
                    "{place}: {property} {schema}"
                );
            }
            let text = serde_json::to_string(schema).unwrap();
            for untidy in ["$schema", "$ref", "\"null\"", "uint", "\\n"] {
                assert!(!text.contains(untidy), "{place}: {untidy} in {text}");
            }
            let description = tool.description.unwrap();
            assert!(description.ends_with('.') && !description.contains('\n'), "{place}: {description}");
            assert!(tool.annotations.unwrap().read_only_hint.is_some() && tool.output_schema.is_none(), "{place}");
        }
    }
}

#[tokio::test]
async fn convergence_has_the_published_composition() {
    let (mut tools, mut tokens) = (0, 0);
    for name in ["github", "chat", "crm", "calendar", "monitoring", "wiki"] {
        let (client, _) = connect(name, &ServerOptions::new(1)).await;
        for tool in client.list_all_tools().await.unwrap() {
            let schema = serde_json::to_string(&tool.input_schema).unwrap();
            let texts = [&*tool.name, tool.description.as_deref().unwrap(), &schema];
            tokens += texts.iter().map(|text| O200k.count(text).0).sum::<u64>();
            tools += 1;
        }
    }
    assert_eq!(tools, 58);
    assert!((54_500..=55_500).contains(&tokens), "{tokens} tokens");
}

#[tokio::test]
async fn an_export_is_megabytes_and_fits_on_one_line() {
    let (client, _) = connect("github", &ServerOptions::new(1)).await;
    let text = call(&client, "export_issues", in_repository(json!({}))).await.unwrap();
    assert!((5_000_000..7_000_000).contains(&text.len()), "{} bytes", text.len());
    // rmcp drops lines longer than this.
    assert!(Value::from(&*text).to_string().len() < 15 << 20);
    let export: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&export["total_count"], export["issues"].as_array().unwrap().len()), (&json!(10_000), 10_000));
    let times =
        |issue: &Value| ["created_at", "updated_at", "closed_at"].map(|key| issue[key].as_str().map(str::to_owned));
    for issue in export["issues"].as_array().unwrap() {
        let [created, updated, closed] = times(issue);
        assert!(created <= updated && closed.is_none_or(|closed| Some(closed) <= updated), "{issue}");
        assert_eq!(issue["closed_at"].is_null(), issue["state"] == "open");
    }
}

#[tokio::test]
async fn cursors_cover_every_message_once_and_cannot_be_guessed() {
    let (client, _) = connect("chat", &ServerOptions::new(1)).await;
    let (mut cursor, mut seen, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let page = value(&client, "list_messages", json!({"channel": "#customer-escalations", "cursor": cursor})).await;
        seen.extend(
            page["messages"].as_array().unwrap().iter().map(|message| message["ts"].as_str().unwrap().to_owned()),
        );
        pages += 1;
        cursor = page["response_metadata"]["next_cursor"].as_str().unwrap().to_owned();
        assert_eq!(page["has_more"], !cursor.is_empty());
        if cursor.is_empty() {
            break;
        }
        let elsewhere = call(&client, "list_messages", json!({"channel": "#general", "cursor": cursor})).await;
        assert!(elsewhere.unwrap_err().starts_with("invalid_cursor"));
    }
    assert_eq!((pages, seen.len()), (38, 570));
    assert!(seen.is_sorted_by(|newer, older| newer > older), "newest first, none twice");

    let (client, _) = connect("github", &ServerOptions { issues: Some(130), ..ServerOptions::new(1) }).await;
    let first = value(&client, "list_issues", in_repository(json!({"perPage": 100}))).await;
    let after = &first["pageInfo"]["endCursor"];
    let second = value(&client, "list_issues", in_repository(json!({"perPage": 100, "after": after}))).await;
    let numbers = [&first, &second].map(|page| page["issues"].as_array().unwrap().clone()).concat();
    let numbers: Vec<_> = numbers.iter().map(|issue| issue["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=130).rev().collect::<Vec<_>>());
    assert_eq!(second["pageInfo"], json!({"hasNextPage": false, "endCursor": null}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_are_recorded_in_the_order_of_the_calls() {
    let (client, writes) = connect("crm", &ServerOptions::new(1)).await;
    let ids: Vec<_> = (0..60).map(crm::account_id).collect();
    join_all(ids.iter().map(|id| call(&client, "update_account", json!({"account_id": id, "risk": "low"})))).await;
    let written: Vec<_> = writes.entries().into_iter().map(|write| write.input["account_id"].clone()).collect();
    assert_eq!(written, ids);
}

#[tokio::test]
async fn writes_take_effect_and_are_recorded_in_order() {
    let (client, writes) = connect("github", &ServerOptions { issues: Some(20), ..ServerOptions::new(1) }).await;
    let create = |index: usize| call(&client, "create_issue", in_repository(json!({"title": format!("t{index}")})));
    let numbers = join_all((0..30).map(create))
        .await
        .into_iter()
        .map(|answer| serde_json::from_str::<Value>(&answer.unwrap()).unwrap()["number"].as_u64().unwrap());
    assert_eq!(numbers.collect::<Vec<_>>(), (261..291).collect::<Vec<_>>());
    call(&client, "update_issue", in_repository(json!({"issue_number": 999, "state": "closed"}))).await.unwrap_err();
    let closed = value(&client, "update_issue", in_repository(json!({"issue_number": 261, "state": "closed"}))).await;
    assert_eq!((&closed["state"], &closed["state_reason"]), (&json!("closed"), &json!("completed")));
    let comment = in_repository(json!({"issue_number": 261, "body": "done"}));
    value(&client, "add_issue_comment", comment.clone()).await;
    let comments = value(&client, "list_issue_comments", in_repository(json!({"issue_number": 261}))).await;
    assert_eq!(comments[0]["body"], "done");
    let export = value(&client, "export_issues", in_repository(json!({}))).await;
    assert_eq!(export["total_count"], 50);

    let entries = writes.entries();
    let titles: Vec<_> = entries.iter().filter_map(|write| write.input.get("title")).cloned().collect();
    assert_eq!(titles, (0..30).map(|index| json!(format!("t{index}"))).collect::<Vec<_>>());
    assert_eq!(entries.len(), 32, "neither reads nor refused writes");
    assert_eq!((&*entries[31].tool, Value::Object(entries[31].input.clone())), ("add_issue_comment", comment));

    let (client, writes) = connect("crm", &ServerOptions::new(1)).await;
    let id = crm::account_id(3);
    value(&client, "update_account", json!({"account_id": id, "risk": "high"})).await;
    value(&client, "create_note", json!({"account_id": id, "body": "called"})).await;
    value(&client, "create_task", json!({"account_id": id, "subject": "call", "due_date": "2026-11-05"})).await;
    assert_eq!(value(&client, "get_account", json!({"account_id": id})).await["risk"], "high");
    let timeline = value(&client, "list_activities", json!({"account_id": id})).await;
    assert_eq!((&timeline[0]["subject"], &timeline[1]["body"]), (&json!("call"), &json!("called")));
    assert_eq!(writes.entries().len(), 3);

    let (client, writes) = connect("chat", &ServerOptions::new(1)).await;
    let posted = value(&client, "post_message", json!({"channel": "#general", "text": "hello"})).await;
    value(&client, "post_message", json!({"channel": "#general", "text": "re", "thread_ts": posted["ts"]})).await;
    value(&client, "add_reaction", json!({"channel": "#general", "timestamp": posted["ts"], "name": "eyes"})).await;
    let newest = &value(&client, "list_messages", json!({"channel": "#general", "limit": 1})).await["messages"][0];
    assert_eq!(
        (&newest["text"], &newest["reply_count"], &newest["reactions"][0]["count"]),
        (&json!("hello"), &json!(1), &json!(1))
    );
    let thread = value(&client, "get_thread", json!({"channel": "#general", "thread_ts": posted["ts"]})).await;
    assert_eq!(thread["messages"].as_array().unwrap().len(), 2);
    assert_eq!(writes.entries().len(), 3);
}

#[tokio::test]
async fn bad_input_is_refused_with_a_reason() {
    let issue = |number: u64| in_repository(json!({"issue_number": number}));
    let account = crm::account_id(0);
    let cases = [
        ("github", "get_issue", issue(0), "404 Not Found: no issue #0"),
        ("github", "get_issue", issue(10_001), "no issue #10001"),
        ("github", "get_issue", json!({"owner": "acme", "repo": "x", "issue_number": 1}), "repository acme/x"),
        ("github", "get_issue", in_repository(json!({"issue_number": "7"})), "invalid type"),
        ("github", "list_issues", in_repository(json!({"perPage": 101})), "from 1 to 100, not 101"),
        ("github", "list_issues", in_repository(json!({"after": "x"})), "`x` is not a valid cursor"),
        ("github", "list_issues", in_repository(json!({"labels": ["nope"]})), "label `nope`"),
        ("github", "list_issues", in_repository(json!({"since": "soon"})), "`soon`"),
        ("github", "list_issues", in_repository(json!({"per_page": 5})), "unknown field `per_page`"),
        ("github", "create_issue", in_repository(json!({"title": " "})), "title must not be empty"),
        ("github", "update_issue", in_repository(json!({"issue_number": 1, "assignees": ["no"]})), "no user `no`"),
        ("github", "get_pull_request", in_repository(json!({"pullNumber": 1})), "no pull request #1"),
        ("github", "get_file_contents", in_repository(json!({"path": "src/nope"})), "`src/nope`"),
        ("chat", "list_messages", json!({"channel": "#nope"}), "channel_not_found"),
        ("chat", "list_messages", json!({"channel": "#general", "limit": 16}), "from 1 to 15, not 16"),
        ("chat", "list_messages", json!({"channel": "#general", "oldest": "Monday"}), "`Monday`"),
        ("chat", "get_thread", json!({"channel": "#general", "thread_ts": "1"}), "message_not_found"),
        ("chat", "get_user", json!({"user": "U1"}), "user_not_found"),
        ("chat", "post_message", json!({"channel": "#general", "text": ""}), "no_text"),
        ("crm", "get_account", json!({"account_id": "001"}), "no account `001`"),
        ("crm", "find_accounts", json!({}), "give `domain` or `name`"),
        ("crm", "update_account", json!({"account_id": account, "risk": "huge"}), "unknown variant `huge`"),
        ("crm", "update_account", json!({"account_id": account, "renewal_date": "soon"}), "`soon`"),
        ("crm", "create_task", json!({"account_id": account, "subject": "s", "due_date": "2026-2-1"}), "`2026-2-1`"),
        ("rates", "get_rate", json!({"base": "EUR", "quote": "DOGE"}), "no currency `DOGE`"),
        ("wiki", "get_page", json!({}), "missing required property"),
        ("documents", "get_document", json!({"document_id": "x"}), "no document `x`"),
        ("documents", "search_documents", json!({"query": " "}), "the query is empty"),
        ("documents", "search_documents", json!({"query": "a", "limit": 21}), "from 1 to 20, not 21"),
        ("documents", "search_documents", json!({"query": "a", "kind": "novel"}), "unknown variant `novel`"),
        ("documents", "list_documents", json!({"created_after": "soon"}), "`soon`"),
        ("documents", "list_documents", json!({"cursor": "x"}), "`x` is not a valid cursor"),
        ("documents", "create_document", json!({"title": "", "content": "", "kind": "policy"}), "title is empty"),
        ("sheets", "get_values", json!({"spreadsheet_id": "x", "range": "A1"}), "no spreadsheet `x`"),
        ("sheets", "get_values", json!({"spreadsheet_id": sheets::leads_id(), "range": "Leads!?"}), "parse range"),
        (
            "sheets",
            "append_values",
            json!({"spreadsheet_id": sheets::leads_id(), "range": "Leads", "values": []}),
            "not 0",
        ),
        (
            "sheets",
            "append_values",
            json!({"spreadsheet_id": sheets::leads_id(), "range": "A1", "values": [[null]]}),
            "Cell",
        ),
        ("gists", "get_gist", json!({"gist": "g"}), "missing required property `gist_id`"),
        ("billing", "find_customers", json!({}), "give `domain`, `name` or `email`"),
        ("billing", "get_customer", json!({"customer_id": "cus_1"}), "No such customer: `cus_1`"),
        ("billing", "list_invoices", json!({"limit": 101}), "from 1 to 100, not 101"),
        ("billing", "list_invoices", json!({"cursor": "in_1"}), "`in_1` is not a cursor"),
        ("billing", "list_invoices", json!({"status": "late"}), "unknown variant `late`"),
        ("billing", "update_invoice", json!({"invoice_id": "in_1"}), "No such invoice: `in_1`"),
        ("deployments", "list_versions", json!({"service": "shop"}), "no service `shop`"),
        ("deployments", "get_deployment", json!({"deployment_id": "dep-1"}), "no deployment `dep-1`"),
        ("forms", "start_form", json!({"form": "leave"}), "no form `leave`"),
        ("forms", "submit_step", json!({"token": "stp_1", "values": {}}), "`stp_1` is not the token"),
        ("forms", "get_request", json!({"number": "TR-1"}), "no request `TR-1`"),
    ];
    for (name, tool, input, reason) in cases {
        let (client, writes) = connect(name, &ServerOptions::new(1)).await;
        let message = call(&client, tool, input.clone()).await.expect_err(tool);
        assert!(message.contains(reason), "{name}/{tool} {input}: {message}");
        assert_eq!(writes.entries(), []);
    }
    let (_, theirs) = tokio::io::duplex(64);
    let error = serve("gitlab", &ServerOptions::new(1), theirs).unwrap_err();
    assert!(error.to_string().starts_with("no built-in server `gitlab`; the built-in servers are actions, billing"));
}
