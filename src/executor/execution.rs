//! One run of one program, as it is reported: [`Execution`].

use std::{fmt, time::Duration};

use bytesize::ByteSize;
use serde::{Serialize, Serializer};
use serde_json::{Value, value::RawValue};

use super::TypeCheck;
use crate::{
    journal::Journal,
    sandbox::{ConsoleLevel, Failure},
};

/// What became of a program, what it printed, what it called, and what it used.
#[derive(Clone, Debug, Serialize)]
pub struct Execution {
    pub outcome: Outcome,
    pub console: Vec<ConsoleLine>,
    /// Whether console output beyond the limit was dropped.
    pub console_truncated: bool,
    pub journal: Journal,
    pub usage: Usage,
    /// What its types are like; `None` where they were not to be checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<TypeCheck>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    Completed { result: ProgramResult },
    Failed(Failure),
}

/// The final result of a program: the value that it returned or exported, otherwise what it printed.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum ProgramResult {
    Value(Box<RawValue>),
    Printed(String),
}

impl ProgramResult {
    /// The result as a JSON value. Printed text becomes a JSON string, and so does a value nested more than 128 levels deep.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Value(raw) => serde_json::from_str(raw.get()).unwrap_or_else(|_| Value::from(raw.get())),
            Self::Printed(text) => Value::from(text.as_str()),
        }
    }
}

/// The text that a model or a terminal is shown: a string as it is, any other value as compact JSON.
impl fmt::Display for ProgramResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(raw) => match serde_json::from_str::<String>(raw.get()) {
                Ok(text) => f.write_str(&text),
                Err(_) => f.write_str(raw.get()),
            },
            Self::Printed(text) => f.write_str(text),
        }
    }
}

/// One call of a console method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConsoleLine {
    pub level: ConsoleLevel,
    pub text: String,
}

/// What the time of an execution went to. The phases of one that was not run, or not checked, are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Phases {
    /// From TypeScript to JavaScript.
    #[serde(rename = "transpile_seconds", serialize_with = "seconds")]
    pub transpile: Duration,
    /// The check of its types, which may go on beside the run.
    #[serde(rename = "check_seconds", serialize_with = "seconds")]
    pub check: Duration,
    /// Waiting for other programs to end.
    #[serde(rename = "queue_seconds", serialize_with = "seconds")]
    pub queue: Duration,
    /// Getting the process, or the thread, that the program runs on.
    #[serde(rename = "fork_seconds", serialize_with = "seconds")]
    pub fork: Duration,
    /// From there to the outcome, with the time in tools.
    #[serde(rename = "run_seconds", serialize_with = "seconds")]
    pub run: Duration,
}

/// What an execution used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// From the request to the outcome.
    #[serde(rename = "wall_seconds", serialize_with = "seconds")]
    pub wall: Duration,
    pub phases: Phases,
    /// The part of the run with at least one tool call in flight.
    #[serde(rename = "tools_seconds", serialize_with = "seconds")]
    pub tools: Duration,
    pub tool_calls: u64,
    /// Tool results that entered the sandbox.
    #[serde(serialize_with = "bytes")]
    pub bytes_in: ByteSize,
    /// Tool inputs, console output and the result, which left it.
    #[serde(serialize_with = "bytes")]
    pub bytes_out: ByteSize,
    /// The most memory that the program's process held at once, the warm engine's share included, as the kernel counted it.
    /// `None` where programs have no process of their own.
    #[serde(rename = "peak_memory_bytes", serialize_with = "optional_bytes", skip_serializing_if = "Option::is_none")]
    pub peak_memory: Option<ByteSize>,
    /// Processor time of the program's process, as the kernel counted it.
    #[serde(rename = "cpu_seconds", serialize_with = "optional_seconds", skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Duration>,
}

impl Execution {
    /// An execution that ended before its program began.
    pub(super) fn failed(failure: Failure, wall: Duration) -> Self {
        Self {
            outcome: Outcome::Failed(failure),
            console: Vec::new(),
            console_truncated: false,
            journal: Journal::default(),
            usage: Usage { wall, ..Usage::default() },
            check: None,
        }
    }

    /// The same with what the check of its program's types has come to.
    pub(super) fn checked(mut self, check: TypeCheck, took: Duration) -> Self {
        self.usage.phases.check = took;
        Self { check: Some(check), ..self }
    }
}

fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}

fn bytes<S: Serializer>(size: &ByteSize, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(size.as_u64())
}

fn optional_seconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.as_secs_f64()).serialize(serializer)
}

fn optional_bytes<S: Serializer>(size: &Option<ByteSize>, serializer: S) -> Result<S::Ok, S::Error> {
    size.map(|size| size.as_u64()).serialize(serializer)
}
