//! When the alert fires and clears, and whom it tells.

use std::{fmt, time::Duration};

use reqwest::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::http_client;

/// What an embedder decides about the alert. It can be deserialised, and every field has a default.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AlertOptions {
    /// The share of requests that fall back, from 0 to 1, above which the alert fires. Default `0.1`.
    #[schemars(range(min = 0, max = 1))]
    pub threshold: f64,
    /// The share below which it clears, of however few requests. Between the two it stays as it is. Default `0.05`.
    #[schemars(range(min = 0, max = 1))]
    pub clear_below: f64,
    /// With fewer requests than this the share means little, and nothing fires. What is firing goes on. Default `20`.
    #[schemars(range(min = 1))]
    pub minimum_sample: usize,
    /// So many requests are looked at, the last ones. Default `100`.
    #[schemars(range(min = 1, max = MAX_WINDOW))]
    pub window: usize,
    /// Requests older than this, in seconds, are not looked at. Default `300`.
    #[schemars(with = "f64", extend("exclusiveMinimum" = 0))]
    #[serde(rename = "window_seconds", deserialize_with = "seconds")]
    pub window_time: Duration,
    /// The address, over HTTP or HTTPS, that an HTTP POST goes to when the alert fires, and when it clears; `${env:NAME}` is
    /// an environment variable. Default: none.
    #[schemars(with = "String")]
    pub webhook: Option<WebhookUrl>,
}

impl Default for AlertOptions {
    fn default() -> Self {
        Self {
            threshold: 0.10,
            clear_below: 0.05,
            minimum_sample: 20,
            window: 100,
            window_time: Duration::from_secs(5 * 60),
            webhook: None,
        }
    }
}

/// Every request in the window is kept.
const MAX_WINDOW: usize = 1_000_000;

impl AlertOptions {
    /// Whether the alert could work like this.
    pub fn validate(&self) -> Result<(), AlertError> {
        let are_ordered = 0.0 < self.clear_below && self.clear_below <= self.threshold && self.threshold < 1.0;
        if !are_ordered {
            return Err(AlertError::Thresholds { threshold: self.threshold, clear_below: self.clear_below });
        }
        if !(1..=MAX_WINDOW).contains(&self.window) || !(1..=self.window).contains(&self.minimum_sample) {
            return Err(AlertError::Window { minimum_sample: self.minimum_sample, window: self.window });
        }
        if self.window_time.is_zero() {
            return Err(AlertError::NoTime);
        }
        Ok(())
    }
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    Duration::try_from_secs_f64(f64::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// The address of a webhook, over HTTP or HTTPS. Any part of it but the host may be a secret, so no more is ever shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct WebhookUrl(Url);

impl WebhookUrl {
    pub fn parse(text: &str) -> Result<Self, AlertError> {
        match Url::parse(text) {
            Ok(url) if http_client::is_web(&url) => Ok(Self(url)),
            // What is wrong with it would say what it is.
            _ => Err(AlertError::WebhookUrl),
        }
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }
}

impl TryFrom<String> for WebhookUrl {
    type Error = AlertError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

/// The host.
impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(http_client::shown(&self.0))
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookUrl({self})")
    }
}

/// Why there can be no such alert.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    #[error(
        "the alert needs 0 < clear_below ≤ threshold < 1, not clear_below = {clear_below}, threshold = {threshold}"
    )]
    Thresholds { threshold: f64, clear_below: f64 },
    #[error(
        "the alert needs 1 ≤ minimum_sample ≤ window ≤ {MAX_WINDOW}, not minimum_sample = {minimum_sample}, \
         window = {window}"
    )]
    Window { minimum_sample: usize, window: usize },
    #[error("the alert needs window_seconds > 0")]
    NoTime,
    #[error("the webhook is not an http or https URL")]
    WebhookUrl,
    #[error("no HTTP client for the webhook")]
    Client(#[source] reqwest::Error),
    #[error("the webhook needs a Tokio runtime")]
    NoRuntime,
}
