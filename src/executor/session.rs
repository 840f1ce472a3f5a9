//! The host's side of one execution: answers the guest, enforces the limits, keeps the journal.
//!
//! What the guest says is not trusted: sizes and counts are checked here even where the guest checks them too.

use std::time::{Duration, Instant};

use futures_util::{
    future::BoxFuture,
    stream::{FuturesUnordered, StreamExt},
};
use serde_json::value::RawValue;

use super::{ConsoleLine, Execution, Executor, Outcome, ProgramResult, Usage};
use crate::{
    host::ToolError,
    journal::Journal,
    program::transpile_wrapper,
    sandbox::{Answer, Failure, FailureKind, Finish, Guest, GuestMessage, HostMessage, result_too_large},
    tool::{JsonObject, ToolCall, ToolOutput},
};

pub(super) struct Session<'e> {
    executor: &'e Executor,
    start: Instant,
    journal: Journal,
    console: Vec<ConsoleLine>,
    console_bytes: u64,
    console_truncated: bool,
    usage: Usage,
    in_flight: FuturesUnordered<BoxFuture<'e, Answered>>,
    /// Calls beyond the number that may be in flight, in the order in which they were made.
    waiting: std::collections::VecDeque<Waiting>,
}

struct Waiting {
    id: u32,
    index: usize,
    call: ToolCall,
}

struct Answered {
    id: u32,
    index: usize,
    result: Result<ToolOutput, ToolError>,
}

impl<'e> Session<'e> {
    pub fn new(executor: &'e Executor, start: Instant) -> Self {
        Self {
            executor,
            start,
            journal: Journal::default(),
            console: Vec::new(),
            console_bytes: 0,
            console_truncated: false,
            usage: Usage::default(),
            in_flight: FuturesUnordered::new(),
            waiting: Default::default(),
        }
    }

    /// Serves the guest until it has finished or must be ended. The guest is dead when this returns.
    pub async fn run(mut self, mut guest: Guest) -> Execution {
        let wall = self.executor.limits.wall;
        let deadline = tokio::time::sleep_until((self.start + wall).into());
        tokio::pin!(deadline);
        let outcome = loop {
            tokio::select! {
                biased;
                () = &mut deadline => break Outcome::Failed(timed_out(wall)),
                message = guest.messages.recv() => match message {
                    Some(message) => {
                        if let Some(outcome) = self.handle(message, &guest) {
                            break outcome;
                        }
                    }
                    None => break Outcome::Failed(Failure::new(FailureKind::Crash, "the sandbox died")),
                },
                Some(answered) = self.in_flight.next() => self.answer(answered, &guest),
            }
        };
        drop(guest);
        let wall = self.start.elapsed();
        self.usage.wall = wall;
        self.usage.tools = self.journal.time_in_tools(wall);
        Execution {
            outcome,
            console: self.console,
            console_truncated: self.console_truncated,
            journal: self.journal,
            usage: self.usage,
        }
    }

    /// Handles one message; an outcome ends the execution.
    fn handle(&mut self, message: GuestMessage, guest: &Guest) -> Option<Outcome> {
        let limits = &self.executor.limits;
        match message {
            GuestMessage::Load { id, path } => {
                let source = self.executor.load(&path);
                let _ = guest.answers.send(HostMessage::Module { id, source });
            }
            GuestMessage::Console { level, text } => {
                let size = text.len() as u64 + 1;
                if self.console_bytes + size > limits.console.as_u64() {
                    self.console_truncated = true;
                } else {
                    self.console_bytes += size;
                    self.usage.bytes_out += size;
                    self.console.push(ConsoleLine { level, text });
                }
            }
            GuestMessage::ConsoleFull => self.console_truncated = true,
            GuestMessage::Call { id, wave, server, tool, input } => {
                if self.usage.tool_calls == u64::from(limits.calls) {
                    let message = format!("the program made more than {} tool calls", limits.calls);
                    return Some(Outcome::Failed(Failure::new(FailureKind::CallLimit, message)));
                }
                let Ok(input_object) = serde_json::from_str::<JsonObject>(&input) else {
                    let failure = Failure::new(
                        FailureKind::Protocol,
                        "a tool's input is not a JSON object, or is nested more than 128 levels deep",
                    );
                    return Some(Outcome::Failed(failure));
                };
                self.usage.tool_calls += 1;
                self.usage.bytes_out += input.len() as u64;
                self.call(id, wave, &server, &tool, input_object, guest);
            }
            GuestMessage::Finished(finish) => return Some(self.finish(finish)),
        }
        None
    }

    fn call(&mut self, id: u32, wave: u32, server: &str, tool: &str, input: JsonObject, guest: &Guest) {
        let now = self.start.elapsed();
        match self.executor.catalog.resolve(server, tool) {
            Ok(tool) => {
                let call = ToolCall { id: tool, input };
                let index = self.journal.begin(call.clone(), wave, now);
                self.waiting.push_back(Waiting { id, index, call });
                self.make_calls();
            }
            Err(unknown) => {
                let error = ToolError::from(unknown);
                let answer = Answer::Error(error.to_string());
                let _ = guest.answers.send(HostMessage::Answer { id, answer });
            }
        }
    }

    fn make_calls(&mut self) {
        let host = &self.executor.host;
        while self.in_flight.len() < self.executor.limits.in_flight.max(1) as usize
            && let Some(Waiting { id, index, call }) = self.waiting.pop_front()
        {
            self.in_flight.push(Box::pin(async move { Answered { id, index, result: host.call_tool(call).await } }));
        }
    }

    fn answer(&mut self, Answered { id, index, result }: Answered, guest: &Guest) {
        self.journal.finish(index, &result, self.start.elapsed());
        let answer = match result {
            Ok(output) => Answer::Output(output),
            Err(error) => Answer::Error(error.to_string()),
        };
        self.usage.bytes_in += answer.text().len() as u64;
        let _ = guest.answers.send(HostMessage::Answer { id, answer });
        self.make_calls();
    }

    fn finish(&self, finish: Finish) -> Outcome {
        let limit = self.executor.limits.result;
        match finish {
            Finish::Failed(failure) => Outcome::Failed(failure),
            Finish::Value(text) if text.len() as u64 > limit.as_u64() => {
                Outcome::Failed(result_too_large(text.len() as u64, limit))
            }
            Finish::Value(text) => match RawValue::from_string(text) {
                Ok(value) => Outcome::Completed { result: ProgramResult::Value(value) },
                Err(_) => Outcome::Failed(Failure::new(FailureKind::Protocol, "the result is not JSON")),
            },
            Finish::NoValue if self.console_truncated => {
                let message = format!(
                    "the program returned nothing, and printed more than {}: return the result instead of printing it",
                    self.executor.limits.console.display().iec()
                );
                Outcome::Failed(Failure::new(FailureKind::OutputLimit, message))
            }
            Finish::NoValue => {
                let lines: Vec<_> = self.console.iter().map(|line| line.text.as_str()).collect();
                Outcome::Completed { result: ProgramResult::Printed(lines.join("\n")) }
            }
        }
    }
}

impl Executor {
    /// The JavaScript of a module of the tool tree.
    pub(super) fn load(&self, path: &str) -> Result<String, String> {
        let source = self.catalog.wrapper(path).ok_or_else(|| format!("\"./tools/{path}\": there is no such tool"))?;
        transpile_wrapper(&source)
            .map(|module| module.code)
            .map_err(|error| format!("\"./tools/{path}\": {}", error.message))
    }
}

fn timed_out(wall: Duration) -> Failure {
    Failure::new(FailureKind::Timeout, format!("the program did not end within {} s", wall.as_secs_f64()))
}
