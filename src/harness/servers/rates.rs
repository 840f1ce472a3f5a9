//! `rates`: currency reference rates, three tools whose definitions and answers are as small as they come.
//!
//! The rates are made up and follow from the date alone, so this server takes no seed.

use rmcp::{handler::server::wrapper::Parameters, tool, tool_router};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, json};

use super::{
    recorded::{Recorded, Reply, refuse, reply},
    world::{DAY, Moment, NOW},
};

/// Currencies with their names and the mean rate to one euro, in millionths.
const CURRENCIES: [(&str, &str, u64); 10] = [
    ("AUD", "Australian dollar", 1_655_000),
    ("CAD", "Canadian dollar", 1_498_000),
    ("CHF", "Swiss franc", 938_000),
    ("EUR", "Euro", 1_000_000),
    ("GBP", "Pound sterling", 845_000),
    ("JPY", "Japanese yen", 163_200_000),
    ("NOK", "Norwegian krone", 11_640_000),
    ("PLN", "Polish zloty", 4_290_000),
    ("SEK", "Swedish krona", 11_320_000),
    ("USD", "US dollar", 1_087_000),
];

/// 2020-01-01: the first day with rates.
const FIRST_DAY: Moment = Moment(1_577_836_800);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetRate {
    /// Currency code to convert from, such as EUR
    base: String,
    /// Currency code to convert to
    quote: String,
    /// Date (YYYY-MM-DD). Default: the latest
    date: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListRates {
    /// Currency code to convert from, such as EUR
    base: String,
    /// Date (YYYY-MM-DD). Default: the latest
    date: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub(super) struct Rates;

/// The index of a currency.
fn currency(code: &str) -> Result<usize, String> {
    CURRENCIES.iter().position(|(known, ..)| *known == code).ok_or_else(|| {
        let known = CURRENCIES.map(|(code, ..)| code).join(", ");
        format!("not found: there is no currency `{code}`; known are {known}")
    })
}

fn day(date: Option<&str>) -> Result<Moment, String> {
    let latest = Moment(NOW.0 - DAY);
    let Some(date) = date else { return Ok(latest) };
    match Moment::parse(date) {
        Ok(day) if day.date() != date => refuse(format_args!("`{date}` is not a date of the form YYYY-MM-DD")),
        Ok(day) if (FIRST_DAY..=latest).contains(&day) => Ok(day),
        Ok(_) => refuse(format_args!("not found: there are rates from {} to {}", FIRST_DAY.date(), latest.date())),
        Err(message) => Err(message),
    }
}

/// The rate to four decimals.
fn rate(base: usize, quote: usize, day: Moment) -> f64 {
    // Each currency moves by up to two percent around its mean with its own period.
    let per_euro = |index: usize| {
        let days = (day.0 / DAY) as u64;
        let phase = (days * (index as u64 * 2 + 3)) % 400;
        let swing = phase.abs_diff(200) * 200;
        if CURRENCIES[index].0 == "EUR" { 1_000_000 } else { CURRENCIES[index].2 * (980_000 + swing) / 1_000_000 }
    };
    (per_euro(quote) * 10_000 / per_euro(base)) as f64 / 10_000.0
}

#[tool_router]
impl Rates {
    pub(super) fn server() -> Recorded<Self> {
        Recorded::new("rates", Self, Self::tool_router())
    }

    /// Get the reference rate between two currencies. Returns base, quote, date and rate.
    #[tool(annotations(title = "Get rate", read_only_hint = true))]
    fn get_rate(&self, Parameters(input): Parameters<GetRate>) -> Reply {
        let (base, quote) = (currency(&input.base)?, currency(&input.quote)?);
        let day = day(input.date.as_deref())?;
        reply(&json!({ "base": input.base, "quote": input.quote, "date": day.date(), "rate": rate(base, quote, day) }))
    }

    /// List the rates of one currency to all others. Returns base, date and `rates` by currency code.
    #[tool(annotations(title = "List rates", read_only_hint = true))]
    fn list_rates(&self, Parameters(input): Parameters<ListRates>) -> Reply {
        let base = currency(&input.base)?;
        let day = day(input.date.as_deref())?;
        let others = CURRENCIES.iter().enumerate().filter(|(quote, _)| *quote != base);
        let rates: Map<_, _> =
            others.map(|(quote, (code, ..))| ((*code).to_owned(), rate(base, quote, day).into())).collect();
        reply(&json!({ "base": input.base, "date": day.date(), "rates": rates }))
    }

    /// List the known currencies. Returns an object of currency codes and names.
    #[tool(annotations(title = "List currencies", read_only_hint = true))]
    fn list_currencies(&self, Parameters(Nothing {}): Parameters<Nothing>) -> Reply {
        reply(&CURRENCIES.iter().map(|(code, name, _)| ((*code).to_owned(), (*name).into())).collect::<Map<_, _>>())
    }
}

/// The rate that the server answers.
pub(super) fn rate_on(base: &str, quote: &str, date: &str) -> Option<f64> {
    Some(rate(currency(base).ok()?, currency(quote).ok()?, day(Some(date)).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_plausible_and_refused_outside_their_range() {
        let day_of = |date| day(Some(date)).unwrap();
        for (code, _, mean) in CURRENCIES {
            let rate = rate(currency("EUR").unwrap(), currency(code).unwrap(), day_of("2026-10-30"));
            assert!((rate * 1e6 / mean as f64 - 1.0).abs() < 0.021, "{code}: {rate}");
        }
        for date in ["2019-12-31", "2026-11-01", "2026-02-30", "30.10.2026", "2026-10-30T12:00:00Z"] {
            assert!(day(Some(date)).is_err(), "{date}");
        }
        assert!(currency("XXX").is_err_and(|message| message.contains("`XXX`")));
    }
}
