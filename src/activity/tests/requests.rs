//! A request from its beginning to its end.

use super::*;

#[test]
fn a_request_is_live_until_it_ends_and_then_recent() {
    let activity = activity(ActivityOptions::default());
    let recorder = Recorder::new();
    let live = activity.begin(begun("import { x } from \"./tools\";\n\n  return 1;", &recorder));
    let id = live.id().to_owned();
    live.console("one");
    answered(&recorder, call("t", JsonObject::new()), output("2"));

    let snapshot = everybody(&activity);
    assert_eq!((snapshot.live.len(), snapshot.recent.len()), (1, 0));
    assert_eq!((snapshot.live[0].outcome, snapshot.live[0].calls), (None, 1));
    assert_eq!(snapshot.live[0].title, "return 1;");
    let details = activity.get(&id).expect("it runs");
    assert_eq!((&*details.calls[0].tool, details.calls[0].took_effect), ("t", "yes"));
    assert_eq!(details.console.lines, ["one"]);
    assert_eq!(activity.totals().running, 1);

    live.end(Ended { failure: Some("no".into()), outcome: RequestOutcome::Failed, ..completed() });
    let snapshot = everybody(&activity);
    assert_eq!((snapshot.live.len(), snapshot.recent.len()), (0, 1));
    let details = activity.get(&id).expect("it is remembered");
    assert_eq!(details.summary.outcome, Some(RequestOutcome::Failed));
    assert_eq!(details.summary.failure.expect("a reason").text, "no");
    assert_eq!(details.calls[0].answer.as_ref().expect("an answer").text, "2");
    let totals = activity.totals();
    assert_eq!((totals.running, totals.ended, totals.failed, totals.code), (0, 1, 1, 1));
    assert_eq!(activity.minutes().iter().map(|minute| minute.requests).sum::<u64>(), 1);
}

#[test]
fn a_request_that_is_dropped_was_cancelled_and_keeps_its_journal() {
    let activity = activity(ActivityOptions::default());
    let recorder = Recorder::new();
    let live = activity.begin(begun("x", &recorder));
    recorder.begin(call("slow", JsonObject::new()), Effect::Write, Route::Code, 1);
    drop(live);
    let recent = everybody(&activity).recent;
    assert_eq!(recent[0].outcome, Some(RequestOutcome::Cancelled));
    let details = activity.get(&recent[0].id).expect("it is remembered");
    assert_eq!((details.calls[0].outcome, details.calls[0].took_effect), ("unknown", "perhaps"));
}

#[test]
fn a_printer_prints_and_keeps_nothing_alive() {
    let activity = activity(ActivityOptions::default());
    let live = activity.begin(begun("x", &Recorder::new()));
    let (printer, id) = (live.printer(), live.id().to_owned());
    printer.console("one");
    live.end(completed());
    printer.console("too late");
    assert_eq!(activity.get(&id).expect("it is remembered").console.lines, ["one"]);
    assert!(printer.is_over());
}

#[test]
fn every_text_is_redacted() {
    let activity = activity(ActivityOptions::default());
    let recorder = Recorder::new();
    let secret = "hunter2-secret";
    let begun =
        Begun { client: Some(format!("client {secret}")), ..begun(&format!("const t = \"{secret}\";"), &recorder) };
    let live = activity.begin(begun);
    live.console(&format!("printed {secret}"));
    let input = JsonObject::from_iter([("token".to_owned(), secret.into())]);
    answered(&recorder, call(secret, input.clone()), output(secret));
    let tool = ToolId::new("server", "t");
    answered(&recorder, call("t", input), Err(ToolError::Failed { tool, message: secret.to_owned() }));
    let id = live.id().to_owned();
    let seen_live = serde_json::to_string(&activity.get(&id)).expect("JSON");
    live.end(Ended { fallback: Some(secret.into()), failure: Some(secret.into()), ..completed() });
    let seen_after = serde_json::to_string(&activity.get(&id)).expect("JSON");
    let listed = serde_json::to_string(&everybody(&activity)).expect("JSON");
    for (shown, times) in [(seen_live, 9), (seen_after, 11), (listed, 4)] {
        assert!(!shown.contains(secret), "{shown}");
        assert_eq!(shown.matches("[redacted]").count(), times, "{shown}");
    }
}

#[test]
fn a_snapshot_has_only_what_its_reader_may_see() {
    let activity = activity(ActivityOptions::default());
    let names = ["ada", "bob"].map(|name| Principal(name.into()));
    let live = names.clone().map(|principal| {
        activity.begin(Begun { principal: principal.clone(), ..begun("x", &Recorder::new()) }).end(completed());
        activity.begin(Begun { principal, ..begun("x", &Recorder::new()) })
    });
    let snapshot = activity.snapshot(|principal| *principal == names[1]);
    let seen: Vec<_> = snapshot.live.iter().chain(&snapshot.recent).map(|request| request.principal.clone()).collect();
    assert_eq!(seen, [names[1].clone(), names[1].clone()]);
    drop(live);
}

#[test]
fn names_of_requests_are_of_one_length_and_not_in_a_row() {
    let activity = activity(ActivityOptions { requests: 100, ..ActivityOptions::default() });
    for _ in 0..100 {
        activity.begin(begun("x", &Recorder::new())).end(completed());
    }
    let ids: Vec<_> = everybody(&activity).recent.into_iter().map(|request| request.id).collect();
    let different: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(different.len(), 100);
    assert!(ids.iter().all(|id| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
    assert!(!ids.is_sorted() && !ids.iter().rev().is_sorted());
    let other = super::activity(ActivityOptions::default());
    other.begin(begun("x", &Recorder::new())).end(completed());
    assert!(!ids.contains(&everybody(&other).recent[0].id), "another gateway has other names");
}

#[test]
fn the_day_is_kept_by_the_minute_and_no_longer() {
    let at = |minute: i64| Timestamp::from_second(1_800_000_000 + minute * 60).expect("a time");
    let mut series = Series::default();
    series.ended(at(0), true);
    series.ended(at(0), false);
    series.saved(at(0), Tokens(1), Tokens(10));
    series.ended(at(5), false);
    // The clock is set back: the minutes stay in order.
    series.ended(at(3), false);
    let minutes = series.minutes(at(5));
    let counted: Vec<_> = minutes.iter().map(|minute| (minute.start, minute.requests, minute.fallbacks)).collect();
    assert_eq!(counted, [(at(0), 2, 1), (at(5), 2, 0)]);
    assert_eq!((minutes[0].tokens_passed, minutes[0].tokens_direct), (Tokens(1), Tokens(10)));
    assert_eq!(series.minutes(at(series::MAX_MINUTES - 1)).len(), 2);
    assert_eq!(series.minutes(at(series::MAX_MINUTES)).len(), 1);
    for minute in 0..10 * series::MAX_MINUTES {
        series.ended(at(minute), false);
    }
    assert_eq!(series.minutes(at(0)).len() as i64, series::MAX_MINUTES);
}
