//! The parts of the overview.

use std::time::Duration;

use jiff::Timestamp;
use maud::{Markup, html};

use super::{
    super::{
        stats::{Health, Stats},
        status::{FallbackStatus, ServerState, ServerStatus},
    },
    chart, foreign,
    notation::{NOTHING, duration, moment, optional_percent, percent, rounded, signed},
    requests, table,
};
use crate::{activity::ToolTimes, format::grouped};

/// Whatever has an id and `data-part` is replaced by the script when it has changed.
pub(super) fn parts(stats: &Stats, now: Timestamp) -> Markup {
    html! {
        div #health data-part { (health(stats)) }
        dl #tiles.tiles data-part { (tiles(stats)) }
        section aria-labelledby="running-title" {
            h2 #running-title { "Running now" }
            // The script changes its text only, so that it is read out when it is another one.
            p #running-announcement aria-live="polite" data-part data-text { (requests::announcement(stats)) }
            div #running data-part { (requests::running(&stats.live)) }
        }
        section aria-labelledby="trend-title" {
            h2 #trend-title { "Trend" }
            div #trend data-part { (chart::trend(&stats.minutes, &stats.fallback, now)) }
        }
        div.columns {
            section aria-labelledby="tools-title" {
                h2 #tools-title { "Slowest tools" }
                div #tools data-part { (tools(&stats.slowest_tools)) }
            }
            section aria-labelledby="servers-title" {
                h2 #servers-title { "Servers" }
                div #servers data-part { (servers(&stats.servers)) }
            }
        }
        section aria-labelledby="recent-title" {
            h2 #recent-title { "Latest" }
            div #recent data-part { (requests::latest(&stats.recent)) }
        }
    }
}

fn health(stats: &Stats) -> Markup {
    let down: Vec<_> = stats.servers.iter().filter(|server| server.state == ServerState::Down).collect();
    html! { @match stats.status {
        Health::Ok => p.health.good { span.sign aria-hidden="true" { "✓" } "All is well" }
        Health::Degraded => div.health.bad {
            p { span.sign aria-hidden="true" { "▲" } "Degraded" }
            ul {
                @for server in down {
                    li { "Server " strong { (foreign(&server.name)) } " is down"
                        @if let Some(reason) = &server.reason { ": " (foreign(reason)) } }
                }
                @if stats.fallback.is_firing { li { (alert(&stats.fallback)) } }
                @if let Some(audit) = stats.audit.filter(|audit| !audit.is_healthy) {
                    li { "The audit log cannot be written; " (grouped(audit.lost)) " calls are missing from it" }
                }
            }
        }
    } }
}

fn alert(fallback: &FallbackStatus) -> String {
    let (rate, threshold) = (optional_percent(fallback.rate), percent(fallback.threshold));
    format!("{rate} of the last {} programs fell back; the alert is at {threshold}", fallback.sample)
}

fn tiles(stats: &Stats) -> Markup {
    let savings = &stats.savings;
    let (fallback, requests) = (&stats.fallback, &stats.requests);
    let up = stats.servers.iter().filter(|server| server.state == ServerState::Up).count();
    let money = savings.status.money.map(|money| {
        let sign = if money < 0.0 { "−" } else { "" };
        format!("{sign}{:.2} {}", money.abs(), savings.status.currency.as_deref().unwrap_or_default())
    });
    html! {
        (tile("Tokens saved", &rounded(savings.tokens_saved as f64), html! {
            @match savings.reduction {
                Some(share) if share < 0.0 => { (percent(-share)) " more than the direct route" }
                Some(share) => { (percent(share)) " of the direct route’s" }
                None => "nothing counted yet"
            }
            @if let Some(money) = money { ", " (foreign(money.trim())) }
        }))
        (tile("Requests", &grouped(requests.running + requests.ended), html! {
            (grouped(requests.completed)) " completed, " (grouped(requests.failed + requests.refused)) " failed, "
            (grouped(requests.cancelled)) " cancelled"
        }))
        @match &stats.cache {
            Some(cache) => (tile("Cache hit rate", &optional_percent(cache.hit_rate), html! {
                (grouped(cache.hits)) " hits, " (grouped(cache.misses)) " misses"
            })),
            None => (tile("Cache hit rate", NOTHING, html! { "nothing is cached" }))
        }
        (tile("Fallback rate", &optional_percent(fallback.rate), html! {
            @if fallback.is_firing { strong.bad { "▲ above the alert line of " (percent(fallback.threshold)) } }
            @else { "of the last " (fallback.sample) "; alert above " (percent(fallback.threshold)) }
        }))
        (tile("Servers up", &format!("{up} of {}", stats.servers.len()), html! {
            (grouped(stats.servers.iter().map(|server| server.tools as u64).sum())) " tools"
        }))
        (tile("Uptime", &uptime(stats.uptime_seconds), html! { "mode " (stats.mode) }))
    }
}

fn uptime(seconds: u64) -> String {
    if seconds < 60 { format!("{seconds} s") } else { duration(Duration::from_secs(seconds)) }
}

fn tile(name: &str, value: &str, more: Markup) -> Markup {
    html! { div { dt { (name) } dd.value { (value) } dd.more { (more) } } }
}

fn tools(tools: &[ToolTimes]) -> Markup {
    if tools.is_empty() {
        return html! { p.nothing { "No tool has been called yet." } };
    }
    let rows = html! {
        thead { tr {
            th scope="col" { "Tool" } th scope="col" { "Calls" } th scope="col" { "Errors" }
            th.wide scope="col" { "p50" } th scope="col" { "p95" } th.wide scope="col" { "Longest" }
        } }
        tbody { @for tool in tools { tr {
            th scope="row" { (foreign(&tool.tool.to_string())) }
            td { (grouped(tool.calls)) }
            td.bad[tool.errors > 0] { (grouped(tool.errors)) }
            td.wide { (duration(tool.p50)) } td { (duration(tool.p95)) } td.wide { (duration(tool.max)) }
        } } }
    };
    table("tools-table", "By the time within which 95 % of the calls were answered, since the start", rows)
}

fn servers(servers: &[ServerStatus]) -> Markup {
    if servers.is_empty() {
        return html! { p.nothing { "There are no servers." } };
    }
    let rows = html! {
        thead { tr {
            th scope="col" { "Server" } th.word scope="col" { "State" } th scope="col" { "Tools" } th scope="col" { "Since" }
        } }
        tbody { @for server in servers { tr {
            th scope="row" {
                (foreign(&server.name))
                @if let Some(reason) = &server.reason { small { (foreign(reason)) } }
            }
            td.word { (state(server.state)) }
            td { (signed(server.tools as i64)) }
            td { (moment(server.since)) }
        } } }
    };
    table("servers-table", "Servers and since when they are in their state", rows)
}

fn state(state: ServerState) -> Markup {
    let (class, sign) = match state {
        ServerState::Up => ("good", "✓"),
        ServerState::Starting => ("calm", "…"),
        ServerState::Down => ("bad", "▲"),
    };
    html! { span.mark.(class) { span.sign aria-hidden="true" { (sign) } (state.name()) } }
}
