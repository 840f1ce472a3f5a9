//! Foreign text inside generated TypeScript: as a comment, and as a string literal.
//!
//! In: descriptions and names that a server chose. Out: text that cannot end the comment or literal it stands in,
//! reorder what a reader sees, or speak to the compiler.

use std::{borrow::Cow, fmt::Write};

/// Whether the character changes how its surroundings are shown, or is not shown at all. The zero-width joiners stay:
/// scripts and emoji need them.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text as a JSON string, which is also a TypeScript string, with nothing invisible in it.
pub fn string_literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if is_deceptive(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(literal, "\\u{unit:04x}");
                }
            }
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// The text as a string literal in which whatever is not ASCII is escaped.
pub fn ascii_literal(text: &str) -> String {
    let mut ascii = String::new();
    for c in string_literal(text).chars() {
        match c {
            c if c.is_ascii() => ascii.push(c),
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                let _ = write!(ascii, "\\u{unit:04x}");
            }),
        }
    }
    ascii
}

/// The text up to so many characters, cut after a word where it is longer; how many are missing is said.
pub fn shortened(text: &str, length: usize) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(length) else { return text.into() };
    let kept = text[..end].rfind(char::is_whitespace).map_or(&text[..end], |space| text[..space].trim_end());
    let missing = text.chars().count() - kept.chars().count();
    format!("{kept}… ({missing} more characters)").into()
}

/// The lines of a text, fit to stand in a block comment; blank lines at either end are dropped, and of several blank
/// lines in a row one stays.
pub fn comment_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}']) {
        let line = in_comment(line.trim_end());
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// The text on one line, fit to stand in any comment: white space of every kind becomes single spaces.
pub fn comment_line(text: &str) -> String {
    in_comment(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn in_comment(line: &str) -> String {
    let mut safe = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\t' => safe.push(' '),
            c if is_deceptive(c) => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    // A comment that begins with `@ts-` is an order to the compiler.
    safe.replace("*/", "*\\/").replace("@ts-", "\\@ts-")
}

/// A documentation comment of these lines, indented, with a line break at its end; nothing for no lines.
pub fn doc_comment(lines: &[String], indent: &str) -> String {
    match lines {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let mut comment = format!("{indent}/**\n");
            for line in lines {
                comment.push_str(format!("{indent} * {line}").trim_end());
                comment.push('\n');
            }
            comment + indent + " */\n"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_reads_back_as_the_same_text() {
        for text in
            ["", "plain", "\"\\`${x}'", "\0\u{1}\u{7f}\u{85}", "\u{2028}\u{2029}\u{202e}\u{feff}", "é 😀 \u{e0041}"]
        {
            let literal = string_literal(text);
            assert_eq!(serde_json::from_str::<String>(&literal).ok().as_deref(), Some(text), "{literal}");
            assert!(!literal.chars().any(is_deceptive), "{literal}");
        }
    }

    #[test]
    fn long_texts_say_how_much_is_missing() {
        assert_eq!(shortened("one two", 7), "one two");
        assert_eq!(shortened("one two three", 9), "one two… (6 more characters)");
        assert_eq!(shortened("ééééé", 3), "ééé… (2 more characters)");
        assert_eq!(ascii_literal("l\u{456}st 😀\u{202e}"), r#""l\u0456st \ud83d\ude00\u202e""#);
    }

    #[test]
    fn comments_hold_hostile_text() {
        for (text, expected) in [
            ("a */ b", vec!["a *\\/ b"]),
            ("a **// b", vec!["a **\\// b"]),
            ("\n\n one \r\n\n\n\ntwo\u{2028}three\n", vec![" one", "", "two", "three"]),
            ("a\u{202e}b\0", vec!["a\\u{202e}b\\u{0}"]),
            ("@ts-ignore", vec!["\\@ts-ignore"]),
            ("", vec![]),
        ] {
            assert_eq!(comment_lines(text), expected, "{text:?}");
        }
        assert_eq!(comment_line(" a\n\u{2028}b\t*/ "), "a b *\\/");
        assert_eq!(doc_comment(&["a".into(), String::new(), "b".into()], "  "), "  /**\n   * a\n   *\n   * b\n   */\n");
    }
}
