//! Lists of requests, and how a request is marked by what became of it.

use maud::{Markup, html};

use super::{
    super::stats::Stats,
    foreign,
    notation::{NOTHING, duration, moment, size},
    table,
};
use crate::{
    activity::RequestSummary,
    format::grouped,
    metrics::{RequestOutcome, RouteTaken},
};

/// So many of those that run, and of the latest, are on the overview.
const RUNNING: usize = 50;
const LATEST: usize = 25;
/// Longer failures are cut in the list.
const MAX_FAILURE: usize = 200;

/// What a screen reader is told when it changes: no times, which always do.
pub(super) fn announcement(stats: &Stats) -> String {
    let (running, ended) = (stats.requests.running, grouped(stats.requests.ended));
    match running {
        0 => format!("Nothing runs; {ended} have ended."),
        1 => format!("1 request runs; {ended} have ended."),
        running => format!("{} requests run; {ended} have ended.", grouped(running)),
    }
}

pub(super) fn running(requests: &[RequestSummary]) -> Markup {
    if requests.is_empty() {
        return html! {};
    }
    let shown = &requests[..requests.len().min(RUNNING)];
    html! {
        (list("running-table", "Requests that run, the newest first", shown))
        @if requests.len() > RUNNING { p.note { "And " (requests.len() - RUNNING) " more." } }
    }
}

/// The first of those that have ended, and the way to the others.
pub(super) fn latest(requests: &[RequestSummary]) -> Markup {
    html! {
        (recent(&requests[..requests.len().min(LATEST)]))
        @if requests.len() > LATEST {
            p.more { a #all-executions href="/executions" { "All " (requests.len()) " that are kept" } }
        }
    }
}

pub(super) fn recent(requests: &[RequestSummary]) -> Markup {
    if requests.is_empty() {
        return html! { p.nothing { "No request has ended yet." } };
    }
    list("recent-table", "Requests that have ended, the newest first", requests)
}

fn list(id: &str, caption: &str, requests: &[RequestSummary]) -> Markup {
    let rows = html! {
        thead { tr {
            th scope="col" { "Request" } th.word scope="col" { "Outcome" } th.word.wide scope="col" { "Route" }
            th.wide scope="col" { "Calls" } th.wide scope="col" { "Took" } th.wide scope="col" { "Result" }
            th.wide scope="col" { "Started" }
        } }
        tbody { @for request in requests { tr {
            th.request scope="row" {
                a id={ (id) "-" (request.id) } href={ "/executions/" (request.id) } { code { (foreign(title(request))) } }
                small { (foreign(&request.principal.0)) @if let Some(client) = &request.client { " · " (foreign(client)) } }
                // Where there is no room for columns.
                small.narrow { @if request.route.is_some() { (route(request.route)) " " } (duration(request.elapsed)) }
                @if let Some(failure) = &request.failure { small.bad { (foreign(first_line(&failure.text))) } }
            }
            td.word { (outcome(request.outcome)) }
            td.word.wide { (route(request.route)) }
            td.wide { (request.calls) }
            td.wide { (duration(request.elapsed)) }
            td.wide { (request.result_bytes.map_or_else(|| NOTHING.to_owned(), size)) }
            td.wide { (moment(request.started)) }
        } } }
    };
    table(id, caption, rows)
}

/// There has to be something to follow the link by.
fn title(request: &RequestSummary) -> &str {
    if request.title.is_empty() { "(empty)" } else { &request.title }
}

fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    &line[..line.floor_char_boundary(MAX_FAILURE)]
}

pub(super) fn outcome(outcome: Option<RequestOutcome>) -> Markup {
    let (class, sign, name) = match outcome {
        None => ("live", "●", "running"),
        Some(outcome @ RequestOutcome::Completed) => ("good", "✓", outcome.label()),
        Some(outcome @ RequestOutcome::Failed) => ("bad", "✕", outcome.label()),
        Some(outcome @ RequestOutcome::Refused) => ("bad", "⊘", outcome.label()),
        Some(outcome @ RequestOutcome::Cancelled) => ("calm", "–", outcome.label()),
    };
    html! { span.mark.(class) { span.sign aria-hidden="true" { (sign) } (name) } }
}

pub(super) fn route(route: Option<RouteTaken>) -> Markup {
    html! { @match route {
        Some(route) => span.route.(route.label()) { (route.label()) },
        None => (NOTHING)
    } }
}
