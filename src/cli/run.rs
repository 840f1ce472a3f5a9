//! `codefirst run`: one program, its result on standard output.

use std::{
    io::{IsTerminal, Read},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use bytesize::ByteSize;
use clap::Parser;

use super::IsolationName;
use crate::{
    catalog::Catalog,
    executor::{Execution, Executor, Outcome},
    harness::Fleet,
    host::ToolHost,
    program::Program,
    report::format::visible,
    sandbox::{ConsoleLevel, Failure, Isolation, Limits, ProcessOptions},
};

/// The program failed.
const PROGRAM_FAILED: u8 = 3;

/// Run a TypeScript program against MCP tools and print its result
///
/// Only the final result goes to standard output: the value that the program returns at its top level or exports as its
/// default, otherwise what it printed. Console output and diagnostics go to standard error.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst run program.ts\n  \
    codefirst run program.ts --config mcp.json --timeout 10s --cpu 2s --memory 128MiB\n  \
    echo 'return await rates.convert({ from: \"EUR\", to: \"USD\", amount: 10 })' | codefirst run - --json\n\n\
    Without --config, the built-in servers of the evaluation stand in for real ones.\n\n\
    Exit codes: 0 the program completed; 3 it failed (kind, place and message on standard error);\n\
    1 it could not be run; 64 wrong usage.")]
pub struct Arguments {
    /// The program, or - for standard input
    file: PathBuf,
    /// Servers to call, in the mcpServers format that Claude Desktop and Cursor read
    #[arg(long, value_name = "MCP.JSON")]
    config: Option<PathBuf>,
    /// Wall-clock limit, waiting for tools included
    #[arg(long, default_value = "30s", value_parser = parse_duration)]
    timeout: Duration,
    /// Limit on the program's own computing, in which waiting does not count; a thread's is not measured
    #[arg(long, default_value = "10s", value_parser = parse_duration)]
    cpu: Duration,
    /// Limit on the memory of the program's process; on a thread, on the engine's heap
    #[arg(long, default_value = "512MiB")]
    memory: ByteSize,
    /// Where the program runs
    #[arg(long, value_enum, default_value_t)]
    isolation: IsolationName,
    /// Print the whole execution as one JSON object: outcome, console, journal and usage
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let program = Program::new(read(&arguments.file)?);
    let (host, catalog) = connect(arguments.config.as_deref()).await?;
    let limits = Limits { wall: arguments.timeout, cpu: arguments.cpu, memory: arguments.memory, ..Limits::default() };
    let isolation = match arguments.isolation {
        // There is no second program that could use a spare process.
        IsolationName::Process => Isolation::Process(ProcessOptions { spares: 0, ..ProcessOptions::default() }),
        IsolationName::Thread => Isolation::Thread,
    };
    let executor = Executor::builder().host(host).catalog(catalog).limits(limits).isolation(isolation).build();
    let execution = executor.execute(&program).await?;
    report(&execution, program.source(), arguments.json)
}

async fn connect(config: Option<&Path>) -> anyhow::Result<(Arc<dyn ToolHost>, Catalog)> {
    let Some(path) = config else {
        let fleet = Fleet::start_built_in().await?;
        return Ok((fleet.upstreams.clone(), fleet.catalog));
    };
    let upstreams = super::connect(path).await?;
    let catalog = Catalog::new(upstreams.definitions());
    Ok((Arc::new(upstreams), catalog))
}

fn report(execution: &Execution, source: &str, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        println!("{}", serde_json::to_string(execution)?);
    } else {
        for line in &execution.console {
            match line.level {
                ConsoleLevel::Debug | ConsoleLevel::Info => eprintln!("{}", visible(&line.text)),
                ConsoleLevel::Warn => eprintln!("warning: {}", visible(&line.text)),
                ConsoleLevel::Error => eprintln!("error: {}", visible(&line.text)),
            }
        }
        if execution.console_truncated {
            eprintln!("(further console output was dropped)");
        }
    }
    match &execution.outcome {
        Outcome::Completed { result } => {
            if !json {
                let text = result.to_string();
                // What goes on to another program goes as it is.
                println!("{}", if std::io::stdout().is_terminal() { visible(&text) } else { text });
            }
            Ok(ExitCode::SUCCESS)
        }
        Outcome::Failed(failure) => {
            eprint!("{}", visible(&explain(failure, source)));
            Ok(PROGRAM_FAILED.into())
        }
    }
}

/// A failure with the line of the program that it is about.
fn explain(failure: &Failure, source: &str) -> String {
    // The lines of its message are set off from ours.
    let mut text = failure.to_string().replace('\n', "\n    ") + "\n";
    if let Some(position) = failure.position
        && let Some(line) = source.lines().nth(position.line.saturating_sub(1) as usize)
    {
        let number = position.line.to_string();
        let before = line.encode_utf16().take(position.column.saturating_sub(1) as usize).count();
        text += &format!("{number} | {line}\n{}^\n", " ".repeat(number.len() + 3 + before));
    }
    for frame in failure.stack.iter().skip(1) {
        let function = frame.function.as_deref().unwrap_or("the top level");
        text += &format!("    in {function}, {}:{}\n", frame.file, frame.position);
    }
    text
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    let duration: jiff::SignedDuration = text.parse().map_err(|_| "expected a duration such as 30s or 1m 30s")?;
    Duration::try_from(duration)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "must be longer than 0".into())
}
