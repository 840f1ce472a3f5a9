//! Why a validator refuses a value, and whether a type could refuse it for that reason.
//!
//! In: a schema and the validator's errors. Ranges, lengths, patterns and the like are beyond types, and so is what
//! only `not`, `if` or `contains` refuses. Of the rest, TypeScript cannot follow three things: a type for keys that
//! are not named has to admit what the named ones may be; there are no regular expressions for keys but prefixes and
//! suffixes; and where one alternative admits any key, extra keys are not looked for in the others.

use jsonschema::{
    JsonType, ValidationError,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::{Value, json};

/// Whether a type can refuse the value, given all that a validator has against it: one good reason is enough.
pub fn is_expressible<'e>(schema: &Value, errors: impl IntoIterator<Item = ValidationError<'e>>) -> bool {
    errors.into_iter().any(|error| is_reason(schema, &error, &mut Vec::new()))
}

/// `alternatives`: those within which the error is, each with its errors.
fn is_reason<'e>(
    schema: &Value,
    error: &'e ValidationError<'_>,
    alternatives: &mut Vec<&'e [ValidationError<'static>]>,
) -> bool {
    let path = keywords(schema, error.evaluation_path().as_str());
    if !can_follow(&path) {
        return false;
    }
    let place = error.instance_path().as_str();
    let is_closed =
        |alternatives: &[&[ValidationError<'_>]]| alternatives.iter().all(|errors| is_closed(schema, errors, place));
    match error.kind() {
        ValidationErrorKind::Type { kind } => !(error.instance().is_number() && admits_integers(kind)),
        ValidationErrorKind::Required { .. }
        | ValidationErrorKind::AdditionalItems { .. }
        | ValidationErrorKind::FalseSchema => true,
        // An object is refused for its keys.
        ValidationErrorKind::Constant { expected_value } if !expected_value.is_object() => true,
        ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. } => {
            !error.instance().is_object() || is_closed(alternatives)
        }
        ValidationErrorKind::AdditionalProperties { .. } => has_no_patterns(&path) && is_closed(alternatives),
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            let outer = alternatives.len();
            alternatives.extend(context.iter().map(Vec::as_slice));
            let is = context.iter().all(|errors| errors.iter().any(|error| is_reason(schema, error, alternatives)));
            alternatives.truncate(outer);
            is
        }
        _ => false,
    }
}

/// Whether an alternative with these errors admits no extra key at a place. Where one does, the compiler looks for
/// none, unless another property tells that this alternative is not meant.
fn is_closed(schema: &Value, errors: &[ValidationError<'_>], place: &str) -> bool {
    errors.iter().any(|error| {
        let at = error.instance_path().as_str();
        let tells = match error.kind() {
            ValidationErrorKind::Constant { expected_value } => {
                !expected_value.is_object() && !expected_value.is_array()
            }
            _ => false,
        };
        if tells && at.rsplit_once('/').is_some_and(|(object, _)| within(place, object).is_some()) {
            return true;
        }
        let path = keywords(schema, error.evaluation_path().as_str());
        let Some(within) = within(place, at).filter(|_| can_follow(&path)) else { return false };
        match error.kind() {
            ValidationErrorKind::Type { .. } => true,
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let is_unexpected = || unexpected.iter().any(|key| within[1..].split('/').next() == Some(key));
                has_no_patterns(&path) && (within.is_empty() || is_unexpected())
            }
            ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. } => within.is_empty(),
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                context.iter().all(|errors| is_closed(schema, errors, place))
            }
            _ => false,
        }
    })
}

/// The rest of a pointer after that of something around it.
fn within<'a>(place: &'a str, around: &str) -> Option<&'a str> {
    place.strip_prefix(around).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn has_no_patterns(path: &[(String, String, &Value)]) -> bool {
    path.last().is_some_and(|(_, _, at)| at["patternProperties"].is_null())
}

fn admits_integers(kind: &TypeKind) -> bool {
    match kind {
        TypeKind::Single(kind) => *kind == JsonType::Integer,
        TypeKind::Multiple(kinds) => kinds.contains(JsonType::Integer),
    }
}

/// The keywords along the path of an evaluation, references followed: each with the name or the place after it, and
/// the schema that it stands in.
fn keywords<'a>(root: &'a Value, path: &str) -> Vec<(String, String, &'a Value)> {
    let unescaped = |segment: &str| segment.replace("~1", "/").replace("~0", "~");
    let mut segments = path.split('/').skip(1).map(unescaped).peekable();
    let mut keywords = Vec::new();
    let mut at = root;
    while let Some(keyword) = segments.next() {
        let next = match (keyword.as_str(), &at[&keyword]) {
            ("$ref", Value::String(reference)) => root.pointer(reference.trim_start_matches('#')),
            (_, Value::Object(map)) if OF_MAPS.contains(&&*keyword) => segments.peek().and_then(|name| map.get(name)),
            (_, Value::Array(list)) => segments.peek().and_then(|place| list.get(place.parse::<usize>().ok()?)),
            (_, next) => Some(next),
        };
        let is_placed = OF_MAPS.contains(&&*keyword) || at[&keyword].is_array();
        let place = if is_placed { segments.next() } else { None };
        keywords.push((keyword, place.unwrap_or_default(), at));
        at = next.unwrap_or(&Value::Null);
    }
    keywords
}

/// Keywords that hold schemas by name.
const OF_MAPS: [&str; 5] = ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"];

/// Whether a type can be as strict as the keywords that led to a part of the value. An index signature has to admit
/// what any other property may be, and the compiler knows no regular expressions.
fn can_follow(path: &[(String, String, &Value)]) -> bool {
    // Whether the schemas of the object at hand, those around it included, name properties.
    let mut is_named = false;
    path.iter().all(|(keyword, place, at)| {
        let is_within = is_named;
        is_named = match keyword.as_str() {
            "anyOf" | "oneOf" | "allOf" | "$ref" => is_within || names_properties(at),
            _ => false,
        };
        match keyword.as_str() {
            "if" | "then" | "else" | "not" | "contains" | "dependentSchemas" | "propertyNames" => false,
            "additionalProperties" => at[keyword] == json!(false) || !(is_within || names_properties(at)),
            "patternProperties" => {
                let text = place.strip_prefix('^').or_else(|| place.strip_suffix('$')).unwrap_or("(");
                let is_plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
                let is_alone = at[keyword].as_object().is_some_and(|map| map.len() == 1);
                let is_closed = at["additionalProperties"] == json!(false);
                is_alone && at["properties"].is_null() && !is_within && (is_plain || is_closed)
            }
            _ => true,
        }
    })
}

/// Whether a schema names properties, in itself or in what else it says of the same object.
fn names_properties(schema: &Value) -> bool {
    let has = |key: &str| schema[key].as_object().is_some_and(|map| !map.is_empty());
    let branches = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
    has("properties") || has("patternProperties") || branches.into_iter().any(names_properties)
}
