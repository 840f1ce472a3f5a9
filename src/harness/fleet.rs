//! The servers of one trial: started fresh, connected to, and asked afterwards what was written to them.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use super::{
    scenario::{Instance, OpenWorkspace, ServerSource, ServerSpec, WorkspaceError},
    servers::{self, ServerOptions, Write, WriteLog},
};
use crate::{
    cache::Cache,
    catalog::Catalog,
    config::{ServerConfig, TransportConfig},
    executor::Executor,
    policy::{Policy, Rulings},
    router::{Router, RouterError},
    sandbox::Delivery,
    upstream::{UpstreamError, Upstreams, UpstreamsBuilder},
};

/// Connected servers, with the logs of the built-in ones.
pub struct Fleet {
    pub upstreams: Arc<Upstreams>,
    pub catalog: Catalog,
    rulings: Rulings,
    logs: Vec<(String, Arc<OnceLock<WriteLog>>)>,
    /// Outlives the servers that run in it.
    _workspace: Option<OpenWorkspace>,
}

/// Why there are no servers.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

impl Fleet {
    /// Starts the servers of a scenario, fresh, with the data of the seed.
    pub async fn start(instance: &Instance<'_>) -> Result<Self, FleetError> {
        let servers = &instance.scenario.servers;
        let has_commands = servers.iter().any(|spec| matches!(spec.source, ServerSource::Command { .. }));
        let workspace = has_commands.then(|| instance.scenario.workspace.open()).transpose()?;
        Ok(Self::start_servers(servers, instance.seed, workspace).await?)
    }

    /// Starts every built-in server, as they are without a scenario.
    pub async fn start_built_in() -> Result<Self, UpstreamError> {
        let spec = |name: &&str| ServerSpec {
            name: (*name).to_owned(),
            source: ServerSource::BuiltIn { server: (*name).to_owned(), options: ServerOptions::default() },
        };
        Self::start_servers(&servers::names().iter().map(spec).collect::<Vec<_>>(), 0, None).await
    }

    async fn start_servers(
        specs: &[ServerSpec],
        seed: u64,
        workspace: Option<OpenWorkspace>,
    ) -> Result<Self, UpstreamError> {
        let mut logs = Vec::new();
        let mut builder = Upstreams::builder();
        for spec in specs {
            builder = match &spec.source {
                ServerSource::BuiltIn { server, options } => {
                    let log = Arc::new(OnceLock::new());
                    logs.push((spec.name.clone(), log.clone()));
                    built_in(builder, &spec.name, server.clone(), options.seeded(seed), log)
                }
                ServerSource::Command { command, args, env } => {
                    builder.server(&child(&spec.name, command, args, env, workspace.as_ref()))
                }
            };
        }
        let upstreams = builder.connect().await?;
        let definitions = upstreams.definitions();
        // What the servers of a scenario say of their tools is part of the scenario.
        let rulings = Rulings::new(&Policy::trusting_all(), &definitions);
        Ok(Self {
            upstreams: Arc::new(upstreams),
            catalog: Catalog::new(definitions),
            rulings,
            logs,
            _workspace: workspace,
        })
    }

    /// A router over these servers, whose programs see answers wave by wave.
    pub fn router(&self, cache: Option<Arc<Cache>>) -> Result<Router, RouterError> {
        let executor = Executor::builder().catalog(self.catalog.clone()).delivery(Delivery::WaveByWave).build();
        let router = Router::builder(executor, self.upstreams.clone(), self.rulings.clone());
        match cache {
            Some(cache) => router.cache(cache),
            None => router,
        }
        .build()
    }

    /// The writes that a server has recorded, in order; `None` for a server that keeps no log.
    pub fn writes(&self, server: &str) -> Option<Vec<Write>> {
        self.logs
            .iter()
            .find(|(name, _)| name == server)
            .map(|(_, log)| log.get().map(WriteLog::entries).unwrap_or_default())
    }

    /// The servers that keep a log.
    pub fn logged_servers(&self) -> impl Iterator<Item = &str> {
        self.logs.iter().map(|(name, _)| name.as_str())
    }
}

fn built_in(
    builder: UpstreamsBuilder,
    name: &str,
    server: String,
    options: ServerOptions,
    log: Arc<OnceLock<WriteLog>>,
) -> UpstreamsBuilder {
    builder.in_memory(name, move |stream| async move {
        match servers::serve(&server, &options, stream) {
            Ok(writes) => drop(log.set(writes)),
            // The stream closes, which the client reports.
            Err(error) => tracing::error!(%error, "cannot serve a built-in server"),
        }
    })
}

/// A real server, which runs in the trial's workspace.
fn child(
    name: &str,
    command: &str,
    args: &[String],
    env: &BTreeMap<String, String>,
    workspace: Option<&OpenWorkspace>,
) -> ServerConfig {
    let placed = |text: &String| workspace.map_or_else(|| text.clone(), |workspace| workspace.named_in(text));
    let args: Vec<String> = args.iter().map(placed).collect();
    let mut config = ServerConfig::child(name, command, args.iter().map(String::as_str));
    if let TransportConfig::Child(child) = &mut config.transport {
        child.env = env.iter().map(|(name, value)| (name.clone(), placed(value))).collect();
        child.cwd = workspace.map(|workspace| workspace.path().to_owned());
    }
    config
}
