use super::*;

/// Whether a read of each kind finds an answer: the principal's own, another's, another tool's, another server's.
async fn kept(world: &Arc<World>, cache: &Arc<Cache>) -> [bool; 4] {
    let (alice, bob) = (host(world, cache, "alice"), host(world, cache, "bob"));
    let elsewhere = ToolCall { id: ToolId::new("other", "read"), ..call("read", 1) };
    let calls =
        [(&alice, call("read", 1)), (&bob, call("read", 1)), (&alice, call("other_read", 1)), (&alice, elsewhere)];
    let mut found = [false; 4];
    for (found, (host, call)) in found.iter_mut().zip(calls) {
        *found = host.call_tool(call).await.expect("an answer").origin == Origin::Cache;
    }
    found
}

#[tokio::test(start_paused = true)]
async fn by_hand_a_tool_a_server_or_all_is_dropped() {
    let (world, cache, _) = new();
    let everything = [true; 4];
    for (invalidate, expected) in [
        ((|cache| cache.invalidate_tool(&id("read"))) as fn(&Cache), [false, false, true, true]),
        (|cache| cache.invalidate_server("server"), [false, false, false, true]),
        (|cache| cache.invalidate_server("other"), [true, true, true, false]),
        (|cache| cache.invalidate_server("nowhere"), everything),
        (|cache| cache.invalidate_tool(&ToolId::new("other", "write")), everything),
        (Cache::invalidate_all, [false; 4]),
    ] {
        kept(&world, &cache).await;
        let before = cache.stats();
        assert_eq!(kept(&world, &cache).await, everything);
        invalidate(&cache);
        let invalidations = cache.stats().values().map(|stats| stats.invalidations).sum::<u64>()
            - before.values().map(|stats| stats.invalidations).sum::<u64>();
        assert_eq!(invalidations, expected.iter().filter(|kept| !**kept).count() as u64);
        assert_eq!(kept(&world, &cache).await, expected);
    }
    cache.invalidate_all();
    for stats in cache.stats().values() {
        assert_eq!((stats.entries, stats.bytes.as_u64()), (0, 0), "the bytes are given back at once");
    }
    assert_eq!(cache.entries.weighted_size(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_write_by_anybody_drops_the_servers_answers_if_it_may_have_taken_effect() {
    for (tool, drops) in [("write", true), ("fail", true), ("lose", true), ("refuse", false)] {
        let (world, cache, _) = new();
        kept(&world, &cache).await;
        let carol = host_with(&world, &cache, "carol", Arc::default());
        let _ = carol.call_tool(call(tool, 1)).await;
        assert_eq!(kept(&world, &cache).await, if drops { [false, false, false, true] } else { [true; 4] }, "{tool}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_given_up_drops_the_servers_answers() {
    let (world, cache, alice) = new();
    kept(&world, &cache).await;
    drop(alice.call_tool(call("hang", 1)));
    assert_eq!(kept(&world, &cache).await, [true; 4], "it was never begun");
    let write = start(&alice, call("hang", 1));
    settle().await;
    assert_eq!(kept(&world, &cache).await, [true; 4], "nobody has seen an answer of it");
    write.abort();
    settle().await;
    assert_eq!(world.dropped(), 1);
    assert_eq!(kept(&world, &cache).await, [false, false, false, true]);
}

#[tokio::test(start_paused = true)]
async fn the_answers_are_dropped_before_the_writer_has_its_own() {
    let (_, cache, host) = new();
    read(&host).await;
    let mut write = host.call_tool(call("write", 1));
    let answer = futures_util::poll!(&mut write);
    assert!(answer.is_ready());
    assert_eq!(cache.stats()[&id("read")].entries, 0);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_kept_is_made_once_and_drops_the_other_answers_when_it_is_made() {
    let (world, cache, host) = new();
    read(&host).await;
    assert_eq!(version(host.call_tool(call("create", 1)).await), (1, Origin::Server));
    assert_eq!(read(&host).await, (1, Origin::Server));
    assert_eq!(version(host.call_tool(call("create", 1)).await), (1, Origin::Cache));
    assert_eq!(read(&host).await, (1, Origin::Cache), "a write that was not made changes nothing");
    assert_eq!(world.version(), 1);
    host.call_tool(call("write", 1)).await.expect("an answer");
    assert_eq!(version(host.call_tool(call("create", 1)).await), (3, Origin::Server));
    assert_eq!(cache.stats()[&id("create")].invalidations, 1);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_a_write_overtook_is_not_served_later() {
    let (world, cache, alice) = with_world(World::gated());
    let bob = host(&world, &cache, "bob");
    let early = start(&alice, call("read", 1));
    settle().await;
    let write = start(&bob, call("write", 1));
    settle().await;
    world.open(1);
    assert_eq!(version(write.await.expect("a task")), (1, Origin::Server));
    let late = start(&alice, call("read", 1));
    settle().await;
    assert_eq!(world.calls(), 3, "it does not wait for the early one either");
    world.open(0);
    assert_eq!(version(early.await.expect("a task")), (0, Origin::Server));
    let later = start(&alice, call("read", 1));
    settle().await;
    world.open(2);
    assert_eq!(version(late.await.expect("a task")), (1, Origin::Server));
    assert_eq!(version(later.await.expect("a task")), (1, Origin::Cache));
    assert_eq!(read(&alice).await, (1, Origin::Cache));
    assert_eq!(cache.stats()[&id("read")].entries, 1);
}

#[tokio::test(start_paused = true)]
async fn a_kept_write_that_another_write_overtook_is_not_served_later() {
    let (world, _, host) = with_world(World::gated());
    let create = start(&host, call("create", 1));
    settle().await;
    let write = start(&host, call("write", 1));
    settle().await;
    world.open(1);
    write.await.expect("a task").expect("an answer");
    world.open(0);
    assert_eq!(version(create.await.expect("a task")), (1, Origin::Server));
    let again = start(&host, call("create", 1));
    settle().await;
    assert_eq!(world.calls(), 3);
    again.abort();
}

#[tokio::test(start_paused = true)]
async fn a_kept_write_that_is_given_up_or_fails_drops_the_servers_answers() {
    let (world, cache, host) = with_world(World::gated());
    let kept_read = start(&host, call("read", 1));
    settle().await;
    world.open(0);
    kept_read.await.expect("a task").expect("an answer");
    let create = start(&host, call("create", 1));
    settle().await;
    create.abort();
    settle().await;
    assert_eq!(world.dropped(), 1);
    assert_eq!(cache.stats()[&id("read")].invalidations, 1);
}
