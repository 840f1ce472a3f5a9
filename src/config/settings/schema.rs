//! `codefirst.toml` as a JSON Schema, for editors that complete keys and mark mistakes.
//!
//! What a key means and what holds without it is written once, in the key's comment: the default there, `` Default `"5m"` ``,
//! is the schema's too.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::Settings;

/// The schema: draft 7, which editors of TOML know, and without references. `docs/codefirst.schema.json` is its text.
pub fn settings_schema() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut schema: Value = settings.into_generator().into_root_schema_for::<Settings>().into();
    simplify(&mut schema);
    // What the file is stands at its top.
    let mut file = Map::from_iter([("title".to_owned(), "codefirst.toml".into())]);
    if let Value::Object(schema) = schema {
        let (about, rest): (Vec<_>, Vec<_>) = schema
            .into_iter()
            .filter(|(key, _)| key != "title")
            .partition(|(key, _)| key == "$schema" || key == "description");
        file.extend(about.into_iter().rev().chain(rest));
    }
    Value::Object(file)
}

/// Leaves what says something of TOML, and nothing that is about Rust.
fn simplify(schema: &mut Value) {
    let Value::Object(schema) = schema else { return };
    schema.shift_remove("format");
    // What serde would make of Rust's value is not how the file writes it.
    schema.shift_remove("default");
    without_null(schema);
    one_list_of_words(schema);
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
        if let Some(default) = default(description) {
            schema.insert("default".to_owned(), default);
        }
    }
    for (key, value) in schema.iter_mut() {
        match (key.as_str(), value) {
            ("properties", Value::Object(named)) => named.values_mut().for_each(simplify),
            ("items" | "additionalProperties", schema) => simplify(schema),
            _ => {}
        }
    }
}

/// The default that a description names.
fn default(description: &str) -> Option<Value> {
    let (default, _) = description.split_once("Default `")?.1.split_once('`')?;
    let table: Map<String, Value> = toml::from_str(&format!("default = {default}")).ok()?;
    table.get("default").cloned()
}

/// TOML has no `null`: a key that has no value is not there.
fn without_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    let Some(Value::Array(mut either)) = schema.shift_remove("anyOf") else { return };
    either.retain(|schema| schema.get("type") != Some(&Value::from("null")));
    // Of `T or null`, what is said of a key says more than what is said of T.
    for (key, value) in either.into_iter().filter_map(|schema| schema.as_object().cloned()).flatten() {
        schema.entry(key).or_insert(value);
    }
}

/// A choice of words as one list of them. What each means is said of the key.
fn one_list_of_words(schema: &mut Map<String, Value>) {
    let words =
        schema.get("oneOf").and_then(Value::as_array).into_iter().flatten().map(|word| word.get("const").cloned());
    let words: Option<Vec<_>> = words.collect();
    if let Some(words) = words.filter(|words| !words.is_empty()) {
        schema.shift_remove("oneOf");
        schema.insert("type".to_owned(), "string".into());
        schema.insert("enum".to_owned(), words.into());
    }
}
