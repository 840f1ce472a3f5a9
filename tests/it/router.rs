//! The router: both routes, what a fallback reuses and what it refuses, and what is left of a request that was given up.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use codefirst::{
    cache::{Cache, CacheOptions},
    catalog::Catalog,
    executor::Executor,
    host::{Principal, ToolAnswer, ToolError, ToolHost},
    journal::{CallOutcome, Recorder, TookEffect},
    metrics,
    policy::{Approval, Approver, Policy, Rulings},
    program::Program,
    router::{FallbackPolicy, Price, Refusal, Request, RequestFailure, Response, Router, RouterBuilder, RouterError},
    sandbox::{Limits, SandboxError},
    tokens::{TokenCounter, Tokens},
    tool::{ToolAnnotations, ToolCall, ToolDef, ToolId, ToolOutput},
};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use crate::test_host::process;

/// A store of named values, with a log of the calls that were made.
#[derive(Default)]
struct Store {
    values: Mutex<BTreeMap<String, Value>>,
    log: Mutex<Vec<String>>,
}

impl Store {
    fn log(&self) -> Vec<String> {
        self.log.lock().expect("no panic").clone()
    }

    fn definitions() -> Vec<(Arc<str>, Vec<ToolDef>)> {
        let tool = |name: &str, reads: bool| ToolDef {
            name: name.into(),
            description: None,
            input_schema: Arc::new(json!({ "type": "object" }).as_object().cloned().expect("an object")),
            output_schema: None,
            annotations: Some(ToolAnnotations { read_only_hint: Some(reads), ..ToolAnnotations::default() }),
        };
        let tools = || vec![tool("get", true), tool("put", false), tool("fails", false), tool("hangs", false)];
        vec![("one".into(), tools()), ("two".into(), tools())]
    }
}

impl ToolHost for Store {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(async move {
            let key =
                format!("{}.{}", call.id.server, call.input.get("key").and_then(Value::as_str).unwrap_or_default());
            self.log.lock().expect("no panic").push(format!("{} {key}", call.id.tool));
            let answer = match &*call.id.tool {
                "get" => self.values.lock().expect("no panic").get(&key).cloned().unwrap_or_default(),
                "put" => {
                    let value = call.input["value"].clone();
                    self.values.lock().expect("no panic").insert(key, value.clone());
                    json!({ "stored": value })
                }
                "hangs" => std::future::pending().await,
                _ => return Err(ToolError::Failed { tool: call.id, message: "it does not work".to_owned() }),
            };
            Ok(ToolOutput::from_value(&answer).into())
        })
    }
}

fn router(store: &Arc<Store>) -> RouterBuilder {
    let definitions = Store::definitions();
    let rulings = Rulings::new(&Policy::trusting_all(), &definitions);
    let limits = Limits { wall: Duration::from_secs(10), ..Limits::default() };
    let executor = Executor::builder().catalog(Catalog::new(definitions)).isolation(process()).limits(limits).build();
    Router::builder(executor, store.clone(), rulings)
}

fn call(server: &str, tool: &str, input: Value) -> ToolCall {
    ToolCall { id: ToolId::new(server, tool), input: input.as_object().cloned().expect("an object") }
}

fn get(key: &str) -> ToolCall {
    call("one", "get", json!({ "key": key }))
}

fn put(key: &str, value: Value) -> ToolCall {
    call("one", "put", json!({ "key": key, "value": value }))
}

fn code(source: &str, plan: Vec<ToolCall>) -> Request {
    Request { code: Some(Program::new(source)), plan, ..Request::default() }
}

async fn handle(source: &str, plan: Vec<ToolCall>) -> (Arc<Store>, Response) {
    let store = Arc::new(Store::default());
    let router = router(&store).build().expect("a thread");
    let response = router.handle(code(source, plan)).await;
    (store, response)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_takes_its_route() {
    let store = Arc::new(Store::default());
    let router = router(&store).build().expect("a thread");
    for (request, expected) in [
        (code("await one.put({ key: 'a', value: 7 }); return await one.get({ key: 'a' })", vec![]), "7"),
        (Request { plan: vec![get("a")], ..Request::default() }, "7"),
        (Request { plan: vec![get("a"), get("b")], ..Request::default() }, "[7,null]"),
        (
            Request { plan: vec![get("a"), put("b", json!([{ "$result": "/0" }])), get("b")], ..Request::default() },
            r#"[7,{"stored":[7]},[7]]"#,
        ),
        (Request::default(), "nothing to do: give a program, or tool calls"),
        (
            Request { plan: vec![call("one", "gett", json!({}))], ..Request::default() },
            "no tool one/gett; nearest: one/get, two/get",
        ),
        (
            Request { plan: vec![get("a"), call("one", "fails", json!({})), get("b")], ..Request::default() },
            "call 1: one/fails: it does not work\nbefore it: [7]",
        ),
        (
            // A single call has nothing to refer to, so this is its input.
            Request { plan: vec![put("b", json!({ "$result": "/0" }))], ..Request::default() },
            r#"{"stored":{"$result":"/0"}}"#,
        ),
        (
            Request { plan: vec![put("b", json!({ "$result": "/0" })), get("b")], ..Request::default() },
            r#"{"$result": "/0"} finds nothing: no call comes before this one"#,
        ),
        (code("throw new Error('no')", vec![]), "runtime error at 1:7: no"),
        (
            code("await one.put({ key: 'x', value: 1 }); throw new Error('no')", vec![]),
            "runtime error at 1:46: no\nit has done or may have done: one/put {\"key\":\"x\",\"value\":1}",
        ),
    ] {
        assert_eq!(router.handle(request).await.to_string(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_failed_program_has_done_is_not_done_again() {
    let source = "const a = await one.get({ key: 'a' });\n\
                  await one.put({ value: [a], key: 'b' });\n\
                  undefined_function()";
    let plan = vec![get("a"), put("b", json!([{ "$result": "/0" }])), get("b"), put("c", json!(1))];
    let (store, response) = handle(source, plan).await;
    let expected = "[fallback: runtime error at 3:1: ReferenceError: undefined_function is not defined; 2 of 4 calls reused]\n\
                    [null,{\"stored\":[null]},[null],{\"stored\":1}]";
    assert_eq!(response.to_string(), expected);
    assert_eq!(store.log(), ["get one.a", "put one.b", "get one.b", "put one.c"]);
    let fallback = response.fallback.expect("a fallback");
    assert_eq!((fallback.kind, fallback.reused, fallback.made), ("runtime", 2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_reads_what_is_there_at_its_place_between_the_writes() {
    // The program has read before it wrote; the plan reads afterwards, and another server's reads are still good.
    let source =
        "await one.get({ key: 'a' }); await two.get({ key: 'a' }); await one.put({ key: 'a', value: 1 }); throw 1";
    let plan = vec![put("a", json!(1)), get("a"), call("two", "get", json!({ "key": "a" }))];
    let (store, response) = handle(source, plan).await;
    assert!(response.to_string().ends_with("\n[{\"stored\":1},1,null]"), "{response}");
    assert_eq!(store.log(), ["get one.a", "get two.a", "put one.a", "get one.a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fallback_that_could_do_something_twice_or_out_of_order_is_refused() {
    let throws = "throw new Error('no')";
    for (source, plan, reason) in [
        // Beyond the plan.
        (format!("await one.put({{ key: 'x', value: 1 }}); {throws}"), vec![get("a")], "not_planned"),
        // Twice, where the plan does it once.
        (
            format!("for (const _ of [1, 2]) await one.put({{ key: 'x', value: 1 }}); {throws}"),
            vec![put("x", json!(1))],
            "not_planned",
        ),
        // With another value.
        (format!("await one.put({{ key: 'x', value: 2 }}); {throws}"), vec![put("x", json!(1))], "not_planned"),
        // Before what the plan does first.
        (
            format!("await one.put({{ key: 'y', value: 1 }}); {throws}"),
            vec![put("x", json!(1)), put("y", json!(1))],
            "not_planned",
        ),
        // Before what the plan reads first.
        (
            format!("await one.put({{ key: 'y', value: 1 }}); {throws}"),
            vec![get("y"), put("y", json!(1))],
            "not_planned",
        ),
        // In another order than planned.
        (
            format!("await one.put({{ key: 'y', value: 1 }}); await one.put({{ key: 'x', value: 1 }}); {throws}"),
            vec![put("x", json!(1)), put("y", json!(1))],
            "not_planned",
        ),
        // It says that it failed, which may mean in part.
        ("await one.fails({})".to_owned(), vec![call("one", "fails", json!({}))], "uncertain"),
        // It was never answered.
        (format!("one.hangs({{}}); await one.get({{}}); {throws}"), vec![get("a")], "uncertain"),
    ] {
        let (store, response) = handle(&source, plan.clone()).await;
        let Err(RequestFailure::Program { refusal: Some(refusal), .. }) = &response.answer else {
            panic!("{source}\n{response:?}")
        };
        assert_eq!(json!(refusal)["reason"], reason, "{source}\n{response:?}");
        let made: Vec<_> = store.log().into_iter().filter(|line| line.starts_with("put")).collect();
        let by_program = response.journal.entries().filter(|entry| &*entry.call.id.tool == "put").count();
        assert_eq!(made.len(), by_program, "{source}: {made:?}");
        assert!(response.fallback.is_none() && response.to_string().contains("\nno fallback, "), "{response}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_told_of_everything_that_was_done() {
    // Refused for one call, and another was done.
    let source = "await one.put({ key: 'x', value: 1 }); await one.fails({})";
    let (_, response) = handle(source, vec![put("x", json!(1)), call("one", "fails", json!({}))]).await;
    let expected = "no fallback, these may have taken effect: one/fails {}\n\
                    it has done or may have done: one/put {\"key\":\"x\",\"value\":1}";
    assert!(response.to_string().ends_with(expected), "{response}");
    // The plan has failed before it came to what the program has done.
    let source = "await two.put({ key: 'x', value: 1 }); throw 1";
    let done = call("two", "put", json!({ "key": "x", "value": 1 }));
    let (_, response) = handle(source, vec![get("a"), call("one", "gett", json!({})), done]).await;
    let text = response.to_string();
    let expected = "\nbefore it: [null]\nit has done or may have done: two/put {\"key\":\"x\",\"value\":1}";
    assert!(text.starts_with("[fallback: ") && text.ends_with(expected), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_fewer_fallbacks_gets_fewer() {
    let store = Arc::new(Store::default());
    let after_write = "await one.put({ key: 'a', value: 1 }); throw 1";
    let after_read = "await one.get({ key: 'a' }); throw 1";
    let plan = || vec![get("a"), put("a", json!(1))];
    let never = router(&store).fallback(FallbackPolicy::Never).build().expect("a thread");
    let response = never.handle(code(after_read, plan())).await;
    assert!(matches!(response.answer, Err(RequestFailure::Program { refusal: None, .. })), "{response:?}");
    let careful = router(&store).fallback(FallbackPolicy::BeforeFirstWrite).build().expect("a thread");
    let response = careful.handle(code(after_read, plan())).await;
    assert_eq!(response.fallback.map(|fallback| fallback.reused), Some(1));
    let response = careful.handle(code(after_write, vec![put("a", json!(1))])).await;
    let Err(RequestFailure::Program { refusal: Some(Refusal::AfterWrite { calls }), .. }) = response.answer else {
        panic!("{response:?}")
    };
    assert_eq!((calls.len(), &*calls[0].input), (1, r#"{"key":"a","value":1}"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_failure_falls_back() {
    let store = Arc::new(Store::default());
    let limits = Limits { wall: Duration::from_secs(2), cpu: Duration::from_millis(100), ..Limits::default() };
    let definitions = Store::definitions();
    let rulings = Rulings::new(&Policy::trusting_all(), &definitions);
    let executor = Executor::builder().catalog(Catalog::new(definitions)).limits(limits);
    let router =
        Router::builder(executor.isolation(process()).build(), store.clone(), rulings).build().expect("a thread");
    router.executor().prepare().await.expect("a sandbox");
    for (source, kind) in [
        ("not TypeScript", "syntax"),
        ("throw 1", "runtime"),
        ("while (true) {}", "cpu"),
        ("await new Promise(() => setTimeout(() => {}, 5000))", "timeout"),
        ("import './tools/one/nothing.ts'", "unknown_module"),
        ("return 'x'.repeat(100_000)", "output_limit"),
    ] {
        let response = router.handle(code(source, vec![get("a")])).await;
        assert_eq!(response.fallback.as_ref().map(|fallback| fallback.kind), Some(kind), "{source}: {response:?}");
    }
    let health = router.fallback_rate().health();
    assert_eq!((health.rate, health.sample), (Some(1.0), 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_cannot_run_programs_falls_back_too() {
    let store = Arc::new(Store::default());
    let definitions = Store::definitions();
    let rulings = Rulings::new(&Policy::trusting_all(), &definitions);
    let options = codefirst::sandbox::ProcessOptions { binary: Some("/no/such/binary".into()), ..Default::default() };
    let isolation = codefirst::sandbox::Isolation::Process(options);
    let executor = Executor::builder().catalog(Catalog::new(definitions)).isolation(isolation).build();
    let failure = executor.execute(&Program::new("return 1")).await.expect_err("there is no such binary");
    assert!(matches!(failure, codefirst::executor::ExecutorError::Sandbox(SandboxError::Zygote { .. })), "{failure:?}");
    let router = Router::builder(executor, store, rulings).build().expect("a thread");
    let response = router.handle(code("return 1", vec![get("a")])).await;
    assert_eq!(response.fallback.as_ref().map(|fallback| fallback.kind), Some("host"), "{response:?}");
    assert!(!response.to_string().contains("/no/such"), "{response}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_of_a_request_that_was_given_up_is_there() {
    let store = Arc::new(Store::default());
    let router = router(&store).build().expect("a thread");
    let request =
        code("await one.get({ key: 'a' }); await one.put({ key: 'a', value: 1 }); await one.hangs({})", vec![]);
    let recorder: Recorder = request.recorder.clone();
    let hanging = async {
        while store.log().len() < 3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        response = router.handle(request) => panic!("{response:?}"),
        () = hanging => {}
    }
    let journal = recorder.journal();
    let entries: Vec<_> = journal.entries().collect();
    let effects: Vec<_> = entries.iter().map(|entry| entry.took_effect()).collect();
    assert_eq!(effects, [TookEffect::No, TookEffect::Yes, TookEffect::Perhaps]);
    assert!(matches!(entries[2].outcome, CallOutcome::Unknown {}));
    assert_eq!(entries.iter().map(|entry| entry.wave).collect::<Vec<_>>(), [1, 2, 3]);
}

/// Counts bytes, so that expectations can be read.
struct Bytes;

impl TokenCounter for Bytes {
    fn name(&self) -> &'static str {
        "bytes"
    }

    fn count(&self, text: &str) -> Tokens {
        Tokens(text.len() as u64)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_is_what_the_calls_would_have_cost() {
    let store = Arc::new(Store::default());
    let price = Price { input_per_million: 1e6, output_per_million: 2e6 };
    let router = router(&store).counter(Arc::new(Bytes)).price(price).build().expect("a thread");
    let long = "x".repeat(1_000);
    router.handle(Request { plan: vec![put("a", json!(long))], ..Request::default() }).await;
    let direct = router.settled_savings().await;
    assert_eq!((direct.requests, direct.tokens(), direct.money), (1, 0, Some(0.0)));
    let source = "return (await one.get({ key: 'a' })).length";
    router.handle(code(source, vec![])).await;
    let savings = router.settled_savings().await;
    assert_eq!(savings.requests, 2);
    let difference = |all: codefirst::router::TokensByDirection, first: codefirst::router::TokensByDirection| {
        (all.input.0 - first.input.0, all.output.0 - first.output.0)
    };
    // The program and its result, beside the call's name and input and what it answered.
    assert_eq!(difference(savings.passed, direct.passed), (4, source.len() as u64));
    assert_eq!(difference(savings.direct, direct.direct), (1_002, "one__get{\"key\":\"a\"}".len() as u64));
    assert_eq!(savings.tokens(), 1_002 + 19 - 4 - source.len() as i64);
    assert_eq!(savings.money, Some(1_002.0 - 4.0 + 2.0 * (19.0 - source.len() as f64)));
    // An attempt that failed, and had no plan, has cost what it cost.
    router.handle(code("throw 1", vec![])).await;
    let failed = router.settled_savings().await;
    assert!(failed.tokens() < savings.tokens() && failed.direct == savings.direct);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_routes_share_the_cache_and_the_policy() {
    let store = Arc::new(Store::default());
    let definitions = Store::definitions();
    let policy: Policy = toml::from_str(
        "trusted = ['one']\n[[rules]]\ntools = ['two/*']\naccess = 'deny'\n[[rules]]\ntools = ['*/put']\naccess = 'approve'",
    )
    .expect("a policy");
    let rulings = Rulings::new(&policy, &definitions);
    let catalog = Catalog::new(rulings.visible(definitions));
    assert_eq!(catalog.servers().map(|name| &**name).collect::<Vec<_>>(), ["one"]);
    let executor = Executor::builder().catalog(catalog).isolation(process()).build();
    let cache = Cache::new(CacheOptions::default());
    let router = Router::builder(executor, store.clone(), rulings).cache(cache.clone()).build().expect("a thread");
    for request in [
        code("return await one.get({ key: 'a' })", vec![]),
        Request { plan: vec![get("a")], ..Request::default() },
        code("return await one.get({ key: 'a' })", vec![]),
    ] {
        assert_eq!(router.handle(request).await.to_string(), "null");
    }
    assert_eq!(store.log(), ["get one.a"]);
    let denied = "two/get: not allowed";
    for request in [
        code("return await one.put({ key: 'a', value: 1 })", vec![]),
        Request { plan: vec![put("a", json!(1))], ..Request::default() },
    ] {
        let text = router.handle(request).await.to_string();
        assert!(text.contains("one/put: not allowed: needs approval, and there is nobody to ask"), "{text}");
    }
    for request in [
        code("return await callMCPTool('two', 'get', {})", vec![]),
        Request { plan: vec![call("two", "get", json!({}))], ..Request::default() },
    ] {
        let text = router.handle(request).await.to_string();
        assert!(text.contains("no tool two/get") && !text.contains(denied), "{text}");
    }
    assert_eq!(store.log(), ["get one.a"]);
    assert_eq!(cache.stats()[&ToolId::new("one", "get")].hits, 2);
}

/// Approves of everything, and counts how often it was asked.
#[derive(Default)]
struct Yes(AtomicUsize);

impl Approver for Yes {
    fn approve<'a>(&'a self, _: &'a Principal, _: &'a ToolCall) -> BoxFuture<'a, Approval> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::ready(Approval::Approved))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_that_needs_approval_is_asked_for() {
    let store = Arc::new(Store::default());
    let definitions = Store::definitions();
    let policy = "trusted = ['*']\n[[rules]]\ntools = ['*/get']\naccess = 'approve'\ncacheable = true";
    let rulings = Rulings::new(&toml::from_str::<Policy>(policy).expect("a policy"), &definitions);
    let executor = Executor::builder().catalog(Catalog::new(definitions)).isolation(process()).build();
    let builder = Router::builder(executor, store.clone(), rulings).cache(Cache::new(CacheOptions::default()));
    let router = builder.build().expect("a router");
    let approver = Arc::new(Yes::default());
    for _ in 0..2 {
        let approver: Option<Arc<dyn Approver>> = Some(approver.clone());
        let request = Request { plan: vec![get("a")], approver, ..Request::default() };
        assert_eq!(router.handle(request).await.to_string(), "null");
    }
    assert_eq!((approver.0.load(Ordering::Relaxed), store.log().len()), (2, 2));
}

/// Approves of the first call, and of no other.
#[derive(Default)]
struct Once(AtomicUsize);

impl Approver for Once {
    fn approve<'a>(&'a self, _: &'a Principal, _: &'a ToolCall) -> BoxFuture<'a, Approval> {
        let is_first = self.0.fetch_add(1, Ordering::Relaxed) == 0;
        Box::pin(async move {
            // The second is declined only when the first has long left.
            if is_first {
                return Approval::Approved;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            Approval::Declined { reason: None }
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_equal_calls_the_one_that_left_may_have_been_done() {
    let store = Arc::new(Store::default());
    let definitions = Store::definitions();
    let policy = "trusted = ['*']\n[[rules]]\ntools = ['*/hangs']\naccess = 'approve'";
    let rulings = Rulings::new(&toml::from_str::<Policy>(policy).expect("a policy"), &definitions);
    let executor = Executor::builder().catalog(Catalog::new(definitions)).isolation(process()).build();
    let router = Router::builder(executor, store.clone(), rulings).build().expect("a router");
    let approver: Option<Arc<dyn Approver>> = Some(Arc::new(Once::default()));
    let plan = vec![call("one", "hangs", json!({}))];
    let request = code("await Promise.all([one.hangs({}), one.hangs({})])", plan);
    let response = router.handle(Request { approver, ..request }).await;
    let Err(RequestFailure::Program { refusal: Some(Refusal::Uncertain { calls }), .. }) = &response.answer else {
        panic!("{response:?}")
    };
    assert_eq!((calls.len(), store.log().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_held_to_the_end_has_done_nothing() {
    let store = Arc::new(Store::default());
    let definitions = Store::definitions();
    let policy = "trusted = ['*']\n[[rules]]\ntools = ['*/put']\nrate = '1/h'\ntimeout = '2h'";
    let rulings = Rulings::new(&toml::from_str::<Policy>(policy).expect("a policy"), &definitions);
    let limits = Limits { wall: Duration::from_secs(2), ..Limits::default() };
    let executor = Executor::builder().catalog(Catalog::new(definitions)).isolation(process()).limits(limits).build();
    let router = Router::builder(executor, store.clone(), rulings).build().expect("a router");
    router.executor().prepare().await.expect("a sandbox");
    let source = "await one.put({ key: 'a', value: 1 }); await one.put({ key: 'b', value: 1 })";
    let response = router.handle(code(source, vec![put("a", json!(1)), get("b")])).await;
    assert!(response.to_string().starts_with("[fallback: timeout error: "), "{response}");
    let outcomes: Vec<_> = response.journal.entries().map(|entry| entry.took_effect()).collect();
    assert_eq!(outcomes, [TookEffect::Yes, TookEffect::No, TookEffect::No]);
    assert_eq!(store.log(), ["put one.a", "get one.b"]);
}

#[test]
fn a_router_whose_parts_do_not_fit_is_not_built() {
    let store = Arc::new(Store::default());
    let definitions = Store::definitions();
    let policy = "[[rules]]\ntools = ['two/put']\naccess = 'deny'";
    let rulings = Rulings::new(&toml::from_str::<Policy>(policy).expect("a policy"), &definitions);
    let executor = Executor::builder().catalog(Catalog::new(definitions)).build();
    let error = Router::builder(executor, store.clone(), rulings).build().err().map(|error| error.to_string());
    assert!(error.is_some_and(|error| error.contains("two/put, which the policy denies")));
    let price = Price { input_per_million: f64::NAN, output_per_million: 1.0 };
    assert!(matches!(router(&store).price(price).build(), Err(RouterError::Price)));
}

/// What is counted of real requests is in the documentation, with its labels' values.
#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted_as_the_documentation_says() {
    let exposition = metrics::install().expect("no other test installs one");
    let store = Arc::new(Store::default());
    let router = router(&store)
        .cache(Cache::new(CacheOptions::default()))
        .price(Price { input_per_million: 1.0, output_per_million: 1.0 })
        .build()
        .expect("a router");
    for request in [
        code("await one.get({ key: 'a' }); return await one.get({ key: 'a' })", vec![]),
        code("await one.put({ key: 'a', value: 1 }); await one.nothing({})", vec![put("a", json!(1)), get("a")]),
        code("await one.put({ key: 'a', value: 1 }); throw 1", vec![get("a")]),
        Request { plan: vec![call("one", "fails", json!({}))], ..Request::default() },
    ] {
        router.handle(request).await;
    }
    router.settled_savings().await;
    let text = exposition.render();
    for expected in [
        "codefirst_executions_total{outcome=\"completed\"}",
        "codefirst_executions_total{outcome=\"runtime\"}",
        "codefirst_execution_phase_duration_seconds_count{phase=\"fork\"}",
        "codefirst_execution_phase_duration_seconds_count{phase=\"tools\"}",
        "codefirst_execution_duration_seconds_count",
        "codefirst_requests_total{route=\"code\",outcome=\"completed\"}",
        "codefirst_requests_total{route=\"code\",outcome=\"refused\"}",
        "codefirst_requests_total{route=\"fallback\",outcome=\"completed\"}",
        "codefirst_requests_total{route=\"direct\",outcome=\"failed\"}",
        "codefirst_tool_calls_total{server=\"one\",tool=\"get\",route=\"code\",outcome=\"output\"}",
        "codefirst_tool_calls_total{server=\"one\",tool=\"get\",route=\"code\",outcome=\"cached\"}",
        "codefirst_tool_calls_total{server=\"one\",tool=\"get\",route=\"fallback\",outcome=\"output\"}",
        "codefirst_tool_calls_total{server=\"one\",tool=\"fails\",route=\"direct\",outcome=\"failed\"}",
        "codefirst_tool_calls_total{server=\"other\",tool=\"other\",route=\"code\",outcome=\"unknown\"}",
        "codefirst_tool_call_duration_seconds_count{server=\"one\",tool=\"put\"}",
        "codefirst_cache_requests_total{server=\"one\",tool=\"get\",result=\"hit\"}",
        "codefirst_fallbacks_total{kind=\"tool\",decision=\"taken\"}",
        "codefirst_fallbacks_total{kind=\"runtime\",decision=\"refused\"}",
        "codefirst_fallback_ratio ",
        "codefirst_model_tokens_total{direction=\"output\"}",
        "codefirst_direct_model_tokens_total{direction=\"input\"}",
        "codefirst_request_tokens_count{path=\"passed\"}",
        "codefirst_saved_tokens ",
        "codefirst_saved_money ",
    ] {
        assert!(text.lines().any(|line| line.starts_with(expected)), "no {expected} in\n{text}");
        let documented = include_str!("../../docs/metrics.md");
        let name = expected.split(['{', ' ']).next().unwrap_or_default().trim_end_matches("_count");
        assert!(documented.contains(&format!("`{name}`")), "{name} is not documented");
        for (_, value) in expected.split(['{', ',', '}']).filter_map(|label| label.split_once("=\"")) {
            let value = value.trim_end_matches('"');
            let is_a_name = ["one", "get", "put", "fails"].contains(&value);
            assert!(is_a_name || documented.contains(&format!("`{value}`")), "{value} of {name} is not documented");
        }
    }
}
