//! Durations as the file writes them.

use std::{str::FromStr, time::Duration};

use schemars::Schema;

/// What stands in a file that has something else.
pub(crate) const EXPECTED: &str = "a duration such as \"10s\" or \"1m 30s\"";

/// What editors are told of one.
pub(crate) fn schema(_: &mut schemars::SchemaGenerator) -> Schema {
    schemars::json_schema!({ "type": "string", "minLength": 1, "examples": ["10s", "1m 30s"] })
}

/// A duration longer than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PositiveDuration(pub Duration);

impl FromStr for PositiveDuration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let malformed = || DurationError::Malformed(text.to_owned());
        let duration: jiff::SignedDuration = text.parse().map_err(|_| malformed())?;
        match Duration::try_from(duration) {
            Ok(Duration::ZERO) => Err(DurationError::Zero),
            Ok(duration) => Ok(Self(duration)),
            Err(_) => Err(malformed()),
        }
    }
}

/// Why a text is not a duration.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DurationError {
    #[error("`{0}` is not a duration; write one such as \"10s\" or \"1m 30s\"")]
    Malformed(String),
    #[error("a duration must be longer than 0")]
    Zero,
}
