//! Listings as a terminal, a browser, a parser of XML and an attacker would look at them.

use super::*;
use crate::report::fixture::HOSTILE;

fn hostile() -> Listing {
    let text = format!("{HOSTILE} | `x` @everyone #1 [a](b) www.evil.example \u{ffff}\u{0}\"'&\n]]>--> $x$");
    let line = |verdict| Line {
        subject: text.clone(),
        metric: text.clone(),
        baseline: text.clone(),
        now: text.clone(),
        direction: Direction::Worse,
        magnitude: None,
        verdict,
        reason: Some(text.clone()),
    };
    Listing {
        title: text.clone(),
        lines: vec![line(Some(LineVerdict::Failed)), line(Some(LineVerdict::Passed))],
        notes: vec![text.clone()],
        conclusion: text,
    }
}

#[test]
fn a_terminal_is_not_steered_and_not_overrun() {
    let text = terminal(&hostile(), false);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{0}']));
    let table = text.lines().take_while(|line| !line.starts_with("=HYPERLINK") || text.starts_with(line));
    assert!(table.filter(|line| line.contains('─')).all(|line| line.chars().count() <= 100));
    assert!(terminal(&hostile(), true).contains("\u{1b}["));
}

#[test]
fn markdown_has_no_markup_but_ours() {
    let text = markdown(&hostile());
    for line in text.lines() {
        let bare = line.replace("<code>", "").replace("</code>", "").replace("**", "");
        let bare = bare.trim_start_matches("### ").trim_start_matches("- Note: ");
        assert!(
            !bare.contains(['<', '>', '`', '@', '[', ']', '_', '*', '$', '.', '"', '\u{1b}', '\u{202e}']),
            "{bare}"
        );
        assert!(!bare.replace("&#", "").contains('#'), "{bare}");
        if line.starts_with('|') {
            assert_eq!(line.matches('|').count(), 8, "{line}");
        }
    }
}

#[test]
fn junit_is_well_formed_and_counts_its_cases() {
    let text = junit(&hostile());
    assert!(text.contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""), "{text}");
    // XML's own rules: no control characters, nothing that is no character, and `<`, `&` and quotation marks only as ours.
    assert!(text.chars().all(|character| character == '\n' || !character.is_control() && character != '\u{ffff}'));
    let mut open = Vec::new();
    for tag in text.split('<').skip(2) {
        let (tag, content) = tag.split_once('>').expect("a tag is not closed");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        assert!(!content.contains(']') || !content.contains("]]>"), "{content}");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes something else");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for reference in text.split('&').skip(1) {
        let (name, _) = reference.split_once(';').expect("a reference is not closed");
        assert!(["amp", "lt", "gt", "quot", "#10", "#9"].contains(&name), "{name}");
    }
    // A line without a verdict is a failure if it is worse, and skipped if only one run has it.
    let mut listing = hostile();
    listing.lines[0].verdict = None;
    (listing.lines[1].verdict, listing.lines[1].direction) = (None, Direction::Gone);
    assert!(junit(&listing).contains("failures=\"1\" errors=\"0\" skipped=\"1\""));
}

#[test]
fn what_is_the_same_is_counted_and_not_listed() {
    let mut listing = hostile();
    listing.lines[1].direction = Direction::Same;
    for text in [terminal(&listing, false), markdown(&listing)] {
        assert!(text.contains("Figures that are the same, and not listed: 1."), "{text}");
    }
    assert_eq!(junit(&listing).matches("<testcase").count(), 2);
}
