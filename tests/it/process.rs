//! A process for each program, as an embedder notices it. What becomes of many of them: `endurance`.

mod endurance;

use std::{collections::HashSet, error::Error, sync::Arc, time::Duration};

use bytesize::ByteSize;
use codefirst::{
    executor::{Execution, Executor, ExecutorError, Outcome},
    journal::CallOutcome,
    program::Program,
    sandbox::{Isolation, ProcessOptions, SandboxError},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::{task::JoinHandle, time::timeout};

use crate::{
    own_binary::OwnBinary,
    process_table::wait_for,
    test_host::{TestHost, process_with},
};

/// Within this time a process that has been killed is gone.
const SOON: Duration = Duration::from_secs(1);
/// Within this time whatever has been asked for has begun, however busy the machine is.
const START: Duration = Duration::from_secs(20);

/// Runs a program that has to complete.
async fn complete(executor: &Executor, source: &str) -> Execution {
    let execution = executor.execute(&Program::new(source)).await.expect("a host that works");
    assert!(matches!(execution.outcome, Outcome::Completed { .. }), "{source}: {:?}", execution.outcome);
    execution
}

fn result(execution: &Execution) -> Value {
    match &execution.outcome {
        Outcome::Completed { result } => result.to_value(),
        Outcome::Failed(failure) => panic!("{failure}"),
    }
}

/// Runs a program in the background.
fn spawn(executor: &Arc<Executor>, source: &str) -> JoinHandle<Result<Execution, ExecutorError>> {
    let (executor, program) = (executor.clone(), Program::new(source));
    tokio::spawn(async move { executor.execute(&program).await })
}

/// The host's failure to run any program with this isolation.
async fn failure_of(isolation: Isolation) -> ExecutorError {
    let executor = TestHost::executor().isolation(isolation).build();
    executor.execute(&Program::new("return 1")).await.expect_err("it should not run")
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_has_the_memory_of_the_process() {
    let executor = TestHost::executor().build();
    let small = complete(&executor, "return 1").await.usage.peak_memory.expect("a count");
    assert!(small > ByteSize::mb(5) && small < ByteSize::mb(100), "{small}");
    let large = complete(&executor, "return new Uint8Array(100_000_000).fill(1).length").await;
    let large = large.usage.peak_memory.expect("a count");
    assert!(large > ByteSize::mb(100), "{large}");
}

/// What is computed is a fixed amount of work, several times what is asserted, and no busy machine makes it less.
#[tokio::test(flavor = "multi_thread")]
async fn usage_has_the_computing_of_the_process() {
    let executor = TestHost::executor().build();
    let source = "let x = 0; for (let i = 0; i < 30_000_000; i++) x = (x * 31 + i) | 0; return x";
    let computed = complete(&executor, source).await.usage.cpu.expect("a count");
    assert!(computed >= Duration::from_millis(150), "{computed:?}");
    let waiting = complete(&executor, "await new Promise((resolve) => setTimeout(resolve, 300)); return 1").await.usage;
    assert!(waiting.wall >= Duration::from_millis(300), "{waiting:?}");
    assert!(waiting.cpu.expect("a count") < Duration::from_millis(100), "{waiting:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_queue_takes_is_refused() {
    let options = ProcessOptions { concurrent: 1, queue: 1, ..ProcessOptions::default() };
    let executor = TestHost::executor().isolation(process_with(options)).build();
    let program = Program::new("return await test.sleep({ ms: 50 })");
    // Polled in this order: the first takes the place to run, the second the place to wait.
    let mut ends = join_all([&program; 3].map(|program| executor.execute(program))).await;
    let error = ends.pop().expect("three").expect_err("it should be refused");
    let is_busy = matches!(error, ExecutorError::Sandbox(SandboxError::Busy { running: 1, waiting: 1 }));
    assert!(is_busy, "{error:?}");
    assert!(error.is_retryable());
    for end in ends {
        assert_eq!(result(&end.expect("a host that works")), json!(50));
    }
    assert_eq!(result(&complete(&executor, "return 2").await), json!(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_nobody_waits_for_is_killed() {
    let binary = OwnBinary::new();
    let isolation = binary.isolation(ProcessOptions { spares: 0, ..ProcessOptions::default() });
    let executor = Arc::new(TestHost::executor().isolation(isolation).build());
    for source in ["for (;;) {}", "await test.sleep({ ms: 60000 })"] {
        let execution = spawn(&executor, source);
        wait_for(START, || binary.children().pop()).expect("a process for the program");
        execution.abort();
        assert!(execution.await.is_err_and(|error| error.is_cancelled()));
        let gone = wait_for(SOON, || binary.children().is_empty().then_some(()));
        assert!(gone.is_some(), "{source}: {:?}", binary.children());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_without_init_is_told_what_to_do() {
    let error = failure_of(Isolation::default()).await;
    assert!(matches!(error, ExecutorError::Sandbox(SandboxError::NotInitialized)), "{error:?}");
    assert!(!error.is_retryable());
    let reason = error.source().map(ToString::to_string).unwrap_or_default();
    assert!(reason.contains("codefirst::sandbox::init()"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_that_is_no_sandbox_is_named_and_explained() {
    for (binary, explanation) in [("/bin/true", "codefirst::sandbox::init()"), ("/does/not/exist", "No such file")] {
        let options = ProcessOptions { binary: Some(binary.into()), ..ProcessOptions::default() };
        let error = failure_of(Isolation::Process(options)).await;
        let ExecutorError::Sandbox(zygote @ SandboxError::Zygote { source, .. }) = &error else { panic!("{error:?}") };
        assert!(zygote.to_string().contains(binary), "{zygote}");
        assert!(source.to_string().contains(explanation), "{source}");
        assert!(!error.is_retryable());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zygote_that_dies_takes_its_programs_along_and_is_replaced() {
    let binary = OwnBinary::new();
    let host = Arc::new(TestHost::default());
    let isolation = binary.isolation(ProcessOptions::default());
    let executor = Arc::new(TestHost::executor().host(host.clone()).isolation(isolation).build());
    let source = "await test.echo({ a: 1 }); await test.sleep({ ms: 60000 })";
    let programs: Vec<_> = (0..3).map(|_| spawn(&executor, source)).collect();
    wait_for(START, || (host.calls() == 6).then_some(())).expect("programs that have made two calls each");

    let zygotes = binary.zygotes();
    assert_eq!(zygotes.len(), 1, "{zygotes:?}");
    zygotes[0].kill();
    for program in programs {
        let end = timeout(START, program).await.expect("an end").expect("no panic");
        let error = end.expect_err("it should be lost");
        assert!(error.is_retryable());
        let ExecutorError::SandboxLost { journal } = &error else { panic!("{error:?}") };
        let outcomes: Vec<_> = journal.entries().map(|entry| &entry.outcome).collect();
        let [echoed, slept] = outcomes[..] else { panic!("{journal:?}") };
        assert!(matches!(echoed, CallOutcome::Output(_)), "{echoed:?}");
        assert!(matches!(slept, CallOutcome::Unknown {}), "{slept:?}");
    }
    assert_eq!(result(&complete(&executor, "return 2").await), json!(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_program_finds_what_another_has_left() {
    let executor = TestHost::executor().build();
    let source = "const found = [globalThis.left, ({}).left, [].left, Math.left].filter((value) => value !== undefined);\n\
                  for (const place of [globalThis, Object.prototype, Array.prototype, Math]) place.left = 1;\n\
                  JSON.stringify = () => 'replaced';\n\
                  return { found: found.length, random: Math.random(), id: crypto.randomUUID() };";
    let (mut numbers, mut ids) = (HashSet::new(), HashSet::new());
    for _ in 0..50 {
        let value = result(&complete(&executor, source).await);
        assert_eq!(value["found"], json!(0), "{value}");
        numbers.insert(value["random"].to_string());
        ids.insert(value["id"].to_string());
    }
    assert_eq!((numbers.len(), ids.len()), (50, 50));
}
