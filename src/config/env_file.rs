//! Files of environment variables, as `envFile` names them: a line `NAME=value` for each, perhaps quoted.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// Nobody has more variables than this.
const MAX_BYTES: u64 = 1024 * 1024;

/// The variables of the file at `path`, in their order.
pub(super) fn read(path: &Path) -> io::Result<Vec<(String, String)>> {
    let mut text = String::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 1 MiB"));
    }
    parse(&text).map_err(|line| io::Error::new(io::ErrorKind::InvalidData, format!("line {line} is not NAME=value")))
}

/// The error is the number of a line that is none; what stands there may be a secret.
fn parse(text: &str) -> Result<Vec<(String, String)>, usize> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).zip(1..);
    lines
        .filter(|(line, _)| !line.is_empty() && !line.starts_with('#'))
        .map(|(line, number)| {
            let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=').ok_or(number)?;
            let name = name.trim();
            let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '\0');
            if is_name { Ok((name.to_owned(), unquoted(value.trim()))) } else { Err(number) }
        })
        .collect()
}

/// Between single quotes everything is as it is; between double quotes there are escapes. Outside of quotes, ` #` begins a
/// comment.
fn unquoted(value: &str) -> String {
    let quoted = |quote: char| value.strip_prefix(quote)?.split_once(quote).map(|(inner, _)| inner);
    if let Some(inner) = quoted('\'') {
        return inner.to_owned();
    }
    let Some(inner) = value.strip_prefix('"').filter(|rest| rest.contains('"')) else {
        return value.split(" #").next().unwrap_or_default().trim_end().to_owned();
    };
    let mut text = String::new();
    let mut characters = inner.chars();
    while let Some(c) = characters.next().filter(|c| *c != '"') {
        match c {
            '\\' => match characters.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_variables() {
        let text = "\u{feff}# a comment\n\nA=1\n export B = two words # three\nC='a #b \\n'\nD=\"a\\\"b\\n\" # x\nE=\nF=a#b=c\n";
        let expected = [("A", "1"), ("B", "two words"), ("C", "a #b \\n"), ("D", "a\"b\n"), ("E", ""), ("F", "a#b=c")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(parse(text), Ok(expected.to_vec()));
        for (text, line) in [("A=1\ns3cret", 2), ("=x", 1), ("two words=x", 1)] {
            assert_eq!(parse(text), Err(line), "{text}");
        }
    }

    #[test]
    fn a_file_is_read_up_to_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "A=1").unwrap();
        assert_eq!(read(&path).unwrap(), [("A".to_owned(), "1".to_owned())]);
        std::fs::write(&path, "#".repeat(MAX_BYTES as usize + 1)).unwrap();
        assert_eq!(read(&path).unwrap_err().to_string(), "larger than 1 MiB");
        assert!(read(&folder.path().join("none")).is_err());
    }
}
