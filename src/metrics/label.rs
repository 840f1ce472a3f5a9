//! The values of labels: the closed sets as types, and the names of servers and tools in bounds.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use crate::tool::ToolId;

/// Declares the closed set of a label's values.
macro_rules! label {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $value:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The label's value.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $value,)*
                }
            }
        }
    };
}

label! {
    /// What an execution spends its time on. Tool calls are made while it runs, so `Tools` is a part of `Run`.
    Phase {
        Queue = "queue",
        Transpile = "transpile",
        Check = "check",
        Fork = "fork",
        Run = "run",
        Tools = "tools",
    }
}

label! {
    /// The route on which a request was answered, or a call made.
    RouteTaken {
        Code = "code",
        Direct = "direct",
        /// The direct route, after the code route failed.
        Fallback = "fallback",
    }
}

label! {
    /// What became of a request.
    RequestOutcome {
        Completed = "completed",
        Failed = "failed",
        /// It was not attempted, or its fallback was not.
        Refused = "refused",
        /// Whoever made it went away.
        Cancelled = "cancelled",
    }
}

label! {
    /// Whether a failed program's plan was carried out.
    FallbackDecision {
        Taken = "taken",
        Refused = "refused",
    }
}

label! {
    /// What became of an alert message.
    WebhookResult {
        Delivered = "delivered",
        Failed = "failed",
        /// Too many were waiting.
        Dropped = "dropped",
    }
}

/// So many tools are counted under their own names.
pub(super) const MAX_TOOLS: usize = 16_384;
/// The longest name that the MCP specification recommends, in bytes.
pub(super) const MAX_NAME: usize = 128;
/// The server and the tool of all others.
const OTHER: &str = "other";

/// The values of the labels `server` and `tool`.
///
/// The names are a server's or even a program's to choose, and every new pair is kept for as long as the process lives.
/// So the pairs are limited in number and in length, with `other` for the rest, and quotes, backslashes and control
/// characters become `_`: the exporter escapes some of them so that two names are shown as one, which makes the whole
/// exposition invalid.
pub fn tool_labels(tool: &ToolId) -> (Arc<str>, Arc<str>) {
    static KNOWN: LazyLock<KnownTools> = LazyLock::new(|| KnownTools::new(MAX_TOOLS));
    KNOWN.labels(tool)
}

/// The labels of tools that are not in the catalogue: a program can name any number of them.
pub(super) fn no_tool() -> (Arc<str>, Arc<str>) {
    static OTHER_TOOL: LazyLock<Arc<str>> = LazyLock::new(|| OTHER.into());
    (OTHER_TOOL.clone(), OTHER_TOOL.clone())
}

pub(super) struct KnownTools {
    limit: usize,
    tools: RwLock<HashSet<ToolId>>,
}

impl KnownTools {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, tools: RwLock::default() }
    }

    pub(super) fn labels(&self, tool: &ToolId) -> (Arc<str>, Arc<str>) {
        if tool.server.len() > MAX_NAME || tool.tool.len() > MAX_NAME {
            return no_tool();
        }
        let labels = || (clean(&tool.server), clean(&tool.tool));
        {
            let tools = self.tools.read().unwrap_or_else(PoisonError::into_inner);
            if tools.contains(tool) {
                return labels();
            }
            if tools.len() >= self.limit {
                return no_tool();
            }
        }
        let mut tools = self.tools.write().unwrap_or_else(PoisonError::into_inner);
        // Others may have been added meanwhile, or this one.
        if tools.len() < self.limit {
            tools.insert(tool.clone());
        }
        if tools.contains(tool) { labels() } else { no_tool() }
    }
}

fn clean(name: &Arc<str>) -> Arc<str> {
    let is_unclean = |c: char| matches!(c, '"' | '\\') || c.is_control();
    if name.contains(is_unclean) { name.replace(is_unclean, "_").into() } else { name.clone() }
}
