//! One rule of a policy, as it is written.

use std::{fmt, sync::Arc, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};

use super::{
    Access, Caching, Rate,
    duration::{self, PositiveDuration},
    pattern::ToolPattern,
    text,
};
use crate::tool::{Effect, ToolDef};

/// Which tools it is about, and what holds for calls to them.
// What it sets is `Some`. `remote` makes the derived reading an inherent function, so that the one of the trait, below, can
// check what was read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(extend("required" = ["tools"]))]
pub(super) struct Rule {
    /// Which tools it is about: patterns `server/tool`, at least one.
    #[serde(default)]
    #[schemars(length(min = 1))]
    tools: Vec<ToolPattern>,
    /// Whether calls are made: `"allow"`; `"deny"`, as if there were no such tool; `"approve"`, each one once somebody has
    /// approved it. Default `"allow"`.
    pub access: Option<Access>,
    /// `"read"` or `"write"`, whatever the server says. Default: `"read"` where a trusted server says so.
    pub effect: Option<Effect>,
    /// `true`, `false`, or for how long answers are kept. Default: `true` for tools of trusted servers that read.
    #[serde(default, deserialize_with = "cacheable")]
    #[schemars(schema_with = "cacheable_schema")]
    pub cacheable: Option<Caching>,
    /// How long a call may take; waiting for an approval or a rate does not count. Default: the server's `call_timeout`.
    #[serde(default, deserialize_with = "timeout")]
    #[schemars(schema_with = "duration::schema")]
    pub timeout: Option<Duration>,
    /// How many calls of each tool are made in how much time: units are `s`, `min` and `h`. Default: any number.
    pub rate: Option<Rate>,
    /// How many calls of all tools of one server together are made, for each server that a pattern of the rule names before
    /// its `/`. Default: any number.
    pub server_rate: Option<Rate>,
}

impl Rule {
    pub fn is_about(&self, server: &str, tool: &str) -> bool {
        self.tools.iter().any(|pattern| pattern.is_match(server, tool))
    }

    pub fn names_server(&self, server: &str) -> bool {
        self.tools.iter().any(|pattern| pattern.server.is_match(server))
    }

    /// Its patterns that match none of these tools, each as a sentence; or none of the servers, if it says nothing of tools.
    pub fn unmatched(&self, definitions: &[(Arc<str>, Vec<ToolDef>)]) -> impl Iterator<Item = String> {
        let names_tools = self.says_something_of_tools();
        let matches = move |pattern: &ToolPattern| match names_tools {
            true => definitions.iter().any(|(server, defs)| defs.iter().any(|def| pattern.is_match(server, &def.name))),
            false => definitions.iter().any(|(server, _)| pattern.server.is_match(server)),
        };
        let kind = if names_tools { "tool" } else { "server" };
        let unmatched = self.tools.iter().filter(move |pattern| !matches(pattern));
        unmatched.map(move |pattern| format!("no {kind} matches `{pattern}`"))
    }

    fn says_something_of_tools(&self) -> bool {
        let Self { tools: _, access, effect, cacheable, timeout, rate, server_rate: _ } = self;
        access.is_some() || effect.is_some() || cacheable.is_some() || timeout.is_some() || rate.is_some()
    }

    fn check(&self) -> Result<(), RuleError> {
        if self.tools.is_empty() {
            return Err(RuleError::NoTools);
        }
        let sets_something = self.says_something_of_tools() || self.server_rate.is_some();
        if sets_something { Ok(()) } else { Err(RuleError::NoAttributes) }
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rule = Self::deserialize(deserializer)?;
        rule.check().map_err(de::Error::custom)?;
        Ok(rule)
    }
}

/// Why a rule cannot be one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum RuleError {
    #[error("the rule is about no tools; write `tools = [\"*/*\"]` for all of them")]
    NoTools,
    #[error(
        "the rule sets nothing; give it one of `access`, `effect`, `cacheable`, `timeout`, `rate`, `server_rate`, or remove it"
    )]
    NoAttributes,
}

fn timeout<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let PositiveDuration(timeout) = text::deserialize(deserializer, duration::EXPECTED)?;
    Ok(Some(timeout))
}

fn cacheable_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["boolean", "string"], "examples": [true, "10m"] })
}

/// `true`, `false` or a duration.
fn cacheable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Caching>, D::Error> {
    struct Cacheable;

    impl Visitor<'_> for Cacheable {
        type Value = Caching;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "true, false or {}", duration::EXPECTED)
        }

        fn visit_bool<E: de::Error>(self, is_cacheable: bool) -> Result<Caching, E> {
            Ok(if is_cacheable { Caching::Default } else { Caching::No })
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Caching, E> {
            match text.parse() {
                Ok(PositiveDuration(kept)) => Ok(Caching::For(kept)),
                Err(error) => Err(E::custom(format!("{error}, or `true` or `false` without quotes"))),
            }
        }
    }

    deserializer.deserialize_any(Cacheable).map(Some)
}
