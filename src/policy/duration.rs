//! Durations as the file writes them.

use std::{str::FromStr, time::Duration};

/// What stands in a file that has something else.
pub(super) const EXPECTED: &str = "a duration such as \"10s\" or \"1m 30s\"";

/// A duration longer than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PositiveDuration(pub Duration);

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
pub(super) enum DurationError {
    #[error("`{0}` is not a duration; write one such as \"10s\" or \"1m 30s\"")]
    Malformed(String),
    #[error("a duration must be longer than 0")]
    Zero,
}
