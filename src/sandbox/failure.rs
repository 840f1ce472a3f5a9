//! Why a program did not complete: [`Failure`]. It is data, not an error of the host's: a model reads it and tries again.

use std::fmt;

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};

use crate::program::{Diagnostic, Position};

/// The longest message. It is read by a model; what is worth more belongs into a result.
const MAX_MESSAGE_BYTES: usize = 4 * 1024;
/// The longest name of a function or a file.
const MAX_NAME_BYTES: usize = 256;
/// Frames kept; recursion makes thousands.
pub(super) const MAX_FRAMES: usize = 16;

/// What kind of thing went wrong. The names are part of the command line's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The text is not TypeScript.
    Syntax,
    /// Its types are wrong, and programs with type errors are not run.
    Type,
    /// The program threw.
    Runtime,
    /// The wall-clock limit passed.
    Timeout,
    /// The limit on the program's own computing was reached.
    Cpu,
    /// The memory limit was reached.
    Memory,
    /// The result, or a console that is the result, is larger than the limit.
    OutputLimit,
    /// More tool calls than the limit.
    CallLimit,
    /// An import names a module, or an export of one, that is not in the tool tree.
    UnknownModule,
    /// A tool call failed and the program did not catch it.
    Tool,
    /// The program's process attempted what the sandbox forbids.
    Denied,
    /// The guest sent something that is not in the protocol.
    Protocol,
    /// The guest died.
    Crash,
}

impl FailureKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Type => "type",
            Self::Runtime => "runtime",
            Self::Timeout => "timeout",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::OutputLimit => "output_limit",
            Self::CallLimit => "call_limit",
            Self::UnknownModule => "unknown_module",
            Self::Tool => "tool",
            Self::Denied => "denied",
            Self::Protocol => "protocol",
            Self::Crash => "crash",
        }
    }
}

/// Why a program did not complete, in the words that its author is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    pub message: String,
    /// Where in the program; `None` where no place is to blame.
    #[serde(flatten)]
    pub position: Option<Position>,
    /// The calls that led there, innermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stack: Vec<Frame>,
}

/// One call on the stack of a failed program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// `None` at the top level and in functions without a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// `program.ts`, or a path in the tool tree.
    pub file: String,
    #[serde(flatten)]
    pub position: Position,
}

impl Failure {
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), position: None, stack: Vec::new() }
    }

    /// No larger than a failure has reason to be: its texts come from the program.
    pub(crate) fn shortened(mut self) -> Self {
        shorten(&mut self.message, MAX_MESSAGE_BYTES);
        self.stack.truncate(MAX_FRAMES);
        for frame in &mut self.stack {
            shorten(&mut frame.file, MAX_NAME_BYTES);
            if let Some(function) = &mut frame.function {
                shorten(function, MAX_NAME_BYTES);
            }
        }
        self
    }
}

/// Cuts a text that is too long, at a character's end.
fn shorten(text: &mut String, limit: usize) {
    if text.len() > limit {
        text.truncate(text.floor_char_boundary(limit));
        text.push('…');
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { position: diagnostic.position, ..Self::new(FailureKind::Syntax, diagnostic.message) }
    }
}

/// The failure of a program whose process has made a system call that the sandbox forbids.
pub(crate) fn forbidden_call(syscall: u32) -> Failure {
    #[cfg(target_os = "linux")]
    let name = syscalls::Sysno::new(syscall as usize).map(|call| call.name());
    #[cfg(not(target_os = "linux"))]
    let name: Option<&str> = None;
    let name = name.map_or_else(|| format!("number {syscall}"), str::to_owned);
    let message = format!("the program's process attempted the system call {name}, which the sandbox forbids");
    Failure::new(FailureKind::Denied, message)
}

/// The failure of a program that has reached its memory limit, with the way out.
pub(super) fn out_of_memory(limit: ByteSize) -> Failure {
    let limit = limit.display().iec();
    Failure::new(
        FailureKind::Memory,
        format!("the program needs more than {limit} of memory: keep less of the data at once"),
    )
}

/// Whether a panic is the engine's binding giving up on an allocation.
pub(super) fn is_allocation_failure(panic: &(dyn std::any::Any + Send)) -> bool {
    let message = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    message.is_some_and(|message| message.contains("AllocationError") || message.contains("out of memory"))
}

/// `runtime error at 3:7: x is not a function`
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} error", self.kind.name())?;
        if let Some(position) = self.position {
            write!(f, " at {position}")?;
        }
        write!(f, ": {}", self.message)
    }
}
