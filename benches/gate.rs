//! The regression gate: a fresh evaluation and the components' fresh times beside `reports/baseline.json`.
//!
//! `cargo bench` runs it last, after `components`, whose estimates it reads. It prints a table, writes `gate.md`, `junit.xml` and
//! `gate.json` to `target/gate/`, and ends non-zero over a regression. `cargo bench --bench gate -- --update-baseline` shows what would be
//! accepted and accepts it; it takes the times that were last measured, as long as they are of this very build.
//!
//! `--tokens-only` leaves the times out, for machines on which they say nothing.
//!
//! `--quick` is understood by the components alone: the gate evaluates with all seeds of its baseline, whatever it is told, because
//! figures of fewer could not be compared with them.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{
    env, fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use codefirst::{
    harness::{
        OutputFolder, Run, RunOptions,
        scenario::Scenario,
        summary::{Arm, Assumptions, Summary},
    },
    regression::{
        Baseline, BaselineError, Current, GateReport, GateVerdict, difference,
        estimates::{self, Estimates},
        judge,
    },
    report::listing::{junit, markdown, terminal},
    sandbox,
    tokens::O200k,
};

/// The seeds of the evaluation, and so of the baseline.
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

fn main() -> ExitCode {
    sandbox::init();
    let has = |name: &str| env::args().any(|argument| argument == name);
    match run(has("--update-baseline"), has("--tokens-only")) {
        Ok(GateVerdict::Passed) => ExitCode::SUCCESS,
        Ok(GateVerdict::Failed) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(is_update: bool, is_tokens_only: bool) -> anyhow::Result<GateVerdict> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/baseline.json");
    if is_update {
        let estimates = estimates(is_update)?;
        let summary = evaluate(&target().join("gate/eval"))?;
        accept(&path, &Baseline::of(&summary, &estimates.benchmarks))?;
        return Ok(GateVerdict::Passed);
    }
    // Before the minutes that an evaluation takes.
    let baseline = Baseline::read(&path)?;
    let estimates = if is_tokens_only {
        // Beside themselves, the times are the same.
        Estimates { benchmarks: baseline.benchmarks.clone(), stale: Vec::new() }
    } else {
        estimates(is_update)?
    };
    let summary = evaluate(&target().join("gate/eval"))?;
    let report = judge(&baseline, &Current { summary: &summary, benchmarks: &estimates.benchmarks });
    write(&report, &estimates.stale)?;
    Ok(report.verdict)
}

/// The times of the components as ratios. What was measured with another build is not judged, and not accepted either.
fn estimates(is_update: bool) -> anyhow::Result<Estimates> {
    let binary = env!("CARGO_BIN_EXE_codefirst");
    let built = fs::metadata(binary).and_then(|metadata| metadata.modified()).context(binary)?;
    let folder = target().join("criterion");
    let estimates = estimates::read(&folder, built)?;
    if is_update && let Some(group) = estimates.stale.first() {
        bail!(
            "the group {group:?} in {} was not measured with this build: run `cargo bench --bench components` first, or remove it \
             if it is no group any more",
            folder.display()
        );
    }
    Ok(estimates)
}

/// Every scenario, on every arm, with every seed.
fn evaluate(output: &Path) -> anyhow::Result<Summary> {
    // To be fitted when the harness changes: all that the gate asks of it is this `Summary`.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let scenarios = Scenario::load_all(&folder, &[])?;
    let output = OutputFolder::open(output)?;
    let options = RunOptions {
        counter: &O200k,
        assumptions: Assumptions::built_in()?,
        arms: Arm::ALL.to_vec(),
        seeds: SEEDS.to_vec(),
    };
    let mut run = Run::new(options, &output, &());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        for scenario in &scenarios {
            eprintln!("{} …", scenario.name);
            run.scenario(scenario).await?;
        }
        let (summary, _) = run.conclude();
        Ok(summary)
    })
}

/// Shows what changes, and makes it the baseline.
fn accept(path: &Path, new: &Baseline) -> anyhow::Result<()> {
    let old = match Baseline::read(path) {
        Ok(old) => Some(old),
        Err(BaselineError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => None,
        // What cannot be read is not what was accepted, and nothing worth keeping.
        Err(error @ BaselineError::Form { .. }) => {
            eprintln!("{error}");
            None
        }
        Err(error) => return Err(error.into()),
    };
    let difference = difference(old.as_ref(), new)?;
    if difference.is_empty() {
        println!("the baseline stays as it is");
        return Ok(());
    }
    print!("{difference}");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(path, new.to_json()?).with_context(|| format!("cannot write {}", path.display()))?;
    println!("accepted in {}: look at the difference, then commit it", path.display());
    Ok(())
}

/// Prints the table, and writes it in its other forms.
fn write(report: &GateReport, stale: &[String]) -> anyhow::Result<()> {
    let mut listing = report.listing();
    listing.notes.extend(
        stale.iter().map(|group| {
            format!("The group {group} was not measured with this build: run `cargo bench` without a name.")
        }),
    );
    print!("{}", terminal(&listing, io::stdout().is_terminal()));
    let folder = target().join("gate");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, text) in [
        ("gate.md", markdown(&listing)),
        ("junit.xml", junit(&listing)),
        ("gate.json", serde_json::to_string_pretty(report)?),
    ] {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Cargo's folder for what it builds, wherever that is.
fn target() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary).to_owned()
}
