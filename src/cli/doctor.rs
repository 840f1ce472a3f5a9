//! `codefirst doctor`: what confines programs on this machine.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use comfy_table::{Cell, Color, ContentArrangement};
use serde::Serialize;

use super::IsolationName;
use crate::{
    report::table::{WIDTH, bad, new_table, wrapped},
    sandbox::Layers,
};

/// A layer is missing, and `--strict` asked for all.
const INCOMPLETE: u8 = 2;

/// Show what confines programs on this machine
///
/// On Linux every program runs in a process of its own, behind layers that the kernel holds up. This starts the process
/// that programs are forked from and asks it which of the layers there are. Elsewhere programs run on a thread.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst doctor\n  \
    codefirst doctor --json\n  \
    codefirst doctor --strict && ./start-service      # in a deployment script\n\n\
    Exit codes: 0 examined; 2 with --strict, programs are not fully confined; 1 could not examine;\n\
    64 wrong usage.")]
pub struct Arguments {
    /// Print one JSON object: isolation, layers, and whether these are complete
    #[arg(long)]
    json: bool,
    /// Exit with 2 unless programs are fully confined
    #[arg(long)]
    strict: bool,
}

#[derive(Serialize)]
struct Report {
    isolation: IsolationName,
    layers: Layers,
    /// Whether programs have processes of their own and every layer holds.
    complete: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let report = examine()?;
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print!("{}", render(&report, std::io::stdout().is_terminal()));
    }
    Ok(if arguments.strict && !report.complete { INCOMPLETE.into() } else { ExitCode::SUCCESS })
}

#[cfg(target_os = "linux")]
fn examine() -> anyhow::Result<Report> {
    let layers = crate::sandbox::examine(None)?;
    Ok(Report { isolation: IsolationName::Process, complete: layers.missing().is_empty(), layers })
}

#[cfg(not(target_os = "linux"))]
fn examine() -> anyhow::Result<Report> {
    Ok(Report { isolation: IsolationName::Thread, layers: Layers(Vec::new()), complete: false })
}

fn render(report: &Report, colour: bool) -> String {
    let verdict = wrapped(&verdict(report));
    match report.layers.0.is_empty() {
        true => format!("{verdict}\n"),
        false => format!("{}\n\n{verdict}\n", table(&report.layers, colour)),
    }
}

fn table(layers: &Layers, colour: bool) -> String {
    let mut table = new_table(&["Layer", "State", "What it does, or why it does not"], 0..0, colour);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH as u16);
    for layer in &layers.0 {
        let state = if layer.holds { Cell::new("holds").fg(Color::Green) } else { bad("missing") };
        table.add_row(vec![Cell::new(&layer.name), state, Cell::new(&layer.detail)]);
    }
    table.trim_fmt()
}

/// Whether programs run fully confined, and if not, what that means and what can be done.
fn verdict(report: &Report) -> String {
    match report.isolation {
        IsolationName::Process if report.complete => "Programs run fully confined: every layer holds.".to_owned(),
        IsolationName::Process => format!(
            "Programs run, but not fully confined: one that breaks out of the engine is not stopped by what is missing \
             ({}), only by the rest. To refuse to run then, embedders set ProcessOptions::require_all_layers, and \
             scripts ask codefirst doctor --strict.",
            report.layers.missing().join(", ")
        ),
        IsolationName::Thread => {
            "Programs run on a thread, not confined: only Linux has what their own processes would be confined with. \
             The engine's limits are all there is: they do not count array buffers or computing, an abort of the \
             engine ends the process that runs it, and a program that breaks out of it can do whatever that process \
             can. Run no hostile programs here."
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Layer;

    fn report(landlock: bool) -> Report {
        let layer = |name: &str, holds, detail: String| Layer { name: name.to_owned(), holds, detail };
        let layers = Layers(vec![
            layer("process", true, "a detail that does not fit into one line ".repeat(4)),
            layer("landlock", landlock, "as the kernel has it".to_owned()),
        ]);
        Report { isolation: IsolationName::Process, complete: layers.missing().is_empty(), layers }
    }

    #[test]
    fn the_last_line_says_whether_all_holds() {
        let whole = render(&report(true), false);
        assert!(whole.ends_with("\n\nPrograms run fully confined: every layer holds.\n"), "{whole}");
        assert!(!whole.contains("missing") && whole.contains("as the kernel has it"), "{whole}");

        let partial = render(&report(false), false);
        let (table, verdict) = partial.trim_end().rsplit_once("\n\n").unwrap();
        assert!(table.contains("missing") && verdict.contains("not fully confined"), "{partial}");
        assert!(verdict.contains("(landlock)") && verdict.contains("require_all_layers"), "{partial}");
    }

    #[test]
    fn a_thread_is_no_confinement() {
        let report = Report { isolation: IsolationName::Thread, layers: Layers(Vec::new()), complete: false };
        assert!(render(&report, false).starts_with("Programs run on a thread, not confined"));
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(json, r#"{"isolation":"thread","layers":[],"complete":false}"#);
    }

    #[test]
    fn colour_is_the_callers_choice_and_width_is_bounded() {
        let (plain, coloured) = (render(&report(false), false), render(&report(false), true));
        assert!(!plain.contains('\u{1b}') && coloured.contains("\u{1b}["));
        for line in plain.lines() {
            assert!(line.chars().count() <= WIDTH, "{} columns: {line}", line.chars().count());
        }
    }
}
