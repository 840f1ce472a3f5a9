//! JSON Schema into a small type language, [`Type`], which knows nothing of how TypeScript is written.
//!
//! In: the schema of a tool's input or output, in any draft that servers send. Out: a type that admits every value
//! that the schema admits: what the reader does not understand, or what goes deeper or larger than its limits,
//! becomes [`Type::Unknown`], never something narrower. `if`, `not`, `patternProperties` and `propertyNames` only
//! narrow, so they are passed over; a reference into itself is `Unknown` where it closes the circle.

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    codegen::{constraints::constraints, simplify},
    tool::JsonObject,
};

/// Schemas nested deeper are `Unknown`.
const MAX_DEPTH: usize = 24;
/// A tool's schema is read up to this many subschemas and properties, its references followed.
const MAX_NODES: usize = 2_000;
/// An `enum` with more values is widened to the kinds of its values.
const MAX_LITERALS: usize = 256;

/// A set of JSON values.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Any value.
    Unknown,
    /// No value.
    Never,
    Null,
    Boolean,
    Number,
    String,
    /// Exactly this string, number or boolean.
    Literal(Value),
    Array(Box<Type>),
    Object(Object),
    /// Two or more alternatives.
    Union(Vec<Type>),
    /// Two or more types that hold at once.
    Intersection(Vec<Type>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// In the schema's order.
    pub properties: Vec<Property>,
    pub rest: Rest,
}

/// What an object may hold besides its named properties.
#[derive(Clone, Debug, PartialEq)]
pub enum Rest {
    /// The schema does not say.
    Unsaid,
    Closed,
    Open(Box<Type>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    pub name: String,
    pub ty: Type,
    pub required: bool,
    pub description: Option<String>,
    /// What the type cannot say: ranges, formats, the default.
    pub constraints: Vec<String>,
}

impl Object {
    /// An object of which nothing is known.
    pub fn any() -> Self {
        Self { properties: Vec::new(), rest: Rest::Unsaid }
    }
}

/// The type of a tool's input. Always a type of objects, since that is what MCP lets a client send.
pub fn input_type(schema: &JsonObject) -> Type {
    let ty = Reader::new(schema).read(schema, 0);
    if simplify::is_object(&ty) { ty } else { Type::Object(Object::any()) }
}

/// The type of a tool's output; `Unknown` without a schema.
pub fn output_type(schema: Option<&JsonObject>) -> Type {
    schema.map_or(Type::Unknown, |schema| Reader::new(schema).read(schema, 0))
}

/// Reads one schema document.
struct Reader<'a> {
    root: &'a JsonObject,
    nodes: usize,
    /// The references being followed, outermost first.
    following: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn new(root: &'a JsonObject) -> Self {
        Self { root, nodes: 0, following: vec!["#"] }
    }

    fn read_value(&mut self, schema: &'a Value, depth: usize) -> Type {
        match schema {
            Value::Bool(false) => Type::Never,
            Value::Object(schema) => self.read(schema, depth),
            _ => Type::Unknown,
        }
    }

    fn read(&mut self, schema: &'a JsonObject, depth: usize) -> Type {
        if depth > MAX_DEPTH || self.nodes >= MAX_NODES {
            return Type::Unknown;
        }
        self.nodes += 1;
        let mut parts = Vec::new();
        if let Some(Value::String(reference)) = schema.get("$ref") {
            parts.push(self.follow(reference, depth));
        }
        parts.push(match (schema.get("const"), schema.get("enum")) {
            (Some(value), _) => literal(value),
            (None, Some(Value::Array(values))) => literals(values),
            _ => self.read_kinds(schema, depth),
        });
        for key in ["anyOf", "oneOf"] {
            if let Some(Value::Array(branches)) = schema.get(key).filter(|value| value != &&Value::Array(vec![])) {
                parts.push(simplify::union(branches.iter().map(|branch| self.read_value(branch, depth + 1)).collect()));
            }
        }
        if let Some(Value::Array(branches)) = schema.get("allOf") {
            parts.extend(branches.iter().map(|branch| self.read_value(branch, depth + 1)));
        }
        let ty = simplify::intersection(parts);
        if schema.get("nullable") == Some(&Value::Bool(true)) { simplify::union(vec![ty, Type::Null]) } else { ty }
    }

    fn follow(&mut self, reference: &'a str, depth: usize) -> Type {
        if self.following.contains(&reference) {
            return Type::Unknown;
        }
        let Some(target) = resolve(self.root, reference) else { return Type::Unknown };
        self.following.push(reference);
        let ty = self.read_value(target, depth + 1);
        self.following.pop();
        ty
    }

    /// The type by the keyword `type`, or without it by the keywords that only one kind has.
    fn read_kinds(&mut self, schema: &'a JsonObject, depth: usize) -> Type {
        match schema.get("type") {
            Some(Value::String(kind)) => self.read_kind(kind, schema, depth),
            Some(Value::Array(kinds)) => {
                let kinds = kinds.iter().map(|kind| self.read_kind(kind.as_str().unwrap_or(""), schema, depth));
                simplify::union(kinds.collect())
            }
            _ if schema.contains_key("properties") => self.read_object(schema, depth),
            _ if schema.contains_key("items") => self.read_kind("array", schema, depth),
            _ => Type::Unknown,
        }
    }

    fn read_kind(&mut self, kind: &str, schema: &'a JsonObject, depth: usize) -> Type {
        match kind {
            "null" => Type::Null,
            "boolean" => Type::Boolean,
            "number" | "integer" => Type::Number,
            "string" => Type::String,
            "object" => self.read_object(schema, depth),
            "array" => {
                // A list of schemas describes a tuple in the older drafts.
                let items = schema.get("items").filter(|_| !schema.contains_key("prefixItems"));
                Type::Array(Box::new(items.map_or(Type::Unknown, |items| self.read_value(items, depth + 1))))
            }
            _ => Type::Unknown,
        }
    }

    fn read_object(&mut self, schema: &'a JsonObject, depth: usize) -> Type {
        let required: Vec<&str> = match schema.get("required") {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let is_required: HashSet<&str> = required.iter().copied().collect();
        let mut object = Object { properties: Vec::new(), rest: Rest::Unsaid };
        let mut named: HashSet<&str> = HashSet::new();
        let mut is_cut = false;
        if let Some(Value::Object(properties)) = schema.get("properties") {
            for (name, schema) in properties {
                if self.nodes >= MAX_NODES {
                    is_cut = true;
                    break;
                }
                named.insert(name);
                let ty = self.read_value(schema, depth + 1);
                object.properties.push(Property {
                    name: name.clone(),
                    ty,
                    required: is_required.contains(&**name),
                    description: self.description(schema),
                    constraints: constraints(schema),
                });
            }
        }
        for name in required {
            if self.nodes >= MAX_NODES {
                is_cut = true;
                break;
            }
            if named.insert(name) {
                self.nodes += 1;
                let (name, ty) = (name.to_owned(), Type::Unknown);
                object.properties.push(Property {
                    name,
                    ty,
                    required: true,
                    description: None,
                    constraints: Vec::new(),
                });
            }
        }
        object.rest = match schema.get("additionalProperties") {
            _ if is_cut => Rest::Open(Box::new(Type::Unknown)),
            Some(Value::Bool(false)) if !schema.contains_key("patternProperties") => Rest::Closed,
            None if !schema.contains_key("patternProperties") => Rest::Unsaid,
            Some(rest @ Value::Object(_)) if !schema.contains_key("patternProperties") => {
                Rest::Open(Box::new(self.read_value(rest, depth + 1)))
            }
            _ => Rest::Open(Box::new(Type::Unknown)),
        };
        Type::Object(object)
    }

    /// What the schema says of itself, or what the one that it refers to does.
    fn description(&self, schema: &Value) -> Option<String> {
        let own =
            |schema: &Value| Some(schema.get("description")?.as_str()?.to_owned()).filter(|text| !text.is_empty());
        own(schema).or_else(|| own(resolve(self.root, schema.get("$ref")?.as_str()?)?))
    }
}

/// The schema at a local reference, a JSON pointer (RFC 6901) after `#`.
fn resolve<'a>(root: &'a JsonObject, reference: &str) -> Option<&'a Value> {
    let (first, rest) = match reference.strip_prefix("#/")?.split_once('/') {
        Some((first, rest)) => (first, format!("/{rest}")),
        None => (reference.strip_prefix("#/")?, String::new()),
    };
    root.get(&first.replace("~1", "/").replace("~0", "~"))?.pointer(&rest)
}

fn literals(values: &[Value]) -> Type {
    let one = if values.len() > MAX_LITERALS { kind_of } else { literal };
    simplify::union(values.iter().map(one).collect())
}

fn literal(value: &Value) -> Type {
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Type::Literal(value.clone()),
        _ => kind_of(value),
    }
}

/// The widest type of values like this one.
fn kind_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::Null,
        Value::Bool(_) => Type::Boolean,
        Value::Number(_) => Type::Number,
        Value::String(_) => Type::String,
        Value::Array(_) => Type::Array(Box::new(Type::Unknown)),
        Value::Object(_) => Type::Object(Object::any()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::codegen::inline::{Inline, inline};

    /// The type of a schema, on one line.
    fn shown(schema: Value) -> String {
        let Value::Object(schema) = schema else { panic!("not an object: {schema}") };
        inline(&output_type(Some(&schema)), &Inline::WHOLE)
    }

    #[test]
    fn reads_every_kind() {
        for (schema, expected) in [
            (json!({}), "unknown"),
            (json!({"type": "string"}), "string"),
            (json!({"type": "integer"}), "number"),
            (json!({"type": ["string", "null"]}), "string|null"),
            (json!({"type": "weird"}), "unknown"),
            (json!({"type": "array"}), "unknown[]"),
            (json!({"type": "array", "items": {"type": ["number", "boolean"]}}), "(number|boolean)[]"),
            (json!({"items": {"enum": ["a"]}}), "\"a\"[]"),
            (json!({"enum": ["a", 1, -1.5, true, null]}), "\"a\"|1|-1.5|true|null"),
            (json!({"enum": ["a", {"b": 1}, [2]]}), "\"a\"|object|unknown[]"),
            (json!({"const": "x", "type": "string"}), "\"x\""),
            (json!({"type": "string", "nullable": true}), "string|null"),
            (json!({"anyOf": [{"type": "string"}, {"type": "null"}], "default": null}), "string|null"),
            (json!({"oneOf": [{"const": "a"}, {"const": "b"}], "type": "string"}), "\"a\"|\"b\""),
            (json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}], "type": "object"}), "object"),
            (json!({"anyOf": []}), "unknown"),
            (json!({"properties": {"a": false}}), "{ a?:never }"),
        ] {
            assert_eq!(shown(schema.clone()), expected, "{schema}");
        }
    }

    #[test]
    fn reads_objects() {
        let a = json!({"a": {"type": "string"}});
        let b = json!({"b": {"type": "number"}});
        for (schema, expected) in [
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
            (json!({"allOf": [{"properties": a}, {"properties": b}]}), "{ a?:string; b?:number }"),
            (json!({"allOf": [{"properties": a}, {"properties": a, "required": ["a"]}]}), "{ a?:string }&{ a:string }"),
            (json!({"properties": a, "patternProperties": {"^x": {}}}), "{ a?:string; [key:string]:unknown }"),
            (
                json!({"properties": a, "anyOf": [{"properties": b}, {"type": "object"}]}),
                "{ a?:string }&({ b?:number }|object)",
            ),
        ] {
            assert_eq!(shown(schema.clone()), expected, "{schema}");
        }
    }

    #[test]
    fn follows_references() {
        let defs = json!({
            "Name": {"type": "string"},
            "Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}},
            "A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"},
            "a/b": {"type": "number"},
        });
        for (reference, expected) in [
            ("#/$defs/Name", "string"),
            ("#/$defs/Node", "{ next?:unknown }"),
            ("#/$defs/A", "unknown"),
            ("#/$defs/a~1b", "number"),
            ("#/$defs/None", "unknown"),
            ("#", "unknown"),
            ("https://example.com/x.json", "unknown"),
        ] {
            let schema = json!({"properties": {"x": {"$ref": reference}}, "$defs": defs});
            assert_eq!(shown(schema), format!("{{ x?:{expected} }}"), "{reference}");
        }
        assert_eq!(shown(json!({"$ref": "#/definitions/N", "definitions": {"N": {"type": "number"}}})), "number");
    }

    #[test]
    fn hostile_size_ends_in_unknown() {
        let mut deep = json!({"type": "string"});
        for _ in 0..100 {
            deep = json!({"type": "array", "items": deep});
        }
        assert_eq!(shown(deep), format!("unknown{}", "[]".repeat(MAX_DEPTH + 1)));

        // Each definition refers twice to the next: 2^40 strings, were it written out.
        let defs: JsonObject = (0..40)
            .map(|n| {
                let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
                (format!("d{n}"), json!({"properties": {"l": next, "r": next}}))
            })
            .collect();
        assert!(shown(json!({"$ref": "#/$defs/d0", "$defs": defs})).len() < 100 * MAX_NODES);

        let wide: JsonObject = (0..10_000).map(|n| (format!("p{n}"), json!({"type": "string"}))).collect();
        assert!(shown(json!({"properties": wide})).ends_with("; [key:string]:unknown }"));
        assert_eq!(shown(json!({"enum": (0..1000).collect::<Vec<_>>()})), "number");
    }

    #[test]
    fn an_input_is_always_an_object() {
        for schema in [json!({}), json!({"type": "string"}), json!({"anyOf": [{"type": "object"}, {"type": "null"}]})] {
            let Value::Object(schema) = schema else { panic!() };
            assert_eq!(input_type(&schema), Type::Object(Object::any()), "{schema:?}");
        }
    }
}
