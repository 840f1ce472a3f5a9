use serde_json::json;

use super::*;
use crate::codegen::inline::{Inline, inline};

/// The type of a schema, on one line.
fn shown(schema: Value) -> String {
    let Value::Object(schema) = schema else { panic!("not an object: {schema}") };
    inline(&read_output(&schema), &Inline::WHOLE)
}

fn assert_shown(cases: impl IntoIterator<Item = (Value, &'static str)>) {
    for (schema, expected) in cases {
        assert_eq!(shown(schema.clone()), expected, "{schema}");
    }
}

#[test]
fn reads_every_kind() {
    assert_shown([
        (json!({}), "unknown"),
        (json!({"type": "string"}), "string"),
        (json!({"type": "integer"}), "number"),
        (json!({"type": ["string", "null"]}), "string|null"),
        (json!({"type": "weird"}), "unknown"),
        (json!({"type": "array"}), "unknown[]"),
        (json!({"type": "array", "items": {"type": ["number", "boolean"]}}), "(number|boolean)[]"),
        (json!({"items": {"enum": ["a"]}}), "\"a\"[]"),
        (json!({"enum": ["a", 1, -1.5, true, null]}), "\"a\"|1|-1.5|true|null"),
        (json!({"enum": ["a", {"b": 1}, [2]]}), "\"a\"|{ b:1 }|[2]"),
        (json!({"enum": ["a", 1, null], "type": ["string", "null"]}), "\"a\"|null"),
        (json!({"enum": [1, 2, 3], "const": 2.0}), "2.0"),
        (json!({"const": "x", "type": "string"}), "\"x\""),
        (json!({"const": "x", "type": "number"}), "never"),
        (json!({"type": "string", "nullable": true}), "string|null"),
        (json!({"anyOf": [{"type": "string"}, {"type": "null"}], "default": null}), "string|null"),
        (json!({"oneOf": [{"const": "a"}, {"const": "b"}], "type": "string"}), "\"a\"|\"b\""),
        (json!({"anyOf": []}), "unknown"),
        (json!({"properties": {"a": false, "b": true}}), "{ b?:unknown }"),
    ]);
}

#[test]
fn reads_arrays() {
    let (string, number) = (json!({"type": "string"}), json!({"type": "number"}));
    assert_shown([
        (json!({"prefixItems": [string, number]}), "[string?,number?,...unknown[]]"),
        (json!({"prefixItems": [string, number], "minItems": 1, "items": false}), "[string,number?]"),
        (json!({"items": [string], "additionalItems": number}), "[string?,...number[]]"),
        (json!({"items": string, "minItems": 2, "maxItems": 2}), "[string,string]"),
        (json!({"items": string, "minItems": 1}), "string[]"),
        (json!({"items": string, "maxItems": 3}), "string[]"),
        (json!({"items": string, "maxItems": 0}), "[]"),
        (json!({"prefixItems": [string], "items": number, "minItems": 2, "maxItems": 3}), "[string,number,number?]"),
        (json!({"prefixItems": [string, false]}), "[string?]"),
        (json!({"prefixItems": [string], "unevaluatedItems": false}), "[string?]"),
        (json!({"prefixItems": [string], "contains": number, "unevaluatedItems": false}), "[string?,...unknown[]]"),
        (json!({"prefixItems": [false], "minItems": 1}), "never"),
        (json!({"allOf": [{"items": {"enum": [1, 2]}}, {"prefixItems": [{"enum": [2, 3]}]}]}), "[2?,...(1|2)[]]"),
    ]);
}

#[test]
fn reads_objects() {
    let a = json!({"a": {"type": "string"}});
    let b = json!({"b": {"type": "number"}});
    assert_shown([
        (json!({"type": "object"}), "object"),
        (json!({"type": "object", "additionalProperties": false}), "{}"),
        (json!({"type": "object", "additionalProperties": true}), "Record<string, unknown>"),
        (json!({"type": "object", "additionalProperties": {"type": "number"}}), "Record<string, number>"),
        (
            json!({"properties": a, "required": ["a"], "additionalProperties": {"type": "number"}}),
            "{ a:string; [key:string]:unknown }",
        ),
        (
            json!({"properties": {"a-b": true, "a": {}}, "required": ["z"]}),
            "{ \"a-b\"?:unknown; a?:unknown; z:unknown }",
        ),
        (json!({"required": ["z"], "additionalProperties": {"type": "null"}}), "{ z:null; [key:string]:unknown }"),
        (json!({"required": ["z"], "additionalProperties": false}), "never"),
        (json!({"properties": a, "patternProperties": {"^a": {"type": "number"}}, "required": ["a"]}), "never"),
        (
            json!({"propertyNames": {"enum": ["x", "y"]}, "additionalProperties": {"type": "number"}, "required": ["y"]}),
            "{ x?:number; y:number }",
        ),
        (json!({"properties": a, "propertyNames": {"pattern": "^b"}}), "{ [key:string]:unknown }"),
        (json!({"allOf": [{"properties": a}, {"properties": b}]}), "{ a?:string; b?:number }"),
        (json!({"allOf": [{"properties": a}, {"properties": a, "required": ["a"]}]}), "{ a:string }"),
        (json!({"allOf": [{"properties": a, "additionalProperties": false}, {"properties": b}]}), "{ a?:string }"),
        (json!({"allOf": [{"properties": a, "additionalProperties": false}, {"required": ["b"]}]}), "never"),
        (
            json!({"allOf": [{"properties": a}], "properties": b, "unevaluatedProperties": false}),
            "{ b?:number; a?:string }",
        ),
    ]);
}

#[test]
fn alternatives_are_joined_with_what_stands_beside_them() {
    let a = json!({"a": {"type": "string"}});
    let b = json!({"b": {"type": "number"}});
    let (require_a, require_b) = (json!({"required": ["a"]}), json!({"required": ["b"]}));
    assert_shown([
        (
            json!({"properties": a, "anyOf": [{"properties": b}, {"type": "object"}]}),
            "{ a?:string; b?:number }|{ a?:string }",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "anyOf": [require_a, require_b]}),
            "{ a:string; b?:unknown }|{ a?:string; b:unknown }",
        ),
        // One of the two, and the other absent.
        (json!({"oneOf": [require_a, require_b]}), "{ a:unknown }|{ b:unknown }"),
        (json!({"properties": a, "anyOf": [{"type": "string"}, {"type": "object"}]}), "string|{ a?:string }"),
        (json!({"properties": a, "anyOf": [{"description": "x"}]}), "{ a?:string }"),
        (json!({"type": ["object", "string"], "allOf": [{"properties": a}]}), "{ a?:string }|string"),
    ]);
    let document = |schema: Value| {
        let Value::Object(schema) = schema else { panic!() };
        read_input(&schema).root
    };
    let Type::Union(parts) = document(json!({"oneOf": [require_a, require_b]})) else { panic!("a union") };
    let Type::Object(first) = &parts[0] else { panic!("an object") };
    assert!(first.property("b").is_some_and(Property::is_absent), "{first:?}");

    // Closed alternatives say what they have not, unless a property's value tells them apart.
    let closed = |properties: &Value| json!({"properties": properties, "additionalProperties": false});
    let Type::Union(parts) = document(json!({"anyOf": [closed(&a), closed(&b)]})) else { panic!("a union") };
    let Type::Object(first) = &parts[0] else { panic!("an object") };
    assert!(first.property("b").is_some_and(Property::is_absent), "{first:?}");
    let by_name =
        json!({"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}], "$defs": {"A": closed(&a), "B": closed(&b)}});
    assert_eq!(document(by_name), document(json!({"anyOf": [closed(&a), closed(&b)]})));
    let kind = |kind: &str, name: &str| json!({"properties": {"kind": {"const": kind}, name: {}}, "required": ["kind"], "additionalProperties": false});
    let Type::Union(parts) = document(json!({"oneOf": [kind("x", "a"), kind("y", "b")]})) else { panic!("a union") };
    let Type::Object(first) = &parts[0] else { panic!("an object") };
    assert_eq!(first.property("b"), None);
}

#[test]
fn takes_out_what_not_names() {
    assert_shown([
        (json!({"not": {}}), "never"),
        (json!({"not": false, "type": "string"}), "string"),
        (json!({"type": ["string", "number", "null"], "not": {"type": ["null", "integer"]}}), "string|number"),
        (json!({"enum": ["a", "b", "c"], "not": {"enum": ["a", "b"]}}), "\"c\""),
        (json!({"type": "boolean", "not": {"const": true}}), "false"),
        (json!({"type": "string", "not": {"const": "a"}}), "string"),
        (json!({"type": "object", "required": ["a"], "not": {"required": ["a"]}}), "never"),
        (json!({"type": "object", "required": ["a"], "not": {"required": ["a", "b"]}}), "{ a:unknown }"),
        (json!({"type": "string", "not": {"minLength": 3}}), "string"),
        (json!({"type": ["string", "object"], "not": {"type": "object", "required": []}}), "string"),
        (json!({"oneOf": [{"type": "string"}, {"type": "object", "required": []}]}), "string|object"),
    ]);
}

#[test]
fn follows_references() {
    let defs = json!({
        "Name": {"type": "string"},
        "Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}},
        "A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"},
        "a/b": {"type": "number"}, "P[x]": {"type": "null"},
    });
    for (reference, expected) in [
        ("#/$defs/Name", "string"),
        ("#/$defs/Node", "{ next?:unknown }"),
        ("#/$defs/A", "unknown"),
        ("#/$defs/a~1b", "number"),
        ("#/$defs/P%5Bx%5D", "null"),
        ("#/$defs/None", "unknown"),
        ("#/properties/y", "boolean"),
        ("#", "unknown"),
        ("https://example.com/x.json", "unknown"),
    ] {
        let schema = json!({"properties": {"x": {"$ref": reference}, "y": {"type": "boolean"}}, "$defs": defs});
        assert_eq!(shown(schema), format!("{{ x?:{expected}; y?:boolean }}"), "{reference}");
    }
    assert_eq!(shown(json!({"$ref": "#/definitions/N", "definitions": {"N": {"type": "number"}}})), "number");
    let beside =
        json!({"$ref": "#/$defs/N", "required": ["b"], "$defs": {"N": {"properties": {"a": {"type": "null"}}}}});
    assert_eq!(shown(beside.clone()), "{ a?:null; b:unknown }");
    let Value::Object(mut old) = beside else { panic!() };
    old.insert("$schema".to_owned(), "http://json-schema.org/draft-07/schema#".into());
    assert_eq!(shown(Value::Object(old)), "{ a?:null }");
}

#[test]
fn what_is_wrong_is_unknown_and_said() {
    for (schema, pointer, message) in [
        (json!({"properties": {"a": {"type": 5}}}), "/properties/a", "names no kind"),
        (json!({"properties": {"a": 5}}), "/properties/a", "not a schema"),
        (json!({"properties": []}), "", "`properties` is not an object"),
        (json!({"properties": {"a": {"$ref": "x.json"}}}), "/properties/a", "\"x.json\", which is not in"),
        (json!({"$defs": {"A": {"$ref": "#/$defs/A"}}, "$ref": "#/$defs/A"}), "/$defs/A", "nothing but itself"),
        (json!({"anyOf": [{"enum": "x"}]}), "/anyOf/0", "`enum` is not a list"),
        (json!({"allOf": {}}), "", "`allOf` is not a list"),
    ] {
        let Value::Object(schema) = schema else { panic!() };
        let warnings = read_output(&schema).warnings;
        let [warning] = &warnings[..] else { panic!("{schema:?}: {warnings:?}") };
        assert!(warning.pointer == pointer && warning.message.contains(message), "{schema:?}: {warning:?}");
    }
}

#[test]
fn hostile_size_ends() {
    let mut deep = json!({"type": "string"});
    for _ in 0..100 {
        deep = json!({"type": "array", "items": deep});
    }
    assert_eq!(shown(deep), format!("unknown{}", "[]".repeat(MAX_DEPTH + 1)));

    // Each definition refers twice to the next: 2^40 strings, were it written out.
    for nested in [json!(["properties", "l", "r"]), json!(["anyOf", 0, 1]), json!(["allOf", 0, 1])] {
        let defs: JsonObject = (0..40)
            .map(|n| {
                let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
                let schema = match nested[0].as_str() {
                    Some("properties") => json!({"properties": {"l": next, "r": next}}),
                    Some(key) => json!({key: [next, {"items": next}]}),
                    None => panic!(),
                };
                (format!("d{n}"), schema)
            })
            .collect();
        let Value::Object(schema) = json!({"$ref": "#/$defs/d0", "$defs": defs}) else { panic!() };
        let document = read_output(&schema);
        let size: usize = document.definitions.iter().map(|definition| definition.ty.size()).sum();
        assert!(document.root.size() + size < 60_000, "{nested}: {size}");
        assert!(inline(&document, &Inline::WHOLE).len() < 1_000_000, "{nested}");
    }

    // Definitions read from the last to the first, each within the one before: as deep as there are, were they one type.
    let count = MAX_NODES / 4;
    let chain: JsonObject = (0..count)
        .map(|n| {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            (format!("d{n}"), json!({"properties": {"n": next}, "additionalProperties": false}))
        })
        .collect();
    let backwards: JsonObject =
        (0..count).rev().step_by(30).map(|n| (format!("p{n}"), json!({"$ref": format!("#/$defs/d{n}")}))).collect();
    let schema =
        json!({"allOf": [{"properties": backwards}], "properties": {"z": {"$ref": "#/$defs/d0"}}, "$defs": chain});
    let Value::Object(schema) = schema else { panic!() };
    let on_a_small_stack = std::thread::Builder::new().stack_size(1024 * 1024).spawn(move || {
        let document = read_input(&schema);
        assert!(document.requires_input() || inline(&document, &Inline::WHOLE).len() > 1_000);
    });
    on_a_small_stack.unwrap().join().unwrap();

    // What is compared with each other is bounded.
    let many = |count: usize, one: fn(usize) -> Value| (0..count).map(one).collect::<Vec<_>>();
    for schema in [
        json!({"allOf": many(2_500, |n| json!({"required": [format!("a{n}")]}))}),
        json!({"enum": many(20_000, |n| json!([n]))}),
        json!({"required": many(80_000, |n| json!(format!("n{n}")))}),
    ] {
        let Value::Object(schema) = schema else { panic!() };
        let start = std::time::Instant::now();
        read_output(&schema);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    let wide: JsonObject = (0..MAX_NODES + 10).map(|n| (format!("p{n}"), json!({"type": "string"}))).collect();
    let Value::Object(wide) = json!({"properties": wide}) else { panic!() };
    let document = read_output(&wide);
    assert_eq!(document.warnings.len(), 11);
    assert_eq!(document.root.size(), MAX_NODES + 11);
}

#[test]
fn an_input_is_always_an_object() {
    for (schema, expected) in [
        (json!({}), "object"),
        (json!({"type": "string"}), "object"),
        (json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}), "{ a:unknown }|{ b:unknown }"),
        (json!({"$ref": "#/$defs/A", "$defs": {"A": {"properties": {"a": {"$ref": "#/$defs/A"}}}}}), "{ a?:unknown }"),
    ] {
        let Value::Object(schema) = schema else { panic!() };
        assert_eq!(inline(&read_input(&schema), &Inline::WHOLE), expected, "{schema:?}");
    }
}
