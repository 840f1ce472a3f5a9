//! What generating wrappers costs, and that it grows no faster than the definitions do.
//!
//! `cargo bench --bench codegen` prints every measure with its limit and exits with 1 when one is missed; `--quick` takes a third of the
//! rounds. The tools are those of the real servers that `CODEFIRST_TOOL_DEFINITIONS` names, or else the built-in ones, over and over
//! under new names.

#![allow(clippy::expect_used, clippy::print_stdout)]

mod report;

use std::{
    fs,
    process::{Command, ExitCode},
    sync::Arc,
    time::Instant,
};

use codefirst::{codegen::wrappers, harness::Fleet, observations::Observations, tool::ToolDef};
use report::{Report, Times, milliseconds, quickly, real_definitions};
use serde_json::json;

/// Where a process of this bench is told how many tools to generate, and to say what memory that took.
const TOOLS: &str = "CODEFIRST_BENCH_TOOLS";

#[tokio::main]
async fn main() -> ExitCode {
    let (source, tools) = match real_definitions() {
        Some(servers) => ("real", servers.into_iter().flat_map(|(_, tools)| tools).collect::<Vec<_>>()),
        None => {
            let fleet = Fleet::start_built_in().await.expect("the servers start");
            ("built-in", fleet.upstreams.definitions().into_iter().flat_map(|(_, tools)| tools).collect())
        }
    };
    if let Ok(count) = std::env::var(TOOLS) {
        let generated = wrappers(&servers(&tools, count.parse().expect("a number")), &Observations::default());
        println!("{} {}", peak_kib(), generated.files.len());
        return ExitCode::SUCCESS;
    }
    let mut report = Report::start();
    let bytes: usize = tools.iter().map(|tool| serde_json::to_string(tool).expect("plain data").len()).sum();
    println!("{} {source} tools, {} bytes of definition each on average", tools.len(), bytes / tools.len());

    let (thousand, ten_thousand) = (servers(&tools, 1_000), servers(&tools, 10_000));
    let once = time(&thousand);
    report.at_most("wrappers of 1,000 tools, p50", once, 50.0, "ms");
    report.at_most("wrappers of 10,000 tools, beside those of 1,000", time(&ten_thousand) / once, 12.0, "×");

    let (small, large) = (wide(9_000), wide(90_000));
    report.at_most("wrapper of a tool of 90 KB, beside one of 9 KB", time(&large) / time(&small), 12.0, "×");

    let [none, few, many] = [0, 1_000, 10_000].map(peak_of);
    println!("peak memory: {:.1} MB with no tools, {:.1} MB with 1,000, {:.1} MB with 10,000", none, few, many);
    report.at_most("memory of 10,000 tools, beside that of 1,000", (many - none) / (few - none), 12.0, "×");
    report.exit_code()
}

/// So many of the tools, fifty to a server.
fn servers(tools: &[ToolDef], count: usize) -> Vec<(String, Vec<ToolDef>)> {
    let all: Vec<ToolDef> = (0..count)
        .map(|n| {
            let tool = &tools[n % tools.len()];
            ToolDef { name: format!("{}_{n}", tool.name).into(), ..tool.clone() }
        })
        .collect();
    all.chunks(50).enumerate().map(|(n, tools)| (format!("server_{n}"), tools.to_vec())).collect()
}

/// One tool of about so many bytes: objects within objects, a definition that they share, alternatives, a list of values.
fn wide(bytes: usize) -> Vec<(String, Vec<ToolDef>)> {
    let mut properties = serde_json::Map::new();
    let mut size = 0;
    for n in 0.. {
        let property = json!({
            "description": format!("What the part {n} of the request is about, in a sentence or so."),
            "anyOf": [
                {"type": "object", "properties": {"id": {"type": "integer"}, "owner": {"$ref": "#/$defs/Owner"}}, "required": ["id"]},
                {"enum": ["all", "none", format!("only_{n}")]},
            ],
        });
        size += property.to_string().len();
        if size > bytes {
            break;
        }
        properties.insert(format!("part_{n}"), property);
    }
    let schema = json!({
        "type": "object", "properties": properties, "additionalProperties": false,
        "$defs": {"Owner": {"type": "object", "properties": {"login": {"type": "string"}, "teams": {"items": {"$ref": "#/$defs/Owner"}}}}},
    });
    let schema = serde_json::from_value(schema).expect("an object");
    let tool = ToolDef {
        name: "wide".into(),
        description: None,
        input_schema: Arc::new(schema),
        output_schema: None,
        annotations: None,
    };
    vec![("server".to_owned(), vec![tool])]
}

/// The p50 of generating the wrappers, in milliseconds.
fn time(servers: &[(String, Vec<ToolDef>)]) -> f64 {
    let mut times = Times::default();
    for _ in 0..quickly(15, 3) {
        let start = Instant::now();
        let tree = wrappers(servers, &Observations::default());
        times.0.push(start.elapsed());
        assert!(tree.files.len() > 1 && tree.warnings.len() < tree.files.len());
    }
    milliseconds(times.p50())
}

/// The peak memory of a process that generates so many, in megabytes.
fn peak_of(tools: usize) -> f64 {
    let own = std::env::current_exe().expect("a path");
    let output = Command::new(own).env(TOOLS, tools.to_string()).output().expect("a process");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let kib = text.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok());
    kib.unwrap_or_else(|| panic!("{output:?}")) * 1024.0 / 1e6
}

fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok()).expect("a Linux with /proc")
}
