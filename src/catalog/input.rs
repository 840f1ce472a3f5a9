//! Inputs against their tools' schemas, before a call leaves.
//!
//! In: a tool's input schema, compiled when the tool is first called, and inputs. Out: what is wrong with an input, as the JSON
//! pointer of each place and the rule that it breaks; never the value. A schema that is not valid refuses nothing: its server decides.
//! Formats are not checked, since servers take them more loosely than their schemas say.

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;

use crate::{codegen::text::shortened, tool::JsonObject};

/// Of one input, so many faults are named.
const FAULTS: usize = 3;
/// How much is said of one fault, in characters: a rule may list hundreds of values.
const FAULT_LENGTH: usize = 300;
/// What matching one pattern may take before it is given up, which admits the text.
const BACKTRACK_LIMIT: usize = 100_000;

/// A tool's input schema, ready to check inputs.
pub(super) struct InputSchema(Option<Validator>);

impl InputSchema {
    pub fn new(schema: &JsonObject) -> Self {
        let options = jsonschema::options()
            .offline()
            .should_validate_formats(false)
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT));
        // Without a word on it, a schema is of the newest draft, unless it lists the items of tuples as that draft cannot.
        let options = match schema.contains_key("$schema") {
            false if has_item_lists(schema.values()) => options.with_draft(Draft::Draft201909),
            _ => options,
        };
        let schema = nullable_said(Value::Object(schema.clone()));
        Self(options.build(&schema).ok())
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

fn has_item_lists<'a>(mut schemas: impl Iterator<Item = &'a Value>) -> bool {
    schemas.any(|schema| match schema {
        Value::Object(schema) => schema.get("items").is_some_and(Value::is_array) || has_item_lists(schema.values()),
        Value::Array(schemas) => has_item_lists(schemas.iter()),
        _ => false,
    })
}

/// `nullable`, which is OpenAPI's and which JSON Schema passes over, in words that JSON Schema has.
fn nullable_said(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(keywords) => {
            if keywords.get("nullable") == Some(&Value::Bool(true)) {
                match keywords.get_mut("type") {
                    Some(Value::Array(kinds)) if !kinds.contains(&"null".into()) => kinds.push("null".into()),
                    Some(kind @ Value::String(_)) => *kind = Value::Array(vec![kind.take(), "null".into()]),
                    _ => {}
                }
                if let Some(Value::Array(values)) = keywords.get_mut("enum")
                    && !values.contains(&Value::Null)
                {
                    values.push(Value::Null);
                }
            }
            keywords.values_mut().for_each(|value| *value = nullable_said(value.take()));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| *value = nullable_said(value.take())),
        _ => {}
    }
    schema
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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

    #[test]
    fn older_words_are_understood() {
        let tuple = json!({"properties": {"a": {"items": [{"type": "string"}]}}});
        assert_eq!(faults(tuple.clone(), json!({"a": ["x", 1]})), None);
        assert!(faults(tuple, json!({"a": [1]})).is_some());
        let nullable = json!({"properties": {"a": {"type": "string", "nullable": true, "enum": ["x"]}}});
        assert_eq!(faults(nullable.clone(), json!({"a": null})), None);
        assert!(faults(nullable, json!({"a": 1})).is_some());
    }
}
