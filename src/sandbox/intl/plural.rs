//! `Intl.PluralRules` for English.
//!
//! In: the options as JSON, then numbers. Out: the plural category, or the resolved options as JSON.

use serde_json::{Map, Value, json};

use super::{
    decimal::{Digits, Numeric, Precision},
    digits::digit_options,
    options::{IntlError, Options},
};

/// Selects plural categories: the options, checked and resolved.
pub struct PluralRules {
    ordinal: bool,
    digits: Digits,
}

impl PluralRules {
    pub fn new(options: &Options) -> Result<Self, IntlError> {
        let ordinal = options.choice("type", &["cardinal", "ordinal"])? == Some("ordinal");
        Ok(Self { ordinal, digits: digit_options(options, (0, 3), false)? })
    }

    /// The category of a number, given as text (see [`Numeric::parse`]). English looks at the digits shown: "1.0" is
    /// not one.
    pub fn select(&self, text: &str) -> Result<&'static str, IntlError> {
        let Numeric::Finite(mut number) = Numeric::parse(text)? else { return Ok("other") };
        self.digits.apply(&mut number);
        let text = number.absolute.to_string();
        Ok(if self.ordinal { ordinal(&text) } else { cardinal(&text) })
    }

    /// What `resolvedOptions()` returns, as JSON.
    pub fn resolved(&self) -> String {
        let digits = &self.digits;
        let mut resolved = Map::new();
        let mut set = |name: &str, value: Value| resolved.insert(name.to_owned(), value);
        // Plural rules have no regional data, so V8 resolves "en-US" to "en" here.
        set("locale", "en".into());
        set("type", if self.ordinal { "ordinal" } else { "cardinal" }.into());
        set("minimumIntegerDigits", digits.least_integer.into());
        if digits.precision != Precision::Fraction {
            set("minimumSignificantDigits", digits.significant.0.into());
            set("maximumSignificantDigits", digits.significant.1.into());
        } else {
            set("minimumFractionDigits", digits.fraction.0.into());
            set("maximumFractionDigits", digits.fraction.1.into());
        }
        set(
            "pluralCategories",
            if self.ordinal { json!(["few", "one", "two", "other"]) } else { json!(["one", "other"]) },
        );
        Value::from(resolved).to_string()
    }
}

fn cardinal(digits: &str) -> &'static str {
    if digits.trim_start_matches('0') == "1" { "one" } else { "other" }
}

/// Ordinals look at the value alone: 1.0 is still 1st.
fn ordinal(digits: &str) -> &'static str {
    let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if fraction.bytes().any(|digit| digit != b'0') {
        return "other";
    }
    let bytes = integer.as_bytes();
    let tens = bytes.len().checked_sub(2).map_or(b'0', |index| bytes[index]);
    match (tens, bytes.last()) {
        (b'1', _) => "other",
        (_, Some(b'1')) => "one",
        (_, Some(b'2')) => "two",
        (_, Some(b'3')) => "few",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selects_by_the_digits_shown() {
        let cases = [
            ("{}", "1", "one"),
            ("{}", "-1", "one"),
            ("{}", "1.0004", "one"),
            ("{}", "1.001", "other"),
            (r#"{"minimumFractionDigits":1}"#, "1", "other"),
            (r#"{"type":"ordinal"}"#, "21", "one"),
            (r#"{"type":"ordinal"}"#, "112", "other"),
            (r#"{"type":"ordinal"}"#, "103", "few"),
            (r#"{"type":"ordinal"}"#, "2.5", "other"),
            ("{}", "NaN", "other"),
        ];
        for (json, text, expected) in cases {
            let rules = PluralRules::new(&Options::parse(json).expect("an object")).expect("valid options");
            assert_eq!(rules.select(text), Ok(expected), "{json} {text}");
        }
    }
}
