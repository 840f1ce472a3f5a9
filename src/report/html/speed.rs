//! Time: what was measured, what is modelled, and the sum of both, which is labelled; and the published “60 % faster” beside it.

use maud::{Markup, html};

use super::{
    head,
    notation::{cell, foreign, reduction, seconds},
    sortable,
};
use crate::{
    harness::summary::{Arm, Class, Estimate, ScenarioTiming},
    report::Evidence,
};

/// The published claim, as a reduction of time.
const CLAIM: f64 = 0.6;

const TITLES: [&str; 9] = [
    "Scenario",
    "Direct, measured",
    "Code, measured",
    "Direct, modelled",
    "Code, modelled",
    "Direct, sum",
    "Code, sum",
    "Reduction of the sum",
    "60 % faster?",
];

pub(super) fn section(evidence: &Evidence) -> Markup {
    let rows: Vec<Markup> = evidence
        .summary
        .scenarios
        .iter()
        .filter(|scenario| scenario.class == Class::Headline)
        .filter_map(|scenario| {
            let of = |arm| timing(evidence, &scenario.name, arm);
            Some(row(&scenario.name, of(Arm::Direct)?, of(Arm::Code)?))
        })
        .collect();
    let model = &evidence.summary.assumptions.model;
    let caption = html! {
        "The published “60 % faster” (" a href="#published" { "whose" } "), tried on each headline scenario. " strong { "Measured" } " is the clock time of tools and "
        "sandbox; " strong { "modelled" } " is what a model would take by the assumed rates; the " strong { "sum" }
        " of the two is therefore partly modelled."
    };
    html! {
        @if rows.is_empty() {
            p { "No headline scenario has times for both direct and code." }
        } @else {
            (sortable("speed-table", &caption, &html! { (head(&TITLES)) tbody { @for row in rows { (row) } } }))
        }
        p.note {
            "Rates of the model: " (seconds(model.time_to_first_token_seconds.0)) " to the first token, "
            (super::notation::count(model.prefill_per_second)) " tokens of input and "
            (super::notation::count(model.decode_per_second)) " of output in a second. Source: " (foreign(&model.source)) ". "
            "The servers of the scenarios are built in and answer at once, so a real tool’s latency is not in the measured time; a "
            "deployment that is waited for goes on with every look at it, where a real one takes its minutes on either route. "
            "Times of every scenario and arm are with the scenarios below."
        }
    }
}

pub(super) fn timing<'a>(evidence: &'a Evidence, scenario: &str, arm: Arm) -> Option<&'a ScenarioTiming> {
    evidence.timings.scenarios.iter().find(|timing| timing.scenario == scenario && timing.arm == arm)
}

fn row(name: &str, direct: &ScenarioTiming, code: &ScenarioTiming) -> Markup {
    html! {
        tr {
            th scope="row" { (foreign(name)) }
            @for timing in [direct, code] { (cell(&timing.measured_seconds, seconds)) }
            @for timing in [direct, code] { (cell(&timing.model_seconds, seconds)) }
            @for timing in [direct, code] { (cell(&timing.total_seconds, seconds)) }
            @match &code.total_reduction {
                Some(value) => {
                    (reduction(value))
                    td.word { (answer(value)) }
                }
                None => td.absent colspan="2" { "nothing to compare" }
            }
        }
    }
}

/// What the interval says of the claim, which is not the same as what the median says.
fn answer(reduction: &Estimate) -> &'static str {
    match reduction {
        r if r.low >= CLAIM => "yes",
        r if r.high < CLAIM => "no",
        _ => "not decided by these seeds",
    }
}

/// The times of one scenario, for its own part of the page.
pub(super) fn of_scenario(evidence: &Evidence, index: usize, name: &str) -> Markup {
    let timings: Vec<_> = Arm::ALL.into_iter().filter_map(|arm| timing(evidence, name, arm)).collect();
    let rows = html! {
        (head(&["Arm", "Measured: tools, sandbox", "Modelled: model", "Sum, partly modelled", "Reduction of the sum"]))
        tbody {
            @for timing in &timings {
                tr {
                    th scope="row" { (timing.arm.name()) }
                    (cell(&timing.measured_seconds, seconds))
                    (cell(&timing.model_seconds, seconds))
                    (cell(&timing.total_seconds, seconds))
                    @match &timing.total_reduction { Some(value) => (reduction(value)), None => td.absent { "–" } }
                }
            }
        }
    };
    html! {
        @if timings.is_empty() { p { "No times were taken." } } @else {
            (super::table(&format!("times-{index}"), &html! { (foreign(name)) ": times, medians over the seeds." }, &rows))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_decided_by_the_interval() {
        let estimate = |low, median, high| Estimate { median, low, high };
        assert_eq!(answer(&estimate(0.61, 0.7, 0.8)), "yes");
        assert_eq!(answer(&estimate(0.2, 0.3, 0.59)), "no");
        assert_eq!(answer(&estimate(0.5, 0.7, 0.8)), "not decided by these seeds");
    }
}
