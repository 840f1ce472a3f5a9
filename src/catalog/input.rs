//! Inputs against their tools' schemas, before a call leaves.
//!
//! In: a tool's input schema, compiled when the tool is first called, and inputs. Out: what is wrong with an input, as the JSON
//! pointer of each place and the rule that it breaks; never the value. A schema that is not valid refuses nothing: its server decides.
//! Formats are not checked, since servers take them more loosely than their schemas say.

use std::collections::HashMap;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Value, json};

use crate::{
    codegen::{read::resolve, text::shortened},
    tool::JsonObject,
};

/// Of one input, so many faults are named.
const FAULTS: usize = 3;
/// How much is said of one fault, in characters: a rule may list hundreds of values.
const FAULT_LENGTH: usize = 300;
/// What matching one pattern may take before it is given up, which admits the text.
const BACKTRACK_LIMIT: usize = 100_000;

/// A schema that may look at one value more often than this is not used, since nothing interrupts it: real ones do a few
/// hundred times.
const MAX_COST: u64 = 10_000;
/// Nor is one in which references and subschemas go deeper than this.
const MAX_COST_DEPTH: usize = 250;

/// A tool's input schema, ready to check inputs.
pub(super) struct InputSchema(Option<Validator>);

impl InputSchema {
    pub fn new(schema: &JsonObject) -> Self {
        let options = jsonschema::options()
            .offline()
            .should_validate_formats(false)
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT));
        // Without a word on it, a schema is of the newest draft, unless it lists the items of tuples as that draft cannot.
        let mut schema = Value::Object(schema.clone());
        let options = match schema.get("$schema") {
            None if has_item_lists(&schema) => options.with_draft(Draft::Draft201909),
            _ => options,
        };
        say_nullable(&mut schema);
        let cost = Costs { root: &schema, known: HashMap::new() }.of(&schema, 0);
        Self(options.build(&schema).ok().filter(|_| cost <= MAX_COST))
    }

    /// What is wrong with an input.
    pub fn faults(&self, input: &Value) -> Option<String> {
        let validator = self.0.as_ref().filter(|validator| !validator.is_valid(input))?;
        let mut faults: Vec<String> = validator
            .iter_errors(input)
            .filter(|fault| {
                !matches!(fault.kind(), jsonschema::error::ValidationErrorKind::BacktrackLimitExceeded { .. })
            })
            .take(FAULTS + 1)
            .map(|fault| {
                let place = fault.instance_path().to_string();
                let place = if place.is_empty() { "the input".to_owned() } else { place };
                let rule = fault.masked_with("it").to_string();
                format!("{place}: {} ({})", shortened(&rule, FAULT_LENGTH), fault.kind().keyword())
            })
            .collect();
        if faults.is_empty() {
            return None;
        }
        if faults.len() > FAULTS {
            faults[FAULTS] = "and more".to_owned();
        }
        Some(faults.join("; "))
    }
}

/// Keywords whose values are data and no schemas, and those whose keys are names and no keywords.
const DATA: [&str; 4] = ["const", "enum", "default", "examples"];
const BY_NAME: [&str; 5] = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

/// The schemas directly within a schema.
fn within(keywords: &JsonObject) -> impl Iterator<Item = &Value> {
    keywords.iter().filter(|(key, _)| !DATA.contains(&key.as_str())).flat_map(|(key, value)| match value {
        Value::Object(schemas) if BY_NAME.contains(&key.as_str()) => schemas.values().collect::<Vec<_>>(),
        Value::Array(schemas) => schemas.iter().collect(),
        schema => vec![schema],
    })
}

fn has_item_lists(schema: &Value) -> bool {
    schema.as_object().is_some_and(|keywords| {
        keywords.get("items").is_some_and(Value::is_array) || within(keywords).any(has_item_lists)
    })
}

/// Says `nullable`, which is OpenAPI's and which JSON Schema passes over, in words that JSON Schema has.
fn say_nullable(schema: &mut Value) {
    let Value::Object(keywords) = schema else { return };
    for (key, value) in keywords.iter_mut().filter(|(key, _)| !DATA.contains(&key.as_str())) {
        match value {
            Value::Object(schemas) if BY_NAME.contains(&key.as_str()) => schemas.values_mut().for_each(say_nullable),
            Value::Array(schemas) => schemas.iter_mut().for_each(say_nullable),
            schema => say_nullable(schema),
        }
    }
    if keywords.get("nullable") != Some(&Value::Bool(true)) {
        return;
    }
    match keywords.get_mut("type") {
        Some(Value::Array(kinds)) => kinds.push("null".into()),
        Some(kind @ Value::String(_)) => *kind = Value::Array(vec![kind.take(), "null".into()]),
        _ => {}
    }
    if let Some(constant) = keywords.remove("const") {
        keywords.insert("enum".to_owned(), Value::Array(vec![constant]));
    }
    for (key, null) in [("enum", Value::Null), ("anyOf", json!({"type": "null"})), ("oneOf", json!({"type": "null"}))] {
        if let Some(Value::Array(alternatives)) = keywords.get_mut(key) {
            alternatives.push(null);
        }
    }
    if keywords.contains_key("$ref") || keywords.contains_key("allOf") {
        let rest = schema.take();
        *schema = json!({"anyOf": [rest, {"type": "null"}]});
    }
}

/// How much work one value can make: schemas that are about the same value add up, and references may make two of each.
struct Costs<'a> {
    root: &'a Value,
    /// By address; 0 while it is being found out, since a schema within itself in place is not followed again.
    known: HashMap<*const Value, u64>,
}

impl<'a> Costs<'a> {
    fn of(&mut self, schema: &'a Value, depth: usize) -> u64 {
        const IN_PLACE: [&str; 9] =
            ["$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"];
        let Value::Object(keywords) = schema else { return 1 };
        if depth > MAX_COST_DEPTH {
            return u64::MAX;
        }
        if let Some(cost) = self.known.get(&std::ptr::from_ref(schema)) {
            return *cost;
        }
        self.known.insert(schema, 0);
        // What these lead to cannot be told from here.
        let elsewhere = ["$dynamicRef", "$recursiveRef"].iter().any(|key| keywords.contains_key(*key));
        if elsewhere || (depth > 0 && keywords.contains_key("$id")) {
            return u64::MAX;
        }
        let (mut in_place, mut inside) = (1_u64, 0);
        for (key, value) in keywords.iter().filter(|(key, _)| !DATA.contains(&key.as_str())) {
            let schemas: Vec<&'a Value> = match value {
                Value::String(reference) if key == "$ref" => {
                    let target = self.root.as_object().and_then(|root| resolve(root, reference));
                    let Some((_, target)) = target else { return u64::MAX };
                    vec![target.unwrap_or(self.root)]
                }
                Value::Object(schemas) if BY_NAME.contains(&key.as_str()) => schemas.values().collect(),
                Value::Array(schemas) => schemas.iter().collect(),
                schema => vec![schema],
            };
            for schema in schemas {
                let cost = self.of(schema, depth + 1);
                if IN_PLACE.contains(&key.as_str()) {
                    in_place = in_place.saturating_add(cost);
                } else {
                    inside = inside.max(cost);
                }
            }
        }
        let cost = in_place.saturating_add(inside);
        self.known.insert(schema, cost);
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(schema: Value, input: Value) -> Option<String> {
        let Value::Object(schema) = schema else { panic!("not an object: {schema}") };
        InputSchema::new(&schema).faults(&input)
    }

    #[test]
    fn faults_name_the_place_and_the_rule_and_no_value() {
        let schema = json!({
            "properties": {
                "owner": {}, "labels": {"items": {"type": "string"}}, "state": {"enum": ["open"]},
                "page": {"maximum": 3}, "at": {"format": "date-time"},
            },
            "required": ["owner"],
            "additionalProperties": false,
        });
        for (input, expected) in [
            (json!({}), "the input: \"owner\" is a required property (required)"),
            (
                json!({"labels": ["a", 12345], "page": 3}),
                "/labels/1: it is not of type \"string\" (type); the input: \"owner\"",
            ),
            (json!({"owner": 1, "state": "secret"}), "/state: it is not one of \"open\" (enum)"),
            (
                json!({"owner": 1, "x": 1}),
                "the input: Additional properties are not allowed ('x' was unexpected) (additional",
            ),
        ] {
            let found = faults(schema.clone(), input.clone()).expect("a fault");
            assert!(found.starts_with(expected), "{input} gave {found}");
            assert!(!found.contains("secret") && !found.contains("12345"), "{found}");
        }
        assert_eq!(faults(schema, json!({"owner": 1, "at": "tomorrow"})), None);
        let many = json!({"properties": {"a": {"type": "null"}, "b": {"type": "null"}, "c": {"type": "null"}, "d": {"type": "null"}}});
        let found = faults(many, json!({"a": 1, "b": 1, "c": 1, "d": 1})).expect("faults");
        assert!(found.ends_with("/c: it is not of type \"null\" (type); and more"), "{found}");
        let long = faults(json!({"enum": ["x".repeat(1000)]}), json!({})).expect("a fault");
        assert!(long.len() < 400, "{long}");
    }

    #[test]
    fn what_is_not_a_schema_refuses_nothing_and_reads_nothing() {
        for schema in [
            json!({"type": "weird"}),
            json!({"$ref": "file:///etc/hostname"}),
            json!({"$ref": "#"}),
            json!({"$schema": "https://example.com/own", "type": "string"}),
            json!({"properties": {"a": {"pattern": "("}}}),
        ] {
            assert_eq!(faults(schema.clone(), json!({"a": 1})), None, "{schema}");
        }
        // A pattern that would take for ever is given up.
        let slow = json!({"properties": {"a": {"pattern": "^(?=(a|aa)+$)\\1b"}}});
        assert_eq!(faults(slow, json!({"a": "a".repeat(60) + "c"})), None);
    }

    /// Each level looks twice at the next: 2^40 times at the last.
    #[test]
    fn a_schema_that_would_take_for_ever_is_not_used() {
        let chain = |levels: usize| {
            let defs: JsonObject = (0..levels)
                .map(|n| {
                    let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
                    (format!("d{n}"), json!({"allOf": [next, next]}))
                })
                .chain([(format!("d{levels}"), json!({"required": ["a"]}))])
                .collect();
            json!({"$ref": "#/$defs/d0", "$defs": defs})
        };
        assert_eq!(faults(chain(40), json!({})), None);
        assert!(faults(chain(8), json!({})).is_some());
        // However its references are written.
        let text = chain(40).to_string();
        for (from, to) in [("#/$defs/", "#/%24defs/"), ("\"$ref\"", "\"$dynamicRef\"")] {
            let Ok(disguised) = serde_json::from_str(&text.replace(from, to)) else { panic!("no JSON") };
            assert_eq!(faults(disguised, json!({})), None);
        }
        let recursive = json!({"properties": {"a": {"$ref": "#"}}, "required": ["b"]});
        assert!(faults(recursive, json!({"a": {"a": {}}})).is_some());
    }

    #[test]
    fn data_is_no_schema() {
        let constant = json!({"type": "string", "nullable": true});
        assert_eq!(faults(json!({"properties": {"c": {"const": constant}}}), json!({"c": constant})), None);
        let schema = json!({"properties": {
            "c": {"prefixItems": [{"type": "string"}], "items": {"type": "number"}}, "d": {"default": {"items": []}},
        }});
        assert_eq!(faults(schema, json!({"c": ["x", 1]})), None);
    }

    #[test]
    fn older_words_are_understood() {
        let tuple = json!({"properties": {"a": {"items": [{"type": "string"}]}}});
        assert_eq!(faults(tuple.clone(), json!({"a": ["x", 1]})), None);
        assert!(faults(tuple, json!({"a": [1]})).is_some());
        let nullable = json!({"properties": {"a": {"type": "string", "nullable": true, "enum": ["x"]}}});
        assert_eq!(faults(nullable.clone(), json!({"a": null})), None);
        assert!(faults(nullable, json!({"a": 1})).is_some());
        let name = json!({"type": "string"});
        for schema in [
            json!({"$ref": "#/$defs/Name", "nullable": true}),
            json!({"const": "x", "nullable": true}),
            json!({"anyOf": [name], "nullable": true}),
            json!({"allOf": [name], "nullable": true}),
        ] {
            let schema = json!({"properties": {"a": schema}, "$defs": {"Name": name}});
            assert_eq!(faults(schema.clone(), json!({"a": null})), None, "{schema}");
            assert!(faults(schema.clone(), json!({"a": 1})).is_some(), "{schema}");
        }
    }
}
