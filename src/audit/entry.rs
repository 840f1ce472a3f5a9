//! [`AuditEntry`]: what is known of a call, as a line.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    canonical,
    host::{Origin, Principal, ToolError},
    journal::{CallOutcome, JournalEntry, Route, TookEffect},
    metrics::RouteTaken,
    tool::Effect,
};

/// The version of the shape that is written.
const VERSION: u32 = 1;

/// The longest name that is written in whole, in bytes. Servers and clients choose names.
pub(super) const MAX_NAME: usize = 512;

/// The request that calls were made for.
#[derive(Clone, Debug)]
pub struct AuditedRequest {
    pub id: Arc<str>,
    pub principal: Principal,
    /// The client's session, if it has one.
    pub session: Option<Arc<str>>,
    /// When the journal began.
    pub start: Timestamp,
    /// Whether it carried a program, so that a direct call is a fallback.
    pub has_program: bool,
}

/// One call, as the log tells it; its fields are described in the [module's documentation](super).
#[derive(Clone, Debug, Serialize)]
pub struct AuditEntry {
    version: u32,
    #[serde(serialize_with = "milliseconds")]
    time: Timestamp,
    request: Arc<str>,
    principal: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Arc<str>>,
    server: Arc<str>,
    tool: Arc<str>,
    route: &'static str,
    effect: Effect,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
    outcome: &'static str,
    took_effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
    input_sha256: String,
    input_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_bytes: Option<usize>,
}

impl AuditEntry {
    /// A call of this request, with what is known of it once the request has ended.
    pub fn new(entry: &JournalEntry, request: &AuditedRequest) -> Self {
        let input = canonical::text(&entry.call.input);
        let output = match &entry.outcome {
            CallOutcome::Output(output) => Some(output),
            CallOutcome::Error(_) | CallOutcome::Held {} | CallOutcome::Unknown {} => None,
        };
        Self {
            version: VERSION,
            time: after(request.start, entry.start),
            request: cut(&request.id),
            principal: cut(&request.principal.0),
            session: request.session.as_ref().map(cut),
            server: cut(&entry.call.id.server),
            tool: cut(&entry.call.id.tool),
            route: route(entry.route, request.has_program).label(),
            effect: entry.effect,
            origin: output.map(|_| entry.origin),
            outcome: outcome(&entry.outcome),
            took_effect: match entry.took_effect() {
                TookEffect::No => "no",
                TookEffect::Yes => "yes",
                TookEffect::Perhaps => "perhaps",
            },
            seconds: entry.end.map(|end| end.saturating_sub(entry.start).as_secs_f64()),
            input_sha256: hexadecimal(&Sha256::digest(&input)),
            input_bytes: input.len(),
            output_bytes: output.map(|output| output.text().len()),
        }
    }

    /// The line, with its end.
    pub(super) fn line(&self) -> Vec<u8> {
        line(self)
    }
}

/// The line that stands where lines are missing.
pub(super) fn gap(lost: u64) -> Vec<u8> {
    #[derive(Serialize)]
    struct Gap {
        version: u32,
        #[serde(serialize_with = "milliseconds")]
        time: Timestamp,
        lost: u64,
    }
    line(&Gap { version: VERSION, time: Timestamp::now(), lost })
}

fn line(value: &impl Serialize) -> Vec<u8> {
    let mut line = Vec::with_capacity(512);
    // Neither the shapes nor a Vec can fail.
    let _ = serde_json::to_writer(&mut line, value);
    line.push(b'\n');
    line
}

fn route(route: Route, has_program: bool) -> RouteTaken {
    match route {
        Route::Code => RouteTaken::Code,
        Route::Direct if has_program => RouteTaken::Fallback,
        Route::Direct => RouteTaken::Direct,
    }
}

fn outcome(outcome: &CallOutcome) -> &'static str {
    match outcome {
        CallOutcome::Output(_) => "output",
        CallOutcome::Held {} => "held",
        CallOutcome::Unknown {} => "unknown",
        // Its own name would say what an answer that never came is called.
        CallOutcome::Error(ToolError::Unknown { .. }) => "unknown_tool",
        CallOutcome::Error(error) => error.name(),
    }
}

fn after(start: Timestamp, elapsed: Duration) -> Timestamp {
    start.checked_add(elapsed).unwrap_or(start)
}

/// The name itself if it is short, so that a queue full of them holds no long ones.
fn cut(name: &Arc<str>) -> Arc<str> {
    if name.len() <= MAX_NAME {
        name.clone()
    } else {
        format!("{}…", &name[..name.floor_char_boundary(MAX_NAME)]).into()
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]).map(|digit| char::from(HEX[usize::from(digit)])).collect()
}

fn milliseconds<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{time:.3}"))
}
