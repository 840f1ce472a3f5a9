//! One invocation of the harness: every scenario on every arm, each finished trial saved before the next begins.

use serde::Serialize;

use super::{
    gate,
    output::{OutputError, OutputFolder},
    scenario::Scenario,
    summary::{
        Arm, ArmSummaries, ArmSummary, Failed, Failure, Machine, Measured, ScenarioSummary, Summary, Timings,
        TrialTiming,
    },
    transcript::Transcript,
    trial::{self, Trial},
};
use crate::{
    cache::{Cache, CacheOptions},
    tokens::TokenCounter,
};

/// Told of what a run does, as it does it.
pub trait Progress {
    fn trial_started(&self, scenario: &Scenario, arm: Arm);
    fn trial_finished(&self, scenario: &Scenario, arm: Arm, outcome: &ArmSummary);
}

/// A trial as it is kept on disk.
#[derive(Serialize)]
struct TrialRecord<'a> {
    scenario: &'a str,
    arm: Arm,
    outcome: &'a ArmSummary,
    timing: Option<&'a TrialTiming>,
    transcript: Option<&'a Transcript>,
}

/// What one run needs, and what it has found so far.
pub struct Run<'a> {
    counter: &'a dyn TokenCounter,
    output: &'a OutputFolder,
    progress: &'a dyn Progress,
    scenarios: Vec<ScenarioSummary>,
    timings: Vec<TrialTiming>,
}

impl<'a> Run<'a> {
    pub fn new(counter: &'a dyn TokenCounter, output: &'a OutputFolder, progress: &'a dyn Progress) -> Self {
        Self { counter, output, progress, scenarios: Vec::new(), timings: Vec::new() }
    }

    /// Runs a scenario on the arms. Trials run one after the other, so that none disturbs another's timing.
    ///
    /// # Errors
    /// When a finished trial cannot be saved. A trial that fails is part of the summary instead.
    pub async fn scenario(&mut self, scenario: &Scenario, arms: &[Arm]) -> Result<(), OutputError> {
        let mut summary = ScenarioSummary {
            name: scenario.name.clone(),
            class: scenario.class,
            description: scenario.description.clone(),
            tools: 0,
            arms: ArmSummaries::default(),
            reduction: None,
            cached_reduction: None,
            gate: gate::judge(&ArmSummaries::default(), scenario.gate),
        };
        let is_wanted = |arm| arms.contains(&arm);
        // The direct arm follows from what the code arm called, so for it the code arm is run, asked for or not.
        if is_wanted(Arm::Code) || is_wanted(Arm::Direct) {
            if is_wanted(Arm::Code) {
                self.progress.trial_started(scenario, Arm::Code);
            }
            let (code, journals) = match trial::code(scenario, None).await {
                Ok((trial, journals)) => (Ok(trial), Ok(journals)),
                Err(error) => {
                    let failure = Failure::from(error);
                    let message = format!("the code arm, from which this one is derived, failed: {}", failure.message);
                    (Err(failure.clone()), Err(Failure { message, ..failure }))
                }
            };
            if is_wanted(Arm::Code) {
                summary.arms.code = Some(self.finish(scenario, Arm::Code, code, &mut summary.tools)?);
            }
            if is_wanted(Arm::Direct) {
                self.progress.trial_started(scenario, Arm::Direct);
                let direct = match journals {
                    Ok(journals) => trial::direct(scenario, &journals).await.map_err(Failure::from),
                    Err(failure) => Err(failure),
                };
                summary.arms.direct = Some(self.finish(scenario, Arm::Direct, direct, &mut summary.tools)?);
            }
        }
        if is_wanted(Arm::CodeCache) {
            self.progress.trial_started(scenario, Arm::CodeCache);
            let cache = Cache::new(CacheOptions::default());
            let cached = trial::code(scenario, Some(cache)).await.map(|(trial, _)| trial).map_err(Failure::from);
            summary.arms.code_cache = Some(self.finish(scenario, Arm::CodeCache, cached, &mut summary.tools)?);
        }
        summary.reduction = gate::reduction(&summary.arms, Arm::Code);
        summary.cached_reduction = gate::reduction(&summary.arms, Arm::CodeCache);
        summary.gate = gate::judge(&summary.arms, scenario.gate);
        self.scenarios.push(summary);
        Ok(())
    }

    /// Counts a finished trial, saves it and tells of it.
    fn finish(
        &mut self,
        scenario: &Scenario,
        arm: Arm,
        trial: Result<Trial, Failure>,
        tools: &mut usize,
    ) -> Result<ArmSummary, OutputError> {
        let (outcome, timing) = match &trial {
            Ok(trial) => {
                *tools = trial.tools;
                let accounts = trial.transcript.account(self.counter);
                let timing = TrialTiming {
                    scenario: scenario.name.clone(),
                    arm,
                    measured: trial.measured,
                    tools: trial.in_tools,
                };
                let measured = Measured {
                    correct: true,
                    context_tokens: accounts.context,
                    cumulative_input_tokens: accounts.cumulative_input,
                    output_tokens: accounts.output,
                    turns: trial.transcript.turns.len() as u64,
                    tool_calls: trial.tool_calls,
                    cache_hits: trial.cache_hits,
                    fallback: trial.fallback.clone(),
                };
                (ArmSummary::Correct(measured), Some(timing))
            }
            Err(failure) => (ArmSummary::Failed(Failed { correct: false, failure: failure.clone() }), None),
        };
        let record = TrialRecord {
            scenario: &scenario.name,
            arm,
            outcome: &outcome,
            timing: timing.as_ref(),
            transcript: trial.as_ref().ok().map(|trial| &trial.transcript),
        };
        self.output.save_trial(&format!("{}.{}", scenario.name, arm.name()), &record)?;
        self.progress.trial_finished(scenario, arm, &outcome);
        self.timings.extend(timing);
        Ok(outcome)
    }

    /// What the run has found.
    pub fn conclude(self) -> (Summary, Timings) {
        let summary = Summary {
            tokenizer: self.counter.name().to_owned(),
            gate: gate::overall(&self.scenarios),
            scenarios: self.scenarios,
        };
        (summary, Timings { machine: Machine::this(), trials: self.timings })
    }
}

impl Machine {
    /// The machine that this process runs on.
    fn this() -> Self {
        Self {
            os: std::env::consts::OS.to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            build: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}
