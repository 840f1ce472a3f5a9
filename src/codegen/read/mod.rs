//! JSON Schema into types.
//!
//! In: the schema of a tool's input or output, of draft 4 to 2020-12, as real servers send them. Out: a [`Document`] whose type
//! admits every value that the schema admits, and as few others as TypeScript can say. `if`, `dependentRequired`, `contains` and
//! what only a number's or a text's form is about narrow further, and are passed over.
//!
//! Two rules are not JSON Schema's. A schema that has `properties` or `items` but no `type`, and stands in no other that has
//! one, describes objects or arrays and nothing else. `nullable`, from OpenAPI, admits null.
//!
//! A schema that makes no sense is [`Type::Unknown`] from where it stops doing so, with a [`Warning`]; so is what lies beyond
//! [`MAX_DEPTH`] or [`MAX_NODES`].

mod arrays;
mod exclude;
mod objects;
mod references;
mod settle;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::Value;

pub(crate) use self::references::resolve;
use crate::{
    codegen::{
        combine::{Combiner, union},
        exclusive::exclusive,
        types::{Array, Document, Object, Property, Rest, Type, Warning},
    },
    tool::JsonObject,
};

/// Schemas nested deeper are `unknown`, references followed.
pub const MAX_DEPTH: usize = 72;
/// A tool's schema is read up to this many subschemas, listed values and required names.
pub const MAX_NODES: usize = 20_000;
/// Alternatives within alternatives are `unknown` beyond this, since each level may double the compiler's work.
const MAX_CHOICES: usize = 16;
/// Of one schema, so many warnings are kept.
const MAX_WARNINGS: usize = 20;
/// What reading the deepest schema takes of the stack, and more.
const STACK_BYTES: usize = 4 * 1024 * 1024;

/// Keywords that say something of objects alone, and of arrays alone.
const OF_OBJECTS: [&str; 6] =
    ["properties", "required", "additionalProperties", "patternProperties", "propertyNames", "unevaluatedProperties"];
const OF_ARRAYS: [&str; 3] = ["items", "prefixItems", "additionalItems"];
/// Keywords by which other schemas take part.
const COMBINING: [&str; 4] = ["$ref", "anyOf", "oneOf", "allOf"];
/// Keywords by which a property may be known to some values only.
const CONDITIONAL: [&str; 5] = ["anyOf", "oneOf", "if", "not", "dependentSchemas"];

/// The type of a tool's input. Always a type of objects, since that is what MCP lets a client send.
pub fn read_input(schema: &JsonObject) -> Document {
    read(schema, |reader, schema| {
        let mut root = reader.read_schema(schema, &[Kind::Object]);
        if !reader.combiner.is_object(&root) {
            root = reader.combiner.intersect(root, Type::any_object());
        }
        if root == Type::Never {
            reader.warn("no object can be this input");
            root = Type::any_object();
        }
        root
    })
}

/// The type of a tool's output.
pub fn read_output(schema: &JsonObject) -> Document {
    read(schema, |reader, schema| reader.read_schema(schema, &[]))
}

fn read<'a>(schema: &'a JsonObject, root: impl FnOnce(&mut Reader<'a>, &'a JsonObject) -> Type) -> Document {
    stacker::maybe_grow(STACK_BYTES, STACK_BYTES, || {
        let mut reader = Reader::new(schema);
        let root = root(&mut reader, schema);
        reader.finish(root)
    })
}

/// A kind of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    const ALL: [Self; 6] = [Self::String, Self::Number, Self::Boolean, Self::Null, Self::Array, Self::Object];

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::Null,
            "boolean" => Self::Boolean,
            "number" | "integer" => Self::Number,
            "string" => Self::String,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }

    /// The kind of which a type admits all values, or some arrays or objects.
    fn of(ty: &Type) -> Option<Self> {
        Some(match ty {
            Type::Null => Self::Null,
            Type::Boolean => Self::Boolean,
            Type::Number => Self::Number,
            Type::String => Self::String,
            Type::Array(_) => Self::Array,
            Type::Object(_) => Self::Object,
            _ => return None,
        })
    }

    /// The type of all values of the kind.
    fn any(self) -> Type {
        match self {
            Self::Null => Type::Null,
            Self::Boolean => Type::Boolean,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::Array => Type::array_of(Type::Unknown),
            Self::Object => Type::any_object(),
        }
    }
}

/// Reads one schema document.
struct Reader<'a> {
    root: &'a JsonObject,
    /// Up to draft 7, what stands beside a `$ref` counts for nothing.
    reference_is_all: bool,
    combiner: Combiner,
    /// For each definition, the last segment of its pointer, and whether it is within itself.
    names: Vec<(String, bool)>,
    /// Where in `names` the schema at a pointer is.
    places: HashMap<String, usize>,
    /// The definitions of which the schema being read is a part in place, not within a property or an item.
    in_place: Vec<usize>,
    /// Where the schema being read stands.
    pointer: Vec<String>,
    depth: usize,
    /// How many lists of alternatives the schema being read is within, since the last reference.
    choices: usize,
    nodes: usize,
    warnings: Vec<Warning>,
}

impl<'a> Reader<'a> {
    fn new(root: &'a JsonObject) -> Self {
        let dialect = root.get("$schema").and_then(Value::as_str).unwrap_or("");
        let mut combiner = Combiner::new();
        combiner.definitions.push(None);
        Self {
            root,
            reference_is_all: ["draft-03", "draft-04", "draft-06", "draft-07"].iter().any(|old| dialect.contains(old)),
            combiner,
            names: vec![(String::new(), false)],
            places: HashMap::from([(String::new(), 0)]),
            in_place: vec![0],
            pointer: Vec::new(),
            depth: 0,
            choices: 0,
            nodes: 0,
            warnings: Vec::new(),
        }
    }

    fn warn(&mut self, message: impl Into<String>) {
        if self.warnings.len() < MAX_WARNINGS {
            let pointer = self.pointer.iter().flat_map(|segment| ["/", segment]).collect();
            self.warnings.push(Warning { pointer, message: message.into() });
        }
    }

    /// Reads a schema that is about the same value as the one around it. `outer`: the kinds that the schema around it admits; none if
    /// it does not say.
    fn read_beside(&mut self, segments: &[&str], schema: &'a Value, outer: &[Kind]) -> Type {
        self.pointer.extend(segments.iter().map(|segment| (*segment).to_owned()));
        let ty = self.read_value(schema, outer);
        self.pointer.truncate(self.pointer.len() - segments.len());
        ty
    }

    /// Reads a schema that is about something within the value.
    fn read_within(&mut self, segments: &[&str], schema: &'a Value) -> Type {
        let in_place = std::mem::take(&mut self.in_place);
        let ty = self.read_beside(segments, schema, &[]);
        self.in_place = in_place;
        ty
    }

    fn read_value(&mut self, schema: &'a Value, outer: &[Kind]) -> Type {
        match schema {
            Value::Bool(true) => Type::Unknown,
            Value::Bool(false) => Type::Never,
            Value::Object(schema) if self.depth < MAX_DEPTH && self.nodes < MAX_NODES => {
                self.depth += 1;
                let ty = self.read_schema(schema, outer);
                self.depth -= 1;
                ty
            }
            Value::Object(_) => {
                self.warn("the schema is too large or too deep from here on");
                Type::Unknown
            }
            _ => {
                self.warn("not a schema: expected an object or a boolean");
                Type::Unknown
            }
        }
    }

    fn read_schema(&mut self, schema: &'a JsonObject, outer: &[Kind]) -> Type {
        self.nodes += 1;
        let mut ty = match schema.get("$ref") {
            Some(Value::String(reference)) => self.follow(reference),
            Some(_) => {
                self.warn("`$ref` is not a string");
                Type::Unknown
            }
            None => Type::Unknown,
        };
        if self.reference_is_all && schema.contains_key("$ref") {
            return ty;
        }
        let stated = self.kinds(schema);
        let known = stated.as_deref().unwrap_or(outer);
        if let Some(literals) = self.literals(schema) {
            ty = self.combiner.intersect(ty, literals);
        }
        ty = self.intersect_branches(ty, schema, known);
        ty = match self.own(schema, stated.as_deref(), outer) {
            // An object's own properties come before those of its branches.
            Own::Stated(own @ Type::Object(_)) => self.combiner.intersect(own, ty),
            Own::Stated(own) => self.combiner.intersect(ty, own),
            Own::Inferred { kinds, any } => {
                // The branches may say of which kinds it really is.
                let wide = self.combiner.intersect(any, ty.clone());
                if self.admits_all_kinds(&wide) { self.combiner.intersect(kinds, ty) } else { wide }
            }
        };
        if let Some(excluded) = schema.get("not") {
            if ty == Type::Unknown && !known.is_empty() {
                ty = union(known.iter().map(|kind| kind.any()).collect());
            }
            ty = self.exclude(ty, excluded);
        }
        if let (Type::Object(object), Some(Value::Bool(false))) = (&mut ty, schema.get("unevaluatedProperties"))
            && object.rest == Rest::Unsaid
            && !is_conditional(self.root, schema, 0)
        {
            object.rest = Rest::Closed;
        }
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            ty = union(vec![ty, Type::Null]);
        }
        exclusive(ty, &self.combiner)
    }

    /// The kinds that `type` names.
    fn kinds(&mut self, schema: &JsonObject) -> Option<Vec<Kind>> {
        let names: Vec<Option<&str>> = match schema.get("type")? {
            Value::Array(names) => names.iter().map(Value::as_str).collect(),
            name => vec![name.as_str()],
        };
        let kinds: Option<Vec<Kind>> = names.iter().map(|name| Kind::named((*name)?)).collect();
        if kinds.is_none() {
            self.warn("`type` names no kind of JSON value");
        }
        kinds
    }

    /// The values that `const` and `enum` leave.
    fn literals(&mut self, schema: &JsonObject) -> Option<Type> {
        let constant = schema.get("const").map(literal);
        let listed = match schema.get("enum") {
            Some(Value::Array(values)) if self.nodes + values.len() > MAX_NODES => {
                self.warn("`enum` is too long");
                None
            }
            Some(Value::Array(values)) => {
                self.nodes += values.len();
                Some(union(values.iter().map(literal).collect()))
            }
            Some(_) => {
                self.warn("`enum` is not a list");
                None
            }
            None => None,
        };
        match (constant, listed) {
            (Some(constant), Some(listed)) => Some(self.combiner.intersect(constant, listed)),
            (constant, listed) => constant.or(listed),
        }
    }

    fn intersect_branches(&mut self, mut ty: Type, schema: &'a JsonObject, known: &[Kind]) -> Type {
        for key in ["anyOf", "oneOf", "allOf"] {
            let branches = match schema.get(key) {
                Some(Value::Array(branches)) if !branches.is_empty() => branches,
                None => continue,
                Some(_) => {
                    self.warn(format!("`{key}` is not a list of schemas"));
                    continue;
                }
            };
            let is_choice = key != "allOf" && branches.iter().filter(|branch| !is_null(branch)).count() > 1;
            if is_choice && self.choices == MAX_CHOICES {
                self.warn(format!("alternatives are nested more than {MAX_CHOICES} deep"));
                continue;
            }
            self.choices += usize::from(is_choice);
            let mut types: Vec<Type> = branches
                .iter()
                .enumerate()
                .map(|(place, branch)| self.read_beside(&[key, &place.to_string()], branch, known))
                .collect();
            self.choices -= usize::from(is_choice);
            if key == "allOf" {
                ty = types.into_iter().fold(ty, |all, branch| self.combiner.intersect(all, branch));
                continue;
            }
            if key == "oneOf" {
                types = self.exclude_each_other(types, branches);
            }
            ty = self.combiner.intersect(ty, union(types));
        }
        ty
    }

    /// What the schema says by its own keywords, its branches aside.
    fn own(&mut self, schema: &'a JsonObject, stated: Option<&[Kind]>, outer: &[Kind]) -> Own {
        if let Some(kinds) = stated {
            return Own::Stated(self.read_kinds(kinds, schema));
        }
        let has = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
        let (of_objects, of_arrays) = (has(&OF_OBJECTS), has(&OF_ARRAYS));
        if !(of_objects || of_arrays) || has(&["type"]) {
            return Own::Stated(Type::Unknown);
        }
        if !outer.is_empty() {
            return Own::Stated(self.read_kinds(outer, schema));
        }
        let said = [(of_objects, Kind::Object), (of_arrays, Kind::Array)].into_iter().filter(|(is_said, _)| *is_said);
        let inferred: Vec<(Kind, Type)> = said.map(|(_, kind)| (kind, self.read_kind(kind, schema))).collect();
        let kinds = union(inferred.iter().map(|(_, ty)| ty.clone()).collect());
        if !(has(&COMBINING) || has(&["const", "enum"])) {
            return Own::Stated(kinds);
        }
        let any = Kind::ALL.into_iter().map(|kind| {
            let own = inferred.iter().find(|(inferred, _)| *inferred == kind);
            own.map_or_else(|| kind.any(), |(_, ty)| ty.clone())
        });
        Own::Inferred { any: union(any.collect()), kinds }
    }

    fn read_kinds(&mut self, kinds: &[Kind], schema: &'a JsonObject) -> Type {
        union(kinds.iter().map(|kind| self.read_kind(*kind, schema)).collect())
    }

    fn read_kind(&mut self, kind: Kind, schema: &'a JsonObject) -> Type {
        match kind {
            Kind::Array => self.read_array(schema),
            Kind::Object => self.read_object(schema),
            kind => kind.any(),
        }
    }

    fn admits_all_kinds(&self, ty: &Type) -> bool {
        let Type::Union(parts) = ty else { return false };
        let admitted: Vec<Kind> = parts.iter().filter_map(|part| Kind::of(self.combiner.resolve(part))).collect();
        Kind::ALL.iter().all(|kind| admitted.contains(kind))
    }
}

/// What a schema's own keywords say.
enum Own {
    Stated(Type),
    /// Nothing of kinds. `kinds`: as if of those that the keywords are about; `any`: of every kind.
    Inferred {
        kinds: Type,
        any: Type,
    },
}

/// Whether a property may be known to some values only, by what the schema says of the value itself.
fn is_conditional(root: &JsonObject, schema: &JsonObject, depth: usize) -> bool {
    let is_so = |schema: &Value| schema.as_object().is_some_and(|schema| is_conditional(root, schema, depth + 1));
    let referred = schema.get("$ref").and_then(Value::as_str).and_then(|reference| resolve(root, reference)?.1);
    let all = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    depth == MAX_CHOICES
        || CONDITIONAL.iter().any(|key| schema.contains_key(*key))
        || referred.into_iter().chain(all).any(is_so)
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// The type of exactly one value.
fn literal(value: &Value) -> Type {
    match value {
        Value::Null => Type::Null,
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Type::Literal(value.clone()),
        Value::Array(values) => {
            Type::Array(Array { items: values.iter().map(literal).collect(), required: values.len(), rest: None })
        }
        Value::Object(values) => Type::Object(Object {
            properties: values
                .iter()
                .map(|(name, value)| Property { ty: literal(value), required: true, ..Property::absent(name) })
                .collect(),
            patterns: Vec::new(),
            rest: Rest::Closed,
        }),
    }
}
