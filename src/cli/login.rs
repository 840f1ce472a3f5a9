//! `codefirst login` and `codefirst logout`: the tokens of servers that want OAuth.

use std::{
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use anyhow::{Context, bail};
use clap::Parser;

use crate::{
    config::{Config, HttpConfig, OAuthConfig, ServerConfig, TransportConfig},
    format::visible,
    upstream::oauth::{CredentialFolder, Login, ProtectedServer},
};

/// Ctrl-C.
const INTERRUPTED: u8 = 130;

/// Log in at a server that wants OAuth
///
/// Opens the address of the server's authorization in a browser, waits until it comes back from there, and keeps the
/// tokens in a folder of yours that nobody else can read ($XDG_DATA_HOME/codefirst/credentials on Linux). They are renewed
/// as needed. A server for which the configuration has a clientSecret needs no login.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst login linear --config mcp.json\n  \
    codefirst login linear --config mcp.json --no-browser   # open the address yourself\n\n\
    The browser has to run on this machine: it returns to 127.0.0.1.\n\n\
    Exit codes: 0 logged in, and the server has been connected to; 1 not; 64 wrong usage; 130 interrupted.")]
pub struct Arguments {
    /// The server, as the configuration calls it
    server: String,
    /// Servers in the mcpServers format that Claude Desktop and Cursor read
    #[arg(long, value_name = "MCP.JSON", default_value = "mcp.json")]
    config: PathBuf,
    /// Print the address and open nothing
    #[arg(long)]
    no_browser: bool,
}

/// Delete what is stored of a login at a server
///
/// The server is not told: tokens that somebody else has seen stay good until they expire.
#[derive(Parser)]
#[command(after_help = "Example:\n  codefirst logout linear\n\n\
    Exit codes: 0 deleted, or there was none; 1 could not be deleted; 64 wrong usage.")]
pub struct LogoutArguments {
    /// The server, as the configuration called it
    server: String,
}

/// Logs in. `count_tools` connects to the server and says how many tools it has: tokens are worth what they open.
pub async fn run(
    arguments: Arguments,
    count_tools: impl AsyncFnOnce(&ServerConfig) -> anyhow::Result<usize>,
) -> anyhow::Result<ExitCode> {
    let config = Config::load(&arguments.config)?;
    let server = find(&config, &arguments.config, &arguments.server)?;
    let show = |address: &str| {
        eprintln!("To let codefirst use {}, open this address:\n\n  {}\n", visible(&server.name), visible(address));
        if !arguments.no_browser {
            open(address);
        }
        eprintln!("Waiting for the browser to come back; Ctrl-C to give up.");
    };
    let folder = folder()?;
    let login = log_in(server, &folder, show, count_tools);
    tokio::select! {
        tools = login => println!("logged in to {}: {} tools", visible(&server.name), tools?),
        _ = tokio::signal::ctrl_c() => return Ok(INTERRUPTED.into()),
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn log_out(arguments: LogoutArguments) -> anyhow::Result<ExitCode> {
    let server = visible(&arguments.server);
    match folder()?.forget(&arguments.server).await.context("the login could not be deleted")? {
        0 => println!("there was no login at {server}"),
        _ => println!("logged out of {server}; the server was not told"),
    }
    Ok(ExitCode::SUCCESS)
}

fn folder() -> anyhow::Result<CredentialFolder> {
    Ok(CredentialFolder::of_user(|variable| std::env::var(variable).ok())?)
}

fn find<'a>(config: &'a Config, path: &Path, name: &str) -> anyhow::Result<&'a ServerConfig> {
    if let Some(server) = config.servers.iter().find(|server| *server.name == *name) {
        return Ok(server);
    }
    let names: Vec<&str> = config.servers.iter().map(|server| &*server.name).collect();
    bail!("{} has no server {name}; it has: {}", path.display(), names.join(", "))
}

async fn log_in(
    server: &ServerConfig,
    folder: &CredentialFolder,
    show: impl FnOnce(&str),
    count_tools: impl AsyncFnOnce(&ServerConfig) -> anyhow::Result<usize>,
) -> anyhow::Result<usize> {
    let TransportConfig::Http(HttpConfig { url, oauth, .. }) = &server.transport else {
        bail!("server {} is a program on this machine: it has nothing to log in to", server.name)
    };
    let unconfigured = OAuthConfig::default();
    let config = oauth.as_ref().unwrap_or(&unconfigured);
    let login = Login::start(ProtectedServer { name: &server.name, url, config }, folder).await?;
    show(login.address());
    login.finish().await?;
    count_tools(server).await.context("the login is stored, but the server could not be connected to with it")
}

/// Opens a browser, if there is one that can be opened: the address has been printed as well.
fn open(address: &str) {
    let (program, arguments): (_, &[&str]) = if cfg!(windows) {
        // Not `start`: the shell would read the address too.
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut command = tokio::process::Command::new(program);
    command.args(arguments).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(error) = command.spawn() {
        tracing::debug!(%error, program, "no browser was opened");
    }
}

#[cfg(test)]
#[path = "login/tests.rs"]
mod tests;
