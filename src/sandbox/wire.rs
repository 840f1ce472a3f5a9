//! What crosses the boundary between a guest and its host, in either direction.
//!
//! These are the only words the two can exchange. A guest's message is a claim, not a fact: whoever receives one checks
//! it against the limits.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Delivery, Failure, Limits};
use crate::tool::ToolOutput;

/// The longest input of a tool call, as JSON.
pub const MAX_INPUT_BYTES: usize = 8 * 1024 * 1024;

/// The longest name of a server or a tool that is asked for, and the longest path of a module.
pub const MAX_NAME_BYTES: usize = 512;

/// All that a guest is given before it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The program's JavaScript and its source map.
    pub code: String,
    pub source_map: String,
    /// The globals through which a program calls tools, `github.list_issues({…})`: each identifier with its server.
    pub namespaces: Vec<(Arc<str>, Arc<str>)>,
    pub limits: Limits,
    pub delivery: Delivery,
}

/// From the guest. The ids of its requests grow.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GuestMessage {
    /// The source of a module of the tool tree is wanted.
    Load {
        id: u32,
        path: String,
    },
    /// A tool call. `wave` is one more than the latest wave of which the program has seen an answer.
    Call {
        id: u32,
        wave: u32,
        server: String,
        tool: String,
        input: String,
    },
    Console {
        level: ConsoleLevel,
        text: String,
    },
    /// Console output that did not fit the limit has been dropped.
    ConsoleFull,
    /// The last message.
    Finished(Finish),
    /// The last message of a guest's process that has made a system call which it may not make.
    Violation {
        syscall: u32,
    },
}

/// To the guest.
#[derive(Debug)]
pub enum HostMessage {
    /// The job of a guest that has been started without one.
    Start(Box<Job>),
    /// The JavaScript of a module, or why there is none.
    Module {
        id: u32,
        source: Result<String, String>,
    },
    Answer {
        id: u32,
        answer: Answer,
    },
}

/// What became of a tool call, as the program sees it.
#[derive(Clone, Debug)]
pub struct Answer {
    pub kind: AnswerKind,
    pub text: AnswerText,
}

/// What an answer's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// One JSON value; parsed in the guest, and nowhere else.
    Json,
    /// A string.
    Text,
    /// Thrown in the program as a `ToolError` with this message.
    Error,
}

/// The text of an answer: shared with the host's records, or a guest's own.
#[derive(Clone, Debug)]
pub enum AnswerText {
    Output(ToolOutput),
    Own(String),
}

impl Answer {
    pub fn error(message: impl Into<String>) -> Self {
        Self { kind: AnswerKind::Error, text: AnswerText::Own(message.into()) }
    }

    pub fn text(&self) -> &str {
        match &self.text {
            AnswerText::Output(output) => output.text(),
            AnswerText::Own(text) => text,
        }
    }

    pub fn into_text(self) -> String {
        match self.text {
            AnswerText::Output(output) => output.text().to_owned(),
            AnswerText::Own(text) => text,
        }
    }
}

impl From<ToolOutput> for Answer {
    fn from(output: ToolOutput) -> Self {
        let kind = if output.is_json() { AnswerKind::Json } else { AnswerKind::Text };
        Self { kind, text: AnswerText::Output(output) }
    }
}

/// How a program ended.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// With a value, as JSON text.
    Value(String),
    /// Without a value: what it printed is its result.
    NoValue,
    Failed(Failure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleLevel {
    Debug,
    Info,
    Warn,
    Error,
}
