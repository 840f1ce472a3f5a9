//! The same, on several threads at once.

use super::*;

/// A server whose answers take some turns.
#[derive(Default)]
struct Slow {
    world: World,
    started: AtomicU64,
    answered: AtomicU64,
}

impl ToolHost for Slow {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            self.started.fetch_add(1, Ordering::SeqCst);
            let mut drop_counter = DropCounter(Some(&self.world.dropped));
            for _ in 0..call.input["input"].as_u64().expect("a number") % 20 {
                tokio::task::yield_now().await;
            }
            let answer = self.world.call_tool(call).await;
            tokio::task::yield_now().await;
            drop_counter.0 = None;
            self.answered.fetch_add(1, Ordering::SeqCst);
            answer
        })
    }

    fn effect(&self, tool: &ToolId) -> Effect {
        self.world.effect(tool)
    }
}

fn slow() -> (Arc<Slow>, Arc<Cache>, Arc<CachedHost<Slow>>) {
    let (slow, cache) = (Arc::new(Slow::default()), Cache::new(CacheOptions::default()));
    let host = CachedHost::new(slow.clone(), cache.clone(), rules(), Principal::default());
    (slow, cache, Arc::new(host))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_survivor_has_the_answer_of_one_call_whoever_gives_up() {
    const CALLERS: u64 = 16;
    let (slow, cache, host) = slow();
    let mut random = 1_u64;
    let mut abandoned_rounds = 0;
    for round in 0..500 {
        let before = [&slow.started, &slow.answered, &slow.world.dropped].map(|count| count.load(Ordering::SeqCst));
        let tasks: Vec<_> = (0..CALLERS)
            .map(|_| {
                let host = host.clone();
                tokio::spawn(async move { host.call_tool(call("read", round)).await })
            })
            .collect();
        // In some rounds all are to give up.
        let stubborn = (round % 3 != 0).then_some(round % CALLERS);
        for (index, task) in tasks.iter().enumerate() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if stubborn != Some(index as u64) && (stubborn.is_none() || random >> 63 == 0) {
                task.abort();
            }
            if random >> 61 == 0 {
                tokio::task::yield_now().await;
            }
        }
        let mut survivors = 0;
        for (index, task) in tasks.into_iter().enumerate() {
            match task.await {
                Ok(answer) => {
                    assert_eq!(version(answer).0, 0);
                    survivors += 1;
                }
                Err(error) => assert!(error.is_cancelled() && stubborn != Some(index as u64), "{error}"),
            }
        }
        let after = [&slow.started, &slow.answered, &slow.world.dropped].map(|count| count.load(Ordering::SeqCst));
        let [started, answered, dropped] = std::array::from_fn(|index| after[index] - before[index]);
        assert_eq!(started, answered + dropped, "nothing goes on for nobody");
        assert!(answered <= 1 && (survivors == 0 || answered == 1), "round {round}: {answered} answers");
        assert!(stubborn.is_none() || survivors > 0);
        abandoned_rounds += u64::from(answered == 0);
    }
    let stats = cache.stats()[&id("read")];
    assert_eq!(stats.misses, slow.started.load(Ordering::SeqCst));
    assert_eq!(stats.entries, slow.answered.load(Ordering::SeqCst));
    assert_eq!(stats.entries + abandoned_rounds, 500);
    assert_eq!(cache.tool(&id("read")).expect("a tool").flights().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_read_is_older_than_a_write_that_was_acknowledged_before_it() {
    let (slow, cache, host) = slow();
    let acknowledged = Arc::new(AtomicU64::new(0));
    let tasks = (0..8).map(|index| {
        let (host, acknowledged) = (host.clone(), acknowledged.clone());
        tokio::spawn(async move {
            for turn in 0..2000_u64 {
                if index < 2 && turn % 5 == 0 {
                    let (version, _) = version(host.call_tool(call(["write", "create"][index], turn)).await);
                    acknowledged.fetch_max(version, Ordering::SeqCst);
                } else {
                    let floor = acknowledged.load(Ordering::SeqCst);
                    let tool = ["read", "other_read"][index % 2];
                    let (version, _) = version(host.call_tool(call(tool, turn % 3)).await);
                    assert!(version >= floor, "told {version} after {floor}");
                }
                if turn % 50 == 0 {
                    tokio::task::yield_now().await;
                }
            }
        })
    });
    for task in Vec::from_iter(tasks) {
        task.await.expect("no stale answer");
    }
    assert!(cache.stats()[&id("read")].hits > 0);
    assert_eq!(slow.world.version(), 800);
    cache.invalidate_all();
    assert!(cache.stats().values().all(|stats| stats.entries == 0 && stats.bytes.as_u64() == 0));
    assert_eq!(cache.entries.entry_count(), 0);
}
