//! `codefirst check`: whether a program's types are right, without running it.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, ValueEnum};

use super::run::{PROGRAM_FAILED, connect, read};
use crate::{
    catalog::Catalog,
    executor::TypeCheck,
    format::visible,
    program::{
        Program,
        check::{CheckMode, CheckOptions, Checker, Compiler, FindError},
    },
};

/// Check a TypeScript program's types against the tools it calls, without running it
///
/// The check is made by TypeScript's own native compiler, which is not part of codefirst: version 7 or newer, as npm
/// installs it, from node_modules, from PATH, or from --tsc. At most five errors are shown, each with its line and the
/// names that may have been meant.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst check program.ts\n  \
    codefirst check program.ts --config mcp.json --tsc ~/ts/node_modules/.bin/tsc\n  \
    codefirst check - --json < program.ts\n\n\
    Without --config, the tools are those of the built-in servers of the evaluation.\n\n\
    Exit codes: 0 no type errors; 3 type errors, or not TypeScript (on standard output); 1 could not check, for\n\
    example without a compiler; 64 wrong usage.")]
pub struct Arguments {
    /// The program, or - for standard input
    file: PathBuf,
    /// Servers whose tools it calls, in the mcpServers format that Claude Desktop and Cursor read
    #[arg(long, value_name = "MCP.JSON")]
    config: Option<PathBuf>,
    /// Leave out the tools that the [policy] of this file denies
    #[arg(long, value_name = "CODEFIRST.TOML")]
    settings: Option<PathBuf>,
    /// TypeScript's compiler
    #[arg(long, value_name = "PATH")]
    tsc: Option<PathBuf>,
    /// Print one JSON object: status, errors, and how many more there are
    #[arg(long)]
    json: bool,
}

/// What a type check decides, in the command line's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckName {
    /// Nothing: types are not checked
    Off,
    /// Nothing: type errors are shown beside what the program did
    Warn,
    /// Whether the program runs: not with type errors, and not unchecked
    Require,
}

impl From<CheckName> for CheckMode {
    fn from(name: CheckName) -> Self {
        match name {
            CheckName::Off => Self::Off,
            CheckName::Warn => Self::Warn,
            CheckName::Require => Self::Require,
        }
    }
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let program = Program::new(read(&arguments.file)?);
    let (compiler, connected) =
        tokio::join!(find_compiler(arguments.tsc.as_deref()), connect(arguments.config.as_deref()));
    let (compiler, (_servers, definitions)) = (compiler?, connected?);
    let catalog = Catalog::new(super::rulings(arguments.settings.as_deref(), &definitions)?.visible(definitions));
    let checked = checker(compiler, &catalog).check(&program).await;
    let check = TypeCheck::from(Ok(checked.context("the types could not be checked")?));
    if arguments.json {
        println!("{}", serde_json::to_string(&check)?);
    }
    match check {
        TypeCheck::Errors(report) => {
            if !arguments.json {
                println!("{}", visible(&report.to_string()));
            }
            Ok(PROGRAM_FAILED.into())
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Looks for the compiler without holding up what else is done meanwhile.
pub async fn find_compiler(tsc: Option<&Path>) -> Result<Compiler, FindError> {
    let tsc = tsc.map(Path::to_owned);
    let found = tokio::task::spawn_blocking(move || Compiler::find(tsc.as_deref())).await;
    found.unwrap_or(Err(FindError::NotFound))
}

pub fn checker(compiler: Compiler, catalog: &Catalog) -> Checker {
    Checker::new(compiler, catalog.files(), CheckOptions::default())
}
