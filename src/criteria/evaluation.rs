//! Scenarios of the evaluation, run now.

use std::path::Path;

use super::Found;
use crate::{
    format,
    harness::{
        OutputFolder, Run, RunOptions,
        scenario::Scenario,
        summary::{Arm, Assumptions, Class, Outcome, Summary},
    },
    tokens::O200k,
};

async fn run(scenarios: &[Scenario], arms: &[Arm]) -> Result<Summary, Box<dyn std::error::Error + Send + Sync>> {
    let folder = tempfile::tempdir()?;
    let output = OutputFolder::open(folder.path())?;
    let options =
        RunOptions { counter: &O200k, assumptions: Assumptions::built_in()?, arms: arms.to_vec(), seeds: vec![1] };
    let mut run = Run::new(options, &output, &());
    for scenario in scenarios {
        run.scenario(scenario).await?;
    }
    Ok(run.conclude().0)
}

/// A trial is correct only if its answer is right and every write was recorded once.
pub(super) async fn falls_back(folder: &Path) -> Found {
    let scenarios = Scenario::load_all(folder, &["fallback".to_owned()])?;
    let writes = scenarios.iter().map(|scenario| scenario.at(1).expected.writes.len()).sum::<usize>();
    let summary = run(&scenarios, &[Arm::Code]).await?;
    let trials: Vec<_> = summary.scenarios.iter().flat_map(|scenario| &scenario.trials).collect();
    let found = match trials.first().map(|trial| &trial.outcome) {
        Some(Outcome::Correct(measured)) => match &measured.fallback {
            Some(kind) => {
                (true, format!("the program failed ({kind}), the answer is right, {writes} writes, each once"))
            }
            None => (false, "the program did not fail".to_owned()),
        },
        Some(Outcome::Failed(failed)) => (false, failed.failure.message.clone()),
        None => (false, "no trial".to_owned()),
    };
    Ok(found)
}

pub(super) async fn saves(folder: &Path) -> Found {
    let all = Scenario::load_all(folder, &[])?;
    let headline: Vec<_> = all.into_iter().filter(|scenario| scenario.class == Class::Headline).collect();
    let summary = run(&headline, &[Arm::Direct, Arm::Code]).await?;
    let compared: Vec<_> = summary
        .scenarios
        .iter()
        .filter_map(|scenario| Some((&scenario.name, scenario.comparison(Arm::Code, Arm::Direct)?)))
        .collect();
    let least = compared.iter().map(|(name, saved)| (saved.context.median.min(saved.cumulative.median), *name));
    let Some((least, name)) = least.min_by(|one, other| one.0.total_cmp(&other.0)) else {
        return Ok((false, "no headline scenario could be compared".to_owned()));
    };
    let holds = compared.len() == headline.len() && least >= 0.95;
    let least = format::reduction(least);
    Ok((
        holds,
        format!("{} of {} scenarios compared, the least saving is {least} ({name})", compared.len(), headline.len()),
    ))
}
