//! The ops: all that a program's globals can ask of the host side of the isolate.

use std::{cell::RefCell, rc::Rc};

use bytesize::ByteSize;
use deno_core::{Extension, OpState, op2};
use deno_error::JsErrorBox;

use super::{
    Failure, FailureKind,
    bridge::SharedBridge,
    globals,
    intl::{self, IntlError},
    wire::{Answer, ConsoleLevel, Finish},
};
use crate::tool::ToolOutput;

/// Where [`op_finish`] leaves the program's value.
pub(super) type FinishSlot = Rc<RefCell<Option<Finish>>>;

struct ResultLimit(ByteSize);

pub(super) fn extension(bridge: SharedBridge, finished: FinishSlot, result_limit: ByteSize) -> Extension {
    Extension {
        name: "codefirst",
        ops: [vec![op_call_tool(), op_console(), op_finish(), op_intl()], globals::ops()].concat().into(),
        op_state_fn: Some(Box::new(move |state: &mut OpState| {
            state.put(bridge);
            state.put(finished);
            state.put(ResultLimit(result_limit));
            state.put(globals::ProgramClock::start());
        })),
        ..Extension::default()
    }
}

/// Makes a tool call; answers with the kind of answer (0 JSON, 1 text, 2 error) and its text.
#[op2]
#[serde]
async fn op_call_tool(
    state: Rc<RefCell<OpState>>,
    #[string] server: String,
    #[string] tool: String,
    #[string] input: String,
) -> (u8, String) {
    let answer = state.borrow().borrow::<SharedBridge>().borrow_mut().call(server, tool, input);
    match answer.await {
        Ok(answer) => {
            let kind = match answer {
                Answer::Output(ToolOutput::Json(_)) => 0,
                Answer::Output(ToolOutput::Text(_)) => 1,
                Answer::Error(_) => 2,
            };
            (kind, answer.text().to_owned())
        }
        Err(_) => (2, "the execution has ended".to_owned()),
    }
}

#[op2(fast)]
fn op_console(state: &mut OpState, level: u8, #[string] text: &str) {
    let level = match level {
        0 => ConsoleLevel::Debug,
        1 => ConsoleLevel::Info,
        2 => ConsoleLevel::Warn,
        _ => ConsoleLevel::Error,
    };
    state.borrow::<SharedBridge>().borrow_mut().console(level, text);
}

#[op2(fast)]
fn op_finish(state: &mut OpState, has_value: bool, #[string] text: String) {
    let limit = state.borrow::<ResultLimit>().0;
    let finish = match has_value {
        false => Finish::NoValue,
        true if text.len() as u64 > limit.as_u64() => Finish::Failed(result_too_large(text.len() as u64, limit)),
        true => Finish::Value(text),
    };
    *state.borrow::<FinishSlot>().borrow_mut() = Some(finish);
}

/// Formats for en-US; see [`intl::call`].
#[op2]
#[string]
fn op_intl(#[string] operation: &str, #[string] options: &str, #[string] value: &str) -> Result<String, JsErrorBox> {
    intl::call(operation, options, value).map_err(|error| match error {
        IntlError::Range(message) => JsErrorBox::range_error(message),
        IntlError::Type(message) => JsErrorBox::type_error(message),
    })
}

/// The failure of a program whose result is larger than the limit, with the way out.
pub(crate) fn result_too_large(size: u64, limit: ByteSize) -> Failure {
    let size = ByteSize(size);
    let message = format!(
        "the result is {} and the limit is {}: return less, by filtering, aggregating or slicing in the program",
        size.display().iec(),
        limit.display().iec()
    );
    Failure::new(FailureKind::OutputLimit, message)
}
