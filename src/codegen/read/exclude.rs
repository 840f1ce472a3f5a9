//! `not`, and the exclusive half of `oneOf`: the values that are taken out, as far as TypeScript can say so.

use serde_json::Value;

use super::{Kind, Reader, literal};
use crate::codegen::{
    combine::union,
    types::{Object, Property, Type},
};

/// Keywords that say nothing of a value.
const ANNOTATIONS: [&str; 7] = ["title", "description", "default", "examples", "deprecated", "$comment", "type"];

/// Longer lists of excluded values are passed over.
const MAX_EXCLUDED: usize = 256;
/// What excludes several properties at once is written out up to so many alternatives.
const MAX_ALTERNATIVES: usize = 64;

impl Reader<'_> {
    /// The type without the values that a schema admits, where they can be told apart.
    pub(super) fn exclude(&self, ty: Type, excluded: &Value) -> Type {
        let schema = match excluded {
            Value::Bool(true) => return Type::Never,
            Value::Object(schema) => schema,
            _ => return ty,
        };
        let mut keys = schema.iter().filter(|(key, _)| !ANNOTATIONS[..6].contains(&key.as_str()));
        let (only, rest) = (keys.next(), keys.next());
        match (only, rest) {
            (None, _) => Type::Never,
            (Some((key, kinds)), None) if key == "type" => self.without_kinds(ty, kinds),
            (Some((key, Value::Array(branches))), None) if key == "anyOf" => {
                branches.iter().fold(ty, |ty, branch| self.exclude(ty, branch))
            }
            (Some((key, value)), None) if key == "const" => self.without_literals(ty, std::slice::from_ref(value)),
            (Some((key, Value::Array(values))), None) if key == "enum" => self.without_literals(ty, values),
            _ => match required_alone(excluded) {
                Some(names) => self.without_all(ty, &names),
                None => ty,
            },
        }
    }

    fn without_kinds(&self, ty: Type, kinds: &Value) -> Type {
        let names: Vec<&str> = match kinds {
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            name => name.as_str().into_iter().collect(),
        };
        // Integers are some of the numbers only.
        let kinds: Vec<Kind> =
            names.iter().filter(|name| **name != "integer").filter_map(|name| Kind::named(name)).collect();
        let left = Kind::ALL.into_iter().filter(|kind| !kinds.contains(kind)).map(Kind::any).collect();
        self.combiner.intersect(ty, union(left))
    }

    fn without_literals(&self, ty: Type, values: &[Value]) -> Type {
        if values.len() > MAX_EXCLUDED {
            return ty;
        }
        let excluded: Vec<Type> = values.iter().map(literal).collect();
        match self.combiner.resolve(&ty) {
            Type::Union(parts) => union(parts.iter().filter(|part| !excluded.contains(part)).cloned().collect()),
            Type::Boolean => {
                let both = [true, false].map(|value| Type::Literal(value.into()));
                let left = both.into_iter().filter(|value| !excluded.contains(value)).collect::<Vec<_>>();
                if left.len() == 2 { ty } else { union(left) }
            }
            part if excluded.contains(part) => Type::Never,
            _ => ty,
        }
    }

    /// The type without the objects that have all of some properties: one or the other must be absent.
    fn without_all(&self, ty: Type, names: &[&str]) -> Type {
        if names.is_empty() {
            // Objects have them all, and nothing else has.
            return self.without_kinds(ty, &Value::from("object"));
        }
        if names.len() * alternatives(&ty) > MAX_ALTERNATIVES {
            return ty;
        }
        union(names.iter().map(|name| self.without_property(ty.clone(), name)).collect())
    }

    /// The type without the objects that have a property.
    fn without_property(&self, ty: Type, name: &str) -> Type {
        match &ty {
            Type::Union(parts) => union(parts.iter().map(|part| self.without_property(part.clone(), name)).collect()),
            _ if self.combiner.is_object(&ty) => {
                let absent = Object { properties: vec![Property::absent(name)], ..Object::any() };
                self.combiner.intersect(ty, Type::Object(absent))
            }
            _ => ty,
        }
    }

    /// Of alternatives that exclude each other, each without what those that say nothing but `required` require.
    pub(super) fn exclude_each_other(&self, types: Vec<Type>, branches: &[Value]) -> Vec<Type> {
        let required: Vec<Option<Vec<&str>>> = branches.iter().map(required_alone).collect();
        let own = |branch: &Value| -> Vec<String> {
            let names = branch.get("required").and_then(Value::as_array);
            names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        types
            .into_iter()
            .enumerate()
            .map(|(place, ty)| {
                let own = own(&branches[place]);
                let others = required.iter().enumerate().filter(|(other, _)| *other != place);
                others.filter_map(|(_, names)| names.as_ref()).fold(ty, |ty, names| {
                    // Where nothing is missing, the other admits whatever object this does, which leaves none.
                    let missing: Vec<&str> =
                        names.iter().copied().filter(|name| !own.iter().any(|own| own == name)).collect();
                    self.without_all(ty, &missing)
                })
            })
            .collect()
    }
}

fn alternatives(ty: &Type) -> usize {
    if let Type::Union(parts) = ty { parts.len() } else { 1 }
}

/// The names that a schema requires, if it says nothing else.
fn required_alone(schema: &Value) -> Option<Vec<&str>> {
    let schema = schema.as_object()?;
    let names = schema.get("required")?.as_array()?.iter().filter_map(Value::as_str).collect();
    let says_more = schema.keys().any(|key| key != "required" && !ANNOTATIONS.contains(&key.as_str()))
        || schema.get("type").is_some_and(|kind| kind != "object");
    (!says_more).then_some(names)
}
