//! The store as a client sees it, and the prose as a reader does.

use std::collections::BTreeSet;

use serde_json::json;

use super::{
    super::tests::{call, connect, value},
    *,
};

#[test]
fn prose_is_whole_and_varied() {
    for entry in entries(World { seed: 4 }) {
        let Entry { document, comments } = entry;
        let texts = comments.iter().map(|comment| comment.content.as_str()).chain([document.content.as_str()]);
        for text in texts {
            assert!(!text.contains(['{', '}', '^']) && !text.contains("  "), "{}: {text}", document.title);
        }
        assert!(document.content.starts_with(&format!("# {}\n", document.title)));
    }
    let (_, transcript) = long_meeting(World { seed: 4 });
    let turns: Vec<_> = transcript.lines().filter_map(|line| line.split_once("] ")).collect();
    let said: BTreeSet<_> = turns.iter().map(|(_, said)| said).collect();
    assert!(turns.len() > 300 && said.len() * 100 > turns.len() * 99, "{} of {}", said.len(), turns.len());
    assert!(turns.is_sorted_by(|(before, _), (after, _)| before < after), "time goes on");
}

#[tokio::test]
async fn pages_cover_every_document_once_newest_first() {
    let (client, _) = connect("documents", &ServerOptions::new(1)).await;
    let (mut seen, mut input) = (Vec::new(), json!({"limit": 40}));
    loop {
        let page = value(&client, "list_documents", input.clone()).await;
        for document in page["documents"].as_array().unwrap() {
            assert!(document["created_at"].as_str() <= document["updated_at"].as_str(), "{document}");
            seen.push((document["created_at"].to_string(), document["id"].to_string()));
        }
        input["cursor"] = page["next_cursor"].clone();
        if page["next_cursor"].is_null() {
            break;
        }
    }
    assert_eq!(seen.len(), library::count());
    assert_eq!(seen.iter().map(|(_, id)| id).collect::<BTreeSet<_>>().len(), seen.len());
    assert!(seen.is_sorted_by(|(newer, _), (older, _)| newer >= older));
}

#[tokio::test]
async fn titles_are_found_before_texts() {
    let (client, _) = connect("documents", &ServerOptions::new(1)).await;
    let found = value(&client, "search_documents", json!({"query": "TRAVEL expenses"})).await;
    let first = &found["documents"][0];
    assert_eq!((&first["title"], &first["kind"]), (&json!("Policy: Travel and expenses"), &json!("policy")));
    assert!(first["snippet"].as_str().unwrap().contains("Travel and expenses"), "{first}");
    assert_eq!(first.get("content"), None);
    let found = value(&client, "search_documents", json!({"query": "queue", "kind": "runbook"})).await;
    assert!(found["total"].as_u64() > Some(1));
    assert_eq!(found["documents"][0]["title"], "Runbook: Drain the notification queue");
    assert!(found["documents"].as_array().unwrap().iter().all(|document| document["kind"] == "runbook"));
    let found = value(&client, "search_documents", json!({"query": "queue xylophone"})).await;
    assert_eq!(found, json!({"documents": [], "total": 0}));
}

#[tokio::test]
async fn writes_are_seen_by_later_reads() {
    let (client, writes) = connect("documents", &ServerOptions::new(1)).await;
    let created = json!({"title": "Zebra plan", "content": "# Zebra plan\n\n## Stripes\n", "kind": "design_note"});
    let id = value(&client, "create_document", created).await["id"].clone();
    assert_eq!(value(&client, "search_documents", json!({"query": "zebra"})).await["documents"][0]["id"], id);
    let outline = value(&client, "get_document_outline", json!({"document_id": id})).await;
    let headings = json!([{"level": 1, "text": "Zebra plan", "line": 1}, {"level": 2, "text": "Stripes", "line": 3}]);
    assert_eq!(outline["headings"], headings);
    value(&client, "add_comment", json!({"document_id": id, "content": "Why?", "quoted_text": "Stripes"})).await;
    let comments = value(&client, "list_comments", json!({"document_id": id})).await;
    assert_eq!(
        (&comments["comments"][0]["content"], comments["comments"].as_array().unwrap().len()),
        (&json!("Why?"), 1)
    );
    let refused = json!({"document_id": id, "content": "Why?", "quoted_text": "Dots"});
    assert!(call(&client, "add_comment", refused).await.unwrap_err().contains("does not contain `Dots`"));
    value(&client, "update_document", json!({"document_id": id, "content": "gone"})).await;
    let document = value(&client, "get_document", json!({"document_id": id})).await;
    assert_eq!(
        (&document["content"], &document["title"], &document["version"]),
        (&json!("gone"), &json!("Zebra plan"), &json!(2))
    );
    assert_eq!(writes.entries().len(), 3);
}

#[tokio::test]
async fn resolved_comments_are_shown_when_asked_for() {
    let world = World { seed: 1 };
    let (client, _) = connect("documents", &ServerOptions::new(1)).await;
    let id = entries(world).into_iter().find(|entry| entry.document.title == comment::INJECTED).unwrap().document.id;
    let count = |listed: serde_json::Value| listed["comments"].as_array().unwrap().len();
    let open = count(value(&client, "list_comments", json!({"document_id": id})).await);
    let all = count(value(&client, "list_comments", json!({"document_id": id, "include_resolved": true})).await);
    assert_eq!(all, comments_on(world, comment::INJECTED).len());
    assert!(0 < open && open < all);
}
