//! What codefirst has to do to be what it says it is: every criterion, tried now, with the value that was found.
//!
//! In goes where the wrappers and scenarios are; out comes one [`Finding`] after the other, as they are made. A criterion that cannot be
//! tried does not hold, and says why.

mod evaluation;
mod gateway;
mod limits;
mod routes;
mod wrappers;

use std::{error::Error, path::Path};

use futures_util::future::BoxFuture;

use crate::format;

/// Where the criteria look.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The committed wrappers of the built-in servers.
    pub wrappers: &'a Path,
    pub scenarios: &'a Path,
}

/// What came of trying a criterion.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    pub criterion: &'static str,
    pub holds: bool,
    /// The value, in words.
    pub found: String,
}

/// What was found, and whether it is as it should be; or why it could not be tried.
type Found = Result<(bool, String), Box<dyn Error + Send + Sync>>;

type Try = for<'a> fn(Places<'a>) -> BoxFuture<'a, Found>;

/// In the order in which they are tried.
const CRITERIA: [(&str, Try); 9] = [
    ("wrappers are up to date", |places| Box::pin(wrappers::up_to_date(places.wrappers))),
    ("the sandbox enforces its limits", |_| Box::pin(limits::enforced())),
    ("the code route executes a program", |_| Box::pin(routes::executes())),
    ("the cache answers a repeated call", |_| Box::pin(routes::caches())),
    ("chained calls keep their results out of the context", |_| Box::pin(routes::keeps_results_out())),
    ("a fallback answers right and writes once", |places| Box::pin(evaluation::falls_back(places.scenarios))),
    ("the gateway routes both kinds of request", |_| Box::pin(gateway::routes())),
    ("metrics show the savings", |_| Box::pin(gateway::shows_savings())),
    ("headline scenarios save 95 %", |places| Box::pin(evaluation::saves(places.scenarios))),
];

/// The names of the criteria.
pub fn names() -> impl Iterator<Item = &'static str> {
    CRITERIA.iter().map(|(name, _)| *name)
}

/// Tries every criterion, one after the other, and tells of each.
pub async fn verify(places: Places<'_>, mut tell: impl FnMut(&Finding)) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (criterion, attempt) in CRITERIA {
        let (holds, found) =
            attempt(places).await.unwrap_or_else(|error| (false, format!("not tried: {}", format::chain(&*error))));
        let finding = Finding { criterion, holds, found };
        tell(&finding);
        findings.push(finding);
    }
    findings
}
