//! Values that a JSON Schema refuses for a reason that a type can have, each one mistake away from a valid one.
//!
//! In: valid values. Every place of them is changed in every way; the validator says whether that is a mistake, and
//! `reasons` whether a type can tell.

use std::{collections::HashSet, fmt};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::reasons::is_expressible;

/// A kind of mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    MissingKey,
    WrongKind,
    NotListed,
    ExtraKey,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingKey => "missing key",
            Self::WrongKind => "wrong kind",
            Self::NotListed => "not listed",
            Self::ExtraKey => "extra key",
        })
    }
}

/// A value with one mistake.
#[derive(Clone, Debug)]
pub struct Invalid {
    pub value: Value,
    pub fault: Fault,
    /// Where the mistake is.
    pub pointer: String,
}

/// Up to `count` invalid values: every place and kind of mistake once, the smallest valid values first.
pub fn invalid(schema: &Value, validator: &Validator, valid: &[Value], count: usize) -> Vec<Invalid> {
    let mut by_size: Vec<&Value> = valid.iter().collect();
    by_size.sort_by_key(|value| value.to_string().len());
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for value in by_size {
        let mut places = Vec::new();
        pointers(value, String::new(), &mut places);
        for pointer in places {
            for (fault, change) in changes(value.pointer(&pointer).unwrap_or(&Value::Null)) {
                let place = format!("{}/{}", any_index(&pointer), change.label());
                if found.len() >= count || seen.contains(&(fault, place.clone())) {
                    continue;
                }
                let mut changed = value.clone();
                let target = changed.pointer_mut(&pointer).expect("a place of the value");
                change.apply(target);
                if !validator.is_valid(&changed) && is_expressible(schema, validator.iter_errors(&changed)) {
                    seen.insert((fault, place));
                    found.push(Invalid { value: changed, fault, pointer: pointer.clone() });
                }
            }
        }
    }
    found
}

enum Change {
    Remove(String),
    Replace(Value),
    Add,
}

impl Change {
    fn label(&self) -> String {
        match self {
            Self::Remove(key) => key.clone(),
            Self::Replace(value) => value.to_string(),
            Self::Add => String::new(),
        }
    }

    fn apply(self, target: &mut Value) {
        match (self, target) {
            (Self::Replace(value), target) => *target = value,
            (Self::Remove(key), Value::Object(object)) => {
                object.shift_remove(&key);
            }
            (Self::Add, Value::Object(object)) => {
                object.insert("codefirst_extra".to_owned(), json!("extra"));
            }
            (Self::Remove(_) | Self::Add, _) => {}
        }
    }
}

fn changes(value: &Value) -> Vec<(Fault, Change)> {
    let others = [json!("wrong"), json!(4711), json!(true), Value::Null, json!([]), json!({})];
    let is_other = |other: &Value| std::mem::discriminant(other) != std::mem::discriminant(value);
    let mut changes: Vec<(Fault, Change)> =
        others.into_iter().filter(is_other).map(|other| (Fault::WrongKind, Change::Replace(other))).collect();
    match value {
        Value::String(_) => changes.push((Fault::NotListed, Change::Replace(json!("not listed")))),
        Value::Number(_) => changes.push((Fault::NotListed, Change::Replace(json!(987_654)))),
        Value::Bool(is) => changes.push((Fault::NotListed, Change::Replace(json!(!is)))),
        Value::Object(object) => {
            changes.extend(object.keys().map(|key| (Fault::MissingKey, Change::Remove(key.clone()))));
            changes.push((Fault::ExtraKey, Change::Add));
        }
        Value::Null | Value::Array(_) => {}
    }
    changes
}

fn pointers(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                pointers(item, format!("{at}/{place}"), all);
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                pointers(value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        _ => {}
    }
    all.push(at);
}

/// The pointer with `*` for every index.
fn any_index(pointer: &str) -> String {
    let segment = |segment: &str| if segment.parse::<usize>().is_ok() { "*".to_owned() } else { segment.to_owned() };
    pointer.split('/').map(segment).collect::<Vec<_>>().join("/")
}
