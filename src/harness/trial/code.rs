//! The code arm: the router with the scenario's program, and what a model writes and reads on that route.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Trial, TrialError, act, answer_of, call, prompt, shown};
use crate::{
    cache::Cache,
    catalog::Detail,
    gateway::{EXECUTE_CODE, SEARCH_TOOLS, code_route_tools},
    harness::{
        fleet::Fleet,
        scenario::Scenario,
        summary::Part,
        transcript::{Content, Event, Transcript, Turn},
        verify::{verify_answer, verify_writes},
    },
    host::Origin,
    journal::{CallOutcome, Journal},
    router::{Answer, Request, Response},
};

/// The code arm, and the journals of its runs, from which the direct arm is derived.
pub async fn code(scenario: &Scenario, cache: Option<Arc<Cache>>) -> Result<(Trial, Vec<Journal>), TrialError> {
    let fleet = Fleet::start(scenario).await?;
    let router = fleet.router(cache)?;
    // What is measured is the execution, as in a gateway that has long been running.
    router.executor().prepare().await?;

    let mut trial = Trial {
        transcript: Transcript::default(),
        tool_calls: 0,
        cache_hits: 0,
        fallback: None,
        tools: fleet.catalog.len(),
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
        trial.measured += start.elapsed();
        trial.in_tools += response.journal.time_in_tools(recorder.elapsed());
        let answer = answer(scenario, &response)?;
        verify_answer(scenario, &answer)?;
        trial.count(&response.journal);
        trial.fallback = response.fallback.as_ref().map(|fallback| fallback.kind.to_owned()).or(trial.fallback);
        converse(scenario, &fleet, run, &response, &answer, &mut trial.transcript);
        journals.push(response.journal);
    }
    verify_writes(scenario, &fleet)?;
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

/// The turns of one run. The tools that a model has found once it knows from then on.
fn converse(
    scenario: &Scenario,
    fleet: &Fleet,
    run: u32,
    response: &Response,
    answer: &Value,
    transcript: &mut Transcript,
) {
    let mut input = prompt(scenario, run);
    if run == 0 {
        let discovery = &scenario.discovery;
        let found = fleet.catalog.search(&discovery.query, Detail::Signatures, discovery.limit).to_string();
        let search = json!({ "query": discovery.query, "limit": discovery.limit });
        input.extend(
            code_route_tools().map(|tool| Event { part: Part::Definitions, content: Content::Definition(tool) }),
        );
        let output = act(scenario, call(Part::Discovery, SEARCH_TOOLS, &search));
        transcript.turns.push(Turn { input, output });
        input = vec![Event::text(Part::Discovery, found)];
    }
    let mut execute = json!({ "code": scenario.program.source() });
    if let Some(plan) = &scenario.plan {
        execute["plan"] = json!(plan.calls);
    }
    transcript.turns.push(Turn { input, output: act(scenario, call(Part::Code, EXECUTE_CODE, &execute)) });
    transcript.turns.push(Turn {
        input: vec![Event::text(Part::Results, response.to_string())],
        output: act(scenario, [Event::text(Part::Answer, shown(answer))]),
    });
}

impl Trial {
    fn count(&mut self, journal: &Journal) {
        for entry in journal.entries().filter(|entry| !matches!(entry.outcome, CallOutcome::Held {})) {
            match entry.origin {
                Origin::Server => self.tool_calls += 1,
                Origin::Cache => self.cache_hits += 1,
            }
        }
    }
}
