//! What holds for every figure.

use super::*;
use crate::{
    harness::summary::{Arm, Sweep},
    report::fixture,
};

fn drawings() -> Vec<Drawing> {
    let mut evidence = fixture::evidence();
    evidence.summary.scenarios[0].name = "</svg><x>\" fill=\"#F00C00\"".into();
    let sweep: Sweep = evidence.sweep.unwrap();
    let measured = |arm: Arm| {
        let trial = evidence.summary.scenarios[0].trials.iter().find(|trial| trial.arm == arm).unwrap();
        trial.outcome.measured().unwrap().context_tokens
    };
    [
        totals(&evidence.summary).unwrap(),
        Some(waterfall(&measured(Arm::Direct), &measured(Arm::Code)).unwrap()),
        surface(&sweep, Arm::Direct, "context").unwrap(),
        growth_of_context(&sweep.growth).unwrap(),
        growth_of_time(&evidence.growth_timings.unwrap()).unwrap(),
    ]
    .into_iter()
    .map(Option::unwrap)
    .collect()
}

#[test]
fn drawings_have_classes_and_no_colours() {
    for drawing in drawings() {
        let shapes = drawing.shapes;
        assert!(!shapes.contains("fill=\"#") && !shapes.contains("stroke=\"#"), "a colour was left: {shapes}");
        assert!(!shapes.contains("<x>") && !shapes.contains("</svg>") && !shapes.contains("xmlns"));
        assert!(!shapes.contains("style="), "the page's policy forbids it: {shapes}");
        assert!(shapes.contains("class=\"fill-text\"") || shapes.contains("class=\"fill-muted\""));
    }
    assert!(drawings()[0].shapes.contains("&lt;/svg&gt;"));
}

#[test]
fn the_same_evidence_draws_the_same_bytes() {
    let shapes = || drawings().into_iter().map(|drawing| drawing.shapes).collect::<Vec<_>>();
    assert_eq!(shapes(), shapes());
}

#[test]
fn totals_show_the_numbers_and_mark_losses() {
    let mut summary = fixture::evidence().summary;
    let shapes = totals(&summary).unwrap().unwrap().shapes;
    for number in ["151,023", "1,952", "699", "937"] {
        assert!(shapes.contains(number), "{number}");
    }
    assert!(shapes.contains("fill-loss") && shapes.contains("fill-search"));
    summary.scenarios.retain(|scenario| scenario.name == "convergence");
    assert!(!totals(&summary).unwrap().unwrap().shapes.contains("fill-loss"));
    summary.scenarios.clear();
    assert!(totals(&summary).unwrap().is_none());
}

#[test]
fn labels_are_short() {
    assert_eq!([0, 999, 1_000, 1_250, 35_400, 1_000_000].map(short), ["0", "999", "1k", "1.2k", "35k", "1M"]);
    assert_eq!(decades([150, 99_000].into_iter()), Some((2, 5)));
    assert_eq!(decades([1_000].into_iter()), Some((3, 4)));
    assert_eq!(decades(std::iter::empty()), None);
}
