//! How many calls in how much time.

use std::{borrow::Cow, fmt, num::NonZeroU32, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use super::text;

/// So many calls in each period. After a quiet time all of them may be made at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub calls: NonZeroU32,
    pub period: Period,
}

/// The time that a rate is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Second,
    Minute,
    Hour,
}

impl Period {
    const ALL: [(&str, Self); 3] = [("s", Self::Second), ("min", Self::Minute), ("h", Self::Hour)];
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = Self::ALL.iter().find(|(_, period)| period == self);
        f.write_str(unit.map_or("", |(unit, _)| unit))
    }
}

/// As it is written, `60/min`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.calls, self.period)
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let malformed = || RateError::Malformed(text.to_owned());
        let (calls, unit) = text.split_once('/').ok_or_else(malformed)?;
        let calls: u32 = calls.trim().parse().map_err(|_| malformed())?;
        let (_, period) = *Period::ALL.iter().find(|(known, _)| *known == unit.trim()).ok_or_else(malformed)?;
        Ok(Self { calls: NonZeroU32::new(calls).ok_or(RateError::Zero)?, period })
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, "a rate such as \"60/min\"")
    }
}

impl JsonSchema for Rate {
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let pattern = r"^\s*\+?0*[1-9][0-9]*\s*/\s*(s|min|h)\s*$";
        json_schema!({ "type": "string", "pattern": pattern, "examples": ["5/s", "60/min", "1000/h"] })
    }
}

/// Why a text is not a rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    #[error("`{0}` is not a rate; write one such as \"5/s\", \"60/min\" or \"1000/h\"")]
    Malformed(String),
    #[error("a rate of 0 lets no call pass; write `access = \"deny\"` for that")]
    Zero,
}
