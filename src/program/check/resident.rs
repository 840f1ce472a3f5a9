//! The compiler's process: started, asked, ended.
//!
//! [`Resident`] starts `tsc --lsp --stdio` in the project's folder and asks it for the diagnostics of one text after
//! the other. It has no environment, a limit on its memory, and is killed when it is dropped. It makes no difference
//! what it answers: every message is bounded, and so is what comes before an answer. Time is the caller's business.

use std::{
    io,
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytesize::ByteSize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, BufReader},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use super::{
    find::Compiler,
    lsp::{self, DiagnosticReport, FrameError, Message, RawDiagnostic},
    project::PROGRAM_FILE,
};

/// What may come before an answer: about 20 messages do, a few kilobytes together.
const MAX_BYTES_BEFORE_ANSWER: usize = 16 * 1024 * 1024;
/// How much of its standard error since the last answer is kept, and how long the rest of it is waited for.
const WORDS_BYTES: usize = 512;
const WORDS_PATIENCE: Duration = Duration::from_millis(100);
/// Of the limit on memory, where the collector begins to work harder, in percent.
const COLLECTOR_PERCENT: u64 = 60;

/// Why the compiler has not answered.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    #[error("cannot be started: {0}")]
    Start(#[source] io::Error),
    #[error("failed: {reason}{}", said(words))]
    Failed { reason: String, words: String },
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(" (it said: {words})") }
}

pub(super) struct Resident {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    words: Words,
    program_uri: String,
    last_id: u64,
    /// Of the text.
    version: u32,
}

impl Resident {
    /// Starts the compiler in the folder, which holds the project.
    pub async fn start(compiler: &Compiler, folder: &Path, memory: ByteSize) -> Result<Self, AskError> {
        let mut command = Command::new(&compiler.path);
        command
            .args(["--lsp", "--stdio"])
            .current_dir(folder)
            .env_clear()
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .env("GOMEMLIMIT", (memory.as_u64() / 100 * COLLECTOR_PERCENT).to_string())
            .env("GOTRACEBACK", "none")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(windows)]
        command.envs(std::env::vars_os().filter(|(name, _)| name.eq_ignore_ascii_case("SYSTEMROOT")));
        let mut child = command.spawn().map_err(AskError::Start)?;
        limit_memory(&child, memory).map_err(AskError::Start)?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(AskError::Start(io::Error::other("it has no pipes")));
        };
        let words = Words::default();
        tokio::spawn(drain(stderr, words.clone()));
        let folder_uri = file_uri(folder);
        let program_uri = format!("{folder_uri}/{PROGRAM_FILE}");
        let stdout = BufReader::new(stdout);
        let mut resident = Self { child, stdin, stdout, words, program_uri, last_id: 0, version: 0 };
        let parameters = json!({
            "processId": std::process::id(),
            "rootUri": folder_uri,
            "capabilities": { "textDocument": { "diagnostic": {} } },
            "initializationOptions": { "disablePushDiagnostics": true },
        });
        resident.request::<Value>("initialize", parameters).await?;
        resident.notify("initialized", json!({})).await?;
        Ok(resident)
    }

    /// What is wrong with the text, and what is merely remarkable about it.
    pub async fn diagnostics(&mut self, text: &str) -> Result<Vec<RawDiagnostic>, AskError> {
        self.version += 1;
        let (uri, version) = (self.program_uri.clone(), self.version);
        if version == 1 {
            let document = json!({ "uri": uri, "languageId": "typescript", "version": version, "text": text });
            self.notify("textDocument/didOpen", json!({ "textDocument": document })).await?;
        } else {
            let document = json!({ "uri": uri, "version": version });
            let parameters = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
            self.notify("textDocument/didChange", parameters).await?;
        }
        let parameters = json!({ "textDocument": { "uri": uri } });
        let report: DiagnosticReport = self.request("textDocument/diagnostic", parameters).await?;
        Ok(report.items)
    }

    async fn notify(&mut self, method: &str, parameters: Value) -> Result<(), AskError> {
        match lsp::write_frame(&mut self.stdin, &lsp::notification(method, parameters)).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.failed(error).await),
        }
    }

    async fn request<T: DeserializeOwned>(&mut self, method: &str, parameters: Value) -> Result<T, AskError> {
        match self.exchange(method, parameters).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.failed(error).await),
        }
    }

    async fn exchange<T: DeserializeOwned>(&mut self, method: &str, parameters: Value) -> Result<T, ExchangeError> {
        self.last_id += 1;
        lsp::write_frame(&mut self.stdin, &lsp::request(self.last_id, method, parameters)).await?;
        let mut bytes = 0;
        loop {
            let frame = lsp::read_frame(&mut self.stdout).await?;
            bytes += frame.len();
            if bytes > MAX_BYTES_BEFORE_ANSWER {
                return Err(ExchangeError::Flood);
            }
            let message: Message = serde_json::from_slice(&frame).map_err(|_| FrameError::Garbage)?;
            match (message.method, message.id) {
                (Some(_), Some(id)) => lsp::write_frame(&mut self.stdin, &lsp::no_answer(id)).await?,
                (None, Some(id)) if id == self.last_id => {
                    if let Some(error) = message.error {
                        return Err(ExchangeError::Refused(error.message));
                    }
                    self.words.forget();
                    let answer = message.result.unwrap_or_default();
                    return Ok(serde_json::from_value(answer).map_err(|_| FrameError::Garbage)?);
                }
                _ => {}
            }
        }
    }

    /// The error, with what the process said last. After one its state is not known, so it is ended.
    async fn failed(&mut self, error: impl Into<ExchangeError>) -> AskError {
        let _ = self.child.start_kill();
        timeout(WORDS_PATIENCE, self.child.wait()).await.ok();
        timeout(WORDS_PATIENCE, self.words.all_said()).await.ok();
        let reason: String = error.into().to_string().chars().take(WORDS_BYTES).collect();
        AskError::Failed { reason, words: self.words.text() }
    }
}

#[derive(Debug, thiserror::Error)]
enum ExchangeError {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it sent more than {MAX_BYTES_BEFORE_ANSWER} bytes and no answer")]
    Flood,
    #[error("{0}")]
    Refused(String),
}

/// What a process has written to its standard error since its last answer.
#[derive(Clone, Default)]
struct Words(Arc<Said>);

#[derive(Default)]
struct Said {
    bytes: Mutex<Vec<u8>>,
    done: tokio::sync::Notify,
}

impl Words {
    fn forget(&self) {
        self.0.bytes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn text(&self) -> String {
        let bytes = self.0.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    async fn all_said(&self) {
        self.0.done.notified().await;
    }
}

/// Reads the process's standard error to its end, so that the process never blocks on it.
async fn drain(mut stderr: ChildStderr, words: Words) {
    let mut buffer = vec![0; 4096];
    while let Ok(read @ 1..) = stderr.read(&mut buffer).await {
        tracing::debug!("the TypeScript compiler: {}", String::from_utf8_lossy(&buffer[..read]).trim_end());
        let mut kept = words.0.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        // What comes first says what is wrong; a dump of the state may follow.
        let room = WORDS_BYTES.saturating_sub(kept.len());
        kept.extend_from_slice(&buffer[..read.min(room)]);
    }
    words.0.done.notify_one();
}

/// Bounds what the process can write to. It is set from here, a moment after the start, because setting it in the
/// process itself would be unsafe code; a compiler that has been given no text has no use for memory yet.
#[cfg(target_os = "linux")]
fn limit_memory(child: &Child, memory: ByteSize) -> io::Result<()> {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    // A process that has ended already will be found out when it is asked.
    let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.cast_signed())) else { return Ok(()) };
    let bytes = Some(memory.as_u64());
    prlimit(Some(pid), Resource::Data, Rlimit { current: bytes, maximum: bytes })?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn limit_memory(_: &Child, _: ByteSize) -> io::Result<()> {
    Ok(())
}

/// `file:///…`, without a slash at the end.
fn file_uri(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut uri = "file://".to_owned();
    if !text.starts_with('/') {
        uri.push('/');
    }
    for byte in text.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        for (path, uri) in [
            ("/tmp/.tmpAb1", "file:///tmp/.tmpAb1"),
            ("/a b/é#%", "file:///a%20b/%C3%A9%23%25"),
            ("C:\\Temp\\x", "file:///C%3A/Temp/x"),
        ] {
            assert_eq!(file_uri(Path::new(path)), uri);
        }
    }
}
