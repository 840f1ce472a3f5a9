//! The latest of something, bounded in number and in bytes.

use std::collections::VecDeque;

use bytesize::ByteSize;

pub(super) struct Ring<T> {
    /// The newest first, each with its size.
    entries: VecDeque<(T, u64)>,
    capacity: usize,
    max_bytes: u64,
    bytes: u64,
}

impl<T> Ring<T> {
    pub(super) fn new(capacity: usize, max_bytes: ByteSize) -> Self {
        Self { entries: VecDeque::new(), capacity, max_bytes: max_bytes.as_u64(), bytes: 0 }
    }

    /// Adds the newest, and forgets as many of the oldest as it takes.
    pub(super) fn push(&mut self, entry: T, size: ByteSize) {
        self.entries.push_front((entry, size.as_u64()));
        self.bytes += size.as_u64();
        while self.entries.len() > self.capacity || self.bytes > self.max_bytes {
            let Some((_, size)) = self.entries.pop_back() else { return };
            self.bytes -= size;
        }
    }

    /// The newest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|(entry, _)| entry)
    }
}
