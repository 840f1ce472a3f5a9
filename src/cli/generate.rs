//! `codefirst generate`: the TypeScript wrappers of servers' tools.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Parser;

use crate::{
    codegen::{self, WrapperFile, WrapperTree},
    files::write_whole,
    format::visible,
    harness::Fleet,
    observations::Observations,
    tool::ToolDef,
};

/// Generate TypeScript wrappers for MCP tools
///
/// Writes <out>/<server>/<tool>.ts for every tool, an index.ts for every server, and globals.d.ts. The same definitions
/// always give the same bytes. Wrappers of tools that a server no longer has are removed, and those of servers that are not
/// there any more, unless --tools gives those of one server alone.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst generate --config mcp.json --out tools\n  \
    codefirst generate --tools github.json --server github --out tools\n  \
    codefirst generate --config mcp.json --learned codefirst.learned.json --out tools\n  \
    codefirst generate --out tools            # the built-in servers of the evaluation\n\n\
    Exit codes: 0 written; 1 could not be written; 64 wrong usage.")]
pub struct Arguments {
    /// Ask these servers for their tools
    #[arg(long, value_name = "MCP.JSON", conflicts_with = "tools")]
    config: Option<PathBuf>,
    /// Read the tools from a file: a JSON array of definitions, or a tools/list result
    #[arg(long, value_name = "FILE.JSON", requires = "server")]
    tools: Option<PathBuf>,
    /// The name of the server whose tools --tools holds
    #[arg(long, value_name = "NAME", requires = "tools")]
    server: Option<String>,
    /// Leave out the tools that the [policy] of this file denies
    #[arg(long, value_name = "CODEFIRST.TOML")]
    settings: Option<PathBuf>,
    /// Give tools whose servers do not declare an output the one that `codefirst run --learn` has observed
    #[arg(long, value_name = "FILE.JSON")]
    learned: Option<PathBuf>,
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = "tools")]
    out: PathBuf,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let servers = match (&arguments.config, &arguments.tools, &arguments.server) {
        (Some(config), ..) => super::connect(config).await?.definitions(),
        (_, Some(tools), Some(server)) => vec![(server.as_str().into(), read_tools(tools)?)],
        _ => Fleet::start_built_in().await?.upstreams.definitions(),
    };
    let servers = super::rulings(arguments.settings.as_deref(), &servers)?.visible(servers);
    let observations = match &arguments.learned {
        Some(path) if !path.exists() => bail!("{} does not exist; `codefirst run --learn` writes it", path.display()),
        Some(path) => Observations::load(path)?,
        None => Observations::default(),
    };
    let WrapperTree { files, warnings } = codegen::wrappers(&servers, &observations);
    let scope = if arguments.tools.is_some() { Servers::One } else { Servers::All };
    write(&arguments.out, &files, scope)?;
    for warning in warnings {
        eprintln!("warning: {}", visible(&warning.to_string()));
    }
    let tools: usize = servers.iter().map(|(_, tools)| tools.len()).sum();
    eprintln!("{tools} tools of {} servers: {} files in {}", servers.len(), files.len(), arguments.out.display());
    Ok(ExitCode::SUCCESS)
}

/// A tools/list result is an object around the array.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum ToolsFile {
    Array(Vec<ToolDef>),
    Result { tools: Vec<ToolDef> },
}

fn read_tools(path: &Path) -> anyhow::Result<Vec<ToolDef>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    // An untagged error names no place, so the syntax and each form are tried by themselves.
    let place = |error: serde_json::Error| format!("{}:{}:{}: {error}", path.display(), error.line(), error.column());
    match serde_json::from_str(&text) {
        Ok(ToolsFile::Array(tools) | ToolsFile::Result { tools }) => Ok(tools),
        Err(_) => match serde_json::from_str::<Vec<ToolDef>>(&text) {
            Err(error) => bail!("{} (expected a JSON array of tool definitions)", place(error)),
            Ok(tools) => Ok(tools),
        },
    }
}

fn write(out: &Path, files: &[WrapperFile], servers: Servers) -> anyhow::Result<()> {
    let mut written = BTreeSet::new();
    for file in files {
        let path = out.join(&file.path);
        let folder = path.parent().unwrap_or(out).to_owned();
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        write_whole(&path, file.source.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
        written.insert(path);
    }
    let folders = match servers {
        Servers::All => folders_in(out).with_context(|| format!("cannot read {}", out.display()))?,
        Servers::One => {
            written.iter().filter_map(|path| path.parent()).filter(|path| *path != out).map(Path::to_owned).collect()
        }
    };
    for folder in folders {
        remove_stale(&folder, &written).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    Ok(())
}

/// Whose wrappers are written.
#[derive(Clone, Copy)]
enum Servers {
    /// Those of all servers that there are: wrappers of others are out of date.
    All,
    /// Those of one; others have theirs beside them.
    One,
}

fn folders_in(folder: &Path) -> std::io::Result<BTreeSet<PathBuf>> {
    let mut folders = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.insert(entry.path());
        }
    }
    Ok(folders)
}

/// Removes what was generated into a folder, and nothing else, unless it has just been written.
fn remove_stale(folder: &Path, written: &BTreeSet<PathBuf>) -> anyhow::Result<()> {
    let mut is_changed = false;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_candidate = path.extension().is_some_and(|extension| extension == "ts") && !written.contains(&path);
        if is_candidate && fs::read_to_string(&path).is_ok_and(|text| text.starts_with(codegen::emit::HEADER)) {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            is_changed = true;
        }
    }
    if is_changed && fs::read_dir(folder)?.next().is_none() {
        fs::remove_dir(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}
