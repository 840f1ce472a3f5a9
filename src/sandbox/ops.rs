//! The ops: all that a program's globals can ask of the host side of the isolate.

use std::{cell::RefCell, rc::Rc};

use bytesize::ByteSize;
use deno_core::{Extension, OpState, op2};
use deno_error::JsErrorBox;
use serde_json::Value;

use super::{
    Failure, FailureKind,
    bridge::SharedBridge,
    globals,
    intl::{self, IntlError},
    wire::{AnswerKind, ConsoleLevel, Finish, MAX_INPUT_BYTES, MAX_NAME_BYTES},
};
/// Where [`op_finish`] leaves the program's value.
pub(super) type FinishSlot = Rc<RefCell<Option<Finish>>>;

pub(super) fn extension(bridge: SharedBridge, finished: FinishSlot) -> Extension {
    #[allow(unused_mut, reason = "only debug builds add to it")]
    let mut ops = [vec![op_call_tool(), op_console(), op_finish(), op_intl()], globals::ops()].concat();
    #[cfg(all(debug_assertions, target_os = "linux"))]
    if super::takeover::is_asked_for() {
        ops.push(super::takeover::op_attempt());
    }
    Extension {
        name: "codefirst",
        ops: ops.into(),
        op_state_fn: Some(Box::new(move |state: &mut OpState| {
            state.put(bridge);
            state.put(finished);
            state.put(globals::Timers::default());
        })),
        ..Extension::default()
    }
}

/// Makes a tool call; answers with JSON text, or with a message behind an exclamation mark.
#[op2]
#[string]
async fn op_call_tool(
    state: Rc<RefCell<OpState>>,
    #[string] server: String,
    #[string] tool: String,
    #[string] input: String,
) -> String {
    if server.len().max(tool.len()) > MAX_NAME_BYTES {
        return format!("!no server and no tool has a name of more than {MAX_NAME_BYTES} bytes");
    }
    if input.len() > MAX_INPUT_BYTES {
        let (size, limit) = (ByteSize(input.len() as u64), ByteSize(MAX_INPUT_BYTES as u64));
        let (size, limit) = (size.display().iec(), limit.display().iec());
        return format!("!{server}/{tool}: the input is {size} and the limit is {limit}");
    }
    let answer = state.borrow().borrow::<SharedBridge>().borrow_mut().call(server, tool, input);
    match answer.await {
        Ok(answer) => match answer.kind {
            AnswerKind::Json => answer.into_text(),
            AnswerKind::Text => Value::from(answer.into_text()).to_string(),
            AnswerKind::Error => format!("!{}", answer.text()),
        },
        Err(_) => "!the execution has ended".to_owned(),
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
    let limit = state.borrow::<SharedBridge>().borrow().result_limit();
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
