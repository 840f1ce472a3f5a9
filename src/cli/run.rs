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

use super::{
    IsolationName,
    check::{self, CheckName},
    learn::Lesson,
};
use crate::{
    catalog::Catalog,
    executor::{Execution, Executor, ExecutorBuilder, ExecutorError, Outcome, TypeCheck},
    format::visible,
    harness::Fleet,
    host::{Principal, ToolHost},
    observations::LearningHost,
    policy::PolicyHost,
    program::{
        Program,
        check::{Compiler, FindError},
    },
    sandbox::{ConsoleLevel, Failure, FailureKind, Isolation, Limits, ProcessOptions},
    tool::ToolDef,
};

type Definitions = Vec<(Arc<str>, Vec<ToolDef>)>;

/// The program failed.
pub const PROGRAM_FAILED: u8 = 3;

/// What to do about a check that was required and could not be made.
const UNCHECKED: &str =
    "the program was not run, because its types could not be checked; --check off runs it unchecked";

/// Run a TypeScript program against MCP tools and print its result
///
/// Only the final result goes to standard output: the value that the program returns at its top level or exports as its
/// default, otherwise what it printed. Console output and diagnostics go to standard error.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst run program.ts\n  \
    codefirst run program.ts --config mcp.json --timeout 10s --cpu 2s --memory 128MiB\n  \
    codefirst run program.ts --config mcp.json --settings codefirst.toml\n  \
    codefirst run program.ts --config mcp.json --learn\n  \
    codefirst run program.ts --check require --tsc node_modules/.bin/tsc\n  \
    echo 'return await rates.get_rate({ base: \"EUR\", quote: \"USD\" })' | codefirst run - --json\n\n\
    Without --config, the built-in servers of the evaluation stand in for real ones.\n\n\
    Exit codes: 0 the program completed; 3 it failed (kind, place and message on standard error);\n\
    1 it could not be run; 64 wrong usage.")]
pub struct Arguments {
    /// The program, or - for standard input
    file: PathBuf,
    /// Servers to call, in the mcpServers format that Claude Desktop and Cursor read
    #[arg(long, value_name = "MCP.JSON")]
    config: Option<PathBuf>,
    /// What calls may be made, and how: the [policy] of this file
    #[arg(long, value_name = "CODEFIRST.TOML")]
    settings: Option<PathBuf>,
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
    /// Record in a file what results look like where a server does not say: their shapes and keys, never their values. Without
    /// FILE, codefirst.learned.json beside the configuration
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    learn: Option<Option<PathBuf>>,
    /// What a check of the program's types decides [default: warn where a compiler is found, otherwise off]
    #[arg(long, value_enum, value_name = "MODE")]
    check: Option<CheckName>,
    /// TypeScript's native compiler, 7 or newer [default: the one in node_modules, then the one on PATH]
    #[arg(long, value_name = "PATH")]
    tsc: Option<PathBuf>,
    /// Print the whole execution as one JSON object: outcome, console, journal, usage and type check
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let program = Program::new(read(&arguments.file)?);
    let find = async {
        match arguments.check {
            Some(CheckName::Off) => None,
            _ => Some(check::find_compiler(arguments.tsc.as_deref()).await),
        }
    };
    let (connected, compiler) = tokio::join!(connect(arguments.config.as_deref()), find);
    let (mut host, definitions) = connected?;
    let rulings = super::rulings(arguments.settings.as_deref(), &definitions)?;
    let definitions = rulings.visible(definitions);
    let lesson = arguments
        .learn
        .as_ref()
        .map(|file| Lesson::start(file, arguments.config.as_deref(), &definitions))
        .transpose()?;
    let known = lesson.as_ref().map(|lesson| lesson.known.clone()).unwrap_or_default();
    let catalog = Catalog::with_observations(definitions, &known);
    if let Some(lesson) = &lesson {
        host = Arc::new(LearningHost::new(host, lesson.learner.clone()));
    }
    let host = Arc::new(PolicyHost::new(host, rulings, Principal::default()));
    let limits = Limits { wall: arguments.timeout, cpu: arguments.cpu, memory: arguments.memory, ..Limits::default() };
    let isolation = match arguments.isolation {
        // There is no second program that could use a spare process.
        IsolationName::Process => Isolation::Process(ProcessOptions { spares: 0, ..ProcessOptions::default() }),
        IsolationName::Thread => Isolation::Thread,
    };
    let mut executor = Executor::builder().host(host).limits(limits).isolation(isolation);
    if let Some(compiler) = compiler {
        // Whoever asks for a compiler, by name or for a check, is told that there is none.
        let mode = arguments.check.or(arguments.tsc.is_some().then_some(CheckName::Warn));
        executor = with_checks(executor, compiler, mode, &catalog)?;
    }
    let execution = executor.catalog(catalog).build().execute(&program).await.map_err(|error| {
        let is_unchecked = matches!(error, ExecutorError::TypeCheck(_));
        let error = anyhow::Error::from(error);
        if is_unchecked { error.context(UNCHECKED) } else { error }
    })?;
    if let Some(lesson) = lesson {
        lesson.end().await?;
    }
    report(&execution, program.source(), arguments.json)
}

/// The executor with checks, as far as there is a compiler and the mode wants them.
fn with_checks(
    executor: ExecutorBuilder,
    compiler: Result<Compiler, FindError>,
    mode: Option<CheckName>,
    catalog: &Catalog,
) -> anyhow::Result<ExecutorBuilder> {
    match compiler {
        Ok(compiler) => {
            let mode = mode.unwrap_or(CheckName::Warn).into();
            Ok(executor.checker(check::checker(compiler, catalog), mode))
        }
        Err(error) if mode == Some(CheckName::Require) => Err(anyhow::Error::from(error).context(UNCHECKED)),
        Err(error) => {
            if mode.is_some() {
                eprintln!("note: types are not checked: {error}");
            }
            Ok(executor)
        }
    }
}

pub async fn connect(config: Option<&Path>) -> anyhow::Result<(Arc<dyn ToolHost>, Definitions)> {
    let upstreams = match config {
        Some(path) => Arc::new(super::connect(path).await?),
        None => Fleet::start_built_in().await?.upstreams,
    };
    let definitions = upstreams.definitions();
    Ok((upstreams, definitions))
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
            show_check(execution, json);
            if !json {
                let text = result.to_string();
                // What goes on to another program goes as it is.
                println!("{}", if std::io::stdout().is_terminal() { visible(&text) } else { text });
            }
            Ok(ExitCode::SUCCESS)
        }
        Outcome::Failed(failure) => {
            eprint!("{}", visible(&explain(failure, source)));
            // What was not run because of its types has been told them.
            if failure.kind != FailureKind::Type {
                show_check(execution, json);
            }
            Ok(PROGRAM_FAILED.into())
        }
    }
}

/// Says what the check of a program that was run has found.
fn show_check(execution: &Execution, json: bool) {
    match &execution.check {
        Some(TypeCheck::Errors(report)) if !json => {
            eprintln!("type errors, with which the program was run:\n{}", visible(&report.to_string()));
        }
        Some(TypeCheck::NotChecked { reason }) if !json => {
            eprintln!("note: types were not checked: {}", visible(reason))
        }
        _ => {}
    }
}

/// A failure with the line of the program that it is about.
fn explain(failure: &Failure, source: &str) -> String {
    // The lines of its message are set off from ours.
    let mut text = failure.to_string().replace('\n', "\n    ") + "\n";
    // A type error's message has its line.
    if failure.kind != FailureKind::Type
        && let Some(position) = failure.position
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

pub fn read(file: &Path) -> anyhow::Result<String> {
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
