//! That no fallback does a thing twice or out of order, that no call's answer is older than a write through us, and that the
//! journal knows of all that was done: by the servers' own logs, over many random workflows with failures of every kind.

mod server;
mod workflow;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use bytesize::ByteSize;
use codefirst::{
    cache::{Cache, CacheOptions},
    catalog::Catalog,
    executor::Executor,
    host::Origin,
    journal::{CallOutcome, Recorder, TookEffect},
    policy::{Policy, Rulings},
    program::Program,
    router::{Answer, Refusal, Request, RequestFailure, Response, Router},
    sandbox::{Limits, ProcessOptions},
    tool::{Effect, ToolOutput},
    upstream::Upstreams,
};
use futures_util::StreamExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use self::{
    server::{Registry, World},
    workflow::Workflow,
};
use crate::own_binary::OwnBinary;

const WORKFLOWS: u64 = 3_000;
const AT_ONCE: usize = 8;

/// The policy: the servers are believed, and a call that is not answered soon is lost.
const POLICY: &str = r#"
    trusted = ["*"]
    [[rules]]
    tools = ["*/*"]
    timeout = "150ms"
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_done_twice_and_no_answer_is_older_than_a_write() {
    let binary = Arc::new(OwnBinary::new());
    let killed = binary.clone();
    let world = World::new(move || killed.children().iter().for_each(|child| child.kill()));
    let router = router(&binary, &world).await;
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let workflows: Vec<Workflow> = (0..WORKFLOWS).map(|number| Workflow::random(number, &mut random)).collect();

    let ends: Vec<End> = futures_util::stream::iter(&workflows)
        .map(|workflow| run(&router, &world, workflow))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;

    let log = world.log();
    let mut executed = HashMap::<u64, usize>::new();
    log.iter().for_each(|write| *executed.entry(*write).or_default() += 1);
    let twice: Vec<_> = executed.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "executed more than once: {twice:?}");

    let mut counts = BTreeMap::<&str, usize>::new();
    for end in &ends {
        let name = match &end.response {
            Some(response) => check(end.workflow, response, &executed, &log),
            None => "gone",
        };
        *counts.entry(name).or_default() += 1;
        all_that_was_executed_is_in_the_journal(end, &executed);
    }
    println!("{counts:?}");
    for (end, least) in [
        ("program", 20),
        ("fallback", 300),
        ("fallback with answers reused", 200),
        ("not planned", 100),
        ("uncertain", 100),
        ("call failed", 10),
        ("gone", 10),
    ] {
        assert!(counts.get(end).is_some_and(|count| *count >= least), "too few of {end:?}: {counts:?}");
    }
    no_answer_is_stale(&ends);
    let hits = cache_hits(&ends);
    assert!(hits > 100, "the cache gave only {hits} answers");
}

async fn router(binary: &OwnBinary, world: &World) -> Router {
    let servers = ["a", "b"]
        .iter()
        .fold(Upstreams::builder(), |builder, name| builder.in_process(*name, Registry(world.clone())));
    let upstreams = servers.connect().await.expect("the servers start");
    let definitions = upstreams.definitions();
    let policy: Policy = toml::from_str(POLICY).expect("a policy");
    let rulings = Rulings::new(&policy, &definitions);
    let limits = Limits {
        wall: Duration::from_secs(5),
        cpu: Duration::from_millis(100),
        memory: ByteSize::mib(48),
        ..Limits::default()
    };
    let executor = Executor::builder()
        .catalog(Catalog::new(definitions))
        .isolation(binary.isolation(ProcessOptions::default()))
        .limits(limits)
        .build();
    let cache = Cache::new(CacheOptions::default());
    Router::builder(executor, Arc::new(upstreams), rulings).cache(cache).build().expect("a thread")
}

/// What has become of a workflow.
struct End<'a> {
    workflow: &'a Workflow,
    recorder: Recorder,
    /// `None` if the client has gone away before.
    response: Option<Response>,
}

async fn run<'a>(router: &Router, world: &World, workflow: &'a Workflow) -> End<'a> {
    workflow.faults.iter().for_each(|(write, fault)| world.set_fault(*write, *fault));
    workflow.failing_read.iter().for_each(|key| world.fail_one_read(key));
    let request =
        Request { code: Some(Program::new(workflow.program.as_str())), plan: workflow.plan(), ..Request::default() };
    let recorder = request.recorder.clone();
    let response = match workflow.patience {
        Some(patience) => tokio::time::timeout(patience, router.handle(request)).await.ok(),
        None => Some(router.handle(request).await),
    };
    End { workflow, recorder, response }
}

/// What a server has executed is in the journal as something that has, or may have, been done.
fn all_that_was_executed_is_in_the_journal(end: &End<'_>, executed: &HashMap<u64, usize>) {
    let journal = end.recorder.journal();
    let writes = journal.entries().filter(|entry| entry.took_effect() != TookEffect::No);
    let known: HashSet<u64> = writes.filter_map(|entry| entry.call.input["id"].as_u64()).collect();
    for id in end.workflow.steps.iter().filter_map(|step| step.id()) {
        assert!(
            known.contains(&id) || !executed.contains_key(&id),
            "{id} was executed: {:#?} {journal:#?}",
            end.workflow
        );
    }
}

/// Checks what one workflow has come to, and names it.
fn check(workflow: &Workflow, response: &Response, executed: &HashMap<u64, usize>, log: &[u64]) -> &'static str {
    let planned: HashSet<u64> = workflow.steps.iter().filter_map(|step| step.id()).collect();
    match (&response.answer, &response.fallback) {
        (Ok(Answer::Program(_)), None) => "program",
        (Ok(Answer::Calls(outputs)), Some(fallback)) => {
            for id in &planned {
                assert_eq!(executed.get(id), Some(&1), "{id} was planned: {workflow:#?} {response:#?}");
            }
            for entry in response.journal.entries().filter(|entry| entry.effect == Effect::Write) {
                let id = entry.call.input["id"].as_u64().expect("an id");
                assert!(planned.contains(&id), "{id} was not planned: {workflow:#?} {response:#?}");
            }
            in_the_order_of_the_plan(workflow, log);
            if workflow.is_private {
                let outputs: Vec<Value> = outputs.iter().map(ToolOutput::to_value).collect();
                assert_eq!(outputs, workflow.expected(), "{workflow:#?} {response:#?}");
            }
            if fallback.reused > 0 { "fallback with answers reused" } else { "fallback" }
        }
        (Err(RequestFailure::Program { refusal: Some(refusal), .. }), None) => match refusal {
            Refusal::NotPlanned { .. } => "not planned",
            Refusal::Uncertain { .. } => "uncertain",
            Refusal::AfterWrite { .. } => panic!("that is not the policy: {response:?}"),
        },
        (Err(RequestFailure::Call { .. }), Some(_)) => "call failed",
        _ => panic!("{workflow:#?} {response:#?}"),
    }
}

/// Writes of one key are never made together, so they were executed in the order in which they were planned.
fn in_the_order_of_the_plan(workflow: &Workflow, log: &[u64]) {
    let mut places = HashMap::<&str, usize>::new();
    for (step, id) in workflow.steps.iter().filter_map(|step| Some((step, step.id()?))) {
        let place = log.iter().position(|executed| *executed == id).expect("it was executed");
        let before = places.insert(&step.key, place);
        assert!(before.is_none_or(|before| before < place), "{id} came too early: {workflow:#?}");
    }
}

/// Each read answers at least the version of every write of its key that had been answered before it was made.
fn no_answer_is_stale(ends: &[End<'_>]) {
    struct Seen<'a> {
        key: &'a str,
        version: u64,
        start: Instant,
        end: Instant,
    }
    let (mut reads, mut writes) = (Vec::new(), HashMap::<&str, Vec<Seen>>::new());
    let journals: Vec<_> = ends.iter().map(|end| (&end.recorder, end.recorder.journal())).collect();
    for (recorder, journal) in &journals {
        for entry in journal.entries() {
            let (CallOutcome::Output(output), Some(end)) = (&entry.outcome, entry.end) else { continue };
            let seen = Seen {
                key: entry.call.input["key"].as_str().expect("a key"),
                version: output.to_value()["version"].as_u64().expect("a version"),
                start: recorder.start() + entry.start,
                end: recorder.start() + end,
            };
            match entry.effect {
                Effect::Read => reads.push(seen),
                Effect::Write => writes.entry(seen.key).or_default().push(seen),
            }
        }
    }
    assert!(reads.len() > 1_000 && writes.len() > 6, "{} reads, {} keys written", reads.len(), writes.len());
    for read in &reads {
        let before = writes.get(read.key).into_iter().flatten().filter(|write| write.end < read.start);
        let latest = before.map(|write| write.version).max().unwrap_or_default();
        assert!(read.version >= latest, "{}: read {} after {latest} was written", read.key, read.version);
    }
}

fn cache_hits(ends: &[End<'_>]) -> usize {
    let hits = |end: &End<'_>| end.recorder.journal().entries().filter(|entry| entry.origin == Origin::Cache).count();
    ends.iter().map(hits).sum()
}
