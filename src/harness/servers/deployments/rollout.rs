//! One deployment: what it replaces, and how far it is after a number of looks at it.

use serde_json::{Value, json};

use super::{
    super::{
        draw::Stream,
        world::{Moment, NOW, World},
    },
    params::{Environment, Phase, Strategy},
};

/// The status read that finds a deployment done.
pub(super) const READS: u32 = 40;
/// The seconds that pass from one read to the next.
const STEP: i64 = 15;
const PODS: usize = 8;

pub(super) const SERVICES: [(&str, &str); 5] = [
    ("storefront-web", "Shop pages and the cart"),
    ("checkout-api", "Orders and payments"),
    ("search-api", "Product search and filters"),
    ("image-worker", "Image pipeline"),
    ("mail-worker", "Transactional emails"),
];
/// Released versions, newest first.
pub(super) const VERSIONS: [&str; 6] = ["4.19.0", "4.18.2", "4.18.1", "4.18.0", "4.17.5", "4.17.4"];

/// The steps of a deployment and the read that first finds each of them done.
const STEPS: [(&str, &str, u32); 6] = [
    ("resolve-image", "Resolve the image and verify its signature", 2),
    ("run-migrations", "Run database migrations", 6),
    ("shift-pods", "Replace the pods of the previous revision", 32),
    ("run-probes", "Wait for readiness probes to hold for a minute", 36),
    ("smoke-tests", "Run smoke tests against the new revision", 39),
    ("finalize", "Release the previous revision", READS),
];

#[derive(Clone, Debug)]
pub(super) struct Deployment {
    /// From 0, in the order of their creation.
    pub(super) index: u64,
    pub(super) service: usize,
    pub(super) version: String,
    pub(super) environment: Environment,
    pub(super) strategy: Strategy,
    pub(super) max_unavailable: u32,
    pub(super) reason: Option<String>,
    pub(super) reads: u32,
    pub(super) cancelled: bool,
}

/// What the seed decides of a deployment.
pub(super) struct Facts {
    pub(super) id: String,
    pub(super) revision: usize,
    pub(super) digest: String,
    previous_digest: String,
    template: String,
    /// How often the containers of each pod are started again while they start up.
    pub(super) restarts: [usize; PODS],
    pods: Vec<String>,
    nodes: Vec<String>,
}

pub(super) fn facts(world: World, index: u64) -> Facts {
    let mut draw = world.draw(Stream::Deployment, index);
    let mut restarts = [0; PODS];
    restarts.fill_with(|| draw.below(9) * draw.below(9) / 16);
    Facts {
        id: format!("dep-{}", draw.hex(10)),
        revision: draw.between(120, 980),
        digest: draw.hex(64),
        previous_digest: draw.hex(64),
        template: draw.hex(10),
        restarts,
        pods: (0..PODS).map(|_| draw.characters(b"bcdfghjklmnpqrstvwxz2456789", 5)).collect(),
        nodes: (0..PODS).map(|_| format!("ip-10-2-{}-{}", draw.below(4), draw.between(4, 250))).collect(),
    }
}

impl Deployment {
    pub(super) fn phase(&self) -> Phase {
        match (self.cancelled, self.reads >= READS) {
            (true, _) => Phase::Cancelled,
            (_, true) => Phase::Succeeded,
            _ => Phase::Progressing,
        }
    }

    /// The moment of the last look at it.
    fn now(&self) -> Moment {
        at(self.reads)
    }

    /// The pods of the new revision that are up: one after every third read from the seventh on.
    fn ready(&self) -> usize {
        (self.reads.saturating_sub(STEPS[1].2) as usize / 3).min(PODS)
    }

    /// What a list shows of it.
    pub(super) fn summary(&self, world: World) -> Value {
        let facts = facts(world, self.index);
        json!({
            "id": facts.id,
            "service": SERVICES[self.service].0,
            "version": self.version,
            "environment": self.environment,
            "strategy": self.strategy,
            "max_unavailable": self.max_unavailable,
            "reason": self.reason,
            "revision": facts.revision,
            "generation": self.reads,
            "phase": self.phase(),
            "created_at": NOW,
            "updated_at": self.now(),
        })
    }

    /// Everything about it, as it is at the last look.
    pub(super) fn status(&self, world: World) -> Value {
        let facts = facts(world, self.index);
        let mut record = self.summary(world);
        let name = SERVICES[self.service].0;
        let done = self.phase() == Phase::Succeeded;
        record["image"] = json!({
            "repository": format!("registry.acme.example/shop/{name}"),
            "tag": self.version,
            "digest": format!("sha256:{}", facts.digest),
            "previous_digest": format!("sha256:{}", facts.previous_digest),
        });
        record["progress"] = json!({
            "percent": (self.reads * 100 / READS).min(100),
            "replicas": PODS,
            "updated_replicas": self.ready(),
            "available_replicas": PODS,
            "duration_seconds": i64::from(self.reads) * STEP,
        });
        record["probes"] = json!({
            "readiness": { "path": "/ready", "port": 8080, "period_seconds": 5, "success_threshold": 12 },
            "liveness": { "path": "/live", "port": 8080, "period_seconds": 10, "failure_threshold": 3 },
        });
        record["resources"] = json!({
            "requests": { "cpu": "500m", "memory": "768Mi" }, "limits": { "cpu": "2", "memory": "1536Mi" },
        });
        record["steps"] = self.steps().into();
        record["pods"] = (0..PODS).map(|pod| self.pod(&facts, pod)).collect();
        record["conditions"] = json!([
            {
                "type": "Available", "status": "True", "reason": "MinimumReplicasAvailable",
                "message": "Deployment has minimum availability.", "last_transition_time": at(0),
            },
            {
                "type": "Progressing",
                "status": if self.cancelled { "False" } else { "True" },
                "reason": if done { "NewReplicaSetAvailable" } else { "ReplicaSetUpdated" },
                "message": format!(
                    "ReplicaSet \"{name}-{}\" {}.", facts.template,
                    if done { "has successfully progressed" } else { "is progressing" }
                ),
                "last_transition_time": self.now(),
            },
        ]);
        record["events"] = self.events(&facts).into();
        record
    }

    fn steps(&self) -> Vec<Value> {
        let mut from = 0;
        let step = |(name, title, until): (&str, &str, u32)| {
            let status = match self.reads {
                reads if reads >= until => "succeeded",
                _ if self.cancelled => "cancelled",
                reads if reads >= from => "running",
                _ => "pending",
            };
            let record = json!({
                "name": name,
                "title": title,
                "status": status,
                "started_at": (self.reads >= from).then(|| at(from)),
                "finished_at": (self.reads >= until).then(|| at(until)),
            });
            from = until;
            record
        };
        STEPS.into_iter().map(step).collect()
    }

    fn pod(&self, facts: &Facts, pod: usize) -> Value {
        let (ready, name) = (self.ready(), SERVICES[self.service].0);
        let (phase, reason) = match pod {
            _ if pod < ready => ("Running", None),
            _ if pod == ready && self.reads >= STEPS[1].2 => ("Pending", Some("ContainerCreating")),
            _ => ("Pending", Some("WaitingForRollout")),
        };
        json!({
            "name": format!("{name}-{}-{}", facts.template, facts.pods[pod]),
            "node": facts.nodes[pod],
            "phase": phase,
            "ready": pod < ready,
            "reason": reason,
            "restarts": if pod < ready { facts.restarts[pod] } else { 0 },
            "started_at": (pod < ready).then(|| at(STEPS[1].2 + 3 * (pod as u32 + 1))),
        })
    }

    /// The last four events.
    fn events(&self, facts: &Facts) -> Vec<Value> {
        let name = SERVICES[self.service].0;
        let event = |read: u32| {
            let pod = (read as usize / 3) % PODS;
            let (reason, message) = match read % 3 {
                0 => ("Scheduled", format!("Assigned {name}-{} to {}", facts.pods[pod], facts.nodes[pod])),
                1 => ("Pulled", format!("Container image {name}:{} already present on machine", self.version)),
                _ => ("ScalingReplicaSet", format!("Scaled replica set {name}-{} to {}", facts.template, self.ready())),
            };
            json!({
                "type": "Normal", "reason": reason, "message": message, "source": "deployment-controller",
                "count": 1, "last_seen": at(read),
            })
        };
        (self.reads.saturating_sub(3)..=self.reads).map(event).collect()
    }

    /// The log so far, oldest line first: of all pods, or one of them by its name.
    pub(super) fn log(&self, world: World, pod: Option<&str>) -> Vec<String> {
        let facts = facts(world, self.index);
        let name = SERVICES[self.service].0;
        let line = |read: u32| {
            let index = (read as usize / 3) % PODS;
            let full = format!("{name}-{}-{}", facts.template, facts.pods[index]);
            let text =
                ["listening on :8080", "connected to the database", "probe /ready answered 200"][read as usize % 3];
            pod.is_none_or(|pod| pod == full).then(|| format!("{} {full} info {text}", at(read)))
        };
        (0..=self.reads).filter_map(line).collect()
    }
}

fn at(read: u32) -> Moment {
    Moment(NOW.0 + i64::from(read) * STEP)
}
