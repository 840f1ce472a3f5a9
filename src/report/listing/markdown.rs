//! A listing as Markdown, for a comment.

use super::{Line, LineVerdict, Listing};
use crate::report::table::one_line;

pub fn markdown(listing: &Listing) -> String {
    let (lines, rest) = listing.told();
    let is_judged = listing.is_judged();
    let mut text = format!("### {}\n\n**{}**\n", inert(&listing.title), inert(&listing.conclusion));
    if !lines.is_empty() {
        let verdict = if is_judged { (" verdict |", "---|") } else { ("", "") };
        text.push_str("\n| subject | metric | baseline | now | direction | magnitude |");
        text.push_str(&format!("{}\n|---|---|--:|--:|---|---|{}\n", verdict.0, verdict.1));
        lines.iter().for_each(|line| text.push_str(&row(line)));
    }
    if rest > 0 {
        text.push_str(&format!("\nFigures that are the same, and not listed: {rest}.\n"));
    }
    let reasons = lines.iter().filter_map(|line| {
        Some(format!("- {}, {}: {}\n", code(&line.subject), inert(&line.metric), code(line.reason.as_deref()?)))
    });
    let notes = listing.notes.iter().map(|note| format!("- Note: {}\n", inert(note)));
    let said: String = reasons.chain(notes).collect();
    if !said.is_empty() {
        text.push('\n');
        text.push_str(&said);
    }
    text
}

fn row(line: &Line) -> String {
    let mut cells = vec![code(&line.subject)];
    cells.extend([&line.metric, &line.baseline, &line.now].map(|text| inert(text)));
    let direction = line.direction.name();
    cells.push(if line.is_bad() { format!("**{direction}**") } else { direction.to_owned() });
    cells.push(line.magnitude().to_owned());
    cells.extend(line.verdict.map(|verdict| match verdict {
        LineVerdict::Failed => "**failed**".to_owned(),
        LineVerdict::Passed => "passed".to_owned(),
    }));
    format!("| {} |\n", cells.join(" | "))
}

/// Foreign text, in which no one is mentioned and nothing is a link.
fn code(text: &str) -> String {
    format!("<code>{}</code>", inert(text))
}

/// Text of which no character is markup: every sign that could be is written as its number.
fn inert(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        let is_plain = !character.is_ascii_punctuation() || matches!(character, '-' | '+' | '/' | '%' | ',');
        if is_plain {
            shown.push(character);
        } else {
            shown.push_str(&format!("&#{};", u32::from(character)));
        }
    }
    shown
}
