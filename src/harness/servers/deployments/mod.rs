//! `deployments`: services, their released versions and their rollouts, as the interface of a delivery system shows them.
//!
//! There is no clock: a deployment goes on whenever its status is read, and is done at the fortieth read exactly. One
//! status is 1,120 to 1,500 tokens long, with steps, pods, conditions and events. Whoever reads names the generation seen
//! last, so that no two reads are the same call, of which a cache could answer the second.

mod params;
mod rollout;

use std::sync::{Mutex, MutexGuard};

use rmcp::{handler::server::wrapper::Parameters, tool, tool_router};
use serde_json::{Value, json};

use self::{
    params::{
        CancelDeployment, CreateDeployment, DeploymentId, GetDeployment, GetLogs, ListDeployments, Nothing, Phase,
        ServiceName, Strategy,
    },
    rollout::{Deployment, READS, SERVICES, VERSIONS, facts},
};
use super::{
    ServerOptions,
    recorded::{Recorded, Reply, lock, refuse, reply},
    world::{DAY, Moment, NOW, World},
};

pub(super) struct Deployments {
    world: World,
    /// Oldest first.
    deployments: Mutex<Vec<Deployment>>,
}

fn service_index(name: &str) -> Result<usize, String> {
    let found = SERVICES.iter().position(|(service, _)| *service == name);
    found.ok_or_else(|| format!("NotFound: there is no service `{name}`; list_services gives those that there are"))
}

fn service(index: usize) -> Value {
    let (name, description) = SERVICES[index];
    json!({
        "name": name,
        "description": description,
        "repository": format!("registry.acme.example/shop/{name}"),
        "replicas": { "staging": 2, "production": 8 },
        "current_version": { "staging": VERSIONS[1], "production": VERSIONS[1] },
    })
}

impl Deployments {
    pub(super) fn server(options: &ServerOptions) -> Recorded<Self> {
        let server = Self { world: World { seed: options.seed }, deployments: Mutex::default() };
        Recorded::new("deployments", server, Self::tool_router())
    }

    fn deployments(&self) -> MutexGuard<'_, Vec<Deployment>> {
        lock(&self.deployments)
    }

    fn find<'a>(&self, deployments: &'a mut [Deployment], id: &str) -> Result<&'a mut Deployment, String> {
        let found = deployments.iter_mut().find(|deployment| facts(self.world, deployment.index).id == id);
        found.ok_or_else(|| format!("NotFound: there is no deployment `{id}`"))
    }

    fn create(&self, input: CreateDeployment) -> Reply {
        let service = service_index(&input.service)?;
        if !VERSIONS.contains(&input.version.as_str()) {
            let known = VERSIONS.join(", ");
            return refuse(format_args!("NotFound: there is no version `{}`; released are {known}", input.version));
        }
        let max_unavailable = match input.max_unavailable.unwrap_or(25) {
            share @ 1..=100 => share,
            share => return refuse(format_args!("Invalid: max_unavailable must be from 1 to 100, not {share}")),
        };
        let mut deployments = self.deployments();
        let running = |deployment: &&Deployment| {
            deployment.service == service
                && deployment.environment == input.environment
                && deployment.phase() == Phase::Progressing
        };
        if let Some(running) = deployments.iter().find(running) {
            let id = facts(self.world, running.index).id;
            return refuse(format_args!("Conflict: deployment `{id}` of {} is still progressing", input.service));
        }
        let deployment = Deployment {
            index: deployments.len() as u64,
            service,
            version: input.version,
            environment: input.environment,
            strategy: input.strategy.unwrap_or_default(),
            max_unavailable,
            reason: input.reason,
            reads: 0,
            cancelled: false,
        };
        let answer = reply(&deployment.summary(self.world));
        deployments.push(deployment);
        answer
    }
}

#[tool_router]
impl Deployments {
    /// List the services that can be deployed. Returns an array of services (name, description, repository, replicas,
    /// current_version).
    #[tool(annotations(title = "List services", read_only_hint = true))]
    fn list_services(&self, Parameters(Nothing {}): Parameters<Nothing>) -> Reply {
        reply(&(0..SERVICES.len()).map(service).collect::<Vec<_>>())
    }

    /// List the released versions of a service, newest first. Returns an array of versions (version, released_at).
    #[tool(annotations(title = "List versions", read_only_hint = true))]
    fn list_versions(&self, Parameters(input): Parameters<ServiceName>) -> Reply {
        service_index(&input.service)?;
        let version = |(age, version): (usize, &&str)| json!({ "version": version, "released_at": Moment(NOW.0 - (age as i64 * 9 + 2) * DAY) });
        reply(&VERSIONS.iter().enumerate().map(version).collect::<Vec<_>>())
    }

    /// Start the deployment of a released version of a service to an environment. Returns the deployment with its id;
    /// it goes on by itself: read get_deployment until its phase is no longer progressing.
    #[tool(annotations(title = "Create deployment", read_only_hint = false, destructive_hint = true))]
    fn create_deployment(&self, Parameters(input): Parameters<CreateDeployment>) -> Reply {
        self.create(input)
    }

    /// Get the status of a deployment. Returns generation, phase (progressing, succeeded or cancelled), revision, image, progress,
    /// steps, pods (name, node, phase, ready, restarts), conditions and the latest events.
    #[tool(annotations(title = "Get deployment", read_only_hint = true))]
    fn get_deployment(&self, Parameters(input): Parameters<GetDeployment>) -> Reply {
        let mut deployments = self.deployments();
        let deployment = self.find(&mut deployments, &input.deployment_id)?;
        if let Some(seen) = input.after_generation.filter(|seen| *seen > deployment.reads) {
            return refuse(format_args!("Invalid: generation {seen} has not been reached"));
        }
        if !deployment.cancelled {
            deployment.reads = (deployment.reads + 1).min(READS);
        }
        reply(&deployment.status(self.world))
    }

    /// List deployments, newest first, filtered by service or environment. Returns an array of deployments (id, service, version,
    /// environment, revision, created_at); what became of one is in its status.
    #[tool(annotations(title = "List deployments", read_only_hint = true))]
    fn list_deployments(&self, Parameters(input): Parameters<ListDeployments>) -> Reply {
        let service = input.service.as_deref().map(service_index).transpose()?;
        let limit = match input.limit.unwrap_or(20) {
            limit @ 1..=50 => limit as usize,
            limit => return refuse(format_args!("Invalid: limit must be from 1 to 50, not {limit}")),
        };
        let deployments = self.deployments();
        let wanted = |deployment: &&Deployment| {
            service.is_none_or(|service| service == deployment.service)
                && input.environment.is_none_or(|environment| environment == deployment.environment)
        };
        let wanted = deployments.iter().rev().filter(wanted).take(limit);
        // Whoever waits for one looks at its status.
        let listed = wanted.map(|deployment| {
            let mut summary = deployment.summary(self.world);
            if let Some(fields) = summary.as_object_mut() {
                fields.shift_remove("phase");
            }
            summary
        });
        reply(&listed.collect::<Vec<_>>())
    }

    /// Cancel a deployment that is still progressing; pods that have been replaced stay as they are. Returns the
    /// deployment.
    #[tool(annotations(title = "Cancel deployment", read_only_hint = false, destructive_hint = true))]
    fn cancel_deployment(&self, Parameters(input): Parameters<CancelDeployment>) -> Reply {
        let mut deployments = self.deployments();
        let deployment = self.find(&mut deployments, &input.deployment_id)?;
        if deployment.phase() != Phase::Progressing {
            return refuse(format_args!("Conflict: deployment `{}` is over", input.deployment_id));
        }
        deployment.cancelled = true;
        deployment.reason = input.reason.or(deployment.reason.take());
        reply(&deployment.summary(self.world))
    }

    /// Roll a finished deployment back: start another that restores the version before it. Returns the new deployment.
    #[tool(annotations(title = "Roll back deployment", read_only_hint = false, destructive_hint = true))]
    fn rollback_deployment(&self, Parameters(input): Parameters<DeploymentId>) -> Reply {
        let (service, environment) = {
            let mut deployments = self.deployments();
            let deployment = self.find(&mut deployments, &input.deployment_id)?;
            if deployment.phase() == Phase::Progressing {
                return refuse("Conflict: a deployment that is progressing must be cancelled first");
            }
            (SERVICES[deployment.service].0.to_owned(), deployment.environment)
        };
        self.create(CreateDeployment {
            service,
            version: VERSIONS[1].to_owned(),
            environment,
            strategy: Some(Strategy::Rolling),
            max_unavailable: None,
            reason: Some(format!("Rollback of {}", input.deployment_id)),
        })
    }

    /// Get the log of a deployment's pods. Returns `lines`, oldest first.
    #[tool(annotations(title = "Get deployment logs", read_only_hint = true))]
    fn get_deployment_logs(&self, Parameters(input): Parameters<GetLogs>) -> Reply {
        let tail = match input.tail.unwrap_or(50) {
            tail @ 1..=200 => tail as usize,
            tail => return refuse(format_args!("Invalid: tail must be from 1 to 200, not {tail}")),
        };
        let mut deployments = self.deployments();
        let deployment = self.find(&mut deployments, &input.deployment_id)?;
        let lines = deployment.log(self.world, input.pod.as_deref());
        reply(&json!({ "deployment_id": input.deployment_id, "lines": &lines[lines.len().saturating_sub(tail)..] }))
    }
}

/// What the first deployment of a trial ends with: its revision, the digest of its image, and the restarts of its pods.
pub(super) fn first(seed: u64) -> (usize, String, usize) {
    let facts = facts(World { seed }, 0);
    (facts.revision, format!("sha256:{}", facts.digest), facts.restarts.iter().sum())
}
