//! Counting each text once: the arms of one scenario see the same results.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::tokens::{TokenCounter, Tokens};

/// Shorter texts are counted sooner than looked up.
const WORTH_BYTES: usize = 256;

/// A counter that remembers.
pub(super) struct Memo<'a> {
    counter: &'a dyn TokenCounter,
    counted: Mutex<HashMap<[u8; 32], Tokens>>,
}

impl<'a> Memo<'a> {
    pub(super) fn new(counter: &'a dyn TokenCounter) -> Self {
        Self { counter, counted: Mutex::default() }
    }
}

impl TokenCounter for Memo<'_> {
    fn name(&self) -> &'static str {
        self.counter.name()
    }

    fn count(&self, text: &str) -> Tokens {
        if text.len() < WORTH_BYTES {
            return self.counter.count(text);
        }
        let key: [u8; 32] = Sha256::digest(text).into();
        let known = self.counted.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        known.unwrap_or_else(|| {
            let tokens = self.counter.count(text);
            self.counted.lock().unwrap_or_else(PoisonError::into_inner).insert(key, tokens);
            tokens
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Counts how often it is asked.
    struct Asked(AtomicU64);

    impl TokenCounter for Asked {
        fn name(&self) -> &'static str {
            "asked"
        }

        fn count(&self, text: &str) -> Tokens {
            self.0.fetch_add(1, Ordering::Relaxed);
            Tokens(text.len() as u64)
        }
    }

    #[test]
    fn a_long_text_is_counted_once_and_another_one_for_itself() {
        let asked = Asked(AtomicU64::new(0));
        let memo = Memo::new(&asked);
        let (long, longer) = ("a".repeat(WORTH_BYTES), "a".repeat(WORTH_BYTES + 1));
        for (text, tokens) in [(&long, 256), (&longer, 257), (&long, 256), (&longer, 257)] {
            assert_eq!(memo.count(text), Tokens(tokens));
        }
        assert_eq!(asked.0.load(Ordering::Relaxed), 2);
    }
}
