use super::*;

#[tokio::test(start_paused = true)]
async fn an_answer_is_given_again_until_it_is_as_old_as_its_time_to_live() {
    let (world, cache, host) = new();
    assert_eq!(read(&host).await, (0, Origin::Server));
    world.version.store(7, Ordering::SeqCst);
    time::advance(Duration::from_secs(300) - Duration::from_nanos(1)).await;
    assert_eq!(read(&host).await, (0, Origin::Cache));
    time::advance(Duration::from_nanos(1)).await;
    assert_eq!(read(&host).await, (7, Origin::Server));
    assert_eq!(read(&host).await, (7, Origin::Cache));
    let stats = cache.stats()[&id("read")];
    let expected =
        ToolCacheStats { hits: 2, misses: 2, expirations: 1, entries: 1, bytes: stats.bytes, ..Default::default() };
    assert_eq!(stats, expected);
    assert_eq!(stats.hit_rate(), Some(0.5));
    assert_eq!(ToolCacheStats::default().hit_rate(), None);
}

#[tokio::test(start_paused = true)]
async fn a_rule_may_have_its_own_time_to_live_and_a_shorter_one_holds_at_once() {
    let (world, cache, _) = new();
    let long = host_with(&world, &cache, "alice", rules_with(Some(Duration::from_secs(1000)), 1));
    let short = host_with(&world, &cache, "alice", rules_with(Some(Duration::from_secs(10)), 1));
    read(&long).await;
    time::advance(Duration::from_secs(999)).await;
    assert_eq!(read(&long).await.1, Origin::Cache);
    assert_eq!(read(&short).await.1, Origin::Server);
    time::advance(Duration::from_secs(10)).await;
    assert_eq!(read(&long).await.1, Origin::Server, "what was kept for ten seconds is not kept longer");
}

#[tokio::test(start_paused = true)]
async fn two_principals_never_share_an_answer() {
    let (world, cache, alice) = new();
    let bob = host(&world, &cache, "bob");
    assert_eq!(read(&alice).await.1, Origin::Server);
    assert_eq!(read(&bob).await.1, Origin::Server);
    assert_eq!(read(&alice).await.1, Origin::Cache);

    let (world, cache, alice) = with_world(World::gated());
    let bob = host(&world, &cache, "bob");
    let both = [start(&alice, call("read", 1)), start(&bob, call("read", 1))];
    settle().await;
    assert_eq!(world.calls(), 2, "nor a call in flight");
    both.iter().for_each(|call| call.abort());
}

#[tokio::test(start_paused = true)]
async fn a_changed_definition_finds_no_earlier_answer() {
    let (world, cache, host) = new();
    read(&host).await;
    let changed = host_with(&world, &cache, "alice", rules_with(None, 2));
    assert_eq!(read(&changed).await.1, Origin::Server);
    assert_eq!(read(&changed).await.1, Origin::Cache);
}

#[tokio::test(start_paused = true)]
async fn the_order_of_an_inputs_members_does_not_matter_and_their_values_do() {
    let (_, _, host) = new();
    let call_with = async |text: &str| {
        let call = ToolCall { id: id("read"), input: serde_json::from_str(text).expect("an object") };
        host.call_tool(call).await.expect("an answer").origin
    };
    assert_eq!(call_with(r#"{"a":1,"b":[2]}"#).await, Origin::Server);
    assert_eq!(call_with(r#"{"b":[2.0],"a":1}"#).await, Origin::Cache);
    assert_eq!(call_with(r#"{"a":1,"b":[3]}"#).await, Origin::Server);
    let other =
        ToolCall { id: id("other_read"), input: serde_json::from_str(r#"{"a":1,"b":[3]}"#).expect("an object") };
    assert_eq!(host.call_tool(other).await.expect("an answer").origin, Origin::Server, "another tool");
}

#[tokio::test(start_paused = true)]
async fn an_error_is_not_kept() {
    let (world, cache, host) = new();
    for _ in 0..2 {
        host.call_tool(call("failing_read", 1)).await.expect_err("it fails");
    }
    assert_eq!(world.calls(), 2);
    assert_eq!(cache.stats()[&id("failing_read")], ToolCacheStats { misses: 2, ..Default::default() });
}

#[tokio::test(start_paused = true)]
async fn a_tool_without_a_rule_is_called_each_time_and_not_counted() {
    let (world, cache, _) = new();
    let host = host_with(&world, &cache, "alice", Arc::default());
    read(&host).await;
    assert_eq!(read(&host).await.1, Origin::Server);
    assert!(cache.stats().is_empty());
    assert_eq!((host.effect(&id("read")), host.effect(&id("write"))), (Effect::Read, Effect::Write));
}

#[tokio::test(start_paused = true)]
async fn a_hit_shares_the_value() {
    let (_, _, host) = new();
    let mut texts = Vec::new();
    for _ in 0..2 {
        texts.push(host.call_tool(call("large", 1)).await.expect("an answer").output);
    }
    assert!(std::ptr::eq(texts[0].text(), texts[1].text()));
}
