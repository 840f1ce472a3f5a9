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
    /// `billing`: the number of invoices; 1,440 unless set.
    pub invoices: Option<usize>,
    /// `synthetic`: the number of tools; 20 unless set.
    pub tools: Option<usize>,
    /// `synthetic`: the tokens of one chunk; 1,000 unless set.
    pub result_tokens: Option<usize>,
    /// `synthetic`: the number of chunks; 3 unless set.
    pub chunks: Option<usize>,
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

/// The options that are a server's own, with their smallest and largest values.
fn known(server: &str) -> &'static [(&'static str, u64, u64)] {
    match server {
        "github" => &[("issues", 1, 100_000)],
        // Fewer could not hold the escalations; more would not fit in one month.
        "chat" => &[("messages", 60, 20_000)],
        // Fewer would leave out accounts that the chat speaks of; there are no more companies.
        "crm" => &[("accounts", 60, 480)],
        // Fewer would leave customers without one.
        "billing" => &[("invoices", 180, 100_000)],
        // More chunks than 999 would have numbers of more than one token.
        "synthetic" => &[("chunks", 1, 100), ("result_tokens", 100, 1_000_000), ("tools", 1, 500)],
        _ => &[],
    }
}

fn known_options(server: &str) -> String {
    let own: Vec<_> = known(server).iter().map(|(option, ..)| format!("`{option}`")).collect();
    match own.is_empty() {
        true => format!("it has `{FAILING}`"),
        false => format!("it has {} and `{FAILING}`", own.join(", ")),
    }
}

impl ServerOptions {
    pub fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// The same server with another seed.
    pub fn seeded(&self, seed: u64) -> Self {
        Self { seed, ..self.clone() }
    }

    /// Reads the options that a scenario sets for the named server.
    pub fn parse(server: &str, seed: u64, options: &JsonObject) -> Result<Self, OptionError> {
        let mut parsed = Self::new(seed);
        for (option, value) in options {
            if option == FAILING {
                parsed.failing = failing(server, value)?;
                continue;
            }
            let Some(&(name, minimum, maximum)) = known(server).iter().find(|(name, ..)| name == option) else {
                return Err(OptionError::Unknown { server: server.to_owned(), option: option.clone() });
            };
            let Some(number) = value.as_u64().filter(|number| (minimum..=maximum).contains(number)) else {
                let (server, option, value) = (server.to_owned(), option.clone(), value.to_string());
                return Err(OptionError::OutOfRange { server, option, minimum, maximum, value });
            };
            let target = match name {
                "issues" => &mut parsed.issues,
                "messages" => &mut parsed.messages,
                "invoices" => &mut parsed.invoices,
                "accounts" => &mut parsed.accounts,
                "tools" => &mut parsed.tools,
                "result_tokens" => &mut parsed.result_tokens,
                _ => &mut parsed.chunks,
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
        let sizes =
            ServerOptions { tools: Some(5), result_tokens: Some(100), chunks: Some(9), ..ServerOptions::new(7) };
        assert_eq!(parse("synthetic", json!({"tools": 5, "result_tokens": 100, "chunks": 9})).unwrap(), sizes);
        assert_eq!(parse("rates", json!({})).unwrap(), ServerOptions::new(7));
        let failing = BTreeMap::from([("get_rate".to_owned(), 2)]);
        assert_eq!(
            parse("rates", json!({"failing": {"get_rate": 2}})).unwrap(),
            ServerOptions { failing, ..ServerOptions::new(7) }
        );
        for (server, options, message) in [
            ("github", json!({"isues": 50}), "server `github` has no option `isues`; it has `issues` and `failing`"),
            ("crm", json!({"issues": 50}), "server `crm` has no option `issues`; it has `accounts` and `failing`"),
            ("forms", json!({"steps": 6}), "server `forms` has no option `steps`; it has `failing`"),
            (
                "billing",
                json!({"invoices": 100}),
                "option `invoices` of server `billing` must be an integer from 180 to 100000, not 100",
            ),
            (
                "synthetic",
                json!({"pages": 1}),
                "server `synthetic` has no option `pages`; it has `chunks`, `result_tokens`, `tools` and `failing`",
            ),
            (
                "synthetic",
                json!({"result_tokens": 99}),
                "option `result_tokens` of server `synthetic` must be an integer from 100 to 1000000, not 99",
            ),
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
