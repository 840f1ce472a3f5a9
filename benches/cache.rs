//! What the parts beside the sandbox cost a call: the cache, the journal, the router and the policy; and a gate over it.
//!
//! `cargo bench --bench cache` prints every measure with its limit and exits with 1 when one is missed; with names behind `--`
//! (`hit`, `flight`, `journal`, `router` with the policy, `sandbox`) it takes those only. `--quick` takes a quarter of
//! the rounds. A metrics recorder is installed, as in a gateway.

#![allow(clippy::expect_used, clippy::print_stdout)]

mod report;

use std::{
    hint::black_box,
    process::ExitCode,
    sync::{
        Arc, Barrier,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use codefirst::{
    cache::{Cache, CacheOptions, CacheRule, CacheRules, CachedHost},
    catalog::Catalog,
    executor::{Executor, Outcome},
    host::{Principal, ToolAnswer, ToolError, ToolHost},
    journal::{Recorder, Route},
    metrics,
    observations::Fingerprint,
    policy::{Policy, PolicyHost, Rulings},
    program::Program,
    router::{Request, Router},
    sandbox::{Isolation, ProcessOptions},
    tool::{Effect, ToolAnnotations, ToolCall, ToolDef, ToolId, ToolOutput},
};
use futures_util::future::BoxFuture;
use report::{Report, Times, is_wanted, milliseconds, quickly};
use serde_json::json;

/// So many operations are timed together, and so many times over; the median of these counts.
const IN_A_ROW: u32 = 2_000;
const ROUNDS: usize = 31;

/// Answers at once, and counts how often.
struct Host {
    small: ToolOutput,
    large: ToolOutput,
    calls: AtomicU64,
    /// How long `slow` takes.
    delay: Duration,
}

impl Host {
    fn new() -> Arc<Self> {
        let rows: Vec<_> = (0..30_000).map(|n| json!({ "id": n, "name": "x".repeat(80) })).collect();
        Arc::new(Self {
            small: ToolOutput::from_value(&json!({ "number": 7, "title": "a small answer" })),
            large: ToolOutput::from_value(&rows.into()),
            calls: AtomicU64::new(0),
            delay: Duration::from_millis(20),
        })
    }

    fn definitions() -> Vec<(Arc<str>, Vec<ToolDef>)> {
        let tool = |name: &str| ToolDef {
            name: name.into(),
            description: None,
            input_schema: Arc::default(),
            output_schema: None,
            annotations: Some(ToolAnnotations { read_only_hint: Some(true), ..ToolAnnotations::default() }),
        };
        vec![("bench".into(), ["echo", "large", "slow", "small"].map(tool).to_vec())]
    }
}

impl ToolHost for Host {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let output = match &*call.id.tool {
                "small" => self.small.clone(),
                "large" => self.large.clone(),
                "slow" => {
                    tokio::time::sleep(self.delay).await;
                    self.small.clone()
                }
                _ => ToolOutput::from_value(&call.input.into()),
            };
            Ok(output.into())
        })
    }

    fn effect(&self, _: &ToolId) -> Effect {
        Effect::Read
    }
}

fn call(tool: &str) -> ToolCall {
    let input = json!({ "owner": "acme", "repo": "storefront", "state": "open", "perPage": 100 });
    ToolCall { id: ToolId::new("bench", tool), input: input.as_object().cloned().expect("an object") }
}

fn cached(host: Arc<Host>) -> CachedHost<Host> {
    let rules: CacheRules = Host::definitions()[0]
        .1
        .iter()
        .map(|def| (ToolId::new("bench", def.name.clone()), CacheRule { ttl: None, definition: Fingerprint::of(def) }))
        .collect();
    CachedHost::new(host, Cache::new(CacheOptions::default()), Arc::new(rules), Principal::default())
}

/// The time of one operation, in microseconds: the median over rounds, without what making the call itself costs.
async fn microseconds(mut operation: impl AsyncFnMut(ToolCall), tool: &str) -> f64 {
    let mut times = Times::default();
    for _ in 0..quickly(ROUNDS, 4) {
        let calls: Vec<_> = (0..IN_A_ROW).map(|_| call(tool)).collect();
        let start = Instant::now();
        for call in calls {
            operation(call).await;
        }
        times.0.push(start.elapsed());
    }
    milliseconds(times.p50()) * 1e3 / f64::from(IN_A_ROW)
}

#[tokio::main]
async fn main() -> ExitCode {
    let exposition = metrics::install().expect("the only recorder");
    let mut report = Report::start();
    if is_wanted("hit") {
        hit(&mut report).await;
    }
    if is_wanted("flight") {
        flight(&mut report);
    }
    if is_wanted("journal") {
        journal(&mut report).await;
    }
    if is_wanted("router") {
        router(&mut report).await;
    }
    if is_wanted("sandbox") {
        sandbox(&mut report).await;
    }
    black_box(exposition.render());
    report.exit_code()
}

async fn hit(report: &mut Report) {
    let host = Host::new();
    let cached = cached(host.clone());
    for (tool, what, limit) in [("small", "a small value", 2.0), ("large", "a value of 3 MB", 5.0)] {
        cached.call_tool(call(tool)).await.expect("an answer");
        let time = microseconds(
            async |call| {
                black_box(cached.call_tool(call).await.expect("an answer"));
            },
            tool,
        )
        .await;
        report.at_most(&format!("cache hit, {what}"), time, limit, "µs");
    }
    assert_eq!(host.calls.load(Ordering::Relaxed), 2, "those were hits");
}

/// Threads that ask for the same at the same time, over and over.
fn flight(report: &mut Report) {
    const THREADS: u64 = 16;
    const FLIGHTS: u64 = 20;
    let host = Host::new();
    let cached = Arc::new(cached(host.clone()));
    let barrier = Arc::new(Barrier::new(THREADS as usize));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (cached, barrier) = (cached.clone(), barrier.clone());
            thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
                for flight in 0..FLIGHTS {
                    let mut call = call("slow");
                    call.input.insert("flight".to_owned(), flight.into());
                    barrier.wait();
                    for _ in 0..50 {
                        runtime.block_on(cached.call_tool(call.clone())).expect("an answer");
                    }
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    let calls = host.calls.load(Ordering::Relaxed) as f64 / FLIGHTS as f64;
    report.at_most("calls of 16 threads hammering one key, each", calls, 1.0, "upstream calls");
}

async fn journal(report: &mut Report) {
    let small = Ok(Host::new().small.clone().into());
    let mut recorder = Recorder::new();
    let mut recorded = 0;
    let time = microseconds(
        async |call| {
            // A program makes a thousand calls at most.
            if recorded % 1_000 == 0 {
                recorder = Recorder::new();
            }
            recorded += 1;
            let call = recorder.begin(call.clone(), Effect::Read, Route::Code, 1);
            recorder.finish(call, &small);
        },
        "small",
    )
    .await;
    report.at_most("journal, one call", time, 2.0, "µs");
}

fn router_over(host: Arc<Host>, cache: bool) -> Router {
    let definitions = Host::definitions();
    let rulings = Rulings::new(&Policy::trusting_all(), &definitions);
    let options = ProcessOptions { binary: Some(env!("CARGO_BIN_EXE_codefirst").into()), ..ProcessOptions::default() };
    let executor =
        Executor::builder().catalog(Catalog::new(definitions)).isolation(Isolation::Process(options)).build();
    let builder = Router::builder(executor, host, rulings);
    let builder = if cache { builder.cache(Cache::new(CacheOptions::default())) } else { builder };
    builder.build().expect("a thread")
}

/// A call by the direct route, beside the same call to the host.
async fn router(report: &mut Report) {
    let host = Host::new();
    let router = router_over(host.clone(), false);
    let plain = microseconds(
        async |call| {
            black_box(host.call_tool(call).await.expect("an answer"));
        },
        "small",
    )
    .await;
    let routed = microseconds(
        async |call| {
            let response = router.handle(Request { plan: vec![call], ..Request::default() }).await;
            black_box(response.answer.expect("an answer"));
        },
        "small",
    )
    .await;
    report.at_most("router, a call by the direct route beside the bare call", routed - plain, 20.0, "µs");
    // The router counts the tokens of all those requests on a thread of its own.
    router.settled_savings().await;
    let plain = microseconds(
        async |call| {
            black_box(host.call_tool(call).await.expect("an answer"));
        },
        "small",
    )
    .await;
    let policy =
        PolicyHost::new(host.clone(), Rulings::new(&Policy::default(), &Host::definitions()), Principal::default());
    let allowed = microseconds(
        async |call| {
            black_box(policy.call_tool(call).await.expect("an answer"));
        },
        "small",
    )
    .await;
    report.at_most("policy without rules, beside the bare call", (allowed - plain).max(0.0), 1.0, "µs");
}

/// A hit from within a program, beside the round trip of a tool that answers at once.
async fn sandbox(report: &mut Report) {
    const CALLS: u32 = 500;
    let with = router_over(Host::new(), true);
    let without = router_over(Host::new(), false);
    let program = |tool: &str| {
        Program::new(format!("for (let n = 0; n < {CALLS}; n++) await bench.{tool}({{ n: n % 10 }}); return 1"))
    };
    let trivial = Program::new("return 1");
    let (mut hits, mut echoes, mut nothing) = (Times::default(), Times::default(), Times::default());
    for round in 0..quickly(40, 4) {
        for (router, program, times) in [
            (&with, program("echo"), &mut hits),
            (&without, program("echo"), &mut echoes),
            (&without, trivial.clone(), &mut nothing),
        ] {
            tokio::time::sleep(Duration::from_millis(3)).await;
            let request = Request { code: Some(program), ..Request::default() };
            let start = Instant::now();
            let response = router.handle(request).await;
            let time = start.elapsed();
            let execution = response.execution.expect("an execution");
            assert!(matches!(execution.outcome, Outcome::Completed { .. }), "{:?}", execution.outcome);
            // The first warms up, and fills the cache.
            if round > 0 {
                times.0.push(time);
            }
        }
    }
    let trip = |times: &mut Times, nothing: Duration| {
        milliseconds(times.p50().saturating_sub(nothing)) * 1e3 / f64::from(CALLS)
    };
    let nothing = nothing.p50();
    let (hit, echo) = (trip(&mut hits, nothing), trip(&mut echoes, nothing));
    let what = format!("a hit from a program ({hit:.0} µs), beside an echo ({echo:.0} µs)");
    report.at_most(&what, hit / echo, 1.2, "×");
}
