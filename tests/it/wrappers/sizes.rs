//! Cases that are about size: too large to write down.

use serde_json::{Map, Value, json};

use super::goldens::Case;

pub fn cases() -> Vec<Case> {
    vec![
        deep_objects(),
        deep_arrays(),
        deep_value_of_a_recursive_type(),
        wide(),
        long_enum(),
        many_branches(),
        deep_unions(),
    ]
}

fn case(name: &str, schema: Value, accepts: Vec<Value>, refuses: Vec<Value>) -> Case {
    let mut case: Case = serde_json::from_value(json!({"schema": schema})).expect("a case");
    case.name = name.to_owned();
    (case.accepts, case.refuses) = (accepts, refuses);
    case
}

/// `inner`, with `around` applied so many times.
fn nested(levels: usize, inner: Value, around: impl Fn(Value) -> Value) -> Value {
    (0..levels).fold(inner, |value, _| around(value))
}

fn deep_objects() -> Case {
    let around = |inner| json!({"type": "object", "properties": {"a": inner}, "required": ["a"]});
    let value = |inner| nested(60, inner, |inner| json!({"a": inner}));
    let schema = nested(60, json!({"type": "string"}), around);
    case("size_deep_objects", schema, vec![value(json!("s"))], vec![value(json!(5)), value(json!({}))])
}

fn deep_arrays() -> Case {
    let value = |levels, inner| nested(levels, inner, |inner| json!([inner]));
    let schema = nested(60, json!({"type": "string"}), |items| json!({"type": ["array", "null"], "items": items}));
    case("size_deep_arrays", schema, vec![value(60, json!("s")), value(59, Value::Null)], vec![value(60, json!(5))])
}

fn deep_value_of_a_recursive_type() -> Case {
    let schema = json!({
        "$defs": {"node": {
            "type": "object",
            "properties": {"next": {"$ref": "#/$defs/node"}, "value": {"type": "number"}},
            "additionalProperties": false,
        }},
        "$ref": "#/$defs/node",
    });
    let value = |inner| nested(60, inner, |inner| json!({"value": 1, "next": inner}));
    let refused = vec![value(json!({"value": "1"})), value(json!({"other": 1}))];
    case("size_deep_value_of_a_recursive_type", schema, vec![value(json!({}))], refused)
}

fn wide() -> Case {
    let properties: Map<String, Value> = (0..1_000).map(|i| (format!("p{i}"), json!({"type": "number"}))).collect();
    let full: Map<String, Value> = properties.keys().map(|name| (name.clone(), json!(1))).collect();
    let mut wrong = full.clone();
    wrong["p999"] = json!("1");
    let mut missing = full.clone();
    missing.shift_remove("p0");
    let required: Vec<&String> = properties.keys().filter(|name| name.ends_with('0')).collect();
    let schema = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    });
    let mut more = full.clone();
    more.insert("p1000".to_owned(), json!(1));
    let refused = vec![wrong.into(), missing.into(), more.into()];
    case("size_wide", schema, vec![full.into()], refused)
}

fn long_enum() -> Case {
    let values: Vec<Value> = (0..300).map(|i| json!(format!("value {i}"))).collect();
    case(
        "size_long_enum",
        json!({"type": "string", "enum": values}),
        values.clone(),
        vec![json!("value 300"), json!(1)],
    )
}

/// As many alternatives as make TypeScript stop looking for the closest one.
fn many_branches() -> Case {
    let branch = |i: usize| {
        json!({
            "type": "object",
            "properties": {"kind": {"const": format!("k{i}")}, format!("v{i}"): {"type": "string"}},
            "required": ["kind", format!("v{i}")],
            "additionalProperties": false,
        })
    };
    let schema = json!({"oneOf": (0..200).map(branch).collect::<Vec<_>>()});
    let accepted = vec![json!({"kind": "k7", "v7": "s"}), json!({"kind": "k199", "v199": "s"})];
    let refused = vec![
        json!({"kind": "k7", "v8": "s"}),
        json!({"kind": "k7"}),
        json!({"kind": "k200", "v200": "s"}),
        json!({"kind": "k7", "v7": "s", "v8": "s"}),
    ];
    case("size_many_branches", schema, accepted, refused)
}

/// Alternatives within alternatives: what the compiler does with them must stay bounded.
fn deep_unions() -> Case {
    let around = |inner: Value| {
        let branch = |key: &str, schema: Value| {
            let properties = json!({key: schema});
            json!({"type": "object", "properties": properties, "required": [key], "additionalProperties": false})
        };
        json!({"anyOf": [branch("a", inner), branch("b", json!({"type": "string"}))]})
    };
    let value = |levels, inner| nested(levels, inner, |inner| json!({"a": inner}));
    let schema = nested(16, json!({"type": "string"}), around);
    let accepted = vec![value(16, json!("s")), value(3, json!({"b": "s"}))];
    let refused = vec![value(2, json!({"b": 1})), value(2, json!({}))];
    case("size_deep_unions", schema, accepted, refused)
}
