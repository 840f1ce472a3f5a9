//! `codefirst eval`: both routes, measured.

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
        OutputFolder, Progress, Run, RunOptions,
        scenario::{Scenario, ScenarioError},
        summary::{Arm, TrialSummary, Verdict},
    },
    report::{self, Evidence},
    tokens::O200k,
};

const GATE_FAILED: u8 = 2;
const INTERRUPTED: u8 = 130;
/// More would say nothing more.
const MAX_SEEDS: u64 = 1_000;

/// Measure what the code route saves: the same tasks by every route, answers verified, tokens counted
///
/// Runs the scenarios in ./scenarios, each with several seeds: the data changes, the task does not. Prints what each arm took, and
/// writes index.html, CSV files with a dictionary of their columns, summary.json and timings.json. Every finished trial is kept in
/// <out>/trials at once, so an interrupted run has lost nothing but the trial it was at.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst eval\n  \
    codefirst eval --scenario issue-triage --seeds 1 --out /tmp/report\n  \
    codefirst eval --scenario ./my/scenario --arm direct --arm code\n\n\
    codefirst report writes the pages again from what a run has kept; codefirst compare shows two runs side by side.\n\n\
    Exit codes: 0 every gate held; 2 a gate failed, or a trial did; 1 could not run; 64 wrong usage; 130 interrupted.")]
pub struct Arguments {
    /// Run only this scenario, by its name in ./scenarios or by the path of its folder; may be repeated
    #[arg(long = "scenario", value_name = "NAME|DIR")]
    scenarios: Vec<String>,
    /// Run only this arm; may be repeated
    #[arg(long = "arm", value_name = "NAME")]
    arms: Vec<ArmName>,
    /// Run every scenario with the seeds 1 to N
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=MAX_SEEDS))]
    seeds: u64,
    /// Prices and the speed of a model, in the place of those that are built in (assumptions.toml)
    #[arg(long, value_name = "FILE.TOML")]
    assumptions: Option<PathBuf>,
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
    /// The same, with the definitions that the model searches for in the place of all
    Search,
    /// One program, only its result in the model's context
    Code,
    /// The code route with the result cache
    #[value(name = "code+cache")]
    CodeCache,
}

impl From<ArmName> for Arm {
    fn from(name: ArmName) -> Self {
        match name {
            ArmName::Direct => Self::Direct,
            ArmName::Search => Self::Search,
            ArmName::Code => Self::Code,
            ArmName::CodeCache => Self::CodeCache,
        }
    }
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let scenarios = load(&arguments.scenarios)?;
    let asked: Vec<Arm> = arguments.arms.iter().copied().map(Arm::from).collect();
    let arms: Vec<_> = Arm::ALL.into_iter().filter(|arm| asked.is_empty() || asked.contains(arm)).collect();
    let seeds: Vec<u64> = (1..=arguments.seeds).collect();
    let assumptions = super::assumptions(arguments.assumptions.as_deref())?;
    let output = OutputFolder::open(&arguments.out)?;
    let progress = TerminalProgress::new(scenarios.len() * arms.len() * seeds.len(), arguments.quiet);

    let mut run = Run::new(RunOptions { counter: &O200k, assumptions, arms, seeds }, &output, &progress);
    // One future for the whole run: an interrupt between two scenarios must not be missed.
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    for scenario in &scenarios {
        tokio::select! {
            result = run.scenario(scenario) => result?,
            _ = &mut interrupted => {
                progress.clear();
                eprintln!("interrupted: the finished trials are in {}", arguments.out.join("trials").display());
                return Ok(INTERRUPTED.into());
            }
        }
    }
    progress.clear();
    let (summary, timings) = run.conclude();
    let evidence = Evidence::new(output.path(), summary, timings)?;
    report::write_all(output.path(), &evidence)?;
    if !arguments.quiet {
        print!("{}", report::table::render(&evidence.summary, std::io::stdout().is_terminal()));
        println!("\nReport: {}", arguments.out.join("index.html").display());
    }
    Ok(match evidence.summary.gate.verdict {
        Verdict::Held | Verdict::None => ExitCode::SUCCESS,
        Verdict::Failed => GATE_FAILED.into(),
    })
}

/// Loads the scenarios that are asked for, or all.
fn load(asked: &[String]) -> Result<Vec<Scenario>, ScenarioError> {
    let folder = Path::new("scenarios");
    let is_path = |asked: &&String| asked.contains(std::path::MAIN_SEPARATOR);
    let (paths, names): (Vec<_>, Vec<_>) = asked.iter().partition(is_path);
    let mut scenarios = match (&names[..], &paths[..]) {
        ([], [_, ..]) => Vec::new(),
        (names, _) => Scenario::load_all(folder, &names.iter().map(|name| (*name).clone()).collect::<Vec<_>>())?,
    };
    for path in paths {
        scenarios.push(Scenario::load(Path::new(path))?);
    }
    Ok(scenarios)
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
    fn trial_started(&self, scenario: &Scenario, arm: Arm, seed: u64) {
        self.bar.set_message(format!("{}, {} arm, seed {seed}", scenario.name, arm.name()));
    }

    fn trial_finished(&self, scenario: &Scenario, trial: &TrialSummary) {
        let verdict = trial.outcome.failure().map_or("correct", |failure| &failure.message);
        if self.plain {
            let line = format!("{}, {} arm, seed {}: {verdict}", scenario.name, trial.arm.name(), trial.seed);
            eprintln!("{}", visible(&line));
        }
        self.bar.inc(1);
    }
}
