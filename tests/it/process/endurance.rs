//! What remains after a lot: after ten thousand executions, after zygotes and children are killed, after hosts are.
//!
//! Some of it is counted for the whole process. Such a test is ignored as it stands, and another runs it alone in a process.

use std::{
    env, fs,
    io::Write,
    ops::Range,
    process::{self, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use codefirst::{
    executor::{Execution, Executor, ExecutorError, Outcome},
    journal::{CallOutcome, Journal},
    sandbox::{FailureKind, Limits, ProcessOptions, SandboxError},
};
use futures_util::{StreamExt, stream};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use tokio::time::{sleep, timeout};

use super::{START, complete, result, spawn};
use crate::{
    own_binary::OwnBinary,
    process_table::{children_of, wait_for},
    test_host::TestHost,
};

/// Within this time all is gone that nobody needs any more.
const REST: Duration = Duration::from_secs(2);
/// Executions at once.
const TOGETHER: usize = 8;

/// Runs one of the ignored tests in a process in which nothing else runs.
fn run_alone(test: &str) {
    let test = format!("process::endurance::{test}");
    let output = Command::new(env::current_exe().expect("this binary"))
        .args([test.as_str(), "--exact", "--ignored", "--nocapture"])
        .output()
        .expect("it runs");
    let (printed, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}\n{errors}");
}

#[test]
fn nothing_remains_of_ten_thousand_executions() {
    run_alone("ten_thousand_executions");
}

/// What this process and its zygote have, zombies included.
#[derive(Debug, PartialEq, Eq)]
struct Holdings {
    descriptors: usize,
    children: usize,
    zygote_descriptors: usize,
    zygote_children: usize,
}

impl Holdings {
    fn count(binary: &OwnBinary) -> Self {
        let zygotes = binary.zygotes();
        Self {
            descriptors: fs::read_dir("/proc/self/fd").expect("the descriptors").count(),
            children: children_of(process::id()).len(),
            zygote_descriptors: zygotes.iter().map(|zygote| zygote.descriptors().len()).sum(),
            zygote_children: zygotes.iter().map(|zygote| children_of(zygote.id).len()).sum(),
        }
    }
}

/// Runs that many programs on an executor that is gone at the end.
async fn execute_many(binary: &OwnBinary, programs: Range<u32>) {
    let executor = &TestHost::executor().isolation(binary.isolation(ProcessOptions::default())).build();
    let executions = stream::iter(programs).for_each_concurrent(TOGETHER, |n| async move {
        let execution = complete(executor, &format!("return (await test.echo({{ n: {n} }})).n")).await;
        assert_eq!(result(&execution), json!(n));
    });
    executions.await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "counts what its process has: `nothing_remains_of_ten_thousand_executions` runs it alone"]
async fn ten_thousand_executions() {
    let binary = OwnBinary::new();
    // A zygote that has been started is kept.
    execute_many(&binary, 0..TOGETHER as u32).await;
    let rest = wait_for(REST, || (Holdings::count(&binary).zygote_children == 0).then_some(()));
    assert!(rest.is_some(), "{:?}", Holdings::count(&binary));
    // The zygote closes what belonged to a child just after the child is gone.
    sleep(Duration::from_millis(100)).await;
    let before = Holdings::count(&binary);

    execute_many(&binary, 0..10_000).await;
    let rest = wait_for(REST, || (Holdings::count(&binary) == before).then_some(()));
    assert!(rest.is_some(), "before {before:?}, after {:?}", Holdings::count(&binary));
}

#[test]
fn killed_processes_harm_only_their_programs() {
    run_alone("storm");
}

/// Programs of four kinds, each with a number of its own, which is its result.
fn source(number: u64) -> String {
    match number % 4 {
        0 => format!("return {number}"),
        1 => format!("await test.sleep({{ of: {number}, ms: 10 }}); return {number}"),
        2 => format!("const end = Date.now() + 20; while (Date.now() < end); return {number}"),
        _ => format!(
            "for (let n = 0; n < 50; n++) {{\n\
               const answer = await test.echo({{ of: {number}, n }});\n\
               if (answer.of !== {number} || answer.n !== n) throw new Error(`${{JSON.stringify(answer)}} is not ${{n}}'s`);\n\
             }}\n\
             return {number}"
        ),
    }
}

/// Compares an end with what the host has seen of the program.
fn check(number: u64, end: &Result<Execution, ExecutorError>, host: &TestHost) {
    let seen = host.inputs_of(number);
    let journal: &Journal = match end {
        Ok(execution) => &execution.journal,
        Err(ExecutorError::SandboxLost { journal }) => journal,
        // A zygote that was killed when it was needed, or while it started.
        Err(error @ ExecutorError::Sandbox(SandboxError::Fork(_) | SandboxError::Zygote { .. })) => {
            assert!(error.is_retryable(), "{number}: {error:?}");
            assert!(seen.is_empty(), "{number}: it never started, but has called {seen:?}");
            return;
        }
        Err(error) => panic!("{number}: {error:?}"),
    };
    let told: Vec<_> = journal.entries().map(|entry| entry.call.input.clone()).collect();
    match end {
        Ok(Execution { outcome: Outcome::Completed { result }, .. }) => {
            assert_eq!(result.to_value(), json!(number));
            assert_eq!(told, seen, "{number}");
            for entry in journal.entries() {
                let CallOutcome::Output(output) = &entry.outcome else { panic!("{number}: {entry:?}") };
                let sent = entry.call.input.clone();
                let expected = if sent.contains_key("ms") { sent["ms"].clone() } else { sent.into() };
                assert_eq!(output.to_value(), expected, "{number}");
            }
        }
        Ok(Execution { outcome: Outcome::Failed(failure), .. }) => {
            assert_eq!(failure.kind, FailureKind::Crash, "{number}: {failure}");
            // The last call may have been cut off just before it was made.
            assert!(told.starts_with(&seen), "{number}: {told:?} is not {seen:?}");
        }
        Err(error) => {
            assert!(error.is_retryable(), "{number}: {error}");
            assert!(told.starts_with(&seen), "{number}: {told:?} is not {seen:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "loads the machine and kills processes: `killed_processes_harm_only_their_programs` runs it alone"]
async fn storm() {
    const ROUNDS: u64 = 200;
    let binary = OwnBinary::new();
    let host = Arc::new(TestHost::default());
    let limits = Limits { wall: Duration::from_secs(5), ..Limits::default() };
    let isolation = binary.isolation(ProcessOptions::default());
    let builder = TestHost::executor().host(host.clone()).limits(limits).isolation(isolation);
    let executor: Arc<Executor> = Arc::new(builder.build());
    let mut random = ChaCha8Rng::seed_from_u64(4711);
    let (mut killed, mut completed) = (0, 0);
    for round in 0..ROUNDS {
        let numbers = (0..TOGETHER as u64).map(|n| round * TOGETHER as u64 + n);
        let programs: Vec<_> = numbers.map(|number| (number, spawn(&executor, &source(number)))).collect();
        sleep(Duration::from_micros(random.random_range(0..30_000))).await;
        let candidates = if random.random_range(0..4) == 0 { binary.zygotes() } else { binary.children() };
        if let Some(victim) = candidates.choose(&mut random) {
            victim.kill();
            killed += 1;
        }
        for (number, program) in programs {
            // The two seconds are for a machine that has more to do.
            let end = timeout(limits.wall + Duration::from_secs(2), program).await;
            let end = end.unwrap_or_else(|_| panic!("{number} did not end")).expect("no panic");
            check(number, &end, &host);
            completed += u64::from(matches!(end, Ok(Execution { outcome: Outcome::Completed { .. }, .. })));
        }
    }
    assert!(killed > ROUNDS / 2, "only {killed} processes were there to be killed");
    assert!(completed > ROUNDS, "only {completed} programs completed");

    assert_eq!(result(&complete(&executor, "return 'fine'").await), json!("fine"));
    drop(executor);
    let gone = wait_for(REST, || binary.children().is_empty().then_some(()));
    assert!(gone.is_some(), "{:?}", binary.children());
}

#[test]
fn nothing_outlives_a_killed_host() {
    let binary = OwnBinary::new();
    let mut random = ChaCha8Rng::seed_from_u64(4711);
    for round in 0..20 {
        let program = match round % 2 {
            0 => "for (;;) {}",
            _ => "await new Promise((resolve) => setTimeout(resolve, 25000))",
        };
        let host = Command::new(binary.path())
            .args(["run", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut host = host.expect("a host");
        host.stdin.take().expect("its input").write_all(program.as_bytes()).expect("a host that reads");
        if round < 4 {
            // The host, its zygote, and the program's process.
            let all = wait_for(START, || (binary.processes().len() == 3).then_some(()));
            assert!(all.is_some(), "{:?}", binary.processes());
        } else {
            // Anywhere between the host's start and the program's.
            std::thread::sleep(Duration::from_micros(random.random_range(0..150_000)));
        }
        host.kill().expect("a host that lives");
        host.wait().expect("its end");
        let gone = wait_for(REST, || binary.processes().is_empty().then_some(()));
        assert!(gone.is_some(), "round {round}: {:?}", binary.processes());
    }
}
