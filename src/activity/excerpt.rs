//! Texts as they are kept: redacted, then cut.

use std::sync::Arc;

use bytesize::ByteSize;
use serde::Serialize;

/// Takes out of a text what must not be shown.
pub type Redact = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// The beginning of a text, or all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    pub text: String,
    /// The length of the whole text.
    #[serde(rename = "bytes", serialize_with = "super::record::bytes")]
    pub size: ByteSize,
    /// Whether there was more.
    pub is_cut: bool,
}

/// A secret may lie across the place of the cut, where half of it would not be recognised. So much more is looked at, and
/// thrown away again: secrets up to this length are found.
pub(super) const MARGIN: usize = 8 * 1024;

pub(super) struct Keeper {
    redact: Redact,
}

impl Keeper {
    pub(super) fn new(redact: Redact) -> Self {
        Self { redact }
    }

    pub(super) fn redacted(&self, text: &str) -> String {
        (self.redact)(text)
    }

    /// At most so many bytes of a text. However long it is, only its beginning is looked at.
    pub(super) fn keep(&self, text: &str, limit: usize) -> Excerpt {
        let seen = &text[..text.floor_char_boundary(limit.saturating_add(MARGIN))];
        let mut kept = self.redacted(seen);
        let whole = seen.len() == text.len();
        let sound = if whole { kept.len() } else { kept.len().saturating_sub(MARGIN) };
        let is_cut = !whole || sound > limit;
        kept.truncate(kept.floor_char_boundary(sound.min(limit)));
        kept.shrink_to_fit();
        Excerpt { text: kept, size: ByteSize(text.len() as u64), is_cut }
    }
}
