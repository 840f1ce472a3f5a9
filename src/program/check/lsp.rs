//! The Language Server Protocol's frames: a header with a length, then that many bytes of JSON.
//!
//! Both directions are bounded, because what is on the other side may have gone mad.

use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The longest line of a header, and the most lines.
const MAX_HEADER_LINE: u64 = 256;
const MAX_HEADER_LINES: usize = 8;
/// The longest message that is read.
pub(super) const MAX_MESSAGE_BYTES: usize = 8 * 1024 * 1024;

/// What came in place of a message.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    #[error("it closed its output")]
    Ended,
    #[error("it sent a message of {0} bytes, more than the {MAX_MESSAGE_BYTES} that are read")]
    TooLong(usize),
    #[error("it sent what is not in its protocol")]
    Garbage,
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A message of the server's.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub id: Option<Value>,
    /// There in requests and notifications.
    pub method: Option<IgnoredAny>,
    pub result: Option<Value>,
    pub error: Option<ResponseError>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ResponseError {
    pub message: String,
}

/// A diagnostic of the server's, in its coordinates: lines and UTF-16 units from 0.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct RawDiagnostic {
    pub range: Range,
    /// 1 is an error; less serious ones are hints.
    pub severity: Option<u8>,
    pub code: Option<u32>,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Range {
    pub start: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Place {
    pub line: u32,
    pub character: u32,
}

/// The answer to `textDocument/diagnostic`.
#[derive(Debug, Deserialize)]
pub(super) struct DiagnosticReport {
    pub items: Vec<RawDiagnostic>,
}

/// Reads one message's bytes.
pub(super) async fn read_frame<R: AsyncBufRead + Unpin>(read: &mut R) -> Result<Vec<u8>, FrameError> {
    let mut length = None;
    for _ in 0..MAX_HEADER_LINES {
        let mut line = Vec::new();
        (&mut *read).take(MAX_HEADER_LINE).read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Err(FrameError::Ended);
        }
        let Some(line) = line.strip_suffix(b"\n").and_then(|line| str::from_utf8(line).ok()) else {
            return Err(FrameError::Garbage);
        };
        let line = line.trim_end();
        if line.is_empty() {
            let Some(length) = length else { return Err(FrameError::Garbage) };
            if length > MAX_MESSAGE_BYTES {
                return Err(FrameError::TooLong(length));
            }
            let mut body = vec![0; length];
            read.read_exact(&mut body).await.map_err(|error| match error.kind() {
                std::io::ErrorKind::UnexpectedEof => FrameError::Ended,
                _ => error.into(),
            })?;
            return Ok(body);
        }
        let Some((name, value)) = line.split_once(':') else { return Err(FrameError::Garbage) };
        if name.eq_ignore_ascii_case("content-length") {
            length = Some(value.trim().parse().map_err(|_| FrameError::Garbage)?);
        }
    }
    Err(FrameError::Garbage)
}

/// Writes one message.
pub(super) async fn write_frame<W: AsyncWrite + Unpin>(write: &mut W, message: &impl Serialize) -> std::io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.extend(body);
    write.write_all(&frame).await?;
    write.flush().await
}

pub(super) fn request(id: u64, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

pub(super) fn notification(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params })
}

/// The answer to whatever the server asks of its client: nothing.
pub(super) fn no_answer(id: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": null })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str) -> Result<String, String> {
        let mut bytes = text.as_bytes();
        let body = read_frame(&mut bytes).await.map_err(|error| error.to_string())?;
        Ok(format!("{} then {:?}", String::from_utf8_lossy(&body), String::from_utf8_lossy(bytes)))
    }

    #[tokio::test]
    async fn reads_a_frame_and_no_more() {
        let framed = "Content-Type: x\r\ncontent-length: 4\r\n\r\n{\"é}rest";
        assert_eq!(read(framed).await.as_deref(), Ok("{\"é then \"}rest\""));
    }

    #[tokio::test]
    async fn what_is_no_frame_is_refused() {
        for (text, error) in [
            ("", "it closed its output"),
            ("Content-Length: 9\r\n\r\n{}", "it closed its output"),
            ("hello\r\n\r\n", "it sent what is not in its protocol"),
            ("X: 1\r\n\r\n", "it sent what is not in its protocol"),
            ("Content-Length: -1\r\n\r\n", "it sent what is not in its protocol"),
            (&"x".repeat(1000), "it sent what is not in its protocol"),
            (&"X: 1\r\n".repeat(1000), "it sent what is not in its protocol"),
            (
                "Content-Length: 99999999999\r\n\r\n",
                "it sent a message of 99999999999 bytes, more than the 8388608 that are read",
            ),
        ] {
            assert_eq!(read(text).await, Err(error.to_owned()), "{text:.40}");
        }
    }

    #[tokio::test]
    async fn what_is_written_can_be_read() {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, &request(7, "m", json!("é"))).await.unwrap();
        let body = read_frame(&mut bytes.as_slice()).await.unwrap();
        let message: Message = serde_json::from_slice(&body).unwrap();
        assert!(message.id == Some(7.into()) && message.method.is_some());
    }
}
