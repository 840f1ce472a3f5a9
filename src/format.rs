//! How figures and foreign text are written, the same in every file: digits grouped, per cent with a sign that cannot
//! be misread, and text with nothing invisible in it.

use std::cmp::Ordering;

use crate::tokens::Tokens;

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    group_digits(&number.to_string())
}

pub(crate) fn tokens(tokens: Tokens) -> String {
    grouped(tokens.0)
}

fn group_digits(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{}.{fraction}", group_digits(whole)),
        None => group_digits(&text),
    }
}

/// What a reduction says of code-first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Saves,
    Same,
    CostsMore,
    /// The direct arm has no tokens to reduce.
    Undefined,
}

impl Direction {
    pub(crate) fn of(reduction: f64) -> Self {
        match reduction.partial_cmp(&0.0).filter(|_| reduction.is_finite()) {
            Some(Ordering::Greater) => Self::Saves,
            Some(Ordering::Equal) => Self::Same,
            Some(Ordering::Less) => Self::CostsMore,
            None => Self::Undefined,
        }
    }
}

/// A reduction for a column: `98.7 %`, `+34.0 %` where code-first costs more.
pub(crate) fn reduction(reduction: f64) -> String {
    match Direction::of(reduction) {
        Direction::CostsMore => format!("+{}", percent(-reduction)),
        Direction::Undefined => "undefined".to_owned(),
        Direction::Saves | Direction::Same => percent(reduction),
    }
}

/// A reduction in words: `saves 98.7 %`, `costs 34.0 % more`.
pub(crate) fn reduction_in_words(reduction: f64) -> String {
    match Direction::of(reduction) {
        Direction::Saves => format!("saves {}", percent(reduction)),
        Direction::Same => "the same".to_owned(),
        Direction::CostsMore => format!("costs {} more", percent(-reduction)),
        Direction::Undefined => "undefined".to_owned(),
    }
}

/// A reduction beside the threshold it is judged by, with as many decimals as it takes to tell them apart: a
/// reduction that misses 95 % is never shown as 95.0 %.
pub(crate) fn reduction_beside(value: f64, threshold: f64) -> String {
    let rounded = reduction(value);
    if value >= threshold || value <= 0.0 || rounded != percent(threshold) {
        return rounded;
    }
    (2..=9)
        .map(|decimals| (decimal(value * 100.0, decimals), decimal(threshold * 100.0, decimals)))
        .find(|(value, threshold)| value != threshold)
        .map_or(rounded, |(value, _)| format!("{value} %"))
}

/// A threshold, exactly: `95 %`, `98.75 %`.
pub(crate) fn threshold(fraction: f64) -> String {
    let text = decimal(fraction * 100.0, 6);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// One decimal, and more only where one would turn a little into nothing, or almost all into all.
fn percent(fraction: f64) -> String {
    let misleads = |decimals: usize| {
        let scale = 10f64.powi(decimals as i32);
        let shown = (fraction * 100.0 * scale).round() / scale;
        (shown == 0.0 && fraction > 0.0) || (shown >= 100.0 && fraction < 1.0)
    };
    let decimals = (1..6).find(|&decimals| !misleads(decimals)).unwrap_or(6);
    format!("{} %", decimal(fraction * 100.0, decimals))
}

/// Foreign text with what could act on its reader spelt out: control characters (a terminal obeys some) and the marks
/// that turn the direction of writing. Line ends and tabs stay.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let acts = match character {
            '\n' | '\t' => false,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => true,
            other => other.is_control(),
        };
        if acts {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// At most `limit` characters, the last of them `…` where something was cut.
pub(crate) fn clipped(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

/// An error with its causes on one line, each said once.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn a_reduction_never_reads_better_than_it_is() {
        for (value, column, words) in [
            (0.987, "98.7 %", "saves 98.7 %"),
            (0.5, "50.0 %", "saves 50.0 %"),
            (0.99996, "99.996 %", "saves 99.996 %"),
            (1.0, "100.0 %", "saves 100.0 %"),
            (0.0, "0.0 %", "the same"),
            (0.00012, "0.01 %", "saves 0.01 %"),
            (-0.34, "+34.0 %", "costs 34.0 % more"),
            (-0.0001, "+0.01 %", "costs 0.01 % more"),
            (-12.5, "+1,250.0 %", "costs 1,250.0 % more"),
            (f64::NAN, "undefined", "undefined"),
            (f64::NEG_INFINITY, "undefined", "undefined"),
        ] {
            assert_eq!((reduction(value).as_str(), reduction_in_words(value).as_str()), (column, words), "{value}");
        }
        for (value, text) in
            [(0.95, "95.0 %"), (0.949_996, "94.9996 %"), (0.949_6, "94.96 %"), (0.94, "94.0 %"), (-0.2, "+20.0 %")]
        {
            assert_eq!(reduction_beside(value, 0.95), text);
        }
        assert_eq!(
            [0.95, 0.987, 0.9999, 0.5, 0.29, 1.0].map(threshold),
            ["95 %", "98.7 %", "99.99 %", "50 %", "29 %", "100 %"]
        );
    }

    #[test]
    fn foreign_text_cannot_act_on_a_terminal_or_on_the_eye() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\r\n\td"), "a\\u{1b}[2Jb\\u{202e}c\\u{d}\n\td");
        assert_eq!(visible("naïve 日本 <b>"), "naïve 日本 <b>");
        assert_eq!(clipped("日本語", 2), "日…");
        assert_eq!(clipped("abc", 3), "abc");
    }
}
