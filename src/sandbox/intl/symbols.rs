//! How en-US names currencies and units: two tables taken from ICU (see `tests/it/intl/tables.mjs`).
//!
//! In: a currency code or a unit identifier. Out: symbols, names, digits, and the text that follows the number.

use super::options::IntlError;

/// `CODE|symbol|narrow symbol|name of one|name of many|digits`; empty means the code itself.
const CURRENCIES: &str = include_str!("currencies.txt");
/// The compound units that have a form of their own ("mph") stand among the simple ones.
/// `unit|short one|short many|per short|narrow one|narrow many|per narrow|long one|long many|per long`.
const UNITS: &str = include_str!("units.txt");

/// What is written for a currency under one `currencyDisplay`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency {
    pub code: String,
    /// Written before the number.
    pub symbol: String,
    /// Written after the number, for one and for many, if the currency is to be named.
    pub names: Option<[String; 2]>,
    pub digits: i16,
}

impl Currency {
    pub fn new(code: &str, display: &str) -> Result<Self, IntlError> {
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(IntlError::Range(format!("currency \"{code}\" is not a code of three letters")));
        }
        let code = code.to_ascii_uppercase();
        let fields = row(CURRENCIES, &code).unwrap_or(["", "", "", "", "2", "", "", "", ""]);
        let or_code = |field: &str| if field.is_empty() { code.clone() } else { field.to_owned() };
        let symbol = match display {
            "narrowSymbol" => or_code(fields[1]),
            "symbol" => or_code(fields[0]),
            _ => code.clone(),
        };
        let names = (display == "name").then(|| [or_code(fields[2]), or_code(fields[3])]);
        Ok(Self { symbol, names, digits: fields[4].parse().unwrap_or(2), code })
    }
}

/// The texts that follow a number for one and for many, with their leading space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub suffixes: [String; 2],
}

impl Unit {
    /// `unit` is a unit that ECMA-402 sanctions, or two of them joined by `-per-`.
    pub fn new(unit: &str, display: &str, compact: bool) -> Result<Self, IntlError> {
        let unknown =
            || IntlError::Range(format!("unit \"{unit}\" is not supported: use a sanctioned unit of ECMA-402"));
        let column = match display {
            "short" => 0,
            "narrow" => 3,
            _ => 6,
        };
        if let Some(fields) = row(UNITS, unit) {
            return Ok(Self { suffixes: [fields[column].to_owned(), fields[column + 1].to_owned()] });
        }
        let (above, below) = unit.split_once("-per-").ok_or_else(unknown)?;
        let above_fields = row(UNITS, above).ok_or_else(unknown)?;
        let below_fields = row(UNITS, below).ok_or_else(unknown)?;
        // ICU drops what is below a percentage where it writes the sign, except in compact notation.
        let per = match (column, above) {
            (0 | 3, "percent") if !compact => String::new(),
            (6, _) => format!(" per {}", below_fields[8]),
            _ => format!("/{}", below_fields[column + 2]),
        };
        Ok(Self { suffixes: [0, 1].map(|many| format!("{}{per}", above_fields[column + many])) })
    }
}

fn row<'a>(table: &'a str, key: &str) -> Option<[&'a str; 9]> {
    let line = table.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('|'))?;
    let mut fields = [""; 9];
    for (field, text) in fields.iter_mut().zip(line.split('|')) {
        *field = text;
    }
    Some(fields)
}

/// The currency codes of the table, sorted.
pub fn currency_codes() -> Vec<&'static str> {
    CURRENCIES.lines().filter_map(|line| line.split('|').next()).collect()
}

/// The simple units, sorted.
pub fn unit_names() -> Vec<&'static str> {
    UNITS.lines().filter_map(|line| line.split('|').next()).filter(|unit| !unit.contains("-per-")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_and_units_have_their_texts() {
        let symbol = |code, display| Currency::new(code, display).expect("a code").symbol;
        assert_eq!(
            [symbol("usd", "symbol"), symbol("CAD", "symbol"), symbol("CAD", "narrowSymbol")],
            ["$", "CA$", "$"]
        );
        assert_eq!([symbol("CHF", "symbol"), symbol("QQQ", "symbol")], ["CHF", "QQQ"]);
        assert_eq!(Currency::new("JPY", "code").expect("a code").digits, 0);
        assert!(Currency::new("US", "code").is_err());
        let suffixes = |unit, display| Unit::new(unit, display, false).expect("a unit").suffixes;
        assert_eq!(suffixes("kilometer-per-hour", "short"), [" km/h", " km/h"]);
        assert_eq!(suffixes("mile-per-gallon", "long"), [" mile per gallon", " miles per gallon"]);
        assert_eq!(suffixes("mile-per-hour", "short"), [" mph", " mph"]);
        assert_eq!(suffixes("foot", "narrow"), ["′", "′"]);
        for unit in ["furlong", "meter-per-furlong", "meter-per-second-per-second", ""] {
            assert!(Unit::new(unit, "short", false).is_err(), "{unit}");
        }
    }
}
