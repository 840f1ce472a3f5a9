//! `Intl` for programs: numbers, dates, plurals, lists and relative times in en-US, exactly as V8 prints them.
//!
//! The engine has no locale data and would print unformatted text without a word. The guest's glue
//! (`src/sandbox/js/intl.js`) sends what a program asks for through [`call`]: the name of an operation, the options as
//! JSON, and a value as text. Back comes text, or an [`IntlError`] that the guest throws. A locale or an option that is
//! not supported is always an error: nothing is ever formatted approximately.
//!
//! The tables beside this file and the goldens in `tests/it/intl` were made by V8 itself, with ICU 78.2 and CLDR 48.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

mod civil;
mod datetime;
mod decimal;
mod digits;
#[cfg(test)]
mod goldens;
mod number;
mod options;
mod parts;
mod pattern;
mod phrase;
mod plural;
mod symbols;
mod timezone;

pub use options::IntlError;

use datetime::DateTimeFormat;
use number::NumberFormat;
use options::Options;
use parts::Parts;
use phrase::{ListFormat, RelativeTimeFormat};
use plural::PluralRules;

/// How many different sets of options each thread remembers.
const REMEMBERED: usize = 64;
/// Options longer than this are read anew each time, so that what is remembered stays small.
const LONGEST_REMEMBERED: usize = 1024;

enum Formatter {
    Number(NumberFormat),
    Date(DateTimeFormat),
    Plural(PluralRules),
    List(ListFormat),
    Relative(RelativeTimeFormat),
}

thread_local! {
    static FORMATTERS: RefCell<HashMap<String, Rc<Formatter>>> = RefCell::default();
}

/// Does one operation, named `<kind>.<what>`.
///
/// Kinds are `number`, `date`, `plural`, `list` and `relative`; every kind has `resolve`, whose answer is the JSON of
/// `resolvedOptions()`, and which checks the options whatever the value. All but `plural` have `format`, answered with
/// text, and `parts`, answered with the JSON array `["type","value",…]`; `plural` has `select`. `values.<key>` lists
/// what `Intl.supportedValuesOf(key)` returns, as JSON.
///
/// `options` is a JSON object of texts, numbers and booleans. `value` is a number as text (`number`, `plural`),
/// milliseconds since 1970 (`date`), a JSON array of texts (`list`), or a number and a unit separated by a space
/// (`relative`).
pub fn call(operation: &str, options: &str, value: &str) -> Result<String, IntlError> {
    let (kind, what) = operation.split_once('.').unwrap_or((operation, ""));
    if kind == "values" {
        return values(what);
    }
    let formatter = formatter(kind, options)?;
    match (&*formatter, what) {
        (Formatter::Number(number), "resolve") => Ok(number.resolved()),
        (Formatter::Date(date), "resolve") => Ok(date.resolved()),
        (Formatter::Plural(plural), "resolve") => Ok(plural.resolved()),
        (Formatter::List(list), "resolve") => Ok(list.resolved()),
        (Formatter::Relative(relative), "resolve") => Ok(relative.resolved()),
        (Formatter::Plural(plural), "select") => plural.select(value).map(str::to_owned),
        (formatter, _) => {
            let parts = format(formatter, value)?;
            match what {
                "format" if kind == "date" => Ok(parts.text().replace(pattern::NARROW_SPACE, " ")),
                "format" => Ok(parts.text()),
                "parts" => Ok(parts.json()),
                _ => Err(unknown(operation)),
            }
        }
    }
}

fn format(formatter: &Formatter, value: &str) -> Result<Parts, IntlError> {
    match formatter {
        Formatter::Number(number) => number.format(value),
        Formatter::Date(date) => date.format(value.parse().unwrap_or(f64::NAN)),
        Formatter::List(list) => list.format(value),
        Formatter::Relative(relative) => relative.format(value),
        Formatter::Plural(_) => Err(unknown("plural")),
    }
}

fn formatter(kind: &str, options: &str) -> Result<Rc<Formatter>, IntlError> {
    let key = format!("{kind}{options}");
    FORMATTERS.with_borrow_mut(|formatters| {
        if let Some(formatter) = formatters.get(&key) {
            return Ok(formatter.clone());
        }
        let options = Options::parse(options)?;
        let formatter = Rc::new(match kind {
            "number" => Formatter::Number(NumberFormat::new(&options)?),
            "date" => Formatter::Date(DateTimeFormat::new(&options)?),
            "plural" => Formatter::Plural(PluralRules::new(&options)?),
            "list" => Formatter::List(ListFormat::new(&options)?),
            "relative" => Formatter::Relative(RelativeTimeFormat::new(&options)?),
            _ => return Err(unknown(kind)),
        });
        if key.len() <= LONGEST_REMEMBERED {
            if formatters.len() >= REMEMBERED {
                formatters.clear();
            }
            formatters.insert(key, formatter.clone());
        }
        Ok(formatter)
    })
}

fn values(key: &str) -> Result<String, IntlError> {
    let values = match key {
        "calendar" => vec!["gregory"],
        "collation" => vec![],
        "currency" => symbols::currency_codes(),
        "numberingSystem" => vec!["latn"],
        "timeZone" => timezone::zone_names(),
        "unit" => symbols::unit_names(),
        _ => {
            let keys = "\"calendar\", \"collation\", \"currency\", \"numberingSystem\", \"timeZone\", \"unit\"";
            return Err(IntlError::Range(format!("Intl.supportedValuesOf has no key \"{key}\": use {keys}")));
        }
    };
    Ok(serde_json::Value::from(values).to_string())
}

fn unknown(operation: &str) -> IntlError {
    IntlError::Type(format!("no such Intl operation: {operation}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_thread_remembers_is_bounded() {
        for index in 0..1000 {
            let options = format!(r#"{{"style":"currency","currency":"{}"}}"#, ["USD", "EUR"][index % 2]);
            let padded = options.replacen('{', &format!("{{{}", " ".repeat(index)), 1);
            assert_eq!(call("number.format", &padded, "5"), Ok(["$5.00", "€5.00"][index % 2].to_owned()));
        }
        let sizes = FORMATTERS.with_borrow(|formatters| (formatters.len(), formatters.keys().map(String::len).max()));
        assert!(sizes.0 <= REMEMBERED && sizes.1 <= Some(LONGEST_REMEMBERED), "{sizes:?}");
    }

    #[test]
    fn unknown_operations_are_type_errors() {
        for operation in ["", "number", "number.nonsense", "plural.format", "nonsense.format", "list.select"] {
            assert!(matches!(call(operation, "{}", "[]"), Err(IntlError::Type(_))), "{operation}");
        }
        assert!(matches!(call("values.nonsense", "", ""), Err(IntlError::Range(_))));
        assert!(matches!(call("number.format", "[]", "1"), Err(IntlError::Type(_))));
    }
}
