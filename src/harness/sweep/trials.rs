//! The real trials whose transcripts a sweep is made of, and the time that the code arm takes for more and more data.

use std::path::PathBuf;

use super::{Catalogue, Ending, Opening, Pieces, ResultSize};
use crate::{
    harness::{
        scenario::{Discovery, Expected, Scenario, ServerSource, ServerSpec, Workspace},
        servers::{self, ServerOptions},
        stats,
        summary::{Class, Demands, GrowthTiming, GrowthTimings, Seconds},
        trial::{self, Shown, Trial, TrialError},
    },
    program::Program,
    tokens::Tokens,
};

/// What a sweep goes over, each ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axes {
    /// The number of tools on offer.
    pub tools: Vec<usize>,
    /// The tokens of one result.
    pub result_tokens: Vec<usize>,
    /// The number of calls.
    pub steps: Vec<usize>,
}

impl Default for Axes {
    fn default() -> Self {
        Self {
            tools: vec![5, 20, 50, 100, 200, 500],
            result_tokens: vec![100, 1_000, 10_000, 100_000, 1_000_000],
            steps: vec![1, 3, 10, 30, 100],
        }
    }
}

/// What a trial has on the axes that it does not stand for a value of.
const FEW_TOOLS: usize = 5;
const SHORT: usize = 100;
/// A result that names the next chunk, and one that does not.
const BOTH_KINDS: usize = 2;
/// So often each time is taken, for its median.
const TIMES: usize = 3;

const TASK: &str = include_str!("task.txt");
const PROGRAM: &str = include_str!("program.ts");
/// The tokens of reasoning in each turn, as in the scenarios.
const REASONING: Tokens = Tokens(240);

/// Runs the trials, one for each value of each axis, and tells of each before it begins.
pub async fn collect(axes: &Axes, tell: impl Fn(&str)) -> Result<(Pieces, GrowthTimings), TrialError> {
    let mut pieces = Pieces::default();
    for &tools in &axes.tools {
        tell(&format!("{tools} tools"));
        let scenario = scenario(tools, SHORT, BOTH_KINDS);
        let (code, direct) = run(&scenario, Shown::All).await?;
        let (_, search) = run(&scenario, Shown::Found).await?;
        pieces.catalogues.push(Catalogue {
            tools: tools as u64,
            direct: Opening::of(&direct.transcript),
            search: Opening::of(&search.transcript),
            code: Opening::of(&code.transcript),
        });
    }
    for &steps in &axes.steps {
        tell(&format!("{steps} calls"));
        let (code, direct) = run(&scenario(FEW_TOOLS, SHORT, steps), Shown::All).await?;
        pieces.endings.extend(Ending::of(&direct.transcript, &code.transcript));
    }
    let mut timings = Vec::new();
    for &result_tokens in &axes.result_tokens {
        tell(&format!("results of {result_tokens} tokens"));
        let scenario = scenario(FEW_TOOLS, result_tokens, BOTH_KINDS);
        let (code, direct) = run(&scenario, Shown::All).await?;
        let tokens = Tokens(result_tokens as u64);
        pieces.sizes.extend(ResultSize::of(tokens, &direct.transcript, &code.transcript));
        timings.push(GrowthTiming {
            payload_tokens: Tokens(BOTH_KINDS as u64 * tokens.0),
            measured_seconds: Seconds(median_time(&scenario).await?),
        });
    }
    Ok((pieces, growth_timings(timings)))
}

fn scenario(tools: usize, result_tokens: usize, chunks: usize) -> Scenario {
    let options = ServerOptions {
        tools: Some(tools),
        result_tokens: Some(result_tokens),
        chunks: Some(chunks),
        ..ServerOptions::default()
    };
    Scenario {
        name: "sweep".to_owned(),
        class: Class::Ordinary,
        description: "Follow a chain of calls and add up a number of each".to_owned(),
        task: TASK.to_owned(),
        reasoning_per_turn: REASONING,
        discovery: Discovery { query: "read one chunk of the record".to_owned(), limit: 1 },
        runs: 1,
        attempts: Vec::new(),
        program: Program::new(PROGRAM),
        plan: None,
        injection: None,
        writes_in_any_order: false,
        demands: Demands::default(),
        workspace: Workspace::new(PathBuf::new(), Vec::new()),
        expected: Some(Expected { answer: servers::sum_of_chunks(&options).into(), ..Expected::default() }),
        servers: vec![ServerSpec {
            name: "synthetic".to_owned(),
            source: ServerSource::BuiltIn { server: "synthetic".to_owned(), options },
        }],
    }
}

/// Both routes.
async fn run(scenario: &Scenario, shown: Shown) -> Result<(Trial, Trial), TrialError> {
    let instance = scenario.at(0);
    let (code, journals) = trial::code(&instance, None).await?;
    let direct = trial::direct(&instance, &journals, shown).await?;
    Ok((code, direct))
}

/// Of the code arm, in seconds.
async fn median_time(scenario: &Scenario) -> Result<f64, TrialError> {
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let (code, _) = trial::code(&scenario.at(0), None).await?;
        times.push(code.measured.as_secs_f64());
    }
    Ok(stats::median(&times).unwrap_or_default())
}

fn growth_timings(points: Vec<GrowthTiming>) -> GrowthTimings {
    let places: Vec<_> =
        points.iter().map(|point| (point.payload_tokens.0 as f64 / 1e6, point.measured_seconds.0)).collect();
    let line = stats::least_squares(&places);
    GrowthTimings {
        points,
        seconds_per_million_tokens: line.map(|line| line.slope).unwrap_or_default(),
        r_squared: line.map(|line| line.r_squared).unwrap_or_default(),
    }
}
