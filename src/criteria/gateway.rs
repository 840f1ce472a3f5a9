//! A gateway in front of built-in servers, asked as a client asks it.

use std::{sync::Arc, time::Duration};

use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequestParams, CallToolResult},
    service::RunningService,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::Found;
use crate::{
    activity::{Activity, ActivityOptions},
    config::{GatewayMode, ResultForm},
    executor::Executor,
    gateway::{self, Gateway, GatewayOptions},
    harness::servers::{self, ServerOptions},
    metrics,
    observations::Observations,
    policy::Policy,
    router::Router,
    upstream::{self, Pool, PoolHost},
};

/// The longest message.
const LIMIT: usize = 1 << 20;
/// So long is waited for a count.
const PATIENCE: Duration = Duration::from_secs(10);

type Client = RunningService<RoleClient, ()>;

/// A gateway in mode `both` before `github` and `rates`, and a client of it.
async fn start() -> Result<(Arc<Gateway>, Client), Box<dyn std::error::Error + Send + Sync>> {
    let pool = ["github", "rates"].into_iter().fold(Pool::builder(), |pool, name| {
        let serve = move |stream| async move {
            // A server that is not served shows as one that is down.
            let _ = servers::serve(name, &ServerOptions::new(1), stream);
        };
        pool.in_memory(name, serve, upstream::ServerOptions::default())
    });
    let pool = pool.start();
    let router =
        Router::builder(Executor::builder().build(), Arc::new(PoolHost::new(pool.clone())), gateway::no_rulings());
    let options = GatewayOptions {
        mode: GatewayMode::Both,
        results: ResultForm::Text,
        policy: Policy::trusting_all(),
        compiler: None,
        cache: None,
        activity: Activity::new(ActivityOptions::default(), Arc::new(str::to_owned)),
        audit: None,
        currency: None,
        metrics: Box::new(String::new),
        observations: Observations::default(),
    };
    let gateway = Gateway::start(pool, router, options)?;
    gateway.ready().await;
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let (read, write) = tokio::io::split(theirs);
    let served = gateway.clone();
    tokio::spawn(async move {
        // Its end is the client's.
        let _ = gateway::serve_lines(&served, read, write, LIMIT, CancellationToken::new()).await;
    });
    Ok((gateway, ().serve(tokio::io::split(ours)).await?))
}

async fn call(
    client: &Client,
    tool: &'static str,
    input: Value,
) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let request = CallToolRequestParams::new(tool).with_arguments(input.as_object().cloned().unwrap_or_default());
    let CallToolResult { content, .. } = client.call_tool(request).await?;
    let text = content.first().and_then(|block| block.as_text()).map(|text| text.text.clone());
    Ok(text.unwrap_or_default())
}

/// The same rate by a program and by the tool's own name.
pub(super) async fn routes() -> Found {
    let (_gateway, client) = start().await?;
    let input = json!({ "base": "EUR", "quote": "CHF", "date": "2026-09-30" });
    let code = format!("return (await rates.get_rate({input})).rate;");
    let by_program = call(&client, gateway::EXECUTE_CODE, json!({ "code": code })).await?;
    let by_name: Value = serde_json::from_str(&call(&client, "rates__get_rate", input).await?)?;
    let by_name = by_name["rate"].to_string();
    let holds = by_program == by_name;
    Ok((holds, format!("execute_code answers {by_program}, rates__get_rate {by_name}")))
}

/// A program that reads a page of issues, then the gauge.
pub(super) async fn shows_savings() -> Found {
    let handle = metrics::install()?;
    let (_gateway, client) = start().await?;
    let code = "return (await github.list_issues({ owner: 'acme', repo: 'storefront', perPage: 100 })).issues.length;";
    let answer = call(&client, gateway::EXECUTE_CODE, json!({ "code": code })).await?;
    let saved = || {
        let exposition = handle.render();
        let gauge = exposition.lines().find_map(|line| line.strip_prefix("codefirst_saved_tokens "));
        gauge.and_then(|value| value.trim().parse::<f64>().ok())
    };
    // The tokens are counted when the answer has been given.
    let counted = async {
        while saved().is_none_or(|saved| saved == 0.0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    // That there are none in time is found below.
    let _ = tokio::time::timeout(PATIENCE, counted).await;
    let saved = saved();
    let holds = answer == "100" && saved.is_some_and(|saved| saved > 0.0);
    let shown = saved.map_or_else(|| "is not there".to_owned(), |saved| format!("is {saved}"));
    Ok((holds, format!("after one program over 100 issues codefirst_saved_tokens {shown}")))
}
