//! Texts that are never shown, and how they are told from others: by the name that they go by.

use std::fmt;

use serde::Deserialize;

/// A text that no message, log or debug output shows.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for whom it is meant.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The last word of a credential's name ends like one of these: `GITHUB_TOKEN`, `clientSecret`, `DBPASSWORD`.
const ENDINGS: [&str; 9] =
    ["token", "secret", "password", "passwd", "passphrase", "credential", "credentials", "apikey", "accesskey"];
/// Or a word of it is one of these: `API_KEY`, `X-Auth`, `Cookie`.
const WORDS: [&str; 7] = ["auth", "authorization", "bearer", "cookie", "key", "pat", "dsn"];

/// Whether something of this name is probably a credential.
pub(super) fn is_credential_name(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| ENDINGS.iter().any(|ending| word.ends_with(ending)) || WORDS.contains(&word.as_str()))
        // By itself it is the working directory.
        || (words.len() > 1 && words.iter().any(|word| word == "pwd"))
}

/// Whether an address holds a password, as `postgres://user:password@host` does.
pub(super) fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| user.split_once(':').is_some_and(|(_, word)| !word.is_empty()))
}

/// The words of a name, in lower case: `X-Api-Key`, `apiKey` and `API_KEY` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let starts_word = !c.is_alphanumeric() || (c.is_uppercase() && was_lower);
        if starts_word {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_told_by_their_names() {
        for name in [
            "GITHUB_TOKEN",
            "clientSecret",
            "DBPASSWORD",
            "apiKey",
            "API_KEY",
            "X-Api-Key",
            "--api-key",
            "Authorization",
            "Cookie",
            "SENTRY_DSN",
            "DB_PWD",
            "apikey",
            "GH_PAT",
        ] {
            assert!(is_credential_name(name), "{name}");
        }
        for name in ["PWD", "PATH", "MAX_TOKENS", "KEYBOARD", "AUTHOR", "PATTERN", "LOG_LEVEL", "Accept", "", "--root"]
        {
            assert!(!is_credential_name(name), "{name}");
        }
    }

    #[test]
    fn addresses_may_hold_a_password() {
        assert!(has_password("postgres://me:s3cret@host/db"));
        for text in ["https://host/a:b@c", "https://me@host", "https://me:@host", "me:s3cret@host", ""] {
            assert!(!has_password(text), "{text}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Some(Secret::new("s3cret"))), "Some([redacted])");
    }
}
