//! The servers of one trial: started fresh, connected to, and asked afterwards what was written to them.

use std::sync::{Arc, OnceLock};

use super::{
    scenario::{Scenario, ServerSource, ServerSpec},
    servers::{self, ServerOptions, Write, WriteLog},
};
use crate::{
    cache::Cache,
    catalog::Catalog,
    config::ServerConfig,
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
}

impl Fleet {
    /// Starts the servers of a scenario.
    pub async fn start(scenario: &Scenario) -> Result<Self, UpstreamError> {
        Self::start_servers(&scenario.servers).await
    }

    /// Starts every built-in server, as they are without a scenario.
    pub async fn start_built_in() -> Result<Self, UpstreamError> {
        let spec = |name: &&str| ServerSpec {
            name: (*name).to_owned(),
            source: ServerSource::BuiltIn { server: (*name).to_owned(), options: ServerOptions::default() },
        };
        Self::start_servers(&servers::names().iter().map(spec).collect::<Vec<_>>()).await
    }

    async fn start_servers(specs: &[ServerSpec]) -> Result<Self, UpstreamError> {
        let mut logs = Vec::new();
        let mut builder = Upstreams::builder();
        for spec in specs {
            builder = add(builder, spec, &mut logs);
        }
        let upstreams = builder.connect().await?;
        let definitions = upstreams.definitions();
        // What the servers of a scenario say of their tools is part of the scenario.
        let rulings = Rulings::new(&Policy::trusting_all(), &definitions);
        Ok(Self { upstreams: Arc::new(upstreams), catalog: Catalog::new(definitions), rulings, logs })
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

fn add(
    builder: UpstreamsBuilder,
    spec: &ServerSpec,
    logs: &mut Vec<(String, Arc<OnceLock<WriteLog>>)>,
) -> UpstreamsBuilder {
    match &spec.source {
        ServerSource::BuiltIn { server, options } => {
            let log = Arc::new(OnceLock::new());
            logs.push((spec.name.clone(), log.clone()));
            let (server, options) = (server.clone(), options.clone());
            builder.in_memory(spec.name.as_str(), move |stream| async move {
                match servers::serve(&server, &options, stream) {
                    Ok(writes) => drop(log.set(writes)),
                    // The stream closes, which the client reports.
                    Err(error) => tracing::error!(%error, "cannot serve a built-in server"),
                }
            })
        }
        ServerSource::Command { command, args } => {
            builder.server(&ServerConfig::child(&spec.name, command, args.iter().map(String::as_str)))
        }
    }
}
