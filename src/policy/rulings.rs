//! A policy applied to the tools that there are.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Policy, Rate, limiter::Limiter};
use crate::tool::{Effect, ToolDef, ToolId};

/// What holds for calls to one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    pub access: Access,
    pub effect: Effect,
    pub caching: Caching,
    /// How long a call may take.
    pub timeout: Option<Duration>,
    /// How often the tool is called.
    pub rate: Option<Rate>,
    /// How often the tools of its server are called, all together.
    pub server_rate: Option<Rate>,
}

/// Whether calls are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Calls are made.
    #[default]
    Allow,
    /// Nobody is to see that there is such a tool.
    Deny,
    /// Each call once it has been approved.
    Approve,
}

/// Whether answers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    No,
    /// As long as the cache keeps what nothing else is said of.
    Default,
    For(Duration),
}

/// The rulings on all tools, and where their rates stand. Clones share both, so that one server's rate holds for all who
/// call it.
#[derive(Clone)]
pub struct Rulings(Arc<All>);

/// Every tool that has been ruled upon, and every rate that there has been.
#[derive(Clone, Default)]
struct All {
    tools: HashMap<ToolId, Ruled>,
    limiters: HashMap<Limited, Arc<Limiter>>,
}

/// Of what the calls are counted.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Limited {
    Tool(ToolId),
    Server(Arc<str>),
}

impl All {
    fn limiter(&mut self, limited: Limited, rate: Rate) -> Arc<Limiter> {
        let before = self.limiters.get(&limited).filter(|limiter| limiter.rate() == rate).cloned();
        before.unwrap_or_else(|| {
            let limiter = Arc::new(Limiter::new(rate));
            self.limiters.insert(limited, limiter.clone());
            limiter
        })
    }
}

/// A tool that has been ruled upon.
#[derive(Clone)]
pub(super) struct Ruled {
    pub ruling: Ruling,
    pub rate: Option<Arc<Limiter>>,
    pub server_rate: Option<Arc<Limiter>>,
}

impl Rulings {
    pub fn new(policy: &Policy, definitions: &[(Arc<str>, Vec<ToolDef>)]) -> Self {
        Self(Arc::default()).renewed(policy, definitions)
    }

    /// The rulings on other definitions. Rates that stay what they are go on from where they stand, also those of tools that
    /// were not there in between.
    pub fn renewed(&self, policy: &Policy, definitions: &[(Arc<str>, Vec<ToolDef>)]) -> Self {
        let mut all = All::default();
        all.limiters.clone_from(&self.0.limiters);
        for (server, defs) in definitions {
            for def in defs {
                let id = ToolId::new(server.clone(), def.name.clone());
                let ruling = policy.ruling(server, def);
                let rate = ruling.rate.map(|rate| all.limiter(Limited::Tool(id.clone()), rate));
                let server_rate = ruling.server_rate.map(|rate| all.limiter(Limited::Server(server.clone()), rate));
                all.tools.insert(id, Ruled { ruling, rate, server_rate });
            }
        }
        Self(Arc::new(all))
    }

    /// The same, with no answers kept of the servers that are named.
    pub fn without_caching(&self, is_named: impl Fn(&Arc<str>) -> bool) -> Self {
        let mut all = (*self.0).clone();
        for (id, ruled) in &mut all.tools {
            if is_named(&id.server) {
                ruled.ruling.caching = Caching::No;
            }
        }
        Self(Arc::new(all))
    }

    /// `None` if there is no such tool.
    pub fn get(&self, tool: &ToolId) -> Option<&Ruling> {
        self.ruled(tool).map(|ruled| &ruled.ruling)
    }

    /// All of them, in the order of the tools' identifiers.
    pub fn iter(&self) -> impl Iterator<Item = (&ToolId, &Ruling)> {
        let mut rulings: Vec<_> = self.0.tools.iter().map(|(tool, ruled)| (tool, &ruled.ruling)).collect();
        rulings.sort_unstable_by_key(|(tool, _)| *tool);
        rulings.into_iter()
    }

    /// The definitions that anybody may see: without denied tools, and without servers of which nothing is left.
    pub fn visible(&self, mut definitions: Vec<(Arc<str>, Vec<ToolDef>)>) -> Vec<(Arc<str>, Vec<ToolDef>)> {
        definitions.retain_mut(|(server, defs)| {
            let offered_nothing = defs.is_empty();
            defs.retain(|def| {
                let ruling = self.get(&ToolId::new(server.clone(), def.name.clone()));
                ruling.is_some_and(|ruling| ruling.access != Access::Deny)
            });
            offered_nothing || !defs.is_empty()
        });
        definitions
    }

    pub(super) fn ruled(&self, tool: &ToolId) -> Option<&Ruled> {
        self.0.tools.get(tool)
    }
}

impl fmt::Debug for Rulings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Ruled {
    /// Whether calls pass as they come.
    pub fn is_unconditional(&self) -> bool {
        self.ruling.access == Access::Allow && self.ruling.timeout.is_none() && !self.holds_calls()
    }

    /// Whether calls have to wait for an approval or a turn.
    pub fn holds_calls(&self) -> bool {
        self.ruling.access == Access::Approve || self.rate.is_some() || self.server_rate.is_some()
    }

    /// What calls need a turn of. Each tool comes before its server, so that its calls stand in its line and not in that of all.
    pub fn limiters(&self) -> Vec<&Limiter> {
        self.rate.iter().chain(&self.server_rate).map(|limiter| &**limiter).collect()
    }
}
