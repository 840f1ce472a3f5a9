//! `codefirst import`: the servers that other clients know, as one `mcp.json`.

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Parser;

use crate::{
    config::{ClientFile, Conflict, Imported, LiteralSecret, Os, Problem, import, known_files},
    files::write_whole_private,
    format::visible,
};

/// Make an mcp.json of the servers that other clients know
///
/// Reads what Claude Code, Cursor, VS Code, Claude Desktop and Windsurf keep, for the folder this runs in and for all, and
/// starts nothing. Placeholders such as ${env:NAME} stay as they are. What was found, what differs from client to client,
/// and which credentials are written out, is said on standard error.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst import\n  \
    codefirst import --output mcp.json\n\n\
    Exit codes: 0 written; 1 no servers found, or could not be written; 64 wrong usage.")]
pub struct Arguments {
    /// The file to write, which only its owner can read; one that is there already stays as it is [default: standard output]
    #[arg(long, value_name = "MCP.JSON")]
    output: Option<PathBuf>,
    /// The folder to take for the user's home
    #[arg(long, value_name = "DIR", hide = true)]
    home: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let home = arguments.home.clone().or_else(env::home_dir).context("there is no home to look in")?;
    let project = env::current_dir().context("cannot tell the folder that this runs in")?;
    // Before anything is said of what was found.
    if let Some(output) = arguments.output.as_ref().filter(|output| output.exists()) {
        bail!("{} is there already; remove it, or name another file", output.display());
    }
    let files = known_files(&home, &project, Os::current());
    let imported = import(&files, &project);
    for line in report(&imported, &home) {
        eprintln!("{}", visible(&line));
    }
    if imported.servers.is_empty() {
        let looked: String = files.iter().map(|file| format!("\n  {}", shown(file, &home))).collect();
        bail!("no servers were found; these files were looked for:{looked}");
    }
    let json = imported.to_json();
    match &arguments.output {
        None => print!("{json}"),
        Some(output) => {
            write_whole_private(output, json.as_bytes())
                .with_context(|| format!("cannot write {}", output.display()))?;
            eprintln!("{} servers in {}", imported.servers.len(), output.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What was found, and what whoever uses it has to know.
fn report(imported: &Imported, home: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(imported.found.iter().map(|(file, servers)| format!("{servers} servers of {}", shown(file, home))));
    lines.extend(imported.problems.iter().map(|Problem { file, message }| {
        format!("warning: {}: {message}", shown(file, home)) //
    }));
    lines.extend(imported.conflicts.iter().map(|Conflict { server, kept, left_out }| {
        let (kept, left_out) = (shown(kept, home), shown(left_out, home));
        format!("warning: server {server} is the one of {kept}; that of {left_out} differs and is left out")
    }));
    lines.extend(imported.literal_secrets.iter().map(|LiteralSecret { server, key, variable }| {
        format!("warning: server {server} has a credential written out, {key}; `${{env:{variable}}}` could stand there")
    }));
    if !imported.variables.is_empty() {
        lines.push(format!(
            "set these environment variables, which VS Code asked for: {}",
            imported.variables.join(", ")
        ));
    }
    lines
}

/// A file by its client and its path, which is short within the home.
fn shown(file: &ClientFile, home: &Path) -> String {
    match file.path.strip_prefix(home) {
        Ok(path) => format!("{} (~/{})", file.client, path.display()),
        Err(_) => format!("{} ({})", file.client, file.path.display()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn arguments(output: Option<PathBuf>, home: &Path) -> Arguments {
        Arguments { output, home: Some(home.to_owned()) }
    }

    #[test]
    fn what_was_found_is_said_and_no_secret_with_it() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join(".cursor")).unwrap();
        let cursor = r#"{"mcpServers": {"a": {"command": "x"}, "b": {"command": "b", "env": {"B_TOKEN": "hunter2"}},
                         "c": {"type": "sse", "url": "https://x"}}}"#;
        fs::write(home.path().join(".cursor/mcp.json"), cursor).unwrap();
        fs::write(home.path().join(".claude.json"), r#"{"mcpServers": {"a": {"command": "${input:a-b}"}}}"#).unwrap();
        let project = home.path().join("project");
        let imported = import(&known_files(home.path(), &project, Os::Linux), &project);
        let lines = report(&imported, home.path());
        let expected = [
            "1 servers of Claude Code (~/.claude.json)",
            "3 servers of Cursor (~/.cursor/mcp.json)",
            "warning: Cursor (~/.cursor/mcp.json): server c is left out: type: the transport `sse`",
            "warning: server a is the one of Claude Code (~/.claude.json); that of Cursor (~/.cursor/mcp.json) differs",
            "warning: server b has a credential written out, env.B_TOKEN; `${env:B_TOKEN}` could stand there",
            "set these environment variables, which VS Code asked for: A_B",
        ];
        assert_eq!(lines.len(), expected.len(), "{lines:#?}");
        for (line, expected) in lines.iter().zip(expected) {
            assert!(line.starts_with(expected) && !line.contains("hunter2"), "{line}");
        }
    }

    #[test]
    fn a_file_is_written_once_for_its_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let output = home.path().join("mcp.json");
        let error = run(&arguments(Some(output.clone()), home.path())).unwrap_err().to_string();
        assert!(error.starts_with("no servers were found; ") && error.contains("(~/.claude.json)"), "{error}");
        assert!(!output.exists());

        fs::write(home.path().join(".claude.json"), r#"{"mcpServers": {"a": {"command": "a"}}}"#).unwrap();
        run(&arguments(Some(output.clone()), home.path())).unwrap();
        let text = fs::read_to_string(&output).unwrap();
        assert_eq!(text, "{\n  \"mcpServers\": {\n    \"a\": {\n      \"command\": \"a\"\n    }\n  }\n}\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&output).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let error = run(&arguments(Some(output), home.path())).unwrap_err().to_string();
        assert!(error.contains("is there already"), "{error}");
    }
}
