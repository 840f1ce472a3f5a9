//! What a type check costs: cold, from a catalogue to the first answer, and warm, and a gate over both.
//!
//! `cargo bench --bench check` prints every measure with its limit and exits with 1 when one is missed; `--quick` makes a fifth
//! of the checks. It uses the compiler that `CODEFIRST_TSC` names, or that is installed; without one it says so and passes.

#![allow(clippy::expect_used, clippy::print_stdout)]

mod report;

use std::{path::Path, process::ExitCode, sync::Arc, time::Instant};

use codefirst::{
    catalog::Catalog,
    executor::Executor,
    harness::Fleet,
    program::{
        Program,
        check::{CheckMode, CheckOptions, Checker, Compiler},
    },
    sandbox::{Isolation, ProcessOptions},
    tool::ToolDef,
};
use report::{Report, Times, milliseconds, quickly};

const COLD: usize = 15;
const WARM: usize = 200;

/// A program of 60 lines as models write them, another at each call, over the built-in servers.
fn program(number: usize) -> Program {
    let mut lines = vec![format!("const run = {number};"), "const lines: string[] = [];".to_owned()];
    for n in 0..8 {
        lines.extend([
            format!("const page{n} = await github.list_issues({{ owner: 'acme', repo: 'storefront', perPage: {n} }});"),
            format!("for (const issue of page{n}.issues) {{"),
            "  if (issue.comments > 10) lines.push(`#${issue.number} ${issue.title}`);".to_owned(),
            "}".to_owned(),
            format!("const found{n} = await Promise.all(["),
            format!("  crm.find_accounts({{ domain: 'example{n}.com' }}), rates.list_currencies({{}}),"),
            "]);".to_owned(),
        ]);
    }
    lines.push(format!("const wrong: string = {number};"));
    lines.push("return lines;".to_owned());
    assert_eq!(lines.len(), 60);
    Program::new(lines.join("\n"))
}

fn at_most(report: &mut Report, what: &str, times: &mut Times, limit: f64) {
    let p99 = milliseconds(times.percentile(99));
    report.at_most(&format!("{what}: p50, p99 {p99:.1} ms"), milliseconds(times.p50()), limit, "ms");
}

#[tokio::main]
async fn main() -> ExitCode {
    let named = std::env::var_os("CODEFIRST_TSC");
    let compiler = match Compiler::find(named.as_deref().map(Path::new)) {
        Ok(compiler) => compiler,
        Err(error) => {
            println!("skipped: {error}");
            return ExitCode::SUCCESS;
        }
    };
    let mut report = Report::start();
    println!("TypeScript {}", compiler.version);
    let fleet = Fleet::start_built_in().await.expect("the servers start");
    // The same servers many times over, under other names.
    let definitions = fleet.upstreams.definitions();
    let copies = 1_000usize.div_ceil(fleet.catalog.len());
    let many = (0..copies).flat_map(|copy| {
        let name = move |server: &Arc<str>| if copy == 0 { server.clone() } else { format!("{server}_{copy}").into() };
        definitions.iter().map(move |(server, tools)| (name(server), tools.clone()))
    });
    let many = many.collect::<Vec<_>>();
    for servers in [definitions.clone(), many] {
        measure(&mut report, &compiler, servers).await;
    }
    beside(&compiler, &fleet).await;
    report.exit_code()
}

async fn measure(report: &mut Report, compiler: &Compiler, servers: Vec<(Arc<str>, Vec<ToolDef>)>) {
    let (mut cold, mut warm) = (Times::default(), Times::default());
    let tools = Catalog::new(servers.clone()).len();
    let mut checker = None;
    for number in 0..quickly(COLD, 5) {
        let catalog = Catalog::new(servers.clone());
        let program = program(number);
        let start = Instant::now();
        // The wrappers are written, the compiler is started, and it reads its own libraries and the wrappers.
        let next = Checker::new(compiler.clone(), catalog.files(), CheckOptions::default());
        let found = next.check(&program).await.expect("a compiler that works");
        cold.0.push(start.elapsed());
        assert_eq!(found.errors.len(), 1, "{found}");
        checker = Some(next);
    }
    let checker = checker.expect("one");
    for number in 0..quickly(WARM, 5) {
        let program = program(number);
        let start = Instant::now();
        let found = checker.check(&program).await.expect("a compiler that works");
        warm.0.push(start.elapsed());
        assert_eq!(found.errors.len(), 1, "{found}");
    }
    at_most(report, &format!("cold check, {tools} tools"), &mut cold, 300.0);
    at_most(report, &format!("warm check of 60 lines, {tools} tools"), &mut warm, 20.0);
}

/// What a check beside an execution adds to it. Without a limit: it is the check's own time, less the execution's.
async fn beside(compiler: &Compiler, fleet: &Fleet) {
    let isolation = || {
        let options =
            ProcessOptions { binary: Some(env!("CARGO_BIN_EXE_codefirst").into()), ..ProcessOptions::default() };
        Isolation::Process(options)
    };
    let builder =
        || Executor::builder().host(fleet.upstreams.clone()).catalog(fleet.catalog.clone()).isolation(isolation());
    let checker = Checker::new(compiler.clone(), fleet.catalog.files(), CheckOptions::default());
    let (plain, warns) = (builder().build(), builder().checker(checker, CheckMode::Warn).build());
    let (mut without, mut with) = (Times::default(), Times::default());
    let program = Program::new("return (await rates.list_currencies({})).length");
    for executor in [&plain, &warns] {
        executor.prepare().await.expect("a host that works");
    }
    for _ in 0..quickly(WARM, 5) {
        for (executor, times) in [(&plain, &mut without), (&warns, &mut with)] {
            let start = Instant::now();
            executor.execute(&program).await.expect("a host that works");
            times.0.push(start.elapsed());
        }
    }
    println!(
        "execution of one call: p50 {:.1} ms, and {:.1} ms with a check beside it (mode warn)",
        milliseconds(without.p50()),
        milliseconds(with.p50())
    );
}
