use futures_util::future::join_all;

use super::{limiter::MAX_LINE, *};

fn limited(name: &str, retry_after: Duration) -> ToolError {
    ToolError::RateLimited { tool: tool(name), retry_after }
}

fn recorded(calls: &[(&str, u128)]) -> Vec<(String, u128)> {
    calls.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_rate_lets_its_calls_through_at_once_and_then_one_after_the_other() {
    let inner = RecordingHost::new(Duration::from_secs(60));
    let host = guard(&inner, &policy_of(&["tools = [\"a/x\"]\nrate = \"2/s\""]), &definitions(&[("a", &["x", "y"])]));
    assert_eq!(call_all(&host, ["a/x", "a/x", "a/x", "a/x", "a/y"]).await, []);
    assert_eq!(inner.instants(), [0, 0, 0, 500, 1_000], "y has no rate");
    // A quiet time fills it up, but not beyond.
    assert_eq!(call_all(&host, ["a/x", "a/x", "a/x"]).await, []);
    assert_eq!(inner.instants()[5..], [61_000, 61_000, 61_500]);
}

#[tokio::test(start_paused = true)]
async fn units_are_seconds_minutes_and_hours() {
    for (rate, interval) in [("1/s", 1_000), ("1/min", 60_000), ("1/h", 3_600_000), ("2/min", 30_000), ("8/h", 450_000)]
    {
        let inner = RecordingHost::new(Duration::ZERO);
        let policy = policy_of(&[&format!("tools = [\"a/x\"]\nrate = \"{rate}\"\ntimeout = \"2h\"")]);
        let host = guard(&inner, &policy, &definitions(&[("a", &["x"])]));
        let burst: usize = rate.split('/').next().expect("calls").parse().expect("a number");
        assert_eq!(call_all(&host, vec!["a/x"; burst + 1]).await, []);
        assert_eq!(inner.instants()[burst - 1..], [0, interval], "{rate}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_tool_has_the_rate_for_itself_and_a_server_has_its_rate_for_all_its_tools() {
    let servers = definitions(&[("a", &["x", "y"]), ("b", &["x"])]);
    let inner = RecordingHost::new(Duration::ZERO);
    let host = guard(&inner, &policy_of(&["tools = [\"*/*\"]\nrate = \"1/s\""]), &servers);
    assert_eq!(call_all(&host, ["a/x", "a/y", "b/x", "a/x"]).await, []);
    assert_eq!(inner.calls(), recorded(&[("a/x", 0), ("a/y", 0), ("b/x", 0), ("a/x", 1_000)]));

    let inner = RecordingHost::new(Duration::ZERO);
    let host = guard(&inner, &policy_of(&["tools = [\"*/x\"]\nserver_rate = \"1/s\""]), &servers);
    assert_eq!(call_all(&host, ["a/y", "a/x", "b/x", "a/y"]).await, []);
    assert_eq!(inner.calls(), recorded(&[("a/y", 0), ("b/x", 0), ("a/x", 1_000), ("a/y", 2_000)]));
}

#[tokio::test(start_paused = true)]
async fn rates_are_shared_by_all_principals() {
    let inner = RecordingHost::new(Duration::ZERO);
    let rulings = Rulings::new(&policy_of(&["tools = [\"a/x\"]\nrate = \"1/s\""]), &definitions(&[("a", &["x"])]));
    let hosts = ["ada", "bob"].map(|name| PolicyHost::new(inner.clone(), rulings.clone(), Principal(name.into())));
    for host in &hosts {
        host.call_tool(call("a/x")).await.expect("an answer");
    }
    assert_eq!(inner.instants(), [0, 1_000]);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_no_longer_than_its_timeout_and_is_refused_without_waiting_if_it_would() {
    for (timeout, patience) in [("", 10), ("timeout = \"30s\"", 30)] {
        let inner = RecordingHost::new(Duration::ZERO);
        let policy = policy_of(&[&format!("tools = [\"a/x\"]\nrate = \"6/min\"\n{timeout}")]);
        let host = guard(&inner, &policy, &definitions(&[("a", &["x"])]));
        let waiting = patience / 10;
        let mut calls: Vec<_> = (0..6 + waiting).map(|_| host.call_tool(call("a/x"))).collect();
        for call in &mut calls {
            let _ = futures_util::poll!(call);
        }
        let error = host.call_tool(call("a/x")).await.expect_err("too long");
        assert_eq!(error, limited("a/x", Duration::from_secs(patience + 10)));
        assert_eq!(inner.start.elapsed(), Duration::ZERO);
        // A refused call is not in the way of those that wait.
        assert!(join_all(calls.into_iter().skip(6)).await.iter().all(Result::is_ok));
        assert_eq!(inner.start.elapsed(), Duration::from_secs(patience));
    }
}

#[tokio::test(start_paused = true)]
async fn when_to_try_again_is_rounded_up_to_milliseconds_and_true() {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&["tools = [\"a/x\"]\nrate = \"7/s\"\ntimeout = \"1ms\""]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["x"])]));
    let retry_after = Duration::from_millis(143);
    assert_eq!(call_all(&host, ["a/x"; 8]).await, [limited("a/x", retry_after)]);
    time::advance(retry_after).await;
    assert_eq!(call_all(&host, ["a/x"]).await, []);
    assert_eq!(inner.instants()[7], 143);
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_turn_is_not_the_calls_time() {
    let inner = RecordingHost::new(Duration::from_millis(900));
    let policy = policy_of(&["tools = [\"a/x\"]\nrate = \"1/s\"\ntimeout = \"1s\""]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["x"])]));
    assert_eq!(call_all(&host, ["a/x", "a/x"]).await, []);
    assert_eq!(inner.start.elapsed(), Duration::from_millis(1_900));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_takes_nobodys_turn() {
    let inner = RecordingHost::new(Duration::ZERO);
    let host = guard(&inner, &policy_of(&["tools = [\"a/x\"]\nrate = \"1/s\""]), &definitions(&[("a", &["x"])]));
    let first = host.call_tool(call("a/x"));
    let waits = async {
        // One of them is first in line, one stands behind it.
        let given_up = [100, 300].map(|after| time::timeout(Duration::from_millis(after), host.call_tool(call("a/x"))));
        assert!(join_all(given_up).await.iter().all(Result::is_err));
    };
    let last = host.call_tool(call("a/x"));
    let (first, (), last) = tokio::join!(first, waits, last);
    assert!(first.is_ok() && last.is_ok());
    assert_eq!(inner.instants(), [0, 1_000]);
}

const TWO_RATES: [&str; 2] = ["tools = [\"a/rare\"]\nrate = \"1/h\"", "tools = [\"a/*\"]\nserver_rate = \"1/s\""];

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_while_it_waits_for_its_server_has_not_taken_its_tools_turn() {
    let inner = RecordingHost::new(Duration::ZERO);
    let host = guard(&inner, &policy_of(&TWO_RATES), &definitions(&[("a", &["rare", "x"])]));
    host.call_tool(call("a/x")).await.expect("an answer");
    time::timeout(Duration::from_millis(500), host.call_tool(call("a/rare"))).await.expect_err("given up");
    host.call_tool(call("a/rare")).await.expect("an answer");
    assert_eq!(inner.calls(), recorded(&[("a/x", 0), ("a/rare", 1_000)]));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_one_rate_refuses_has_not_taken_a_turn_of_the_other() {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&["tools = [\"a/rare\"]\nrate = \"1/h\"", "tools = [\"a/*\"]\nserver_rate = \"1/min\""]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["rare", "x"])]));
    let minute = Duration::from_secs(60);
    assert_eq!(call_all(&host, ["a/x", "a/rare"]).await, [limited("a/rare", minute)]);
    time::advance(minute).await;
    assert_eq!(call_all(&host, ["a/rare"]).await, []);
    time::advance(minute).await;
    // Both refuse it; the later one says when to try again.
    assert_eq!(call_all(&host, ["a/x", "a/rare"]).await, [limited("a/rare", Duration::from_secs(3_600 - 60))]);
    assert_eq!(inner.calls(), recorded(&[("a/x", 0), ("a/rare", 60_000), ("a/x", 120_000)]));
}

#[tokio::test(start_paused = true)]
async fn a_call_is_refused_at_once_if_the_one_before_it_is_to_have_the_last_turn() {
    let inner = RecordingHost::new(Duration::ZERO);
    let host = guard(&inner, &policy_of(&TWO_RATES), &definitions(&[("a", &["rare", "x"])]));
    // A quiet time gives no more turns than there are.
    time::advance(Duration::from_secs(100_000)).await;
    assert_eq!(call_all(&host, ["a/x", "a/rare", "a/rare"]).await, [limited("a/rare", Duration::from_secs(3_600))]);
    assert_eq!(inner.calls(), recorded(&[("a/x", 100_000_000), ("a/rare", 100_001_000)]));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_its_tools_turn_is_not_in_the_way_of_other_tools() {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&["tools = [\"a/slow\"]\nrate = \"1/s\"", "tools = [\"a/*\"]\nserver_rate = \"3/s\""]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["slow", "x"])]));
    assert_eq!(call_all(&host, ["a/slow", "a/slow", "a/x", "a/x"]).await, []);
    assert_eq!(inner.calls(), recorded(&[("a/slow", 0), ("a/x", 0), ("a/x", 0), ("a/slow", 1_000)]));
}

/// Tools take turns at their server, so that the third call of `a/many` comes later than it looked when it stood in line.
#[tokio::test(start_paused = true)]
async fn a_call_that_others_hold_up_is_refused_when_its_time_is_over() {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&[
        "tools = [\"a/many\"]\nrate = \"9/s\"\ntimeout = \"3s\"",
        "tools = [\"a/*\"]\nserver_rate = \"1/s\"",
    ]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["many", "x"])]));
    let errors = call_all(&host, ["a/x", "a/many", "a/many", "a/many", "a/x"]).await;
    assert_eq!(errors, [limited("a/many", Duration::from_secs(1))]);
    assert_eq!(inner.calls(), recorded(&[("a/x", 0), ("a/many", 1_000), ("a/x", 2_000), ("a/many", 3_000)]));
    assert_eq!(inner.start.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn only_so_many_calls_stand_in_line() {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&["tools = [\"a/x\"]\nrate = \"1/s\"\ntimeout = \"1h\""]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["x"])]));
    let errors = call_all(&host, vec!["a/x"; 1 + MAX_LINE + 2]).await;
    let full = limited("a/x", Duration::from_secs(MAX_LINE as u64 + 1));
    assert_eq!(errors, [full.clone(), full]);
    assert_eq!(inner.instants().last(), Some(&(MAX_LINE as u128 * 1_000)));
    assert_eq!(call_all(&host, ["a/x"]).await, [], "the line is empty again");
}

/// Lets all these calls come to where they wait.
async fn poll_all(calls: &mut [BoxFuture<'_, Result<ToolAnswer, ToolError>>]) {
    for call in calls {
        let _ = futures_util::poll!(call);
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_their_tools_turn_do_not_stand_in_their_servers_line() {
    for waiting in [12, MAX_LINE] {
        let inner = RecordingHost::new(Duration::ZERO);
        let policy = policy_of(&[
            "tools = [\"a/slow\"]\nrate = \"1/min\"\ntimeout = \"24h\"",
            "tools = [\"a/*\"]\nserver_rate = \"1/s\"",
        ]);
        let host = guard(&inner, &policy, &definitions(&[("a", &["slow", "x"])]));
        let mut slow: Vec<_> = (0..1 + waiting).map(|_| host.call_tool(call("a/slow"))).collect();
        poll_all(&mut slow).await;
        assert_eq!(call_all(&host, ["a/x", "a/x"]).await, []);
        assert_eq!(inner.calls(), recorded(&[("a/slow", 0), ("a/x", 1_000), ("a/x", 2_000)]));
        assert!(join_all(slow.into_iter().skip(1)).await.iter().all(Result::is_ok));
        assert_eq!(inner.instants().last(), Some(&(waiting as u128 * 60_000)));
    }
}

/// When the second call of `a/many` comes to its server, others are there already, and two of its three seconds remain.
#[tokio::test(start_paused = true)]
async fn who_is_refused_in_the_middle_is_told_of_both_lines() {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&[
        "tools = [\"a/many\"]\nrate = \"9/s\"\ntimeout = \"3s\"",
        "tools = [\"a/*\"]\nserver_rate = \"1/s\"",
    ]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["many", "x"])]));
    let names = ["a/x", "a/many", "a/many", "a/many", "a/x", "a/x"];
    // The one behind it at the tool counts as long as it is there.
    let expected = [4, 3].map(|seconds| limited("a/many", Duration::from_secs(seconds)));
    assert_eq!(call_all(&host, names).await, expected);
    assert_eq!(inner.instants(), [0, 1_000, 2_000, 3_000]);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_refused_for_a_line_that_may_be_gone_when_they_come_to_it() {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&[
        "tools = [\"a/slow\"]\nrate = \"1/min\"\ntimeout = \"1min\"",
        "tools = [\"a/x\"]\ntimeout = \"1h\"",
        "tools = [\"a/*\"]\nserver_rate = \"1/s\"",
    ]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["slow", "x"])]));
    host.call_tool(call("a/slow")).await.expect("an answer");
    let mut others: Vec<_> = (0..100).map(|_| host.call_tool(call("a/x"))).collect();
    poll_all(&mut others).await;
    let mut slow = [host.call_tool(call("a/slow"))];
    poll_all(&mut slow).await;
    drop(others);
    assert!(join_all(slow).await.iter().all(Result::is_ok));
    assert_eq!(inner.instants(), [0, 60_000]);
}

/// Its own rate would let the whole line through at once.
#[tokio::test(start_paused = true)]
async fn who_finds_the_line_full_is_told_how_long_it_takes_at_the_servers_rate() {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&[
        "tools = [\"a/x\"]\nrate = \"5000/s\"\ntimeout = \"24h\"",
        "tools = [\"a/*\"]\nserver_rate = \"1/min\"",
    ]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["x"])]));
    let mut calls: Vec<_> = (0..1 + MAX_LINE).map(|_| host.call_tool(call("a/x"))).collect();
    poll_all(&mut calls).await;
    let error = host.call_tool(call("a/x")).await.expect_err("full");
    assert_eq!(error, limited("a/x", Duration::from_secs(60 * (MAX_LINE as u64 + 1))));
    assert!(join_all(calls.into_iter().skip(1)).await.iter().all(Result::is_ok));
    assert_eq!(inner.start.elapsed(), Duration::from_secs(60 * MAX_LINE as u64));
}
