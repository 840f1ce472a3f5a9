//! `codefirst verify`: what has to be so, tried now.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::Parser;

use crate::{
    criteria::{self, Finding, Places},
    format::visible,
};

const FAILED: u8 = 2;

/// Try what codefirst promises, and print what was found
///
/// Each line is a criterion that has just been tried, with the value: wrappers, limits, both routes, cache, fallback, gateway,
/// metrics, and the saving of every headline scenario. Run it in the project's folder, which has the wrappers and the scenarios.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst verify\n  \
    codefirst verify --json\n\n\
    Exit codes: 0 every criterion holds; 2 one does not; 64 wrong usage.")]
pub struct Arguments {
    /// The wrappers of the built-in servers
    #[arg(long, value_name = "DIR", default_value = "tools")]
    wrappers: PathBuf,
    /// The scenarios of the evaluation
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    scenarios: PathBuf,
    /// Print one JSON array instead: criterion, holds, found
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let places = Places { wrappers: &arguments.wrappers, scenarios: &arguments.scenarios };
    let colour = std::io::stdout().is_terminal();
    let width = criteria::names().map(str::len).max().unwrap_or_default();
    let findings = criteria::verify(places, |finding| {
        if !arguments.json {
            println!("{}", line(finding, width, colour));
        }
    });
    let findings = findings.await;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    }
    let holds = findings.iter().all(|finding| finding.holds);
    Ok(if holds { ExitCode::SUCCESS } else { FAILED.into() })
}

fn line(finding: &Finding, width: usize, colour: bool) -> String {
    let (word, escape) = if finding.holds { ("held  ", "\x1b[32m") } else { ("FAILED", "\x1b[31m") };
    let word = if colour { format!("{escape}{word}\x1b[0m") } else { word.to_owned() };
    format!("{word}  {:width$}  {}", finding.criterion, visible(&finding.found))
}
