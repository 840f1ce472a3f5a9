//! `index.html`: the whole report as one page that needs no network, and a script only for its sliders and for sorting.
//!
//! In goes the evidence of a run, out comes the text of the page. Every text is escaped by maud; on top of that the page forbids
//! itself, by a content security policy, to load anything, and to run or to be styled by anything but the two texts whose hashes it
//! names. The page has three readers: it says first what a manager asks, then what an engineer wants to see, then what lets a sceptic
//! doubt.

mod costs;
mod failures;
mod headline;
mod journal;
mod method;
mod monthly;
mod notation;
mod published;
mod reductions;
mod results;
mod scenario;
mod speed;
mod sweeps;
mod transcript;
mod words;

use base64::{Engine, prelude::BASE64_STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{
    Evidence,
    plot::{Drawing, PlotError},
};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The sections, as fragment and title, in their order.
const SECTIONS: [(&str, &str); 6] = [
    ("saves", "What it saves"),
    ("money", "What it would cost"),
    ("results", "Results"),
    ("scenarios", "Scenario by scenario"),
    ("sweeps", "From where on it pays"),
    ("method", "Method and doubts"),
];

pub(super) fn render(evidence: &Evidence) -> Result<String, PlotError> {
    let summary = &evidence.summary;
    let sections = [
        headline::section(summary)?,
        monthly::section(summary),
        results::section(evidence),
        scenario::section(evidence)?,
        sweeps::section(evidence)?,
        method::section(evidence),
    ];
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Code-first against direct tool calls: what a run measured" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the contents" }
                header {
                    h1 { "Code-first against direct tool calls" }
                    p.lede { (headline::sentence(summary)) }
                    @if let Some(month) = headline::month(summary) { p.month { (month) } }
                    (headline::gate(summary))
                }
                nav aria-label="Sections" {
                    ul { @for (id, title) in SECTIONS { li { a href={ "#" (id) } { (title) } } } }
                }
                main #main tabindex="-1" {
                    @for ((id, title), section) in SECTIONS.iter().zip(sections) {
                        section id=(id) aria-labelledby={ (id) "-title" } {
                            h2 id={ (id) "-title" } { (title) }
                            (section)
                        }
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    Ok(page.into_string())
}

/// A text as a content security policy names it.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// A table in a box of its own that scrolls sideways where the page is narrow, by keyboard as well.
fn table(id: &str, caption: &Markup, contents: &Markup) -> Markup {
    boxed(id, "", caption, contents)
}

/// The same, whose rows can be put in another order.
fn sortable(id: &str, caption: &Markup, contents: &Markup) -> Markup {
    boxed(id, "sortable", caption, contents)
}

fn boxed(id: &str, class: &str, caption: &Markup, contents: &Markup) -> Markup {
    html! {
        div.scroll role="region" tabindex="0" aria-labelledby={ (id) "-caption" } {
            table id=(id) class=[(!class.is_empty()).then_some(class)] {
                caption id={ (id) "-caption" } { span { (caption) } }
                (contents)
            }
        }
    }
}

/// A header cell for each title, the first of them for the row headers.
fn head(titles: &[&str]) -> Markup {
    html! { thead { tr { @for title in titles { th scope="col" { (title) } } } } }
}

/// The row that names what the rows beneath it have in common.
fn band(columns: usize, contents: &Markup) -> Markup {
    html! { tr.band { th scope="rowgroup" colspan=(columns) { span { (contents) } } } }
}

/// A drawing with a title and, for who does not see it, a description.
fn figure(id: &str, title: &Markup, description: &Markup, drawing: &Drawing, legend: Option<Markup>) -> Markup {
    let view_box = format!("0 0 {} {}", drawing.width, drawing.height);
    html! {
        figure.plot {
            figcaption id={ "plot-" (id) "-title" } { (title) }
            div.drawing role="region" tabindex="0" aria-labelledby={ "plot-" (id) "-title" } {
                svg viewBox=(view_box) width=(drawing.width) role="img"
                    aria-labelledby={ "plot-" (id) "-title plot-" (id) "-description" } {
                    desc id={ "plot-" (id) "-description" } { (description) }
                    (PreEscaped(&drawing.shapes))
                }
            }
            @if let Some(legend) = legend { ul.legend { (legend) } }
        }
    }
}

#[cfg(test)]
mod tests;
