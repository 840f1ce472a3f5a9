//! `codefirst sweep`: from where on code-first pays.

use std::{io::IsTerminal, ops::RangeInclusive, path::PathBuf, process::ExitCode};

use clap::{Parser, builder::TypedValueParser};
use comfy_table::Cell;

use crate::{
    format,
    harness::{
        OutputFolder,
        summary::{Arm, BreakEven, GrowthTimings, Sweep},
        sweep::{self, Axes},
    },
    report::{self, Evidence, table::new_table},
    tokens::O200k,
};

/// Tokens in the context of the code arm for each token that tools return: from here on it is not flat.
const MOST_GROWTH: f64 = 0.001;
const GREW: u8 = 2;

/// Find from where on code-first pays: over the number of tools, the size of a result and the number of calls
///
/// Runs real trials along each axis and puts the conversations of all points together from theirs, token for token. Prints the
/// size of a result from which on the code route takes no more, and how its context and its time grow with the data. Writes
/// sweep.json and growth.json; where the folder has a recorded run, its reports are written again with them.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst sweep\n  \
    codefirst sweep --tools 40,120 --result-tokens 500,5000 --steps 2,8\n  \
    codefirst eval --out /tmp/run && codefirst sweep --out /tmp/run\n\n\
    Exit codes: 0 done; 2 the context of the code arm grows with the data; 1 could not be run; 64 wrong usage.")]
pub struct Arguments {
    /// The numbers of tools on offer
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = within(1..=500), default_values_t = Axes::default().tools)]
    tools: Vec<usize>,
    /// The sizes of one result, in tokens
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        value_parser = within(100..=1_000_000),
        default_values_t = Axes::default().result_tokens
    )]
    result_tokens: Vec<usize>,
    /// The numbers of calls, each of which needs the result of the one before
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = within(1..=100), default_values_t = Axes::default().steps)]
    steps: Vec<usize>,
    /// Prices and the speed of a model, in the place of those that are built in
    #[arg(long, value_name = "FILE.TOML")]
    assumptions: Option<PathBuf>,
    /// Where the files go
    #[arg(long, value_name = "DIR", default_value = "reports")]
    out: PathBuf,
    /// Print no progress and no tables
    #[arg(long)]
    quiet: bool,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let assumptions = super::assumptions(arguments.assumptions.as_deref())?;
    let output = OutputFolder::join(&arguments.out)?;
    let axes = Axes {
        tools: ascending(arguments.tools),
        result_tokens: ascending(arguments.result_tokens),
        steps: ascending(arguments.steps),
    };
    let (pieces, timings) = sweep::collect(&axes, |what| {
        if !arguments.quiet {
            eprintln!("trials with {what}");
        }
    })
    .await?;
    let found = sweep::sweep(&pieces, &O200k, &assumptions);
    report::write_sweep(output.path(), &found, &timings)?;
    if output.path().join("summary.json").exists() {
        report::write_all(output.path(), &Evidence::read(output.path())?)?;
    }
    if !arguments.quiet {
        print!("{}", tables(&found, &timings, std::io::stdout().is_terminal()));
    }
    if found.growth.context_slope >= MOST_GROWTH {
        eprintln!("the context of the code arm grows with what tools return, by {MOST_GROWTH} or more for each token");
        return Ok(GREW.into());
    }
    Ok(ExitCode::SUCCESS)
}

fn within(range: RangeInclusive<u64>) -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64).range(range).map(|number| number as usize)
}

fn ascending(mut values: Vec<usize>) -> Vec<usize> {
    values.sort_unstable();
    values.dedup();
    values
}

fn tables(sweep: &Sweep, timings: &GrowthTimings, colour: bool) -> String {
    let mut text = String::new();
    for (measure, name) in [("context", "context"), ("cost", "cost"), ("model_time", "model time, modelled")] {
        for against in [Arm::Direct, Arm::Search] {
            let title = format!("{name}, beside {}", against.name());
            text.push_str(&format!("\nTokens of one result from which on code takes no more: {title}\n"));
            text.push_str(&table(sweep, measure, against, colour));
            text.push('\n');
        }
    }
    text.push_str(&format!(
        "\nContext of the code arm for each token that tools return: {:.5} tokens. Its time for a million of them: {:.2} s (r² {:.3}).\n",
        sweep.growth.context_slope, timings.seconds_per_million_tokens, timings.r_squared,
    ));
    text
}

/// A row for each number of tools, a column for each number of calls.
fn table(sweep: &Sweep, measure: &str, against: Arm, colour: bool) -> String {
    let header: Vec<String> = std::iter::once("Tools".to_owned())
        .chain(sweep.steps.iter().map(|steps| format!("{steps} {}", if *steps == 1 { "call" } else { "calls" })))
        .collect();
    let titles: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = new_table(&titles, 0..header.len(), colour);
    for tools in &sweep.tools {
        let mut cells = vec![Cell::new(tools)];
        cells.extend(sweep.steps.iter().map(|steps| {
            let is_it = |point: &&BreakEven| {
                (point.tools, point.steps, point.against) == (*tools, *steps, against) && point.measure == measure
            };
            let found = sweep.break_even.iter().find(is_it).and_then(|point| point.result_tokens);
            Cell::new(match found {
                None => "never".to_owned(),
                Some(tokens) if tokens.0 == 0 => "always".to_owned(),
                Some(tokens) => format::grouped(tokens.0),
            })
        }));
        table.add_row(cells);
    }
    table.trim_fmt()
}
