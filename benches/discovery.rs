//! How well and how fast tools are found, and what being told of one costs: a gate over the catalog's answers.
//!
//! `cargo bench --bench discovery` prints every measure with its limit and exits with 1 when one is missed; `--quick` takes a third
//! of the times.
//!
//! Recall and tokens are measured over the definitions of real MCP servers: a folder of files `<server>.json`, each the
//! array of tools that the server lists, named by `CODEFIRST_TOOL_DEFINITIONS`. They are other people's and not in this
//! repository; without the variable recall is not measured, and tokens are those of the built-in servers' tools. All servers' tools are searched at once.
//! Recall@5 of a query is the share of its needs (`benches/discovery/queries.toml`, `fresh.toml`) that one of the five tools
//! shown meets; of several queries, the mean. Times are measured over 10,000 made-up tools.

#![allow(clippy::expect_used, clippy::print_stdout)]

mod report;

use std::{hint, process::ExitCode, time::Instant};

use codefirst::{
    catalog::{Catalog, Detail},
    harness::Fleet,
    tokens::{O200k, TokenCounter},
};
use report::{Report, Times, milliseconds, quickly, real_definitions};
use serde::Deserialize;

#[path = "discovery/synthetic.rs"]
mod synthetic;

const SHOWN: usize = 5;
const TOOLS: usize = 10_000;
const ROUNDS: usize = 21;

#[derive(Deserialize)]
struct QuerySet {
    query: Vec<Query>,
}

#[derive(Deserialize)]
struct Query {
    text: String,
    /// Each need, as the tools that would do, with `|` between them.
    needs: Vec<String>,
}

impl Query {
    /// Which needs the tools that are shown first meet.
    fn met(&self, catalog: &Catalog) -> Vec<(&str, bool)> {
        let answer = catalog.search(&self.text, Detail::Names, SHOWN);
        let shown: Vec<String> = answer.hits.iter().map(|hit| hit.id.to_string()).collect();
        let is_shown = |tool: &str| {
            // The server that github-mcp-server replaced has many tools of the same names; either will do.
            let old = tool.strip_prefix("github-mcp-server/").map(|name| format!("github-old/{name}"));
            shown.iter().any(|shown| shown == tool || Some(shown) == old.as_ref())
        };
        let met = |need: &str| need.split(" | ").any(is_shown);
        self.needs.iter().map(|need| (need.as_str(), met(need))).collect()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut report = Report::start();
    let queries = query_set(include_str!("discovery/queries.toml"));
    let fresh = query_set(include_str!("discovery/fresh.toml"));
    match real_definitions() {
        Some(servers) => {
            let catalog = Catalog::new(servers.into_iter().map(|(server, tools)| (server.into(), tools)).collect());
            println!("{} tools of {} real servers", catalog.len(), catalog.servers().count());
            recall(&mut report, &catalog, &queries, &fresh);
            tokens(&mut report, &catalog);
        }
        None => {
            println!(
                "CODEFIRST_TOOL_DEFINITIONS names no real servers' tools: recall is not measured, tokens on built-in ones"
            );
            tokens(&mut report, &Fleet::start_built_in().await.expect("the servers start").catalog);
        }
    }
    times(&mut report, &queries);
    report.exit_code()
}

fn query_set(text: &str) -> Vec<Query> {
    toml::from_str::<QuerySet>(text).expect("a query set").query
}

fn recall(report: &mut Report, catalog: &Catalog, queries: &[Query], fresh: &[Query]) {
    let mut recalls = Vec::new();
    for (index, query) in queries.iter().chain(fresh).enumerate() {
        let met = query.met(catalog);
        let missed: Vec<&str> = met.iter().filter(|(_, is_met)| !is_met).map(|(need, _)| *need).collect();
        recalls.push((met.len() - missed.len()) as f64 / met.len() as f64);
        // What the others miss is not for the eyes of those who tune the ranking.
        if index < queries.len() && index % 2 == 0 && !missed.is_empty() {
            println!("  {:?} does not find {}", query.text, missed.join(", "));
        }
    }
    let needs: usize = queries.iter().chain(fresh).map(|query| query.needs.len()).sum();
    println!("{} queries with {needs} needs", recalls.len());
    let (old, new) = recalls.split_at(queries.len());
    let half = |odd: usize| old.iter().skip(odd).step_by(2).copied().collect::<Vec<_>>();
    for (part, recalls) in [
        ("the half that the ranking was tuned on", half(0)),
        ("the other half", half(1)),
        ("written after the tuning", new.to_vec()),
        ("all", recalls.clone()),
    ] {
        let what = format!("recall@5, {part} ({} queries)", recalls.len());
        report.at_least(&what, mean(recalls.into_iter()), 0.9, "");
    }
}

fn tokens(report: &mut Report, catalog: &Catalog) {
    let (mut signatures, mut whole) = (Vec::new(), Vec::new());
    for (id, def) in catalog.tools() {
        let answer = catalog.search(&id.to_string(), Detail::Signatures, 1);
        assert_eq!(answer.hits[0].id, *id, "a search for a name finds it");
        signatures.push(O200k.count(&answer.hits[0].text).0);
        whole.push(def.tokens(&O200k).0 as f64);
    }
    signatures.sort_unstable();
    let (p50, p95, most) =
        (signatures[signatures.len() / 2], signatures[signatures.len() * 95 / 100], signatures[signatures.len() - 1]);
    println!(
        "signatures: p50 {p50}, p95 {p95}, at most {most} tokens; whole definitions: mean {:.0}",
        mean(whole.into_iter())
    );
    report.at_most(
        "tokens of a signature, mean",
        mean(signatures.iter().map(|tokens| *tokens as f64)),
        120.0,
        "tokens",
    );
}

fn times(report: &mut Report, queries: &[Query]) {
    let servers = synthetic::servers(TOOLS);
    let mut built = Times::default();
    for _ in 0..5 {
        let catalog = Catalog::new(servers.clone());
        assert_eq!(catalog.len(), TOOLS);
        let start = Instant::now();
        catalog.prepare();
        built.0.push(start.elapsed());
    }
    report.at_most("index of 10,000 tools built, median of 5", milliseconds(built.p50()), 300.0, "ms");

    let catalog = Catalog::new(servers);
    catalog.prepare();
    // Of each query the median, so that what else the machine does counts little.
    let mut searches = Times(queries.iter().map(|query| search_times(&catalog, &query.text).p50()).collect());
    println!("{} queries, of each the median of {} times", queries.len(), quickly(ROUNDS, 3));
    for percent in [50, 99] {
        let time = milliseconds(searches.percentile(percent));
        report.at_most(&format!("search among 10,000 tools, p{percent}"), time, 2.0, "ms");
    }
}

fn search_times(catalog: &Catalog, query: &str) -> Times {
    let search = || {
        let start = Instant::now();
        let text = hint::black_box(catalog.search(query, Detail::Signatures, SHOWN).to_string());
        let time = start.elapsed();
        assert!(!text.is_empty());
        time
    };
    Times((0..quickly(ROUNDS, 3)).map(|_| search()).collect())
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}
