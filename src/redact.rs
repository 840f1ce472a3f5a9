//! Takes secrets out of text that somebody is shown: [`Redactor`].
//!
//! Two things go in: the secrets that are known, when it is made, and a text. Every known secret becomes `[redacted]`, also as a
//! URL, as JSON or base64 would write it. In errors, which quote what a server was sent, so does whatever has the shape of a
//! well-known kind of token; those shapes are narrow, so that identifiers, digests and words stay.

use std::{borrow::Cow, collections::BTreeSet, fmt, ops::Range};

use aho_corasick::AhoCorasick;
use regex::Regex;

mod forms;
#[cfg(test)]
mod tests;

/// What stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

/// A shorter secret would be found in texts that have nothing to do with it. In bytes.
pub const MIN_SECRET: usize = 6;

/// Tokens by their shape; whatever group takes part is the secret. No look-around, so the time is linear in the text.
///
/// - `Authorization: Scheme …`, or without a scheme something long;
/// - `Bearer …`;
/// - OpenAI and Anthropic, GitHub, GitLab, Slack;
/// - the key ids of AWS, which are all letters and digits of a fixed number;
/// - JSON Web Tokens, whose first two parts are base64 of `{"`.
const SHAPES: &str = r#"(?x-u)
    (?i:\bauthorization) [\\"']{0,4} \s* [:=] \s* [\\"']{0,4}
        (?: (?i:basic|bearer|token|digest|negotiate|apikey) \s+ ([\w.~+/=:-]{8,}) | ([\w.~+/=-]{20,}) )
    | (?i:\bbearer) \s+ ([\w.~+/-]{16,}=*)
    | \b( sk-[\w-]{20,} | gh[opsur]_[A-Za-z0-9]{20,} | github_pat_\w{20,} | glpat-[\w-]{20,} | xox[abeoprs]-[A-Za-z0-9-]{10,} )
    | \b( A[KS]IA[A-Z0-9]{16} )\b
    | \b( eyJ[\w-]{8,} \. eyJ[\w-]{8,} \. [\w-]* )
"#;

/// Why there is no redactor.
#[derive(Debug, thiserror::Error)]
pub enum RedactorError {
    #[error("the secrets are too long or too many to be looked for")]
    Secrets(#[from] aho_corasick::BuildError),
    #[error("the shapes of tokens cannot be looked for")]
    Shapes(#[from] regex::Error),
}

/// Knows what to take out.
#[derive(Clone)]
pub struct Redactor {
    /// All forms of all secrets; `None` without any.
    secrets: Option<AhoCorasick>,
    shapes: Regex,
}

/// Without the secrets.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

impl Redactor {
    /// Takes out these, unless they are shorter than [`MIN_SECRET`]. Of one that begins with the scheme of an `Authorization`
    /// header, what follows is a secret too.
    ///
    /// # Errors
    /// When they are gigabytes.
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Result<Self, RedactorError> {
        let forms: BTreeSet<Vec<u8>> = secrets.into_iter().flat_map(|secret| forms::all(&secret)).collect();
        let secrets = if forms.is_empty() { None } else { Some(AhoCorasick::new(forms)?) };
        Ok(Self { secrets, shapes: Regex::new(SHAPES)? })
    }

    /// The text without known secrets. Without any, that costs nothing.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        without(text, self.known(text))
    }

    /// The text of an error without known secrets, and without what looks like one.
    pub fn redact_error<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut found = self.known(text);
        let tokens = self.shapes.captures_iter(text).filter_map(|shape| shape.iter().skip(1).flatten().next());
        found.extend(tokens.filter(|token| is_random(token.as_str())).map(|token| token.range()));
        without(text, found)
    }

    /// Where secrets are. They may overlap, and each is found all the same.
    fn known(&self, text: &str) -> Vec<Range<usize>> {
        let Some(secrets) = &self.secrets else { return Vec::new() };
        secrets.find_overlapping_iter(text).map(|found| found.range()).collect()
    }
}

/// Words have no digits; tokens of such lengths do.
fn is_random(token: &str) -> bool {
    token.bytes().any(|byte| byte.is_ascii_digit())
}

fn without(text: &str, mut ranges: Vec<Range<usize>>) -> Cow<'_, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    ranges.sort_unstable_by_key(|range| range.start);
    let mut redacted = String::with_capacity(text.len());
    let mut ranges = ranges.into_iter().peekable();
    let mut end = 0;
    while let Some(mut range) = ranges.next() {
        while let Some(next) = ranges.next_if(|next| next.start <= range.end) {
            range.end = range.end.max(next.end);
        }
        redacted.push_str(&text[end..range.start]);
        redacted.push_str(REDACTED);
        end = range.end;
    }
    redacted.push_str(&text[end..]);
    Cow::Owned(redacted)
}
