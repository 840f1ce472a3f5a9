//! What the benches have in common: a table that grows line by line, and a verdict over all of it.

// Each bench is a crate of its own and uses what it needs.
#![allow(dead_code)]

use std::{fs, path::PathBuf, process::ExitCode, time::Duration};

use codefirst::tool::ToolDef;

/// The table, and whether every measure of it has held.
pub struct Report {
    holds: bool,
}

impl Report {
    pub fn start() -> Self {
        println!("load average {}", fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
        Self { holds: true }
    }

    pub fn at_most(&mut self, what: &str, value: f64, limit: f64, unit: &str) {
        self.line(what, value, "≤", limit, unit, value <= limit);
    }

    pub fn at_least(&mut self, what: &str, value: f64, limit: f64, unit: &str) {
        self.line(what, value, "≥", limit, unit, value >= limit);
    }

    fn line(&mut self, what: &str, value: f64, relation: &str, limit: f64, unit: &str, holds: bool) {
        let verdict = if holds { "held" } else { "MISSED" };
        println!("{what:<62} {value:>9.2} {relation} {limit:>7} {unit:<14} {verdict}");
        self.holds &= holds;
    }

    pub fn exit_code(self) -> ExitCode {
        if self.holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The parts of a bench that were named behind `--`, or all.
pub fn is_wanted(part: &str) -> bool {
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    named.is_empty() || named.iter().any(|name| name == part)
}

/// Whether to measure less, and less often: `--quick`.
pub fn is_quick() -> bool {
    std::env::args().any(|argument| argument == "--quick")
}

/// The number, or a fraction of it where it has to be quick.
pub fn quickly(number: usize, fraction: usize) -> usize {
    if is_quick() { number.div_ceil(fraction) } else { number }
}

/// Durations of one kind.
#[derive(Default)]
pub struct Times(pub Vec<Duration>);

impl Times {
    pub fn percentile(&mut self, percent: usize) -> Duration {
        self.0.sort();
        self.0[(self.0.len() - 1) * percent / 100]
    }

    pub fn p50(&mut self) -> Duration {
        self.percentile(50)
    }
}

pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Definitions of real servers: the files of the folder that `CODEFIRST_TOOL_DEFINITIONS` names, each a server's `tools/list`
/// as a JSON array, by server. They are their servers' and no part of this repository.
pub fn real_definitions() -> Option<Vec<(String, Vec<ToolDef>)>> {
    let folder = PathBuf::from(std::env::var_os("CODEFIRST_TOOL_DEFINITIONS")?);
    let entries = fs::read_dir(&folder).expect("CODEFIRST_TOOL_DEFINITIONS names a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("a file");
        (name, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    };
    Some(paths.iter().map(read).collect())
}
