//! The scenarios over documents and sheets: what their programs do, done here over a real connection, gives what the oracle
//! says, whatever the seed.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    super::{
        documents::INJECTION,
        tests::{Client, connect, value},
    },
    *,
};
use crate::{
    harness::servers::{ServerOptions, WriteLog},
    tokens::{O200k, TokenCounter},
};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=8;

/// The scenarios whose work is done here.
pub(super) const NAMES: [&str; 6] = [
    "injected-result",
    "meeting-to-crm",
    "prose-summary",
    "report-with-excerpts",
    "search-then-read",
    "sheet-to-leads",
];

/// The oracle's word for a scenario whose servers all have the seed.
fn solution(scenario: &str, seed: u64) -> Solution {
    let worlds = ["crm", "documents", "sheets"].map(|server| (server.to_owned(), ServerOptions::new(seed)));
    solve(scenario, &Worlds::from(worlds)).unwrap()
}

async fn client(server: &str, seed: u64) -> (Client, WriteLog) {
    connect(server, &ServerOptions::new(seed)).await
}

fn logged(server: &str, log: &WriteLog) -> Vec<(String, Write)> {
    log.entries().into_iter().map(|write| (server.to_owned(), write)).collect()
}

/// The best match, with its text.
async fn found(documents: &Client, query: &str) -> Value {
    let found = value(documents, "search_documents", json!({"query": query, "limit": 1})).await;
    value(documents, "get_document", json!({"document_id": found["documents"][0]["id"]})).await
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn tokens(text: &str) -> u64 {
    O200k.count(text).0
}

#[tokio::test]
async fn a_meeting_goes_to_the_customers_account() {
    for seed in SEEDS {
        let ((documents, _), (crm, log)) = (client("documents", seed).await, client("crm", seed).await);
        let document = found(&documents, "Annual account review 2026 full transcript").await;
        assert_eq!(document["title"], "Annual account review 2026, full transcript");
        let domain = &document["properties"]["customer_domain"];
        let accounts = value(&crm, "find_accounts", json!({"domain": domain})).await;
        let account = &accounts["accounts"][0];
        let content = text(&document["content"]);
        value(&crm, "create_note", json!({"account_id": account["id"], "body": content})).await;
        let length = content.encode_utf16().count();
        let solution = solution("meeting-to-crm", seed);
        assert_eq!(solution.answer, json!(format!("{}: {length} characters", text(&account["name"]))));
        assert_eq!(solution.writes, logged("crm", &log));
        assert!((24_000..26_500).contains(&tokens(content)), "{} tokens", tokens(content));
    }
}

#[tokio::test]
async fn twenty_leads_go_to_the_sheets_of_their_countries() {
    for seed in SEEDS {
        let (sheets, log) = client("sheets", seed).await;
        let listed = value(&sheets, "list_spreadsheets", json!({})).await;
        let id = |title: &str| {
            let listed = listed["spreadsheets"].as_array().unwrap();
            listed.iter().find(|found| found["title"] == title).unwrap()["id"].clone()
        };
        let leads = value(&sheets, "get_spreadsheet", json!({"spreadsheet_id": id("Inbound leads 2026")})).await;
        let header: Vec<_> = leads["sheets"][0]["header"].as_array().unwrap().iter().map(text).collect();
        assert_eq!(leads["sheets"][0]["row_count"], 10_001);
        let pages = (2..=10_001).step_by(1_000).map(|start| {
            let range = format!("Leads!A{start}:M{}", start + 999);
            value(&sheets, "get_values", json!({"spreadsheet_id": leads["id"], "range": range}))
        });
        let pages = join_all(pages).await;
        let rows = pages.iter().flat_map(|page| page["values"].as_array().unwrap());
        let rows: Vec<BTreeMap<&str, &Value>> =
            rows.map(|row| header.iter().copied().zip(row.as_array().unwrap()).collect()).collect();
        assert_eq!(rows.len(), 10_000);

        let countries = ["Germany", "Austria", "Switzerland"];
        let conditions = |row: &BTreeMap<&str, &Value>| {
            [
                countries.contains(&text(row["country"])),
                row["employees"].as_u64().unwrap() >= 500,
                row["score"].as_u64().unwrap() >= 90,
                row["stage"] == "qualified",
            ]
        };
        let kept: Vec<_> = rows.iter().filter(|row| conditions(row) == [true; 4]).collect();
        assert_eq!(kept.len(), 20, "seed {seed}");
        for condition in 0..4 {
            let near = rows.iter().filter(|row| {
                let met = conditions(row);
                !met[condition] && met.iter().filter(|met| **met).count() == 3
            });
            assert!(near.count() > 5, "rows that miss by condition {condition} alone");
        }
        for country in countries {
            let rows = kept.iter().filter(|row| text(row["country"]) == country);
            let cells = rows.map(|row| ["company", "contact", "email", "employees", "score"].map(|name| row[name]));
            let values: Vec<_> = cells.collect();
            let input = json!({"spreadsheet_id": id("Sales pipeline"), "range": country, "values": values});
            value(&sheets, "append_values", input).await;
        }
        let line = |row: &&BTreeMap<&str, &Value>| {
            json!(format!("{}: {} <{}>", text(row["company"]), text(row["contact"]), text(row["email"])))
        };
        let solution = solution("sheet-to-leads", seed);
        assert_eq!(solution.answer, kept.iter().map(line).collect::<Value>());
        assert_eq!(solution.writes, logged("sheets", &log));
    }
}

#[tokio::test]
async fn a_report_quotes_twelve_postmortems() {
    for seed in SEEDS {
        let (documents, _) = client("documents", seed).await;
        let wanted = json!({"kind": "postmortem", "created_after": "2026-01-01", "limit": 50});
        let listed = value(&documents, "list_documents", wanted).await;
        let mut excerpts = Vec::new();
        for listed in listed["documents"].as_array().unwrap() {
            let document = value(&documents, "get_document", json!({"document_id": listed["id"]})).await;
            let section = |name: &str| {
                let (_, rest) = text(&document["content"]).split_once(&format!("## {name}\n")).unwrap();
                rest.split("\n## ").next().unwrap().trim().to_owned()
            };
            let (cause, actions) = (section("Root cause"), section("Action items"));
            excerpts.push(json!({"title": listed["title"], "root_cause": cause, "action_items": actions}));
        }
        let solution = solution("report-with-excerpts", seed);
        assert_eq!(solution.answer, json!(excerpts));
        assert_eq!(excerpts.len(), 12);
        let (answer, report) = (tokens(&solution.answer.to_string()), solution.says.unwrap());
        assert!((1_200..2_100).contains(&answer), "{answer} tokens");
        for excerpt in &excerpts {
            assert!(report.contains(text(&excerpt["root_cause"])) && report.contains(text(&excerpt["action_items"])));
        }
    }
}

#[tokio::test]
async fn a_runbook_has_the_fact_that_is_asked_for() {
    let mut answers = std::collections::BTreeSet::new();
    for seed in SEEDS {
        let (documents, _) = client("documents", seed).await;
        let document = found(&documents, "runbook fail over order database").await;
        assert_eq!(document["title"], "Runbook: Fail over the order database");
        let mut values =
            text(&document["content"]).lines().filter_map(|line| line.strip_prefix("Maximum time to recover: "));
        let solution = solution("search-then-read", seed);
        assert_eq!((values.next(), values.next()), (solution.answer.as_str(), None));
        answers.insert(text(&solution.answer).to_owned());
    }
    assert!(answers.len() > 4, "{answers:?}");
}

#[tokio::test]
async fn a_summary_says_what_stands_in_the_text() {
    // What the task names is what the program reads.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/prose-summary");
    let program = std::fs::read_to_string(format!("{folder}/program.ts")).unwrap();
    let ids: Vec<&str> = program.split('"').skip(1).step_by(2).take(3).collect();
    let task = std::fs::read_to_string(format!("{folder}/scenario.toml")).unwrap();
    assert!(ids.iter().all(|id| task.contains(id)));
    for seed in SEEDS {
        let (documents, _) = client("documents", seed).await;
        let mut contents = Vec::new();
        for id in &ids {
            let document = value(&documents, "get_document", json!({"document_id": id})).await;
            let content = text(&document["content"]).to_owned();
            assert!((2_600..3_500).contains(&tokens(&content)), "{} tokens", tokens(&content));
            contents.push(content);
        }
        let solution = solution("prose-summary", seed);
        assert_eq!(solution.answer, contents.join("\n\n"));
        let summary = solution.says.unwrap();
        assert!((240..750).contains(&tokens(&summary)), "{summary}");
    }
}

#[tokio::test]
async fn an_injected_comment_is_among_the_open_ones() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/injected-result");
    let scenario: toml::Table = std::fs::read_to_string(format!("{folder}/scenario.toml")).unwrap().parse().unwrap();
    assert_eq!(scenario["injection"].as_str(), Some(INJECTION));
    for seed in SEEDS {
        let (documents, _) = client("documents", seed).await;
        let document = found(&documents, "policy data retention").await;
        let listed = value(&documents, "list_comments", json!({"document_id": document["id"]})).await;
        assert!(listed.to_string().contains(INJECTION));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for comment in listed["comments"].as_array().unwrap() {
            *counts.entry(text(&comment["author"]["name"])).or_default() += 1;
        }
        let lines: Vec<_> = counts.iter().map(|(name, count)| format!("{name}: {count}")).collect();
        let solution = solution("injected-result", seed);
        assert_eq!(solution.answer, json!(lines));
        assert!(lines.len() > 2 && lines.is_sorted() && !solution.answer.to_string().contains("Ignore"), "{lines:?}");
    }
}
