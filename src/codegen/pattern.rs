//! Patterns for property names: of the regular expressions that schemas have there, those that TypeScript can say.
//!
//! In: a regular expression (ECMA-262). Out: a prefix, a suffix or an exact name, which template literal types express;
//! everything else is [`Pattern::Other`], which any name may match.

/// What the names of some properties have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    Any,
    Exact(String),
    Prefix(String),
    Suffix(String),
    /// A regular expression that is none of these.
    Other(String),
}

impl Pattern {
    pub fn new(expression: &str) -> Self {
        let from_start = expression.strip_prefix('^');
        let inner = from_start.unwrap_or(expression);
        let to_end = inner.strip_suffix('$').filter(|inner| !inner.ends_with('\\'));
        let mut inner = to_end.unwrap_or(inner);
        // What may follow or precede anything needs no anchor there.
        let (mut anchored_start, mut anchored_end) = (from_start.is_some(), to_end.is_some());
        // A dot does not match line breaks, so `.*` is not quite anything; but names with line breaks are none.
        if let Some(rest) = inner.strip_suffix(".*").filter(|rest| !rest.ends_with('\\')) {
            (inner, anchored_end) = (rest, false);
        }
        if let Some(rest) = inner.strip_prefix(".*") {
            (inner, anchored_start) = (rest, false);
        }
        match (literal(inner), anchored_start, anchored_end) {
            (Some(text), _, _) if text.is_empty() && !(anchored_start && anchored_end) => Self::Any,
            (Some(text), true, true) => Self::Exact(text),
            (Some(text), true, false) => Self::Prefix(text),
            (Some(text), false, true) => Self::Suffix(text),
            _ => Self::Other(expression.to_owned()),
        }
    }

    /// Whether a name certainly matches.
    pub fn certainly_matches(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(text) => name == text,
            Self::Prefix(text) => name.starts_with(text),
            Self::Suffix(text) => name.ends_with(text),
            Self::Other(_) => false,
        }
    }

    /// Whether all names that match this certainly match the other.
    pub fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Prefix(own), Self::Prefix(other)) => own.starts_with(other.as_str()),
            (Self::Suffix(own), Self::Suffix(other)) => own.ends_with(other.as_str()),
            _ => self == other,
        }
    }

    /// Whether a name may match.
    pub fn may_match(&self, name: &str) -> bool {
        matches!(self, Self::Other(_)) || self.certainly_matches(name)
    }
}

/// The text that an expression matches if it matches that alone. Only characters that are plain in every dialect, so that what
/// is written into a template literal type is plain there too.
fn literal(expression: &str) -> Option<String> {
    let mut text = String::with_capacity(expression.len());
    let mut chars = expression.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().filter(|c| matches!(c, '.' | '-' | '/'))?),
            c if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '/' | '@' | ' ') => text.push(c),
            _ => return None,
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_template_literals_can_say() {
        let other = |text: &str| Pattern::Other(text.to_owned());
        for (expression, expected) in [
            ("", Pattern::Any),
            (".*", Pattern::Any),
            ("^.*$", Pattern::Any),
            ("^", Pattern::Any),
            ("^x-", Pattern::Prefix("x-".into())),
            ("^x-.*$", Pattern::Prefix("x-".into())),
            ("_id$", Pattern::Suffix("_id".into())),
            ("^.*_id$", Pattern::Suffix("_id".into())),
            ("^a\\.b$", Pattern::Exact("a.b".into())),
            ("^$", Pattern::Exact(String::new())),
            ("^.+$", other("^.+$")),
            ("^x-.+$", other("^x-.+$")),
            ("^a|b$", other("^a|b$")),
            ("^[a-z]+$", other("^[a-z]+$")),
            ("^S_$\\$", other("^S_$\\$")),
            ("a", other("a")),
            ("^`$", other("^`$")),
            ("^a\\d", other("^a\\d")),
        ] {
            assert_eq!(Pattern::new(expression), expected, "{expression:?}");
        }
    }
}
