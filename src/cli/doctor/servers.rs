//! What the doctor says of configuration files and of the servers in them.

use std::{path::Path, time::Instant};

use comfy_table::{Cell, Color, ContentArrangement};
use futures_util::future::join_all;
use serde::Serialize;

use crate::{
    config::{Config, ServerConfig, Settings},
    format::{grouped, visible},
    redact::Redactor,
    report::table::{WIDTH, bad, new_table},
    tokens::{O200k, Tokens},
    tool::ToolDef,
    upstream::{StartFailure, UpstreamError, Upstreams},
};

/// The servers of a configuration, each after it was connected to; and what is wrong with the settings.
#[derive(Serialize)]
pub struct Servers {
    pub servers: Vec<Server>,
    pub problems: Vec<String>,
}

#[derive(Serialize)]
pub struct Server {
    name: String,
    seconds: f64,
    tools: usize,
    /// What its definitions take in every request of a client that sees them all.
    definition_tokens: Tokens,
    /// Why it cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// What can be done about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Servers {
    /// Reads the files and connects to every server, to all at once.
    pub async fn examine(config: &Path, settings: Option<&Path>) -> anyhow::Result<Self> {
        let config = Config::load(config)?;
        let settings = settings.map(Settings::load).transpose()?.unwrap_or_default();
        let redactor = Redactor::new(config.servers.iter().flat_map(|server| server.secrets()))?;
        let examined = config.servers.iter().map(|server| examine(server, &settings, &redactor));
        let (servers, definitions): (Vec<_>, Vec<_>) = join_all(examined).await.into_iter().unzip();
        let mut problems = settings.unmatched_servers(&config);
        // Of a server that is down nobody knows whether a pattern matches its tools.
        if servers.iter().all(|server: &Server| server.problem.is_none()) {
            problems.extend(settings.policy.unmatched(&definitions));
        }
        Ok(Self { servers, problems })
    }

    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty() || self.servers.iter().any(|server| server.problem.is_some())
    }

    /// A table, then what is to be done.
    pub fn render(&self, colour: bool) -> String {
        let mut table = new_table(&["Server", "State", "Tools", "Tokens", "Ready after"], 2..5, colour);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH as u16);
        for server in &self.servers {
            let state = if server.problem.is_none() { Cell::new("works").fg(Color::Green) } else { bad("fails") };
            table.add_row(vec![
                Cell::new(visible(&server.name)),
                state,
                Cell::new(server.tools),
                Cell::new(grouped(server.definition_tokens.0)),
                Cell::new(format!("{:.1} s", server.seconds)),
            ]);
        }
        let mut text = table.trim_fmt() + "\n";
        for server in &self.servers {
            let Some(problem) = &server.problem else { continue };
            text += &format!("\n{}\n", visible(problem));
            if let Some(remedy) = &server.remedy {
                text += &format!("  to fix it: {}\n", visible(remedy));
            }
        }
        for problem in &self.problems {
            text += &format!("\n{}\n", visible(problem));
        }
        text
    }
}

async fn examine(
    server: &ServerConfig,
    settings: &Settings,
    redactor: &Redactor,
) -> (Server, (std::sync::Arc<str>, Vec<ToolDef>)) {
    let start = Instant::now();
    let patience = settings.server(&server.name).start_timeout;
    let connected = Upstreams::builder().server(server).start_timeout(patience).connect().await;
    let seconds = start.elapsed().as_secs_f64();
    let name = server.name.to_string();
    match connected {
        Ok(upstreams) => {
            let tools: Vec<ToolDef> = upstreams.definitions().into_iter().flat_map(|(_, tools)| tools).collect();
            upstreams.close().await;
            let definition_tokens = tools.iter().map(|tool| tool.tokens(&O200k)).sum();
            let examined = Server { name, seconds, tools: tools.len(), definition_tokens, problem: None, remedy: None };
            (examined, (server.name.clone(), tools))
        }
        Err(error) => {
            let remedy = remedy(&error);
            let problem = Some(redactor.redact_error(&error.to_string()).into_owned());
            let examined = Server { name, seconds, tools: 0, definition_tokens: Tokens(0), problem, remedy };
            (examined, (server.name.clone(), Vec::new()))
        }
    }
}

fn remedy(error: &UpstreamError) -> Option<String> {
    let server = &error.server;
    match &error.failure {
        StartFailure::Spawn { command, error } if error.kind() == std::io::ErrorKind::NotFound => {
            Some(format!("install {command}, or give its whole path as the `command` of {server}"))
        }
        StartFailure::Spawn { command, .. } => Some(format!("make {command} a program that you may run")),
        StartFailure::TimedOut { .. } => Some(format!(
            "run its command by hand and see what it waits for; if it is only slow, raise `start_timeout` in \
             [servers.{server}] of codefirst.toml"
        )),
        StartFailure::Closed { .. } | StartFailure::Ended { .. } => {
            Some("run its command by hand; what it says is what is wrong".to_owned())
        }
        StartFailure::NotMcp { .. } => {
            Some("check that the command, or the address, is that of an MCP server".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_fails_is_named_with_a_remedy_and_without_secrets() {
        let folder = tempfile::tempdir().expect("a folder");
        let (config, settings) = (folder.path().join("mcp.json"), folder.path().join("codefirst.toml"));
        let entries = r#"{"mcpServers": {
            "gone": {"command": "/no/such/program"},
            "dies": {"command": "sh", "args": ["-c", "echo \"the key is $KEY\" >&2; exit 7"], "env": {"API_KEY": "hunter2hunter2", "KEY": "hunter2hunter2"}}
        }}"#;
        std::fs::write(&config, entries).expect("the folder can be written to");
        std::fs::write(&settings, "[servers.gonne]\nsession = \"own\"\n").expect("the folder can be written to");
        let servers = Servers::examine(&config, Some(&settings)).await.expect("files that can be read");
        assert!(servers.has_problems());
        let shown = servers.render(false);
        for expected in [
            "install /no/such/program",
            "exit status: 7",
            "the key is [redacted]",
            "run its command by hand",
            "nearest: `gone`",
        ] {
            assert!(shown.contains(expected), "{expected} is not in {shown}");
        }
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
