//! A made-up run for the tests of the page: two headline scenarios, an ordinary one, one that loses, one that failed amid hostile
//! text; with what was said, and a sweep.

mod arms;
mod sweep;
mod trials;

use serde_json::{Value, json};

use super::Evidence;
use crate::{
    harness::summary::{
        Arm, Assumptions, Average, Band, Bills, Class, ClassSummary, Demands, Failed, Failure, GateSummary, Machine,
        ModelSpeed, Outcome, Prices, PromptCaching, ScenarioGate, ScenarioSummary, Seconds, Sensitivity, Summary,
        Timings, Verdict,
    },
    tokens::Tokens,
};

use arms::Case;

/// What a hostile server would like a page, a terminal or a spreadsheet to do.
pub(super) const HOSTILE: &str = "=HYPERLINK(\"http://evil.example\")</td></pre></title>\
     <script>alert('x')</script>\u{1b}[2J\u{202e}<img src=x onerror=alert(1)>";

pub(super) const SEEDS: [u64; 3] = [1, 2, 3];

pub(super) fn evidence() -> Evidence {
    let convergence = arms::scenario(
        "convergence",
        Class::Headline,
        "Bring a meeting transcript, its attendees and the customer records together in one summary for sales.",
        58,
        [
            Case { parts: [210, 55_012, 0, 84_310, 9_820, 640, 0, 188], turns: 14, calls: 23 },
            Case { parts: [240, 1_900, 2_140, 84_310, 10_300, 640, 0, 188], turns: 17, calls: 23 },
            Case { parts: [260, 341, 402, 96, 340, 0, 325, 188], turns: 4, calls: 23 },
        ],
    );
    let triage = arms::scenario(
        "issue-triage",
        Class::Headline,
        "List 10,000 issues, keep the high-priority ones, answer with five summaries of one line.",
        12,
        [
            Case { parts: [140, 4_120, 0, 5_120_400, 700, 1_240, 0, 151], turns: 8, calls: 100 },
            Case { parts: [180, 820, 310, 5_120_400, 900, 1_240, 0, 151], turns: 9, calls: 100 },
            Case { parts: [190, 341, 215, 160, 240, 0, 214, 151], turns: 3, calls: 100 },
        ],
    );
    let ordinary = arms::scenario(
        "five-step-form",
        Class::Ordinary,
        "Fill a form in five steps, each of which needs what the one before it answered.",
        12,
        [
            Case { parts: [130, 4_120, 0, 1_204, 300, 231, 0, 41], turns: 6, calls: 5 },
            Case { parts: [160, 700, 280, 1_204, 380, 231, 0, 41], turns: 7, calls: 5 },
            Case { parts: [180, 341, 250, 96, 240, 0, 210, 41], turns: 3, calls: 5 },
        ],
    );
    let lookup = arms::scenario(
        "single-lookup",
        Class::Losing,
        "Look one record up with one small call.",
        4,
        [
            Case { parts: [96, 412, 0, 88, 60, 22, 0, 21], turns: 2, calls: 1 },
            Case { parts: [126, 290, 110, 88, 90, 22, 0, 21], turns: 3, calls: 1 },
            Case { parts: [146, 341, 180, 34, 90, 0, 125, 21], turns: 3, calls: 1 },
        ],
    );
    let scenarios = vec![convergence, triage, ordinary, lookup, hostile()];
    let summary = summary(scenarios);
    let timings = timings(&summary);
    let trials = trials::of(&summary, 3);
    Evidence { summary, timings, trials, sweep: Some(sweep::sweep()), growth_timings: Some(sweep::growth_timings()) }
}

/// Twenty scenarios, with conversations of a hundred turns and texts of quotation marks, which are six times as long in a page.
pub(super) fn large() -> Evidence {
    let mut evidence = evidence();
    let models = evidence.summary.scenarios[..4].to_vec();
    let mut scenarios = Vec::new();
    for index in 0..20 {
        let mut scenario = models[index % models.len()].clone();
        scenario.name = format!("{}-{index}", scenario.name);
        scenarios.push(scenario);
    }
    evidence.summary.scenarios = scenarios;
    evidence.timings = timings(&evidence.summary);
    evidence.trials = trials::of(&evidence.summary, 100);
    for event in evidence.trials.iter_mut().flat_map(|trial| &mut trial.turns).flat_map(|turn| &mut turn.input) {
        event.text = "\"".repeat(4_000);
    }
    evidence
}

fn hostile() -> ScenarioSummary {
    let mut scenario = arms::scenario(
        "injected-result",
        Class::Robustness,
        "A server that answers <script>alert(1)</script>.",
        2,
        [
            Case { parts: [90, 200, 0, 50, 30, 11, 0, 9], turns: 2, calls: 1 },
            Case { parts: [90, 200, 30, 50, 30, 11, 0, 9], turns: 3, calls: 1 },
            Case { parts: [90, 341, 60, 20, 30, 0, 80, 9], turns: 3, calls: 1 },
        ],
    );
    for trial in &mut scenario.trials {
        if trial.arm == Arm::Code {
            trial.outcome = failed(
                HOSTILE,
                Some(json!({"total": 41, "names": ["Ada", "Grace"]})),
                Some(json!({ "html": HOSTILE })),
            );
        } else if let Outcome::Correct(measured) = &mut trial.outcome {
            measured.exposed = Some(true);
            measured.fallback = (trial.arm == Arm::CodeCache).then(|| HOSTILE.to_owned());
        }
    }
    for arm in scenario.arms.iter_mut().filter(|arm| arm.arm == Arm::Code) {
        (arm.correct, arm.typical) = (0, None);
    }
    scenario.comparisons.retain(|comparison| comparison.arm != Arm::Code);
    scenario
}

fn failed(message: &str, expected: Option<Value>, actual: Option<Value>) -> Outcome {
    let failure = Failure { message: message.to_owned(), expected, actual };
    Outcome::Failed(Failed { correct: false, failure })
}

fn summary(mut scenarios: Vec<ScenarioSummary>) -> Summary {
    let band = |at_least, at_most| Some(Band { at_least, at_most });
    for scenario in &mut scenarios {
        let (verdict, context) = match scenario.class {
            Class::Headline => (Verdict::Held, band(Some(0.95), None)),
            Class::Ordinary => (Verdict::Held, band(Some(0.6), Some(0.9))),
            Class::Losing => (Verdict::Held, band(None, Some(0.0))),
            Class::Robustness => (Verdict::Failed, None),
        };
        let demands = Demands { context, cumulative: context };
        let failures =
            if verdict == Verdict::Failed { vec![format!("no answer was right: {HOSTILE}")] } else { vec![] };
        scenario.gate = ScenarioGate { verdict, demands, failures };
    }
    let average = |geometric, weighted| Average { geometric, weighted };
    let class = |class, arm, against, context| ClassSummary {
        class,
        arm,
        against,
        scenarios: 2,
        context,
        cumulative: average(0.9981, 0.9997),
        output: average(0.84, 0.88),
        cost: average(0.98, 0.99),
    };
    let (code, direct, search) = (Arm::Code, Arm::Direct, Arm::Search);
    let sensitivity = ["as assumed", "reasoning × 0", "reasoning × 4", "discovery: browse", "no prompt caching"]
        .into_iter()
        .map(|assumption| Sensitivity {
            scenario: "convergence".into(),
            class: Class::Headline,
            assumption: assumption.into(),
            context: 0.987,
            cumulative: 0.9962,
            output: 0.9176,
            cost: 0.96,
        })
        .collect();
    Summary {
        tokenizer: "o200k_base".into(),
        seeds: SEEDS.to_vec(),
        assumptions: assumptions(),
        scenarios,
        classes: vec![
            class(Class::Headline, code, direct, average(0.9979, 0.9993)),
            class(Class::Headline, code, search, average(0.9971, 0.9993)),
            class(Class::Ordinary, code, direct, average(0.775, 0.775)),
            class(Class::Losing, code, direct, average(-0.34, -0.34)),
        ],
        sensitivity,
        gate: GateSummary { verdict: Verdict::Failed },
    }
}

fn assumptions() -> Assumptions {
    let caching = PromptCaching { write: 1.25, read: 0.1, minimum_prefix: Tokens(1_024), ttl_seconds: Seconds(300.0) };
    let prices = |name: &str, source: &str, bills, input_per_million, output_per_million, caching| Prices {
        name: name.into(),
        source: source.into(),
        bills,
        input_per_million,
        output_per_million,
        workflows_per_month: 10_000,
        caching,
    };
    Assumptions {
        prices: vec![
            prices(
                "current public",
                "a provider’s price page, November 2026",
                Bills::Requests,
                3.0,
                15.0,
                Some(caching),
            ),
            prices("flat", "the well-known $30,000 → $400", Bills::Context, 20.0, 20.0, None),
        ],
        model: ModelSpeed {
            source: "a public benchmark, November 2026".into(),
            time_to_first_token_seconds: Seconds(0.8),
            prefill_per_second: 5_000.0,
            decode_per_second: 70.0,
        },
    }
}

fn timings(summary: &Summary) -> Timings {
    Timings {
        machine: Machine {
            os: "Linux 6.12".into(),
            architecture: "x86_64".into(),
            cores: 2,
            build: "release".into(),
            version: "0.1.0".into(),
        },
        elapsed_seconds: Seconds(83.2),
        trials: vec![],
        scenarios: summary.scenarios.iter().flat_map(arms::timings).collect(),
    }
}
