//! How times, sizes and shares are written.

use std::time::Duration;

use bytesize::ByteSize;
use jiff::Timestamp;
use maud::{Markup, html};

use crate::format::grouped;

/// What is written where nothing is known.
pub(super) const NOTHING: &str = "–";

/// `0.4 ms`, `42 ms`, `1.24 s`, `3 min 05 s`, `2 h 07 min`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match duration.as_secs_f64() * 1e3 {
        0.0 => "0 ms".to_owned(),
        milliseconds if milliseconds < 0.1 => "< 0.1 ms".to_owned(),
        milliseconds if milliseconds < 9.95 => format!("{milliseconds:.1} ms"),
        milliseconds if milliseconds < 999.5 => format!("{milliseconds:.0} ms"),
        milliseconds if milliseconds < 59_995.0 => format!("{:.2} s", milliseconds / 1e3),
        _ if seconds < 60 => "60 s".to_owned(),
        _ if seconds < 60 * 60 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ if seconds < 48 * 60 * 60 => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

pub(super) fn size(size: ByteSize) -> String {
    match size.as_u64() {
        bytes if bytes < 1024 => format!("{bytes} B"),
        bytes if bytes < 1024 * 1024 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        bytes => format!("{:.1} MiB", bytes as f64 / 1024.0 / 1024.0),
    }
}

/// A share, of which neither a little is written as nothing nor almost all as all.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 0.0 && percent < 0.05 => "< 0.1 %".to_owned(),
        percent if (99.95..100.0).contains(&percent) => "> 99.9 %".to_owned(),
        percent => format!("{percent:.1} %"),
    }
}

pub(super) fn optional_percent(share: Option<f64>) -> String {
    share.map_or_else(|| NOTHING.to_owned(), percent)
}

/// With a true minus sign.
pub(super) fn signed(number: i64) -> String {
    let sign = if number < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(number.unsigned_abs()))
}

/// `950`, `12.3 k`, `4.56 M`: for tiles and axes, where a table has the exact number.
pub(super) fn rounded(number: f64) -> String {
    let magnitude = number.abs();
    let (scale, unit) = match magnitude {
        m if m >= 999.5e6 => (1e9, " G"),
        m if m >= 999.5e3 => (1e6, " M"),
        m if m >= 999.5 => (1e3, " k"),
        _ => return format!("{}", number.round()).replace('-', "−"),
    };
    let scaled = number / scale;
    let decimals = match scaled.abs() {
        s if s >= 99.95 => 0,
        s if s >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{scaled:.decimals$}").replace('-', "−");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{unit}")
}

/// A moment by its time of day, the rest of it for who wants to know.
pub(super) fn moment(time: Timestamp) -> Markup {
    let whole = Timestamp::from_second(time.as_second()).unwrap_or(time);
    html! { time datetime=(time) title=(whole) { (time.strftime("%H:%M:%S")) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_exact_as_their_length_asks_for() {
        for (micros, text) in [
            (0, "0 ms"),
            (40, "< 0.1 ms"),
            (3_149, "3.1 ms"),
            (9_960, "10 ms"),
            (999_499, "999 ms"),
            (999_600, "1.00 s"),
            (59_994_000, "59.99 s"),
            (59_996_000, "60 s"),
            (185_000_000, "3 min 05 s"),
            (7_620_000_000, "2 h 07 min"),
            (180_000_000_000, "2 d 2 h"),
        ] {
            assert_eq!(duration(Duration::from_micros(micros)), text, "{micros} µs");
        }
    }

    #[test]
    fn a_little_is_not_nothing_and_almost_all_is_not_all() {
        for (share, text) in
            [(0.0, "0.0 %"), (0.0001, "< 0.1 %"), (0.1234, "12.3 %"), (0.9996, "> 99.9 %"), (1.0, "100.0 %")]
        {
            assert_eq!(percent(share), text);
        }
        assert_eq!(optional_percent(None), "–");
    }

    #[test]
    fn large_numbers_are_rounded_to_three_digits() {
        for (number, text) in [
            (0.0, "0"),
            (999.0, "999"),
            (999.6, "1 k"),
            (12_345.0, "12.3 k"),
            (999_600.0, "1 M"),
            (4_178_092.0, "4.18 M"),
            (-4_178_092.0, "−4.18 M"),
            (2.0e9, "2 G"),
        ] {
            assert_eq!(rounded(number), text);
        }
        assert_eq!((&*signed(-1_234), &*signed(5)), ("−1,234", "5"));
        assert_eq!([1023, 1536, 5 << 20].map(|bytes| size(ByteSize(bytes))), ["1023 B", "1.5 KiB", "5.0 MiB"]);
    }
}
