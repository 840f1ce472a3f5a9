//! The gateway as its operators see it.

use std::sync::atomic::Ordering;

use jiff::{SignedDuration, Timestamp};

use super::{
    Gateway,
    http::status::{AuditStatus, CacheStatus, FallbackStatus, SavingsStatus, ServerStatus, Status},
};
use crate::{
    config::GatewayMode,
    upstream::{ServerInfo, ServerState},
};

impl Status for Gateway {
    fn mode(&self) -> &'static str {
        match self.options.mode {
            GatewayMode::Code => "code",
            GatewayMode::Direct => "direct",
            GatewayMode::Both => "both",
        }
    }

    fn servers(&self) -> Vec<ServerStatus> {
        self.pool.servers().into_iter().map(server_status).collect()
    }

    fn cache(&self) -> Option<CacheStatus> {
        let stats = self.options.cache.as_ref()?.stats();
        let (hits, misses) = stats
            .values()
            .fold((0, 0), |(hits, misses), tool| (hits + tool.hits + tool.coalesced, misses + tool.misses));
        let asked = hits + misses;
        Some(CacheStatus { hits, misses, hit_rate: (asked > 0).then(|| hits as f64 / asked as f64) })
    }

    fn fallback(&self) -> FallbackStatus {
        let toolset = self.toolset();
        let rate = toolset.router.fallback_rate();
        let health = rate.health();
        let (sample, is_firing) = (health.sample, health.is_firing);
        FallbackStatus { rate: health.rate, sample, threshold: rate.threshold(), is_firing }
    }

    fn savings(&self) -> SavingsStatus {
        let savings = self.toolset().router.savings();
        SavingsStatus {
            requests: savings.requests,
            skipped: savings.skipped,
            tokens_passed: savings.passed.input + savings.passed.output,
            tokens_direct: savings.direct.input + savings.direct.output,
            money: savings.money,
            currency: savings.money.and(self.options.currency.clone()),
        }
    }

    fn audit(&self) -> Option<AuditStatus> {
        let audit = self.options.audit.as_ref()?;
        Some(AuditStatus { is_healthy: audit.is_healthy(), lost: audit.lost() })
    }

    fn is_ready(&self) -> bool {
        self.pool.is_settled() && self.toolset().is_settled && !self.is_draining.load(Ordering::Relaxed)
    }

    fn render_metrics(&self) -> String {
        // Its gauges are set when it is asked.
        self.toolset().router.fallback_rate().health();
        (self.options.metrics)()
    }
}

fn server_status(server: ServerInfo) -> ServerStatus {
    use super::http::status::ServerState as Shown;
    let (state, reason) = match server.state {
        ServerState::Starting => (Shown::Starting, None),
        ServerState::Ready => (Shown::Up, None),
        ServerState::Down { reason, .. } => (Shown::Down, Some(reason.to_string())),
        ServerState::Closed => (Shown::Down, Some("the gateway is shutting down".to_owned())),
    };
    let since = SignedDuration::try_from(server.since).unwrap_or_default();
    ServerStatus { name: server.name, state, tools: server.tools, reason, since: Timestamp::now() - since }
}
