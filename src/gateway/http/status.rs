//! What the surface shows of the gateway beside its requests: the port [`Status`], which the gateway implements.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::tokens::Tokens;

/// How the gateway is, at this moment. Texts may quote servers; they are redacted before anybody sees them.
pub trait Status: Send + Sync {
    /// What clients are offered: `code`, `direct` or `both`.
    fn mode(&self) -> &'static str;

    /// The upstreams, sorted by name.
    fn servers(&self) -> Vec<ServerStatus>;

    /// `None` where nothing is cached.
    fn cache(&self) -> Option<CacheStatus>;

    fn fallback(&self) -> FallbackStatus;

    fn savings(&self) -> SavingsStatus;

    /// `None` where no audit log is kept.
    fn audit(&self) -> Option<AuditStatus>;

    /// Whether every upstream has been tried once.
    fn is_ready(&self) -> bool;

    /// The exposition for Prometheus.
    fn render_metrics(&self) -> String;
}

/// An upstream.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServerStatus {
    pub name: Arc<str>,
    pub state: ServerState,
    /// How many tools it has, as far as is known.
    pub tools: usize,
    /// Why it is not up.
    pub reason: Option<String>,
    /// Since when it is in this state.
    pub since: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerState {
    /// It is being connected to for the first time.
    Starting,
    Up,
    /// It does not answer, and is tried again.
    Down,
}

impl ServerState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// What the cache has been asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct CacheStatus {
    pub hits: u64,
    pub misses: u64,
    /// The share of hits; `None` before the first call.
    pub hit_rate: Option<f64>,
}

/// How the audit log is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AuditStatus {
    /// Whether all that is recorded is written, as far as is known.
    #[serde(rename = "healthy")]
    pub is_healthy: bool,
    /// How many calls are missing from it.
    pub lost: u64,
}

/// How many of the latest programs fell back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct FallbackStatus {
    /// `None` while no request is recent.
    pub rate: Option<f64>,
    /// How many recent requests that is out of.
    pub sample: usize,
    /// Above this the alert fires.
    pub threshold: f64,
    #[serde(rename = "firing")]
    pub is_firing: bool,
}

/// What all requests since the start have saved.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SavingsStatus {
    /// Requests that have been counted.
    pub requests: u64,
    /// Requests that were passed over.
    pub skipped: u64,
    /// Tokens that passed through the model.
    pub tokens_passed: Tokens,
    /// Tokens that would have on the direct route.
    pub tokens_direct: Tokens,
    /// The price of the difference, if there is a price list; negative where the code route cost more.
    pub money: Option<f64>,
    /// In what, such as `USD`.
    pub currency: Option<String>,
}

impl SavingsStatus {
    /// Tokens saved; negative where the code route took more.
    pub fn tokens_saved(&self) -> i64 {
        saved(self.tokens_passed, self.tokens_direct)
    }

    /// The share of the tokens that was saved; `None` where there was nothing to save.
    pub fn reduction(&self) -> Option<f64> {
        (self.tokens_direct.0 > 0).then(|| 1.0 - self.tokens_passed.0 as f64 / self.tokens_direct.0 as f64)
    }
}

/// How many tokens fewer.
pub(super) fn saved(passed: Tokens, direct: Tokens) -> i64 {
    let difference = i128::from(direct.0) - i128::from(passed.0);
    i64::try_from(difference).unwrap_or(if difference < 0 { i64::MIN } else { i64::MAX })
}
