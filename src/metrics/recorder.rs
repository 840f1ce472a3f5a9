//! The Prometheus recorder with our histograms' buckets and our metrics' descriptions.

use std::{io, thread, time::Duration};

use ::metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
pub use metrics_exporter_prometheus::{PrometheusHandle, PrometheusRecorder};

use super::table::{CACHE_HIT_AGE, Kind, METRICS, REQUEST_TOKENS, Unit};

/// From 10 µs, what a tool call in the host takes at least, to a minute, longer than any program may run.
const DURATIONS: [f64; 21] = [
    0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
    0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];

/// Answers are kept for minutes: 5 by default.
const AGES: [f64; 10] = [1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0];

/// From a question and its answer to more than any model's context holds.
const TOKENS: [f64; 19] = [
    10.0,
    25.0,
    50.0,
    100.0,
    250.0,
    500.0,
    1_000.0,
    2_500.0,
    5_000.0,
    10_000.0,
    25_000.0,
    50_000.0,
    100_000.0,
    250_000.0,
    500_000.0,
    1_000_000.0,
    2_500_000.0,
    5_000_000.0,
    10_000_000.0,
];

/// How often what histograms were given is put into buckets. Until then every value is kept.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    #[error("this process has a recorder of metrics already")]
    AlreadyInstalled,
    #[error("no thread for the upkeep of metrics")]
    NoThread(#[source] io::Error),
}

/// A recorder that knows our metrics, and the handle to render what it has recorded.
///
/// Whoever uses it calls [`PrometheusHandle::run_upkeep`] or `render` every few seconds, since histograms keep every
/// value until then. [`install`] sees to that. Before each `render` it calls
/// [`FallbackRate::health`](crate::alert::FallbackRate::health): time alone can end an episode and empty the window,
/// but the gauges are only told there or when the next request comes.
pub fn recorder() -> (PrometheusRecorder, PrometheusHandle) {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(CACHE_HIT_AGE.name.to_owned()), &AGES)
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Full(REQUEST_TOKENS.name.to_owned()), &TOKENS))
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &DURATIONS))
        // It fails only where there are no buckets.
        .unwrap_or_default()
        .build_recorder();
    ::metrics::with_local_recorder(&recorder, describe);
    let handle = recorder.handle();
    (recorder, handle)
}

/// Makes a [`recorder`] the one of this process, and keeps it in order on a thread of its own for as long as the
/// process lives.
///
/// Whoever shows what the handle renders calls [`FallbackRate::health`](crate::alert::FallbackRate::health) first, as
/// for a [`recorder`].
pub fn install() -> Result<PrometheusHandle, InstallError> {
    let (recorder, handle) = recorder();
    ::metrics::set_global_recorder(recorder).map_err(|_| InstallError::AlreadyInstalled)?;
    let own = handle.clone();
    let upkeep = move || {
        loop {
            thread::sleep(UPKEEP_INTERVAL);
            own.run_upkeep();
        }
    };
    thread::Builder::new().name("metrics-upkeep".into()).spawn(upkeep).map_err(InstallError::NoThread)?;
    Ok(handle)
}

/// Tells the current recorder what our metrics are. [`recorder`] has been told.
pub fn describe() {
    for metric in METRICS {
        let (name, help) = (metric.name, metric.help);
        let unit = match metric.unit {
            Unit::Seconds => Some(::metrics::Unit::Seconds),
            Unit::Bytes => Some(::metrics::Unit::Bytes),
            Unit::Count | Unit::Tokens => Some(::metrics::Unit::Count),
            Unit::Ratio | Unit::Flag | Unit::Money => None,
        };
        match (metric.kind, unit) {
            (Kind::Counter, Some(unit)) => describe_counter!(name, unit, help),
            (Kind::Counter, None) => describe_counter!(name, help),
            (Kind::Gauge, Some(unit)) => describe_gauge!(name, unit, help),
            (Kind::Gauge, None) => describe_gauge!(name, help),
            (Kind::Histogram, Some(unit)) => describe_histogram!(name, unit, help),
            (Kind::Histogram, None) => describe_histogram!(name, help),
        }
    }
}
