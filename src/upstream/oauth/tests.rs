//! OAuth against a server that really has it: discovery, registration, the browser's round trip with PKCE, renewal with
//! rotation, client credentials, and an MCP server behind all that.

#[path = "tests/client_credentials.rs"]
mod client_credentials;
#[path = "tests/logging_in.rs"]
mod logging_in;
#[path = "tests/refusals.rs"]
mod refusals;
#[path = "tests/renewal.rs"]
mod renewal;
#[path = "tests/secrecy.rs"]
mod secrecy;
#[path = "tests/server.rs"]
pub(crate) mod server;
#[path = "tests/store.rs"]
mod store;

use rmcp::{
    RoleClient, ServiceExt,
    service::{ClientInitializeError, RunningService, ServiceError},
    transport::{
        StreamableHttpClientTransport, auth::AuthClient, streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use tempfile::TempDir;

use self::server::{Behaviour, Server};
use super::*;
use crate::{config::Secret, http_client};

type Connected = RunningService<RoleClient, ()>;

/// A server and a folder of its own.
struct Scene {
    server: Server,
    config: OAuthConfig,
    temporary: TempDir,
}

impl Scene {
    async fn new(behaviour: Behaviour) -> Self {
        Self {
            server: Server::start(behaviour).await,
            config: OAuthConfig::default(),
            temporary: tempfile::tempdir().unwrap(),
        }
    }

    /// With a client that has a secret.
    async fn with_client(behaviour: Behaviour) -> Self {
        let mut scene = Self::new(behaviour).await;
        scene.config.client_id = Some("machine".to_owned());
        scene.config.client_secret = Some(Secret::new(server::MACHINE_SECRET));
        scene
    }

    fn protected(&self) -> ProtectedServer<'_> {
        ProtectedServer { name: "notes", url: self.server.url(), config: &self.config }
    }

    fn folder(&self) -> CredentialFolder {
        CredentialFolder::new(self.temporary.path().join("codefirst/credentials"))
    }

    async fn log_in(&self) -> Result<(), OAuthError> {
        let login = Login::start(self.protected(), &self.folder()).await?;
        let address = login.address().to_owned();
        let (finished, _) = tokio::join!(login.finish(), browse(&address));
        finished
    }

    async fn client(&self) -> Result<AuthClient<reqwest::Client>, OAuthError> {
        client(self.protected(), reqwest::Client::new(), &self.folder()).await
    }

    async fn connect(&self) -> Result<Connected, ClientInitializeError> {
        connect(self.server.url(), self.client().await.unwrap()).await
    }

    /// The login as it is stored.
    fn stored(&self) -> Option<serde_json::Value> {
        let files = std::fs::read_dir(self.folder().path()).ok()?;
        let mut files = files.map(|file| file.unwrap().path()).filter(|file| file.extension().unwrap() == "json");
        let file = files.next()?;
        assert_eq!(files.next(), None);
        Some(serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
    }

    fn stored_refresh_token(&self) -> String {
        self.stored().unwrap()["credentials"]["token_response"]["refresh_token"].as_str().unwrap().to_owned()
    }
}

async fn connect(url: &str, client: AuthClient<reqwest::Client>) -> Result<Connected, ClientInitializeError> {
    let config = StreamableHttpClientTransportConfig::with_uri(url);
    ().serve(StreamableHttpClientTransport::with_client(client, config)).await
}

/// Goes where a browser would, and gives the page that it ends at.
async fn browse(address: &str) -> String {
    http_client::install_cryptography();
    reqwest::get(address).await.unwrap().text().await.unwrap()
}

async fn tools(connected: &Connected) -> Result<usize, ServiceError> {
    Ok(connected.list_all_tools().await?.len())
}
