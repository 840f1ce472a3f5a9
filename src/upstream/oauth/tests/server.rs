//! [`Server`]: an authorization server and, behind it, an MCP server with one tool, on a loopback port. Every secret that
//! it gives contains [`PLANTED`].

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use reqwest::Url;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool},
    service::RequestContext,
    transport::{StreamableHttpService, streamable_http_server::session::local::LocalSessionManager},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What is in every token, code and secret.
pub(crate) const PLANTED: &str = "planted";
pub(crate) const MACHINE_SECRET: &str = "planted-machine-secret";
const REGISTERED_SECRET: &str = "planted-registered-secret";

type Parameters = BTreeMap<String, String>;

/// How the server differs from a good one.
#[derive(Clone, Debug)]
pub(crate) struct Behaviour {
    /// How long an access token is good.
    pub lifetime_seconds: u64,
    /// How long the token endpoint takes.
    pub delay: Duration,
    pub publishes_metadata: bool,
    pub registers: bool,
    pub gives_registered_secrets: bool,
    pub challenge_methods: &'static str,
    pub token_methods: &'static str,
    /// What the authorization endpoint answers with instead of a code.
    pub denial: Option<&'static str>,
    /// What comes back for the `state`.
    pub state: Option<&'static str>,
    pub issuer: Option<&'static str>,
    /// Where the authorization endpoint is said to be.
    pub authorization_endpoint: Option<&'static str>,
    /// Where clients are said to register.
    pub registration_endpoint: Option<&'static str>,
    /// Says everything it knows in errors of the token endpoint.
    pub is_talkative: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            lifetime_seconds: 3600,
            delay: Duration::ZERO,
            publishes_metadata: true,
            registers: true,
            gives_registered_secrets: false,
            challenge_methods: "S256",
            token_methods: "client_secret_post",
            denial: None,
            state: None,
            issuer: None,
            authorization_endpoint: None,
            registration_endpoint: None,
            is_talkative: false,
        }
    }
}

#[derive(Clone)]
pub(crate) struct Server {
    url: Arc<str>,
    base: Arc<str>,
    behaviour: Arc<Behaviour>,
    state: Arc<Mutex<Known>>,
}

/// What a server knows.
#[derive(Default)]
pub(crate) struct Known {
    given: usize,
    /// By client, its registration.
    pub clients: BTreeMap<String, Value>,
    /// By code, what it was asked for with.
    codes: BTreeMap<String, Parameters>,
    pub access: BTreeSet<String>,
    pub refresh: BTreeSet<String>,
    /// What the token endpoint was asked.
    pub asked: Vec<Parameters>,
    /// What the authorization endpoint was asked.
    pub authorized: Vec<Parameters>,
    /// How many requests for tokens were refused.
    pub refused: usize,
    /// Whether the token endpoint is out of order.
    pub refuses_all: bool,
}

impl Known {
    fn secret(&mut self, kind: &str) -> String {
        self.given += 1;
        format!("{PLANTED}-{kind}-{}", self.given)
    }

    /// The grants that tokens were asked for by.
    pub fn grants(&self) -> Vec<&str> {
        self.asked.iter().map(|asked| asked["grant_type"].as_str()).collect()
    }
}

impl Server {
    pub async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = Self {
            url: format!("{base}/mcp").into(),
            base: base.into(),
            behaviour: Arc::new(behaviour),
            state: Arc::default(),
        };
        let mcp =
            StreamableHttpService::new(|| Ok(Notes), Arc::new(LocalSessionManager::default()), Default::default());
        let mut router = Router::new().route_service("/mcp", mcp);
        router = router.layer(middleware::from_fn_with_state(server.clone(), bearer));
        if server.behaviour.publishes_metadata {
            router = router
                .route("/.well-known/oauth-protected-resource/mcp", get(resource))
                .route("/.well-known/oauth-authorization-server", get(metadata))
                .route("/register", post(register))
                .route("/authorize", get(authorize))
                .route("/token", post(token));
        }
        let router = router.with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        server
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn known(&self) -> MutexGuard<'_, Known> {
        self.state.lock().unwrap()
    }

    fn tokens(&self, with_refresh: bool, scope: Option<&String>) -> Response {
        let mut known = self.known();
        let access = known.secret("access");
        known.access.insert(access.clone());
        let mut answer = json!({"access_token": access, "token_type": "Bearer", "expires_in": self.behaviour.lifetime_seconds,
            "id_token": format!("{PLANTED}-id")});
        if with_refresh {
            let refresh = known.secret("refresh");
            known.refresh.insert(refresh.clone());
            answer["refresh_token"] = refresh.into();
        }
        if let Some(scope) = scope {
            answer["scope"] = scope.as_str().into();
        }
        Json(answer).into_response()
    }

    fn refuse(&self, error: &str, asked: &Parameters) -> Response {
        self.known().refused += 1;
        let mut answer = json!({"error": error});
        if self.behaviour.is_talkative {
            answer["error_description"] = format!("\u{1b}[31m{asked:?}").into();
        }
        (StatusCode::BAD_REQUEST, Json(answer)).into_response()
    }
}

async fn resource(State(server): State<Server>) -> Response {
    Json(json!({"resource": &*server.url, "authorization_servers": [&*server.base], "scopes_supported": ["notes"]}))
        .into_response()
}

async fn metadata(State(server): State<Server>) -> Response {
    let (base, behaviour) = (&server.base, &server.behaviour);
    let authorization = format!("{base}/authorize");
    let mut metadata = json!({
        "issuer": &**base,
        "authorization_endpoint": behaviour.authorization_endpoint.unwrap_or(&authorization),
        "token_endpoint": format!("{base}/token"),
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": [behaviour.challenge_methods],
        "token_endpoint_auth_methods_supported": [behaviour.token_methods],
        "scopes_supported": ["notes", "offline_access"],
    });
    if behaviour.registers {
        let registration = format!("{base}/register");
        metadata["registration_endpoint"] = behaviour.registration_endpoint.unwrap_or(&registration).into();
    }
    Json(metadata).into_response()
}

async fn register(State(server): State<Server>, Json(client): Json<Value>) -> Response {
    let mut known = server.known();
    let id = format!("client-{}", known.clients.len());
    let mut answer = json!({"client_id": id, "redirect_uris": client["redirect_uris"]});
    if server.behaviour.gives_registered_secrets {
        answer["client_secret"] = REGISTERED_SECRET.into();
    }
    known.clients.insert(id, client);
    (StatusCode::CREATED, Json(answer)).into_response()
}

async fn authorize(State(server): State<Server>, Query(asked): Query<Parameters>) -> Response {
    let mut back = Url::parse(&asked["redirect_uri"]).unwrap();
    let state = server.behaviour.state.unwrap_or(&asked["state"]).to_owned();
    back.query_pairs_mut().append_pair("state", &state);
    let mut known = server.known();
    match server.behaviour.denial {
        Some(denial) => {
            back.query_pairs_mut().append_pair("error", "access_denied").append_pair("error_description", denial);
        }
        None => {
            let code = known.secret("code");
            back.query_pairs_mut().append_pair("code", &code);
            known.codes.insert(code, asked.clone());
        }
    }
    if let Some(issuer) = server.behaviour.issuer {
        back.query_pairs_mut().append_pair("iss", issuer);
    }
    known.authorized.push(asked);
    Redirect::to(back.as_str()).into_response()
}

async fn token(State(server): State<Server>, headers: HeaderMap, body: String) -> Response {
    let asked: Parameters = Url::parse(&format!("http://x/?{body}")).unwrap().query_pairs().into_owned().collect();
    server.known().asked.push(asked.clone());
    tokio::time::sleep(server.behaviour.delay).await;
    // Basic authentication as a client library writes it: `machine:planted-machine-secret`.
    let basic = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    let is_machine = asked.get("client_secret").is_some_and(|secret| secret == MACHINE_SECRET)
        || basic.as_deref() == Some("Basic bWFjaGluZTpwbGFudGVkLW1hY2hpbmUtc2VjcmV0");
    let is_secretive = server.behaviour.gives_registered_secrets;
    let is_registered = !is_secretive || asked.get("client_secret").is_some_and(|secret| secret == REGISTERED_SECRET);
    if server.known().refuses_all {
        return server.refuse("temporarily_unavailable", &asked);
    }
    if asked["resource"] != *server.url {
        return server.refuse("invalid_target", &asked);
    }
    match asked["grant_type"].as_str() {
        "client_credentials" if is_machine => server.tokens(false, asked.get("scope")),
        "authorization_code" if is_registered => {
            let Some(authorized) = server.known().codes.remove(&asked["code"]) else {
                return server.refuse("invalid_grant", &asked);
            };
            let verifier = PkceCodeVerifier::new(asked["code_verifier"].clone());
            let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
            let is_same = ["client_id", "redirect_uri"].iter().all(|name| asked[*name] == authorized[*name]);
            if authorized["code_challenge"] != challenge.as_str() || !is_same {
                return server.refuse("invalid_grant", &asked);
            }
            server.tokens(true, authorized.get("scope"))
        }
        "refresh_token" if is_registered => {
            // Each is good once.
            if !server.known().refresh.remove(&asked["refresh_token"]) {
                return server.refuse("invalid_grant", &asked);
            }
            server.tokens(true, None)
        }
        _ => server.refuse("invalid_client", &asked),
    }
}

/// Lets only those through who have a token.
async fn bearer(State(server): State<Server>, request: Request, next: Next) -> Response {
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
    if !server.behaviour.publishes_metadata || token.is_some_and(|token| server.known().access.contains(token)) {
        return next.run(request).await;
    }
    let base = &server.base;
    let challenge = format!("Bearer resource_metadata=\"{base}/.well-known/oauth-protected-resource/mcp\"");
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}

/// The MCP server.
#[derive(Clone)]
struct Notes;

impl ServerHandler for Notes {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(vec![Tool::new("read_notes", "Read notes", serde_json::Map::new())]))
    }
}
