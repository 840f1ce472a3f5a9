//! Numbers as `Intl` sees them: exact decimals, infinities and NaN, and how they are rounded.
//!
//! In: the shortest text of a number (`String(n)`), the digits of a bigint, or a decimal text of any length. Out: a
//! decimal rounded by [`Digits`], in the way ICU's number formatter applies fraction digits, significant digits, both
//! (`roundingPriority`) or an increment.

use fixed_decimal::{Decimal, RoundingIncrement, Sign, SignedRoundingMode};

use super::options::IntlError;

/// The most digits before or after the point that a number may have here.
const DIGITS: i64 = 30_000;

/// A number to be formatted.
#[derive(Clone, Debug)]
pub enum Numeric {
    NaN,
    Infinity { negative: bool },
    Finite(Decimal),
}

impl Numeric {
    /// Reads `NaN`, `Infinity`, `-Infinity`, or a decimal literal with an optional sign and exponent.
    pub fn parse(text: &str) -> Result<Self, IntlError> {
        match text {
            "NaN" => return Ok(Self::NaN),
            "Infinity" | "+Infinity" => return Ok(Self::Infinity { negative: false }),
            "-Infinity" => return Ok(Self::Infinity { negative: true }),
            _ => {}
        }
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()),
            None => (text, Some(0)),
        };
        let (negative, unsigned) = match mantissa.as_bytes() {
            [b'-', ..] => (true, &mantissa[1..]),
            [b'+', ..] => (false, &mantissa[1..]),
            _ => (false, mantissa),
        };
        let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_number = !(integer.is_empty() && fraction.is_empty())
            && integer.bytes().chain(fraction.bytes()).all(|digit| digit.is_ascii_digit());
        let Some(exponent) = exponent.filter(|_| is_number) else { return Ok(Self::NaN) };
        // Digits beyond the limit cannot reach the text (20 fraction digits at most), save by being more than nothing.
        let (fraction, rest) = fraction.split_at(fraction.len().min(DIGITS as usize / 2));
        let sticky = if rest.bytes().any(|digit| digit != b'0') { "1" } else { "" };
        let too_long = exponent.abs() + integer.trim_start_matches('0').len() as i64 > DIGITS / 2;
        let digits = format!("{integer}{fraction}{sticky}");
        let parsed = Decimal::try_from_str(if digits.trim_start_matches('0').is_empty() { "0" } else { &digits });
        let Some(mut decimal) = parsed.ok().filter(|_| !too_long) else {
            return Err(IntlError::Range(format!("a number of more than {} digits is not supported", DIGITS / 2)));
        };
        decimal.absolute.multiply_pow10((exponent - (fraction.len() + sticky.len()) as i64) as i16);
        decimal.absolute.trim_start();
        decimal.absolute.trim_end();
        decimal.set_sign(if negative { Sign::Negative } else { Sign::None });
        Ok(Self::Finite(decimal))
    }
}

/// Which magnitude a number is rounded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    Fraction,
    Significant,
    /// The finer of the two.
    More,
    /// The coarser of the two.
    Less,
}

/// How many digits a number is shown with.
#[derive(Clone, Debug)]
pub struct Digits {
    pub least_integer: i16,
    pub fraction: (i16, i16),
    pub significant: (i16, i16),
    pub precision: Precision,
    /// One of the increments that ECMA-402 lists, in units of the last fraction digit.
    pub increment: i16,
    pub mode: SignedRoundingMode,
    pub strip_if_integer: bool,
}

impl Digits {
    /// Rounds, then pads with the zeros that the minimum digits ask for.
    pub fn apply(&self, number: &mut Decimal) {
        let fraction_magnitude = -self.fraction.1;
        let significant_magnitude = magnitude(number) - self.significant.1 + 1;
        let (target, fraction_wins) = match self.precision {
            Precision::Fraction => (fraction_magnitude, true),
            Precision::Significant => (significant_magnitude, false),
            Precision::More => {
                (fraction_magnitude.min(significant_magnitude), fraction_magnitude < significant_magnitude)
            }
            Precision::Less => {
                (fraction_magnitude.max(significant_magnitude), fraction_magnitude >= significant_magnitude)
            }
        };
        let before = magnitude(number);
        let (step, shift) = increment(self.increment);
        number.round_with_mode_and_increment(target + shift, self.mode, step);
        number.absolute.trim_end();
        number.absolute.trim_start();
        // Rounding 9.99 up adds a digit in front, so the significant digits then end one place further left.
        let carried = !number.is_zero() && magnitude(number) != before && fraction_magnitude == significant_magnitude;
        let fraction_wins = match self.precision {
            Precision::More if carried => true,
            Precision::Less if carried => false,
            _ => fraction_wins,
        };
        let shown = if fraction_wins { self.fraction.0 } else { self.significant.0 - 1 - magnitude(number) };
        let is_integer = number.absolute.nonzero_magnitude_end() >= 0 || number.is_zero();
        if shown > 0 && !(self.strip_if_integer && is_integer) {
            number.absolute.pad_end(-shown);
        }
        number.absolute.pad_start(self.least_integer);
    }
}

/// The place of the first digit: 0 for units, -1 for tenths. Zero counts as units.
pub fn magnitude(number: &Decimal) -> i16 {
    if number.is_zero() { 0 } else { number.absolute.nonzero_magnitude_start() }
}

fn increment(steps: i16) -> (RoundingIncrement, i16) {
    let mut shift = 0;
    let mut steps = steps;
    // 250 and 2500 are 25 with a shift; 25 itself is an increment.
    while steps % 10 == 0 {
        steps /= 10;
        shift += 1;
    }
    let step = match steps {
        2 => RoundingIncrement::MultiplesOf2,
        5 => RoundingIncrement::MultiplesOf5,
        25 => RoundingIncrement::MultiplesOf25,
        _ => RoundingIncrement::MultiplesOf1,
    };
    (step, shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match Numeric::parse(text).expect("within the limits") {
            Numeric::Finite(decimal) => decimal.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn reads_every_form_of_a_number() {
        let cases = [
            ("-0", "-0"),
            ("1e+21", "1000000000000000000000"),
            ("1.5e-7", "0.00000015"),
            (".5", "0.5"),
            ("5.", "5"),
            ("+007.10", "7.1"),
            ("x", "NaN"),
            ("", "NaN"),
            ("1e", "NaN"),
            ("-Infinity", "Infinity { negative: true }"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text:?}");
        }
        assert!(Numeric::parse(&"9".repeat(40_000)).is_err());
        assert!(Numeric::parse("1e99999").is_err());
        assert!(read(&format!("0.{}1", "0".repeat(40_000))).len() > 15_000);
    }
}
