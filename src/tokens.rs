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
        Tokens(tiktoken_rs::o200k_base_singleton().count_ordinary(text) as u64)
    }
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
    fn a_special_token_in_a_text_counts_as_its_characters() {
        for (text, tokens) in [("", 0), ("hello world", 2), ("tiktoken is great!", 6), ("<|endoftext|>", 7)] {
            assert_eq!(O200k.count(text), Tokens(tokens), "{text:?}");
        }
    }
}
