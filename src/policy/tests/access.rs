use super::*;

/// Gives one answer to everything, after a time, and records who asked for what.
struct Answering {
    answer: Approval,
    takes: Duration,
    asked: Mutex<Vec<String>>,
}

impl Answering {
    fn new(answer: Approval) -> Arc<Self> {
        Arc::new(Self { answer, takes: Duration::ZERO, asked: Mutex::default() })
    }

    fn declined(reason: &str) -> Arc<Self> {
        Self::new(Approval::Declined { reason: Some(reason.to_owned()) })
    }
}

impl Approver for Answering {
    fn approve<'a>(&'a self, principal: &'a Principal, call: &'a ToolCall) -> BoxFuture<'a, Approval> {
        Box::pin(async move {
            self.asked.lock().expect("no panic").push(format!("{}: {}", principal.0, call.id));
            time::sleep(self.takes).await;
            self.answer.clone()
        })
    }
}

fn unknown(name: &str) -> ToolError {
    ToolError::Unknown { tool: tool(name), nearest: Vec::new() }
}

fn denied(message: &str) -> ToolError {
    ToolError::Denied { tool: tool("github/merge"), message: message.to_owned() }
}

const APPROVE: &str = "tools = [\"github/merge\"]\naccess = \"approve\"";

#[tokio::test(start_paused = true)]
async fn without_rules_every_known_tool_is_called_at_once() {
    let inner = RecordingHost::new(Duration::from_secs(3_600));
    let host = guard(&inner, &Policy::default(), &definitions(&[("github", &["list", "delete"])]));
    for name in ["github/list", "github/delete"] {
        assert_eq!(host.call_tool(call(name)).await.expect("an answer").output.text(), "done");
    }
    assert_eq!(inner.instants(), [0, 3_600_000]);
}

#[tokio::test(start_paused = true)]
async fn a_denied_tool_and_one_that_nobody_ruled_upon_are_both_as_if_they_were_not() {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&["tools = [\"github/delete\"]\naccess = \"deny\"\nrate = \"1/h\""]);
    let host = guard(&inner, &policy, &definitions(&[("github", &["list", "delete"])]));
    for name in ["github/delete", "github/delete", "github/delet", "gitlab/list"] {
        assert_eq!(host.call_tool(call(name)).await.expect_err(name), unknown(name));
    }
    assert!(inner.calls().is_empty());
}

#[test]
fn what_is_denied_is_not_visible_nor_is_a_server_of_which_nothing_is_left() {
    let all = definitions(&[("github", &["list", "delete"]), ("admin", &["wipe"]), ("empty", &[])]);
    let policy = policy_of(&[
        "tools = [\"*/delete\", \"admin/*\"]\naccess = \"deny\"",
        "tools = [\"github/list\"]\naccess = \"approve\"",
    ]);
    let rulings = Rulings::new(&policy, &all);
    assert_eq!(rulings.visible(all), definitions(&[("github", &["list"]), ("empty", &[])]));
    assert!(rulings.visible(definitions(&[("new", &["tool"])])).is_empty(), "nobody has ruled upon it");
    assert_eq!(rulings.get(&tool("github/delete")).map(|ruling| ruling.access), Some(Access::Deny));
    assert_eq!(rulings.get(&tool("github/other")), None);
    let tools: Vec<_> = rulings.iter().map(|(tool, _)| tool.to_string()).collect();
    assert_eq!(tools, ["admin/wipe", "github/delete", "github/list"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_needs_approval_is_made_only_if_it_is_approved() {
    let declining = [
        (Answering::declined("not on\u{202e} a\nFriday"), "approval was declined: not on  a Friday"),
        (Answering::new(Approval::Declined { reason: None }), "approval was declined"),
    ];
    let inner = RecordingHost::new(Duration::ZERO);
    let rulings = Rulings::new(&policy_of(&[APPROVE]), &definitions(&[("github", &["merge", "list"])]));
    let host = || PolicyHost::new(inner.clone(), rulings.clone(), Principal("ada".into()));

    let error = host().call_tool(call("github/merge")).await.expect_err("nobody to ask");
    assert_eq!(error, denied("needs approval, and there is nobody to ask"));
    for (approver, message) in declining {
        let host = host().with_approver(approver.clone());
        assert_eq!(host.call_tool(call("github/merge")).await.expect_err("declined"), denied(message));
        assert_eq!(*approver.asked.lock().expect("no panic"), ["ada: github/merge"]);
    }
    assert!(inner.calls().is_empty());

    let approver = Answering::new(Approval::Approved);
    let host = host().with_approver(approver.clone());
    for name in ["github/merge", "github/list", "github/merge"] {
        host.call_tool(call(name)).await.expect("an answer");
    }
    assert_eq!(*approver.asked.lock().expect("no panic"), ["ada: github/merge"; 2]);
    assert_eq!(inner.calls().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_long_reason_is_cut() {
    let inner = RecordingHost::new(Duration::ZERO);
    let definitions = definitions(&[("github", &["merge"])]);
    for (length, expected) in [(300, "é".repeat(300)), (301, "é".repeat(299) + "…"), (100_000, "é".repeat(299) + "…")]
    {
        let host =
            guard(&inner, &policy_of(&[APPROVE]), &definitions).with_approver(Answering::declined(&"é".repeat(length)));
        let error = host.call_tool(call("github/merge")).await.expect_err("declined");
        assert_eq!(error, denied(&format!("approval was declined: {expected}")));
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_that_an_approval_takes_is_not_the_calls_and_nobody_spends_a_turn_before_it() {
    let inner = RecordingHost::new(Duration::from_millis(900));
    let policy = policy_of(&[APPROVE, "tools = [\"github/merge\"]\ntimeout = \"1s\"\nrate = \"1/h\""]);
    let rulings = Rulings::new(&policy, &definitions(&[("github", &["merge"])]));
    let host = || PolicyHost::new(inner.clone(), rulings.clone(), Principal::default());

    host().with_approver(Answering::declined("no")).call_tool(call("github/merge")).await.expect_err("declined");
    let slow =
        Answering { takes: Duration::from_secs(60), ..Arc::into_inner(Answering::new(Approval::Approved)).unwrap() };
    host().with_approver(Arc::new(slow)).call_tool(call("github/merge")).await.expect("an answer");
    assert_eq!(inner.instants(), [60_000]);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_for_a_call_that_a_rate_refuses_at_once() {
    let inner = RecordingHost::new(Duration::ZERO);
    let approver = Answering::new(Approval::Approved);
    let limited = |wait| ToolError::RateLimited { tool: tool("github/merge"), retry_after: Duration::from_secs(wait) };
    let asked = || approver.asked.lock().expect("no panic").len();

    let policy = policy_of(&[APPROVE, "tools = [\"github/merge\"]\nrate = \"1/h\""]);
    let host = guard(&inner, &policy, &definitions(&[("github", &["merge"])])).with_approver(approver.clone());
    host.call_tool(call("github/merge")).await.expect("an answer");
    assert_eq!(host.call_tool(call("github/merge")).await.expect_err("too soon"), limited(3_600));
    assert_eq!(asked(), 1);

    // The tool has a turn, but the two seconds that two others wait at its server are too long.
    let policy = policy_of(&[
        APPROVE,
        "tools = [\"github/*\"]\ntimeout = \"2s\"\nserver_rate = \"1/s\"",
        "tools = [\"github/merge\"]\nrate = \"9/s\"",
    ]);
    let host = guard(&inner, &policy, &definitions(&[("github", &["merge", "list"])])).with_approver(approver.clone());
    let mut others = ["github/list"; 3].map(|name| host.call_tool(call(name)));
    for other in &mut others {
        let _ = futures_util::poll!(other);
    }
    assert_eq!(host.call_tool(call("github/merge")).await.expect_err("too long"), limited(3));
    assert_eq!(asked(), 1);
}

#[tokio::test]
async fn what_is_hidden_in_a_reason_is_not_shown() {
    let inner = RecordingHost::new(Duration::ZERO);
    let definitions = definitions(&[("github", &["merge"])]);
    for hidden in [
        '\n',
        '\u{9b}',
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{180e}',
        '\u{200b}',
        '\u{200f}',
        '\u{2028}',
        '\u{202e}',
        '\u{2060}',
        '\u{206f}',
        '\u{3164}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{e0000}',
        '\u{e0041}',
        '\u{e007f}',
        '\u{e01ef}',
    ] {
        let approver = Answering::declined(&format!("a{hidden}b"));
        let host = guard(&inner, &policy_of(&[APPROVE]), &definitions).with_approver(approver);
        let error = host.call_tool(call("github/merge")).await.expect_err("declined");
        assert_eq!(error, denied("approval was declined: a b"), "{}", hidden.escape_unicode());
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_takes_longer_than_its_timeout_is_cut_off_at_it() {
    let inner = RecordingHost::new(Duration::from_millis(2_000));
    let policy = policy_of(&["tools = [\"a/fast\"]\ntimeout = \"1s 999ms\"", "tools = [\"a/slow\"]\ntimeout = \"2s\""]);
    let host = guard(&inner, &policy, &definitions(&[("a", &["fast", "slow"])]));
    let error = host.call_tool(call("a/fast")).await.expect_err("cut off");
    assert_eq!(error, ToolError::TimedOut { tool: tool("a/fast"), after: Duration::from_millis(1_999) });
    assert_eq!(inner.start.elapsed(), Duration::from_millis(1_999));
    host.call_tool(call("a/slow")).await.expect("an answer");
}

#[tokio::test]
async fn effects_come_from_the_rulings_and_are_writes_where_there_is_none() {
    let inner = RecordingHost::new(Duration::ZERO);
    let policy = policy_of(&["tools = [\"github/list\"]\neffect = \"read\""]);
    let host = guard(&inner, &policy, &definitions(&[("github", &["list", "merge"])]));
    for (name, effect) in
        [("github/list", Effect::Read), ("github/merge", Effect::Write), ("other/list", Effect::Write)]
    {
        assert_eq!(host.effect(&tool(name)), effect, "{name}");
    }
}
