//! `Intl.NumberFormat` for en-US.
//!
//! In: the options as JSON, then numbers. Out: the parts of the formatted text, or the resolved options as JSON.

use fixed_decimal::Decimal;
use serde_json::{Map, Value};

use super::{
    decimal::{Digits, Numeric, Precision, magnitude},
    digits::{digit_options, rounding_mode_name},
    options::{IntlError, Options},
    parts::Parts,
    symbols::{Currency, Unit},
};

/// A number formatter: the options, checked and resolved.
pub struct NumberFormat {
    style: Style,
    notation: Notation,
    digits: Digits,
    grouping: Grouping,
    sign_display: &'static str,
    resolved: Map<String, Value>,
}

enum Style {
    Decimal,
    Percent,
    Currency { currency: Currency, accounting: bool },
    Unit(Unit),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Notation {
    Standard,
    Scientific,
    Engineering,
    CompactShort,
    CompactLong,
}

#[derive(Clone, Copy)]
enum Grouping {
    Never,
    /// From this many integer digits on.
    From(usize),
}

impl NumberFormat {
    pub fn new(options: &Options) -> Result<Self, IntlError> {
        let mut resolved = Map::new();
        let mut set = |name: &str, value: Value| resolved.insert(name.to_owned(), value);
        set("locale", options.locale()?.into());
        set("numberingSystem", "latn".into());

        let style_name = options.choice("style", &["decimal", "percent", "currency", "unit"])?.unwrap_or("decimal");
        set("style", style_name.into());
        let notations = ["standard", "scientific", "engineering", "compact"];
        let notation_name = options.choice("notation", &notations)?.unwrap_or("standard");
        let (style, fraction) = style(style_name, options, notation_name == "compact", &mut set)?;
        let digits = digit_options(options, fraction, notation_name == "compact")?;
        let compact_name = options.choice("compactDisplay", &["short", "long"])?.unwrap_or("short");
        let notation = match (notation_name, compact_name) {
            ("scientific", _) => Notation::Scientific,
            ("engineering", _) => Notation::Engineering,
            ("compact", "long") => Notation::CompactLong,
            ("compact", _) => Notation::CompactShort,
            _ => Notation::Standard,
        };
        set("minimumIntegerDigits", digits.least_integer.into());
        if digits.precision != Precision::Fraction {
            set("minimumSignificantDigits", digits.significant.0.into());
            set("maximumSignificantDigits", digits.significant.1.into());
        }
        if digits.precision != Precision::Significant {
            set("minimumFractionDigits", digits.fraction.0.into());
            set("maximumFractionDigits", digits.fraction.1.into());
        }

        let (grouping_name, grouping) = grouping(options, notation_name == "compact")?;
        set("useGrouping", grouping_name);
        set("notation", notation_name.into());
        if notation_name == "compact" {
            set("compactDisplay", compact_name.into());
        }
        let sign_displays = ["auto", "never", "always", "exceptZero", "negative"];
        let sign_display = options.choice("signDisplay", &sign_displays)?.unwrap_or("auto");
        set("signDisplay", sign_display.into());
        if style_name == "currency" && sign_display == "never" {
            // V8 reads the currency sign back from ICU, where "never" leaves no trace of it.
            set("currencySign", "standard".into());
        }
        set("roundingMode", rounding_mode_name(digits.mode).into());
        set("roundingIncrement", digits.increment.into());
        // V8 also reads this one back, from the skeleton's first "/w", which a unit in weeks has too.
        let is_hidden = options.text("unit").is_some_and(|unit| style_name == "unit" && unit.starts_with("week"));
        let strips = digits.strip_if_integer && !is_hidden;
        set("trailingZeroDisplay", if strips { "stripIfInteger" } else { "auto" }.into());
        // V8 reads the priority back from ICU's skeleton, where stripping zeros hides it.
        let priority = match digits.precision {
            _ if digits.strip_if_integer => "auto",
            Precision::More => "morePrecision",
            Precision::Less => "lessPrecision",
            Precision::Fraction | Precision::Significant => "auto",
        };
        set("roundingPriority", priority.into());
        Ok(Self { style, notation, digits, grouping, sign_display, resolved })
    }

    /// What `resolvedOptions()` returns, as JSON.
    pub fn resolved(&self) -> String {
        Value::from(self.resolved.clone()).to_string()
    }

    /// Formats one number, given as text (see [`Numeric::parse`]).
    pub fn format(&self, text: &str) -> Result<Parts, IntlError> {
        let mut number = Numeric::parse(text)?;
        let mut exponent = None;
        if let Numeric::Finite(decimal) = &mut number {
            exponent = self.round(decimal);
        }
        let (open, close) = self.sign(&number, exponent);
        let mut parts = Parts::default();
        match open {
            "(" => parts.push("literal", open),
            "-" => parts.push("minusSign", open),
            _ => parts.push("plusSign", open),
        }
        if let Style::Currency { currency: Currency { symbol, names: None, .. }, .. } = &self.style {
            parts.push("currency", symbol);
            // A no-break space keeps digits from a symbol that ends in a letter or a full stop.
            let is_wordy = symbol.ends_with(|last: char| last.is_alphabetic() || last == '.');
            if is_wordy && matches!(number, Numeric::Finite(_)) {
                parts.push("literal", "\u{a0}");
            }
        }
        let is_one = match &number {
            Numeric::NaN => {
                parts.push("nan", "NaN");
                false
            }
            Numeric::Infinity { .. } => {
                parts.push("infinity", "∞");
                false
            }
            Numeric::Finite(decimal) => self.push_digits(&mut parts, decimal, exponent),
        };
        self.push_suffix(&mut parts, is_one);
        parts.push("literal", close);
        Ok(parts)
    }

    fn is_compact(&self) -> bool {
        matches!(self.notation, Notation::CompactShort | Notation::CompactLong)
    }

    /// Scales and rounds; the exponent is that of a scientific or compact notation.
    fn round(&self, number: &mut Decimal) -> Option<i16> {
        if matches!(self.style, Style::Percent) {
            number.absolute.multiply_pow10(2);
        }
        let shown_exponent: fn(i16) -> i16 = match self.notation {
            Notation::Standard => |_| 0,
            Notation::Scientific => |magnitude| magnitude,
            Notation::Engineering => |magnitude| magnitude - magnitude.rem_euclid(3),
            Notation::CompactShort | Notation::CompactLong => {
                |magnitude| (magnitude - magnitude.rem_euclid(3)).clamp(0, 12)
            }
        };
        if number.is_zero() {
            self.digits.apply(number);
            return (self.notation != Notation::Standard).then_some(0);
        }
        let before = magnitude(number);
        let mut exponent = shown_exponent(before);
        number.absolute.multiply_pow10(-exponent);
        self.digits.apply(number);
        // Rounding may have made 999.9 a 1000, which then takes the next exponent.
        if !number.is_zero() && magnitude(number) != before - exponent {
            let next = shown_exponent(before + 1);
            if next != exponent {
                number.absolute.multiply_pow10(exponent - next);
                number.absolute.trim_end();
                self.digits.apply(number);
                exponent = next;
            }
        }
        match self.notation {
            Notation::Standard => None,
            Notation::Scientific | Notation::Engineering => Some(exponent),
            // A rounding increment may add more than one digit; the suffix then follows the digits.
            Notation::CompactShort | Notation::CompactLong => Some(shown_exponent(magnitude(number) + exponent)),
        }
    }

    /// What stands before the number and after it to show its sign.
    fn sign(&self, number: &Numeric, exponent: Option<i16>) -> (&'static str, &'static str) {
        let (negative, zero) = match number {
            Numeric::NaN => (false, true),
            Numeric::Infinity { negative } => (*negative, false),
            Numeric::Finite(decimal) => (decimal.sign() == fixed_decimal::Sign::Negative, decimal.is_zero()),
        };
        let shown = match (self.sign_display, negative) {
            ("never", _) => "",
            ("negative" | "exceptZero", _) if zero => "",
            (_, true) => "-",
            ("always" | "exceptZero", false) => "+",
            _ => "",
        };
        // The compact patterns have no accounting form.
        let has_parentheses = shown == "-" && !(self.is_compact() && exponent.is_some_and(|exponent| exponent > 0));
        match &self.style {
            Style::Currency { accounting: true, currency: Currency { names: None, .. } } if has_parentheses => {
                ("(", ")")
            }
            _ => (shown, ""),
        }
    }

    /// Adds the digits and what belongs to the notation; says whether the number takes the singular.
    fn push_digits(&self, parts: &mut Parts, number: &Decimal, exponent: Option<i16>) -> bool {
        let text = number.absolute.to_string();
        let (integer, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut start = 0;
        if let Grouping::From(least) = self.grouping
            && integer.len() >= least
        {
            let first = integer.len() % 3;
            for end in (first..integer.len()).step_by(3).filter(|end| *end > 0) {
                parts.push("integer", &integer[start..end]);
                parts.push("group", ",");
                start = end;
            }
        }
        parts.push("integer", &integer[start..]);
        if !fraction.is_empty() {
            parts.push("decimal", ".");
            parts.push("fraction", fraction);
        }
        let exponent = exponent.unwrap_or(0);
        match self.notation {
            Notation::Standard => {}
            Notation::Scientific | Notation::Engineering => {
                parts.push("exponentSeparator", "E");
                parts.push("exponentMinusSign", if exponent < 0 { "-" } else { "" });
                parts.push("exponentInteger", exponent.abs().to_string());
            }
            Notation::CompactShort | Notation::CompactLong => self.push_compact(parts, exponent),
        }
        text.trim_start_matches('0') == "1" && exponent == 0
    }

    fn push_compact(&self, parts: &mut Parts, exponent: i16) {
        let Some(index) = usize::try_from(exponent / 3 - 1).ok() else { return };
        let symbol_currency = matches!(self.style, Style::Currency { currency: Currency { names: None, .. }, .. });
        // A currency symbol goes with the short form only: "$1.2M" even where the long form is asked for.
        if self.notation == Notation::CompactLong && !symbol_currency {
            parts.push("literal", " ");
            parts.push("compact", ["thousand", "million", "billion", "trillion"][index]);
        } else {
            parts.push("compact", ["K", "M", "B", "T"][index]);
        }
    }

    fn push_suffix(&self, parts: &mut Parts, is_one: bool) {
        let many = usize::from(!is_one);
        match &self.style {
            Style::Decimal => {}
            // In compact notation ICU treats the percent sign as a unit.
            Style::Percent => parts.push(if self.is_compact() { "unit" } else { "percentSign" }, "%"),
            Style::Currency { currency, .. } => {
                if let Some(names) = &currency.names {
                    parts.push("literal", " ");
                    parts.push("currency", &names[many]);
                }
            }
            Style::Unit(unit) => {
                let suffix = &unit.suffixes[many];
                let name = suffix.trim_start_matches(' ');
                parts.push("literal", &suffix[..suffix.len() - name.len()]);
                parts.push("unit", name);
            }
        }
    }
}

/// Resolves the style and its own options; the pair is the default of the fraction digits.
fn style(
    name: &str,
    options: &Options,
    compact: bool,
    set: &mut impl FnMut(&str, Value) -> Option<Value>,
) -> Result<(Style, (i16, i16)), IntlError> {
    let displays = ["symbol", "narrowSymbol", "code", "name"];
    let currency_display = options.choice("currencyDisplay", &displays)?.unwrap_or("symbol");
    let currency_sign = options.choice("currencySign", &["standard", "accounting"])?.unwrap_or("standard");
    let unit_display = options.choice("unitDisplay", &["short", "narrow", "long"])?.unwrap_or("short");
    let currency = options.text("currency").map(|code| Currency::new(code, currency_display)).transpose()?;
    let unit = options.text("unit").map(|unit| Ok((unit, Unit::new(unit, unit_display, compact)?))).transpose()?;
    match name {
        "percent" => Ok((Style::Percent, (0, 0))),
        "currency" => {
            let missing = || IntlError::Type("currency is required with style \"currency\"".to_owned());
            let currency = currency.ok_or_else(missing)?;
            set("currency", currency.code.as_str().into());
            set("currencyDisplay", currency_display.into());
            set("currencySign", currency_sign.into());
            let digits = currency.digits;
            Ok((Style::Currency { currency, accounting: currency_sign == "accounting" }, (digits, digits)))
        }
        "unit" => {
            let (unit_name, unit) =
                unit.ok_or_else(|| IntlError::Type("unit is required with style \"unit\"".to_owned()))?;
            set("unit", unit_name.into());
            set("unitDisplay", unit_display.into());
            Ok((Style::Unit(unit), (0, 3)))
        }
        _ => Ok((Style::Decimal, (0, 3))),
    }
}

fn grouping(options: &Options, compact: bool) -> Result<(Value, Grouping), IntlError> {
    let default = if compact { "min2" } else { "auto" };
    let name = match options.flag("useGrouping") {
        Some(false) => return Ok((false.into(), Grouping::Never)),
        Some(true) => "always",
        None => match options.text("useGrouping") {
            // ECMA-402 reads these two texts as a request for the default.
            Some("true" | "false") => default,
            _ => options.choice("useGrouping", &["always", "auto", "min2"])?.unwrap_or(default),
        },
    };
    // Compact notation groups from five digits on unless told to group always.
    let from = if name == "min2" || (name == "auto" && compact) { 5 } else { 4 };
    Ok((name.into(), Grouping::From(from)))
}
