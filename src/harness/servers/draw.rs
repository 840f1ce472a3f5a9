//! Random choices that depend on nothing but a seed: [`Draw`], and the ids made from it.
//!
//! Every generated record draws from its own stream of the generator, named by what the record is and its index. So a
//! record can be generated alone, in any order, without its neighbours, and always comes out the same.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a stream of choices is for. Two kinds of record never share a stream.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    Issue = 1,
    IssueComments,
    PullRequest,
    File,
    Person,
    Channel,
    Escalations,
    Thread,
    Account,
    Contacts,
    Deals,
    Activities,
    Catalogue,
    Record,
    Cursor,
    Impact,
    Customer,
    Subscription,
    Invoice,
    Standing,
    Deployment,
    Form,
    Choice,
    Document,
    Comments,
    Spreadsheet,
    Lead,
    Id,
    Chunk,
}

/// A source of choices.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    pub(super) fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream((stream as u64) << 56 | index);
        Self(generator)
    }

    pub(super) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..bound`; 0 if `bound` is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        // Multiply and shift: the bias is below 2^-32 * bound, and one word is consumed whatever the bound.
        ((u64::from(self.0.next_u32()) * bound as u64) >> 32) as usize
    }

    /// A number in `low..=high`.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    pub(super) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of a vocabulary that is never empty.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// `length` characters of `alphabet`, which is ASCII.
    pub(super) fn characters(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(alphabet[self.below(alphabet.len())])).collect()
    }

    pub(super) fn hex(&mut self, length: usize) -> String {
        self.characters(b"0123456789abcdef", length)
    }

    pub(super) fn uuid(&mut self) -> String {
        let (high, low) = (self.word(), self.word());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff
        )
    }
}

pub(super) const UPPER_ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
