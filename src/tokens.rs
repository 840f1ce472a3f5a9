//! Counting tokens: the trait, and the tokenizer that every published figure uses.

use std::{
    iter::Sum,
    ops::{Add, AddAssign},
};

use serde::{Deserialize, Serialize};

use crate::tool::ToolDef;

/// A number of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tokens(pub u64);

impl Add for Tokens {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Tokens {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Tokens {
    fn sum<I: Iterator<Item = Self>>(tokens: I) -> Self {
        tokens.fold(Self(0), Add::add)
    }
}

/// Counts the tokens of a text. Special tokens in the text count as the ordinary characters they are made of.
pub trait TokenCounter: Send + Sync {
    /// The tokenizer's name, for the report.
    fn name(&self) -> &'static str;

    fn count(&self, text: &str) -> Tokens;
}

/// The `o200k_base` encoding of tiktoken-rs. Its table is built once for the process, at the first count.
#[derive(Clone, Copy, Debug, Default)]
pub struct O200k;

impl TokenCounter for O200k {
    fn name(&self) -> &'static str {
        "o200k_base"
    }

    fn count(&self, text: &str) -> Tokens {
        count(tiktoken_rs::o200k_base_singleton(), text)
    }
}

/// The `cl100k_base` encoding of tiktoken-rs, older and a little less frugal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cl100k;

impl TokenCounter for Cl100k {
    fn name(&self) -> &'static str {
        "cl100k_base"
    }

    fn count(&self, text: &str) -> Tokens {
        count(tiktoken_rs::cl100k_base_singleton(), text)
    }
}

fn count(encoding: &tiktoken_rs::CoreBPE, text: &str) -> Tokens {
    Tokens(pieces(text).map(|piece| encoding.count_ordinary(piece) as u64).sum())
}

/// The tokenizer panics at some texts of a million characters without a break in them, and servers send what they like.
const MAX_PIECE_BYTES: usize = 512 * 1024;
/// How far back a better place to cut is looked for.
const CUT_WINDOW_BYTES: usize = 64 * 1024;

/// A text in pieces that the tokenizer can take. It is cut between words, where no token goes across, if there are any.
fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        if text.len() <= MAX_PIECE_BYTES {
            return (!text.is_empty()).then(|| std::mem::take(&mut text));
        }
        let bytes = text.as_bytes();
        let is_between_words = |at: &usize| {
            bytes[*at] == b' ' && bytes[at - 1].is_ascii_lowercase() && bytes[at + 1].is_ascii_alphabetic()
        };
        let candidates = (MAX_PIECE_BYTES - CUT_WINDOW_BYTES..MAX_PIECE_BYTES).rev();
        let cut = candidates.into_iter().find(is_between_words).unwrap_or(text.floor_char_boundary(MAX_PIECE_BYTES));
        let (piece, rest) = text.split_at(cut);
        text = rest;
        Some(piece)
    })
}

impl ToolDef {
    /// What the definition costs a model that is shown it: name, description and input schema as compact JSON, and
    /// nothing for the words that a client puts around them.
    pub fn tokens(&self, counter: &dyn TokenCounter) -> Tokens {
        let description = self.description.as_deref().unwrap_or_default();
        let schema = serde_json::Value::from(self.input_schema.as_ref().clone()).to_string();
        [&self.name, description, &schema].into_iter().map(|text| counter.count(text)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_counted_whatever_they_are_made_of() {
        for (unit, times) in [(" ", 1_500_000), ("a", 1_500_000), ("\n", 1_500_000), ("é", 700_000), ("{", 1_500_000)]
        {
            assert!(O200k.count(&unit.repeat(times)) > Tokens(0), "{unit:?}");
        }
        let words = "the quick brown fox jumps over 13 lazy dogs, ".repeat(30_000);
        let whole = tiktoken_rs::o200k_base_singleton().count_ordinary(&words);
        assert!(words.len() > 2 * MAX_PIECE_BYTES);
        assert_eq!(O200k.count(&words), Tokens(whole as u64), "cutting has changed the count");
    }

    #[test]
    fn a_special_token_in_a_text_counts_as_its_characters() {
        for (text, tokens) in [("", 0), ("hello world", 2), ("tiktoken is great!", 6), ("<|endoftext|>", 7)] {
            assert_eq!(O200k.count(text), Tokens(tokens), "{text:?}");
        }
    }
}
