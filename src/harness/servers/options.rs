//! What one trial may set of a built-in server: [`ServerOptions`], read strictly from a scenario's table.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::tool::JsonObject;

/// A fresh server's seed and sizes. The same options always give the same server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerOptions {
    /// All that the server knows follows from it. Servers of one scenario share it, so that they agree.
    pub seed: u64,
    /// `github`: the number of issues; 10,000 unless set.
    pub issues: Option<usize>,
    /// `chat`: the number of messages in `#customer-escalations`; 570 unless set.
    pub messages: Option<usize>,
    /// `crm`: the number of accounts; 180 unless set.
    pub accounts: Option<usize>,
    /// Any server: tools whose first calls with each input fail, and how many of them.
    pub failing: BTreeMap<String, u64>,
}

/// An option that the server does not take, or a value that it cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    #[error("server `{server}` has no option `{option}`; {}", known_options(server))]
    Unknown { server: String, option: String },
    #[error("option `{option}` of server `{server}` must be an integer from {minimum} to {maximum}, not {value}")]
    OutOfRange { server: String, option: String, minimum: u64, maximum: u64, value: String },
}

/// The option that every server has.
const FAILING: &str = "failing";
/// More failures than this are no bad moment but a broken server.
const MAX_FAILURES: u64 = 1_000;

/// The one option of a server that has one of its own, with its smallest and largest value.
fn known(server: &str) -> Option<(&'static str, u64, u64)> {
    match server {
        "github" => Some(("issues", 1, 100_000)),
        // Fewer could not hold the escalations; more would not fit in one month.
        "chat" => Some(("messages", 60, 20_000)),
        // Fewer would leave out accounts that the chat speaks of; there are no more companies.
        "crm" => Some(("accounts", 60, 480)),
        _ => None,
    }
}

fn known_options(server: &str) -> String {
    match known(server) {
        Some((option, ..)) => format!("it has `{option}` and `{FAILING}`"),
        None => format!("it has `{FAILING}`"),
    }
}

impl ServerOptions {
    pub fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Reads the options that a scenario sets for the named server.
    pub fn parse(server: &str, seed: u64, options: &JsonObject) -> Result<Self, OptionError> {
        let mut parsed = Self::new(seed);
        for (option, value) in options {
            if option == FAILING {
                parsed.failing = failing(server, value)?;
                continue;
            }
            let Some((_, minimum, maximum)) = known(server).filter(|(name, ..)| name == option) else {
                return Err(OptionError::Unknown { server: server.to_owned(), option: option.clone() });
            };
            let Some(number) = value.as_u64().filter(|number| (minimum..=maximum).contains(number)) else {
                let (server, option, value) = (server.to_owned(), option.clone(), value.to_string());
                return Err(OptionError::OutOfRange { server, option, minimum, maximum, value });
            };
            let target = match server {
                "github" => &mut parsed.issues,
                "chat" => &mut parsed.messages,
                _ => &mut parsed.accounts,
            };
            *target = usize::try_from(number).ok();
        }
        Ok(parsed)
    }
}

/// Reads a table such as `{ get_rate = 2 }`.
fn failing(server: &str, value: &Value) -> Result<BTreeMap<String, u64>, OptionError> {
    let out_of_range = |option: String, value: &Value| OptionError::OutOfRange {
        server: server.to_owned(),
        option,
        minimum: 1,
        maximum: MAX_FAILURES,
        value: value.to_string(),
    };
    let Value::Object(tools) = value else { return Err(out_of_range(format!("{FAILING}.<tool>"), value)) };
    let read = |(tool, value): (&String, &Value)| match value.as_u64() {
        Some(calls @ 1..=MAX_FAILURES) => Ok((tool.clone(), calls)),
        _ => Err(out_of_range(format!("{FAILING}.{tool}"), value)),
    };
    tools.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn options_are_read_strictly() {
        let parse = |server: &str, options: Value| {
            let Value::Object(options) = options else { panic!("not an object") };
            ServerOptions::parse(server, 7, &options).map_err(|error| error.to_string())
        };
        assert_eq!(
            parse("github", json!({"issues": 50})).unwrap(),
            ServerOptions { issues: Some(50), ..ServerOptions::new(7) }
        );
        assert_eq!(parse("rates", json!({})).unwrap(), ServerOptions::new(7));
        let failing = BTreeMap::from([("get_rate".to_owned(), 2)]);
        assert_eq!(
            parse("rates", json!({"failing": {"get_rate": 2}})).unwrap(),
            ServerOptions { failing, ..ServerOptions::new(7) }
        );
        for (server, options, message) in [
            ("github", json!({"isues": 50}), "server `github` has no option `isues`; it has `issues` and `failing`"),
            ("crm", json!({"issues": 50}), "server `crm` has no option `issues`; it has `accounts` and `failing`"),
            ("wiki", json!({"pages": 1}), "server `wiki` has no option `pages`; it has `failing`"),
            (
                "chat",
                json!({"messages": 3}),
                "option `messages` of server `chat` must be an integer from 60 to 20000, not 3",
            ),
            (
                "rates",
                json!({"failing": {"get_rate": 0}}),
                "option `failing.get_rate` of server `rates` must be an integer from 1 to 1000, not 0",
            ),
            (
                "rates",
                json!({"failing": 2}),
                "option `failing.<tool>` of server `rates` must be an integer from 1 to 1000, not 2",
            ),
            (
                "github",
                json!({"issues": "many"}),
                "option `issues` of server `github` must be an integer from 1 to 100000, not \"many\"",
            ),
        ] {
            assert_eq!(parse(server, options), Err(message.to_owned()));
        }
    }
}
