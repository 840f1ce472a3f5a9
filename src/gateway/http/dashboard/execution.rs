//! The parts of one request's page.

use std::time::Duration;

use maud::{Markup, html};

use super::{
    foreign,
    notation::{NOTHING, duration, moment, size},
    requests,
};
use crate::{
    activity::{CallRecord, Console, Excerpt, RequestDetails, RequestSummary},
    format::grouped,
    host::Origin,
    journal::Route,
    tool::Effect,
};

/// The width of the drawing behind a call.
const WIDTH: f64 = 1000.0;
/// The narrowest bar.
const MIN_BAR: f64 = 4.0;

pub(super) fn parts(details: &RequestDetails) -> Markup {
    let summary = &details.summary;
    html! {
        // The script stops when it sees this.
        @if summary.outcome.is_some() { span #ended data-ended hidden {} }
        dl #facts.facts data-part { (facts(summary)) }
        div #failure data-part { (failures(summary)) }
        @if let Some(program) = &details.program {
            section aria-labelledby="program-title" {
                h2 #program-title { "Program" }
                (source(program))
            }
        }
        section aria-labelledby="calls-title" {
            h2 #calls-title { "Calls" }
            div #calls data-part { (calls(details)) }
        }
        @if details.program.is_some() {
            section aria-labelledby="console-title" {
                h2 #console-title { "Console" }
                div #console data-part { (console(&details.console)) }
            }
        }
    }
}

fn facts(summary: &RequestSummary) -> Markup {
    html! {
        (fact("Outcome", requests::outcome(summary.outcome)))
        (fact("Route", requests::route(summary.route)))
        (fact("Took", html! { (duration(summary.elapsed)) }))
        (fact("Calls", html! { (summary.calls) }))
        (fact("Result", html! { (summary.result_bytes.map_or_else(|| NOTHING.to_owned(), size)) }))
        (fact("Started", moment(summary.started)))
        (fact("Principal", foreign(&summary.principal.0)))
        (fact("Client", foreign(summary.client.as_deref().unwrap_or(NOTHING))))
    }
}

fn fact(name: &str, value: Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

fn failures(summary: &RequestSummary) -> Markup {
    let reasons =
        [("It fell back because the program failed", &summary.fallback), ("Why there is no answer", &summary.failure)];
    html! { @for (title, reason) in reasons {
        @if let Some(reason) = reason { div.failure { h2 { (title) } (excerpt(reason, title)) } }
    } }
}

fn source(program: &Excerpt) -> Markup {
    html! {
        pre.source tabindex="0" role="group" aria-labelledby="program-title" {
            code { @for line in program.text.lines() { span.line { (foreign(line)) "\n" } } }
        }
        (cut_note(program))
    }
}

fn excerpt(excerpt: &Excerpt, label: &str) -> Markup {
    html! {
        pre tabindex="0" role="group" aria-label=(label) { (foreign(&excerpt.text)) }
        (cut_note(excerpt))
    }
}

fn cut_note(excerpt: &Excerpt) -> Markup {
    html! { @if excerpt.is_cut { p.note { "Cut here; the whole has " (size(excerpt.size)) "." } } }
}

fn calls(details: &RequestDetails) -> Markup {
    if details.calls.is_empty() {
        return html! { p.nothing { "No tool has been called." } };
    }
    html! {
        ol.calls { @for (index, call) in details.calls.iter().enumerate() {
            li { details id={ "call-" (index + 1) } {
                summary id={ "call-" (index + 1) "-summary" } { (call_line(index, call, details.summary.elapsed)) }
                div.exchange {
                    h3 { "Input" } (excerpt(&call.input, "Input"))
                    @match &call.answer {
                        Some(answer) => {
                            h3 { @if call.outcome == "output" { "Output" } @else { "Error" } }
                            (excerpt(answer, "Answer"))
                        }
                        None => p.note { "No answer." }
                    }
                }
            } }
        } }
        @if details.calls_omitted > 0 {
            p.note { (grouped(details.calls_omitted as u64)) " more calls are not kept." }
        }
    }
}

fn call_line(index: usize, call: &CallRecord, whole: Duration) -> Markup {
    let took = call.end.unwrap_or(whole).saturating_sub(call.start);
    let effect = match (call.effect, call.took_effect) {
        (Effect::Read, _) => "reads",
        (Effect::Write, "yes") => "wrote",
        (Effect::Write, "perhaps") => "may have written",
        (Effect::Write, _) => "did not write",
    };
    let (class, sign, outcome) = match (call.outcome, call.origin) {
        ("output", Origin::Cache) => ("good", "✓", "cached"),
        ("output", Origin::Server) => ("good", "✓", "output"),
        ("held", _) => ("calm", "…", "held"),
        ("unknown", _) => ("live", "●", "unanswered"),
        (error, _) => ("bad", "✕", error),
    };
    html! {
        span.number { (index + 1) "." }
        span.name { code { (foreign(&call.server)) "/" (foreign(&call.tool)) } }
        span.mark.(class) { span.sign aria-hidden="true" { (sign) } (outcome) }
        span.effect { (effect) @if call.route == Route::Direct { ", direct" } ", wave " (call.wave) }
        span.took { (duration(took)) }
        (bar(call.start, took, whole))
    }
}

/// When the call was under way within the request.
fn bar(start: Duration, took: Duration, whole: Duration) -> Markup {
    let share = |duration: Duration| (duration.as_secs_f64() / whole.as_secs_f64().max(1e-9)).min(1.0);
    let width = (share(took) * WIDTH).max(MIN_BAR);
    let x = (share(start) * WIDTH).min(WIDTH - width);
    html! {
        svg.bar viewBox={ "0 0 " (WIDTH) " 10" } preserveAspectRatio="none" aria-hidden="true" {
            rect.track width=(WIDTH) height="10" {}
            rect.span x=(format!("{x:.1}")) width=(format!("{width:.1}")) height="10" {}
        }
    }
}

fn console(console: &Console) -> Markup {
    if console.lines.is_empty() && console.lines_omitted == 0 {
        return html! { p.nothing { "Nothing was printed." } };
    }
    html! {
        pre #console-text tabindex="0" role="group" aria-labelledby="console-title" {
            @for line in &console.lines { (foreign(line)) "\n" }
        }
        @if console.lines_omitted > 0 {
            p.note { (grouped(console.lines_omitted)) " more lines are not kept." }
        }
    }
}
