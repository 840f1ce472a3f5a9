//! What the gateway costs a call and how many it takes: against real servers, in a process of its own; and a gate over it.
//!
//! `cargo bench --bench gateway` prints every measure with its limit and exits with 1 when one is missed; with names behind `--`
//! (`direct`, `execute`, `load`, `start`, `idle`) it takes those only. `--quick` makes a fifth of the
//! calls, and loads for 10 s instead of 60.
//!
//! The upstream servers are this program, started once more: [`server`].

#![allow(clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

#[path = "../report/mod.rs"]
mod report;

mod load;
mod server;

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use bytes::Bytes;
use hyper::{HeaderMap, header::HeaderValue};
use load::Load;
use report::{Report, Times, is_quick, is_wanted, milliseconds, quickly};
use rmcp::{
    RoleClient, ServiceExt,
    model::CallToolRequestParams,
    service::RunningService,
    transport::{StreamableHttpClientTransport, TokioChildProcess},
};
use serde_json::json;

/// So many calls are timed.
const CALLS: usize = 1_000;
const CONNECTIONS: usize = 64;

/// The configuration of a gateway.
struct Files(tempfile::TempDir);

impl Files {
    /// Of these servers: each the arguments of [`server`].
    fn write(servers: &[Vec<String>]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let own = std::env::current_exe().expect("this program");
        let entries = servers.iter().enumerate().map(|(number, arguments)| {
            let env = json!({ server::ARGUMENTS: arguments.join(" ") });
            (format!("s{number}"), json!({ "command": own, "env": env }))
        });
        let config = json!({ "mcpServers": entries.collect::<serde_json::Map<_, _>>() });
        std::fs::write(folder.path().join("mcp.json"), config.to_string()).expect("the folder can be written to");
        let settings = "[http]\nrate = \"1000000/s\"\n[gateway]\nmode = \"both\"\n[check]\nmode = \"off\"\n";
        std::fs::write(folder.path().join("codefirst.toml"), settings).expect("the folder can be written to");
        Self(folder)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codefirst"));
        command.arg("serve").args(arguments).arg("--config").arg(self.0.path().join("mcp.json"));
        command.arg("--settings").arg(self.0.path().join("codefirst.toml"));
        command
    }
}

/// A gateway over HTTP, in a process of its own. Dropped, it is ended.
struct Gateway {
    process: Child,
    address: SocketAddr,
    started: Instant,
    _files: Files,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Gateway {
    fn start(servers: &[Vec<String>]) -> Self {
        let files = Files::write(servers);
        let mut command = files.command(&["--http", "127.0.0.1:0"]);
        let started = Instant::now();
        let mut process = command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn().expect("the gateway starts");
        let mut lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
        let address = loop {
            let line = lines.next().expect("the gateway says where it serves").expect("text");
            if let Some(rest) = line.strip_prefix("serving http://") {
                break rest.split('/').next().and_then(|text| text.parse().ok()).expect("an address");
            }
            eprintln!("{line}");
        };
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| eprintln!("{line}")));
        Self { process, address, started, _files: files }
    }

    fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// Waits until every server has been tried. Gives the time since the start.
    async fn ready(&self) -> Duration {
        loop {
            let ready = reqwest::get(format!("http://{}/readyz", self.address)).await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return self.started.elapsed();
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// In MB, without the sandboxes.
    fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("a process");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a size");
        let kib: f64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number");
        kib * 1024.0 / 1e6
    }
}

type Client = RunningService<RoleClient, ()>;

async fn over_http(url: String) -> Client {
    ().serve(StreamableHttpClientTransport::from_uri(url)).await.expect("a handshake")
}

async fn over_stdio(command: tokio::process::Command) -> Client {
    ().serve(TokioChildProcess::new(command).expect("a process")).await.expect("a handshake")
}

async fn time_calls(client: &Client, tool: &str, arguments: &serde_json::Value) -> Times {
    let mut times = Times::default();
    let calls = quickly(CALLS, 5);
    for call in 0..calls + calls / 10 {
        let params = CallToolRequestParams::new(tool.to_owned())
            .with_arguments(arguments.as_object().cloned().expect("an object"));
        let start = Instant::now();
        let result = client.call_tool(params).await.expect("an answer");
        assert_ne!(result.is_error, Some(true), "{result:?}");
        if call >= calls / 10 {
            times.0.push(start.elapsed());
        }
    }
    times
}

/// The same call straight to a server and through the gateway, whose own server is a child process.
///
/// A call that its server answers at once costs nothing but its way, and through the gateway it has two ways to go. The measure is
/// therefore taken of one that its server needs a moment for, a shorter one than any tool that reads a file or asks a network; the
/// other is held to what the two ways cost by themselves.
async fn direct(report: &mut Report) {
    let http_server = server::HttpServer::start();
    let http_gateway = Gateway::start(&[vec!["echo".to_owned()]]);
    http_gateway.ready().await;
    let stdio_gateway = Files::write(&[vec!["echo".to_owned()]]);
    let mut own = tokio::process::Command::new(std::env::current_exe().expect("this program"));
    own.env(server::ARGUMENTS, "echo");

    let child = over_stdio(own).await;
    let clients = [
        ("HTTP", over_http(http_server.url.clone()).await, over_http(http_gateway.url()).await),
        ("stdio", child, over_stdio(tokio::process::Command::from(stdio_gateway.command(&[]))).await),
    ];
    let empty = json!({ "text": "hello" });
    let mut to_child = Duration::ZERO;
    for (transport, straight, through) in clients.iter().rev() {
        // The gateway over stdio lists what it has when it is asked: wait for its server.
        while !through.list_all_tools().await.expect("tools").iter().any(|tool| tool.name == "s0__echo") {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let (alone, behind) = in_turns(straight, through, &json!({ "text": "hello", "pause_ms": PAUSE_MS })).await;
        println!("{transport}, {PAUSE_MS} ms at the server: straight {alone:.3} ms, through {behind:.3} ms");
        report.at_most(&format!("a direct call through the gateway, {transport}"), behind / alone, 1.3, "× straight");

        let (alone, behind) = in_turns(straight, through, &empty).await;
        if *transport == "stdio" {
            to_child = Duration::from_secs_f64(alone / 1e3);
        }
        let ways = alone + milliseconds(to_child);
        println!(
            "{transport}, nothing at the server: straight {alone:.3} ms, through {behind:.3} ms, {:.2} ×",
            behind / alone
        );
        report.at_most(&format!("  one that does nothing, {transport}"), behind / ways, 1.3, "× both ways");
    }
}

/// Less than a real tool takes that asks a network.
const PAUSE_MS: u64 = 2;

/// The medians of the same call by both, in milliseconds; in turns, so that what else the machine does meets both.
async fn in_turns(straight: &Client, through: &Client, arguments: &serde_json::Value) -> (f64, f64) {
    let (mut alone, mut behind) = (Times::default(), Times::default());
    for _ in 0..3 {
        alone.0.extend(time_calls(straight, "echo", arguments).await.0);
        behind.0.extend(time_calls(through, "s0__echo", arguments).await.0);
    }
    (milliseconds(alone.p50()), milliseconds(behind.p50()))
}

async fn execute(report: &mut Report) {
    let gateway = Gateway::start(&[vec!["echo".to_owned()]]);
    gateway.ready().await;
    let client = over_http(gateway.url()).await;
    let code = "return (await s0.echo({ text: \"hello\" }))";
    let p50 = time_calls(&client, "execute_code", &json!({ "code": code })).await.p50();
    report.at_most("execute_code with one call, over HTTP, p50", milliseconds(p50), 4.0, "ms");
}

async fn load(report: &mut Report) {
    let gateway = Gateway::start(&[vec!["echo".to_owned()]]);
    gateway.ready().await;
    let duration = if is_quick() { 10 } else { 60 };
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "execute_code"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let body = |number: u64| {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { "name": "load", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let code = format!("return (await s0.echo({{ text: \"n{number}\" }})).length");
        let params = json!({ "name": "execute_code", "arguments": { "code": code }, "_meta": meta });
        Bytes::from(json!({ "jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params }).to_string())
    };
    let is_right = |answer: &[u8]| {
        let text = String::from_utf8_lossy(answer);
        text.contains("\"result\"") && !text.contains("\"isError\":true")
    };
    let run = |seconds| {
        let load = Load {
            address: gateway.address,
            path: "/mcp",
            headers: headers.clone(),
            connections: CONNECTIONS,
            duration: Duration::from_secs(seconds),
        };
        async move { load.run(body, is_right).await }
    };
    run(5).await;
    let before = gateway.resident();
    let loaded = run(duration).await;
    let after = gateway.resident();
    let latency = |share| milliseconds(loaded.latency(share).unwrap_or_default());
    let (p50, p99) = (latency(0.5), latency(0.99));
    println!("{} executions in {:.1} s: p50 {p50:.1} ms, p99 {p99:.1} ms", loaded.count, loaded.elapsed.as_secs_f64());
    for error in &loaded.first_errors {
        println!("{error}");
    }
    println!("resident: {before:.1} MB after 5 s, {after:.1} MB after {duration} s more");
    report.at_least("execute_code at 64 connections", loaded.per_second(), 500.0, "/s");
    report.at_most("of them, errors", loaded.errors as f64, 0.0, "");
    report.at_most("memory at the end beside that after 5 s", after / before, 1.1, "×");
}

async fn start(report: &mut Report) {
    let gateway = Gateway::start(&vec![vec!["slow".to_owned()]; 20]);
    let ready = gateway.ready().await;
    report.at_most("start-up to ready, 20 servers of 0.5 s", ready.as_secs_f64(), 1.5, "s");
}

async fn idle(report: &mut Report) {
    let gateway = Gateway::start(&vec![vec!["many".to_owned()]; 10]);
    gateway.ready().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    report.at_most("resident when idle, with 1,000 tools", gateway.resident(), 60.0, "MB");
}

fn main() -> ExitCode {
    if let Ok(arguments) = std::env::var(server::ARGUMENTS) {
        return server::run(&arguments);
    }
    // reqwest panics where nobody has chosen ciphers.
    rustls::crypto::ring::default_provider().install_default().expect("nobody else has chosen");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let mut report = Report::start();
        if is_wanted("start") {
            start(&mut report).await;
        }
        if is_wanted("idle") {
            idle(&mut report).await;
        }
        if is_wanted("direct") {
            direct(&mut report).await;
        }
        if is_wanted("execute") {
            execute(&mut report).await;
        }
        if is_wanted("load") {
            load(&mut report).await;
        }
        report.exit_code()
    })
}
