//! How long an answer may be, in tokens of `o200k_base`.
//!
//! In: the pieces of an answer, one after another. Out: whether each still fits. Counting costs more than searching, and
//! most answers are far from their limit, so pieces are counted only when their bytes might be too many: a token is at
//! least one byte.

use crate::tokens::{O200k, TokenCounter, Tokens};

/// How long the answers of a catalog may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// An answer of [`super::Catalog::search`].
    pub search: Tokens,
    /// An answer of [`super::Catalog::describe`], [`super::Catalog::list`] or [`super::Catalog::read`].
    pub describe: Tokens,
}

impl Default for Budgets {
    fn default() -> Self {
        Self { search: Tokens(4_000), describe: Tokens(8_000) }
    }
}

/// What the lines about an answer may take of its budget.
const REMARKS: u64 = 100;
/// A piece with more bytes than this for each token left is not even counted. Source text has about four.
const BYTES_PER_TOKEN: u64 = 8;

/// The tokens of one answer that are not spent yet.
pub(super) struct Purse {
    budget: u64,
    spent: u64,
    /// What has been paid for by its bytes and may turn out cheaper.
    uncounted: String,
}

impl Purse {
    /// The whole budget but what the remarks may need.
    pub(super) fn new(budget: Tokens) -> Self {
        Self { budget: budget.0.saturating_sub(REMARKS), spent: 0, uncounted: String::new() }
    }

    /// Whether nothing has been paid for.
    pub(super) fn is_fresh(&self) -> bool {
        self.spent == 0 && self.uncounted.is_empty()
    }

    /// The tokens that are left of what has been counted.
    pub(super) fn left(&self) -> usize {
        usize::try_from(self.budget.saturating_sub(self.spent)).unwrap_or(usize::MAX)
    }

    /// Whether the piece fits; if so, it is paid for.
    pub(super) fn pay(&mut self, piece: &str) -> bool {
        let bytes = |text: &str| text.len() as u64;
        if self.spent + bytes(&self.uncounted) + bytes(piece) <= self.budget {
            self.uncounted.push_str(piece);
            return true;
        }
        self.spent += O200k.count(&std::mem::take(&mut self.uncounted)).0;
        let left = self.budget.saturating_sub(self.spent);
        if bytes(piece) > left * BYTES_PER_TOKEN {
            return false;
        }
        let cost = O200k.count(piece).0;
        if cost > left {
            return false;
        }
        self.spent += cost;
        true
    }
}

/// As much of a text as a token for each of `count` surely pays for, with `…` where it was cut.
pub(super) fn cut(text: &str, count: usize) -> String {
    match (0..=count).rev().find(|&end| text.is_char_boundary(end)) {
        Some(end) if end < text.len() => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pays_until_the_tokens_are_spent() {
        let mut purse = Purse::new(Tokens(REMARKS + 10));
        // Five words, a token each, but 26 bytes.
        assert!(purse.pay("hello hello hello hello\n"));
        assert_eq!(purse.spent, 5);
        assert!(!purse.pay("hello hello hello hello hello\n"));
        assert!(purse.pay("hello hello hello\n"));
        assert!(purse.pay("."));
        assert!(!purse.pay("."));
        assert!(purse.pay(""));
        assert!(!Purse::new(Tokens(0)).pay("."));
        assert!(!Purse::new(Tokens(REMARKS + 10)).pay(&" ".repeat(1_000)), "bytes alone are too many");
    }

    #[test]
    fn cuts_between_characters() {
        for (text, count, expected) in
            [("abc", 3, "abc"), ("abc", 2, "ab…"), ("aé", 2, "a…"), ("é", 0, "…"), ("", 0, "")]
        {
            assert_eq!(cut(text, count), expected);
        }
    }
}
