//! From the result of `tools/call`, as JSON text, to what the program gets: [`read_answer`].
//!
//! A result is unwrapped by the first of these rules that fits:
//!
//! 1. `isError`: an error, whose message is the text of the result.
//! 2. `structuredContent` that is not null: that value.
//! 3. Exactly one block, of text: its text, as JSON if it is JSON, else as text.
//! 4. Only blocks of text, or none: their texts joined by line ends, as text.
//! 5. Anything else (images, audio, resources, alone or among text): the JSON array of the blocks, as they came.
//!
//! Unless it is one block of text and no more, the whole result is kept beside it, for those who want it as it came.

use rmcp::model::InputRequiredResult;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

use crate::tool::ToolOutput;

/// The longest error message passed on, in bytes.
const MESSAGE_LIMIT_BYTES: usize = 16 * 1024;

/// Why a result has no output.
#[derive(Debug)]
pub(super) enum NoOutput {
    /// The tool says so.
    Failed(String),
    /// The tool has questions first.
    InputRequired(Box<InputRequiredResult>),
    /// The result is not that of a tool.
    NotAResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallResult<'a, B> {
    content: Option<Vec<B>>,
    #[serde(borrow)]
    structured_content: Option<&'a RawValue>,
    is_error: Option<bool>,
    result_type: Option<String>,
    #[serde(rename = "_meta")]
    meta: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: Option<String>,
    text: Option<String>,
    annotations: Option<IgnoredAny>,
    #[serde(rename = "_meta")]
    meta: Option<IgnoredAny>,
}

pub(super) fn read_answer(result: &str) -> Result<ToolOutput, NoOutput> {
    let answer: CallResult<'_, Block> = serde_json::from_str(result).map_err(|_| NoOutput::NotAResult)?;
    if answer.result_type.as_deref() == Some("input_required") {
        return Err(serde_json::from_str(result).map_or(NoOutput::NotAResult, NoOutput::InputRequired));
    }
    if let Some(kind) = answer.result_type.filter(|kind| kind != "complete") {
        return Err(NoOutput::Failed(format!("it answered with a result of type {kind:?}, not with its output")));
    }
    if answer.content.is_none() && answer.structured_content.is_none() && answer.is_error.is_none() {
        return Err(NoOutput::NotAResult);
    }
    let blocks = answer.content.unwrap_or_default();
    let count = blocks.len();
    let is_plain = answer.structured_content.is_none()
        && answer.meta.is_none()
        && matches!(&blocks[..], [Block { kind: Some(kind), annotations: None, meta: None, .. }] if kind == "text");
    let mut texts: Vec<String> = blocks
        .into_iter()
        .filter(|block| block.kind.as_deref() == Some("text"))
        .filter_map(|block| block.text)
        .collect();
    if answer.is_error == Some(true) {
        let message = match (texts.is_empty(), answer.structured_content) {
            (false, _) => texts.join("\n"),
            (true, Some(content)) => content.get().to_owned(),
            (true, None) => "the tool failed and did not say why".to_owned(),
        };
        return Err(NoOutput::Failed(message));
    }
    let output = match (answer.structured_content, texts.pop()) {
        (Some(content), _) => ToolOutput::json(content.to_owned()),
        (None, Some(text)) if count == 1 => ToolOutput::from_text(text),
        (None, Some(last)) if texts.len() + 1 == count => ToolOutput::plain(texts.join("\n") + "\n" + &last),
        (None, None) if count == 0 => ToolOutput::plain(""),
        (None, _) => {
            let answer: CallResult<'_, &RawValue> = serde_json::from_str(result).map_err(|_| NoOutput::NotAResult)?;
            let blocks: Vec<&str> = answer.content.iter().flatten().map(|block| block.get()).collect();
            ToolOutput::from_text(format!("[{}]", blocks.join(",")))
        }
    };
    if is_plain {
        return Ok(output);
    }
    let result = RawValue::from_string(result.to_owned()).map_err(|_| NoOutput::NotAResult)?;
    Ok(output.with_result(result))
}

/// Cuts a message that is too long to be one.
pub(super) fn shorten(mut message: String) -> String {
    if message.len() > MESSAGE_LIMIT_BYTES {
        message.truncate(message.floor_char_boundary(MESSAGE_LIMIT_BYTES));
        message.push('…');
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_unwrap_by_the_rules() {
        let image = r#"{"type":"image", "data":"AA==","mimeType":"image/png"}"#;
        let json = |text: &str| Ok((true, text.to_owned()));
        let text = |text: &str| Ok((false, text.to_owned()));
        let failed = |message: &str| Err(NoOutput::Failed(message.to_owned()));
        for (result, expected) in [
            (r#"{"content":[{"type":"text","text":"x"}],"structuredContent":{"n": 1.0}}"#.to_owned(), json(r#"{"n": 1.0}"#)),
            (r#"{"content":[],"structuredContent":[1]}"#.to_owned(), json("[1]")),
            (r#"{"structuredContent":null,"content":[{"type":"text","text":" {\"a\":\"é\"} "}]}"#.to_owned(), json(r#"{"a":"é"}"#)),
            (r#"{"content":[{"type":"text","text":"3 of 4","annotations":{"x":1}}],"_meta":{}}"#.to_owned(), text("3 of 4")),
            (r#"{"content":[{"type":"text","text":"a"},{"type":"text","text":"1"}],"isError":false}"#.to_owned(), text("a\n1")),
            (r#"{"content":[],"resultType":"complete"}"#.to_owned(), text("")),
            (format!(r#"{{"content":[{image}]}}"#), json(&format!("[{image}]"))),
            (format!(r#"{{"content":[{{"type":"text","text":"x"}},{image}]}}"#), json(&format!(r#"[{{"type":"text","text":"x"}},{image}]"#))),
            (r#"{"content":[{"type":"hologram"}]}"#.to_owned(), json(r#"[{"type":"hologram"}]"#)),
            (r#"{"content":[{"type":"text"}]}"#.to_owned(), json(r#"[{"type":"text"}]"#)),
            (r#"{"content":[{"type":"text","text":"no"},{"type":"text","text":"way"}],"structuredContent":{},"isError":true}"#.to_owned(), failed("no\nway")),
            (r#"{"content":[],"structuredContent":{"code":7},"isError":true}"#.to_owned(), failed(r#"{"code":7}"#)),
            (r#"{"isError":true}"#.to_owned(), failed("the tool failed and did not say why")),
            (r#"{"resultType":"task","content":[]}"#.to_owned(), failed("it answered with a result of type \"task\", not with its output")),
            ("{}".to_owned(), Err(NoOutput::NotAResult)),
            ("[1]".to_owned(), Err(NoOutput::NotAResult)),
            (r#"{"content":7}"#.to_owned(), Err(NoOutput::NotAResult)),
        ] {
            let answer = read_answer(&result).map(|output| (output.is_json(), output.text().to_owned()));
            assert_eq!(format!("{answer:?}"), format!("{expected:?}"), "{result}");
        }
    }

    #[test]
    fn long_messages_are_cut_between_characters() {
        let message = shorten("é".repeat(MESSAGE_LIMIT_BYTES));
        assert_eq!(message.len(), MESSAGE_LIMIT_BYTES + '…'.len_utf8());
        assert_eq!(shorten("short".to_owned()), "short");
    }
}
