//! Why a server could not be connected to: [`UpstreamError`], for the operator. What a program sees of a failing call
//! is [`crate::host::ToolError`].

use std::{fmt, io, process::ExitStatus, sync::Arc, time::Duration};

use rmcp::model::ErrorData;

/// A server that did not become ready, why, and the last lines it wrote to its standard error.
#[derive(Debug, thiserror::Error)]
#[error("server {server}: {failure}{}", Stderr(stderr))]
pub struct UpstreamError {
    pub server: Arc<str>,
    pub failure: StartFailure,
    /// Oldest first; empty for servers inside this process.
    pub stderr: Vec<String>,
}

/// What kept a server from becoming ready.
#[derive(Debug, thiserror::Error)]
pub enum StartFailure {
    #[error("two servers have this name")]
    DuplicateName,
    #[error("cannot start `{command}`: {error}")]
    Spawn { command: String, error: io::Error },
    #[error("not ready within {} s", after.as_secs_f64())]
    TimedOut { after: Duration },
    #[error("it {} before it was ready", exit(status))]
    Closed { status: Option<ExitStatus> },
    #[error("it {}", exit(status))]
    Ended { status: Option<ExitStatus> },
    #[error("it refused the handshake: {message}")]
    Refused { message: String },
    #[error("it does not answer as an MCP server does: {message}")]
    NotMcp { message: String },
    #[error("{message}")]
    Http { message: String },
    #[error("it cannot list its tools: {message}")]
    ListTools { message: String },
    #[error("its list of tools does not end: more than {pages} pages")]
    EndlessToolList { pages: usize },
    #[error("its list of tools is longer than {} MiB", bytes >> 20)]
    LongToolList { bytes: usize },
    #[error("it has more than {tools} tools")]
    TooManyTools { tools: usize },
}

/// Why a request that is not a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The server's own words.
    #[error("{}", .0.message)]
    Refused(ErrorData),
    #[error("the server is unavailable: {0}")]
    Unavailable(String),
}

fn exit(status: &Option<ExitStatus>) -> String {
    status.map_or_else(|| "closed the connection".to_owned(), |status| format!("ended ({status})"))
}

struct Stderr<'a>(&'a [String]);

impl fmt::Display for Stderr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() {
            f.write_str("; the last it wrote to its standard error:")?;
        }
        self.0.iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}
