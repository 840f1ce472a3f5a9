//! The table as a terminal shows it.

use super::*;
use crate::{harness::summary::Failed, report::fixture};

#[test]
fn shows_every_trial_and_names_losses() {
    insta::assert_snapshot!(render(&fixture::two_arms(), &fixture::timings(), false), @r##"
    Tokens by o200k_base
    ──────────────────────────────────────────────────────────────────────────────────────────
    Scenario       Arm       Context    Cumulative  Output  Turns   Tool    Measured  Answer
                              tokens  input tokens  tokens         calls  (no model)
    ──────────────────────────────────────────────────────────────────────────────────────────
    convergence    direct    150,180     1,436,498  10,648     14     23    1,235 ms  correct
                   code        1,952         5,472     877      4     23       48 ms  correct
    issue-triage   direct  5,126,751    18,352,070   2,091      8    100      402 ms  correct
                   code        1,511         2,877     623      3    100      131 ms  correct
    single-lookup  direct        699         1,186     103      2      1      1.3 ms  correct
                   code          937         2,160     250      3      1       14 ms  correct
    hostile        direct        390           671      50      2      1           –  correct
                   code            –             –       –      –      –           –  failed
    ──────────────────────────────────────────────────────────────────────────────────────────

    Reduction by code-first, 1 − code / direct
    ─────────────────────────────────────────────────────────────────────────────────
    Scenario            Context    Cumulative        Output  Gate
                         tokens  input tokens        tokens
    ─────────────────────────────────────────────────────────────────────────────────
    convergence          98.7 %        99.6 %        91.8 %  held: context ≥ 95 %,
                                                             cumulative ≥ 95 %
    issue-triage        99.97 %       99.98 %        70.2 %  failed: context ≥ 95 %,
                                                             cumulative ≥ 99.99 %
    single-lookup       +34.0 %       +82.1 %      +142.7 %  none
                   (costs more)  (costs more)  (costs more)
    hostile                   –             –             –  none
    ─────────────────────────────────────────────────────────────────────────────────

    Failed trials
      hostile, code: =HYPERLINK("http://evil.example")</td></pre></title><script>alert('x')</script>\u{1b}[2J\u{202e}<img src=x onerror=alert(1)>
        expected: {"total":41,"names":["Ada","Grace"]}
        actual: {"html":"=HYPERLINK(\"http://evil.example\")</td></pre></title><script>alert('x')</script>\u001b[2J\u{202e}<img src=x onerror=alert(1)>"}

    Code-first saves 98.7 % of the context tokens in convergence and 99.97 % in issue-triage; it costs
    34.0 % more context tokens in single-lookup; output tokens rise in single-lookup; there are no
    figures for hostile, where a trial failed.
    At least one gate fails.
    "##);
}

#[test]
fn colour_is_the_callers_choice_and_width_is_bounded() {
    let mut summary = fixture::summary();
    summary.scenarios[0].name = "a-scenario-with-a-name-that-is-much-too-long-for-a-column".into();
    let (plain, coloured) = (render(&summary, &fixture::timings(), false), render(&summary, &fixture::timings(), true));
    assert!(!plain.contains('\u{1b}') && coloured.contains("\u{1b}["));
    let failed = plain.find("Failed trials").unwrap();
    for line in plain[..failed].lines() {
        assert!(line.chars().count() <= WIDTH, "{} columns: {line}", line.chars().count());
    }
}
/// The fixture's scenario that ran on all three arms, alone.
fn repeat_run() -> Summary {
    let mut summary = fixture::summary();
    summary.scenarios.retain(|scenario| scenario.name == "repeat-run");
    summary
}

#[test]
fn shows_what_the_cache_answered_and_what_fell_back() {
    let mut summary = fixture::summary();
    summary.scenarios.drain(..4);
    insta::assert_snapshot!(render(&summary, &fixture::timings(), false), @r##"
    Tokens by o200k_base
    ────────────────────────────────────────────────────────────────────────────────────────────
    Scenario    Arm         Context  Cumulative  Output  Turns   Tool   From  Measured  Answer
                             tokens       input  tokens         calls  cache       (no
                                         tokens                                 model)
    ────────────────────────────────────────────────────────────────────────────────────────────
    repeat-run  direct       20,026      62,553     572      3      7      –    9.4 ms  correct
                code          1,358       2,849     509      3      7      –     18 ms  correct
                code+cache    1,358       2,849     509      3      1      6    8.3 ms  correct
    fallback    direct          699       1,186     103      2      1      –    1.4 ms  correct
                code          1,107       3,390     332      4      1      –     15 ms  correct
    ────────────────────────────────────────────────────────────────────────────────────────────

    Reduction by code-first, 1 − code / direct
    ───────────────────────────────────────────────────────────────────────────
    Scenario         Context    Cumulative        Output  Gate
                      tokens  input tokens        tokens
    ───────────────────────────────────────────────────────────────────────────
    repeat-run        93.2 %        95.5 %        11.0 %  held: context ≥ 90 %
    fallback         +58.4 %      +185.8 %      +222.3 %  none
                (costs more)  (costs more)  (costs more)
    ───────────────────────────────────────────────────────────────────────────

    Fallbacks
      fallback, code: the program failed (runtime), and the direct route answered

    Code-first saves 93.2 % of the context tokens in repeat-run; it costs 58.4 % more context tokens in
    fallback; output tokens rise in fallback; the program fell back to the direct route in fallback; the
    cache answered calls in repeat-run.
    At least one gate fails.
    "##);
}

#[test]
fn a_cache_that_changes_the_tokens_has_a_reduction_of_its_own_and_one_that_failed_has_none() {
    let mut summary = repeat_run();
    let mut reductions = |change: &dyn Fn(&mut ScenarioSummary)| {
        change(&mut summary.scenarios[0]);
        let text = render(&summary, &fixture::timings(), false);
        let (_, rest) = text.split_once("Reduction by").unwrap();
        rest.lines().skip(4).take(4).map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    };
    let changed = reductions(&|scenario| {
        scenario.cached_reduction = Some(Reduction { context: 0.899_996, cumulative: -0.2, output: 0.1 });
        scenario.gate.verdict = Verdict::Failed;
    });
    insta::assert_snapshot!(changed, @r##"
    ──────────────────────────────────────────────────────────────────────
    repeat-run       93.2 %        95.5 %  11.0 %  failed: context ≥ 90 %
      code+cache  89.9996 %       +20.0 %  10.0 %
                             (costs more)
    "##);
    let failed = reductions(&|scenario| {
        let failure = Failure { message: "no".into(), expected: None, actual: None };
        scenario.arms.code_cache = Some(ArmSummary::Failed(Failed { correct: false, failure }));
        scenario.cached_reduction = None;
        scenario.gate.thresholds.context = None;
    });
    insta::assert_snapshot!(failed, @r##"
    ──────────────────────────────────────────────────────────────────
    repeat-run   93.2 %        95.5 %  11.0 %  failed: a trial failed
    ──────────────────────────────────────────────────────────────────
    "##);
}

#[test]
fn an_arm_without_hits_needs_no_column() {
    let mut summary = repeat_run();
    summary.scenarios[0].arms.code_cache = summary.scenarios[0].arms.code.clone();
    let text = render(&summary, &fixture::timings(), false);
    assert!(text.contains("code+cache") && !text.contains("cache\n") && !text.contains("From"), "{text}");
}
