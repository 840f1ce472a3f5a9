//! The command line: one file for each subcommand. The only place that prints, exits, or uses `anyhow`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod check;
mod compare;
mod completions;
mod doctor;
mod eval;
mod generate;
mod import;
mod learn;
mod login;
mod report;
mod run;
mod serve;
mod sweep;
mod verify;

use std::{ffi::OsString, io::IsTerminal, path::Path, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand, ValueEnum};
use serde::Serialize;

use crate::{
    config::{Config, ServerConfig, Settings},
    format::visible,
    harness::{assumptions::AssumptionsError, summary::Assumptions},
    policy::Rulings,
    sandbox::Isolation,
    tool::ToolDef,
    upstream::{Upstreams, oauth::UNLOGGED},
};

/// The command line could not be understood.
const USAGE: u8 = 64;
/// The command could not do its work.
const HOST_FAILED: u8 = 1;

#[derive(Parser)]
#[command(name = "codefirst", version, about, long_about = LONG_ABOUT, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const LONG_ABOUT: &str = "Let agents call MCP tools from code.\n\n\
    A model writes one TypeScript program; codefirst runs it in a sandbox against MCP tools and returns only the result. \
    `codefirst eval` measures what that saves, with verified answers.\n\n\
    Exit codes: 0 done; 1 could not do it; 2 a gate of eval or a criterion of verify failed, the context grew in sweep, or doctor --strict found a layer missing; 3 the program failed, or has type errors; 64 wrong usage; 130 interrupted.\n\
    CODEFIRST_LOG=debug shows what happens inside (an env-filter of the `tracing` crate).";

#[derive(Subcommand)]
enum Command {
    Serve(serve::Arguments),
    Import(import::Arguments),
    Login(login::Arguments),
    Logout(login::LogoutArguments),
    Eval(eval::Arguments),
    Sweep(sweep::Arguments),
    Report(report::Arguments),
    Compare(compare::Arguments),
    Verify(verify::Arguments),
    Run(run::Arguments),
    Check(check::Arguments),
    Generate(generate::Arguments),
    Doctor(doctor::Arguments),
    Completions(completions::Arguments),
}

/// Where programs run, in the command line's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
enum IsolationName {
    /// A process for each program, confined by the kernel (Linux only)
    Process,
    /// A thread of codefirst's own process, within the engine's limits alone: not for hostile programs
    Thread,
}

/// What the library would choose.
impl Default for IsolationName {
    fn default() -> Self {
        match Isolation::default() {
            Isolation::Process(_) => Self::Process,
            Isolation::Thread => Self::Thread,
        }
    }
}

/// Runs the command line to its exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for, everything else is wrong usage.
            let code = if error.use_stderr() { USAGE } else { 0 };
            let _ = error.print();
            return code.into();
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::builder()
                .with_env_var("CODEFIRST_LOG")
                .with_default_directive(tracing_subscriber::filter::LevelFilter::WARN.into())
                .from_env_lossy()
                .add_directive(unlogged()),
        )
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let result = match arguments.command {
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Login(arguments) => block_on(login::run(arguments, count_tools)),
        Command::Logout(arguments) => block_on(login::log_out(arguments)),
        Command::Serve(arguments) => block_on(serve::run(arguments)),
        Command::Doctor(arguments) => block_on(doctor::run(arguments)),
        Command::Eval(arguments) => block_on(eval::run(arguments)),
        Command::Sweep(arguments) => block_on(sweep::run(arguments)),
        Command::Report(arguments) => report::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Verify(arguments) => block_on(verify::run(arguments)),
        Command::Run(arguments) => block_on(run::run(arguments)),
        Command::Check(arguments) => block_on(check::run(arguments)),
        Command::Generate(arguments) => block_on(generate::run(arguments)),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {}", visible(&chain(&error)));
        HOST_FAILED.into()
    })
}

/// What is not logged, whatever the environment says.
fn unlogged() -> tracing_subscriber::filter::Directive {
    UNLOGGED.parse().unwrap_or_default()
}

/// What the settings' policy makes of the tools that there are. Says which of its patterns match nothing.
fn rulings(settings: Option<&Path>, definitions: &[(Arc<str>, Vec<ToolDef>)]) -> anyhow::Result<Rulings> {
    let Settings { policy, .. } = settings.map(Settings::load).transpose()?.unwrap_or_default();
    for unmatched in policy.unmatched(definitions) {
        eprintln!("warning: {}", visible(&unmatched));
    }
    Ok(Rulings::new(&policy, definitions))
}

/// Those of the file, or those that are built in.
fn assumptions(file: Option<&Path>) -> Result<Assumptions, AssumptionsError> {
    file.map_or_else(Assumptions::built_in, Assumptions::load)
}

/// Connects to the servers that a configuration names.
async fn connect(config: &Path) -> anyhow::Result<Upstreams> {
    let config = Config::load(config)?;
    let builder = config.servers.iter().fold(Upstreams::builder(), |builder, server| builder.server(server));
    Ok(builder.connect().await?)
}

/// How many tools a server has, once it is connected to.
async fn count_tools(server: &ServerConfig) -> anyhow::Result<usize> {
    let upstreams = Upstreams::builder().server(server).connect().await?;
    let count = upstreams.definitions().iter().map(|(_, tools)| tools.len()).sum();
    upstreams.close().await;
    Ok(count)
}

/// Runs a command until it is done or interrupted.
fn block_on(command: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(command);
    // What still runs, a guest or a server, ends with the process.
    runtime.shutdown_background();
    result
}

/// An error with its causes, each on a line of its own and said once.
fn chain(error: &anyhow::Error) -> String {
    let mut message = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !message.contains(&cause) {
            message = format!("{message}\n  because: {cause}");
        }
    }
    message
}
