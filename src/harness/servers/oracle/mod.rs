//! What is right: the answer and the writes of each scenario with built-in servers, for any seed.
//!
//! An oracle reads the generators of which the servers are made, never their tools, and so shares nothing with the
//! scenario's program or with a model: not the paging, not the filters, not the joins over the network. In go the name of
//! a scenario and the options of its servers; out comes a [`Solution`].

mod bulk_update;
mod convergence;
mod cross_server_join;
mod fallback;
mod five_step_form;
mod flaky_upstream;
mod injected_result;
mod issue_triage;
mod meeting_to_crm;
mod paginate_all;
mod poll_until_done;
mod prose_summary;
mod repeat_run;
mod repo_audit;
mod report_with_excerpts;
mod search_then_read;
mod sheet_to_leads;
mod single_lookup;
mod stale;
mod type_error_repair;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ServerOptions, Write, crm};
use crate::tool::JsonObject;

/// What is right, found from the data that the servers are made of: by a way that shares nothing with the scenario's program.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// What the program returns (for a scenario with a plan: what the plan's answer pointer gives).
    pub answer: Value,
    /// The writes of each server, in order.
    pub writes: Vec<(String, Write)>,
    /// What the model says having read it, where that is not the answer itself.
    pub says: Option<String>,
}

/// The seed and options of each server of a scenario, by the scenario's name for it.
pub type Worlds = BTreeMap<String, ServerOptions>;

/// Finds what is right; nothing, if a server that it needs is not there.
type Oracle = fn(&Worlds) -> Option<Solution>;

const ORACLES: [(&str, Oracle); 20] = [
    ("bulk-update", bulk_update::solve),
    ("convergence", convergence::solve),
    ("cross-server-join", cross_server_join::solve),
    ("fallback", fallback::solve),
    ("five-step-form", five_step_form::solve),
    ("flaky-upstream", flaky_upstream::solve),
    ("injected-result", injected_result::solve),
    ("issue-triage", issue_triage::solve),
    ("meeting-to-crm", meeting_to_crm::solve),
    ("paginate-all", paginate_all::solve),
    ("poll-until-done", poll_until_done::solve),
    ("prose-summary", prose_summary::solve),
    ("repeat-run", repeat_run::solve),
    ("repo-audit", repo_audit::solve),
    ("report-with-excerpts", report_with_excerpts::solve),
    ("search-then-read", search_then_read::solve),
    ("sheet-to-leads", sheet_to_leads::solve),
    ("single-lookup", single_lookup::solve),
    ("stale", stale::solve),
    ("type-error-repair", type_error_repair::solve),
];

/// The names of the scenarios that have an oracle, sorted.
pub fn names() -> Vec<&'static str> {
    ORACLES.iter().map(|(name, _)| *name).collect()
}

/// `None`: there is no oracle of this name, or the scenario lacks a server that it needs.
pub fn solve(scenario: &str, worlds: &Worlds) -> Option<Solution> {
    let (_, oracle) = ORACLES.iter().find(|(name, _)| *name == scenario)?;
    oracle(worlds)
}

impl Solution {
    /// An answer that leaves everything as it was.
    fn read(answer: impl Into<Value>) -> Self {
        Self { answer: answer.into(), writes: Vec::new(), says: None }
    }
}

/// A write, whose input is an object literal.
fn write(server: &str, tool: &str, input: Value) -> (String, Write) {
    let input = match input {
        Value::Object(input) => input,
        _ => JsonObject::new(),
    };
    (server.to_owned(), Write { tool: tool.to_owned(), input })
}

/// The account with a domain.
fn account(worlds: &Worlds, domain: &str) -> Option<crm::Known> {
    crm::known(worlds.get("crm")?).find(|account| account.domain == domain)
}

#[cfg(test)]
mod document_tests;
#[cfg(test)]
mod tests;
