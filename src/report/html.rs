//! `index.html`: the whole report as one page that needs no network and no script.
//!
//! In go a summary and its timings, out comes the text of the page. Every text is escaped by maud; on top of that the
//! page forbids itself, by a content security policy, to load or run anything.

mod composition;
mod method;
mod results;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{format, plot::PlotError, verdict};
use crate::harness::summary::{Summary, Timings, Verdict};

const STYLE: &str = include_str!("style.css");

/// The sections, as fragment and title, in their order.
const SECTIONS: [(&str, &str); 9] = [
    ("results", "Results"),
    ("reduction", "Reduction and gate"),
    ("failures", "Failures"),
    ("composition", "Where the tokens went"),
    ("counting", "How the numbers are counted"),
    ("limits", "What the numbers do not show"),
    ("machine", "Machine and measured times"),
    ("again", "Measuring again"),
    ("dictionary", "Data dictionary"),
];

pub(super) fn render(summary: &Summary, timings: &Timings) -> Result<String, PlotError> {
    let sections = [
        results::results(summary, timings),
        results::reduction(summary),
        results::failures(summary, timings),
        composition::composition(summary, timings)?,
        method::counting(summary),
        method::limits(summary),
        method::machine(summary, timings),
        method::again(),
        method::dictionary(),
    ];
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Code-first against direct tool calls: what a run measured" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Code-first against direct tool calls" }
                    p.verdict { (verdict::sentence(summary)) }
                    p.gate.(verdict_class(summary.gate.verdict)) { (verdict::gate(summary.gate.verdict)) }
                    nav aria-label="Sections" {
                        ul { @for (id, title) in SECTIONS { li { a href={ "#" (id) } { (title) } } } }
                    }
                }
                main {
                    @for ((id, title), section) in SECTIONS.iter().zip(sections) {
                        section id=(id) aria-labelledby={ (id) "-title" } {
                            h2 id={ (id) "-title" } { (title) }
                            (section)
                        }
                    }
                }
            }
        }
    };
    Ok(page.into_string())
}

fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "held",
        Verdict::Failed => "failed",
        Verdict::None => "none",
    }
}

/// A table in a box of its own that scrolls sideways where the page is narrow, by keyboard as well.
fn table(id: &str, caption: &Markup, contents: &Markup) -> Markup {
    html! {
        div.scroll role="region" tabindex="0" aria-labelledby={ (id) "-caption" } {
            table id=(id) {
                caption id={ (id) "-caption" } { span { (caption) } }
                (contents)
            }
        }
    }
}

/// A header cell for each title, the first of them for the row headers.
fn head(titles: &[Markup]) -> Markup {
    html! { thead { tr { @for title in titles { th scope="col" { (title) } } } } }
}

/// The row that names a scenario, above the rows of its arms.
fn band(columns: usize, contents: &Markup) -> Markup {
    html! { tr.band { th scope="rowgroup" colspan=(columns) { span { (contents) } } } }
}

/// Foreign text, with nothing invisible in it, that keeps its direction to itself.
fn foreign(text: &str) -> Markup {
    html! { bdi { (format::visible(text)) } }
}

#[cfg(test)]
mod tests;
