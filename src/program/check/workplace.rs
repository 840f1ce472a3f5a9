//! The compiler's folder, and the way back from there: its complaints become errors in the program's coordinates.

use std::{fs, io, path::PathBuf};

use tempfile::TempDir;

use super::{
    codes,
    lsp::{Place, RawDiagnostic},
    neutral::Neutral,
    project::{Names, Project},
    report::{self, TypeError},
};
use crate::program::{IMPORTABLE, Position, tree_path};

/// How many of the compiler's complaints are looked at; beyond that they are counted.
const LOOKED_AT: usize = 100;

/// The compiler's folder, and what is in it.
pub(super) struct WorkPlace {
    _removed_on_drop: TempDir,
    pub folder: PathBuf,
    pub names: Names,
}

impl WorkPlace {
    /// Writes the project around a wrapper tree.
    pub fn new(tree: Vec<(String, String)>) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("codefirst-check-").tempdir()?;
        let project = Project::new(tree);
        project.write(folder.path())?;
        // The compiler may speak of the real path.
        let path = fs::canonicalize(folder.path())?;
        Ok(Self { _removed_on_drop: folder, folder: path, names: project.names })
    }

    /// The errors to show, of which there are at least `most` if there are that many, and the number of further ones.
    pub fn errors(
        &self,
        source: &str,
        neutral: &Neutral,
        mut raw: Vec<RawDiagnostic>,
        most: usize,
    ) -> (Vec<TypeError>, usize) {
        raw.retain(codes::counts);
        raw.sort_by_key(|diagnostic| (diagnostic.range.start.line, diagnostic.range.start.character));
        let mut unseen = raw.len().saturating_sub(LOOKED_AT);
        let lines = line_starts(&neutral.text);
        let mut found = Vec::new();
        for diagnostic in raw.iter().take(LOOKED_AT) {
            let offset = offset(&neutral.text, &lines, diagnostic.range.start);
            let is_foreign = neutral.foreign.binary_search_by_key(&offset, |foreign| foreign.offset).is_ok();
            let message = report::as_imported(&report::without_folder(&diagnostic.message, &self.folder));
            let code = diagnostic.code.unwrap_or_default();
            if !is_foreign && !self.names.is_own_name(code, &message) {
                found.push((offset, Some((diagnostic.code, message)), ""));
            }
        }
        let imported = neutral.foreign.iter().filter(|foreign| foreign.is_imported);
        found.extend(imported.map(|foreign| (foreign.offset, None, foreign.specifier.as_str())));
        found.sort_by_key(|(offset, ..)| *offset);
        unseen += found.len().saturating_sub(most);
        let errors = found.into_iter().take(most).map(|(offset, complaint, specifier)| {
            let position = Some(Position::at(&neutral.text, offset));
            let Some((code, message)) = complaint else {
                let error = TypeError::new(source, None, position, &unknown_module(specifier));
                return error.with_nearest(self.names.nearest_module(specifier));
            };
            let nearest = self.names.nearest(code.unwrap_or_default(), &message);
            TypeError::new(source, code, position, codes::without_advice(code, &message)).with_nearest(nearest)
        });
        (errors.collect(), unseen)
    }
}

fn unknown_module(specifier: &str) -> String {
    match tree_path(specifier) {
        Some(_) => format!("cannot import {specifier:?}: there is no such tool"),
        None => format!("cannot import {specifier:?}: {IMPORTABLE}"),
    }
}

/// Where lines begin, as the protocol counts them: it knows three line ends, of which [`Position`] knows two.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let is_end = |at: &usize| bytes[*at] == b'\n' || (bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    std::iter::once(0).chain((0..bytes.len()).filter(is_end).map(|at| at + 1)).collect()
}

/// A place of the protocol's, in bytes.
fn offset(text: &str, lines: &[usize], place: Place) -> usize {
    let Some(&start) = lines.get(place.line as usize) else { return text.len() };
    let mut units = place.character as usize;
    for (at, c) in text[start..].char_indices() {
        if units < c.len_utf16() {
            return start + at;
        }
        units -= c.len_utf16();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_the_protocol_are_found_in_the_text() {
        let text = "a😀b\r\nc\rd\ne";
        let lines = line_starts(text);
        for (line, character, found) in [(0, 0, "a"), (0, 3, "b"), (1, 0, "c"), (2, 0, "d"), (3, 0, "e")] {
            let offset = offset(text, &lines, Place { line, character });
            assert_eq!(&text[offset..offset + 1], found);
        }
        assert_eq!(offset(text, &lines, Place { line: 9, character: 0 }), text.len());
        assert_eq!(offset(text, &lines, Place { line: 3, character: 9 }), text.len());
    }
}
