//! What the parts of the spine cost: compiling a program, counting tokens, one execution, and the whole of `issue-triage`.
//!
//! Times depend on the machine; compare them within one run.

#![allow(clippy::expect_used)]

use std::{hint::black_box, path::Path};

use codefirst::{
    executor::{Executor, Outcome},
    harness::{Fleet, scenario::Scenario},
    host::ToolHost,
    program::Program,
    sandbox::{Isolation, ProcessOptions},
    tokens::{O200k, TokenCounter},
    tool::{ToolCall, ToolId},
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

fn issue_triage() -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/issue-triage");
    Scenario::load(&folder).expect("a scenario")
}

/// A program of 60 lines: a typed function of four lines, over and over, and a return.
fn sixty_lines() -> String {
    let functions: String = (0..14)
        .map(|n| {
            format!(
                "async function step{n}(rows: Array<{{ id: number; name?: string }}>): Promise<string[]> {{\n  \
                 const kept = rows.filter((row) => row.id % {n} === 0 && row.name !== undefined);\n  \
                 return kept.map(({{ id, name }}) => `#${{id}} ${{name!.trim()}}`);\n}}\n"
            )
        })
        .collect();
    format!("const rows: unknown = await test.echo({{}});\n{functions}\n\nreturn step0(rows as never);\n")
}

fn transpile(criterion: &mut Criterion) {
    let program = Program::new(sixty_lines());
    assert_eq!(program.source().lines().count(), 60);
    criterion.bench_function("transpile/60 lines", |bencher| {
        bencher.iter(|| black_box(&program).compile().expect("a valid program"));
    });
}

fn tokens(criterion: &mut Criterion) {
    let runtime = runtime();
    let fleet = runtime.block_on(Fleet::start(&issue_triage())).expect("the servers start");
    let arguments = serde_json::json!({ "owner": "acme", "repo": "storefront", "perPage": 100 });
    let call = ToolCall {
        id: ToolId::new("github", "list_issues"),
        input: serde_json::from_value(arguments).expect("an object"),
    };
    let page = runtime.block_on(fleet.upstreams.call_tool(call)).expect("a page of issues");
    let text = page.output.text().to_owned();
    let mut group = criterion.benchmark_group("tokens");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(BenchmarkId::new("o200k", "a page of issues"), |bencher| {
        bencher.iter(|| O200k.count(black_box(&text)));
    });
    group.finish();
}

fn execute(criterion: &mut Criterion) {
    let runtime = runtime();
    let scenario = issue_triage();
    let fleet = runtime.block_on(Fleet::start(&scenario)).expect("the servers start");
    let isolation = Isolation::Process(ProcessOptions {
        binary: Some(env!("CARGO_BIN_EXE_codefirst").into()),
        ..ProcessOptions::default()
    });
    let executor =
        Executor::builder().host(fleet.upstreams.clone()).catalog(fleet.catalog.clone()).isolation(isolation).build();
    let complete = |program: &Program| {
        let execution = runtime.block_on(executor.execute(program)).expect("a host that works");
        assert!(matches!(execution.outcome, Outcome::Completed { .. }), "{:?}", execution.outcome);
    };
    let mut group = criterion.benchmark_group("execute");
    let trivial = Program::new("return 1 + 1");
    group.bench_function("trivial program", |bencher| bencher.iter(|| complete(&trivial)));
    group.sample_size(20);
    group.bench_function("issue-triage, 10,000 issues", |bencher| bencher.iter(|| complete(&scenario.program)));
    group.finish();
}

criterion_group!(benches, transpile, tokens, execute);
criterion_main!(benches);
