//! Resolves the digit and rounding options that `Intl.NumberFormat` and `Intl.PluralRules` share.
//!
//! In: the options, the default fraction digits of the style, and whether the notation is compact. Out: [`Digits`].

use fixed_decimal::{SignedRoundingMode, UnsignedRoundingMode};

use super::{
    decimal::{Digits, Precision},
    options::{IntlError, Options},
};

const MODES: [(&str, SignedRoundingMode); 9] = [
    ("ceil", SignedRoundingMode::Ceil),
    ("floor", SignedRoundingMode::Floor),
    ("expand", SignedRoundingMode::Unsigned(UnsignedRoundingMode::Expand)),
    ("trunc", SignedRoundingMode::Unsigned(UnsignedRoundingMode::Trunc)),
    ("halfCeil", SignedRoundingMode::HalfCeil),
    ("halfFloor", SignedRoundingMode::HalfFloor),
    ("halfExpand", SignedRoundingMode::Unsigned(UnsignedRoundingMode::HalfExpand)),
    ("halfTrunc", SignedRoundingMode::Unsigned(UnsignedRoundingMode::HalfTrunc)),
    ("halfEven", SignedRoundingMode::Unsigned(UnsignedRoundingMode::HalfEven)),
];

const INCREMENTS: [i16; 15] = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000];

/// The name that `roundingMode` has in options.
pub fn rounding_mode_name(mode: SignedRoundingMode) -> &'static str {
    MODES.iter().find(|(_, other)| *other == mode).map_or("halfExpand", |(name, _)| name)
}

/// Follows the abstract operation `SetNumberFormatDigitOptions` of ECMA-402.
pub fn digit_options(options: &Options, default: (i16, i16), compact: bool) -> Result<Digits, IntlError> {
    let least_integer = options.integer("minimumIntegerDigits", 1, 21)?.unwrap_or(1);
    let increment = options.integer("roundingIncrement", 1, 5000)?.unwrap_or(1);
    if !INCREMENTS.contains(&increment) {
        return Err(IntlError::Range(format!(
            "roundingIncrement {increment} is not supported: use one of {INCREMENTS:?}"
        )));
    }
    let mode_name = options.choice("roundingMode", &MODES.map(|(name, _)| name))?.unwrap_or("halfExpand");
    let mode = MODES.iter().find(|(name, _)| *name == mode_name).map_or(MODES[6].1, |(_, mode)| *mode);
    let priorities = ["auto", "morePrecision", "lessPrecision"];
    let priority = options.choice("roundingPriority", &priorities)?.unwrap_or("auto");
    let trailing = options.choice("trailingZeroDisplay", &["auto", "stripIfInteger"])?;

    let has_significant = options.has("minimumSignificantDigits") || options.has("maximumSignificantDigits");
    let has_fraction = options.has("minimumFractionDigits") || options.has("maximumFractionDigits");
    let needs_significant = priority != "auto" || has_significant;
    let needs_fraction = priority != "auto" || !(has_significant || (!has_fraction && compact));

    let mut significant = (1, 21);
    if needs_significant {
        significant.0 = options.integer("minimumSignificantDigits", 1, 21)?.unwrap_or(1);
        significant.1 = options.integer("maximumSignificantDigits", significant.0, 21)?.unwrap_or(21);
    }
    let mut fraction = if increment == 1 { default } else { (default.0, default.0) };
    if needs_fraction && has_fraction {
        let least = options.integer("minimumFractionDigits", 0, 20)?;
        let most = options.integer("maximumFractionDigits", 0, 20)?;
        fraction = match (least, most) {
            (None, Some(most)) => (fraction.0.min(most), most),
            (Some(least), None) => (least, fraction.1.max(least)),
            (Some(least), Some(most)) if least > most => {
                return Err(IntlError::Range(format!(
                    "maximumFractionDigits {most} is out of range: minimumFractionDigits is {least}"
                )));
            }
            (Some(least), Some(most)) => (least, most),
            (None, None) => fraction,
        };
    }
    let precision = match (needs_significant, needs_fraction, priority) {
        (false, false, _) => {
            (fraction, significant) = ((0, 0), (1, 2));
            Precision::More
        }
        (_, _, "morePrecision") => Precision::More,
        (_, _, "lessPrecision") => Precision::Less,
        _ if has_significant => Precision::Significant,
        _ => Precision::Fraction,
    };
    if increment != 1 {
        if precision != Precision::Fraction {
            let message = "roundingIncrement goes with fraction digits only: leave out significant digits, \
                           roundingPriority and notation \"compact\"";
            return Err(IntlError::Type(message.to_owned()));
        }
        if fraction.0 != fraction.1 {
            let message = "roundingIncrement needs minimumFractionDigits and maximumFractionDigits to be equal";
            return Err(IntlError::Range(message.to_owned()));
        }
    }
    let strip_if_integer = trailing == Some("stripIfInteger");
    Ok(Digits { least_integer, fraction, significant, precision, increment, mode, strip_if_integer })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_contradict_are_refused() {
        let cases = [
            (r#"{"roundingIncrement":3}"#, "roundingIncrement 3 is not supported"),
            (r#"{"roundingIncrement":5,"maximumSignificantDigits":3}"#, "roundingIncrement goes with fraction digits"),
            (r#"{"roundingIncrement":5,"maximumFractionDigits":2}"#, "roundingIncrement needs minimumFractionDigits"),
            (r#"{"minimumFractionDigits":4,"maximumFractionDigits":2}"#, "maximumFractionDigits 2 is out of range"),
            (r#"{"roundingMode":"up"}"#, "roundingMode \"up\" is not supported"),
        ];
        for (json, message) in cases {
            let options = Options::parse(json).expect("an object");
            let error = digit_options(&options, (0, 3), false).expect_err(json);
            assert!(error.to_string().starts_with(message), "{json}: {error}");
        }
    }
}
