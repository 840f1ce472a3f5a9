//! The router on the built-in servers: programs, the cache, and what does not come back.

use serde_json::{Value, json};

use super::Found;
use crate::{
    cache::{Cache, CacheOptions},
    harness::Fleet,
    host::Origin,
    journal::CallOutcome,
    program::Program,
    router::{Request, Response, Router},
    tool::{ToolCall, ToolId},
};

const RATE: &str = "return (await rates.get_rate({ base: 'EUR', quote: 'CHF', date: '2026-09-30' })).rate;";

async fn run(router: &Router, program: &str) -> Response {
    router.handle(Request { code: Some(Program::new(program)), ..Request::default() }).await
}

/// The answer of a program is what the tool answers that it calls.
pub(super) async fn executes() -> Found {
    let router = Fleet::start_built_in().await?.router(None)?;
    let Value::Object(input) = json!({ "base": "EUR", "quote": "CHF", "date": "2026-09-30" }) else {
        return Err("not an object".into());
    };
    let plan = vec![ToolCall { id: ToolId::new("rates", "get_rate"), input }];
    let direct = router.handle(Request { plan, ..Request::default() }).await.to_string();
    let direct: Value = serde_json::from_str(&direct)?;
    let answer = run(&router, RATE).await.to_string();
    let expected = direct["rate"].to_string();
    Ok((answer == expected, format!("the program answers {answer}, the tool {expected}")))
}

pub(super) async fn caches() -> Found {
    let router = Fleet::start_built_in().await?.router(Some(Cache::new(CacheOptions::default())))?;
    let mut hits = Vec::new();
    for _ in 0..2 {
        let response = run(&router, RATE).await;
        hits.push(response.journal.entries().filter(|entry| entry.origin == Origin::Cache).count());
    }
    Ok((hits == [0, 1], format!("{} of 1 call the first time, {} the second", hits[0], hits[1])))
}

/// A program reads a page of issues and the comments of the first; only a number comes back.
pub(super) async fn keeps_results_out() -> Found {
    let router = Fleet::start_built_in().await?.router(None)?;
    let program = "const repository = { owner: 'acme', repo: 'storefront' };
        const { issues } = await github.list_issues({ ...repository, perPage: 100 });
        const comments = await github.list_issue_comments({ ...repository, issue_number: issues[0].number });
        return issues.length + JSON.stringify(comments).length;";
    let response = run(&router, program).await;
    let answer = response.to_string();
    let outputs: Vec<String> = response
        .journal
        .entries()
        .filter_map(|entry| match &entry.outcome {
            CallOutcome::Output(output) => Some(output.text().to_owned()),
            _ => None,
        })
        .collect();
    let returned: usize = outputs.iter().map(String::len).sum();
    let is_number = answer.parse::<u64>().is_ok();
    let holds = is_number && outputs.len() == 2 && returned > 50_000;
    Ok((holds, format!("{} calls returned {returned} bytes, the answer has {}", outputs.len(), answer.len())))
}
