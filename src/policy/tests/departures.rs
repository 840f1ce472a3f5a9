use super::*;

/// Records what it is told among the calls.
impl Departures for RecordingHost {
    fn held(&self, call: &ToolCall) {
        self.record(format!("{} is held", call.id));
    }

    fn leaves(&self, call: &ToolCall) {
        self.record(format!("{} leaves", call.id));
    }
}

/// Says yes to `a/yes` and no to everything else, after a second.
struct Choosing;

impl Approver for Choosing {
    fn approve<'a>(&'a self, _: &'a Principal, call: &'a ToolCall) -> BoxFuture<'a, Approval> {
        Box::pin(async move {
            time::sleep(Duration::from_secs(1)).await;
            if &*call.id.tool == "yes" { Approval::Approved } else { Approval::Declined { reason: None } }
        })
    }
}

/// What is recorded of one call to each of these tools of the server `a`, made one after the other with this much patience.
async fn record(rule: &str, names: &[&'static str], patience: Duration) -> Vec<(String, u128)> {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&[&format!("tools = [\"a/*\"]\n{rule}")]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["yes", "no"])]))
        .with_approver(Arc::new(Choosing))
        .with_departures(inner.clone());
    for name in names {
        let _ = time::timeout(patience, host.call_tool(call(name))).await;
    }
    inner.calls()
}

fn recorded<const N: usize>(records: [(&str, u128); N]) -> Vec<(String, u128)> {
    records.map(|(record, at)| (record.to_owned(), at)).into()
}

const PATIENT: Duration = Duration::from_secs(1_000);

#[tokio::test(start_paused = true)]
async fn a_call_is_held_until_it_is_approved_and_leaves_right_before_it_is_made() {
    let records = record("access = \"approve\"\ntimeout = \"5s\"", &["a/yes", "a/no"], PATIENT).await;
    let expected = [("a/yes is held", 0), ("a/yes leaves", 1_000), ("a/yes", 1_000), ("a/no is held", 1_000)];
    assert_eq!(records, recorded(expected), "who is declined never leaves");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_held_until_its_turn() {
    for rate in ["rate", "server_rate"] {
        let records = record(&format!("{rate} = \"1/s\""), &["a/no", "a/no"], PATIENT).await;
        let first = [("a/no is held", 0), ("a/no leaves", 0), ("a/no", 0)];
        let second = [("a/no is held", 0), ("a/no leaves", 1_000), ("a/no", 1_000)];
        assert_eq!(records, [recorded(first), recorded(second)].concat(), "{rate}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_refused_or_given_up_while_it_is_held_never_leaves() {
    let refused = record("rate = \"1/h\"", &["a/no", "a/no"], PATIENT).await;
    let expected = recorded([("a/no is held", 0), ("a/no leaves", 0), ("a/no", 0), ("a/no is held", 0)]);
    assert_eq!(refused, expected);
    let given_up = record("rate = \"1/s\"", &["a/no", "a/no"], Duration::from_millis(500)).await;
    assert_eq!(given_up, expected);
    let given_up = record("access = \"approve\"", &["a/yes"], Duration::from_millis(500)).await;
    assert_eq!(given_up, recorded([("a/yes is held", 0)]));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_needs_neither_approval_nor_turn_is_not_held() {
    for rule in ["access = \"allow\"", "access = \"deny\"", "timeout = \"1s\""] {
        let records = record(rule, &["a/no"], PATIENT).await;
        let is_denied = rule.contains("deny");
        assert_eq!(records, if is_denied { Vec::new() } else { recorded([("a/no", 0)]) }, "{rule}");
    }
}
