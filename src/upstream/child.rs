//! A server's process: [`ChildProcess`] starts it, keeps the last lines of its standard error, and ends it.
//!
//! In goes a [`ChildConfig`]; out come the process's standard input and output for the transport to use. The process
//! gets the server's own environment variables and, of ours, only those that a program needs to run at all: what else
//! is in our environment may be a credential that is none of the server's business.

use std::{
    collections::VecDeque,
    io,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command},
    task::JoinHandle,
    time::timeout,
};

use super::lines::{Line, LineReader};
use crate::config::ChildConfig;

/// How many lines of standard error are kept for error messages, and how much of each is read.
const KEPT_LINES: usize = 20;
const LINE_LIMIT_BYTES: usize = 4096;

/// How long a server may take to exit once its input is closed, and again once it is asked to terminate.
const EXIT_PATIENCE: Duration = Duration::from_secs(2);
/// How long the last words of a process are waited for.
const LAST_WORDS_PATIENCE: Duration = Duration::from_millis(250);

/// Environment variables that every server gets: where things are, the language, and how to reach the network. `TZ` is not
/// among them: this process sets its own for the sake of its guests. A server without it follows the system.
const INHERITED: &[&str] = &[
    "DOCKER_HOST",
    "HOME",
    "LANG",
    "LANGUAGE",
    "LOGNAME",
    "NODE_EXTRA_CA_CERTS",
    "PATH",
    "SHELL",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TERM",
    "TMPDIR",
    "USER",
    // Windows
    "APPDATA",
    "COMSPEC",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMFILES",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "USERNAME",
    "USERPROFILE",
];
const INHERITED_PROXIES: &[&str] = &["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];
const INHERITED_PREFIXES: &[&str] = &["LC_", "XDG_"];

fn is_inherited(name: &str) -> bool {
    INHERITED.iter().chain(INHERITED_PROXIES).any(|known| {
        // Windows ignores the case of all names; proxies go by both cases everywhere.
        name == *known || ((cfg!(windows) || INHERITED_PROXIES.contains(known)) && name.eq_ignore_ascii_case(known))
    }) || INHERITED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Killed when dropped; then, as the runtime goes on, reaped.
pub(super) struct ChildProcess {
    child: Child,
    stderr: StderrLines,
    drain: JoinHandle<()>,
}

/// The last lines that a process wrote to its standard error.
#[derive(Clone, Debug, Default)]
pub(super) struct StderrLines(Arc<Mutex<VecDeque<String>>>);

impl StderrLines {
    /// Oldest first.
    pub(super) fn get(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl ChildProcess {
    pub(super) fn start(server: &Arc<str>, config: &ChildConfig) -> io::Result<(Self, ChildStdout, ChildStdin)> {
        let mut command = Command::new(&config.command);
        command
            .args(&config.args)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_inherited)))
            .envs(&config.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(cwd) = &config.cwd {
            command.current_dir(cwd);
        }
        let mut child = command.spawn()?;
        let pipes = (child.stdout.take(), child.stdin.take(), child.stderr.take());
        let (Some(stdout), Some(stdin), Some(stderr)) = pipes else {
            return Err(io::Error::other("the process has no pipes"));
        };
        let lines = StderrLines::default();
        let drain = tokio::spawn(drain(server.clone(), stderr, lines.clone()));
        Ok((Self { child, stderr: lines, drain }, stdout, stdin))
    }

    /// What became of a process that has closed its output: its exit status, if it has exited, and its last words.
    pub(super) async fn last_words(&mut self) -> (Option<ExitStatus>, Vec<String>) {
        let status = timeout(LAST_WORDS_PATIENCE, self.child.wait()).await;
        // Its standard error may still be on its way through the pipe.
        timeout(LAST_WORDS_PATIENCE, &mut self.drain).await.ok();
        (status.ok().and_then(Result::ok), self.stderr.get())
    }

    pub(super) fn stderr(&self) -> &StderrLines {
        &self.stderr
    }

    /// Ends the process, whose standard input is closed: waits for it to exit, then asks it to, then kills it.
    pub(super) async fn shut_down(mut self) {
        if timeout(EXIT_PATIENCE, self.child.wait()).await.is_ok() {
            return;
        }
        if self.ask_to_terminate().await && timeout(EXIT_PATIENCE, self.child.wait()).await.is_ok() {
            return;
        }
        if let Err(error) = self.child.kill().await {
            tracing::warn!(%error, "cannot kill a server's process");
        }
    }

    /// Sends SIGTERM, which launchers such as npx pass on to the server proper. The standard library can only kill, and
    /// calling the system directly is `unsafe`, so this goes through the shell's `kill`.
    async fn ask_to_terminate(&self) -> bool {
        let Some(id) = self.child.id().filter(|_| cfg!(unix)) else { return false };
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -TERM \"$0\"", &id.to_string()]);
        kill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        kill.status().await.is_ok_and(|status| status.success())
    }
}

/// Reads the process's standard error to its end, so that the process never blocks on it.
async fn drain(server: Arc<str>, stderr: ChildStderr, kept: StderrLines) {
    let mut lines = LineReader::new(stderr, LINE_LIMIT_BYTES);
    loop {
        let line = match lines.next().await {
            Ok(Line::Whole(line)) => String::from_utf8_lossy(line).trim_end().to_owned(),
            Ok(Line::TooLong) => format!("(a line longer than {LINE_LIMIT_BYTES} bytes)"),
            Ok(Line::End) | Err(_) => break,
        };
        tracing::debug!(%server, "stderr: {line}");
        let mut kept = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT_LINES {
            kept.pop_front();
        }
        kept.push_back(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_variables_are_inherited() {
        for name in ["PATH", "HOME", "LC_ALL", "XDG_CACHE_HOME", "https_proxy", "NO_PROXY"] {
            assert!(is_inherited(name), "{name}");
        }
        for name in ["OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "PATHS", "MY_LC_X"] {
            assert!(!is_inherited(name), "{name}");
        }
    }
}
