//! Whatever is done, in whatever order, the cache answers as a plain map with timestamps does.

use std::collections::BTreeMap;

use futures_util::future::{join, join_all};
use proptest::prelude::*;

use super::*;

const TOOLS: [(&str, &str); 5] =
    [("server", "read"), ("server", "other_read"), ("server", "failing_read"), ("server", "create"), ("other", "read")];
const SERVERS: [&str; 2] = ["server", "other"];
/// Seconds; the second tool has its own.
const TTL: u64 = 300;
const OTHER_TTL: u64 = 60;

#[derive(Clone, Debug)]
enum Step {
    /// Equal calls at the same time.
    Call {
        key: ModelKey,
        callers: usize,
    },
    Write {
        server: usize,
        tool: &'static str,
    },
    Advance(u64),
    InvalidateTool(usize),
    InvalidateServer(usize),
    InvalidateAll,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ModelKey {
    principal: usize,
    tool: usize,
    definition: u64,
    input: u64,
}

fn step() -> impl Strategy<Value = Step> {
    let key = (0..2_usize, 0..TOOLS.len(), 1..3_u64, 0..2_u64)
        .prop_map(|(principal, tool, definition, input)| ModelKey { principal, tool, definition, input });
    let seconds = prop_oneof![Just(OTHER_TTL), Just(TTL), 0..100_u64];
    prop_oneof![
        12 => (key, 1..4_usize).prop_map(|(key, callers)| Step::Call { key, callers }),
        2 => (0..2_usize, prop::sample::select(vec!["write", "fail", "lose", "refuse", "hang"]))
            .prop_map(|(server, tool)| Step::Write { server, tool }),
        4 => seconds.prop_map(Step::Advance),
        1 => (0..TOOLS.len()).prop_map(Step::InvalidateTool),
        1 => (0..2_usize).prop_map(Step::InvalidateServer),
        1 => Just(Step::InvalidateAll),
    ]
}

#[derive(Default)]
struct Model {
    now: u64,
    version: u64,
    calls: u64,
    kept: BTreeMap<ModelKey, (u64, u64)>,
    stats: BTreeMap<usize, ToolCacheStats>,
}

impl Model {
    /// What the first of the equal calls is answered, and the others.
    fn call(&mut self, key: ModelKey, callers: u64) -> Option<(u64, Origin)> {
        let stats = self.stats.entry(key.tool).or_default();
        let ttl = if key.tool == 1 { OTHER_TTL } else { TTL };
        match self.kept.get(&key) {
            Some((value, since)) if self.now - since < ttl => {
                stats.hits += callers;
                return Some((*value, Origin::Cache));
            }
            Some(_) => {
                stats.expirations += 1;
                stats.entries -= 1;
                self.kept.remove(&key);
            }
            None => {}
        }
        stats.misses += 1;
        stats.coalesced += callers - 1;
        self.calls += 1;
        match TOOLS[key.tool].1 {
            "failing_read" => return None,
            "create" => {
                self.version += 1;
                self.drop_answers(|tool| TOOLS[tool].0 == "server");
            }
            _ => {}
        }
        self.stats.entry(key.tool).or_default().entries += 1;
        self.kept.insert(key, (self.version, self.now));
        Some((self.version, Origin::Server))
    }

    fn write(&mut self, server: usize, tool: &str) {
        self.calls += 1;
        if tool != "refuse" {
            self.version += 1;
            self.drop_answers(|tool| TOOLS[tool].0 == SERVERS[server]);
        }
    }

    fn drop_answers(&mut self, is_concerned: impl Fn(usize) -> bool) {
        self.kept.retain(|key, _| {
            if is_concerned(key.tool) {
                let stats = self.stats.entry(key.tool).or_default();
                stats.invalidations += 1;
                stats.entries -= 1;
            }
            !is_concerned(key.tool)
        });
    }
}

fn tool(index: usize) -> ToolId {
    ToolId::new(TOOLS[index].0, TOOLS[index].1)
}

async fn follows_the_model(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let (world, cache, mut model) = (Arc::new(World::gated()), Cache::new(CacheOptions::default()), Model::default());
    let mut hosts = BTreeMap::new();
    for (principal, definition_version) in [(0, 1), (0, 2), (1, 1), (1, 2)] {
        let rules = (0..TOOLS.len()).map(|index| {
            let ttl = (index == 1).then_some(Duration::from_secs(OTHER_TTL));
            (tool(index), CacheRule { ttl, definition: definition(definition_version) })
        });
        let rules = Arc::new(rules.collect());
        hosts.insert((principal, definition_version), host_with(&world, &cache, ["alice", "bob"][principal], rules));
    }
    for step in steps {
        match step {
            Step::Call { key, callers } => {
                let host = &hosts[&(key.principal, key.definition)];
                let input = json!({ "input": key.input }).as_object().expect("an object").clone();
                let call = ToolCall { id: tool(key.tool), input };
                let calls = join_all((0..callers).map(|_| host.call_tool(call.clone())));
                let made = world.calls();
                // Polled when all callers have been.
                let open = async { (made..world.calls()).for_each(|call| world.open(call as usize)) };
                let (answers, ()) = join(calls, open).await;
                let expected = model.call(key, callers as u64);
                for (index, answer) in answers.into_iter().enumerate() {
                    let others =
                        expected.map(|(value, origin)| (value, if index == 0 { origin } else { Origin::Cache }));
                    prop_assert_eq!(answer.is_ok().then(|| version(answer)), others);
                }
            }
            Step::Write { server, tool } => {
                let call = ToolCall { id: ToolId::new(SERVERS[server], tool), ..call(tool, 0) };
                let mut answer = hosts[&(0, 1)].call_tool(call);
                assert!(futures_util::poll!(&mut answer).is_pending());
                world.open(model.calls as usize);
                assert_eq!(futures_util::poll!(&mut answer).is_pending(), tool == "hang");
                drop(answer);
                model.write(server, tool);
            }
            Step::Advance(seconds) => {
                time::advance(Duration::from_secs(seconds)).await;
                model.now += seconds;
            }
            Step::InvalidateTool(index) => {
                cache.invalidate_tool(&tool(index));
                model.drop_answers(|tool| tool == index);
            }
            Step::InvalidateServer(server) => {
                cache.invalidate_server(SERVERS[server]);
                model.drop_answers(|tool| TOOLS[tool].0 == SERVERS[server]);
            }
            Step::InvalidateAll => {
                cache.invalidate_all();
                model.drop_answers(|_| true);
            }
        }
        prop_assert_eq!((world.calls(), world.version()), (model.calls, model.version));
        let stats = cache.stats();
        prop_assert_eq!(stats.len(), model.stats.len());
        for (index, expected) in &model.stats {
            let found = stats[&tool(*index)];
            prop_assert_eq!(found, ToolCacheStats { bytes: found.bytes, ..*expected });
            let known_entries = cache.tool(&tool(*index)).map(|tool| tool.known_entries() as u64);
            prop_assert_eq!(known_entries, Some(found.entries));
            prop_assert_eq!(found.bytes.as_u64() == 0, found.entries == 0);
        }
        prop_assert_eq!(cache.entries.entry_count(), model.kept.len() as u64);
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_cache_answers_as_a_map_with_timestamps_does(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
        runtime.block_on(follows_the_model(steps))?;
    }
}
