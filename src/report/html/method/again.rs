//! The machine, how to measure again, and what the files of the report hold.

use maud::{Markup, html};

use crate::{
    format,
    report::{
        Evidence, csv,
        html::{
            band, head,
            notation::{foreign, seconds},
            table,
            words::number_of,
        },
    },
};

/// What a command does, and the command.
const COMMANDS: [(&str, &str); 5] = [
    ("Everything: all scenarios, four arms, five seeds", "cargo run --release -- eval"),
    ("One scenario, into a folder of its own", "cargo run --release -- eval --scenario NAME --out DIR"),
    ("The sweeps", "cargo run --release -- sweep"),
    ("This page again, from what was recorded", "cargo run --release -- report"),
    ("Two runs beside each other", "cargo run --release -- compare A B"),
];

pub(super) fn section(evidence: &Evidence) -> Markup {
    let machine = &evidence.timings.machine;
    html! {
        p {
            "codefirst " (foreign(&machine.version)) ", " (foreign(&machine.build)) " build, on " (foreign(&machine.os)) ", "
            (foreign(&machine.architecture)) ", " (number_of(machine.cores, "core", "cores")) "; the run took "
            (seconds(evidence.timings.elapsed_seconds.0)) ". Tokens, costs and modelled times do not depend on the machine: "
            code { "summary.json" } " is the same bytes each time. Measured times differ from run to run."
        }
        p { "In a clone of the repository, with Rust and a C compiler:" }
        dl.commands {
            @for (meaning, command) in COMMANDS { dt { (meaning) } dd { code { (command) } } }
        }
        p {
            code { "eval" } " ends with 0 if every gate holds, 2 if a gate or a trial fails, 1 if it could not run; the others with 0 "
            "unless they could not."
        }
    }
}

pub(super) fn dictionary() -> Markup {
    let mut files: Vec<(&str, Vec<csv::Entry>)> = Vec::new();
    for entry in csv::dictionary() {
        match files.iter_mut().find(|(file, _)| *file == entry.file) {
            Some((_, entries)) => entries.push(entry),
            None => files.push((entry.file, vec![entry])),
        }
    }
    let columns: usize = files.iter().map(|(_, entries)| entries.len()).sum();
    let rows = html! {
        (head(&["Column", "Meaning"]))
        @for (file, entries) in &files {
            tbody {
                (band(2, &html! { code { (file) } }))
                @for entry in entries {
                    tr { th scope="row" { code { (entry.column) } } td.prose { (entry.meaning) } }
                }
            }
        }
    };
    let caption = html! { "The columns of the tables beside this page: " (format::grouped(columns as u64)) " in all." };
    table("dictionary-table", &caption, &rows)
}
