//! Values that the file writes as text: durations, sizes, rates, addresses.

use std::{net::SocketAddr, str::FromStr, time::Duration};

use bytesize::ByteSize;
use reqwest::Url;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    http_client,
    policy::{
        Rate, RateError,
        duration::{EXPECTED, PositiveDuration},
        text,
    },
};

pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let PositiveDuration(duration) = text::deserialize(deserializer, EXPECTED)?;
    Ok(duration)
}

pub(super) fn some_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}

/// A size larger than 0.
struct PositiveSize(ByteSize);

impl FromStr for PositiveSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<ByteSize>() {
            Ok(ByteSize(0)) => Err("a size must be larger than 0".to_owned()),
            Ok(size) => Ok(Self(size)),
            Err(_) => Err(format!("`{text}` is not a size; write one such as \"64KiB\" or \"4MiB\"")),
        }
    }
}

pub(super) fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ByteSize, D::Error> {
    let PositiveSize(size) = text::deserialize(deserializer, "a size such as \"64KiB\" or \"4MiB\"")?;
    Ok(size)
}

pub(super) fn some_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ByteSize>, D::Error> {
    size(deserializer).map(Some)
}

pub(super) fn size_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^[0-9]", "examples": ["64KiB", "4MiB"] })
}

/// How many requests of somebody are answered in how much time.
struct RequestRate(Rate);

impl FromStr for RequestRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|error: RateError| match error {
            RateError::Zero => "a rate of 0 lets no request pass".to_owned(),
            RateError::Malformed(_) => error.to_string(),
        })
    }
}

pub(super) fn rate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rate, D::Error> {
    let RequestRate(rate) = text::deserialize(deserializer, "a rate such as \"600/min\"")?;
    Ok(rate)
}

/// An address to listen at.
struct Listen(SocketAddr);

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The one name that means the same everywhere.
        let numeric = text.replacen("localhost:", "127.0.0.1:", 1);
        let malformed = || format!("`{text}` is not an address and a port; write them like \"127.0.0.1:8931\"");
        numeric.parse().map(Self).map_err(|_| malformed())
    }
}

pub(super) fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let Listen(address) = text::deserialize(deserializer, "an address and a port such as \"127.0.0.1:8931\"")?;
    Ok(Some(address))
}

pub(super) fn listen_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": ":[0-9]+$", "examples": ["127.0.0.1:8931", "[::1]:8931"] })
}

/// Names of hosts, in lower case.
pub(super) fn hosts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let hosts = Vec::<String>::deserialize(deserializer)?;
    let host = |text: String| match Url::parse(&format!("http://{text}/")) {
        Ok(url) if url.path() == "/" && url.query().is_none() && url.username().is_empty() && !text.contains('/') => {
            Ok(text.to_ascii_lowercase())
        }
        _ => Err(D::Error::custom(format!("`{text}` is not a host; write it like \"mcp.example.com\""))),
    };
    hosts.into_iter().map(host).collect()
}

/// Origins as browsers send them: `https://app.example.com`, in lower case and without a port that is the scheme's own.
pub(super) fn origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let origins = Vec::<String>::deserialize(deserializer)?;
    let origin = |text: String| match Url::parse(&text) {
        Ok(url) if http_client::is_web(&url) && url.path() == "/" && url.query().is_none() && !text.ends_with('/') => {
            Ok(url.origin().ascii_serialization())
        }
        _ => Err(D::Error::custom(format!("`{text}` is not an origin; write it like \"https://app.example.com\""))),
    };
    origins.into_iter().map(origin).collect()
}

/// An amount of money, not negative.
pub(super) fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let amount = f64::deserialize(deserializer)?;
    let is_amount = amount.is_finite() && amount >= 0.0;
    if is_amount { Ok(amount) } else { Err(D::Error::custom("not an amount of money; write one such as 2.5")) }
}
