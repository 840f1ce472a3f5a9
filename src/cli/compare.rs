//! `codefirst compare`: two recorded runs, side by side.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};

use crate::report::{Evidence, compare::RunComparison, listing};

/// Show what differs between two recorded runs
///
/// For each scenario and arm: tokens, cost and answers, which way they moved and how far. Times are compared as ratios within
/// each run, and are noise where their intervals overlap.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst compare /tmp/before reports\n  \
    codefirst compare /tmp/before reports --format markdown >comment.md\n\n\
    Exit codes: 0 compared, whatever the difference; 1 a run could not be read; 64 wrong usage.")]
pub struct Arguments {
    /// The folder of the run that is compared with
    #[arg(value_name = "BASELINE")]
    baseline: PathBuf,
    /// The folder of the other run
    #[arg(value_name = "NOW")]
    now: PathBuf,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For a terminal
    Table,
    /// For a comment on a pull request
    Markdown,
    /// Everything, as data
    Json,
    /// A test case for each figure
    Junit,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (baseline, now) = (Evidence::read(&arguments.baseline)?, Evidence::read(&arguments.now)?);
    let comparison = RunComparison::of(&baseline, &now);
    let listing = comparison.listing();
    match arguments.format {
        Format::Table => print!("{}", listing::terminal(&listing, std::io::stdout().is_terminal())),
        Format::Markdown => print!("{}", listing::markdown(&listing)),
        Format::Json => println!("{}", serde_json::to_string_pretty(&comparison)?),
        Format::Junit => print!("{}", listing::junit(&listing)),
    }
    Ok(ExitCode::SUCCESS)
}
