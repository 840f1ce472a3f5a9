//! The calls of a trial, as its journal has them; of a long one the beginning and the end.

use maud::{Markup, html};

use super::{
    head,
    notation::{beginning, foreign, seconds},
    table,
};
use crate::{
    format,
    harness::summary::{Arm, CallRecord, TrialRecord},
};

const FIRST: usize = 10;
const LAST: usize = 3;
/// How much of the page the name of a tool and an input may take.
const TOOL_BYTES: usize = 160;
const INPUT_BYTES: usize = 240;

const TITLES: [&str; 8] = ["Call", "Wave", "Tool", "Input", "Answered by", "Outcome", "Start", "Duration"];

pub(super) fn journal(index: usize, trial: &TrialRecord) -> Markup {
    let all = trial.calls.len();
    let shown = |number: usize| all <= FIRST + LAST + 1 || number < FIRST || number >= all - LAST;
    let rows = html! {
        (head(&TITLES))
        tbody {
            @for (number, call) in trial.calls.iter().enumerate() {
                @if shown(number) { (row(number, call)) }
                @else if number == FIRST {
                    tr { th scope="row" { "…" } td.absent colspan="7" { (all - FIRST - LAST) " calls between" } }
                }
            }
        }
    };
    let name = if trial.arm == Arm::CodeCache { "journal-cache" } else { "journal" };
    let caption = html! {
        (foreign(&trial.scenario)) ": calls of the " (trial.arm.name()) " arm, seed " (trial.seed) ": " (format::grouped(all as u64))
        " in all. Calls of one wave were in flight together; when the user asks again, the waves are counted anew. Times are measured, "
        "from the start of the trial."
    };
    html! { div.journal { (table(&format!("{name}-{index}"), &caption, &rows)) } }
}

fn row(number: usize, call: &CallRecord) -> Markup {
    let (input, left_out) = beginning(&call.input, INPUT_BYTES);
    let lasted = call.end_seconds.0 - call.start_seconds.0;
    html! {
        tr {
            th scope="row" { (number + 1) }
            td { (call.wave) }
            td.word { (foreign(&beginning(&call.tool, TOOL_BYTES).0)) }
            td.input { code { (foreign(&input)) @if left_out > 0 { "…" } } }
            td.word { (foreign(&call.origin)) }
            td.word.bad[call.outcome == "failed"] { (foreign(&call.outcome)) }
            td { (seconds(call.start_seconds.0)) }
            td { (seconds(lasted)) }
        }
    }
}
