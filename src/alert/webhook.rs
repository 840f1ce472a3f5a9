//! Tells a webhook that the alert fires or has cleared.
//! Messages go out in order, on a task of their own that ends when the [`Webhook`] is dropped and nothing is waiting.

use std::{collections::BTreeMap, error::Error, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use reqwest::{Client, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;
use tokio::{runtime::Handle, sync::mpsc};

use super::{AlertError, WebhookUrl, window::Transition};
use crate::{
    http_client,
    metrics::{self, WebhookResult},
};

const ALERT: &str = "codefirst_fallback_rate";
/// So many messages wait for those before them; further ones are dropped.
pub(super) const MAX_WAITING: usize = 8;

pub(super) struct Webhook {
    queue: mpsc::Sender<Message>,
}

/// How hard delivery is tried.
#[derive(Clone, Copy)]
pub(super) struct Persistence {
    pub(super) attempts: usize,
    pub(super) attempt_timeout: Duration,
    /// Doubled after every attempt, with up to as much again at random.
    pub(super) first_pause: Duration,
}

impl Default for Persistence {
    fn default() -> Self {
        Self { attempts: 5, attempt_timeout: Duration::from_secs(5), first_pause: Duration::from_secs(1) }
    }
}

impl Persistence {
    pub(super) fn pauses(self) -> ExponentialBuilder {
        ExponentialBuilder::default()
            .with_min_delay(self.first_pause)
            .with_factor(2.0)
            .with_jitter()
            .with_max_times(self.attempts - 1)
    }
}

#[derive(Debug, Serialize)]
struct Message {
    alert: &'static str,
    state: State,
    rate: Option<f64>,
    threshold: f64,
    sample: usize,
    kinds: BTreeMap<&'static str, usize>,
    at: String,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Firing,
    Resolved,
}

impl Webhook {
    pub(super) fn start(url: WebhookUrl, persistence: Persistence) -> Result<Self, AlertError> {
        let runtime = Handle::try_current().map_err(|_| AlertError::NoRuntime)?;
        let client = http_client::client(url.url(), persistence.attempt_timeout).map_err(AlertError::Client)?;
        let (queue, mut waiting) = mpsc::channel(MAX_WAITING);
        runtime.spawn(async move {
            while let Some(message) = waiting.recv().await {
                deliver(&client, &url, persistence, &message).await;
            }
        });
        Ok(Self { queue })
    }

    /// Never waits: where too much is waiting, the message is dropped and counted. Says whether it was not.
    pub(super) fn send(&self, transition: &Transition, threshold: f64) -> bool {
        let health = transition.health;
        let message = Message {
            alert: ALERT,
            state: if health.is_firing { State::Firing } else { State::Resolved },
            rate: health.rate,
            threshold,
            sample: health.sample,
            kinds: transition.kinds.clone(),
            at: format!("{:.3}", jiff::Timestamp::now()),
        };
        let has_room = self.queue.try_send(message).is_ok();
        if !has_room {
            metrics::webhook_finished(WebhookResult::Dropped);
        }
        has_room
    }
}

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("it answered {0}")]
    Status(StatusCode),
    /// The error must not name the address.
    #[error("it could not be reached: {}", root_cause(.0))]
    Unreachable(reqwest::Error),
}

/// What went wrong at the bottom: `connection refused` rather than `error sending request`.
fn root_cause(error: &reqwest::Error) -> &dyn Error {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}

impl Refusal {
    fn is_passing(&self) -> bool {
        match self {
            Self::Status(status) => {
                status.is_server_error()
                    || matches!(*status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)
            }
            Self::Unreachable(_) => true,
        }
    }
}

async fn deliver(client: &Client, url: &WebhookUrl, persistence: Persistence, message: &Message) {
    let attempt = || async {
        // A message is plain data: it always has a JSON text.
        let body = serde_json::to_vec(message).unwrap_or_default();
        let request = client.post(url.url().clone()).header(CONTENT_TYPE, "application/json").body(body);
        let answer = request.send().await.map_err(|error| Refusal::Unreachable(error.without_url()))?;
        if answer.status().is_success() { Ok(()) } else { Err(Refusal::Status(answer.status())) }
    };
    match attempt.retry(persistence.pauses()).when(Refusal::is_passing).await {
        Ok(()) => metrics::webhook_finished(WebhookResult::Delivered),
        Err(error) => {
            tracing::warn!(webhook = %url, %error, "an alert message could not be delivered");
            metrics::webhook_finished(WebhookResult::Failed);
        }
    }
}
