//! What host and child say to each other: frames of a length (four bytes, most significant first) and so many bytes.
//!
//! A guest's frame is one message as JSON. A host's frame is one message as a line of JSON; for an answer the rest of the
//! frame is its text, which is copied from the host's records to the guest's heap without being looked at in between.

use serde::{Deserialize, Serialize};
use tokio_util::codec::LengthDelimitedCodec;

use crate::sandbox::{Answer, AnswerKind, AnswerText, GuestMessage, HostMessage, Job, Limits, wire::MAX_INPUT_BYTES};

/// What a message may have beside its one long text.
const REST_BYTES: u64 = 64 * 1024;

/// How the host reads a guest with these limits: a frame longer than any message can be is refused before any memory is set
/// aside for it.
pub fn guest_frames(limits: &Limits) -> LengthDelimitedCodec {
    // As a JSON string, JSON becomes at most twice as long, and any other text six times.
    let longest =
        (2 * MAX_INPUT_BYTES as u64).max(2 * limits.result.as_u64()).max(6 * limits.console.as_u64()) + REST_BYTES;
    let longest = usize::try_from(longest.min(u32::MAX.into())).unwrap_or(usize::MAX);
    LengthDelimitedCodec::builder().max_frame_length(longest).new_codec()
}

/// The length before each frame.
pub const HEADER_BYTES: usize = 4;

/// The first frame in what a guest has read; the host is trusted. The error is how many bytes are missing.
pub fn split(read: &[u8]) -> Result<&[u8], usize> {
    let Some((header, rest)) = read.split_first_chunk::<HEADER_BYTES>() else {
        return Err(HEADER_BYTES - read.len());
    };
    let length = u32::from_be_bytes(*header) as usize;
    rest.get(..length).ok_or(length.saturating_sub(rest.len()))
}

/// A host's message without the text of its answer.
#[derive(Serialize, Deserialize)]
enum Head {
    Start(Box<Job>),
    Module { id: u32, source: Result<String, String> },
    Answer { id: u32, kind: AnswerKind },
}

/// A host's frame: what is written, then, for an answer, its text.
pub struct HostFrame {
    pub head: Vec<u8>,
    pub answer: Option<Answer>,
}

impl HostFrame {
    pub fn text(&self) -> &[u8] {
        self.answer.as_ref().map_or("", Answer::text).as_bytes()
    }

    pub fn new(message: HostMessage) -> serde_json::Result<Self> {
        let (head, answer) = match message {
            HostMessage::Start(job) => (Head::Start(job), None),
            HostMessage::Module { id, source } => (Head::Module { id, source }, None),
            HostMessage::Answer { id, answer } => {
                let answer = match u32::try_from(answer.text().len()) {
                    Ok(length) if length < u32::MAX / 2 => answer,
                    _ => Answer::error("the result is larger than 2 GiB"),
                };
                (Head::Answer { id, kind: answer.kind }, Some(answer))
            }
        };
        let mut frame = Self { head: vec![0; HEADER_BYTES], answer };
        serde_json::to_writer(&mut frame.head, &head)?;
        frame.head.push(b'\n');
        // Cannot be longer: an answer's text has been measured, and everything else is bounded far below.
        let length = u32::try_from(frame.head.len() - HEADER_BYTES + frame.text().len()).unwrap_or(u32::MAX);
        frame.head[..HEADER_BYTES].copy_from_slice(&length.to_be_bytes());
        Ok(frame)
    }
}

/// Reads a host's frame, in the guest. `None` when it is not one.
pub fn read_host_frame(frame: &[u8]) -> Option<HostMessage> {
    let line = frame.iter().position(|byte| *byte == b'\n')?;
    let (head, text) = (&frame[..line], &frame[line + 1..]);
    Some(match serde_json::from_slice(head).ok()? {
        Head::Start(job) => HostMessage::Start(job),
        Head::Module { id, source } => HostMessage::Module { id, source },
        Head::Answer { id, kind } => {
            let text = AnswerText::Own(std::str::from_utf8(text).ok()?.to_owned());
            HostMessage::Answer { id, answer: Answer { kind, text } }
        }
    })
}

/// A guest's frame, length included.
pub fn guest_frame(message: &GuestMessage) -> serde_json::Result<Vec<u8>> {
    let mut frame = vec![0; HEADER_BYTES];
    serde_json::to_writer(&mut frame, message)?;
    let length = u32::try_from(frame.len() - HEADER_BYTES).unwrap_or(u32::MAX);
    frame[..HEADER_BYTES].copy_from_slice(&length.to_be_bytes());
    Ok(frame)
}

/// Reads a guest's frame, in the host. The error says what is wrong, in words for the program's author.
pub fn read_guest_frame(frame: &[u8]) -> Result<GuestMessage, String> {
    serde_json::from_slice(frame).map_err(|_| "the sandbox sent something that is not a message".to_owned())
}
