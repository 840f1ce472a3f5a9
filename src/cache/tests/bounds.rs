use metrics_exporter_prometheus::PrometheusBuilder;

use super::*;
use crate::metrics::{CACHE_HIT_AGE, CACHE_HIT_RATIO, CACHE_REMOVALS, CACHE_REQUESTS, CACHE_SIZE};

const REQUESTS: &str = CACHE_REQUESTS.name;
const REMOVALS: &str = CACHE_REMOVALS.name;
const BYTES: &str = CACHE_SIZE.name;
const HIT_AGE: &str = CACHE_HIT_AGE.name;
const HIT_RATIO: &str = CACHE_HIT_RATIO.name;

#[tokio::test(start_paused = true)]
async fn no_more_bytes_are_kept_than_the_capacity_and_the_oldest_go_first() {
    let capacity = ByteSize::mib(8);
    let (world, cache) = (Arc::new(World::default()), Cache::new(CacheOptions { capacity, ..CacheOptions::default() }));
    let host = host(&world, &cache, "alice");
    for input in 0..20 {
        host.call_tool(call("large", input)).await.expect("an answer");
        // Asked for again and again, and therefore kept.
        host.call_tool(call("large", 0)).await.expect("an answer");
        let stats = cache.stats()[&id("large")];
        assert!(stats.bytes <= capacity, "{}", stats.bytes);
        assert_eq!((stats.entries, stats.evictions), ((input + 1).min(7), (input + 1).saturating_sub(7)));
        assert!(stats.bytes >= ByteSize::mib(stats.entries), "the values count");
    }
    let is_kept = async |input| host.call_tool(call("large", input)).await.expect("an answer").origin == Origin::Cache;
    assert!(is_kept(0).await && is_kept(19).await && !is_kept(1).await);
}

#[tokio::test(start_paused = true)]
async fn long_inputs_count_and_what_is_larger_than_the_capacity_is_not_kept() {
    let capacity = ByteSize::kib(64);
    let (world, cache) = (Arc::new(World::default()), Cache::new(CacheOptions { capacity, ..CacheOptions::default() }));
    let host = host(&world, &cache, "alice");
    for (length, is_kept) in [(10, true), (100_000, false)] {
        let input = json!({ "text": "x".repeat(length) }).as_object().expect("an object").clone();
        for expected in [Origin::Server, if is_kept { Origin::Cache } else { Origin::Server }] {
            let call = ToolCall { id: id("read"), input: input.clone() };
            assert_eq!(host.call_tool(call).await.expect("an answer").origin, expected);
        }
    }
    assert_eq!(cache.stats()[&id("read")].entries, 1);
}

#[tokio::test(start_paused = true)]
async fn too_many_tools_are_called_without_a_cache_and_their_writes_still_count() {
    let (world, cache, host) = new();
    for index in 0..MAX_TOOLS - 1 {
        cache.tool(&id(&format!("tool_{index}"))).expect("room");
    }
    read(&host).await;
    assert_eq!(host.call_tool(call("other_read", 1)).await.expect("an answer").origin, Origin::Server);
    assert_eq!(host.call_tool(call("other_read", 1)).await.expect("an answer").origin, Origin::Server);
    assert_eq!(read(&host).await.1, Origin::Cache);
    host.call_tool(call("create", 1)).await.expect("an answer");
    assert_eq!(read(&host).await, (1, Origin::Server));
    assert_eq!((cache.stats().len(), world.calls()), (MAX_TOOLS, 5));
}

#[test]
fn the_metrics_say_what_the_stats_say() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let exposition = recorder.handle();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let (_, cache, host) = new();
            read(&host).await;
            time::advance(Duration::from_secs(30)).await;
            read(&host).await;
            time::advance(Duration::from_secs(300)).await;
            read(&host).await;
            read(&host).await;
            let kept = cache.stats()[&id("read")].bytes.as_u64();
            let text = exposition.render();
            for line in [
                format!("{REQUESTS}{{server=\"server\",tool=\"read\",result=\"hit\"}} 2"),
                format!("{REQUESTS}{{server=\"server\",tool=\"read\",result=\"miss\"}} 2"),
                format!("{REQUESTS}{{server=\"server\",tool=\"read\",result=\"coalesced\"}} 0"),
                format!("{REMOVALS}{{server=\"server\",tool=\"read\",cause=\"expiration\"}} 1"),
                format!("{BYTES}{{server=\"server\",tool=\"read\"}} {kept}"),
                format!("{HIT_AGE}_sum{{server=\"server\",tool=\"read\"}} 30"),
                format!("{HIT_AGE}_count{{server=\"server\",tool=\"read\"}} 2"),
                format!("{HIT_RATIO}{{server=\"server\",tool=\"read\"}} 0.5"),
            ] {
                assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
            }
            host.call_tool(call("write", 1)).await.expect("an answer");
            let text = exposition.render();
            for line in [
                format!("{REMOVALS}{{server=\"server\",tool=\"read\",cause=\"invalidation\"}} 1"),
                format!("{BYTES}{{server=\"server\",tool=\"read\"}} 0"),
            ] {
                assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
            }
        });
    });
}
