//! One part of a JSON text, found by its path, and the place where it stands.
//!
//! Clients keep much else beside their servers, in shapes of their own. So only the part that is asked for is read; the
//! rest has to be JSON and no more.

use std::{fmt, marker::PhantomData};

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Why a part cannot be read, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PartError {
    pub line: usize,
    pub column: usize,
    /// The keys that lead to it, as in `mcpServers.files.args[0]`.
    pub key: String,
    pub message: String,
}

/// The value at a path, if there is one. The path's parts are keys of objects and indices of arrays.
pub(super) fn part<'de, T: Deserialize<'de>>(json: &'de str, path: &[&str]) -> Result<Option<T>, PartError> {
    let error = |key: String, error: &serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let message = message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message).to_owned();
        // `?` is for a key that could not be read, and `.` for the whole.
        PartError { line, column, key: key.trim_end_matches(['.', '?']).to_owned(), message }
    };
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let mut track = serde_path_to_error::Track::new();
    let tracking = serde_path_to_error::Deserializer::new(&mut deserializer, &mut track);
    let found = Part { path, wanted: PhantomData }.deserialize(tracking);
    let found = found.map_err(|inner| error(track.path().to_string(), &inner))?;
    deserializer.end().map_err(|inner| error(String::new(), &inner))?;
    Ok(found)
}

/// The line and column where the value at a path begins.
pub(super) fn place(json: &str, path: &[&str]) -> (usize, usize) {
    // The place of the last byte that was read, which the value follows.
    let Err(PartError { line, column, .. }) = part::<Here>(json, path) else { return (1, 1) };
    let line_start: usize = json.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = json.get(line_start + column..).unwrap_or_default();
    let space = &rest[..rest.len() - rest.trim_start().len()];
    match space.rsplit_once('\n') {
        Some((_, indentation)) => (line + space.matches('\n').count(), indentation.len() + 1),
        None => (line, column + space.len() + 1),
    }
}

/// Stops the reading where it is: errors are what knows places.
struct Here;

impl<'de> Deserialize<'de> for Here {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("here"))
    }
}

struct Part<'a, T> {
    path: &'a [&'a str],
    wanted: PhantomData<T>,
}

impl<'a, T> Part<'a, T> {
    fn next(&self) -> Part<'a, T> {
        Part { path: self.path.get(1..).unwrap_or_default(), wanted: PhantomData }
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Part<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        if self.path.is_empty() { T::deserialize(deserializer).map(Some) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Part<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object, in which `{}` is looked for", self.path.first().unwrap_or(&""))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            if Some(&key.as_str()) != self.path.first() {
                map.next_value::<IgnoredAny>()?;
            } else if found.is_some() {
                return Err(A::Error::custom(format!("`{key}` is given twice")));
            } else {
                found = map.next_value_seed(self.next())?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Option<T>, A::Error> {
        let index = self.path.first().and_then(|part| part.parse::<usize>().ok());
        let (mut found, mut at) = (None, 0);
        loop {
            if index == Some(at) {
                let Some(element) = sequence.next_element_seed(self.next())? else { return Ok(None) };
                found = element;
            } else if sequence.next_element::<IgnoredAny>()?.is_none() {
                return Ok(found);
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "{\n \"a\": {\"b\": [1,\n  {\"c\": 2}]},\n \"d\": [\"x\"]\n}";

    #[test]
    fn a_part_is_read_and_the_rest_may_be_anything() {
        for (path, expected) in [
            (&["a", "b", "1", "c"][..], Some(2)),
            (&["a", "b", "0"], Some(1)),
            (&["a", "c"], None),
            (&["d", "7"], None),
        ] {
            assert_eq!(part::<u8>(JSON, path), Ok(expected), "{path:?}");
        }
    }

    #[test]
    fn errors_know_where_they_are() {
        for (json, path, expected) in [
            (JSON, &["a", "b"][..], (2, 12, "a.b", "invalid type: sequence, expected u8")),
            (JSON, &["d", "0"], (4, 10, "d[0]", "invalid type: string \"x\", expected u8")),
            (JSON, &["d", "0", "e"], (4, 10, "d[0]", "invalid type: string \"x\", expected an object, in which `e`")),
            ("{\"a\": 1, \"a\": 2}", &["a"], (1, 12, "", "`a` is given twice")),
            ("{\"a\": 1,", &["a"], (1, 8, "", "EOF while parsing")),
            ("{\"a\": 1} x", &["a"], (1, 10, "", "trailing characters")),
        ] {
            let error = part::<u8>(json, path).expect_err(json);
            assert!(error.message.starts_with(expected.3), "{error:?}");
            assert_eq!(
                (error.line, error.column, error.key.as_str()),
                (expected.0, expected.1, expected.2),
                "{error:?}"
            );
        }
    }

    #[test]
    fn places_are_those_where_values_begin() {
        for (path, expected) in [
            (&["a"][..], (2, 7)),
            (&["a", "b"], (2, 13)),
            (&["a", "b", "1"], (3, 3)),
            (&["a", "b", "1", "c"], (3, 9)),
            (&["none"], (1, 1)),
        ] {
            assert_eq!(place(JSON, path), expected, "{path:?}");
        }
    }
}
