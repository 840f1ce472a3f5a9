//! The executor as an embedder sees it.

use std::time::Duration;

use codefirst::{
    executor::{Execution, Outcome},
    program::Program,
    sandbox::{Delivery, Limits},
};

use crate::test_host::TestHost;

fn result(execution: &Execution) -> String {
    match &execution.outcome {
        Outcome::Completed { result } => result.to_string(),
        Outcome::Failed(failure) => panic!("{failure}"),
    }
}

/// Programs that loop and programs that wait must not delay one that does neither.
#[tokio::test(flavor = "multi_thread")]
async fn programs_run_side_by_side() {
    let limits = Limits { wall: Duration::from_secs(20), ..Limits::default() };
    let executor = std::sync::Arc::new(TestHost::executor().limits(limits).build());
    let busy: Vec<_> = ["for (;;) {}", "await test.sleep({ ms: 60000 })"]
        .into_iter()
        .map(|source| {
            let executor = executor.clone();
            tokio::spawn(async move { executor.execute(&Program::new(source)).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let quick = executor.execute(&Program::new("return await test.echo({ a: 1 })")).await.expect("a host that works");
    assert_eq!(result(&quick), r#"{"a":1}"#);
    assert!(busy.iter().all(|task| !task.is_finished()), "the others ended first, so nothing ran side by side");
    busy.iter().for_each(tokio::task::JoinHandle::abort);
}

/// A guest lives no longer than the future that waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_future_ends_the_program() {
    let limits = Limits { calls: u32::MAX, ..Limits::default() };
    let host = std::sync::Arc::new(TestHost::default());
    let executor = TestHost::executor().host(host.clone()).limits(limits).build();
    let program = Program::new("for (;;) await test.echo({});");
    let abandoned = tokio::time::timeout(Duration::from_secs(3), executor.execute(&program)).await;
    assert!(abandoned.is_err());
    let calls = host.calls();
    assert!(calls > 0, "the program never ran");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(host.calls(), calls, "the program still calls tools");
}

/// Delivered wave by wave, calls are made in the same waves whichever tool is slow.
#[tokio::test(flavor = "multi_thread")]
async fn waves_do_not_depend_on_speed() {
    for (a, b) in [(1, 40), (40, 1)] {
        let source = format!(
            "const chain = async (ms) => {{ await test.sleep({{ ms }}); await test.sleep({{ ms }}); await test.echo({{ ms }}); }};\n\
             await Promise.all([chain({a}), chain({b})]);"
        );
        let executor = TestHost::executor().delivery(Delivery::WaveByWave).build();
        let execution = executor.execute(&Program::new(source)).await.expect("a host that works");
        let waves: Vec<_> =
            execution.journal.entries().map(|entry| (entry.wave, entry.call.input["ms"].as_u64())).collect();
        let (a, b) = (Some(a), Some(b));
        assert_eq!(waves, [(1, a), (1, b), (2, a), (2, b), (3, a), (3, b)]);
    }
}

/// An input that its tool's schema refuses costs no call: the program is told what is wrong, and where.
#[tokio::test(flavor = "multi_thread")]
async fn invalid_inputs_never_leave() {
    let host = std::sync::Arc::new(TestHost::default());
    let executor = TestHost::executor().host(host.clone()).build();
    let source = "const said = [];\n\
        for (const input of [{}, { ms: -1 }, { ms: 'long' }]) await test.sleep(input).catch((error) => said.push(error.message));\n\
        return said;";
    let execution = executor.execute(&Program::new(source)).await.expect("a host that works");
    let said: Vec<String> = serde_json::from_str(&result(&execution)).expect("messages");
    let expected = [
        "test/sleep: invalid input: the input: \"ms\" is a required property (required)",
        "test/sleep: invalid input: /ms: it is less than the minimum of 0 (minimum)",
        "test/sleep: invalid input: /ms: it is not of type \"integer\" (type)",
    ];
    assert_eq!(said, expected);
    assert_eq!((host.calls(), execution.journal.entries().len()), (0, 0));
}

/// The engine's own cache of compiled code would be written to, and trusted, on behalf of guests.
#[tokio::test(flavor = "multi_thread")]
async fn no_bytecode_cache_is_kept() {
    let home = std::env::var_os("HOME").expect("a home");
    let cache = std::path::Path::new(&home).join(".cache/v8x/quickjs-bytecode");
    let files = || std::fs::read_dir(&cache).map(|entries| entries.count()).unwrap_or(0);
    let before = files();
    let program = Program::new("import { echo } from './tools/test/echo.ts'; return await echo({ unique: 4711 })");
    let execution = TestHost::executor().build().execute(&program).await.expect("a host that works");
    assert_eq!(result(&execution), r#"{"unique":4711}"#);
    assert_eq!(files(), before);
}
