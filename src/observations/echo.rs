//! Texts of a call's input that the answer may give back as keys, where they are values.

use std::collections::BTreeSet;

use serde_json::Value;

use super::key::is_identifier;
use crate::tool::JsonObject;

/// The words of a tool's input schema: its keys and its texts, such as property names and the values of an `enum`. They
/// are the definition's, whoever repeats them. In small letters.
pub(super) fn vocabulary(schema: &JsonObject) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    visit_object(schema, &mut |text| {
        words.insert(text.to_ascii_lowercase());
    });
    words
}

/// The texts of an input that are not in the tool's vocabulary, in small letters, since servers change the case of
/// names. Only such as could be kept as a key are of interest.
pub(super) fn texts(input: &JsonObject, vocabulary: &BTreeSet<String>) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    visit_object(input, &mut |text| {
        // A list may be written with commas.
        for text in text.split(',').map(str::trim) {
            let text = text.to_ascii_lowercase();
            if is_identifier(&text) && !vocabulary.contains(&text) {
                texts.insert(text);
            }
        }
    });
    texts
}

fn visit_object(object: &JsonObject, visit: &mut dyn FnMut(&str)) {
    for (key, value) in object {
        visit(key);
        visit_value(value, visit);
    }
}

fn visit_value(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(elements) => elements.iter().for_each(|element| visit_value(element, visit)),
        Value::Object(object) => visit_object(object, visit),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
