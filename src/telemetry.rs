//! Traces for an OpenTelemetry collector, over OTLP as protobuf in HTTP. A collector's address goes in; a
//! [`tracing_subscriber::Layer`] comes out that sends it the spans of this crate, `request` → `program` → `tool_call`.
//!
//! Nothing waits for the collector: spans queue for a thread of the exporter's own, which sends them in batches; those
//! that have no room are dropped, and a batch that cannot be delivered is lost. The exporter says so in events of the
//! target `opentelemetry_sdk`. The environment variables of the OpenTelemetry specification apply: a secret that the
//! collector wants goes into `OTEL_EXPORTER_OTLP_HEADERS`.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, error::OTelSdkError, trace::SdkTracerProvider};
use reqwest::{Client, Url};
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};

use crate::http_client;

/// What the collector knows us as.
const SERVICE: &str = "codefirst";
/// The targets of this crate's spans begin so.
const OWN_TARGET: &str = env!("CARGO_CRATE_NAME");
const EXPORT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the end waits for the last spans.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The address may hold a secret and is not shown.
    #[error("the collector's address is not an http or https URL")]
    Endpoint,
    #[error("traces need a Tokio runtime")]
    NoRuntime,
    #[error("no HTTP client for the collector")]
    Client(#[source] reqwest::Error),
    #[error("no exporter of traces")]
    Exporter(#[source] opentelemetry_otlp::ExporterBuildError),
    #[error("the last spans may not have been sent")]
    Shutdown(#[source] OTelSdkError),
}

/// The layer, and what ends it. `endpoint` is the collector's base address, such as `http://localhost:4318`; spans go to
/// `/v1/traces` below it. The requests are made on the Tokio runtime around this call.
///
/// Only spans and events of this crate at level info or above pass: those of the exporter's own HTTP client would beget
/// others without end.
pub fn layer<S>(endpoint: &str) -> Result<(impl Layer<S> + use<S>, Guard), TelemetryError>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let runtime = Handle::try_current().map_err(|_| TelemetryError::NoRuntime)?;
    let address = traces_address(endpoint).ok_or(TelemetryError::Endpoint)?;
    let client = http_client::client(&address, EXPORT_TIMEOUT).map_err(TelemetryError::Client)?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(address)
        .with_timeout(EXPORT_TIMEOUT)
        .with_http_client(RuntimeClient { client, runtime })
        .build()
        .map_err(TelemetryError::Exporter)?;
    let resource = Resource::builder()
        .with_service_name(SERVICE)
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
    // Locations would be paths on the machine that built this.
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer(SERVICE))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(Targets::new().with_target(OWN_TARGET, tracing::Level::INFO));
    Ok((layer, Guard { provider }))
}

fn traces_address(endpoint: &str) -> Option<Url> {
    let mut address = Url::parse(endpoint).ok().filter(http_client::is_web)?;
    address.path_segments_mut().ok()?.pop_if_empty().extend(["v1", "traces"]);
    Some(address)
}

/// Ends the export. Without it, spans that still wait are lost when the process ends.
#[must_use]
#[derive(Debug)]
pub struct Guard {
    provider: SdkTracerProvider,
}

impl Guard {
    /// Sends what still waits, for five seconds at most. Spans that end later are dropped.
    pub async fn shutdown(self) -> Result<(), TelemetryError> {
        // It blocks, and the requests that it waits for are made on this runtime.
        let shutdown = move || self.provider.shutdown_with_timeout(SHUTDOWN_PATIENCE);
        let result = tokio::task::spawn_blocking(shutdown).await;
        result
            .unwrap_or_else(|error| Err(OTelSdkError::InternalFailure(error.to_string())))
            .map_err(TelemetryError::Shutdown)
    }
}

/// Makes the exporter's requests on a Tokio runtime: its own thread has none, and the HTTP client needs one.
struct RuntimeClient {
    client: Client,
    runtime: Handle,
}

impl fmt::Debug for RuntimeClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RuntimeClient")
    }
}

#[async_trait]
impl HttpClient for RuntimeClient {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.send_bytes(request).await }).await?
    }
}
