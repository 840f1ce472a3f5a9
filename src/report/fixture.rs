//! A made-up run for the renderers' tests: two headline scenarios, one that loses, one that failed among hostile
//! text; then one that the cache has a part in, and one that fell back.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    harness::summary::{
        Arm, ArmSummaries, ArmSummary, Class, Failed, Failure, GateSummary, Machine, Measured, Reduction, ScenarioGate,
        ScenarioSummary, Split, Summary, Thresholds, Timings, TrialTiming, Verdict,
    },
    tokens::Tokens,
};

/// What a hostile server would like a page, a terminal or a spreadsheet to do.
pub(super) const HOSTILE: &str = "=HYPERLINK(\"http://evil.example\")</td></pre></title>\
     <script>alert('x')</script>\u{1b}[2J\u{202e}<img src=x onerror=alert(1)>";

fn split(parts: [u64; 8]) -> Split {
    use crate::harness::summary::Part;
    let mut split = Split::default();
    for (part, tokens) in Part::ALL.into_iter().zip(parts) {
        split.add(part, Tokens(tokens));
    }
    split
}

fn measured(
    context: [u64; 8],
    cumulative: [u64; 8],
    output: [u64; 8],
    turns: u64,
    tool_calls: u64,
) -> Option<ArmSummary> {
    Some(ArmSummary::Correct(Measured {
        correct: true,
        context_tokens: split(context),
        cumulative_input_tokens: split(cumulative),
        output_tokens: split(output),
        turns,
        tool_calls,
        cache_hits: 0,
        fallback: None,
    }))
}

/// The same, with something more to say of it.
fn with(outcome: Option<ArmSummary>, change: impl FnOnce(&mut Measured)) -> Option<ArmSummary> {
    let mut measured = outcome.as_ref()?.measured()?.clone();
    change(&mut measured);
    Some(ArmSummary::Correct(measured))
}

fn failed(message: &str, expected: Option<Value>, actual: Option<Value>) -> Option<ArmSummary> {
    let failure = Failure { message: message.to_owned(), expected, actual };
    Some(ArmSummary::Failed(Failed { correct: false, failure }))
}

fn scenario(name: &str, class: Class, description: &str, tools: usize, arms: ArmSummaries) -> ScenarioSummary {
    let gate = ScenarioGate { verdict: Verdict::None, thresholds: Thresholds::default() };
    let (name, description) = (name.into(), description.into());
    ScenarioSummary { name, class, description, tools, arms, reduction: None, cached_reduction: None, gate }
}

pub(super) fn summary() -> Summary {
    let convergence = ScenarioSummary {
        reduction: Some(Reduction { context: 0.987, cumulative: 0.9962, output: 0.9176 }),
        gate: ScenarioGate {
            verdict: Verdict::Held,
            thresholds: Thresholds { context: Some(0.95), cumulative: Some(0.95) },
        },
        ..scenario(
            "convergence",
            Class::Headline,
            "Bring a meeting transcript, its attendees and the customer records together in one summary for sales.",
            58,
            ArmSummaries {
                direct: measured(
                    [210, 55_012, 0, 84_310, 9_820, 640, 0, 188],
                    [2_940, 770_168, 0, 590_170, 68_740, 4_480, 0, 0],
                    [0, 0, 0, 0, 9_820, 640, 0, 188],
                    14,
                    23,
                ),
                code: measured(
                    [260, 341, 402, 96, 340, 0, 325, 188],
                    [1_040, 1_364, 1_206, 192, 1_020, 0, 650, 0],
                    [0, 0, 24, 0, 340, 0, 325, 188],
                    4,
                    23,
                ),
                code_cache: None,
            },
        )
    };
    let triage = ScenarioSummary {
        reduction: Some(Reduction { context: 0.9997, cumulative: 0.99984, output: 0.7021 }),
        gate: ScenarioGate {
            verdict: Verdict::Failed,
            thresholds: Thresholds { context: Some(0.95), cumulative: Some(0.9999) },
        },
        ..scenario(
            "issue-triage",
            Class::Headline,
            "List 10,000 issues, keep the high-priority ones, answer with five summaries of one line.",
            12,
            ArmSummaries {
                direct: measured(
                    [140, 4_120, 0, 5_120_400, 700, 1_240, 0, 151],
                    [1_120, 32_960, 0, 18_311_200, 2_450, 4_340, 0, 0],
                    [0, 0, 0, 0, 700, 1_240, 0, 151],
                    8,
                    100,
                ),
                code: measured(
                    [190, 341, 215, 160, 240, 0, 214, 151],
                    [570, 1_023, 430, 160, 480, 0, 214, 0],
                    [0, 0, 18, 0, 240, 0, 214, 151],
                    3,
                    100,
                ),
                code_cache: None,
            },
        )
    };
    let lookup = ScenarioSummary {
        reduction: Some(Reduction { context: -0.34, cumulative: -0.8212, output: -1.4272 }),
        ..scenario(
            "single-lookup",
            Class::Losing,
            "Look one record up with one small call.",
            4,
            ArmSummaries {
                direct: measured(
                    [96, 412, 0, 88, 60, 22, 0, 21],
                    [192, 824, 0, 88, 60, 22, 0, 0],
                    [0, 0, 0, 0, 60, 22, 0, 21],
                    2,
                    1,
                ),
                code: measured(
                    [146, 341, 180, 34, 90, 0, 125, 21],
                    [438, 1_023, 360, 34, 180, 0, 125, 0],
                    [0, 0, 14, 0, 90, 0, 125, 21],
                    3,
                    1,
                ),
                code_cache: None,
            },
        )
    };
    let hostile = scenario(
        "hostile",
        Class::Robustness,
        "A server that answers <script>alert(1)</script>.",
        2,
        ArmSummaries {
            direct: measured(
                [90, 200, 0, 50, 30, 11, 0, 9],
                [180, 400, 0, 50, 30, 11, 0, 0],
                [0, 0, 0, 0, 30, 11, 0, 9],
                2,
                1,
            ),
            code: failed(
                HOSTILE,
                Some(json!({"total": 41, "names": ["Ada", "Grace"]})),
                Some(json!({ "html": HOSTILE })),
            ),
            code_cache: None,
        },
    );
    let code = measured(
        [180, 341, 250, 96, 240, 0, 210, 41],
        [540, 1_023, 500, 96, 480, 0, 210, 0],
        [0, 0, 18, 0, 240, 0, 210, 41],
        3,
        7,
    );
    let repeat = ScenarioSummary {
        reduction: Some(Reduction { context: 0.9322, cumulative: 0.9545, output: 0.1101 }),
        cached_reduction: Some(Reduction { context: 0.9322, cumulative: 0.9545, output: 0.1101 }),
        gate: ScenarioGate { verdict: Verdict::Held, thresholds: Thresholds { context: Some(0.9), cumulative: None } },
        ..scenario(
            "repeat-run",
            Class::Ordinary,
            "Ask for the open orders of seven regions a second time.",
            12,
            ArmSummaries {
                direct: measured(
                    [130, 4_120, 0, 15_204, 300, 231, 0, 41],
                    [390, 12_360, 0, 48_210, 900, 693, 0, 0],
                    [0, 0, 0, 0, 300, 231, 0, 41],
                    3,
                    7,
                ),
                code_cache: with(code.clone(), |measured| (measured.tool_calls, measured.cache_hits) = (1, 6)),
                code,
            },
        )
    };
    let fallback = ScenarioSummary {
        reduction: Some(Reduction { context: -0.5837, cumulative: -1.8583, output: -2.2233 }),
        ..scenario(
            "fallback",
            Class::Robustness,
            "Note a visit; the program fails after the write.",
            4,
            ArmSummaries {
                direct: measured(
                    [96, 412, 0, 88, 60, 22, 0, 21],
                    [192, 824, 0, 88, 60, 22, 0, 0],
                    [0, 0, 0, 0, 60, 22, 0, 21],
                    2,
                    1,
                ),
                code: with(
                    measured(
                        [146, 341, 180, 122, 150, 22, 125, 21],
                        [584, 1_364, 540, 210, 420, 22, 250, 0],
                        [0, 0, 14, 0, 150, 22, 125, 21],
                        4,
                        1,
                    ),
                    |measured| measured.fallback = Some("runtime".into()),
                ),
                code_cache: None,
            },
        )
    };
    Summary {
        tokenizer: "o200k_base".into(),
        scenarios: vec![convergence, triage, lookup, hostile, repeat, fallback],
        gate: GateSummary { verdict: Verdict::Failed },
    }
}

/// The scenarios of a run from before there was a third arm.
pub(super) fn two_arms() -> Summary {
    let mut summary = summary();
    summary.scenarios.truncate(4);
    summary
}

pub(super) fn timings() -> Timings {
    let trial = |scenario: &str, arm, measured: u64, tools: u64| TrialTiming {
        scenario: scenario.into(),
        arm,
        measured: Duration::from_micros(measured),
        tools: Duration::from_micros(tools),
    };
    Timings {
        machine: Machine {
            os: "Linux 6.12".into(),
            architecture: "x86_64".into(),
            cores: 2,
            build: "release".into(),
            version: "0.1.0".into(),
        },
        trials: vec![
            trial("convergence", Arm::Direct, 1_234_600, 1_200_100),
            trial("convergence", Arm::Code, 48_210, 31_020),
            trial("issue-triage", Arm::Direct, 402_000, 400_250),
            trial("issue-triage", Arm::Code, 131_400, 88_900),
            trial("single-lookup", Arm::Direct, 1_310, 1_180),
            trial("single-lookup", Arm::Code, 14_090, 1_205),
            trial("repeat-run", Arm::Direct, 9_400, 9_100),
            trial("repeat-run", Arm::Code, 17_800, 8_900),
            trial("repeat-run", Arm::CodeCache, 8_300, 1_400),
            trial("fallback", Arm::Direct, 1_350, 1_190),
            trial("fallback", Arm::Code, 15_010, 1_220),
        ],
    }
}
