//! The sections that let a reader doubt: how the numbers came about, what they leave out, where the times were taken,
//! how to measure again, and what each column means.

use maud::{Markup, html};

use super::{band, foreign, head, table};
use crate::{
    harness::summary::{Arm, Part, Summary, Timings},
    report::{any_measured, csv, format, has_run, trials},
};

pub(super) fn counting(summary: &Summary) -> Markup {
    let has_cache = has_run(summary, Arm::CodeCache);
    let (both, all) = if has_cache { ("All", "all") } else { ("Both", "both") };
    html! {
        p {
            (both) " arms do the same task against the same servers, each time in a fresh state, and " (all)
            " must reach the answer that the scenario expects. A trial with any other answer has a failure and no numbers."
        }
        dl {
            dt { "Tokens" }
            dd {
                "Counted with the tokenizer " code { (foreign(&summary.tokenizer)) } ", over the contents of messages "
                "and tool definitions alone; nothing is added for what a provider wraps around them."
            }
            dt { "Context tokens" }
            dd {
                "Everything that enters the model’s context, each thing once: prompt, tool definitions, tool results "
                "and the model’s own words."
            }
            dt { "Cumulative input tokens" }
            dd {
                "The whole input of every request, added up. A model is sent its context anew in each turn, so this "
                "is what an interface without prompt caching bills."
            }
            dt { "Output tokens" }
            dd { "Everything that the model emits: reasoning, tool calls, programs, the answer." }
            dt { "Reduction" }
            dd { "1 − code / direct. A negative one is shown as what code-first costs more." }
            dt { "The code arm" }
            dd {
                "The model sees three tools, finds what it needs, writes one program and reads its result. All the "
                "texts of this are counted, the definitions of the three tools among them."
            }
            dt { "The direct arm" }
            dd {
                "Derived from the journal of the code arm: the same tool calls, those that were in flight together "
                "in one turn, with every definition in the first request and every result in the context. The calls "
                "are really made. This agent never errs and never calls too much, so it is the best direct agent "
                "that the task can have, and in that respect the savings shown are lower bounds."
            }
            @if has_cache { (cache()) }
            @if has_fallback(summary) { (fallback()) }
            dt { "Reasoning" }
            dd {
                "An assumption: the scenario says how many tokens a model thinks in each turn, and " (all)
                " arms get the same rate."
            }
        }
        h3 { "The eight parts" }
        p { "Each total is the sum of these parts." }
        dl.parts {
            @for part in Part::ALL {
                dt { span.key.(crate::report::plot::part_class(part)) {} (part.name()) }
                dd { (csv::part_meaning(part)) }
            }
        }
    }
}

fn cache() -> Markup {
    html! {
        dt { "The code+cache arm" }
        dd {
            "The code arm with a cache of results. A call that may be cached is answered by the cache if the same call was "
            "answered a short time before; of the same calls in flight together only one is made. The model sees what "
            "it would see without a cache. So the second run of a read-only workflow answers from the cache: its tokens "
            "are those of the code arm, its calls and its time are not. Tool calls are those that reached a server."
        }
    }
}

fn has_fallback(summary: &Summary) -> bool {
    any_measured(summary, |measured| measured.fallback.is_some())
}

fn fallback() -> Markup {
    html! {
        dt { "Fallback" }
        dd {
            "Where the program of a code arm failed and the direct route did the task after it, the failed attempt is "
            "counted: the program, its plan, and what the model was told of its failure. A call that the program had "
            "completed is not made again. The direct arm of such a scenario makes the calls of the plan, those that do "
            "not need each other's results in one turn."
        }
    }
}

pub(super) fn limits(summary: &Summary) -> Markup {
    html! {
        ul {
            li {
                "No real model is in the loop. Whether a model writes a working program at the first attempt is not "
                "measured; each failed attempt would cost the code arm tokens that are not counted here"
                @if has_fallback(summary) { ", except where a scenario makes its program fail" }
                "."
            }
            li {
                "There is no prompt caching. With it, cumulative input costs less than its tokens suggest, most of "
                "all in the direct arm."
            }
            li {
                "The workload is modelled: the scenarios are written by hand, and their servers answer with "
                "generated data in the form of real services."
            }
            li { "There is one tokenizer. A model that has another counts somewhat otherwise." }
            li { "Times are those of tools and programs. How long a model takes to read and write is not in them." }
        }
    }
}

pub(super) fn machine(summary: &Summary, timings: &Timings) -> Markup {
    let machine = &timings.machine;
    let titles =
        ["Arm", "Measured, without a model", "of which tool calls were in flight"].map(|title| html! { (title) });
    let rows = html! {
        (head(&titles))
        @for scenario in &summary.scenarios {
            tbody {
                (band(titles.len(), &foreign(&scenario.name)))
                @for trial in trials(scenario, timings) {
                    tr {
                        th scope="row" { (trial.arm.name()) }
                        @match trial.timing {
                            Some(timing) => {
                                td { (format::milliseconds(timing.measured)) }
                                td { (format::milliseconds(timing.tools)) }
                            }
                            None => td.absent colspan="2" { "not measured" }
                        }
                    }
                }
            }
        }
    };
    let caption = html! {
        "Clock time of each trial, from the first tool call or the start of the program to the answer."
    };
    html! {
        p {
            "codefirst " (foreign(&machine.version)) ", " (foreign(&machine.build)) " build, on "
            (foreign(&machine.os)) ", " (foreign(&machine.architecture)) ", " (format::grouped(machine.cores as u64))
            @if machine.cores == 1 { " core." } @else { " cores." }
            " Token counts do not depend on the machine; times do, and differ from run to run."
        }
        (table("times-table", &caption, &rows))
    }
}

pub(super) fn again() -> Markup {
    html! {
        p { "In a clone of the repository, with Rust and a C compiler:" }
        pre tabindex="0" { code { "cargo run --release -- eval" } }
        p { "One scenario, into a folder of its own:" }
        pre tabindex="0" { code { "cargo run --release -- eval --scenario NAME --out DIR" } }
        p {
            "The command ends with 0 if every gate holds, 2 if one fails, 1 if it could not run. "
            code { "summary.json" } " is the same bytes each time."
        }
    }
}

pub(super) fn dictionary() -> Markup {
    let columns = html! {
        (head(&["Column", "Meaning"].map(|title| html! { (title) })))
        tbody {
            @for entry in csv::dictionary() {
                tr { th scope="row" { code { (entry.column) } } td.prose { (entry.meaning) } }
            }
        }
    };
    let files = [
        ("results.csv", "one row for each trial"),
        ("summary.json", "everything that is deterministic, answers of failed trials included"),
        ("timings.json", "everything measured with a clock, and the machine"),
        ("index.html", "this page"),
    ];
    let caption = html! {
        "Columns of " code { "results.csv" } "; " code { "<part>" } " is one of the eight parts."
    };
    html! {
        p { "The report is four files in one folder." }
        dl { @for (file, meaning) in files { dt { code { (file) } } dd { (meaning) } } }
        (table("dictionary-table", &caption, &columns))
    }
}
