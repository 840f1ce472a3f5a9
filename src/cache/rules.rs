//! [`CacheRules`]: the tools whose answers may be kept.

use std::{collections::HashMap, time::Duration};

use crate::{observations::Fingerprint, tool::ToolId};

/// The tools whose answers may be kept; those of all others never are.
#[derive(Clone, Debug, Default)]
pub struct CacheRules(HashMap<ToolId, CacheRule>);

/// How the answers of one tool are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheRule {
    /// How long; without it, as long as [`CacheOptions::ttl`](super::CacheOptions::ttl) says.
    pub ttl: Option<Duration>,
    /// The definition under which the tool is called now. Answers under another one are not found.
    pub definition: Fingerprint,
}

impl CacheRules {
    pub fn get(&self, tool: &ToolId) -> Option<&CacheRule> {
        self.0.get(tool)
    }
}

impl FromIterator<(ToolId, CacheRule)> for CacheRules {
    fn from_iter<I: IntoIterator<Item = (ToolId, CacheRule)>>(rules: I) -> Self {
        Self(rules.into_iter().collect())
    }
}
