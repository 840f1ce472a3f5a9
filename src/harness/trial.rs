//! One scenario on one arm: run for real, verified, and written down as a transcript.
//!
//! The code arm runs the scenario's program. The direct arm is derived from what that run called: a direct model has to
//! make exactly those calls, one turn for each wave of them, with every definition in its first request and every result
//! in its context. They are made again, on fresh servers, and its answer is what the program makes of *those* results. It
//! never errs and never calls too much: it is the best direct agent there can be, so a saving against it is a lower bound.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::{BoxFuture, join_all};
use serde_json::{Value, json};

use super::{
    fleet::Fleet,
    scenario::Scenario,
    summary::{Failure, Part},
    transcript::{Content, Event, Transcript, Turn},
    verify::verify,
};
use crate::{
    catalog::Detail,
    executor::{Executor, Outcome, ProgramResult, Usage},
    gateway::{EXECUTE_CODE, SEARCH_TOOLS, code_route_tools},
    host::{ToolError, ToolHost},
    journal::Journal,
    sandbox::Delivery,
    tool::{ToolCall, ToolOutput},
    upstream::UpstreamError,
};

/// What every model is told before the task, whatever the arm.
const SYSTEM_PROMPT: &str = "Do the user's task with the tools you have. Then answer with the result alone.";

/// A trial that ended with the right answer.
#[derive(Debug)]
pub struct Trial {
    pub transcript: Transcript,
    /// Calls made to upstream tools.
    pub tool_calls: u64,
    /// Tools on offer.
    pub tools: usize,
    /// From the first call, or the start of the program, to the last answer.
    pub measured: Duration,
    /// The part of it with at least one call in flight.
    pub in_tools: Duration,
}

/// Why a trial has no numbers.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    #[error(transparent)]
    Executor(#[from] crate::executor::ExecutorError),
    #[error("the program failed: {0}")]
    Program(crate::sandbox::Failure),
    #[error("{}", .0.message)]
    Wrong(Box<Failure>),
}

impl From<TrialError> for Failure {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::Wrong(failure) => *failure,
            other => Self { message: chain(&other), expected: None, actual: None },
        }
    }
}

/// An error with its causes, each said once.
fn chain(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    message
}

/// The code arm, and the journal from which the direct arm is derived.
pub async fn code(scenario: &Scenario) -> Result<(Trial, Journal), TrialError> {
    let fleet = Fleet::start(scenario).await?;
    let (result, usage, journal) = run_program(scenario, &fleet, fleet.upstreams.clone()).await?;
    verify(&scenario.expected, &result.to_value(), &fleet).map_err(TrialError::Wrong)?;

    let discovery = &scenario.discovery;
    let found = fleet.catalog.search(&discovery.query, Detail::Signatures, discovery.limit).to_string();
    let mut first = opening(scenario);
    first.extend(code_route_tools().map(|tool| Event { part: Part::Definitions, content: Content::Definition(tool) }));
    let search = json!({ "query": discovery.query, "limit": discovery.limit });
    let execute = json!({ "code": scenario.program.source() });
    let answer = result.to_string();
    let turns = vec![
        Turn { input: first, output: act(scenario, call(Part::Discovery, SEARCH_TOOLS, &search)) },
        Turn {
            input: vec![Event::text(Part::Discovery, found)],
            output: act(scenario, call(Part::Code, EXECUTE_CODE, &execute)),
        },
        Turn {
            input: vec![Event::text(Part::Results, answer.as_str())],
            output: act(scenario, [Event::text(Part::Answer, answer.as_str())]),
        },
    ];
    let trial = Trial {
        transcript: Transcript { turns },
        tool_calls: usage.tool_calls,
        tools: fleet.catalog.len(),
        measured: usage.wall,
        in_tools: usage.tools,
    };
    Ok((trial, journal))
}

/// The direct arm, derived from the calls of the code arm.
pub async fn direct(scenario: &Scenario, journal: &Journal) -> Result<Trial, TrialError> {
    let fleet = Fleet::start(scenario).await?;
    let mut input = opening(scenario);
    for (server, tools) in fleet.upstreams.definitions() {
        input.extend(tools.into_iter().map(|mut tool| {
            tool.name = format!("{server}__{}", tool.name).into();
            Event { part: Part::Definitions, content: Content::Definition(tool) }
        }));
    }

    let start = Instant::now();
    let mut turns = Vec::new();
    let mut answered = Vec::new();
    for wave in journal.waves() {
        let calls: Vec<ToolCall> = wave.into_iter().map(|entry| entry.call.clone()).collect();
        let written = calls
            .iter()
            .flat_map(|made| call(Part::Calls, &made.id.qualified_name(), &Value::from(made.input.clone())));
        turns.push(Turn { input, output: act(scenario, written) });
        let results = join_all(calls.iter().map(|made| fleet.upstreams.call_tool(made.clone()))).await;
        input = results.iter().map(|result| Event::text(Part::Results, text_of(result))).collect();
        answered.extend(calls.into_iter().zip(results));
    }
    let measured = start.elapsed();

    let tool_calls = answered.len() as u64;
    let replay = Arc::new(Replay { answers: Mutex::new(answered.into()) });
    let (result, ..) = run_program(scenario, &fleet, replay).await?;
    verify(&scenario.expected, &result.to_value(), &fleet).map_err(TrialError::Wrong)?;
    turns.push(Turn { input, output: act(scenario, [Event::text(Part::Answer, result.to_string())]) });
    Ok(Trial { transcript: Transcript { turns }, tool_calls, tools: fleet.catalog.len(), measured, in_tools: measured })
}

/// Runs the scenario's program with its calls going to `host`.
async fn run_program(
    scenario: &Scenario,
    fleet: &Fleet,
    host: Arc<dyn ToolHost>,
) -> Result<(ProgramResult, Usage, Journal), TrialError> {
    let executor = Executor::builder().host(host).catalog(fleet.catalog.clone()).delivery(Delivery::WaveByWave).build();
    // What is measured is the execution, as in a gateway that has long been running.
    executor.prepare().await?;
    let execution = executor.execute(&scenario.program).await?;
    match execution.outcome {
        Outcome::Completed { result } => Ok((result, execution.usage, execution.journal)),
        Outcome::Failed(failure) => Err(TrialError::Program(failure)),
    }
}

/// What the first request holds in every arm.
fn opening(scenario: &Scenario) -> Vec<Event> {
    [SYSTEM_PROMPT, &scenario.task].map(|text| Event::text(Part::Prompt, text)).into()
}

/// A response: the model reasons, then acts.
fn act(scenario: &Scenario, action: impl IntoIterator<Item = Event>) -> Vec<Event> {
    let reasoning = Event { part: Part::Reasoning, content: Content::Assumed(scenario.reasoning_per_turn) };
    std::iter::once(reasoning).chain(action).collect()
}

/// A tool call as the model writes it: the tool's name and its input.
fn call(part: Part, tool: &str, input: &Value) -> [Event; 2] {
    [Event::text(part, tool), Event::text(part, input.to_string())]
}

fn text_of(result: &Result<ToolOutput, ToolError>) -> String {
    match result {
        Ok(output) => output.text().to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Answers a program's calls from answers that were given before.
struct Replay {
    answers: Mutex<VecDeque<(ToolCall, Result<ToolOutput, ToolError>)>>,
}

impl ToolHost for Replay {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolOutput, ToolError>> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = answers.iter().position(|(made, _)| *made == call).and_then(|index| answers.remove(index));
        let answer = match known {
            Some((_, answer)) => answer,
            // The results of the direct route led the program elsewhere: then the two arms did not do the same work.
            None => {
                Err(ToolError::Failed { tool: call.id, message: "the direct route never made this call".to_owned() })
            }
        };
        Box::pin(std::future::ready(answer))
    }
}
