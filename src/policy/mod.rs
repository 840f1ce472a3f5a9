//! What calls may be made, and how: one check that stands before the servers, for the code route and the direct route alike.
//!
//! In goes the `[policy]` section of `codefirst.toml`, a [`Policy`]. Together with the definitions of the tools that there
//! are it gives [`Rulings`], one [`Ruling`] for each tool; a [`PolicyHost`] is a [`ToolHost`](crate::host::ToolHost) that
//! holds calls to them. Without the section every call is allowed as the server offers it, every tool is taken to write, and
//! nothing is cached.
//!
//! ```toml
//! [policy]
//! trusted = ["github", "crm*"]
//!
//! [[policy.rules]]
//! tools = ["github/delete_*", "*/drop_*"]
//! access = "deny"
//!
//! [[policy.rules]]
//! tools = ["github/search_*"]
//! cacheable = "10m"
//! timeout = "10s"
//! rate = "30/min"
//! ```
//!
//! # Keys
//!
//! | key | meaning |
//! |---|---|
//! | `trusted` | patterns over the names of servers whose annotations are believed: a tool of theirs that says `readOnlyHint` reads, and is cached |
//! | `rules` | the rules, in the order in which they are asked |
//!
//! Of each rule:
//!
//! | key | meaning |
//! |---|---|
//! | `tools` | which tools it is about: patterns `server/tool` |
//! | `access` | `"allow"`; `"deny"`: the tool does not exist, as far as anybody can see; `"approve"`: each call is made only once somebody has approved it, and none is answered from the cache (see below) |
//! | `effect` | `"read"` or `"write"`, whatever the server says |
//! | `cacheable` | `true`, `false`, or for how long answers are kept, such as `"10m"` |
//! | `timeout` | how long a call may take, such as `"10s"`; neither the wait for an approval nor that for a rate counts |
//! | `rate` | how many calls of each tool are made, such as `"60/min"`; units are `s`, `min` and `h` |
//! | `server_rate` | how many calls of all tools of one server together are made, for each server that a pattern of the rule names before its `/`, whatever follows |
//!
//! A rule has at least one pattern and sets at least one attribute. **For each attribute by itself, the first rule that is
//! about the tool and sets the attribute decides**; so exceptions come before what they are exceptions to, and a rule that
//! says nothing of an attribute leaves it to those below.
//!
//! A pattern is split at its first `/`; both parts are globs: `*` (any characters, `/` too), `?`, `[a-z]`, `{one,other}`,
//! with `\` before a character that is meant literally. Upper and lower case differ. Durations are written like `"10s"` or
//! `"1m 30s"`.
//!
//! # Rates
//!
//! After a quiet time, a rate of `60/min` lets 60 calls through at once, and from then on one each second (the generic cell
//! rate algorithm). All principals share it. A call that comes too early waits for its turn, in the order in which the calls
//! of its tool came, if that takes no longer than the call's timeout (10 seconds if it has none), and is refused otherwise.
//! A call that is given up while it waits takes nobody's turn.
//!
//! A call that needs a turn of its tool and one of its server waits for its tool's first, where it is in the way of that
//! tool's calls alone, and holds it while it stands in its server's line; then it takes both together or neither. What a
//! refused call is told of when to try again includes the calls that wait before it; that time is the least it can be if
//! none of those gives up.
//!
//! # Approvals
//!
//! The [`Approver`] is asked for each call by itself. A tool with `access = "approve"` is never answered from the cache,
//! whatever `cacheable` says, because an answer that was approved for one call is not approved for the next; the router sees
//! to it. Nobody is asked for a call that a rate would refuse at once. An approved call takes its turn after the approval, and
//! may be refused then if others were faster.
//!
//! An observer can be told when a call begins to wait for an approval or a turn and when it leaves for the server:
//! [`Departures`]. A call that was given up in between has certainly done nothing.
//!
//! # Denied tools
//!
//! A denied tool is left out of what catalogue and wrappers are made of ([`Rulings::visible`]), and a call to it is answered
//! as one to a tool that never was: [`ToolError::Unknown`](crate::host::ToolError::Unknown), with no names that resemble it.
//! The same answer meets calls to tools that there was no definition of: what has not been ruled upon does not pass.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::tool::{Effect, ToolDef};

pub(crate) mod duration;
mod host;
mod limiter;
mod pattern;
mod rate;
mod rule;
mod rulings;
#[cfg(test)]
mod tests;
pub(crate) mod text;

use pattern::NamePattern;
use rule::Rule;

pub use host::{Approval, Approver, Departures, PolicyHost};
pub use rate::{Period, Rate, RateError};
pub use rulings::{Access, Caching, Ruling, Rulings};

/// The `[policy]` section; the documentation of this module describes it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Patterns over the names of servers whose annotations are believed: a tool of theirs that says `readOnlyHint` reads,
    /// and is cached. Default `[]`.
    #[serde(default)]
    trusted: Vec<NamePattern>,
    /// The rules, in the order in which they are asked: of each attribute, the first that says something decides.
    /// Default `[]`.
    #[serde(default)]
    rules: Vec<Rule>,
}

impl Policy {
    /// The policy that believes what every server says of its tools, and has no rules.
    pub fn trusting_all() -> Self {
        let Ok(any) = NamePattern::try_from("*".to_owned()) else { unreachable!("it is a pattern") };
        Self { trusted: vec![any], rules: Vec::new() }
    }

    /// What holds for calls to one tool of a server.
    pub fn ruling(&self, server: &str, def: &ToolDef) -> Ruling {
        let rules: Vec<&Rule> = self.rules.iter().filter(|rule| rule.is_about(server, &def.name)).collect();
        let says_read_only = def.annotations.is_some_and(|annotations| annotations.read_only_hint == Some(true));
        let is_known_to_read = says_read_only && self.trusted.iter().any(|pattern| pattern.is_match(server));

        let offered = if is_known_to_read { Effect::Read } else { Effect::Write };
        let effect = first(&rules, |rule| rule.effect).unwrap_or(offered);
        let offered = if is_known_to_read && effect == Effect::Read { Caching::Default } else { Caching::No };
        Ruling {
            access: first(&rules, |rule| rule.access).unwrap_or_default(),
            effect,
            caching: first(&rules, |rule| rule.cacheable).unwrap_or(offered),
            timeout: first(&rules, |rule| rule.timeout),
            rate: first(&rules, |rule| rule.rate),
            server_rate: self.rules.iter().filter(|rule| rule.names_server(server)).find_map(|rule| rule.server_rate),
        }
    }

    /// The patterns that match nothing that there is, each as a sentence: they are probably misspelt.
    pub fn unmatched(&self, definitions: &[(Arc<str>, Vec<ToolDef>)]) -> Vec<String> {
        let servers = self
            .trusted
            .iter()
            .filter(|pattern| !definitions.iter().any(|(server, _)| pattern.is_match(server)))
            .map(|pattern| format!("policy.trusted: no server matches `{pattern}`"));
        let tools = self.rules.iter().enumerate().flat_map(|(index, rule)| {
            rule.unmatched(definitions).map(move |sentence| format!("policy.rules, rule {}: {sentence}", index + 1))
        });
        servers.chain(tools).collect()
    }
}

fn first<T>(rules: &[&Rule], attribute: impl Fn(&Rule) -> Option<T>) -> Option<T> {
    rules.iter().find_map(|rule| attribute(rule))
}
