//! What a client of the gateway waits for, over a stream within this process; the servers are the built-in ones.

use std::sync::Arc;

use codefirst::{
    activity::{Activity, ActivityOptions},
    config::{GatewayMode, ResultForm},
    executor::Executor,
    gateway::{self, Gateway, GatewayOptions},
    harness::servers::{self, ServerOptions as BuiltIn},
    observations::Observations,
    policy::Policy,
    router::Router,
    sandbox::ProcessOptions,
    upstream::{Pool, PoolHost, ServerOptions},
};
use rmcp::{RoleClient, ServiceExt, model::CallToolRequestParams, service::RunningService};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{Group, host::processes, runtime};

/// The longest message, in bytes.
const LIMIT: usize = 256 * 1024;

async fn gateway() -> Arc<Gateway> {
    let mut pool = Pool::builder();
    for name in servers::names() {
        let serve = move |stream| async move {
            servers::serve(name, &BuiltIn::default(), stream).expect("a built-in server");
        };
        pool = pool.in_memory(*name, serve, ServerOptions::default());
    }
    let pool = pool.start();
    let executor = Executor::builder().isolation(processes(ProcessOptions::default().spares)).build();
    let router = Router::builder(executor, Arc::new(PoolHost::new(pool.clone())), gateway::no_rulings());
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
    let gateway = Gateway::start(pool, router, options).expect("a gateway");
    gateway.ready().await;
    gateway
}

async fn client(gateway: Arc<Gateway>) -> RunningService<RoleClient, ()> {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let (read, write) = tokio::io::split(theirs);
    tokio::spawn(async move { gateway::serve_lines(&gateway, read, write, LIMIT, CancellationToken::new()).await });
    ().serve(tokio::io::split(ours)).await.expect("a handshake")
}

pub fn benches(group: &mut Group<'_>) {
    let runtime = runtime();
    let client = runtime.block_on(async { client(gateway().await).await });
    let call = |tool: &'static str, arguments: &Value| {
        let arguments = arguments.as_object().cloned().expect("an object");
        let result = runtime.block_on(client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)));
        let result = result.expect("an answer");
        assert_ne!(result.is_error, Some(true), "{result:?}");
    };
    group.bench_function("tools listed", |bencher| {
        bencher.iter(|| runtime.block_on(client.list_tools(None)).expect("tools"));
    });
    for (tool, arguments) in [
        ("search_tools", json!({ "query": "open issues; send a message" })),
        ("execute_code", json!({ "code": "return (await rates.list_currencies({})).length" })),
        ("rates__list_currencies", json!({})),
    ] {
        group.bench_function(tool, |bencher| bencher.iter(|| call(tool, &arguments)));
    }
}
