//! Sentences over a made-up run, changed.

use super::*;
use crate::{harness::summary::Outcome, report::fixture};

fn said(summary: &Summary) -> String {
    sentence(summary).replace('\u{a0}', " ")
}

/// The fixture's scenarios of these names.
fn only(names: &[&str]) -> Summary {
    let mut summary = fixture::evidence().summary;
    summary.scenarios.retain(|scenario| names.contains(&scenario.name.as_str()));
    for measured in summary.scenarios.iter_mut().flat_map(|scenario| &mut scenario.trials) {
        if let Outcome::Correct(measured) = &mut measured.outcome {
            measured.cache_hits = 0;
        }
    }
    summary
}

fn compared(summary: &mut Summary, arm: Arm, against: Arm) -> &mut Comparison {
    let comparisons = &mut summary.scenarios[0].comparisons;
    comparisons.iter_mut().find(|comparison| (comparison.arm, comparison.against) == (arm, against)).unwrap()
}

#[test]
fn says_what_it_saves_and_where_it_does_not() {
    let mut summary = only(&["convergence", "issue-triage", "single-lookup", "injected-result"]);
    insta::assert_snapshot!(said(&summary));
    summary.scenarios.clear();
    assert_eq!(said(&summary), "No scenario was run.");
}

#[test]
fn fewer_by_one_count_and_more_by_the_other_is_not_a_saving() {
    let mut summary = only(&["convergence"]);
    compared(&mut summary, Arm::Code, Arm::Direct).cumulative.median = -0.3;
    assert_eq!(Finding::of(&summary.scenarios[0]), Finding::Mixed);
    let text = said(&summary);
    assert!(text.contains("t is fewer tokens by one count and not by the other in convergence"), "{text}");
    assert!(!text.contains("saves"), "{text}");
}

#[test]
fn a_small_difference_is_a_wash_whichever_way_it_goes() {
    for (context, cumulative) in [(0.08, 0.02), (-0.06, 0.09), (0.0, -0.099)] {
        let mut summary = only(&["convergence"]);
        let comparison = compared(&mut summary, Arm::Code, Arm::Direct);
        (comparison.context.median, comparison.cumulative.median) = (context, cumulative);
        assert_eq!(Finding::of(&summary.scenarios[0]), Finding::Same, "{context} {cumulative}");
        assert!(said(&summary).contains("t is a wash") && !said(&summary).contains("saves"), "{}", said(&summary));
    }
}

#[test]
fn a_saving_that_a_search_for_tools_has_as_well_is_told_of() {
    let mut summary = only(&["convergence"]);
    assert!(!said(&summary).contains("beside"));
    compared(&mut summary, Arm::Code, Arm::Search).context.median = -0.2;
    let text = said(&summary);
    assert!(text.contains("; beside a search for tools it is no saving in convergence."), "{text}");
}

#[test]
fn many_scenarios_become_a_range() {
    let mut summary = only(&["convergence"]);
    summary.scenarios = vec![summary.scenarios[0].clone(); 6];
    compared(&mut summary, Arm::Code, Arm::Direct).context.median = 0.5;
    let text = said(&summary);
    assert!(text.starts_with("Code-first saves 50.0 % to 98."), "{text}");
    assert!(text.ends_with(" of the context tokens in 6 scenarios."), "{text}");
}

#[test]
fn a_failed_seed_is_told_of_beside_the_figures_of_the_others() {
    let mut summary = only(&["convergence"]);
    let failed = fixture::evidence().summary.scenarios[4].trials.iter().find(|t| t.arm == Arm::Code).unwrap().clone();
    summary.scenarios[0].trials[0].outcome = failed.outcome;
    assert!(said(&summary).ends_with("; a trial failed in convergence."), "{}", said(&summary));
    summary.scenarios[0].comparisons.clear();
    assert!(said(&summary).contains("no figures for convergence, where a trial failed"), "{}", said(&summary));
    summary.scenarios[0].trials.clear();
    assert!(said(&summary).contains("othing was compared in convergence, where"), "{}", said(&summary));
}
