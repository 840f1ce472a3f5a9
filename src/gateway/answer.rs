//! Results as MCP has them.

use rmcp::model::{CallToolResult, ContentBlock, ResultType};
use serde_json::Value;

use crate::{
    config::ResultForm,
    executor::ProgramResult,
    host::ToolError,
    router::{Answer, CallError, RequestFailure, Response},
    tool::ToolOutput,
};

/// The length of what a client is given.
pub(super) fn bytes(result: &CallToolResult) -> usize {
    let structured = result.structured_content.as_ref().map_or(0, |value| value.to_string().len());
    let texts = result.content.iter().filter_map(|block| block.as_text()).map(|block| block.text.len());
    structured + texts.sum::<usize>()
}

/// Plain text.
pub(super) fn text(text: impl Into<String>) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text)])
}

/// An error that the model reads.
pub(super) fn error(text: impl Into<String>) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(text)])
}

/// The answer to `execute_code`: the final result and nothing beside it, once.
pub(super) fn of_program(response: &Response, form: ResultForm) -> CallToolResult {
    match &response.answer {
        Ok(Answer::Program(ProgramResult::Value(raw))) if form == ResultForm::Structured => {
            match serde_json::from_str(raw.get()) {
                Ok(value @ (Value::Object(_) | Value::Array(_))) => {
                    let mut result = CallToolResult::success(Vec::new());
                    result.structured_content = Some(value);
                    result
                }
                _ => text(response.to_string()),
            }
        }
        Ok(_) => text(response.to_string()),
        Err(_) => error(response.to_string()),
    }
}

/// The answer to a call by the direct route: what the server answered, as it answered.
pub(super) fn of_call(response: &Response) -> CallToolResult {
    match &response.answer {
        Ok(Answer::Calls(outputs)) => match &outputs[..] {
            [output] => of_output(output),
            _ => text(response.to_string()),
        },
        Ok(Answer::Program(result)) => text(result.to_string()),
        // The server's own words.
        Err(RequestFailure::Call { error: CallError::Tool(ToolError::Failed { message, .. }), .. }) => error(message),
        Err(_) => error(response.to_string()),
    }
}

fn of_output(output: &ToolOutput) -> CallToolResult {
    match output.result().map(|result| serde_json::from_str::<CallToolResult>(result.get())) {
        Some(Ok(mut result)) => {
            // Servers before 2026-07-28 do not say; clients since then want to know.
            result.result_type.get_or_insert(ResultType::COMPLETE);
            result
        }
        // It has blocks that this revision of the protocol does not know: their text is better than nothing.
        Some(Err(_)) | None => text(output.text()),
    }
}
