//! Schemas that nobody wrote: whatever the validator accepts, the type accepts, and what it refuses for a reason that
//! a type can have, the type refuses.
//!
//! One run of the compiler has to hold them all, so they come as a batch of a fixed seed. `CODEFIRST_SEED` tries
//! another one.
//!
//! What the wrappers by design read otherwise than JSON Schema does not occur: keywords about objects or arrays stand
//! beside or below a `type`, and nothing refers to itself in place.

use std::env;

use codefirst::tool::ToolDef;
use proptest::{
    collection::vec,
    option::{of, weighted},
    prelude::*,
    sample::{select, subsequence},
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Map, Value, json};

use super::{
    catalogues::Counts,
    compiler::{Compiler, say},
    project::{Project, Side, assert_none, assert_parses},
};

const SCHEMAS: usize = 300;
const DEFINITIONS: [&str; 3] = ["first", "second", "third"];
/// What every object has, such as `toString`, has goldens: a closed object of nothing but such names admits any value that has them.
const NAMES: [&str; 9] = ["a", "b", "c", "kind", "x-a", "b_id", "a b", "__proto__", "to string"];

#[test]
fn generated_schemas_of_seed_1() {
    let seed = env::var("CODEFIRST_SEED").map_or(1, |seed| seed.parse().expect("a number from 0 to 255"));
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let documents = vec(document(), SCHEMAS).new_tree(&mut runner).expect("schemas").current();
    let tool = |(place, schema)| json!({"name": format!("generated_{place}"), "inputSchema": schema});
    let tools: Value = documents.iter().enumerate().map(tool).collect();
    let tools: Vec<ToolDef> = serde_json::from_value(tools).expect("tools");
    let mut project = Project::new("server", &tools);
    for file in &project.tree.files {
        assert_parses(&file.path, &file.source);
    }
    let Some(compiler) = Compiler::find("generated_schemas") else { return };
    let mut counts = Counts::default();
    for (tool, document) in tools.iter().zip(&documents) {
        counts.add(&mut project, (&tool.name, Side::Input), document, (12, 60));
    }
    say(&format!("generated_schemas: seed {seed}: {counts}"));
    let with_schema = |line: String| {
        let tool = line.split([':', '.', '/']).find_map(|part| part.strip_prefix("generated_"));
        let schema = tool.and_then(|place| documents.get(place.parse::<usize>().ok()?));
        schema.map_or_else(|| line.clone(), |schema| format!("{line}\n    of {schema}"))
    };
    let wrong: Vec<String> = project.judge(&compiler).into_iter().map(with_schema).collect();
    assert_none(&wrong, &format!("generated_schemas: seed {seed}"));
}

/// A tool's input with definitions that may refer to each other and to themselves.
fn document() -> impl Strategy<Value = Value> {
    (plain_object(schema()), vec(plain_object(schema()), DEFINITIONS.len())).prop_map(|(mut root, definitions)| {
        root["$defs"] = DEFINITIONS.into_iter().map(str::to_owned).zip(definitions).collect::<Map<_, _>>().into();
        root
    })
}

fn schema() -> BoxedStrategy<Value> {
    leaf()
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                3 => array(inner.clone()),
                5 => object(inner.clone()),
                3 => alternatives(inner),
            ]
            .boxed()
        })
        .boxed()
}

/// Some value, for `const` and `enum`.
fn constant() -> BoxedStrategy<Value> {
    let plain =
        vec![json!("a"), json!("b"), json!("\"\n\\"), json!(1), json!(-1.5), json!(true), json!(false), json!(null)];
    let plain = select(plain);
    prop_oneof![
        8 => plain.clone(),
        1 => vec(plain.clone(), 0..3).prop_map(Value::from),
        1 => (name(), plain).prop_map(|(name, value)| json!({name: value})),
    ]
    .boxed()
}

fn name() -> impl Strategy<Value = String> {
    select(NAMES.to_vec()).prop_map(str::to_owned)
}

fn leaf() -> BoxedStrategy<Value> {
    let kinds = ["string", "number", "integer", "boolean", "null"];
    prop_oneof![
        4 => select(kinds.to_vec()).prop_map(|kind| json!({"type": kind})),
        1 => subsequence(kinds.to_vec(), 2..4).prop_map(|kinds| json!({"type": kinds})),
        1 => Just(json!({"type": "string", "format": "date", "minLength": 1, "default": "x"})),
        1 => Just(json!({"type": "integer", "minimum": 1, "maximum": 5})),
        1 => Just(json!({"description": "anything"})),
        1 => any::<bool>().prop_map(Value::from),
        1 => constant().prop_map(|value| json!({"const": value})),
        2 => vec(constant(), 1..5).prop_map(|mut values| {
            values.sort_by_key(Value::to_string);
            values.dedup();
            json!({"enum": values})
        }),
        2 => select(DEFINITIONS.to_vec()).prop_map(|name| json!({"$ref": format!("#/$defs/{name}")})),
        1 => subsequence(DEFINITIONS.to_vec(), 2).prop_map(|names| {
            let reference = |name| json!({"$ref": format!("#/$defs/{name}")});
            json!({"anyOf": names.into_iter().map(reference).collect::<Vec<_>>()})
        }),
        1 => Just(json!({"type": "string", "not": {"const": "a"}})),
        1 => Just(json!({"not": {"type": ["string", "object"]}})),
    ]
    .boxed()
}

fn array(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let list = (inner.clone(), weighted(0.2, 0..3_usize), weighted(0.2, 2..4_usize));
    let list = list.prop_map(|(items, least, most)| {
        with(
            json!({"type": "array", "items": items}),
            [("minItems", least.map(Value::from)), ("maxItems", most.map(Value::from))],
        )
    });
    let tuple =
        (vec(inner.clone(), 1..3), weighted(0.6, prop_oneof![Just(json!(false)), inner]), weighted(0.5, 0..3_usize));
    let tuple = tuple.prop_map(|(first, rest, least)| {
        with(json!({"type": "array", "prefixItems": first}), [("items", rest), ("minItems", least.map(Value::from))])
    });
    prop_oneof![3 => list, 1 => tuple].boxed()
}

fn object(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let more = json!([
        {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"anyOf": [{"required": ["a"]}, {"required": ["x-a"]}]},
        {"not": {"required": ["c"]}},
        {"propertyNames": {"enum": NAMES}},
        {"type": ["object", "null"]},
        {"minProperties": 1},
    ]);
    let more: Vec<Value> = more.as_array().cloned().unwrap_or_default();
    let of_branches =
        (plain_object(inner.clone()), vec(branch(inner.clone()), 1..3), select(vec!["anyOf", "oneOf", "allOf"]));
    prop_oneof![
        4 => plain_object(inner.clone()),
        2 => (plain_object(inner), select(more)).prop_map(|(object, more)| merged(object, more)),
        2 => of_branches.prop_map(|(object, branches, key)| merged(object, json!({key: branches}))),
    ]
    .boxed()
}

/// A part of an object's schema that leaves the type to the schema around it.
fn branch(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    plain_object(inner)
        .prop_map(|mut object| {
            object.as_object_mut().expect("an object").shift_remove("type");
            object
        })
        .boxed()
}

fn plain_object(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let additional = prop_oneof![3 => Just(json!(false)), 1 => Just(json!(true)), 2 => inner.clone()];
    let patterns = (select(vec!["^x-", "_id$", "^[a-z]$", "^a$"]), inner.clone());
    (vec((name(), inner), 0..4), subsequence(NAMES.to_vec(), 0..3), weighted(0.5, additional), weighted(0.15, patterns))
        .prop_flat_map(|(properties, others, additional, patterns)| {
            let names: Vec<String> = properties.iter().map(|(name, _)| name.clone()).collect();
            let few_others = of(Just(others)).prop_map(Option::unwrap_or_default);
            let required = (subsequence(names.clone(), 0..=names.len()), weighted(0.1, few_others));
            required.prop_map(move |(mut required, others)| {
                required.extend(others.unwrap_or_default().into_iter().map(str::to_owned));
                required.sort_unstable();
                required.dedup();
                let properties: Map<String, Value> = properties.iter().cloned().collect();
                let patterns = patterns.clone().map(|(pattern, schema)| json!({pattern: schema}));
                with(
                    json!({"type": "object", "properties": properties, "required": required}),
                    [("additionalProperties", additional.clone()), ("patternProperties", patterns)],
                )
            })
        })
        .boxed()
}

fn alternatives(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let of_any = (vec(inner.clone(), 2..4), select(vec!["anyOf", "oneOf"]));
    let discriminated = vec(plain_object(inner), 2..4).prop_map(|objects| {
        let discriminated = |(place, mut object): (usize, Value)| {
            object["properties"]["kind"] = json!({"const": format!("k{place}")});
            object["required"] = json!(["kind"]);
            object
        };
        json!({"oneOf": objects.into_iter().enumerate().map(discriminated).collect::<Vec<_>>()})
    });
    prop_oneof![3 => of_any.prop_map(|(branches, key)| json!({key: branches})), 1 => discriminated].boxed()
}

fn with<const N: usize>(mut schema: Value, keywords: [(&str, Option<Value>); N]) -> Value {
    for (key, value) in keywords {
        if let Some(value) = value {
            schema[key] = value;
        }
    }
    schema
}

fn merged(mut schema: Value, more: Value) -> Value {
    for (key, value) in more.as_object().cloned().unwrap_or_default() {
        schema[key] = value;
    }
    schema
}
