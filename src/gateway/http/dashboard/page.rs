//! The frame of a page.

use maud::{DOCTYPE, Markup, html};

use super::{
    super::stats::Stats,
    assets::{ICON, SCRIPT, STYLE},
    foreign,
};
use crate::activity::RequestDetails;

pub(super) fn overview(stats: &Stats, parts: Markup) -> Markup {
    let heading = html! { h1 { "Overview" } };
    let fragment = Some("/fragments/overview");
    let about = html! { "version " (stats.version) ", mode " (stats.mode) };
    frame("Overview", "/", fragment, heading, parts, about)
}

pub(super) fn execution(details: &RequestDetails, parts: Markup) -> Markup {
    let summary = &details.summary;
    let kind = if summary.is_program { "Program" } else { "Tool call" };
    let heading = html! {
        (back())
        h1 { (kind) " " code { (summary.id) } }
        p.title { code { (foreign(&summary.title)) } }
    };
    let address = format!("/executions/{}", summary.id);
    // What has ended does not change.
    let fragment = summary.outcome.is_none().then(|| format!("/fragments{address}"));
    frame(&format!("{kind} {}", summary.id), &address, fragment.as_deref(), heading, parts, html! {})
}

pub(super) fn executions(requests: Markup) -> Markup {
    let heading = html! {
        (back())
        h1 { "All that are kept" }
    };
    frame("Executions", "/executions", None, heading, requests, html! {})
}

fn back() -> Markup {
    html! { p.back { a href="/" { span aria-hidden="true" { "← " } "Overview" } } }
}

pub(super) fn not_found() -> Markup {
    let text = html! {
        p { "No such execution. It may have been forgotten: only the latest are kept, and only as long as the gateway runs." }
        p { a href="/" { "To the overview" } }
    };
    frame("Not found", "/", None, html! { h1 { "Not found" } }, text, html! {})
}

fn frame(title: &str, address: &str, fragment: Option<&str>, heading: Markup, parts: Markup, about: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – codefirst" }
                link rel="icon" href=(ICON.path());
                link rel="stylesheet" href=(STYLE.path());
                script src=(SCRIPT.path()) defer {}
            }
            body {
                a.skip href="#main" { "Skip to the contents" }
                header.top {
                    a.brand href="/" { "codefirst" span { " gateway" } }
                    nav aria-label="Page" {
                        span #connection role="status" {}
                        @if fragment.is_some() { button #pause type="button" hidden aria-pressed="false" { "Pause" } }
                        a href=(address) { "Reload" }
                    }
                }
                main #main tabindex="-1" {
                    div.heading { (heading) }
                    div #parts data-fragment=[fragment] { (parts) }
                }
                footer { p { "codefirst " (about) " · " a href="/api/stats" { "JSON" } " · " a href="/metrics" { "Metrics" } " · times are UTC" } }
            }
        }
    }
}
