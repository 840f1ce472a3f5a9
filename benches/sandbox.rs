//! What a fresh process for each program costs, as ratios to what else was measured in the same run, and a gate over it.
//!
//! `cargo bench --bench sandbox` prints every measure with its limit and exits with 1 when one is missed; with names behind
//! `--` (`start_up`, `boundary`, `throughput`, `memory`, `issue_triage`) it takes those only. `--quick` takes a third of
//! the rounds. Times depend on the machine and on what else it does; the ratios much less.

#![allow(clippy::expect_used, clippy::print_stdout)]

mod report;

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
    sync::Arc,
    time::{Duration, Instant},
};

use codefirst::{
    catalog::Catalog,
    executor::{Execution, Executor, Outcome},
    harness::{Fleet, scenario::Scenario},
    host::{ToolAnswer, ToolError, ToolHost},
    program::Program,
    sandbox::{Isolation, Limits, ProcessOptions},
    tool::{JsonObject, ToolCall, ToolDef, ToolOutput},
};
use futures_util::future::{BoxFuture, join_all};
use report::{Report, Times, is_wanted, milliseconds, quickly};
use tokio::sync::Semaphore;

/// What is compared by percentiles is measured by turns, so many times in a row, and so many times over.
const IN_A_ROW: usize = 20;
const ROUNDS: usize = 25;

/// How long the spares are given to be forked again.
const REFILL: Duration = Duration::from_millis(3);

/// Tools that answer at once, and one that waits until it may answer.
struct Host {
    large: ToolOutput,
    gate: Arc<Semaphore>,
}

impl Host {
    fn new() -> Self {
        let row = |n: usize| serde_json::json!({ "id": n, "name": format!("row {n}"), "tags": ["a", "b"], "value": n as f64 / 7.0, "note": "x".repeat(40) });
        let rows = (0..).map(row).scan(0, |size, row| {
            *size += row.to_string().len();
            (*size < 3_000_000).then_some(row)
        });
        let rows: Vec<_> = rows.collect();
        Self { large: ToolOutput::from_value(&rows.into()), gate: Arc::new(Semaphore::new(0)) }
    }

    fn catalog() -> Catalog {
        let tool = |name: &str| ToolDef {
            name: name.into(),
            description: None,
            input_schema: Arc::new(JsonObject::new()),
            output_schema: None,
            annotations: None,
        };
        Catalog::new(vec![("bench".into(), ["echo", "large", "wait"].map(tool).to_vec())])
    }
}

impl ToolHost for Host {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(async move {
            let output = match &*call.id.tool {
                "large" => self.large.clone(),
                "wait" => {
                    let _passed = self.gate.acquire().await;
                    ToolOutput::from_text("true".to_owned())
                }
                _ => ToolOutput::from_value(&call.input.into()),
            };
            Ok(output.into())
        })
    }
}

fn process(spares: usize, concurrent: Option<usize>) -> Isolation {
    let default = ProcessOptions { binary: Some(env!("CARGO_BIN_EXE_codefirst").into()), ..ProcessOptions::default() };
    Isolation::Process(ProcessOptions { spares, concurrent: concurrent.unwrap_or(default.concurrent), ..default })
}

fn executor(host: Arc<Host>, isolation: Isolation, limits: Limits) -> Arc<Executor> {
    let builder = Executor::builder().host(host).catalog(Host::catalog());
    Arc::new(builder.isolation(isolation).limits(limits).build())
}

async fn complete(executor: &Arc<Executor>, program: &Program) -> Duration {
    let (executor, program) = (executor.clone(), program.clone());
    // On a worker, as a server's requests are.
    let run = tokio::spawn(async move {
        let start = Instant::now();
        let execution = executor.execute(&program).await.expect("a host that works");
        (start.elapsed(), execution)
    });
    let (elapsed, execution) = run.await.expect("no panic");
    check(&execution);
    elapsed
}

fn check(execution: &Execution) {
    assert!(matches!(execution.outcome, Outcome::Completed { .. }), "{:?}", execution.outcome);
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut report = Report::start();
    if is_wanted("start_up") {
        start_up(&mut report).await;
    }
    if is_wanted("boundary") {
        boundary(&mut report).await;
    }
    if is_wanted("throughput") {
        throughput(&mut report).await;
    }
    if is_wanted("memory") {
        memory(&mut report).await;
    }
    if is_wanted("issue_triage") {
        issue_triage(&mut report).await;
    }
    report.exit_code()
}

/// A trivial program from `execute` to outcome, beside spawning and reaping /bin/true.
async fn start_up(report: &mut Report) {
    let host = Arc::new(Host::new());
    let without = executor(host.clone(), process(0, None), Limits::default());
    let with = executor(host, process(2, None), Limits::default());
    let program = Program::new("return 1 + 1");
    for executor in [&without, &with] {
        for _ in 0..20 {
            complete(executor, &program).await;
        }
    }
    let (mut spawned, mut without_spare, mut with_spare) = (Times::default(), Times::default(), Times::default());
    for _ in 0..quickly(ROUNDS, 3) {
        for _ in 0..IN_A_ROW {
            let start = Instant::now();
            let status = Command::new("/bin/true").status().expect("/bin/true");
            spawned.0.push(start.elapsed());
            assert!(status.success());
        }
        for _ in 0..IN_A_ROW {
            without_spare.0.push(complete(&without, &program).await);
        }
        for _ in 0..IN_A_ROW {
            tokio::time::sleep(REFILL).await;
            with_spare.0.push(complete(&with, &program).await);
        }
    }
    let base = milliseconds(spawned.p50());
    println!("spawning and reaping /bin/true: p50 {base:.2} ms, p99 {:.2} ms", milliseconds(spawned.percentile(99)));
    for (what, times, limit) in [("no spare", &mut without_spare, 1.5), ("a spare", &mut with_spare, 0.4)] {
        let (p50, p99) = (milliseconds(times.p50()), milliseconds(times.percentile(99)));
        report.at_most(&format!("trivial program, {what}: p50 {p50:.2} ms, beside /bin/true"), p50 / base, limit, "×");
        report.at_most(&format!("trivial program, {what}: p99 {p99:.2} ms, beside its p50"), p99 / p50, 5.0, "×");
    }
}

/// What one tool call costs, and a large result.
async fn boundary(report: &mut Report) {
    const CALLS: u32 = 500;
    let executor = executor(Arc::new(Host::new()), process(2, None), Limits::default());
    let trivial = Program::new("return 1 + 1");
    let calls = Program::new(format!("for (let n = 0; n < {CALLS}; n++) await bench.echo({{ n }}); return 1"));
    let large = Program::new("return (await bench.large({})).length");
    let (mut one, mut many, mut with_large) = (Times::default(), Times::default(), Times::default());
    for _ in 0..quickly(30, 3) {
        for (program, times) in [(&trivial, &mut one), (&calls, &mut many), (&large, &mut with_large)] {
            tokio::time::sleep(REFILL).await;
            times.0.push(complete(&executor, program).await);
        }
    }
    let trip = milliseconds(many.p50().saturating_sub(one.p50())) * 1e3 / f64::from(CALLS);
    report.at_most("round trip of a tool call, p50", trip, 100.0, "µs");
    let parsed = milliseconds(with_large.p50().saturating_sub(one.p50()));
    report.at_most("3 MB result into the guest and parsed, p50", parsed, 40.0, "ms");
}

async fn throughput(report: &mut Report) {
    const PROGRAMS: usize = 4_000;
    let executor = executor(Arc::new(Host::new()), process(2, None), Limits::default());
    let program = Program::new("return 1 + 1");
    complete(&executor, &program).await;
    let start = Instant::now();
    let clients = (0..8).map(|_| {
        let (executor, program) = (executor.clone(), program.clone());
        tokio::spawn(async move {
            for _ in 0..PROGRAMS / 8 {
                check(&executor.execute(&program).await.expect("a host that works"));
            }
        })
    });
    for client in join_all(clients).await {
        client.expect("no panic");
    }
    let rate = PROGRAMS as f64 / start.elapsed().as_secs_f64();
    report.at_least("executions of a trivial program, eight clients", rate, 1_500.0, "a second");
}

/// Programs that wait, many at once, and the memory that they take.
async fn memory(report: &mut Report) {
    const PROGRAMS: usize = 200;
    let host = Arc::new(Host::new());
    let executor = executor(host.clone(), process(0, Some(PROGRAMS)), Limits::default());
    let program = Program::new("return await bench.wait({})");
    let running: Vec<_> = (0..PROGRAMS)
        .map(|_| {
            let (executor, program) = (executor.clone(), program.clone());
            tokio::spawn(async move { executor.execute(&program).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let sizes: Vec<u64> = guests().iter().filter_map(|pid| proportional_bytes(*pid)).collect();
    host.gate.add_permits(Semaphore::MAX_PERMITS);
    for execution in join_all(running).await {
        check(&execution.expect("no panic").expect("a host that works"));
    }
    assert_eq!(sizes.len(), PROGRAMS, "not all programs were waiting");
    let mean = sizes.iter().sum::<u64>() as f64 / PROGRAMS as f64 / 1e6;
    report.at_most("memory of each of 200 waiting programs (PSS, mean)", mean, 8.0, "MB");
}

/// The processes of the programs that are running: children of a child of this one.
fn guests() -> Vec<u32> {
    let parent = |pid: u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse::<u32>().ok()
    };
    let entries = fs::read_dir("/proc").expect("/proc");
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid| parent(*pid).and_then(parent) == Some(std::process::id())).collect()
}

fn proportional_bytes(pid: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

/// A real scenario under both isolations, by turns.
async fn issue_triage(report: &mut Report) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/issue-triage");
    let scenario = Scenario::load(&folder).expect("a scenario");
    let fleet = Fleet::start(&scenario.at(1)).await.expect("the servers start");
    let executor = |isolation| {
        let builder = Executor::builder().host(fleet.upstreams.clone()).catalog(fleet.catalog.clone());
        Arc::new(builder.isolation(isolation).build())
    };
    let (in_process, on_thread) = (executor(process(2, None)), executor(Isolation::Thread));
    let (mut process_times, mut thread_times) = (Times::default(), Times::default());
    for round in 0..quickly(16, 3) {
        for (executor, times) in [(&in_process, &mut process_times), (&on_thread, &mut thread_times)] {
            tokio::time::sleep(REFILL).await;
            let time = complete(executor, &scenario.program).await;
            // The first is for warming up.
            if round > 0 {
                times.0.push(time);
            }
        }
    }
    let (process, thread) = (milliseconds(process_times.p50()), milliseconds(thread_times.p50()));
    report.at_most(&format!("issue-triage in a process, p50 {process:.0} ms"), process, 150.0, "ms");
    report.at_most(&format!("issue-triage in a process, beside a thread ({thread:.0} ms)"), process / thread, 1.1, "×");
}
