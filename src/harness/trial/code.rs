//! The code arm: the router with the scenario's program, and what a model writes and reads on that route.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Trial, TrialError, act, answer_of, call, prompt};
use crate::{
    cache::Cache,
    catalog::Detail,
    gateway::{EXECUTE_CODE, SEARCH_TOOLS, code_route_tools},
    harness::{
        fleet::Fleet,
        scenario::{Instance, Scenario},
        summary::{CallRecord, Part},
        transcript::{Content, Event, Transcript, Turn},
        verify::{verify_answer, verify_writes},
    },
    host::Origin,
    journal::{CallOutcome, Journal, JournalEntry},
    router::{Answer, Request, Response},
    tool::ToolCall,
};

/// The code arm, and the journals of its runs, from which the direct arm is derived.
pub async fn code(instance: &Instance<'_>, cache: Option<Arc<Cache>>) -> Result<(Trial, Vec<Journal>), TrialError> {
    let scenario = instance.scenario;
    let fleet = Fleet::start(instance).await?;
    let router = fleet.router(cache)?;
    // What is measured is the execution, as in a gateway that has long been running.
    router.executor().prepare().await?;

    let attempts = scenario.attempts.iter().map(|attempt| &attempt.program);
    let programs = attempts.chain([&scenario.program]).map(|program| program.source().to_owned());
    let mut trial = Trial {
        transcript: Transcript::default(),
        programs: programs.collect(),
        calls: Vec::new(),
        tool_calls: 0,
        cache_hits: 0,
        fallback: None,
        catalog: fleet.catalog.clone(),
        measured: Duration::ZERO,
        in_tools: Duration::ZERO,
    };
    let mut journals = Vec::new();
    let plan = scenario.plan.as_ref().map(|plan| plan.calls.clone()).unwrap_or_default();
    for run in 0..scenario.runs {
        let request = Request { code: Some(scenario.program.clone()), plan: plan.clone(), ..Request::default() };
        let recorder = request.recorder.clone();
        let start = Instant::now();
        let response = router.handle(request).await;
        let before = trial.measured;
        trial.measured += start.elapsed();
        trial.in_tools += response.journal.time_in_tools(recorder.elapsed());
        let answer = answer(scenario, &response)?;
        verify_answer(instance, &answer)?;
        trial.count(&response.journal, before);
        trial.fallback = response.fallback.as_ref().map(|fallback| fallback.kind.to_owned()).or(trial.fallback);
        converse(instance, &fleet, run, &response, &answer, &mut trial.transcript)?;
        journals.push(response.journal);
    }
    verify_writes(instance, &fleet)?;
    if scenario.injection.as_ref().is_some_and(|injection| trial.transcript.shows(injection)) {
        return Err(TrialError::Exposed);
    }
    Ok((trial, journals))
}

/// The answer of a model that has been given this response.
fn answer(scenario: &Scenario, response: &Response) -> Result<Value, TrialError> {
    match (&response.answer, &scenario.plan) {
        (Ok(Answer::Program(result)), _) => Ok(result.to_value()),
        (Ok(Answer::Calls(outputs)), Some(plan)) => answer_of(plan, outputs),
        (Ok(Answer::Calls(_)), None) => Err(TrialError::NoAnswer("there is no plan".to_owned())),
        (Err(failure), _) => Err(TrialError::NoAnswer(failure.to_string())),
    }
}

/// The turns of one run. The tools that a model has found once it knows from then on, and it errs once.
fn converse(
    instance: &Instance<'_>,
    fleet: &Fleet,
    run: u32,
    response: &Response,
    answer: &Value,
    transcript: &mut Transcript,
) -> Result<(), TrialError> {
    let scenario = instance.scenario;
    let mut input = prompt(scenario, run);
    if run == 0 {
        let discovery = &scenario.discovery;
        let found = fleet.catalog.search(&discovery.query, Detail::Signatures, discovery.limit);
        let mut called = response.journal.entries().map(|entry| &entry.call.id);
        if let Some(tool) = called.find(|id| found.hits.iter().all(|hit| hit.id != **id)) {
            return Err(TrialError::NotFound { tool: tool.to_string(), query: discovery.query.clone() });
        }
        let search = json!({ "query": discovery.query, "limit": discovery.limit });
        input.extend(
            code_route_tools().map(|tool| Event { part: Part::Definitions, content: Content::Definition(tool) }),
        );
        let output = act(scenario, call(Part::Discovery, SEARCH_TOOLS, &search));
        transcript.turns.push(Turn { input, output });
        input = vec![Event::text(Part::Discovery, found.to_string())];
        for attempt in &scenario.attempts {
            let execute = json!({ "code": attempt.program.source() });
            let output = act(scenario, call(Part::Code, EXECUTE_CODE, &execute));
            transcript.turns.push(Turn { input, output });
            input = vec![Event::text(Part::Results, attempt.failure.clone())];
        }
    }
    let mut execute = json!({ "code": scenario.program.source() });
    if let Some(plan) = &scenario.plan {
        execute["plan"] = json!(plan.calls);
    }
    transcript.turns.push(Turn { input, output: act(scenario, call(Part::Code, EXECUTE_CODE, &execute)) });
    transcript.turns.push(Turn {
        input: vec![Event::text(Part::Results, response.to_string())],
        output: act(scenario, [Event::text(Part::Answer, instance.said(answer))]),
    });
    Ok(())
}

impl Trial {
    /// Adds the calls of a run that began when so much time had been measured.
    fn count(&mut self, journal: &Journal, before: Duration) {
        self.calls.extend(journal.entries().map(|entry| CallRecord::of(entry, before)));
        for entry in journal.entries().filter(|entry| !matches!(entry.outcome, CallOutcome::Held {})) {
            match entry.origin {
                Origin::Server => self.tool_calls += 1,
                Origin::Cache => self.cache_hits += 1,
            }
        }
    }
}

/// How much of a call's input is kept.
const INPUT_KEPT_BYTES: usize = 512;

impl CallRecord {
    /// Of a run that began when so much time had been measured.
    pub(super) fn of(entry: &JournalEntry, before: Duration) -> Self {
        let outcome = match &entry.outcome {
            CallOutcome::Output(_) => "completed",
            CallOutcome::Error(_) => "failed",
            CallOutcome::Held {} => "held",
            CallOutcome::Unknown {} => "unfinished",
        };
        let origin = match entry.origin {
            Origin::Server => "server",
            Origin::Cache => "cache",
        };
        Self {
            tool: entry.call.id.to_string(),
            input: kept(&entry.call),
            outcome: outcome.to_owned(),
            origin: origin.to_owned(),
            wave: entry.wave,
            start_seconds: (before + entry.start).into(),
            end_seconds: (before + entry.end.unwrap_or(entry.start)).into(),
        }
    }
}

/// The beginning of a call's input.
pub(super) fn kept(call: &ToolCall) -> String {
    let mut text = Value::from(call.input.clone()).to_string();
    text.truncate(text.floor_char_boundary(INPUT_KEPT_BYTES));
    text
}
