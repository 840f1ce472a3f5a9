//! The tables as a terminal shows them.

use super::*;
use crate::report::fixture;

#[test]
fn shows_every_scenario_by_class_and_names_losses_and_failures() {
    insta::assert_snapshot!(render(&fixture::evidence().summary, false));
}

#[test]
fn twenty_scenarios_stay_within_the_width_whatever_they_are_called() {
    let mut summary = fixture::large().summary;
    summary.scenarios[0].name = "a-scenario-with-a-name-that-is-much-too-long-for-a-column".into();
    for arm in &mut summary.scenarios[1].arms {
        arm.typical.as_mut().unwrap().context_tokens.median = 123_456_789_012.5;
    }
    let text = render(&summary, false);
    for line in text.lines() {
        assert!(line.chars().count() <= WIDTH, "{} columns: {line}", line.chars().count());
    }
    assert!(text.lines().count() < 100, "{} lines", text.lines().count());
}

#[test]
fn colour_is_the_callers_choice_and_foreign_text_has_none() {
    let mut summary = fixture::evidence().summary;
    summary.scenarios[1].name = fixture::HOSTILE.into();
    let (plain, coloured) = (render(&summary, false), render(&summary, true));
    assert!(!plain.contains(['\u{1b}', '\u{202e}']));
    assert!(coloured.contains("\u{1b}[") && !coloured.contains("\u{1b}[2J"));
}

#[test]
fn a_reduction_that_misses_its_demand_does_not_read_as_if_it_met_it() {
    let demanded = Some(Band { at_least: Some(0.95), at_most: None });
    let missed = Estimate { median: 0.949_96, low: 0.949_96, high: 0.949_96 };
    assert_eq!(reduction(Some(missed), demanded).content(), "94.996 %");
    assert_eq!(reduction(Some(missed), None).content(), "95.0 %");
    assert_eq!(reduction(None, demanded).content(), "–");
}
