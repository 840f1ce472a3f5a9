//! Threats to validity, each said plainly.

use maud::{Markup, html};

const THREATS: [(&str, &str); 11] = [
    (
        "No real model is in the loop.",
        "Whether a model writes a working program at the first attempt is not measured. Each failed attempt would cost the code arm \
         tokens that are counted here only where a scenario makes its program fail.",
    ),
    (
        "The programs are good ones.",
        "They were written by hand for their task. A model may write a longer program, or print what it should have kept.",
    ),
    (
        "The direct agent errs never, and goes the program’s way.",
        "That it never errs and never calls too much makes the savings shown smaller than those against real agents. That it makes \
         the program’s calls makes them larger wherever the server’s own filters know a shorter way, as the chat’s search does in \
         convergence; that the programs are good ones does too.",
    ),
    (
        "Some direct conversations fit no model.",
        "Where one needs more tokens than a context has, its cost and its time are arithmetic: no model could have it at all.",
    ),
    (
        "Caches are cold.",
        "Each conversation puts its own definitions into the prompt cache. Where workflows follow each other within its time to live, \
         the direct arm reads them from it, and costs somewhat less than is shown.",
    ),
    (
        "Fields of results are known.",
        "Programs use fields that the task or a tool’s description names. Where neither does, a model has to look at a result first.",
    ),
    (
        "The workload is modelled.",
        "Scenarios are written by hand, and most servers answer with generated data in the form and the size of real services. The \
         choice of scenarios decides every average, which is why there is none over all classes.",
    ),
    (
        "Few seeds.",
        "They change the data, not the task. An interval over them says how much the data matter, and nothing of other tasks.",
    ),
    (
        "One tokenizer.",
        "A model with another counts somewhat otherwise; “What an assumption changes” shows by how much.",
    ),
    (
        "Model time is reckoned, not measured.",
        "It takes constant rates; real ones vary by hour, provider and length. Built-in servers answer faster than real ones.",
    ),
    ("Prices change.", "Those used here are named with their source; the sliders take others."),
];

pub(super) fn section() -> Markup {
    html! { ul { @for (threat, remark) in THREATS { li { strong { (threat) } " " (remark) } } } }
}
