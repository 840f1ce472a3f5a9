//! [`Write`]: a call that may change what the reads of its server answer.

use std::sync::Arc;

use super::Cache;
use crate::host::{ToolAnswer, ToolError};

/// A write that is being made. When it ends, or is given up, the server's answers are dropped, unless it certainly did
/// nothing.
pub(super) struct Write {
    cache: Arc<Cache>,
    server: Arc<str>,
    may_have_taken_effect: bool,
}

impl Write {
    pub(super) fn begin(cache: Arc<Cache>, server: Arc<str>) -> Self {
        Self { cache, server, may_have_taken_effect: true }
    }

    /// Ends with this result, which is to be shown to nobody before.
    pub(super) fn end(mut self, result: &Result<ToolAnswer, ToolError>) {
        self.may_have_taken_effect = result.as_ref().err().is_none_or(ToolError::may_have_taken_effect);
    }
}

impl Drop for Write {
    fn drop(&mut self) {
        if self.may_have_taken_effect {
            self.cache.invalidate_server(&self.server);
        }
    }
}
