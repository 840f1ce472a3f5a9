//! One invocation of the harness: every scenario with every seed on every arm, each finished trial saved before the next begins.

use std::time::Instant;

use super::{
    cost, gate,
    memo::Memo,
    output::{OutputError, OutputFolder},
    scenario::{Instance, Scenario},
    sensitivity, summarise,
    summary::{
        Arm, Assumptions, Failed, Failure, Machine, Measured, Outcome, ScenarioSummary, ScenarioTiming, Seconds,
        Sensitivity, Summary, Timings, TrialRecord, TrialSummary, TrialTiming, TurnRecord,
    },
    trial::{self, Shown, Trial},
};
use crate::{
    cache::{Cache, CacheOptions},
    journal::Journal,
    tokens::TokenCounter,
};

/// Told of what a run does, as it does it.
pub trait Progress: Sync {
    fn trial_started(&self, scenario: &Scenario, arm: Arm, seed: u64);
    fn trial_finished(&self, scenario: &Scenario, trial: &TrialSummary);
}

/// Nobody watches.
impl Progress for () {
    fn trial_started(&self, _: &Scenario, _: Arm, _: u64) {}
    fn trial_finished(&self, _: &Scenario, _: &TrialSummary) {}
}

/// What a run is given.
pub struct RunOptions<'a> {
    pub counter: &'a dyn TokenCounter,
    pub assumptions: Assumptions,
    pub arms: Vec<Arm>,
    pub seeds: Vec<u64>,
}

/// What one run needs, and what it has found so far.
pub struct Run<'a> {
    options: RunOptions<'a>,
    output: &'a OutputFolder,
    progress: &'a dyn Progress,
    start: Instant,
    scenarios: Vec<ScenarioSummary>,
    sensitivity: Vec<Sensitivity>,
    trial_timings: Vec<TrialTiming>,
    timings: Vec<ScenarioTiming>,
}

/// The trials of one scenario, as they are made.
struct Trials<'a> {
    scenario: &'a Scenario,
    counter: Memo<'a>,
    tools: usize,
    finished: Vec<TrialSummary>,
    timings: Vec<TrialTiming>,
}

impl<'a> Run<'a> {
    pub fn new(options: RunOptions<'a>, output: &'a OutputFolder, progress: &'a dyn Progress) -> Self {
        Self {
            options,
            output,
            progress,
            start: Instant::now(),
            scenarios: Vec::new(),
            sensitivity: Vec::new(),
            trial_timings: Vec::new(),
            timings: Vec::new(),
        }
    }

    /// Runs a scenario. Trials run one after the other, so that none disturbs another's timing.
    ///
    /// # Errors
    /// When a finished trial cannot be saved. A trial that fails is part of the summary instead.
    pub async fn scenario(&mut self, scenario: &Scenario) -> Result<(), OutputError> {
        let counter = Memo::new(self.options.counter);
        let mut trials = Trials { scenario, counter, tools: 0, finished: Vec::new(), timings: Vec::new() };
        for (index, seed) in self.options.seeds.clone().into_iter().enumerate() {
            let rows = self.seed(&scenario.at(seed), &mut trials, index == 0).await?;
            self.sensitivity.extend(rows);
        }
        let Trials { tools, finished, timings, .. } = trials;
        self.timings.extend(summarise::timings(scenario, &finished, &timings));
        self.trial_timings.extend(timings);
        self.scenarios.push(ScenarioSummary {
            name: scenario.name.clone(),
            class: scenario.class,
            description: scenario.description.clone(),
            tools,
            arms: summarise::arms(&finished),
            comparisons: summarise::comparisons(&finished),
            gate: gate::judge(&finished, scenario.demands),
            trials: finished,
        });
        Ok(())
    }

    /// Every arm with one seed; of the first, also how the figures move with what is assumed.
    async fn seed(
        &self,
        instance: &Instance<'_>,
        trials: &mut Trials<'_>,
        is_first: bool,
    ) -> Result<Vec<Sensitivity>, OutputError> {
        let is_wanted = |arm| self.options.arms.contains(&arm);
        let started = |arm| self.progress.trial_started(instance.scenario, arm, instance.seed);
        let mut rows = Vec::new();
        // The direct arms follow from what the code arm called, so for them the code arm is run, asked for or not.
        if [Arm::Direct, Arm::Search, Arm::Code].into_iter().any(is_wanted) {
            if is_wanted(Arm::Code) {
                started(Arm::Code);
            }
            let (code, journals) = match trial::code(instance, None).await {
                Ok((trial, journals)) => (Ok(trial), Ok(journals)),
                Err(error) => {
                    let failure = Failure::from(error);
                    let message = format!("the code arm, from which this one is derived, failed: {}", failure.message);
                    (Err(failure.clone()), Err(Failure { message, ..failure }))
                }
            };
            for (arm, shown) in [(Arm::Direct, Shown::All), (Arm::Search, Shown::Found)] {
                if is_wanted(arm) {
                    started(arm);
                    let trial = derive(instance, &journals, shown).await;
                    if arm == Arm::Direct
                        && is_first
                        && let (Ok(code), Ok(direct)) = (&code, &trial)
                    {
                        rows = sensitivity::rows(instance, code, direct, &trials.counter, &self.options.assumptions);
                    }
                    self.finish(instance, arm, trial, trials)?;
                }
            }
            if is_wanted(Arm::Code) {
                self.finish(instance, Arm::Code, code, trials)?;
            }
        }
        if is_wanted(Arm::CodeCache) {
            started(Arm::CodeCache);
            let cache = Cache::new(CacheOptions::default());
            let cached = trial::code(instance, Some(cache)).await.map(|(trial, _)| trial).map_err(Failure::from);
            self.finish(instance, Arm::CodeCache, cached, trials)?;
        }
        Ok(rows)
    }

    /// Counts a finished trial, saves it and tells of it.
    fn finish(
        &self,
        instance: &Instance<'_>,
        arm: Arm,
        trial: Result<Trial, Failure>,
        trials: &mut Trials<'_>,
    ) -> Result<(), OutputError> {
        let seed = instance.seed;
        let scenario = instance.scenario.name.clone();
        let record = match trial {
            Ok(trial) => {
                trials.tools = trial.catalog.len();
                let (measured, turns) = self.measure(instance, &trial, &trials.counter);
                let timing = TrialTiming {
                    scenario: scenario.clone(),
                    arm,
                    seed,
                    measured_seconds: trial.measured.into(),
                    tools_seconds: trial.in_tools.into(),
                };
                trials.timings.push(timing.clone());
                let Trial { programs, calls, .. } = trial;
                let outcome = Outcome::Correct(measured);
                TrialRecord { scenario, arm, seed, outcome, timing: Some(timing), turns, programs, calls }
            }
            Err(failure) => {
                let outcome = Outcome::Failed(Failed { correct: false, failure });
                let (turns, programs, calls) = Default::default();
                TrialRecord { scenario, arm, seed, outcome, timing: None, turns, programs, calls }
            }
        };
        self.output.save_trial(&format!("{}.{}.{seed}", record.scenario, arm.name()), &record)?;
        let summary = TrialSummary { seed, arm, outcome: record.outcome };
        self.progress.trial_finished(trials.scenario, &summary);
        trials.finished.push(summary);
        Ok(())
    }

    fn measure(
        &self,
        instance: &Instance<'_>,
        trial: &Trial,
        counter: &dyn TokenCounter,
    ) -> (Measured, Vec<TurnRecord>) {
        let counted = trial.transcript.count(counter);
        let (accounts, requests) = (counted.account(), counted.requests());
        let injection = instance.scenario.injection.as_ref();
        let measured = Measured {
            correct: true,
            context_tokens: accounts.context,
            cumulative_input_tokens: accounts.cumulative_input,
            output_tokens: accounts.output,
            turns: requests.len() as u64,
            tool_calls: trial.tool_calls,
            cache_hits: trial.cache_hits,
            fallback: trial.fallback.clone(),
            exposed: injection.map(|injection| trial.transcript.shows(injection)),
            costs: cost::costs(&requests, &self.options.assumptions),
            model_seconds: cost::model_seconds(&requests, &self.options.assumptions),
        };
        (measured, counted.record())
    }

    /// What the run has found.
    pub fn conclude(self) -> (Summary, Timings) {
        let summary = Summary {
            tokenizer: self.options.counter.name().to_owned(),
            seeds: self.options.seeds,
            assumptions: self.options.assumptions,
            classes: summarise::classes(&self.scenarios),
            gate: gate::overall(&self.scenarios),
            scenarios: self.scenarios,
            sensitivity: self.sensitivity,
        };
        let timings = Timings {
            machine: Machine::this(),
            elapsed_seconds: Seconds::from(self.start.elapsed()),
            trials: self.trial_timings,
            scenarios: self.timings,
        };
        (summary, timings)
    }
}

async fn derive(
    instance: &Instance<'_>,
    journals: &Result<Vec<Journal>, Failure>,
    shown: Shown,
) -> Result<Trial, Failure> {
    match journals {
        Ok(journals) => trial::direct(instance, journals, shown).await.map_err(Failure::from),
        Err(failure) => Err(failure.clone()),
    }
}

impl Machine {
    /// The machine that this process runs on.
    pub fn this() -> Self {
        Self {
            os: std::env::consts::OS.to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            build: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}
