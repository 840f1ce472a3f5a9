//! From the engine's exceptions to [`Failure`]s: the kind, the message, and the place in the program.

use deno_core::error::{JsError, JsStackFrame};

use super::{
    Failure, FailureKind, Frame,
    failure::MAX_FRAMES,
    globals::absent_hint,
    loader::{TREE, UNKNOWN_MODULE},
};
use crate::program::{PROGRAM_FUNCTION, PROGRAM_SOURCE, Position};

impl From<JsError> for Failure {
    fn from(error: JsError) -> Self {
        let name = error.name.as_deref().unwrap_or("Error");
        let message = match error.message.as_deref().unwrap_or_default() {
            "" => {
                error.exception_message.trim_start_matches("Uncaught ").trim_start_matches("(in promise) ").to_owned()
            }
            message if matches!(name, "Error" | "ToolError") => message.to_owned(),
            message => format!("{name}: {message}"),
        };
        let message = match message
            .strip_suffix(" is not defined")
            .and_then(|text| text.rsplit(' ').next())
            .and_then(absent_hint)
        {
            Some(hint) => format!("{message}: {hint}"),
            None => message,
        };
        let stack: Vec<Frame> = error.frames.iter().filter_map(frame).take(MAX_FRAMES).collect();
        // The loader's errors begin with its mark; a program's own may speak of imports too.
        let is_unknown_module =
            name == "TypeError" && error.message.is_some_and(|text| text.starts_with(UNKNOWN_MODULE));
        let mut failure = match is_unknown_module {
            true => Self::from_message(message),
            false => Self::new(FailureKind::Runtime, message),
        };
        failure.kind = match name {
            "ToolError" => FailureKind::Tool,
            // The engine's words for an allocation that failed.
            "InternalError" if failure.message == "InternalError: out of memory" => {
                failure.message = "the program ran out of memory: keep less of the data at once".to_owned();
                FailureKind::Memory
            }
            "SyntaxError" if stack.is_empty() && failure.message.contains("does not provide an export named") => {
                FailureKind::UnknownModule
            }
            _ => failure.kind,
        };
        failure.position = stack.iter().find(|frame| frame.file == PROGRAM_SOURCE).map(|frame| frame.position);
        failure.stack = stack;
        failure.shortened()
    }
}

fn frame(frame: &JsStackFrame) -> Option<Frame> {
    let url = frame.file_name.as_deref()?;
    // Places in the program that no source map leads to are in what its compilation added.
    let file = match url.strip_prefix(TREE) {
        Some(path) => format!("tools/{path}"),
        None if url.ends_with(PROGRAM_SOURCE) => PROGRAM_SOURCE.to_owned(),
        None => return None,
    };
    let number = |n: Option<i64>| u32::try_from(n?).ok();
    let position = Position { line: number(frame.line_number)?, column: number(frame.column_number)? };
    let function = frame.function_name.clone().filter(|name| !name.is_empty() && name != PROGRAM_FUNCTION);
    Some(Frame { function, file, position })
}

impl Failure {
    /// A failure of the kind that its message tells.
    pub(super) fn from_message(message: String) -> Self {
        if let Some(start) = message.find(UNKNOWN_MODULE) {
            return Self::new(FailureKind::UnknownModule, &message[start..]);
        }
        Self::new(FailureKind::Runtime, message)
    }
}
