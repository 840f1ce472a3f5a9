//! What crosses the boundary between a guest and its host, in either direction.
//!
//! These are the only words the two can exchange. A guest's message is a claim, not a fact: whoever receives one checks
//! it against the limits.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Delivery, Failure, Limits};
use crate::tool::ToolOutput;

/// All that a guest is given before it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The program's JavaScript and its source map.
    pub code: String,
    pub source_map: String,
    /// The globals through which a program calls tools, `github.list_issues({…})`: each identifier with its server.
    pub namespaces: Vec<(Arc<str>, Arc<str>)>,
    pub limits: Limits,
    pub delivery: Delivery,
}

/// From the guest.
#[derive(Debug)]
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
}

/// To the guest.
#[derive(Debug)]
pub enum HostMessage {
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
pub enum Answer {
    /// JSON text is parsed in the guest; other text is a string there.
    Output(ToolOutput),
    /// Thrown in the program as a `ToolError` with this message.
    Error(String),
}

impl Answer {
    pub fn text(&self) -> &str {
        match self {
            Self::Output(output) => output.text(),
            Self::Error(message) => message,
        }
    }
}

/// How a program ended.
#[derive(Debug)]
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
