//! Programs: TypeScript in, a JavaScript module with a source map out.
//!
//! [`Program`] is the text a model wrote. [`compile`](Program::compile) strips its types and gives it its top-level
//! `return`, or says in a [`Diagnostic`] where the text is not TypeScript. Types are checked, where that is wanted, by
//! TypeScript's own compiler ([`check`]).

pub mod check;
mod diagnostic;
mod specifier;
mod top_level;
mod transpile;

use std::sync::Arc;

pub use diagnostic::{Diagnostic, Position};
pub use specifier::{IMPORTABLE, tree_path};
pub(crate) use transpile::PROGRAM_FUNCTION;
pub use transpile::{Import, Module, transpile_wrapper};

/// The longest program that is compiled. Real ones are a hundred times shorter; the bound keeps hostile text cheap.
pub const MAX_PROGRAM_BYTES: usize = 256 * 1024;

/// The file name under which places in a program are reported.
pub const PROGRAM_SOURCE: &str = "program.ts";

/// A program as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    source: Arc<str>,
}

impl Program {
    pub fn new(source: impl Into<Arc<str>>) -> Self {
        Self { source: source.into() }
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// Compiles to a module whose default export is the program's value.
    ///
    /// # Errors
    /// A [`Diagnostic`] with the place in the source when it is not valid TypeScript, is longer than
    /// [`MAX_PROGRAM_BYTES`], or is nested too deeply to compile.
    pub fn compile(&self) -> Result<Module, Diagnostic> {
        if self.source.len() > MAX_PROGRAM_BYTES {
            return Err(Diagnostic::without_place(format!(
                "the program is {} KiB long; at most {} KiB are accepted: fetch data through tools instead of writing it out",
                self.source.len() / 1024,
                MAX_PROGRAM_BYTES / 1024
            )));
        }
        transpile::transpile_program(&self.source)
    }
}
