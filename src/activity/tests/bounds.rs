//! However much comes in, so much is kept.

use proptest::prelude::*;

use super::*;
use crate::activity::{excerpt::MARGIN, live::MAX_PROGRAM, record};

#[test]
fn the_latest_requests_are_kept_up_to_their_number() {
    let activity = activity(ActivityOptions { requests: 3, ..ActivityOptions::default() });
    for index in 0..10 {
        activity.begin(begun(&format!("{index}"), &Recorder::new())).end(completed());
    }
    let titles: Vec<_> = everybody(&activity).recent.into_iter().map(|request| request.title).collect();
    assert_eq!(titles, ["9", "8", "7"]);
    assert_eq!(activity.totals().ended, 10);
}

#[test]
fn requests_are_forgotten_when_they_take_too_much_memory() {
    let activity = activity(ActivityOptions { requests: 1_000, bytes: ByteSize::kib(64) });
    for _ in 0..20 {
        activity.begin(begun(&"x".repeat(10_000), &Recorder::new())).end(completed());
    }
    let kept = everybody(&activity).recent.len();
    assert!((5..=6).contains(&kept), "{kept} are kept");
}

#[test]
fn one_request_is_bounded_whatever_it_does() {
    let activity = activity(ActivityOptions::default());
    let recorder = Recorder::new();
    let long = "é".repeat(100_000);
    let client = Some(long.clone());
    let live = activity.begin(Begun { client, ..begun(&long, &recorder) });
    for _ in 0..record::MAX_CALLS + 7 {
        let input = JsonObject::from_iter([("x".to_owned(), long.as_str().into())]);
        answered(&recorder, call(&long, input), output(&long));
    }
    live.console("short");
    for _ in 0..100 {
        live.console(&long);
    }
    let id = live.id().to_owned();
    live.end(Ended { failure: Some(long.clone()), fallback: Some(long.clone()), ..completed() });

    let details = activity.get(&id).expect("it is remembered");
    let program = details.program.as_ref().expect("a program");
    assert!(program.is_cut && program.text.len() == MAX_PROGRAM && program.size.as_u64() == 200_000);
    assert_eq!((details.calls.len(), details.calls_omitted), (record::MAX_CALLS, 7));
    let answer = details.calls[0].answer.as_ref().expect("an answer");
    assert!(answer.is_cut && answer.text.len() <= record::MAX_TEXT);
    let console = &details.console;
    assert_eq!((&*console.lines[0], console.lines.len(), console.lines_omitted), ("short", 2, 99));
    assert!(console.lines[1].ends_with('…'), "what was cut says so");
    let json = serde_json::to_string(&details).expect("JSON");
    assert!(json.len() < MAX_PROGRAM + record::MAX_CONSOLE + 110 * 10_000, "{} bytes", json.len());
    // The memory that is counted is about that which is taken.
    let counted = details.size().as_u64() as f64 / json.len() as f64;
    assert!((0.8..1.3).contains(&counted), "{counted}");
}

#[test]
fn empty_console_lines_are_bounded_too() {
    let activity = activity(ActivityOptions::default());
    let live = activity.begin(begun("x", &Recorder::new()));
    for _ in 0..100_000 {
        live.console("");
    }
    let console = activity.get(live.id()).expect("it runs").console;
    assert!(console.lines.len() <= record::MAX_CONSOLE / size_of::<String>() && !console.lines.is_empty());
    assert_eq!(console.lines.len() as u64 + console.lines_omitted, 100_000);
}

proptest! {
    /// Wherever a secret stands, at the cut or beyond it, no part of it that could be recognised is kept.
    #[test]
    fn a_cut_leaves_no_part_of_a_secret(before in 0usize..3 * MARGIN, limit in 0usize..2 * MARGIN, times in 1usize..1_500) {
        let keeper = Keeper::new(Arc::new(|text| text.replace("0123456789", "*")));
        let text = format!("{}{}", "a".repeat(before), "0123456789".repeat(times)) + &"b".repeat(MARGIN);
        let kept = keeper.keep(&text, limit);
        prop_assert!(kept.text.len() <= limit);
        prop_assert!(!kept.text.contains(|c: char| c.is_ascii_digit()), "{}", kept.text);
        let redacted = text.replace("0123456789", "*");
        prop_assert!(redacted.starts_with(&kept.text));
        prop_assert_eq!(kept.is_cut, kept.text != redacted);
    }

    #[test]
    fn the_ring_keeps_the_newest_that_fit(sizes in prop::collection::vec(0u64..50, 0..60), capacity in 0usize..8) {
        let mut ring = Ring::new(capacity, ByteSize(100));
        for (index, size) in sizes.iter().enumerate() {
            ring.push(index, ByteSize(*size));
        }
        let kept: Vec<_> = ring.iter().copied().collect();
        let mut expected: Vec<usize> = Vec::new();
        for index in (0..sizes.len()).rev() {
            let bytes: u64 = expected.iter().map(|kept| sizes[*kept]).sum::<u64>() + sizes[index];
            if expected.len() == capacity || bytes > 100 {
                break;
            }
            expected.push(index);
        }
        prop_assert_eq!(kept, expected);
    }
}
