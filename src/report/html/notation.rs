//! How the page writes numbers with their intervals, times, money, and text that others wrote.

use maud::{Markup, html};

use crate::{
    format::{self, Direction},
    harness::summary::Estimate,
};

/// A number of something countable; medians over an even number of seeds can lie between two.
pub(super) fn count(number: f64) -> String {
    format::grouped(number.round().max(0.0) as u64)
}

/// `0.8 ms`, `48 ms`, `3.25 s`, `12.3 s`, `1,234 s`.
pub(super) fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 0.01 => format!("{:.1} ms", s * 1e3),
        s if s < 0.9995 => format!("{:.0} ms", s * 1e3),
        s if s < 9.995 => format!("{s:.2} s"),
        s if s < 99.95 => format!("{s:.1} s"),
        s => format!("{} s", count(s)),
    }
}

/// `$0.00042`, `$0.0042`, `$0.031`, `$4.51`, `$31,250`.
pub(super) fn dollars(amount: f64) -> String {
    match amount {
        a if a <= 0.0 => "$0".to_owned(),
        a if a >= 999.995 => format!("${}", count(a)),
        a if a >= 0.995 => format!("${a:.2}"),
        a if a >= 0.01 => format!("${a:.3}"),
        a if a >= 0.001 => format!("${a:.4}"),
        a => format!("${a:.5}"),
    }
}

/// A price, exactly, with at least two decimals: `$3.00`, `$0.075`.
pub(super) fn price(amount: f64) -> String {
    let short = format!("{amount:.2}");
    if short.parse() == Ok(amount) { format!("${short}") } else { format!("${amount}") }
}

/// The median, and beneath it the interval where the seeds differ.
pub(super) fn estimate(estimate: &Estimate, show: impl Fn(f64) -> String) -> Markup {
    let [median, low, high] = [estimate.median, estimate.low, estimate.high].map(show);
    html! {
        (median)
        @if low != median || high != median {
            // A narrow page breaks an interval, but not a number from its unit.
            @let [low, high] = [low, high].map(|end| end.replace(' ', "\u{a0}"));
            small.interval { (low) " to " (high) }
        }
    }
}

/// A cell with an estimate, which a table can be sorted by.
pub(super) fn cell(value: &Estimate, show: impl Fn(f64) -> String) -> Markup {
    html! { td data-value=(value.median) { (estimate(value, show)) } }
}

/// A cell with a reduction: a loss has another colour, and a sign.
pub(super) fn reduction(value: &Estimate) -> Markup {
    // The ends of an interval of losses are written as what they are shown as: from the smaller to the larger.
    let mut shown = *value;
    if is_loss(shown.high) {
        (shown.low, shown.high) = (shown.high, shown.low);
    }
    html! {
        td.bad[is_loss(value.median)] data-value=(value.median) { (estimate(&shown, format::reduction)) }
    }
}

/// The same without an interval.
pub(super) fn plain_reduction(value: f64) -> Markup {
    html! { td.bad[is_loss(value)] data-value=(value) { (format::reduction(value)) } }
}

pub(super) fn is_loss(reduction: f64) -> bool {
    Direction::of(reduction) == Direction::CostsMore
}

/// In running text a per-cent sign stays with its number.
pub(super) fn unbroken(text: &str) -> String {
    text.replace(" %", "\u{a0}%")
}

/// Text of others, with nothing invisible in it, that keeps its direction to itself.
pub(super) fn foreign(text: &str) -> Markup {
    html! { bdi { (format::visible(text)) } }
}

/// The beginning of such a text that takes no more than `bytes` of the page, and how many bytes of the text are left out. What escaping
/// adds is counted, so the page cannot be blown up by quotation marks.
pub(super) fn beginning(text: &str, bytes: usize) -> (String, usize) {
    let mut room = bytes;
    let mut shown = String::new();
    for (index, character) in text.char_indices() {
        let visible = format::visible(character.encode_utf8(&mut [0; 4]));
        let size: usize = visible.bytes().map(escaped_size).sum();
        match room.checked_sub(size) {
            Some(left) => room = left,
            None => return (shown, text.len() - index),
        }
        shown.push_str(&visible);
    }
    (shown, 0)
}

/// What a byte of text takes in a page.
fn escaped_size(byte: u8) -> usize {
    match byte {
        b'"' => "&quot;".len(),
        b'&' => "&amp;".len(),
        b'<' | b'>' => "&lt;".len(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_money_keep_two_or_three_digits() {
        assert_eq!(
            [0.000_84, 0.0482, 0.9999, 3.249, 12.34, 1234.4].map(seconds),
            ["0.8 ms", "48 ms", "1.00 s", "3.25 s", "12.3 s", "1,234 s"]
        );
        assert_eq!(
            [0.0, 0.000_42, 0.0098, 0.0312, 4.509, 999.999, 31_250.4].map(dollars),
            ["$0", "$0.00042", "$0.0098", "$0.031", "$4.51", "$1,000", "$31,250"]
        );
        assert_eq!([3.0, 0.075, 20.0].map(price), ["$3.00", "$0.075", "$20.00"]);
    }

    #[test]
    fn an_interval_is_shown_where_it_says_something() {
        let certain = Estimate { median: 5.0, low: 5.0, high: 5.0 };
        assert_eq!(estimate(&certain, count).into_string(), "5");
        let spread = Estimate { low: 4.0, ..certain };
        assert_eq!(estimate(&spread, count).into_string(), "5<small class=\"interval\">4 to 5</small>");
        let losses = Estimate { median: -0.3, low: -0.4, high: -0.2 };
        assert!(
            reduction(&losses)
                .into_string()
                .contains("+30.0 %<small class=\"interval\">+20.0\u{a0}% to +40.0\u{a0}%</small>")
        );
    }

    #[test]
    fn a_beginning_takes_no_more_than_its_share_of_the_page() {
        for text in ["\"".repeat(1000), "<".repeat(1000), "\u{1b}".repeat(1000), "日".repeat(1000), "a".repeat(1000)] {
            let (shown, left_out) = beginning(&text, 100);
            let escaped = foreign(&shown).into_string();
            assert!(left_out > 800 && escaped.len() <= 100 + "<bdi></bdi>".len() && escaped.len() > 90, "{escaped}");
        }
        assert_eq!(beginning("short", 100), ("short".to_owned(), 0));
        assert_eq!(beginning("a\u{1b}<日本", 20), ("a\\u{1b}<日本".to_owned(), 0));
        assert_eq!(beginning("a\u{1b}<日本", 14), ("a\\u{1b}<日".to_owned(), 3));
    }
}
