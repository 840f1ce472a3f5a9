//! The host's side of one execution: answers the guest, enforces the limits, records the calls.
//!
//! What the guest says is not trusted: sizes, counts and order are checked here even where the guest keeps to them by itself.

use std::{
    future::poll_fn,
    time::{Duration, Instant},
};

use bytesize::ByteSize;
use futures_util::{
    future::BoxFuture,
    stream::{FuturesUnordered, StreamExt},
};
use serde_json::value::RawValue;

use super::{ConsoleLine, Execution, Executor, ExecutorError, Outcome, ProgramResult, Usage};
use crate::{
    host::{ToolAnswer, ToolError, ToolHost},
    journal::{Recorded, Recorder, Route, call_in_span},
    metrics::{self, RouteTaken},
    program::transpile_wrapper,
    sandbox::{
        Answer, Death, Ending, Failure, FailureKind, Finish, Guest, GuestMessage, HostMessage, forbidden_call,
        result_too_large,
        wire::{MAX_INPUT_BYTES, MAX_NAME_BYTES},
    },
    tool::{JsonObject, ToolCall, parsed_bytes},
};

/// Modules of the tool tree that one program may load, and their size together. The engine keeps those it has, so more are a
/// program in a loop.
const MAX_LOADS: u32 = 10_000;
const MAX_LOADED_BYTES: usize = 64 * 1024 * 1024;

/// What the inputs of one program's calls may take of the host's memory, where its journal keeps them.
const MAX_INPUTS: ByteSize = ByteSize::mib(64);
pub(super) struct Session<'e> {
    executor: &'e Executor,
    host: &'e dyn ToolHost,
    recorder: &'e Recorder,
    start: Instant,
    order: Order,
    loads: u32,
    loaded_bytes: usize,
    input_bytes: u64,
    console: Vec<ConsoleLine>,
    console_bytes: u64,
    console_truncated: bool,
    usage: Usage,
    in_flight: FuturesUnordered<BoxFuture<'e, Answered>>,
    /// Calls beyond the number that may be in flight, in the order in which they were made.
    waiting: std::collections::VecDeque<Waiting>,
}

/// What the guest has said of the order of its requests, which decides what it may say next.
#[derive(Default)]
struct Order {
    last_id: u32,
    /// The wave of the latest call.
    wave: u32,
    /// The latest wave of which a call has been answered.
    answered: u32,
}

impl Order {
    /// Whether a request may have this id.
    fn accepts_id(&mut self, id: u32) -> bool {
        let is_new = id > self.last_id;
        self.last_id = self.last_id.max(id);
        is_new
    }

    /// Whether a call may be of this wave: none is seen of a wave of which no call has been answered.
    fn accepts_wave(&mut self, wave: u32) -> bool {
        let is_possible = wave >= self.wave.max(1) && wave <= self.answered + 1;
        self.wave = self.wave.max(wave);
        is_possible
    }
}

struct Waiting {
    id: u32,
    wave: u32,
    call: ToolCall,
}

struct Answered {
    id: u32,
    wave: u32,
    recorded: Recorded,
    result: Result<ToolAnswer, ToolError>,
}

impl<'e> Session<'e> {
    pub fn new(executor: &'e Executor, host: &'e dyn ToolHost, recorder: &'e Recorder, start: Instant) -> Self {
        Self {
            executor,
            host,
            recorder,
            start,
            order: Order::default(),
            loads: 0,
            loaded_bytes: 0,
            input_bytes: 0,
            console: Vec::new(),
            console_bytes: 0,
            console_truncated: false,
            usage: Usage::default(),
            in_flight: FuturesUnordered::new(),
            waiting: Default::default(),
        }
    }

    /// Serves the guest until it has finished or must be ended. The guest is dead when this returns.
    pub async fn run(mut self, mut guest: Box<dyn Guest>, deadline: Instant) -> Result<Execution, ExecutorError> {
        let wall = self.executor.limits.wall;
        let time_is_up = tokio::time::sleep_until(deadline.into());
        tokio::pin!(time_is_up);
        let outcome = loop {
            tokio::select! {
                biased;
                () = &mut time_is_up => break Some(Outcome::Failed(timed_out(wall))),
                message = poll_fn(|cx| guest.poll_message(cx)) => match message {
                    Some(Ok(message)) => {
                        if let Some(outcome) = self.handle(message, &mut *guest) {
                            break Some(outcome);
                        }
                    }
                    Some(Err(reason)) => break Some(Outcome::Failed(Failure::new(FailureKind::Protocol, reason))),
                    None => break None,
                },
                Some(answered) = self.in_flight.next() => self.answer(answered, &mut *guest),
            }
        };
        let Ending { death, peak_memory, cpu } = guest.end(deadline).await;
        let outcome = match (outcome, death) {
            (Some(outcome), _) => outcome,
            (None, Death::Program(failure)) => Outcome::Failed(failure),
            (None, Death::SandboxLost) => {
                return Err(ExecutorError::SandboxLost { journal: self.recorder.journal() });
            }
        };
        let journal = self.recorder.journal();
        let (wall, tools) = (self.start.elapsed(), journal.time_in_tools(self.recorder.elapsed()));
        self.usage = Usage { wall, tools, peak_memory, cpu, ..self.usage };
        Ok(Execution {
            outcome,
            console: self.console,
            console_truncated: self.console_truncated,
            journal,
            usage: self.usage,
            check: None,
        })
    }

    /// Handles one message; an outcome ends the execution.
    fn handle(&mut self, message: GuestMessage, guest: &mut dyn Guest) -> Option<Outcome> {
        let limits = &self.executor.limits;
        match message {
            GuestMessage::Load { id, path } => {
                if !self.order.accepts_id(id) || path.len() > MAX_NAME_BYTES {
                    return Some(out_of_order());
                }
                let source = self.executor.load(&path);
                self.loads += 1;
                self.loaded_bytes += source.as_ref().map_or_else(String::len, String::len);
                if self.loads > MAX_LOADS || self.loaded_bytes > MAX_LOADED_BYTES {
                    let message = "the program imports tools over and over: import each of them once";
                    return Some(Outcome::Failed(Failure::new(FailureKind::CallLimit, message)));
                }
                guest.send(HostMessage::Module { id, source });
            }
            GuestMessage::Console { level, text } => {
                let size = text.len() as u64 + 1;
                if self.console_bytes + size > limits.console.as_u64() {
                    self.console_truncated = true;
                } else {
                    self.console_bytes += size;
                    self.usage.bytes_out += size;
                    self.recorder.printed(&text);
                    self.console.push(ConsoleLine { level, text });
                }
            }
            GuestMessage::ConsoleFull => self.console_truncated = true,
            GuestMessage::Call { id, wave, server, tool, input } => {
                let is_small = input.len() <= MAX_INPUT_BYTES && server.len().max(tool.len()) <= MAX_NAME_BYTES;
                if !is_small || !self.order.accepts_id(id) || !self.order.accepts_wave(wave) {
                    return Some(out_of_order());
                }
                if self.usage.tool_calls == u64::from(limits.calls) {
                    let message = format!("the program made more than {} tool calls", limits.calls);
                    return Some(Outcome::Failed(Failure::new(FailureKind::CallLimit, message)));
                }
                self.input_bytes += parsed_bytes(&input);
                if self.input_bytes > MAX_INPUTS.as_u64() {
                    let limit = MAX_INPUTS.display().iec();
                    let message =
                        format!("the inputs of the program's tool calls take more than {limit} of memory: send less");
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
            GuestMessage::Violation { syscall } => return Some(Outcome::Failed(forbidden_call(syscall))),
        }
        None
    }

    fn call(&mut self, id: u32, wave: u32, server: &str, tool: &str, input: JsonObject, guest: &mut dyn Guest) {
        match self.executor.catalog.admit(server, tool, input) {
            Ok(call) => {
                self.waiting.push_back(Waiting { id, wave, call });
                self.make_calls();
            }
            Err(error) => {
                // It is in no journal, because it was not made.
                metrics::tool_call_answered(error.tool(), RouteTaken::Code, Err(&error), Duration::ZERO);
                let answer = Answer::error(error.to_string());
                self.order.answered = self.order.answered.max(wave);
                guest.send(HostMessage::Answer { id, answer });
            }
        }
    }

    fn make_calls(&mut self) {
        let host = self.host;
        while self.in_flight.len() < self.executor.limits.in_flight.max(1) as usize
            && let Some(Waiting { id, wave, call }) = self.waiting.pop_front()
        {
            let recorded = self.recorder.begin(call.clone(), host.effect(&call.id), Route::Code, wave);
            let answered = async move { Answered { id, wave, recorded, result: call_in_span(host, call, wave).await } };
            self.in_flight.push(Box::pin(answered));
        }
    }

    fn answer(&mut self, Answered { id, wave, recorded, result }: Answered, guest: &mut dyn Guest) {
        self.recorder.finish(recorded, &result);
        self.order.answered = self.order.answered.max(wave);
        let answer = match result {
            Ok(ToolAnswer { output, .. }) => Answer::from(output),
            Err(error) => Answer::error(error.to_string()),
        };
        self.usage.bytes_in += answer.text().len() as u64;
        guest.send(HostMessage::Answer { id, answer });
        self.make_calls();
    }

    fn finish(&mut self, finish: Finish) -> Outcome {
        let limit = self.executor.limits.result;
        match finish {
            Finish::Failed(failure) => Outcome::Failed(failure.shortened()),
            Finish::Value(text) if text.len() as u64 > limit.as_u64() => {
                Outcome::Failed(result_too_large(text.len() as u64, limit))
            }
            Finish::Value(text) => match RawValue::from_string(text) {
                Ok(value) => {
                    self.usage.bytes_out += value.get().len() as u64;
                    Outcome::Completed { result: ProgramResult::Value(value) }
                }
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

fn out_of_order() -> Outcome {
    Outcome::Failed(Failure::new(FailureKind::Protocol, "the sandbox sent requests out of order"))
}

fn timed_out(wall: Duration) -> Failure {
    Failure::new(FailureKind::Timeout, format!("the program did not end within {} s", wall.as_secs_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_come_in_order_and_waves_after_answers() {
        let mut order = Order::default();
        assert!(order.accepts_id(1) && order.accepts_id(5));
        assert!(!order.accepts_id(5) && !order.accepts_id(4));
        assert!(!order.accepts_wave(0) && !order.accepts_wave(2));
        let mut order = Order::default();
        assert!(order.accepts_wave(1) && order.accepts_wave(1));
        order.answered = 1;
        assert!(order.accepts_wave(2) && !order.accepts_wave(1) && !order.accepts_wave(3));
    }
}
