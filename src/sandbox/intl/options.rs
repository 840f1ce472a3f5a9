//! Reads the options of an `Intl` object: checks each by name and says what is supported.
//!
//! In: one JSON object that the guest's glue built from the program's options (strings, numbers, booleans, nothing
//! nested). Out: typed choices, or an [`IntlError`] that names the option, the value and the alternatives.

use serde_json::{Map, Value};

/// Why something cannot be formatted; the guest throws the JavaScript error class of the same name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntlError {
    /// Thrown as `RangeError`: a value that is out of range or not supported.
    #[error("{0}")]
    Range(String),
    /// Thrown as `TypeError`: options that do not go together, or a required one that is missing.
    #[error("{0}")]
    Type(String),
}

/// The options given to one constructor.
pub struct Options {
    given: Map<String, Value>,
}

impl Options {
    /// Parses the JSON object and checks the options that every constructor has: `locale`, `localeMatcher` and
    /// `numberingSystem`.
    pub fn parse(json: &str) -> Result<Self, IntlError> {
        let given = serde_json::from_str(json)
            .map_err(|error| IntlError::Type(format!("the options are not a JSON object: {error}")))?;
        let options = Self { given };
        options.locale()?;
        options.choice("localeMatcher", &["lookup", "best fit"])?;
        options.only("numberingSystem", "latn")?;
        Ok(options)
    }

    /// `en-US` or `en`: the first requested locale, which alone decides.
    pub fn locale(&self) -> Result<&'static str, IntlError> {
        match self.text("locale") {
            None => Ok("en-US"),
            Some(tag) if tag.eq_ignore_ascii_case("en-US") => Ok("en-US"),
            Some(tag) if tag.eq_ignore_ascii_case("en") => Ok("en"),
            Some(tag) => {
                Err(IntlError::Range(format!("locale \"{tag}\" is not supported in this sandbox: only en-US is")))
            }
        }
    }

    /// Whether the option is there at all.
    pub fn has(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// The option as text, unchecked.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.given.get(name).and_then(Value::as_str)
    }

    pub fn flag(&self, name: &str) -> Option<bool> {
        self.given.get(name).and_then(Value::as_bool)
    }

    /// One of `allowed`, or `None` if the option is absent.
    pub fn choice(&self, name: &str, allowed: &[&'static str]) -> Result<Option<&'static str>, IntlError> {
        let Some(value) = self.given.get(name) else { return Ok(None) };
        let found = value.as_str().and_then(|text| allowed.iter().find(|choice| **choice == text));
        found.copied().map(Some).ok_or_else(|| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            IntlError::Range(format!("{name} \"{text}\" is not supported: use {}", alternatives(allowed)))
        })
    }

    /// The option must be absent or have the one value that en-US formatting here supports.
    pub fn only(&self, name: &str, supported: &str) -> Result<(), IntlError> {
        match self.text(name) {
            Some(text) if !text.eq_ignore_ascii_case(supported) => Err(IntlError::Range(format!(
                "{name} \"{text}\" is not supported in this sandbox: only \"{supported}\" is"
            ))),
            _ => Ok(()),
        }
    }

    /// A number within the bounds, rounded down, or `None` if the option is absent.
    pub fn integer(&self, name: &str, least: i16, most: i16) -> Result<Option<i16>, IntlError> {
        let Some(value) = self.given.get(name) else { return Ok(None) };
        match value.as_f64() {
            Some(number) if number >= f64::from(least) && number <= f64::from(most) => Ok(Some(number.floor() as i16)),
            _ => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                Err(IntlError::Range(format!("{name} {text} is out of range: use {least} to {most}")))
            }
        }
    }
}

fn alternatives(allowed: &[&str]) -> String {
    allowed.iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_option_and_what_is_supported() {
        let cases = [
            (r#"{"locale":"de-DE"}"#, "locale \"de-DE\" is not supported in this sandbox: only en-US is"),
            (r#"{"locale":"en-GB"}"#, "locale \"en-GB\" is not supported in this sandbox: only en-US is"),
            (
                r#"{"numberingSystem":"arab"}"#,
                "numberingSystem \"arab\" is not supported in this sandbox: only \"latn\" is",
            ),
            (r#"{"localeMatcher":"x"}"#, "localeMatcher \"x\" is not supported: use \"lookup\", \"best fit\""),
        ];
        for (json, message) in cases {
            let error = Options::parse(json).err();
            assert_eq!(error, Some(IntlError::Range(message.to_owned())), "{json}");
        }
        assert!(Options::parse("{\"locale\":\"EN-us\"}").is_ok());
        let options = Options::parse(r#"{"a":"NaN","b":2.9,"c":22}"#).expect("valid");
        assert!(options.integer("a", 0, 20).is_err());
        assert_eq!(options.integer("b", 0, 20), Ok(Some(2)));
        assert_eq!(options.integer("c", 0, 20), Err(IntlError::Range("c 22 is out of range: use 0 to 20".to_owned())));
        assert_eq!(options.integer("d", 0, 20), Ok(None));
    }
}
