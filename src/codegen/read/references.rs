//! `$ref`: definitions, each read once.

use serde_json::Value;

use super::Reader;
use crate::{codegen::types::Type, tool::JsonObject};

impl Reader<'_> {
    /// The definition that a reference names, read when it is named for the first time.
    pub(super) fn follow(&mut self, reference: &str) -> Type {
        let Some((pointer, target)) = resolve(self.root, reference) else {
            self.warn(format!("`$ref` names {reference:?}, which is not in the schema"));
            return Type::Unknown;
        };
        if let Some(&place) = self.places.get(&pointer) {
            if self.combiner.definitions[place].is_none() {
                if self.in_place.contains(&place) {
                    self.warn(format!("`$ref` names {reference:?}, which is nothing but itself"));
                    return Type::Unknown;
                }
                self.names[place].1 = true;
            }
            return Type::Named(place);
        }
        let place = self.names.len();
        let name = pointer.rsplit('/').next().unwrap_or("");
        self.names.push((unescape(name), false));
        self.combiner.definitions.push(None);
        let choices = std::mem::take(&mut self.choices);
        let around = std::mem::replace(&mut self.pointer, pointer.split('/').skip(1).map(str::to_owned).collect());
        self.places.insert(pointer, place);
        self.in_place.push(place);
        let ty = match target {
            Some(target) => self.read_value(target, &[]),
            None => unreachable!("the root has had its place from the start"),
        };
        self.in_place.pop();
        self.pointer = around;
        self.choices = choices;
        self.combiner.definitions[place] = Some(ty);
        Type::Named(place)
    }
}

/// The JSON pointer (RFC 6901) that a local reference has, and the schema there; none for the root.
pub(crate) fn resolve<'a>(root: &'a JsonObject, reference: &str) -> Option<(String, Option<&'a Value>)> {
    let pointer = percent_decoded(reference.strip_prefix('#')?)?;
    if pointer.is_empty() {
        return Some((pointer, None));
    }
    let (first, rest) = match pointer.strip_prefix('/')?.split_once('/') {
        Some((first, rest)) => (first, format!("/{rest}")),
        None => (&pointer[1..], String::new()),
    };
    let target = root.get(&unescape(first))?.pointer(&rest)?;
    Some((pointer, Some(target)))
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(bytes).ok()
}
