//! From trials to what a report shows of them: typical numbers, what an arm saves, and what the classes save.
//!
//! Only paired successes are compared: seeds with which both arms came to the right answer. A reduction is `1 − arm / against` for
//! one seed; over seeds its median and bootstrap interval are given, over scenarios the geometric mean and the ratio of totals, for
//! each class by itself.

use super::{
    scenario::Scenario,
    stats,
    summary::{
        Arm, ArmSummary, Average, Class, ClassSummary, Comparison, CostEstimate, Estimate, Measured, ScenarioSummary,
        ScenarioTiming, TrialSummary, TrialTiming, Typical,
    },
};

/// The comparisons that are made, in their order.
const COMPARED: [(Arm, Arm); 5] = [
    (Arm::Search, Arm::Direct),
    (Arm::Code, Arm::Direct),
    (Arm::CodeCache, Arm::Direct),
    (Arm::Code, Arm::Search),
    (Arm::CodeCache, Arm::Search),
];

pub fn arms(trials: &[TrialSummary]) -> Vec<ArmSummary> {
    let of = |arm| trials.iter().filter(move |trial| trial.arm == arm);
    let ran = Arm::ALL.into_iter().filter(|arm| of(*arm).next().is_some());
    ran.map(|arm| {
        let measured: Vec<_> = of(arm).filter_map(|trial| trial.outcome.measured()).collect();
        ArmSummary { arm, trials: of(arm).count(), correct: measured.len(), typical: typical(&measured) }
    })
    .collect()
}

fn typical(measured: &[&Measured]) -> Option<Typical> {
    let estimate = |of: &dyn Fn(&Measured) -> f64| {
        stats::estimate(&measured.iter().map(|measured| of(measured)).collect::<Vec<_>>())
    };
    Some(Typical {
        context_tokens: estimate(&|measured| context(measured))?,
        cumulative_input_tokens: estimate(&|measured| cumulative(measured))?,
        output_tokens: estimate(&|measured| output(measured))?,
        turns: estimate(&|measured| measured.turns as f64)?,
        tool_calls: estimate(&|measured| measured.tool_calls as f64)?,
        cache_hits: estimate(&|measured| measured.cache_hits as f64)?,
        model_seconds: estimate(&|measured| measured.model_seconds.0)?,
        costs: costs(measured.first()?, &|table, cached| {
            stats::estimate(&measured.iter().filter_map(|measured| cost(measured, table, cached)).collect::<Vec<_>>())
        }),
    })
}

/// An estimate for each price table, without caching and with it.
fn costs(like: &Measured, estimate: &dyn Fn(usize, bool) -> Option<Estimate>) -> Vec<CostEstimate> {
    let tables = like.costs.iter().enumerate().filter_map(|(table, cost)| {
        let prices = cost.prices.clone();
        Some(CostEstimate { prices, uncached: estimate(table, false)?, cached: estimate(table, true) })
    });
    tables.collect()
}

fn context(measured: &Measured) -> f64 {
    measured.context_tokens.total().0 as f64
}

fn cumulative(measured: &Measured) -> f64 {
    measured.cumulative_input_tokens.total().0 as f64
}

fn output(measured: &Measured) -> f64 {
    measured.output_tokens.total().0 as f64
}

fn cost(measured: &Measured, table: usize, cached: bool) -> Option<f64> {
    let cost = measured.costs.get(table)?;
    if cached { cost.cached.map(|dollars| dollars.0) } else { Some(cost.uncached.0) }
}

/// With caching where there are prices for it, by the first table.
pub fn billed(measured: &Measured) -> f64 {
    cost(measured, 0, true).or(cost(measured, 0, false)).unwrap_or_default()
}

pub fn comparisons(trials: &[TrialSummary]) -> Vec<Comparison> {
    COMPARED.into_iter().filter_map(|(arm, against)| compare(trials, arm, against)).collect()
}

/// The seeds with which both arms were right, and their numbers.
fn pairs(trials: &[TrialSummary], arm: Arm, against: Arm) -> Vec<(u64, &Measured, &Measured)> {
    let measured = |seed, arm| {
        let trial = trials.iter().find(|trial| trial.seed == seed && trial.arm == arm)?;
        trial.outcome.measured()
    };
    let paired = trials
        .iter()
        .filter(|trial| trial.arm == arm)
        .filter_map(|trial| Some((trial.seed, trial.outcome.measured()?, measured(trial.seed, against)?)));
    paired.collect()
}

fn compare(trials: &[TrialSummary], arm: Arm, against: Arm) -> Option<Comparison> {
    let pairs = pairs(trials, arm, against);
    let estimate = |of: &dyn Fn(&Measured) -> Option<f64>| {
        let reductions = pairs.iter().filter_map(|(_, arm, against)| Some(reduction(of(arm)?, of(against)?)));
        stats::estimate(&reductions.collect::<Vec<_>>())
    };
    Some(Comparison {
        arm,
        against,
        seeds: pairs.iter().map(|(seed, ..)| *seed).collect(),
        context: estimate(&|measured| Some(context(measured)))?,
        cumulative: estimate(&|measured| Some(cumulative(measured)))?,
        output: estimate(&|measured| Some(output(measured)))?,
        model_time: estimate(&|measured| Some(measured.model_seconds.0))?,
        costs: costs(pairs.first()?.1, &|table, cached| estimate(&|measured| cost(measured, table, cached))),
    })
}

/// `1 − arm / against`.
pub fn reduction(arm: f64, against: f64) -> f64 {
    1.0 - arm / against
}

/// What each arm saves over the scenarios of each class.
pub fn classes(scenarios: &[ScenarioSummary]) -> Vec<ClassSummary> {
    let kinds = Class::ALL.into_iter().flat_map(|class| COMPARED.map(|(arm, against)| (class, arm, against)));
    kinds.filter_map(|(class, arm, against)| average(scenarios, class, arm, against)).collect()
}

fn average(scenarios: &[ScenarioSummary], class: Class, arm: Arm, against: Arm) -> Option<ClassSummary> {
    // Of each scenario, what the arms took over the seeds that are compared.
    let compared: Vec<_> = scenarios
        .iter()
        .filter(|scenario| scenario.class == class)
        .map(|scenario| pairs(&scenario.trials, arm, against))
        .filter(|pairs| !pairs.is_empty())
        .collect();
    let average = |of: fn(&Measured) -> f64| {
        let totals: Vec<(f64, f64)> = compared
            .iter()
            .map(|pairs| {
                let sum =
                    |of_pair: &dyn Fn(&(u64, &Measured, &Measured)) -> f64| pairs.iter().map(of_pair).sum::<f64>();
                // The mean over seeds, so that a scenario with a failed trial weighs no less.
                let seeds = pairs.len() as f64;
                (sum(&|(_, arm, _)| of(arm)) / seeds, sum(&|(.., against)| of(against)) / seeds)
            })
            .collect();
        let ratios: Vec<f64> = totals.iter().map(|(arm, against)| arm / against).collect();
        let (geometric, weighted) = (stats::geometric_mean(&ratios)?, stats::weighted_ratio(&totals)?);
        Some(Average { geometric: 1.0 - geometric, weighted: 1.0 - weighted })
    };
    Some(ClassSummary {
        class,
        arm,
        against,
        scenarios: compared.len(),
        context: average(context)?,
        cumulative: average(cumulative)?,
        output: average(output)?,
        cost: average(billed)?,
    })
}

/// The times of a scenario on each arm: measured, modelled, and their sum.
pub fn timings(scenario: &Scenario, trials: &[TrialSummary], timed: &[TrialTiming]) -> Vec<ScenarioTiming> {
    // By seed: what was measured, and what is modelled.
    let times = |arm: Arm| -> Vec<(u64, f64, f64)> {
        let of_arm = trials.iter().filter(|trial| trial.arm == arm);
        let times = of_arm.filter_map(|trial| {
            let timing = timed.iter().find(|timing| timing.arm == arm && timing.seed == trial.seed)?;
            Some((trial.seed, timing.measured_seconds.0, trial.outcome.measured()?.model_seconds.0))
        });
        times.collect()
    };
    let direct = times(Arm::Direct);
    let summed = Arm::ALL.into_iter().filter_map(|arm| {
        let times = times(arm);
        let estimate = |of: fn(&(u64, f64, f64)) -> f64| stats::estimate(&times.iter().map(of).collect::<Vec<_>>());
        let reductions = times.iter().filter_map(|(seed, measured, model)| {
            let (_, direct_measured, direct_model) = direct.iter().find(|(other, ..)| other == seed)?;
            Some(reduction(measured + model, direct_measured + direct_model))
        });
        let total_reduction = if arm == Arm::Direct { None } else { stats::estimate(&reductions.collect::<Vec<_>>()) };
        Some(ScenarioTiming {
            scenario: scenario.name.clone(),
            arm,
            measured_seconds: estimate(|(_, measured, _)| *measured)?,
            model_seconds: estimate(|(.., model)| *model)?,
            total_seconds: estimate(|(_, measured, model)| measured + model)?,
            total_reduction,
        })
    });
    summed.collect()
}
