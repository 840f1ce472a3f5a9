//! What is wrong with a program's types, in the words that its author is shown: [`TypeReport`].
//!
//! The author is a model, so a report is short: few errors, each with its line, messages cut where the compiler unfolds
//! whole types, all within a number of tokens.

use std::{fmt, path::Path};

use serde::Serialize;

use crate::{
    program::{Diagnostic, PROGRAM_SOURCE, Position},
    tokens::{TokenCounter, Tokens},
};

/// Of the compiler's explanation, a line for each step inwards, so many steps from its end are shown.
const LAST_STEPS: usize = 2;
/// The longest step, the longest line of a program, and the longest name that are shown, in characters.
const STEP_LENGTH: usize = 240;
const LINE_LENGTH: usize = 120;
const NAME_LENGTH: usize = 80;

/// One type error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypeError {
    /// TypeScript's number for it; `None` where the program is not TypeScript at all, or what it imports does not
    /// exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
    /// Where in the program; `None` where no place is to blame.
    #[serde(flatten)]
    pub position: Option<Position>,
    pub message: String,
    /// Names that the author may have meant, the nearest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<String>,
    /// The line of the program, shortened around the place.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What a check has found, in the order of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TypeReport {
    /// The first errors, as many as are shown.
    pub errors: Vec<TypeError>,
    /// How many more there are.
    pub more: usize,
}

impl TypeError {
    pub(super) fn new(source: &str, code: Option<u32>, position: Option<Position>, message: &str) -> Self {
        let text = position.map(|position| line(source, position)).unwrap_or_default();
        Self { code, position, message: shorten(message), nearest: Vec::new(), text }
    }

    pub(super) fn syntax(source: &str, diagnostic: Diagnostic) -> Self {
        Self::new(source, None, diagnostic.position, &diagnostic.message)
    }

    pub(super) fn with_nearest(mut self, nearest: Vec<String>) -> Self {
        self.nearest = nearest.into_iter().map(|name| cut(&name, NAME_LENGTH)).collect();
        self
    }

    /// The message, the nearest names, and the line, without the place.
    pub fn explanation(&self) -> String {
        let mut text = self.message.clone();
        if !self.nearest.is_empty() {
            text = format!("{}; nearest: {}", text.trim_end_matches('.'), self.nearest.join(", "));
        }
        if let Some(position) = self.position.filter(|_| !self.text.is_empty()) {
            text += &format!("\n  {} | {}", position.line, self.text);
        }
        text
    }
}

/// `program.ts:3:15: Property 'stat' does not exist …`, and the line below it.
impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PROGRAM_SOURCE}:")?;
        if let Some(position) = self.position {
            write!(f, "{position}:")?;
        }
        write!(f, " {}", self.explanation())
    }
}

impl TypeReport {
    /// The report on these errors: at most so many, and no more than fit into the tokens, but always the first.
    pub(super) fn new(mut errors: Vec<TypeError>, most: usize, budget: Tokens, counter: &dyn TokenCounter) -> Self {
        errors.sort_by_key(|error| error.position);
        errors.dedup_by(|next, previous| next.position == previous.position && next.message == previous.message);
        let total = errors.len();
        errors.truncate(most.max(1));
        let mut shown = Vec::new();
        for error in errors {
            let report = Self { more: total - shown.len() - 1, errors: [shown.clone(), vec![error]].concat() };
            let text = report.to_string();
            // A token is a byte at least, so a short report needs no counting.
            let fits = text.len() as u64 <= budget.0 || counter.count(&text) <= budget;
            if !fits && !shown.is_empty() {
                break;
            }
            shown = report.errors;
        }
        Self { more: total - shown.len(), errors: shown }
    }

    /// Whether the program's types are right.
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// The report, as if its first error's place were said elsewhere.
    pub fn explanation(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.errors.first().map(TypeError::explanation));
        parts.extend(self.errors.iter().skip(1).map(TypeError::to_string));
        if self.more > 0 {
            parts.push(format!("and {} more", self.more));
        }
        parts.join("\n")
    }
}

/// Each error with its line, then `and 3 more`.
impl fmt::Display for TypeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = self.errors.iter().map(TypeError::to_string).collect();
        if self.more > 0 {
            parts.push(format!("and {} more", self.more));
        }
        f.write_str(&parts.join("\n"))
    }
}

/// A message in which the project's folder is `.`: where that is on the host is nobody's business.
pub(super) fn without_folder(message: &str, folder: &Path) -> String {
    let folder = folder.to_string_lossy().replace('\\', "/");
    message.replace(&*folder, ".")
}

/// A message in which modules are called by what a program can import: `"tools/github///"` is `"./tools/github"`.
pub(super) fn as_imported(message: &str) -> String {
    let mut parts = message.split("\"tools/");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_at(part.find('"').unwrap_or(part.len()));
        text += &format!("\"./tools/{}{rest}", name.trim_end_matches(['/', '*']));
    }
    text
}

/// The first line of a message, which says what is wrong, and its last ones, which say why; each cut in its middle.
fn shorten(message: &str) -> String {
    let steps: Vec<_> = message.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let mut lines: Vec<String> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        if index == 0 || index + LAST_STEPS >= steps.len() {
            // Each step is indented further than the one before.
            let indent = if index == 0 { "" } else { "  " };
            lines.push(format!("{indent}{}", cut(step.trim_start(), STEP_LENGTH)));
        }
    }
    lines.join("\n")
}

/// A text without its middle if it is too long: types begin with what they are and end with what is wrong.
fn cut(text: &str, length: usize) -> String {
    let count = text.chars().count();
    if count <= length {
        return text.to_owned();
    }
    let tail = length / 3;
    let head: String = text.chars().take(length - tail - 1).collect();
    head + "…" + &text.chars().skip(count - tail).collect::<String>()
}

/// The line of a place; if it is long, what stands around the place.
fn line(source: &str, position: Position) -> String {
    let line = source.split('\n').nth(position.line.saturating_sub(1) as usize).unwrap_or_default();
    let line = line.trim_end();
    if line.chars().count() <= LINE_LENGTH {
        return line.to_owned();
    }
    let mut units = 0;
    let before = |c: &char| {
        units += c.len_utf16();
        units < position.column as usize
    };
    let at = line.chars().take_while(before).count();
    let start = at.saturating_sub(LINE_LENGTH / 3);
    let shown: String = line.chars().skip(start).take(LINE_LENGTH).collect();
    let is_end = line.chars().count() <= start + LINE_LENGTH;
    format!("{}{shown}{}", if start > 0 { "…" } else { "" }, if is_end { "" } else { "…" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::O200k;

    fn at(line: u32, column: u32) -> Option<Position> {
        Some(Position { line, column })
    }

    #[test]
    fn an_error_is_its_place_its_message_and_its_line() {
        let source = "const a = 1;\n  await github.list({ stat: a });\r\n";
        let error = TypeError::new(source, Some(2353), at(2, 23), "'stat' does not exist in type 'ListInput'.");
        let error = error.with_nearest(vec!["state".to_owned(), "sort".to_owned()]);
        let expected = "program.ts:2:23: 'stat' does not exist in type 'ListInput'; nearest: state, sort\n  \
                        2 |   await github.list({ stat: a });";
        assert_eq!(error.to_string(), expected);
        let placeless = TypeError::new(source, None, None, "too long");
        assert_eq!(placeless.to_string(), "program.ts: too long");
    }

    #[test]
    fn messages_keep_what_is_wrong_and_why() {
        let message = format!(
            "Argument of type '{}' is not assignable.\n  Types differ.\n    In between.\n      In 'b'.\n        \
             'c' is missing.",
            "{ a: string; }".repeat(100)
        );
        let short = shorten(&message);
        assert!(short.chars().count() < STEP_LENGTH + 60, "{short}");
        assert!(
            short.starts_with("Argument of type '{ a: string; }") && short.contains("' is not assignable."),
            "{short}"
        );
        assert!(short.ends_with("\n  In 'b'.\n  'c' is missing.") && !short.contains("In between"), "{short}");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let source = format!("{}HERE{}", "é".repeat(300), "b".repeat(300));
        let shown = line(&source, Position { line: 1, column: 301 });
        assert!(shown.contains("éHEREb") && shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert_eq!(shown.chars().count(), LINE_LENGTH + 2);
        assert_eq!(line("a\r\nb", Position { line: 1, column: 1 }), "a");
        assert_eq!(line("a", Position { line: 9, column: 1 }), "");
    }

    #[test]
    fn a_report_has_few_errors_in_order_and_keeps_to_its_tokens() {
        let errors = |message: &str| {
            let mut errors: Vec<_> = (1..=8).map(|n| TypeError::new("", Some(1), at(n, 1), message)).collect();
            errors.reverse();
            errors.push(errors[0].clone());
            errors
        };
        let report = TypeReport::new(errors("short"), 5, Tokens(400), &O200k);
        assert_eq!((report.errors.len(), report.more), (5, 3));
        assert!(report.to_string().starts_with("program.ts:1:1: short\n"), "{report}");
        assert!(report.to_string().ends_with("program.ts:5:1: short\nand 3 more"), "{report}");

        let report = TypeReport::new(errors(&"word ".repeat(40)), 5, Tokens(120), &O200k);
        assert_eq!((report.errors.len(), report.more), (2, 6));
        assert!(O200k.count(&report.to_string()) <= Tokens(120));
        let report = TypeReport::new(errors(&"word ".repeat(40)), 5, Tokens(1), &O200k);
        assert_eq!((report.errors.len(), report.more), (1, 7));
        assert!(TypeReport::new(Vec::new(), 5, Tokens(1), &O200k).is_clean());
    }

    #[test]
    fn modules_are_called_what_can_be_imported() {
        let message = "Module '\"tools/a///\"' and typeof import(\"tools/b/*\") and \"http://c/\"";
        let expected = "Module '\"./tools/a\"' and typeof import(\"./tools/b\") and \"http://c/\"";
        assert_eq!(as_imported(message), expected);
    }

    #[test]
    fn the_folder_is_not_told() {
        let message = "typeof import(\"/tmp/x y/tools/github/index\")";
        assert_eq!(without_folder(message, Path::new("/tmp/x y")), "typeof import(\"./tools/github/index\")");
    }
}
