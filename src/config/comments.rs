//! JSON as editors write it, with comments and trailing commas, made plain.
//!
//! Both are blanked out, so that lines and columns of what is left stay what they are in the file.

/// The text as plain JSON.
pub(super) fn plain(text: &str) -> String {
    // Some Windows editors begin a file with a byte order mark, which JSON does not know.
    let mut bytes = text.trim_start_matches('\u{feff}').as_bytes().to_vec();
    let mut at = 0;
    // Where the last comma is, if nothing that counts has followed it; and whether a value stood before it.
    let (mut comma, mut follows_value) = (None, false);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at = end_of_string(&bytes, at);
                (comma, follows_value) = (None, true);
                continue;
            }
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                let end = end_of_comment(&bytes, at);
                blank(&mut bytes[at..end]);
                at = end;
                continue;
            }
            b',' => (comma, follows_value) = (follows_value.then_some(at), false),
            b'}' | b']' => {
                if let Some(comma) = comma.take() {
                    bytes[comma] = b' ';
                }
                follows_value = true;
            }
            byte if byte.is_ascii_whitespace() => {}
            byte => (comma, follows_value) = (None, !matches!(byte, b'{' | b'[' | b':')),
        }
        at += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Just after the string that begins here.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Just after the comment that begins here; a line's end is not part of it.
fn end_of_comment(bytes: &[u8], start: usize) -> usize {
    let rest = &bytes[start..];
    let length = match rest[1] {
        b'/' => rest.iter().position(|byte| *byte == b'\n'),
        _ => rest.windows(2).skip(2).position(|pair| pair == b"*/").map(|at| at + 4),
    };
    length.map_or(bytes.len(), |length| start + length)
}

fn blank(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| !matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn comments_and_trailing_commas_are_blanked_out_and_nothing_else() {
        for (text, expected) in [
            ("{\"a\": 1} // x", "{\"a\": 1}     "),
            ("{\n  // \"é\"\n \"a\": [1, 2, ], /* x,\n y */ }", "{\n         \n \"a\": [1, 2  ]       \n      }"),
            ("{\"a\": \"// no, /* \\\" */ , ]\", \"b\": 1,}", "{\"a\": \"// no, /* \\\" */ , ]\", \"b\": 1 }"),
            ("{\"a\": true, /* , */ }", "{\"a\": true          }"),
            ("\u{feff}[]", "[]"),
            // What is wrong stays wrong.
            ("{,}", "{,}"),
            ("[1,,]", "[1,,]"),
            ("[,1]", "[,1]"),
            ("{\"a\":,}", "{\"a\":,}"),
            ("/ / \"open", "/ / \"open"),
            ("[1] /* open", "[1]        "),
            ("\"\\", "\"\\"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn plain_json_stays_as_it_is_and_nothing_panics(texts: Vec<String>, text in r#"["\\/*,\n {}\[\]a]{0,40}"#) {
            let json = serde_json::json!({ "texts": texts, "more": [texts, {}, [], null] });
            for json in [json.to_string(), format!("{json:#}")] {
                prop_assert_eq!(plain(&json), json);
            }
            prop_assert_eq!(plain(&text).len(), text.len());
        }
    }
}
