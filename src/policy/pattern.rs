//! Patterns over the names of servers and tools.

use std::{borrow::Cow, fmt};

use globset::{GlobBuilder, GlobMatcher};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

/// A glob over whole names. Its `*` stands for any characters, line ends and `/` among them, so that no name slips past it.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct NamePattern(GlobMatcher);

impl NamePattern {
    pub fn is_match(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

impl JsonSchema for NamePattern {
    fn schema_name() -> Cow<'static, str> {
        "NamePattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "examples": ["github", "crm*"] })
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.glob().glob())
    }
}

impl TryFrom<String> for NamePattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError::Empty);
        }
        match GlobBuilder::new(&text).literal_separator(false).backslash_escape(true).build() {
            Ok(glob) => Ok(Self(glob.compile_matcher())),
            Err(error) => Err(PatternError::Glob { pattern: text, reason: error.to_string() }),
        }
    }
}

/// A pattern `server/tool`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ToolPattern {
    pub server: NamePattern,
    tool: NamePattern,
}

impl ToolPattern {
    pub fn is_match(&self, server: &str, tool: &str) -> bool {
        self.server.is_match(server) && self.tool.is_match(tool)
    }
}

impl JsonSchema for ToolPattern {
    fn schema_name() -> Cow<'static, str> {
        "ToolPattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[^/]+/.", "examples": ["github/*", "*/delete_*"] })
    }
}

impl fmt::Display for ToolPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.server, self.tool)
    }
}

impl TryFrom<String> for ToolPattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        let (server, tool) = text.split_once('/').unwrap_or((&text, ""));
        match (server, tool) {
            ("", "") => Err(PatternError::Empty),
            ("", tool) => Err(PatternError::NoServer { tool: tool.to_owned() }),
            (server, "") => Err(PatternError::NoTool { server: server.to_owned() }),
            (server, tool) => Ok(Self { server: server.to_owned().try_into()?, tool: tool.to_owned().try_into()? }),
        }
    }
}

/// Why a text is not a pattern.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PatternError {
    #[error("an empty pattern matches nothing; write `*` for everything, `*/*` where tools are meant")]
    Empty,
    #[error("`{server}` names no tool; write `{server}/*` for all tools of the server")]
    NoTool { server: String },
    #[error("`/{tool}` names no server; write `*/{tool}` for the tool of any server")]
    NoServer { tool: String },
    /// `reason` is globset's, which quotes the part of the pattern that it is about.
    #[error("`{pattern}` is not a pattern: {reason}")]
    Glob { pattern: String, reason: String },
}
