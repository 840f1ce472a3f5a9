//! Random calls, some of them given up, against what rates promise.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use proptest::prelude::*;

use super::*;

/// One call of a random run.
#[derive(Clone, Debug)]
struct RandomCall {
    name: &'static str,
    at: Duration,
    /// After how long its caller gives up.
    gives_up: Duration,
}

fn random_call() -> impl Strategy<Value = RandomCall> {
    let name = prop::sample::select(vec!["a/x", "a/y"]);
    (name, 0..5_000_u64, prop_oneof![0..1_500_u64, Just(1_000_000)]).prop_map(|(name, at, gives_up)| RandomCall {
        name,
        at: Duration::from_millis(at),
        gives_up: Duration::from_millis(gives_up),
    })
}

/// Makes the calls, each at its time, and then one more of each tool: what reached the server, and when the last were asked for.
async fn run(calls: Vec<RandomCall>, rates: (u32, u32)) -> (Vec<(String, u128)>, u128) {
    let inner = RecordingHost::new(Duration::ZERO);
    let (rate, server_rate) = rates;
    let rule = format!("tools = [\"a/*\"]\nrate = \"{rate}/s\"\nserver_rate = \"{server_rate}/s\"\ntimeout = \"3s\"");
    let host = guard(&inner, &policy_of(&[&rule]), &definitions(&[("a", &["x", "y"])]));
    join_all(calls.into_iter().map(|RandomCall { name, at, gives_up }| {
        let host = &host;
        async move {
            time::sleep(at).await;
            let _ = time::timeout(gives_up, host.call_tool(call(name))).await;
        }
    }))
    .await;
    let quiet = inner.start.elapsed().as_millis();
    assert_eq!(call_all(&host, ["a/x", "a/y"]).await, [], "nothing waits any more");
    (inner.calls(), quiet)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whoever calls when, and whoever gives up: no rate is exceeded, and no turn is lost.
    #[test]
    fn no_rate_is_ever_exceeded_and_no_turn_is_lost(
        calls in prop::collection::vec(random_call(), 0..60),
        rates in (1..6_u32, 1..8_u32),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let (calls, quiet) = runtime.expect("a runtime").block_on(run(calls, rates));
        let mut instants: BTreeMap<&str, Vec<u128>> = BTreeMap::new();
        for (name, at) in &calls {
            instants.entry(name).or_default().push(*at);
            instants.entry("all").or_default().push(*at);
        }
        for (name, instants) in &instants {
            let rate = u128::from(if *name == "all" { rates.1 } else { rates.0 });
            for (first, start) in instants.iter().enumerate() {
                for (last, end) in instants.iter().enumerate().skip(first + rate as usize) {
                    let calls = (last - first) as u128;
                    prop_assert!(calls * 1_000 < rate * (end - start + 1_000) + rate, "{name}: {instants:?}");
                }
            }
        }
        // With two turns to wait for at most, a call of each is made at once or as soon as the rates let it.
        let latest = calls.last().expect("the last calls").1;
        let wait = (1_000_u128.div_ceil(rates.0.into())).max(2 * 1_000_u128.div_ceil(rates.1.into()));
        prop_assert!(latest - quiet <= wait, "{latest} is long after {quiet}: {calls:?}");
    }
}
