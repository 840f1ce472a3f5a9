//! The direct arms: the calls that the code arm made, made again one turn for each wave, or those of the plan.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::{BoxFuture, join_all};
use serde_json::Value;

use super::{Trial, TrialError, act, answer_of, call, code::kept, prompt, search};
use crate::{
    executor::{Executor, Outcome},
    harness::{
        fleet::Fleet,
        scenario::{Instance, Plan, Scenario},
        summary::{CallRecord, Part},
        transcript::{Content, Event, Transcript, Turn},
        verify::{verify_answer, verify_writes},
    },
    host::{ToolAnswer, ToolError, ToolHost},
    journal::{CallOutcome, Journal},
    router::{Answer, Request, references},
    sandbox::{Delivery, Limits},
    tool::{ToolCall, ToolDef, ToolId},
};

/// Which definitions a model on the direct route is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All, in its first request.
    All,
    /// Those that it searches for, when it has found them.
    Found,
}

/// The direct arm, or with the definitions that it finds the search arm: derived from the calls that the code arm made in each of its
/// runs.
pub async fn direct(instance: &Instance<'_>, journals: &[Journal], shown: Shown) -> Result<Trial, TrialError> {
    let scenario = instance.scenario;
    let fleet = Fleet::start(instance).await?;
    let mut conversation =
        Conversation { scenario, turns: Vec::new(), calls: Vec::new(), tool_calls: 0, measured: Duration::ZERO };
    for (journal, run) in journals.iter().zip(0..) {
        let mut input = prompt(scenario, run);
        if run == 0 {
            match shown {
                Shown::All => input.extend(definitions(&fleet, |_| true)),
                Shown::Found => input = search::find(scenario, &fleet, journal, input, &mut conversation.turns),
            }
        }
        let (input, answer) = match &scenario.plan {
            Some(plan) => conversation.carry_out(&fleet, plan, input).await?,
            None => conversation.make_calls(&fleet, journal, input).await?,
        };
        verify_answer(instance, &answer)?;
        let output = act(scenario, [Event::text(Part::Answer, instance.said(&answer))]);
        conversation.turns.push(Turn { input, output });
    }
    verify_writes(instance, &fleet)?;
    let Conversation { turns, calls, tool_calls, measured, .. } = conversation;
    let transcript = Transcript { turns };
    if scenario.injection.as_ref().is_some_and(|injection| !transcript.shows(injection)) {
        return Err(TrialError::NotExposed);
    }
    Ok(Trial {
        transcript,
        programs: Vec::new(),
        calls,
        tool_calls,
        cache_hits: 0,
        fallback: None,
        catalog: fleet.catalog.clone(),
        measured,
        in_tools: measured,
    })
}

/// The definitions of those tools, as a client of the direct route is shown them.
pub(super) fn definitions(fleet: &Fleet, is_wanted: impl Fn(&ToolId) -> bool) -> Vec<Event> {
    let tools = fleet.catalog.tools().filter(|(id, _)| is_wanted(id)).map(|(id, tool)| {
        let tool = ToolDef { name: id.qualified_name().into(), ..tool.clone() };
        Event { part: Part::Definitions, content: Content::Definition(tool) }
    });
    tools.collect()
}

/// A model on the direct route, turn by turn.
struct Conversation<'a> {
    scenario: &'a Scenario,
    turns: Vec<Turn>,
    calls: Vec<CallRecord>,
    tool_calls: u64,
    measured: Duration,
}

impl Conversation<'_> {
    /// Makes the calls of a program, and gives what the last of them adds to the input, and the program's answer to them.
    async fn make_calls(
        &mut self,
        fleet: &Fleet,
        journal: &Journal,
        mut input: Vec<Event>,
    ) -> Result<(Vec<Event>, Value), TrialError> {
        let mut answered = Vec::new();
        for (wave, number) in journal.waves().into_iter().zip(0..) {
            let made = wave.into_iter().filter(|entry| !matches!(entry.outcome, CallOutcome::Held {}));
            let calls: Vec<ToolCall> = made.map(|entry| entry.call.clone()).collect();
            self.write(&calls, input);
            let start = Instant::now();
            // As many at once as a program may make: few enough for all of them to be sent in the order in which they were written.
            let mut results = Vec::new();
            for made in calls.chunks(Limits::default().in_flight as usize) {
                results.extend(join_all(made.iter().map(|made| fleet.upstreams.call_tool(made.clone()))).await);
            }
            let began = self.measured;
            self.measured += start.elapsed();
            self.calls.extend(calls.iter().zip(&results).map(|(made, result)| CallRecord {
                tool: made.id.to_string(),
                input: kept(made),
                outcome: if result.is_ok() { "completed" } else { "failed" }.to_owned(),
                origin: "server".to_owned(),
                wave: number,
                start_seconds: began.into(),
                end_seconds: self.measured.into(),
            }));
            input = results.iter().map(|result| Event::text(Part::Results, text_of(result))).collect();
            answered.extend(calls.into_iter().zip(results));
        }
        let replay = Replay { answers: Mutex::new(answered.into()) };
        Ok((input, answer_to(self.scenario, fleet, replay).await?))
    }

    /// Makes the calls of a plan. Those that do not need each other's results are written in one turn.
    async fn carry_out(
        &mut self,
        fleet: &Fleet,
        plan: &Plan,
        mut input: Vec<Event>,
    ) -> Result<(Vec<Event>, Value), TrialError> {
        let router = fleet.router(None)?;
        let (start, before) = (Instant::now(), self.measured);
        let response = router.handle(Request { plan: plan.calls.clone(), ..Request::default() }).await;
        self.measured += start.elapsed();
        let outputs = match &response.answer {
            Ok(Answer::Calls(outputs)) => outputs,
            Ok(Answer::Program(_)) => return Err(TrialError::NoAnswer("a plan is not a program".to_owned())),
            Err(failure) => return Err(TrialError::NoAnswer(failure.to_string())),
        };
        self.calls.extend(response.journal.entries().map(|entry| CallRecord::of(entry, before)));
        let mut made = response.journal.entries().map(|entry| entry.call.clone()).zip(outputs);
        for wave in waves(&plan.calls) {
            let (calls, outputs): (Vec<_>, Vec<_>) = made.by_ref().take(wave).unzip();
            self.write(&calls, input);
            input = outputs.into_iter().map(|output| Event::text(Part::Results, output.text())).collect();
        }
        Ok((input, answer_of(plan, outputs)?))
    }

    /// A turn in which the model writes these calls.
    fn write(&mut self, calls: &[ToolCall], input: Vec<Event>) {
        self.tool_calls += calls.len() as u64;
        let written = calls
            .iter()
            .flat_map(|made| call(Part::Calls, &made.id.qualified_name(), &Value::from(made.input.clone())));
        self.turns.push(Turn { input, output: act(self.scenario, written) });
    }
}

/// How many calls of a plan, in its order, can be made together each time.
fn waves(plan: &[ToolCall]) -> Vec<usize> {
    let mut waves = Vec::new();
    let mut start = 0;
    for (number, call) in plan.iter().enumerate() {
        match waves.last_mut() {
            Some(length) if references(&call.input).iter().all(|needed| *needed < start) => *length += 1,
            _ => {
                start = number;
                waves.push(1);
            }
        }
    }
    waves
}

/// What the scenario's program makes of results that there are already.
async fn answer_to(scenario: &Scenario, fleet: &Fleet, replay: Replay) -> Result<Value, TrialError> {
    let builder = Executor::builder().host(Arc::new(replay)).catalog(fleet.catalog.clone());
    let execution = builder.delivery(Delivery::WaveByWave).build().execute(&scenario.program).await?;
    match execution.outcome {
        Outcome::Completed { result } => Ok(result.to_value()),
        Outcome::Failed(failure) => Err(TrialError::NoAnswer(failure.to_string())),
    }
}

fn text_of(result: &Result<ToolAnswer, ToolError>) -> String {
    match result {
        Ok(answer) => answer.output.text().to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Answers a program's calls from answers that were given before.
struct Replay {
    answers: Mutex<VecDeque<(ToolCall, Result<ToolAnswer, ToolError>)>>,
}

impl ToolHost for Replay {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_needs_no_result_of_its_own_turn_goes_together() {
        let call = |needs: &[usize]| {
            let references: Value = needs.iter().map(|needed| json!({ "$result": format!("/{needed}") })).collect();
            let Value::Object(input) = json!({ "all": references }) else { panic!("not an object") };
            ToolCall { id: ToolId::new("s", "t"), input }
        };
        for (needs, expected) in [
            (vec![&[][..], &[], &[]], vec![3]),
            (vec![&[], &[0], &[0]], vec![1, 2]),
            (vec![&[], &[], &[1], &[0], &[2], &[]], vec![2, 2, 2]),
        ] {
            let plan: Vec<_> = needs.iter().map(|needs| call(needs)).collect();
            assert_eq!(waves(&plan), expected, "{needs:?}");
        }
    }
}
