//! Streamable HTTP: [`Connector`] makes rmcp's transport out of an [`HttpConfig`].

use std::{collections::HashMap, error::Error, sync::Arc, time::Duration};

use reqwest::{
    Client, Url,
    header::{HeaderName, HeaderValue},
};
use rmcp::{
    RoleClient,
    service::{ClientInitializeError, ClientLifecycleMode, RunningService, ServiceError, serve_client_with_lifecycle},
    transport::{
        StreamableHttpClientTransport,
        auth::AuthClient,
        streamable_http_client::{StreamableHttpClientTransportConfig, StreamableHttpError},
    },
};

use super::{
    answer::shorten,
    error::StartFailure,
    oauth::{self, CredentialFolder, OAuthError, ProtectedServer},
    ourselves::Ourselves,
};
use crate::{
    config::{HttpConfig, OAuthConfig},
    http_client,
};

/// How many requests are in flight at once; more wait.
const CONCURRENT_REQUESTS: usize = 256;
/// How long the network may take to reach the server.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Connector {
    client: Either,
    server: Arc<str>,
    config: OAuthConfig,
    url: Url,
    headers: HashMap<HeaderName, HeaderValue>,
}

enum Either {
    Plain(Client),
    Authorized(AuthClient<Client>),
}

impl Connector {
    pub(super) async fn new(server: &Arc<str>, config: &HttpConfig) -> Result<Self, StartFailure> {
        let unusable = |message: String| StartFailure::Http { message };
        let url = Url::parse(&config.url).map_err(|error| unusable(format!("its URL cannot be used: {error}")))?;
        let client = http_client::builder(&url)
            .connect_timeout(CONNECT_PATIENCE)
            .build()
            .map_err(|error| unusable(format!("no HTTP client: {error}")))?;
        let mut headers = HashMap::new();
        for (name, value) in &config.headers {
            let place = || format!("the header {name:?} cannot be sent");
            let key: HeaderName = name.parse().map_err(|_| unusable(place()))?;
            let mut value = HeaderValue::from_str(value).map_err(|_| unusable(place()))?;
            value.set_sensitive(true);
            headers.insert(key, value);
        }
        let (server, unconfigured) = (server.clone(), OAuthConfig::default());
        let protected =
            ProtectedServer { name: &server, url: &config.url, config: config.oauth.as_ref().unwrap_or(&unconfigured) };
        let folder = CredentialFolder::of_user(|variable| std::env::var(variable).ok());
        let has_login = folder.as_ref().is_ok_and(|folder| folder.has(&server, &config.url));
        let client = if config.oauth.is_some() || has_login {
            let authorized = match folder {
                Ok(folder) => oauth::client(protected, client, &folder).await,
                Err(error) => Err(error),
            };
            Either::Authorized(authorized.map_err(|error| unusable(error.to_string()))?)
        } else {
            Either::Plain(client)
        };
        Ok(Self { client, config: config.oauth.clone().unwrap_or_default(), server, url, headers })
    }

    /// Shakes hands.
    pub(super) async fn serve(
        &self,
        ourselves: Ourselves,
        lifecycle: ClientLifecycleMode,
    ) -> Result<RunningService<RoleClient, Ourselves>, ClientInitializeError> {
        let config = StreamableHttpClientTransportConfig::with_uri(self.url.as_str())
            .custom_headers(self.headers.clone())
            .max_concurrent_requests(CONCURRENT_REQUESTS)
            // A new session knows nothing of what was said in the old one; the pool starts over instead.
            .reinit_on_expired_session(false);
        match &self.client {
            Either::Plain(client) => {
                let transport = StreamableHttpClientTransport::with_client(client.clone(), config);
                serve_client_with_lifecycle(ourselves, transport, lifecycle).await
            }
            Either::Authorized(client) => {
                let transport = StreamableHttpClientTransport::with_client(client.clone(), config);
                serve_client_with_lifecycle(ourselves, transport, lifecycle).await
            }
        }
    }

    /// What kept the server from being reached, if the network or HTTP did. Says nothing of headers and of the URL: they can be
    /// secrets.
    pub(super) fn start_failure(&self, error: &ClientInitializeError) -> Option<StartFailure> {
        let server = ProtectedServer { name: &self.server, url: self.url.as_str(), config: &self.config };
        match OAuthError::cause(server, error) {
            Some(error) => Some(StartFailure::Http { message: error.to_string() }),
            None => start_failure(error),
        }
    }
}

fn start_failure(error: &ClientInitializeError) -> Option<StartFailure> {
    let ClientInitializeError::TransportError { error, .. } = error else { return None };
    let message = match http_error(error.error.as_ref())? {
        StreamableHttpError::Client(error) => describe(error),
        other => shorten(other.to_string()),
    };
    Some(StartFailure::Http { message })
}

/// What of an error, or of what it was made of, is the transport's own.
fn http_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a StreamableHttpError<reqwest::Error>> {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.find_map(|error| error.downcast_ref())
}

/// What is known of a request that has failed.
pub(super) enum Delivery {
    /// The server has not got it.
    NotMade(String),
    /// It may have got it; others go on.
    Unknown(String),
    /// The whole connection is gone.
    Gone,
}

/// What became of a request that a [`ServiceError`] came of.
pub(super) fn failure(error: &ServiceError) -> Delivery {
    let ServiceError::TransportSend(error) = error else { return Delivery::Gone };
    match http_error(error.error.as_ref()) {
        Some(StreamableHttpError::Client(error)) if error.is_connect() => Delivery::NotMade(describe(error)),
        Some(StreamableHttpError::Client(error)) => Delivery::Unknown(describe(error)),
        Some(StreamableHttpError::SessionExpired) => Delivery::NotMade("it has forgotten the session".to_owned()),
        None | Some(StreamableHttpError::TransportChannelClosed) => Delivery::Gone,
        Some(other) => Delivery::Unknown(shorten(other.to_string())),
    }
}

fn describe(error: &reqwest::Error) -> String {
    if let Some(status) = error.status() {
        return format!("it answers HTTP {}", status.as_u16());
    }
    let mut deepest: &(dyn Error + 'static) = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    let what = if error.is_timeout() { "it does not answer in time" } else { "it cannot be reached" };
    shorten(format!("{what}: {deepest}"))
}
