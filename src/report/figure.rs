//! How the tables write numbers that have halves or intervals.

use crate::{format, harness::summary::Estimate};

/// A median of counts: `1,952`, `1,952.5`.
pub(crate) fn count(number: f64) -> String {
    // Beyond it, and for what is no number, digits say nothing.
    if !(0.0..1e15).contains(&number) {
        return "undefined".to_owned();
    }
    let halves = (number * 2.0).round() as u64;
    let whole = format::grouped(halves / 2);
    if halves.is_multiple_of(2) { whole } else { format!("{whole}.5") }
}

/// `$0.00042`, `$0.0310`, `$4.51`: three digits that count, and cents at least.
pub(crate) fn dollars(amount: f64) -> String {
    let decimals = (2..=8).find(|&decimals| amount.abs() * 10f64.powi(decimals) >= 99.5).unwrap_or(2);
    format!("${amount:.*}", usize::try_from(decimals).unwrap_or(2))
}

/// A ratio: `1.274`.
pub(crate) fn ratio(ratio: f64) -> String {
    if ratio.is_finite() { format!("{ratio:.3}") } else { "undefined".to_owned() }
}

/// The interval of a reduction, if it is more than a point as it is written: `98.1…98.9 %`.
pub(crate) fn interval(reduction: Estimate) -> Option<String> {
    let (low, high) = (format::reduction(reduction.low), format::reduction(reduction.high));
    let (median, from) = (format::reduction(reduction.median), low.trim_end_matches(" %"));
    (low != median || high != median).then(|| format!("{from}…{high}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_may_lie_between_two_counts_and_intervals_are_shown_where_they_are_more_than_a_point() {
        assert_eq!([0.0, 1_952.0, 1_952.5].map(count), ["0", "1,952", "1,952.5"]);
        assert_eq!([f64::NAN, f64::INFINITY, -1.0].map(count), ["undefined"; 3]);
        assert_eq!(
            [4.512, 0.031, 0.000_42, 1_234.0, 0.0].map(dollars),
            ["$4.51", "$0.0310", "$0.000420", "$1234.00", "$0.00"]
        );
        assert_eq!([1.274_4, f64::NAN].map(ratio), ["1.274", "undefined"]);
        let estimate = |low, median, high| Estimate { median, low, high };
        assert_eq!(interval(estimate(0.981, 0.985, 0.989)).as_deref(), Some("98.1…98.9 %"));
        assert_eq!(interval(estimate(-0.35, -0.34, 0.02)).as_deref(), Some("+35.0…2.0 %"));
        assert_eq!(interval(estimate(0.985, 0.985, 0.985_01)), None);
    }
}
