//! What is remembered of requests, and in which bounds.

mod bounds;
mod requests;
mod times;

use std::sync::Arc;

use super::*;
use crate::{
    host::{Origin, ToolAnswer, ToolError},
    journal::{Recorder, Route},
    tool::{Effect, JsonObject, ToolCall, ToolId, ToolOutput},
};

fn activity(options: ActivityOptions) -> Activity {
    Activity::new(options, Arc::new(|text| text.replace("hunter2-secret", "[redacted]")))
}

fn begun(source: &str, recorder: &Recorder) -> Begun {
    let kind = RequestKind::Program { source: source.to_owned() };
    Begun { principal: Principal::default(), client: None, kind, recorder: recorder.clone() }
}

fn completed() -> Ended {
    Ended {
        route: RouteTaken::Code,
        outcome: RequestOutcome::Completed,
        fallback: None,
        failure: None,
        result_bytes: ByteSize(3),
    }
}

fn everybody(activity: &Activity) -> Snapshot {
    activity.snapshot(|_| true)
}

fn call(tool: &str, input: JsonObject) -> ToolCall {
    ToolCall { id: ToolId::new("server", tool), input }
}

/// A call that was made and answered.
fn answered(recorder: &Recorder, call: ToolCall, result: Result<ToolAnswer, ToolError>) {
    let recorded = recorder.begin(call, Effect::Write, Route::Code, 1);
    recorder.finish(recorded, &result);
}

fn output(text: &str) -> Result<ToolAnswer, ToolError> {
    Ok(ToolOutput::from_text(text.to_owned()).into())
}
