//! `codefirst report`: the pages again, from what a run has kept.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::Parser;

use crate::report::{self, Evidence};

/// Write the reports of a recorded run again
///
/// Reads summary.json, timings.json, the trials, and sweep.json and growth.json where codefirst sweep has written them, and makes
/// index.html and the CSV files of them. Nothing is run.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst report\n  \
    codefirst report /tmp/run --out /tmp/pages\n\n\
    Exit codes: 0 written; 1 the run could not be read, or the reports not be written; 64 wrong usage.")]
pub struct Arguments {
    /// The folder that `codefirst eval --out` wrote to
    #[arg(value_name = "DIR", default_value = "reports")]
    run: PathBuf,
    /// Where the reports go [default: where the run is]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print no table
    #[arg(long)]
    quiet: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let evidence = Evidence::read(&arguments.run)?;
    let out = arguments.out.as_ref().unwrap_or(&arguments.run);
    report::write_all(out, &evidence)?;
    if !arguments.quiet {
        print!("{}", report::table::render(&evidence.summary, std::io::stdout().is_terminal()));
        println!("\nReport: {}", out.join("index.html").display());
    }
    Ok(ExitCode::SUCCESS)
}
