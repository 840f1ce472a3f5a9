//! `Intl.ListFormat` and `Intl.RelativeTimeFormat` for en-US.
//!
//! In: the options as JSON, then a JSON array of texts, or a number and a unit. Out: the parts of the formatted text, or
//! the resolved options as JSON.

use serde_json::json;

use super::{
    number::NumberFormat,
    options::{IntlError, Options},
    parts::Parts,
    plural::PluralRules,
};

/// Joins texts: the options, checked and resolved.
pub struct ListFormat {
    locale: &'static str,
    kind: &'static str,
    style: &'static str,
}

impl ListFormat {
    pub fn new(options: &Options) -> Result<Self, IntlError> {
        let kind = options.choice("type", &["conjunction", "disjunction", "unit"])?.unwrap_or("conjunction");
        let style = options.choice("style", &["long", "short", "narrow"])?.unwrap_or("long");
        Ok(Self { locale: options.locale()?, kind, style })
    }

    /// Formats a JSON array of texts.
    pub fn format(&self, list: &str) -> Result<Parts, IntlError> {
        let list: Vec<String> = serde_json::from_str(list)
            .map_err(|error| IntlError::Type(format!("a list to be formatted holds texts only: {error}")))?;
        // What joins two, what joins the last of more, and what joins the others.
        let (pair, last, middle) = match (self.kind, self.style) {
            ("conjunction", "long") => (" and ", ", and ", ", "),
            ("conjunction", "short") => (" & ", ", & ", ", "),
            ("disjunction", _) => (" or ", ", or ", ", "),
            ("unit", "narrow") => (" ", " ", " "),
            _ => (", ", ", ", ", "),
        };
        let mut parts = Parts::default();
        for (index, text) in list.iter().enumerate() {
            match (index, list.len() - index) {
                (0, _) => {}
                (1, 1) => parts.push("literal", pair),
                (_, 1) => parts.push("literal", last),
                _ => parts.push("literal", middle),
            }
            parts.push("element", text.as_str());
        }
        Ok(parts)
    }

    /// What `resolvedOptions()` returns, as JSON.
    pub fn resolved(&self) -> String {
        json!({ "locale": self.locale, "type": self.kind, "style": self.style }).to_string()
    }
}

/// The units with their abbreviation, its plural, and the letters of the narrow style.
const UNITS: [(&str, &str, &str, &str); 8] = [
    ("second", "sec.", "sec.", "s"),
    ("minute", "min.", "min.", "m"),
    ("hour", "hr.", "hr.", "h"),
    ("day", "day", "days", "d"),
    ("week", "wk.", "wk.", "w"),
    ("month", "mo.", "mo.", "mo"),
    ("quarter", "qtr.", "qtrs.", "q"),
    ("year", "yr.", "yr.", "y"),
];

/// Formats times relative to now: the options, checked and resolved.
pub struct RelativeTimeFormat {
    locale: &'static str,
    style: &'static str,
    is_auto: bool,
    numbers: NumberFormat,
    plurals: PluralRules,
}

impl RelativeTimeFormat {
    pub fn new(options: &Options) -> Result<Self, IntlError> {
        let style = options.choice("style", &["long", "short", "narrow"])?.unwrap_or("long");
        let is_auto = options.choice("numeric", &["always", "auto"])? == Some("auto");
        let plain = Options::parse("{}")?;
        let (numbers, plurals) = (NumberFormat::new(&plain)?, PluralRules::new(&plain)?);
        Ok(Self { locale: options.locale()?, style, is_auto, numbers, plurals })
    }

    /// Formats `<number> <unit>`; the unit may be in the plural.
    pub fn format(&self, value: &str) -> Result<Parts, IntlError> {
        let (text, unit) = value.split_once(' ').unwrap_or((value, ""));
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        let number = number.ok_or_else(|| IntlError::Range("a relative time needs a finite number".to_owned()))?;
        let singular = unit.strip_suffix('s').unwrap_or(unit);
        let row = UNITS.iter().find(|(name, ..)| *name == singular).ok_or_else(|| {
            let known = UNITS.map(|(name, ..)| name).join(", ");
            IntlError::Range(format!("unit \"{unit}\" is not supported: use {known}"))
        })?;
        let mut parts = Parts::default();
        if let Some(word) = self.word(number, row) {
            parts.push("literal", word);
            return Ok(parts);
        }
        let is_past = number.is_sign_negative();
        let digits = text.trim_start_matches('-');
        let is_one = self.plurals.select(digits)? == "one";
        let name = match (self.style, is_one) {
            ("long", true) => format!(" {}", row.0),
            ("long", false) => format!(" {}s", row.0),
            ("short", true) => format!(" {}", row.1),
            ("short", false) => format!(" {}", row.2),
            _ => row.3.to_owned(),
        };
        if !is_past {
            parts.push("literal", "in ");
        }
        parts.append(self.numbers.format(digits)?);
        parts.push("literal", name);
        if is_past {
            parts.push("literal", " ago");
        }
        Ok(parts)
    }

    /// The words that `numeric: "auto"` prefers, such as "yesterday".
    fn word(&self, number: f64, row: &(&str, &str, &str, &str)) -> Option<String> {
        // ICU looks at the hundredths only, rounded.
        let hundredths = (number * 100.0).round();
        if !self.is_auto || !(-100.0..=100.0).contains(&hundredths) {
            return None;
        }
        let name = if self.style == "long" { row.0 } else { row.1 };
        match (hundredths as i32, row.0) {
            (0, "second") => Some("now".to_owned()),
            (0, "minute" | "hour") => Some(format!("this {}", row.0)),
            (0, "day") => Some("today".to_owned()),
            (100, "day") => Some("tomorrow".to_owned()),
            (-100, "day") => Some("yesterday".to_owned()),
            (_, "second" | "minute" | "hour" | "day") => None,
            (0, _) => Some(format!("this {name}")),
            (100, _) => Some(format!("next {name}")),
            (-100, _) => Some(format!("last {name}")),
            _ => None,
        }
    }

    /// What `resolvedOptions()` returns, as JSON.
    pub fn resolved(&self) -> String {
        let numeric = if self.is_auto { "auto" } else { "always" };
        json!({ "locale": self.locale, "style": self.style, "numeric": numeric, "numberingSystem": "latn" }).to_string()
    }
}
