//! From a file of assumptions to [`Assumptions`], or to what is wrong with it and where.
//!
//! In goes TOML as in `assumptions.toml` at the root of the repository, which is built in; out come prices and rates that can be
//! reckoned with: at least one price table, each with a name of its own, and no number that is not above 0.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::summary::{Assumptions, Bills, Prices};

const BUILT_IN: &str = include_str!("../../assumptions.toml");

/// Why there are no assumptions to reckon with.
#[derive(Debug, thiserror::Error)]
pub enum AssumptionsError {
    #[error("cannot read the assumptions in {}; name a file like the built-in assumptions.toml, or none", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{line}: {message}", path.display())]
    Malformed { path: PathBuf, line: usize, message: String },
}

impl Assumptions {
    /// Those that come with this program.
    pub fn built_in() -> Result<Self, AssumptionsError> {
        read(Path::new("assumptions.toml"), BUILT_IN)
    }

    /// Those of a user's file.
    pub fn load(path: &Path) -> Result<Self, AssumptionsError> {
        let text = fs::read_to_string(path);
        read(path, &text.map_err(|source| AssumptionsError::Read { path: path.to_owned(), source })?)
    }
}

/// What is wrong, and where in the text.
struct Wrong {
    at: usize,
    message: String,
}

fn read(path: &Path, text: &str) -> Result<Assumptions, AssumptionsError> {
    parse(text).map_err(|Wrong { at, message }| {
        let line = text[..text.floor_char_boundary(at)].matches('\n').count() + 1;
        AssumptionsError::Malformed { path: path.to_owned(), line, message }
    })
}

fn parse(text: &str) -> Result<Assumptions, Wrong> {
    let malformed = |error: toml::de::Error| {
        let message = error.message().trim_end();
        let message = match message.strip_prefix("missing field ") {
            Some(key) => format!("missing key {key}; the built-in assumptions.toml shows every key and its meaning"),
            None => message.replacen("unknown field", "unknown key", 1).replace("expected f64", "expected a number"),
        };
        Wrong { at: error.span().map_or(0, |span| span.start), message }
    };
    let table = DeTable::parse(text).map_err(malformed)?;
    let assumptions: Assumptions = toml::from_str(text).map_err(malformed)?;
    check(&assumptions).map_err(|(path, message)| Wrong { at: place(&table, &path), message })?;
    Ok(assumptions)
}

/// Keys and indices that lead to a value.
type Keys = Vec<String>;

/// What the form of the values does not show. The error is the way to what is wrong, and what to do about it.
fn check(assumptions: &Assumptions) -> Result<(), (Keys, String)> {
    if assumptions.prices.is_empty() {
        return Err((keys(&["prices"]), "there is no price table; add at least one [[prices]]".to_owned()));
    }
    let mut names = BTreeSet::new();
    for (index, prices) in assumptions.prices.iter().enumerate() {
        let at = |key: &[&str]| [keys(&["prices", &index.to_string()]), keys(key)].concat();
        if prices.name.trim().is_empty() {
            return Err((at(&["name"]), "`name` is empty; reports call the table by it".to_owned()));
        }
        if !names.insert(&prices.name) {
            let message = format!("another table is called {:?} too; give each a name of its own", prices.name);
            return Err((at(&["name"]), message));
        }
        if prices.bills == Bills::Context && prices.caching.is_some() {
            let message = "`bills = \"context\"` knows no requests, so nothing is cached; leave `caching` out";
            return Err((at(&["caching"]), message.to_owned()));
        }
        for (key, number) in numbers(prices) {
            positive(number, &key).map_err(|message| (at(&key), message))?;
        }
    }
    let model = &assumptions.model;
    for (key, number) in [
        ("time_to_first_token_seconds", model.time_to_first_token_seconds.0),
        ("prefill_per_second", model.prefill_per_second),
        ("decode_per_second", model.decode_per_second),
    ] {
        positive(number, &[key]).map_err(|message| (keys(&["model", key]), message))?;
    }
    Ok(())
}

/// Every number of a table, with the keys that lead to it.
fn numbers(prices: &Prices) -> Vec<(Vec<&'static str>, f64)> {
    let mut numbers = vec![
        (vec!["input_per_million"], prices.input_per_million),
        (vec!["output_per_million"], prices.output_per_million),
        (vec!["workflows_per_month"], prices.workflows_per_month as f64),
    ];
    if let Some(caching) = &prices.caching {
        numbers.extend([
            (vec!["caching", "write"], caching.write),
            (vec!["caching", "read"], caching.read),
            (vec!["caching", "minimum_prefix"], caching.minimum_prefix.0 as f64),
            (vec!["caching", "ttl_seconds"], caching.ttl_seconds.0),
        ]);
    }
    numbers
}

fn positive(number: f64, key: &[&str]) -> Result<(), String> {
    match number.is_finite() && number > 0.0 {
        true => Ok(()),
        false => Err(format!("`{}` is {number}; it must be a number above 0", key.join("."))),
    }
}

fn keys(keys: &[&str]) -> Keys {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// Where the last value stands that there is on the way.
fn place(table: &Spanned<DeTable<'_>>, path: &[String]) -> usize {
    let (mut at, mut value) = (table.span().start, None);
    for key in path {
        let next = match value.map(Spanned::get_ref) {
            None => table.get_ref().get(key.as_str()),
            Some(DeValue::Table(table)) => table.get(key.as_str()),
            Some(DeValue::Array(array)) => key.parse().ok().and_then(|index: usize| array.get(index)),
            Some(_) => None,
        };
        let Some(next) = next else { break };
        (at, value) = (next.span().start, Some(next));
    }
    at
}

#[cfg(test)]
mod tests;
