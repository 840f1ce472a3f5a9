//! The dashboard: pages, rendered here, for people who want to see what the gateway does.
//!
//! A page consists of a frame and of parts that change; a script of ours fetches the parts again every two seconds,
//! and without it the pages are the same, only still. All text from elsewhere goes through [`foreign`].
//!
//! | module | job |
//! |---|---|
//! | `page` | the frame |
//! | `overview` | `/`: figures, tools and servers |
//! | `chart`, `timeline` | the last hours as lines |
//! | `requests` | `/executions`, and the lists of the overview |
//! | `execution` | `/executions/{id}` |
//! | `assets` | style sheet, script, icon |
//! | `notation` | how times, sizes and shares are written |

mod assets;
mod chart;
mod execution;
mod notation;
mod overview;
mod page;
mod requests;
mod timeline;

use axum::{
    Extension,
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};

pub(super) use self::assets::asset;
use super::{Operations, access::Caller, stats::Stats};
use crate::format;

pub(super) async fn overview_page(State(operations): State<Operations>, caller: Extension<Caller>) -> Response {
    let stats = Stats::of(&operations, &caller);
    respond(StatusCode::OK, page::overview(&stats, overview::parts(&stats, Timestamp::now())))
}

pub(super) async fn overview_fragment(State(operations): State<Operations>, caller: Extension<Caller>) -> Response {
    respond(StatusCode::OK, overview::parts(&Stats::of(&operations, &caller), Timestamp::now()))
}

pub(super) async fn executions_page(State(operations): State<Operations>, caller: Extension<Caller>) -> Response {
    let requests = operations.activity.snapshot(|principal| caller.sees(principal));
    respond(StatusCode::OK, page::executions(requests::recent(&requests.recent)))
}

pub(super) async fn execution_page(
    State(operations): State<Operations>,
    caller: Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    match operations.request(&caller, &id) {
        Some(details) => respond(StatusCode::OK, page::execution(&details, execution::parts(&details))),
        None => respond(StatusCode::NOT_FOUND, page::not_found()),
    }
}

pub(super) async fn execution_fragment(
    State(operations): State<Operations>,
    caller: Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    match operations.request(&caller, &id) {
        Some(details) => respond(StatusCode::OK, execution::parts(&details)),
        None => respond(StatusCode::NOT_FOUND, html! {}),
    }
}

fn respond(status: StatusCode, markup: Markup) -> Response {
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], markup.into_string()).into_response()
}

/// Foreign text, with nothing invisible in it, that keeps its direction to itself.
fn foreign(text: &str) -> Markup {
    html! { bdi { (format::visible(text)) } }
}

/// A table in a box of its own that scrolls sideways where the page is narrow, by keyboard as well.
fn table(id: &str, caption: &str, contents: Markup) -> Markup {
    html! {
        div.scroll id={ (id) "-box" } role="region" tabindex="0" aria-labelledby={ (id) "-caption" } {
            table id=(id) {
                caption id={ (id) "-caption" } { (caption) }
                (contents)
            }
        }
    }
}
