//! What a property's schema demands beyond its type, in words short enough for a comment.
//!
//! In: one property's schema. Out: phrases such as `integer`, `1 to 100`, `format date-time`, `default 30`.

use serde_json::Value;

/// Longer patterns and defaults are left out: they would bury the description.
const MAX_LENGTH: usize = 80;

/// The demands in a fixed order. Those of the one alternative to null are the schema's own.
pub fn constraints(schema: &Value) -> Vec<String> {
    let mut phrases = alternative_to_null(schema).map(constraints).unwrap_or_default();
    if schema.get("type").and_then(Value::as_str) == Some("integer") {
        phrases.push("integer".to_owned());
    }
    phrases.extend(range(schema, "minimum", "maximum", ""));
    for (key, words) in
        [("exclusiveMinimum", "more than"), ("exclusiveMaximum", "less than"), ("multipleOf", "multiple of")]
    {
        // The oldest drafts have booleans here.
        phrases.extend(number(schema, key).map(|limit| format!("{words} {limit}")));
    }
    phrases.extend(range(schema, "minLength", "maxLength", " characters"));
    phrases.extend(range(schema, "minItems", "maxItems", " items"));
    for key in ["format", "pattern"] {
        phrases.extend(short(schema.get(key).and_then(Value::as_str)).map(|text| format!("{key} {text}")));
    }
    if let Some(default) = schema.get("default").filter(|default| !default.is_null()) {
        phrases.extend(short(Some(&default.to_string())).map(|default| format!("default {default}")));
    }
    if schema.get("deprecated") == Some(&Value::Bool(true)) {
        phrases.push("deprecated".to_owned());
    }
    phrases
}

fn alternative_to_null(schema: &Value) -> Option<&Value> {
    let branches = ["anyOf", "oneOf"].into_iter().find_map(|key| schema.get(key)?.as_array())?;
    let mut others = branches.iter().filter(|branch| branch.get("type").and_then(Value::as_str) != Some("null"));
    others.next().filter(|_| others.next().is_none())
}

fn range(schema: &Value, minimum: &str, maximum: &str, unit: &str) -> Option<String> {
    match (number(schema, minimum), number(schema, maximum)) {
        // 2^53 − 1 is what generators write for "no limit".
        (minimum, Some(maximum)) if maximum == "9007199254740991" => Some(format!("at least {}{unit}", minimum?)),
        (Some(minimum), Some(maximum)) if minimum == maximum => Some(format!("exactly {minimum}{unit}")),
        (Some(minimum), Some(maximum)) => Some(format!("{minimum} to {maximum}{unit}")),
        (Some(minimum), None) => Some(format!("at least {minimum}{unit}")),
        (None, Some(maximum)) => Some(format!("at most {maximum}{unit}")),
        (None, None) => None,
    }
}

fn number(schema: &Value, key: &str) -> Option<String> {
    schema.get(key).filter(|value| value.is_number()).map(Value::to_string)
}

fn short(text: Option<&str>) -> Option<&str> {
    text.filter(|text| text.len() <= MAX_LENGTH)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn says_what_the_type_cannot() {
        for (schema, expected) in [
            (json!({}), ""),
            (json!(true), ""),
            (json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 30}), "integer, 1 to 100, default 30"),
            (json!({"anyOf": [{"format": "date"}, {"type": "null"}], "default": "x"}), "format date, default \"x\""),
            (json!({"minLength": 2, "maxLength": 2}), "exactly 2 characters"),
            (json!({"maxItems": 5}), "at most 5 items"),
            (json!({"minimum": -9, "maximum": 9_007_199_254_740_991_u64}), "at least -9"),
            (json!({"exclusiveMinimum": 0, "exclusiveMaximum": true}), "more than 0"),
            (json!({"format": "uri", "pattern": "^h", "default": "a"}), "format uri, pattern ^h, default \"a\""),
            (json!({"pattern": "x".repeat(81), "default": null, "deprecated": true}), "deprecated"),
        ] {
            assert_eq!(constraints(&schema).join(", "), expected, "{schema}");
        }
    }
}
