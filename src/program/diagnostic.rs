//! What is wrong with a program, and where: a [`Diagnostic`] in the program's own coordinates.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in a program. Lines and columns count from 1; columns count UTF-16 units, as editors and engines do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

impl Position {
    /// The place of a byte offset in `source`.
    pub fn at(source: &str, offset: usize) -> Self {
        let before = &source.as_bytes()[..offset.min(source.len())];
        let before = String::from_utf8_lossy(before);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].encode_utf16().count() + 1;
        Self { line: saturate(line), column: saturate(column) }
    }
}

fn saturate(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Why a program was not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub message: String,
    /// `None` when the fault is the whole text's, such as its length.
    pub position: Option<Position>,
}

impl Diagnostic {
    pub(super) fn at(source: &str, offset: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), position: Some(Position::at(source, offset)) }
    }

    pub(super) fn without_place(message: impl Into<String>) -> Self {
        Self { message: message.into(), position: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_utf16_columns() {
        let source = "ab\n😀c\n";
        let place = |offset| Position::at(source, offset).to_string();
        assert_eq!([place(0), place(1), place(3), place(7), place(99)], ["1:1", "1:2", "2:1", "2:3", "3:1"]);
    }
}
