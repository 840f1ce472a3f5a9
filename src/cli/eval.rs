//! `codefirst eval`: the evaluation, and its gate.

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    format::visible,
    harness::{
        OutputFolder, Progress, Run,
        scenario::Scenario,
        summary::{Arm, ArmSummary, Verdict},
    },
    report,
    tokens::O200k,
};

const GATE_FAILED: u8 = 2;
const INTERRUPTED: u8 = 130;

/// Measure what the code route saves: the same tasks through both routes, answers verified, tokens counted
///
/// Runs the scenarios in ./scenarios, prints one table, and writes index.html, results.csv, summary.json and timings.json.
/// Every finished trial is kept in <out>/trials at once, so an interrupted run has lost nothing but the trial it was at.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst eval\n  \
    codefirst eval --scenario issue-triage --out /tmp/report\n  \
    codefirst eval --arm code --quiet\n\n\
    Exit codes: 0 every gate held; 2 a gate failed, or a trial did; 1 could not run; 64 wrong usage; 130 interrupted.")]
pub struct Arguments {
    /// Run only this scenario; may be repeated
    #[arg(long = "scenario", value_name = "NAME")]
    scenarios: Vec<String>,
    /// Run only this arm; may be repeated
    #[arg(long = "arm", value_name = "NAME")]
    arms: Vec<ArmName>,
    /// Where the reports go
    #[arg(long, value_name = "DIR", default_value = "reports")]
    out: PathBuf,
    /// Print no progress and no table
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ArmName {
    /// Every definition and every result in the model's context
    Direct,
    /// One program, only its result in the model's context
    Code,
    /// The code route with the result cache
    #[value(name = "code+cache")]
    CodeCache,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let scenarios = Scenario::load_all(Path::new("scenarios"), &arguments.scenarios)?;
    let is_wanted = |arm: &Arm| match arm {
        _ if arguments.arms.is_empty() => true,
        Arm::Direct => arguments.arms.contains(&ArmName::Direct),
        Arm::Code => arguments.arms.contains(&ArmName::Code),
        Arm::CodeCache => arguments.arms.contains(&ArmName::CodeCache),
    };
    let arms: Vec<_> = Arm::ALL.into_iter().filter(is_wanted).collect();
    let output = OutputFolder::open(&arguments.out)?;
    let progress = TerminalProgress::new(scenarios.len() * arms.len(), arguments.quiet);

    let mut run = Run::new(&O200k, &output, &progress);
    // One future for the whole run: an interrupt between two scenarios must not be missed.
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    for scenario in &scenarios {
        tokio::select! {
            result = run.scenario(scenario, &arms) => result?,
            _ = &mut interrupted => {
                progress.clear();
                eprintln!("interrupted: the finished trials are in {}", arguments.out.join("trials").display());
                return Ok(INTERRUPTED.into());
            }
        }
    }
    progress.clear();
    let (summary, timings) = run.conclude();
    report::write_all(output.path(), &summary, &timings)?;
    if !arguments.quiet {
        print!("{}", report::table::render(&summary, &timings, std::io::stdout().is_terminal()));
        println!("\nReport: {}", arguments.out.join("index.html").display());
    }
    Ok(match summary.gate.verdict {
        Verdict::Held | Verdict::None => ExitCode::SUCCESS,
        Verdict::Failed => GATE_FAILED.into(),
    })
}

/// A moving line on a terminal; a line for each trial elsewhere.
struct TerminalProgress {
    bar: ProgressBar,
    plain: bool,
}

impl TerminalProgress {
    fn new(trials: usize, quiet: bool) -> Self {
        let plain = !quiet && !std::io::stderr().is_terminal();
        let bar = if quiet || plain { ProgressBar::hidden() } else { ProgressBar::new(trials as u64) };
        if let Ok(style) = ProgressStyle::with_template("{spinner} [{pos}/{len}] {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar, plain }
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for TerminalProgress {
    fn trial_started(&self, scenario: &Scenario, arm: Arm) {
        self.bar.set_message(format!("{}, {} arm", scenario.name, arm.name()));
    }

    fn trial_finished(&self, scenario: &Scenario, arm: Arm, outcome: &ArmSummary) {
        let verdict = match outcome {
            ArmSummary::Correct(_) => "correct",
            ArmSummary::Failed(failed) => &failed.failure.message,
        };
        let line = format!("{}, {} arm: {verdict}", scenario.name, arm.name());
        if self.plain {
            eprintln!("{}", visible(&line));
        }
        self.bar.inc(1);
    }
}
