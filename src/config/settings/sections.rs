//! The sections of `codefirst.toml`, each with its keys. Their comments are the documentation: the JSON Schema and
//! `docs/configuration.md` have them from here.
//!
//! Where a setting is `None`, what it is about has a default of its own, which the comment names.

use std::{
    net::SocketAddr,
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{super::Secret, values};
use crate::{
    host::Principal,
    policy::{Rate, duration},
};

/// `[gateway]`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct GatewaySettings {
    /// What clients are shown: `"code"`, three tools to find others and to run programs that call them; `"direct"`, every
    /// tool of every server; or `"both"`. Default `"code"`.
    pub mode: GatewayMode,
    /// How the result of a program is given: `"text"`, which every client shows its model; or `"structured"`, an object or an
    /// array as `structuredContent`, for clients that read it. Never both. Default `"text"`.
    pub results: ResultForm,
}

/// How the result of a program is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResultForm {
    /// As text.
    #[default]
    Text,
    /// An object or an array as `structuredContent`, anything else as text.
    Structured,
}

/// What clients are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GatewayMode {
    /// Three tools: to find tools, to describe them, and to run a program that calls them.
    #[default]
    Code,
    /// Every tool of every server, by itself.
    Direct,
    /// All of these.
    Both,
}

/// `[http]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct HttpSettings {
    /// The address and port to serve at, such as `"127.0.0.1:8931"`. One that others can reach needs a token. Default: HTTP is
    /// served only where the command line asks for it.
    #[serde(deserialize_with = "values::listen")]
    #[schemars(schema_with = "values::listen_schema")]
    pub listen: Option<SocketAddr>,
    /// Names of hosts that requests may be for, beside those of this machine; a request for another is refused, as one that a
    /// web page has tricked a browser into. Default `[]`.
    #[serde(deserialize_with = "values::hosts")]
    pub allowed_hosts: Vec<String>,
    /// Origins of web pages that may make requests, such as `"https://app.example.com"`. Default `[]`.
    #[serde(deserialize_with = "values::origins")]
    pub allowed_origins: Vec<String>,
    /// How large a request may be. Default `"4MiB"`.
    #[serde(deserialize_with = "values::size")]
    #[schemars(schema_with = "values::size_schema")]
    pub max_body: ByteSize,
    /// How many sessions there are at once. Default `1000`.
    #[schemars(range(min = 1))]
    pub max_sessions: NonZeroUsize,
    /// How many requests of each principal are answered in how much time: units are `s`, `min` and `h`. Default `"600/min"`.
    #[serde(deserialize_with = "values::rate")]
    pub rate: Rate,
    /// Who may make requests. Default `[]`: whoever can reach the address.
    pub tokens: Vec<AccessToken>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        let rate = Rate { calls: NonZeroU32::MIN.saturating_add(599), period: crate::policy::Period::Minute };
        Self {
            listen: None,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            max_body: ByteSize::mib(4),
            max_sessions: NonZeroUsize::MIN.saturating_add(999),
            rate,
            tokens: Vec::new(),
        }
    }
}

/// `[[http.tokens]]`: one that a client shows, and who that client is then.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table with `principal` and `token`")]
pub struct AccessToken {
    /// On whose behalf requests with this token are made. Several tokens may have the same.
    #[schemars(with = "String", length(min = 1))]
    pub principal: Principal,
    /// What the client sends as its bearer token: at least 16 letters, digits and signs. `${env:NAME}` is an environment
    /// variable, so that the token need not stand here.
    #[schemars(with = "String")]
    pub token: Secret,
    /// Whether the dashboard and the statistics show what others have run, or only this principal's own. Default `false`.
    #[serde(default)]
    pub operator: bool,
}

/// `[limits]`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct LimitSettings {
    /// How long a program may take from the request on, waiting for tools included. Default `"30s"`.
    #[serde(deserialize_with = "values::some_duration")]
    #[schemars(schema_with = "duration::schema")]
    pub wall: Option<Duration>,
    /// How long a program may compute; waiting does not count. Default `"10s"`.
    #[serde(deserialize_with = "values::some_duration")]
    #[schemars(schema_with = "duration::schema")]
    pub cpu: Option<Duration>,
    /// How much memory a program may take. Default `"512MiB"`.
    #[serde(deserialize_with = "values::some_size")]
    #[schemars(schema_with = "values::size_schema")]
    pub memory: Option<ByteSize>,
    /// How large a program's result may be. Default `"64KiB"`.
    #[serde(deserialize_with = "values::some_size")]
    #[schemars(schema_with = "values::size_schema")]
    pub result: Option<ByteSize>,
    /// How much a program may print. Default `"64KiB"`.
    #[serde(deserialize_with = "values::some_size")]
    #[schemars(schema_with = "values::size_schema")]
    pub console: Option<ByteSize>,
    /// How many tool calls a program may make. Default `1000`.
    pub calls: Option<u32>,
    /// How many tool calls of a program are in flight at once; more wait for their turn. Default `16`.
    #[schemars(range(min = 1))]
    pub in_flight: Option<NonZeroU32>,
    /// How many programs run at once. Default: four for each processor.
    #[schemars(range(min = 1))]
    pub concurrent: Option<NonZeroUsize>,
    /// How many programs wait for their turn; one more is refused. Default `1000`.
    pub queue: Option<usize>,
}

/// `[cache]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct CacheSettings {
    /// Whether answers are kept at all. Of which tools, `[policy]` says. Default `true`.
    pub enabled: bool,
    /// How long answers are kept where `[policy]` says nothing else. Default `"5m"`.
    #[serde(deserialize_with = "values::some_duration")]
    #[schemars(schema_with = "duration::schema")]
    pub ttl: Option<Duration>,
    /// How much memory all kept answers together may take. Default `"256MiB"`.
    #[serde(deserialize_with = "values::some_size")]
    #[schemars(schema_with = "values::size_schema")]
    pub capacity: Option<ByteSize>,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self { enabled: true, ttl: None, capacity: None }
    }
}

/// `[fallback]`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct FallbackSettings {
    /// Whether a request's planned calls are made where its program failed: `"never"`; `"replay"`, with the calls that the
    /// program has completed answered from its journal, never made again; `"before_first_write"`, only if no call can have
    /// changed anything. Default `"replay"`.
    pub policy: FallbackName,
}

/// Whether requests whose program failed may take the direct route, in the words of `codefirst.toml`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FallbackName {
    /// They may not.
    Never,
    /// With the calls that the program has completed answered from its journal.
    #[default]
    Replay,
    /// Only if no call can have changed anything.
    BeforeFirstWrite,
}

/// `[price]`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct Price {
    /// What a million tokens that the model reads cost.
    #[serde(deserialize_with = "values::amount")]
    #[schemars(range(min = 0))]
    pub input_per_million: f64,
    /// What a million tokens that the model writes cost.
    #[serde(deserialize_with = "values::amount")]
    #[schemars(range(min = 0))]
    pub output_per_million: f64,
    /// The currency of both, as it is shown. Default `"USD"`.
    #[serde(default = "dollars")]
    pub currency: String,
}

fn dollars() -> String {
    "USD".to_owned()
}

/// `[audit]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct AuditSettings {
    /// The file that a line for each tool call is written to; a relative path begins at this file's folder. Default: no such
    /// log is kept.
    pub path: Option<PathBuf>,
    /// How large the file may grow before a new one is begun. Default `"64MiB"`.
    #[serde(deserialize_with = "values::some_size")]
    #[schemars(schema_with = "values::size_schema")]
    pub max_size: Option<ByteSize>,
    /// How many older files are kept. Default `8`.
    pub keep: Option<usize>,
}

/// `[check]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct CheckSettings {
    /// What a check of a program's types decides: `"off"`, nothing is checked; `"warn"`, errors are shown beside the result;
    /// `"require"`, a program with errors is not run, and none is run unchecked. Default: `"warn"` where a compiler is found,
    /// otherwise `"off"`.
    pub mode: Option<CheckName>,
    /// TypeScript's native compiler, 7 or newer; a relative path begins at this file's folder. Default: the one in
    /// `node_modules`, then the one on `PATH`.
    pub tsc: Option<PathBuf>,
}

/// What a check of types decides, in the words of `codefirst.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// Nothing: there is none.
    Off,
    /// What is shown beside a program's result.
    Warn,
    /// Whether the program runs.
    Require,
}

/// `[servers.<name>]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct ServerSettings {
    /// `"shared"`, one connection for all clients; or `"own"`, one for each session of a client, for servers that remember what
    /// was said before. Default `"shared"`.
    pub session: SessionMode,
    /// How long the server may take to start, or to be reached. Default `"30s"`.
    #[serde(deserialize_with = "values::duration")]
    #[schemars(schema_with = "duration::schema")]
    pub start_timeout: Duration,
    /// How long a call may take where `[policy]` says nothing else. Default `"30s"`.
    #[serde(deserialize_with = "values::duration")]
    #[schemars(schema_with = "duration::schema")]
    pub call_timeout: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        let half_a_minute = Duration::from_secs(30);
        Self { session: SessionMode::Shared, start_timeout: half_a_minute, call_timeout: half_a_minute }
    }
}

/// Whose connection to a server is whose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionMode {
    /// There is one, for all.
    #[default]
    Shared,
    /// Each session of a client has its own.
    Own,
}
