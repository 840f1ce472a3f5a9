use futures_util::FutureExt;

use super::*;

#[tokio::test(start_paused = true)]
async fn equal_calls_in_flight_are_made_once() {
    let (world, cache, host) = with_world(World::gated());
    let calls: Vec<_> = (0..5).map(|_| start(&host, call("read", 1))).collect();
    settle().await;
    assert_eq!(world.calls(), 1);
    world.open(0);
    let mut origins = Vec::new();
    for call in calls {
        origins.push(version(call.await.expect("a task")).1);
    }
    assert_eq!(origins, [Origin::Server, Origin::Cache, Origin::Cache, Origin::Cache, Origin::Cache]);
    let stats = cache.stats()[&id("read")];
    assert_eq!((stats.hits, stats.misses, stats.coalesced), (0, 1, 4));
}

#[tokio::test(start_paused = true)]
async fn followers_share_an_error_and_the_next_call_is_made() {
    let (world, _, host) = with_world(World::gated());
    let calls: Vec<_> = (0..3).map(|_| start(&host, call("failing_read", 1))).collect();
    settle().await;
    world.open(0);
    for call in calls {
        let error = call.await.expect("a task").expect_err("it fails");
        assert_eq!(error, ToolError::Failed { tool: id("failing_read"), message: String::new() });
    }
    assert_eq!(world.calls(), 1);
    let next = start(&host, call("failing_read", 1));
    settle().await;
    assert_eq!(world.calls(), 2);
    next.abort();
}

#[tokio::test(start_paused = true)]
async fn followers_keep_a_call_going_whose_leader_and_its_host_are_gone() {
    let (world, cache, alice) = with_world(World::gated());
    let leader = start(&alice, call("read", 1));
    settle().await;
    drop(alice);
    let follower = start(&host(&world, &cache, "alice"), call("read", 1));
    settle().await;
    leader.abort();
    settle().await;
    assert_eq!(world.dropped(), 0);
    world.open(0);
    assert_eq!(version(follower.await.expect("a task")), (0, Origin::Cache));
    assert_eq!(world.calls(), 1);
    assert_eq!(read(&host(&world, &cache, "alice")).await.1, Origin::Cache);
}

#[tokio::test(start_paused = true)]
async fn a_call_for_which_nobody_waits_is_dropped_and_the_next_is_made() {
    let (world, cache, host) = with_world(World::gated());
    let calls: Vec<_> = (0..3).map(|_| start(&host, call("read", 1))).collect();
    settle().await;
    for (aborted, call) in calls.iter().enumerate() {
        assert_eq!(world.dropped(), 0, "after {aborted}");
        call.abort();
        settle().await;
    }
    assert_eq!(world.dropped(), 1);
    let next = start(&host, call("read", 1));
    settle().await;
    world.open(1);
    assert_eq!(version(next.await.expect("a task")).1, Origin::Server);
    assert_eq!(cache.stats()[&id("read")].entries, 1);
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_an_error_to_all_and_the_next_call_is_made() {
    let (world, _, host) = with_world(World::gated());
    let calls: Vec<_> = (0..3).map(|_| start(&host, call("panic", 1))).collect();
    settle().await;
    world.open(0);
    for call in calls {
        let error = call.await.expect("no panic").expect_err("it failed");
        assert!(matches!(error, ToolError::Unavailable { .. }), "{error}");
    }
    let next = start(&host, call("panic", 1));
    settle().await;
    assert_eq!(world.calls(), 2);
    next.abort();
}

#[tokio::test(start_paused = true)]
async fn a_flight_leaves_nothing_behind() {
    let (_, cache, host) = new();
    for tool in ["read", "failing_read", "panic"] {
        let _ = host.call_tool(call(tool, 1)).await;
        assert_eq!(cache.tool(&id(tool)).expect("a tool").flights().len(), 0, "{tool}");
    }
}

/// A server that answers nothing, and that does something when it is no longer waited for.
#[derive(Default)]
struct Silent {
    calls: AtomicU64,
    at_drop: Mutex<Option<AtDrop>>,
}

struct AtDrop(Box<dyn Fn() + Send>);

impl Drop for AtDrop {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl ToolHost for Silent {
    fn call_tool(&self, _: ToolCall) -> BoxFuture<'_, Answer> {
        Box::pin(async {
            self.calls.fetch_add(1, Ordering::SeqCst);
            let _at_drop = self.at_drop.lock().expect("a lock").take();
            std::future::pending().await
        })
    }

    fn effect(&self, _: &ToolId) -> Effect {
        Effect::Read
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_begins_while_an_equal_one_is_being_dropped_is_joined_by_the_next() {
    let silent = Arc::new(Silent::default());
    let cache = Cache::new(CacheOptions::default());
    let host = Arc::new(CachedHost::new(silent.clone(), cache, rules(), Principal::default()));
    let begin = move || {
        let host = host.clone();
        let mut calling = Box::pin(async move { host.call_tool(call("read", 1)).await });
        assert!((&mut calling).now_or_never().is_none());
        calling
    };
    let second = Arc::new(Mutex::new(None));
    let (begin_second, place) = (begin.clone(), second.clone());
    let at_drop = AtDrop(Box::new(move || *place.lock().expect("a lock") = Some(begin_second())));
    *silent.at_drop.lock().expect("a lock") = Some(at_drop);

    drop(begin());
    assert!(second.lock().expect("a lock").is_some());
    let _third = begin();
    assert_eq!(silent.calls.load(Ordering::SeqCst), 2);
}
