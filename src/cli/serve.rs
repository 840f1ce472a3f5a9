//! `codefirst serve`: the gateway.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use clap::{Parser, ValueEnum};
use tokio::{net::TcpListener, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

use super::check::find_compiler;
use crate::{
    activity::{Activity, ActivityOptions},
    alert::FallbackRate,
    audit::{Audit, AuditOptions},
    cache::{Cache, CacheOptions},
    config::{CheckName, Config, FallbackName, GatewayMode, LimitSettings, SessionMode, Settings},
    executor::Executor,
    format::visible,
    gateway::{
        self, Gateway, GatewayOptions,
        http::{
            Operations,
            access::{Access, AccessOptions, Credential, bind_check},
        },
    },
    metrics,
    observations::Observations,
    program::check::{CheckMode, Compiler},
    redact::Redactor,
    router::{FallbackPolicy, Price, Router},
    sandbox::{Isolation, Limits, ProcessOptions},
    upstream::{Pool, PoolHost, ServerOptions},
};

/// How long requests may take to end once the gateway is asked to.
const DRAIN_PATIENCE: Duration = Duration::from_secs(30);

/// How long given answers may take to be written.
const FLUSH_TIME: Duration = Duration::from_millis(200);
/// How long connections may take to end after that.
const CLOSE_PATIENCE: Duration = Duration::from_secs(5);

/// Put the gateway between an MCP client and its servers
///
/// An MCP server itself: its clients find tools with search_tools and call them from TypeScript programs with execute_code,
/// instead of reading every definition and every intermediate result. With --mode direct they see every tool of every
/// server, with --mode both all of these; resources and prompts are passed through in every mode.
///
/// Without --http it serves the client that has started it, over standard input and output. With --http it serves any number
/// at http://ADDRESS/mcp, with a dashboard at http://ADDRESS/ and metrics at /metrics.
#[derive(Parser)]
#[command(after_help = "Examples:\n  \
    codefirst serve --config mcp.json\n  \
    codefirst serve --config mcp.json --http 127.0.0.1:8931\n  \
    codefirst serve --config mcp.json --settings codefirst.toml --mode both\n  \
    claude mcp add codefirst -- codefirst serve --config /path/to/mcp.json\n\n\
    docs/configuration.md describes both files; codefirst import writes the first from those of your clients.\n\n\
    Exit codes: 0 ended as asked; 1 could not serve; 64 wrong usage.")]
pub struct Arguments {
    /// Servers to call, as Claude Desktop, Claude Code, Cursor and VS Code write them
    #[arg(long, value_name = "MCP.JSON", default_value = "mcp.json")]
    config: PathBuf,
    /// Limits, policy, cache, tokens and the rest [default: codefirst.toml beside the configuration, if there is one]
    #[arg(long, value_name = "CODEFIRST.TOML")]
    settings: Option<PathBuf>,
    /// Serve streamable HTTP here [default: the settings' http.listen; without either, standard input and output]
    #[arg(long, value_name = "ADDRESS")]
    http: Option<SocketAddr>,
    /// Serve standard input and output beside HTTP, and end when that client does
    #[arg(long)]
    stdio: bool,
    /// What clients are shown [default: the settings' gateway.mode, which is code if not set]
    #[arg(long, value_enum)]
    mode: Option<ModeName>,
    /// What outputs look like where a server does not say: a file of `codefirst run --learn`
    #[arg(long, value_name = "FILE")]
    learned: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ModeName {
    /// search_tools, describe_tools, execute_code
    Code,
    /// Every tool of every server
    Direct,
    /// All of these
    Both,
}

impl From<ModeName> for GatewayMode {
    fn from(name: ModeName) -> Self {
        match name {
            ModeName::Code => Self::Code,
            ModeName::Direct => Self::Direct,
            ModeName::Both => Self::Both,
        }
    }
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = Config::load(&arguments.config)?;
    let settings = arguments.settings.clone().or_else(|| beside(&arguments.config));
    let settings = settings.as_deref().map(Settings::load).transpose()?.unwrap_or_default();
    for unmatched in settings.unmatched_servers(&config) {
        eprintln!("warning: {}", visible(&unmatched));
    }
    let observations = match &arguments.learned {
        Some(file) => Observations::load(file)?,
        None => Observations::default(),
    };
    let address = arguments.http.or(settings.http.listen);
    if let Some(address) = address {
        bind_check(address, !settings.http.tokens.is_empty())?;
    }
    // Bound before anything is started, so that a port that is taken costs nothing.
    let listener = match address {
        Some(address) => Some(TcpListener::bind(address).await.with_context(|| format!("cannot listen at {address}"))?),
        None => None,
    };
    let redactor = Arc::new(Redactor::new(secrets(&config, &settings))?);
    let audit = audit(&settings)?;
    let handle = metrics::install()?;
    let pool = start_pool(&config, &settings, redactor.clone());
    let cache = settings.cache.enabled.then(|| Cache::new(cache_options(&settings)));
    let activity = Activity::new(ActivityOptions::default(), {
        let redactor = redactor.clone();
        Arc::new(move |text: &str| redactor.redact(text).into_owned())
    });
    let options = GatewayOptions {
        mode: arguments.mode.map_or(settings.gateway.mode, GatewayMode::from),
        results: settings.gateway.results,
        policy: settings.policy.clone(),
        compiler: compiler(&settings).await?,
        cache: cache.clone(),
        activity: activity.clone(),
        audit: audit.clone(),
        currency: settings.price.as_ref().map(|price| price.currency.clone()),
        metrics: Box::new(move || handle.render()),
        observations,
    };
    let executor = Executor::builder().limits(limits(&settings.limits)).isolation(isolation(&settings.limits));
    let mut router = Router::builder(executor.build(), Arc::new(PoolHost::new(pool.clone())), gateway::no_rulings())
        .fallback(fallback(settings.fallback.policy))
        .fallback_rate(FallbackRate::new(settings.alert.clone())?);
    if let Some(cache) = cache {
        router = router.cache(cache);
    }
    if let Some(price) = &settings.price {
        let (input_per_million, output_per_million) = (price.input_per_million, price.output_per_million);
        router = router.price(Price { input_per_million, output_per_million });
    }
    let gateway = Gateway::start(pool.clone(), router, options)?;

    let shutdown = CancellationToken::new();
    let message_limit = usize::try_from(settings.http.max_body.as_u64()).unwrap_or(usize::MAX);
    let mut serving = JoinSet::new();
    if arguments.stdio || listener.is_none() {
        let (gateway, shutdown) = (gateway.clone(), shutdown.child_token());
        serving.spawn(async move {
            let (read, write) = (tokio::io::stdin(), tokio::io::stdout());
            Ok(gateway::serve_lines(&gateway, read, write, message_limit, shutdown).await?)
        });
    }
    if let Some(listener) = listener {
        let bound = listener.local_addr()?;
        let access = Access::new(access_options(&settings, bound));
        let max_sessions = settings.http.max_sessions.get();
        let service = gateway::http_service(gateway.clone(), message_limit, max_sessions, shutdown.child_token());
        let app = gateway::http::router(Operations::new(access, activity, gateway.clone()), service);
        eprintln!("serving http://{bound}/mcp; dashboard at http://{bound}/");
        let shutdown = shutdown.child_token();
        serving.spawn(async move {
            gateway::serve_http(listener, app, shutdown).await;
            anyhow::Ok(())
        });
    }
    // A client that has started us and leaves takes us with it.
    let served = tokio::select! {
        served = serving.join_next() => served.transpose()?.unwrap_or(Ok(())),
        () = asked_to_end() => Ok(()),
    };
    tokio::select! {
        () = gateway.drain(DRAIN_PATIENCE) => {}
        () = asked_to_end() => eprintln!("ending at once"),
    }
    // The last answers have been given, and may not have been sent.
    tokio::time::sleep(FLUSH_TIME).await;
    shutdown.cancel();
    gateway.end().await;
    let _ = timeout(CLOSE_PATIENCE, async { while serving.join_next().await.is_some() {} }).await;
    pool.close().await;
    let audited = match audit {
        Some(audit) => audit.close().await,
        None => Ok(()),
    };
    served?;
    audited?;
    Ok(ExitCode::SUCCESS)
}

/// The settings beside a configuration, if there are any.
fn beside(config: &Path) -> Option<PathBuf> {
    let settings = config.with_file_name("codefirst.toml");
    settings.exists().then(|| {
        eprintln!("settings: {}", settings.display());
        settings
    })
}

/// Returns when somebody asks the process to end.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // An error is that it cannot be waited for; then the process is ended otherwise.
    let _ = tokio::signal::ctrl_c().await;
}

/// What must not be shown.
fn secrets(config: &Config, settings: &Settings) -> impl Iterator<Item = String> {
    let of_servers = config.servers.iter().flat_map(|server| server.secrets());
    of_servers.chain(settings.http.tokens.iter().map(|token| token.token.expose().to_owned()))
}

fn audit(settings: &Settings) -> anyhow::Result<Option<Arc<Audit>>> {
    let Some(path) = &settings.audit.path else { return Ok(None) };
    let mut options = AuditOptions::new(path);
    options.max_size = settings.audit.max_size.unwrap_or(options.max_size);
    options.keep = settings.audit.keep.unwrap_or(options.keep);
    Ok(Some(Arc::new(Audit::open(options)?)))
}

fn start_pool(config: &Config, settings: &Settings, redactor: Arc<Redactor>) -> Arc<Pool> {
    let builder = Pool::builder().redactor(redactor);
    let add = |builder: crate::upstream::PoolBuilder, server: &crate::config::ServerConfig| {
        let of_server = settings.server(&server.name);
        let options = ServerOptions {
            start_timeout: of_server.start_timeout,
            call_timeout: of_server.call_timeout,
            own_sessions: of_server.session == SessionMode::Own,
        };
        builder.server(server, options)
    };
    config.servers.iter().fold(builder, add).start()
}

fn cache_options(settings: &Settings) -> CacheOptions {
    let default = CacheOptions::default();
    CacheOptions {
        capacity: settings.cache.capacity.unwrap_or(default.capacity),
        ttl: settings.cache.ttl.unwrap_or(default.ttl),
    }
}

fn limits(settings: &LimitSettings) -> Limits {
    let default = Limits::default();
    Limits {
        wall: settings.wall.unwrap_or(default.wall),
        cpu: settings.cpu.unwrap_or(default.cpu),
        memory: settings.memory.unwrap_or(default.memory),
        result: settings.result.unwrap_or(default.result),
        console: settings.console.unwrap_or(default.console),
        calls: settings.calls.unwrap_or(default.calls),
        in_flight: settings.in_flight.map_or(default.in_flight, Into::into),
    }
}

fn isolation(settings: &LimitSettings) -> Isolation {
    match Isolation::default() {
        Isolation::Process(default) => Isolation::Process(ProcessOptions {
            concurrent: settings.concurrent.map_or(default.concurrent, Into::into),
            queue: settings.queue.unwrap_or(default.queue),
            ..default
        }),
        Isolation::Thread => Isolation::Thread,
    }
}

fn fallback(name: FallbackName) -> FallbackPolicy {
    match name {
        FallbackName::Never => FallbackPolicy::Never,
        FallbackName::Replay => FallbackPolicy::Replay,
        FallbackName::BeforeFirstWrite => FallbackPolicy::BeforeFirstWrite,
    }
}

/// Whether programs are checked, and with what.
async fn compiler(settings: &Settings) -> anyhow::Result<Option<(Compiler, CheckMode)>> {
    let check = &settings.check;
    if check.mode == Some(CheckName::Off) {
        return Ok(None);
    }
    match find_compiler(check.tsc.as_deref()).await {
        Ok(compiler) => {
            let mode = if check.mode == Some(CheckName::Require) { CheckMode::Require } else { CheckMode::Warn };
            Ok(Some((compiler, mode)))
        }
        Err(error) if check.mode == Some(CheckName::Require) => {
            Err(anyhow::Error::from(error).context("programs' types cannot be checked, as [check] requires"))
        }
        Err(error) => {
            if check.mode.is_some() || check.tsc.is_some() {
                eprintln!("note: types are not checked: {error}");
            }
            Ok(None)
        }
    }
}

fn access_options(settings: &Settings, bound: SocketAddr) -> AccessOptions {
    let http = &settings.http;
    let credential = |token: &crate::config::AccessToken| Credential {
        principal: token.principal.clone(),
        token: token.token.expose().to_owned(),
        is_operator: token.operator,
    };
    AccessOptions {
        credentials: http.tokens.iter().map(credential).collect(),
        bound,
        allowed_hosts: http.allowed_hosts.clone(),
        allowed_origins: http.allowed_origins.clone(),
        rate: Some(http.rate),
        max_body: http.max_body,
    }
}
