//! `codefirst doctor`: what confines programs on this machine, and what checks their types.

mod servers;

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use comfy_table::{Cell, Color, ContentArrangement};
use serde::Serialize;

use self::servers::Servers;
use super::IsolationName;
use crate::{
    program::check::Compiler,
    report::table::{WIDTH, bad, new_table, wrapped},
    sandbox::Layers,
};

/// A layer is missing, and `--strict` asked for all.
const INCOMPLETE: u8 = 2;

/// Examine this machine, the configuration, and the servers in it
///
/// On Linux every program runs in a process of its own, behind layers that the kernel holds up. This starts the process
/// that programs are forked from and asks it which of the layers there are. Elsewhere programs run on a thread. Programs'
/// types are checked where there is TypeScript's native compiler; that is shown too, and no part of the verdict. With --config
/// every server is connected to as well, and for each that fails it says why, and what can be done.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst doctor\n  \
    codefirst doctor --json\n  \
    codefirst doctor --config mcp.json --settings codefirst.toml\n  \
    codefirst doctor --strict && ./start-service      # in a deployment script\n\n\
    Exit codes: 0 examined; 2 with --strict, programs are not fully confined or something is to be fixed;\n\
    1 could not examine, or a file cannot be used;\n\
    64 wrong usage.")]
pub struct Arguments {
    /// The servers to examine
    #[arg(long, value_name = "MCP.JSON")]
    config: Option<PathBuf>,
    /// The settings to examine with them
    #[arg(long, value_name = "CODEFIRST.TOML", requires = "config")]
    settings: Option<PathBuf>,
    /// Print one JSON object: isolation, layers, whether these are complete, the TypeScript compiler, servers
    #[arg(long)]
    json: bool,
    /// The TypeScript compiler to examine
    #[arg(long, value_name = "PATH")]
    tsc: Option<PathBuf>,
    /// Exit with 2 unless programs are fully confined and nothing is to be fixed
    #[arg(long)]
    strict: bool,
}

#[derive(Serialize)]
struct Report {
    isolation: IsolationName,
    layers: Layers,
    /// Whether programs have processes of their own and every layer holds.
    complete: bool,
    /// TypeScript's compiler, where one was found.
    compiler: Option<FoundCompiler>,
    /// Why there is none.
    #[serde(skip)]
    no_compiler: String,
    /// Where a configuration was to be examined.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    servers: Option<Servers>,
}

#[derive(Serialize)]
struct FoundCompiler {
    version: String,
    path: PathBuf,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut report = examine()?;
    report.look_for_compiler(arguments.tsc.as_deref());
    if let Some(config) = &arguments.config {
        report.servers = Some(Servers::examine(config, arguments.settings.as_deref()).await?);
    }
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print!("{}", render(&report, std::io::stdout().is_terminal()));
    }
    let is_well = report.complete && !report.servers.as_ref().is_some_and(Servers::has_problems);
    Ok(if arguments.strict && !is_well { INCOMPLETE.into() } else { ExitCode::SUCCESS })
}

#[cfg(target_os = "linux")]
fn examine() -> anyhow::Result<Report> {
    let layers = crate::sandbox::examine(None)?;
    Ok(Report::new(IsolationName::Process, layers))
}

#[cfg(not(target_os = "linux"))]
fn examine() -> anyhow::Result<Report> {
    Ok(Report::new(IsolationName::Thread, Layers(Vec::new())))
}

impl Report {
    fn new(isolation: IsolationName, layers: Layers) -> Self {
        let complete = isolation == IsolationName::Process && layers.missing().is_empty();
        Self { isolation, layers, complete, compiler: None, no_compiler: String::new(), servers: None }
    }

    fn look_for_compiler(&mut self, tsc: Option<&Path>) {
        match Compiler::find(tsc) {
            Ok(Compiler { path, version }) => self.compiler = Some(FoundCompiler { version, path }),
            Err(error) => self.no_compiler = error.to_string(),
        }
    }
}

fn render(report: &Report, colour: bool) -> String {
    let mut parts = vec![wrapped(&compiler(report)), wrapped(&verdict(report)) + "\n"];
    if !report.layers.0.is_empty() {
        parts.insert(0, table(&report.layers, colour));
    }
    if let Some(servers) = &report.servers {
        parts.insert(0, servers.render(colour));
    }
    parts.join("\n\n")
}

fn compiler(report: &Report) -> String {
    match &report.compiler {
        Some(FoundCompiler { version, path }) => {
            format!("Types are checked before programs run: TypeScript {version}, {}.", path.display())
        }
        None => format!("Types are not checked: {}.", report.no_compiler),
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
        Report { no_compiler: "there is none".to_owned(), ..Report::new(IsolationName::Process, layers) }
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
        let report = Report::new(IsolationName::Thread, Layers(Vec::new()));
        assert!(render(&report, false).contains("\n\nPrograms run on a thread, not confined"));
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(json, r#"{"isolation":"thread","layers":[],"complete":false,"compiler":null}"#);
    }

    #[test]
    fn the_compiler_is_shown_or_why_there_is_none() {
        let mut report = report(true);
        assert!(render(&report, false).contains("Types are not checked: there is none."));
        report.compiler = Some(FoundCompiler { version: "7.0.2".to_owned(), path: "/x/tsc".into() });
        assert!(render(&report, false).contains("TypeScript 7.0.2, /x/tsc."));
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
