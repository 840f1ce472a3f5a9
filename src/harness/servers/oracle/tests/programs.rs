//! What the scenarios' programs do, in Rust.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::session::Session;

/// Those that are here; `document_tests` has the others.
pub(super) const NAMES: [&str; 14] = [
    "bulk-update",
    "convergence",
    "cross-server-join",
    "fallback",
    "five-step-form",
    "flaky-upstream",
    "issue-triage",
    "paginate-all",
    "poll-until-done",
    "repeat-run",
    "repo-audit",
    "single-lookup",
    "stale",
    "type-error-repair",
];

pub(super) async fn run(scenario: &str, session: &mut Session) -> Value {
    match scenario {
        "bulk-update" => bulk_update(session).await,
        "convergence" => convergence(session).await,
        "cross-server-join" => cross_server_join(session).await,
        "fallback" => fallback(session).await,
        "five-step-form" => five_step_form(session).await,
        "flaky-upstream" => flaky_upstream(session).await,
        "issue-triage" => issue_triage(session).await,
        "paginate-all" => paginate_all(session).await,
        "poll-until-done" => poll_until_done(session).await,
        "repeat-run" => repeat_run(session).await,
        "repo-audit" => repo_audit(session).await,
        "single-lookup" => rate(session, "CHF").await.unwrap(),
        "stale" => stale(session).await,
        "type-error-repair" => type_error_repair(session).await,
        _ => panic!("no program {scenario}"),
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn in_repository(mut input: Value) -> Value {
    (input["owner"], input["repo"]) = ("acme".into(), "storefront".into());
    input
}

/// All pages of a list, whose cursor is null or empty after the last.
async fn pages(session: &mut Session, server: &str, tool: &'static str, input: Value, next: &str) -> Vec<Value> {
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let mut input = input.clone();
        if let Some(cursor) = &cursor {
            input["cursor"] = Value::clone(cursor);
        }
        let page = session.call(server, tool, input).await;
        let after = page.pointer(next).filter(|cursor| cursor.as_str().is_some_and(|text| !text.is_empty())).cloned();
        pages.push(page);
        match after {
            Some(_) => cursor = after,
            None => return pages,
        }
    }
}

async fn invoices(session: &mut Session, input: Value) -> Vec<Value> {
    let pages = pages(session, "billing", "list_invoices", input, "/next_cursor").await;
    pages.iter().flat_map(|page| items(&page["data"]).to_vec()).collect()
}

async fn bulk_update(session: &mut Session) -> Value {
    let mut due = invoices(session, json!({ "status": "open", "limit": 100 })).await;
    due.retain(|invoice| number(&invoice["attempt_count"]) >= 4);
    let mut remaining = BTreeMap::<_, u64>::new();
    for invoice in &due {
        *remaining.entry(text(&invoice["currency"])).or_default() += number(&invoice["amount_remaining"]);
        let input = json!({ "invoice_id": invoice["id"], "collection_state": "in_collections" });
        let updated = session.call("billing", "update_invoice", input).await;
        assert_eq!(updated["collection_state"], "in_collections");
    }
    json!({ "updated": due.len(), "remaining": remaining })
}

async fn paginate_all(session: &mut Session) -> Value {
    let mut sums = BTreeMap::<String, [u64; 3]>::new();
    for invoice in invoices(session, json!({ "limit": 100 })).await {
        let sum = sums.entry(text(&invoice["currency"]).to_owned()).or_default();
        sum[0] += 1;
        sum[1] += number(&invoice["total"]);
        sum[2] += number(&invoice["amount_remaining"]);
    }
    json!(sums)
}

async fn cross_server_join(session: &mut Session) -> Value {
    let at_risk = json!({ "risk": "medium", "limit": 50 });
    let pages = pages(session, "crm", "list_accounts", at_risk, "/next_cursor").await;
    let mut lines = Vec::new();
    for account in pages.iter().flat_map(|page| items(&page["accounts"])) {
        let found = session.call("billing", "find_customers", json!({ "domain": account["domain"] })).await;
        let customer = &found["data"][0]["id"];
        for invoice in invoices(session, json!({ "customer": customer, "status": "open", "limit": 100 })).await {
            let Some(issue) = invoice["metadata"].get("disputed_over_issue") else { continue };
            let issue: u64 = text(issue).parse().unwrap();
            let issue = session.call("github", "get_issue", in_repository(json!({ "issue_number": issue }))).await;
            let (name, currency) = (text(&account["name"]), text(&invoice["currency"]).to_uppercase());
            if issue["state"] == "open" {
                let (invoice, amount) = (text(&invoice["number"]), &invoice["amount_remaining"]);
                lines.push(format!("{name}: {invoice} {currency} {amount} (#{})", issue["number"]));
            }
        }
    }
    lines.sort();
    json!(lines)
}

async fn convergence(session: &mut Session) -> Value {
    let channel = json!({ "channel": "#customer-escalations" });
    let pages = pages(session, "chat", "list_messages", channel, "/response_metadata/next_cursor").await;
    let mut latest: Vec<(String, String, String)> = Vec::new();
    for message in pages.iter().flat_map(|page| items(&page["messages"])) {
        let mut words = text(&message["text"]).split(' ');
        let kind = words.next().unwrap();
        if ["ESCALATION", "RESOLVED"].contains(&kind) {
            let (domain, issue) = (words.next().unwrap(), words.next().unwrap().trim_matches(['#', ':']));
            if latest.iter().all(|(_, known, _)| known != domain) {
                latest.push((kind.to_owned(), domain.to_owned(), issue.to_owned()));
            }
        }
    }
    let mut lines = Vec::new();
    for (_, domain, issue) in latest.into_iter().filter(|(kind, ..)| kind == "ESCALATION") {
        let found = session.call("crm", "find_accounts", json!({ "domain": domain })).await;
        let number = issue.parse::<u64>().unwrap();
        let issue = session.call("github", "get_issue", in_repository(json!({ "issue_number": number }))).await;
        let risk = if issue["state"] == "open" { "high" } else { "medium" };
        let account = &found["accounts"][0];
        session.call("crm", "update_account", json!({ "account_id": account["id"], "risk": risk })).await;
        lines.push(format!("{}: {risk} (#{number} {})", text(&account["name"]), text(&issue["state"])));
    }
    lines.sort();
    json!(lines)
}

/// The plan, which is what is carried out in the end.
async fn fallback(session: &mut Session) -> Value {
    let found = session.call("crm", "find_accounts", json!({ "domain": "northgateenergy.example" })).await;
    let id = &found["accounts"][0]["id"];
    let note = json!({ "account_id": id, "body": "Escalated to the account team." });
    session.call("crm", "create_note", note).await;
    let updated = session.call("crm", "update_account", json!({ "account_id": id, "risk": "high" })).await;
    updated["owner"]["name"].clone()
}

async fn stale(session: &mut Session) -> Value {
    let found = session.call("crm", "find_accounts", json!({ "domain": "northgateenergy.example" })).await;
    let id = json!({ "account_id": found["accounts"][0]["id"] });
    let before = session.call("crm", "get_account", id.clone()).await["risk"].clone();
    let again = session.call("crm", "get_account", id.clone()).await["risk"].clone();
    let mut change = id.clone();
    change["risk"] = if again == "high" { "low" } else { "high" }.into();
    session.call("crm", "update_account", change).await;
    let after = session.call("crm", "get_account", id).await["risk"].clone();
    json!({ "before": before, "again": again, "after": after })
}

async fn rate(session: &mut Session, quote: &str) -> Result<Value, String> {
    let input = json!({ "base": "EUR", "quote": quote, "date": "2026-09-30" });
    session.attempt("rates", "get_rate", input).await.map(|answer| answer["rate"].clone())
}

async fn flaky_upstream(session: &mut Session) -> Value {
    let mut lines = Vec::new();
    for quote in ["CHF", "GBP", "USD"] {
        for _ in 0..2 {
            rate(session, quote).await.unwrap_err();
        }
        lines.push(format!("{quote}: {}", rate(session, quote).await.unwrap()));
    }
    json!(lines)
}

async fn issue_triage(session: &mut Session) -> Value {
    let export = session.call("github", "export_issues", in_repository(json!({}))).await;
    let affected = |issue: &&Value| {
        let count = text(&issue["body"]).rsplit("Customers affected: ").next().unwrap();
        count.parse::<u64>().unwrap() >= 38_500
    };
    let line =
        |issue: &Value| format!("#{} {} ({} comments)", issue["number"], text(&issue["title"]), issue["comments"]);
    json!(items(&export["issues"]).iter().filter(affected).map(line).collect::<Vec<_>>())
}

async fn repeat_run(session: &mut Session) -> Value {
    let mut counts = BTreeMap::<String, u64>::new();
    let mut input = in_repository(json!({ "state": "open", "perPage": 100 }));
    loop {
        let page = session.call("github", "list_issues", input.clone()).await;
        for label in items(&page["issues"]).iter().flat_map(|issue| items(&issue["labels"])) {
            *counts.entry(text(&label["name"]).to_owned()).or_default() += 1;
        }
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        input["after"] = page["pageInfo"]["endCursor"].clone();
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|(a, n), (b, m)| m.cmp(n).then(a.cmp(b)));
    json!(counts[..3])
}

/// Unassigned open issues of high priority, by ascending number.
async fn unassigned(session: &mut Session) -> Vec<u64> {
    let input = in_repository(json!({ "state": "open", "labels": ["priority: high"], "perPage": 100 }));
    let page = session.call("github", "list_issues", input).await;
    assert_eq!(page["pageInfo"]["hasNextPage"], false, "one page holds them all");
    let unassigned = items(&page["issues"]).iter().filter(|issue| items(&issue["assignees"]).is_empty());
    let mut numbers: Vec<_> = unassigned.map(|issue| number(&issue["number"])).collect();
    numbers.sort_unstable();
    numbers
}

async fn type_error_repair(session: &mut Session) -> Value {
    json!(unassigned(session).await)
}

async fn repo_audit(session: &mut Session) -> Value {
    let open = in_repository(json!({ "state": "open", "perPage": 100 }));
    let pulls = session.call("github", "list_pull_requests", open).await;
    let pulls = items(&pulls);
    assert!(pulls.len() < 100, "one page holds them all");
    let unassigned = unassigned(session).await.len();
    let code = in_repository(json!({ "query": "path:src/ extension:ts", "perPage": 100 }));
    let found = session.call("github", "search_code", code).await;
    let mut loose = 0;
    for file in items(&found["items"]) {
        let input = in_repository(json!({ "path": file["path"] }));
        let file = session.call("github", "get_file_contents", input).await;
        let guards = text(&file["content"]).split("if (id.length > ").skip(1);
        loose += guards.filter(|rest| rest.split(')').next().unwrap().parse::<u32>().unwrap() > 64).count();
    }
    let size = |pull: &Value| number(&pull["additions"]) + number(&pull["deletions"]);
    json!({
        "oversized_pulls": pulls.iter().filter(|pull| size(pull) > 400).count(),
        "stale_pulls": pulls.iter().filter(|pull| text(&pull["created_at"]) < "2026-07-01").count(),
        "unassigned_high": unassigned,
        "loose_guards": loose,
    })
}

async fn poll_until_done(session: &mut Session) -> Value {
    let start = json!({ "service": "storefront-web", "version": "4.19.0", "environment": "production" });
    let mut status = session.call("deployments", "create_deployment", start).await;
    while status["phase"] == "progressing" {
        let input = json!({ "deployment_id": status["id"], "after_generation": status["generation"] });
        status = session.call("deployments", "get_deployment", input).await;
    }
    let restarts: u64 = items(&status["pods"]).iter().map(|pod| number(&pod["restarts"])).sum();
    json!({
        "phase": status["phase"], "revision": status["revision"], "digest": status["image"]["digest"],
        "restarts": restarts,
    })
}

async fn five_step_form(session: &mut Session) -> Value {
    let answers = json!({
        "Email": "mira@acme.example", "Department": "Sales", "Destination": "Lyon", "First day": "2026-11-16",
        "Last day": "2026-11-18", "Transport": "Train", "Class": "Second", "Hotel": "City centre", "Nights": 2,
        "Cost centre": "Customer visits", "Estimate in EUR": 640,
    });
    let mut step = session.call("forms", "start_form", json!({ "form": "travel-request" })).await;
    while step["complete"] == false {
        let value = |field: &Value| {
            let answer = &answers[text(&field["label"])];
            let chosen = match field.get("options") {
                Some(options) => &items(options).iter().find(|option| option["label"] == *answer).unwrap()["id"],
                None => answer,
            };
            (text(&field["name"]).to_owned(), chosen.clone())
        };
        let values: serde_json::Map<_, _> = items(&step["fields"]).iter().map(value).collect();
        step = session.call("forms", "submit_step", json!({ "token": step["token"], "values": values })).await;
    }
    step["number"].clone()
}
