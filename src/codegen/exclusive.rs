//! Alternatives that are told apart by what they may not have.
//!
//! In: a union. Out: the same, in which a closed object says which properties of the other alternatives it has not. TypeScript
//! lets a value have any property that some alternative knows, unless one property's value tells which alternative is meant.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use crate::codegen::{
    combine::Combiner,
    types::{Object, Property, Rest, Type},
};

/// So many absent properties are said for one union; larger ones stay as TypeScript takes them.
const MAX_ABSENT: usize = 2_000;

pub fn exclusive(ty: Type, combiner: &Combiner) -> Type {
    let Type::Union(parts) = ty else { return ty };
    let objects: Vec<&Object> = parts.iter().filter_map(|part| as_object(part, combiner)).collect();
    let closed = objects.iter().filter(|object| object.rest == Rest::Closed).count();
    if objects.len() < 2 || closed == 0 || is_discriminated(&objects) {
        return Type::Union(parts);
    }
    let names: BTreeSet<String> = objects
        .iter()
        .flat_map(|object| &object.properties)
        .filter(|property| !property.is_absent())
        .map(|property| property.name.clone())
        .collect();
    if names.len() * closed > MAX_ABSENT {
        return Type::Union(parts);
    }
    Type::Union(parts.into_iter().map(|part| without_others(part, &names, combiner)).collect())
}

fn as_object<'a>(ty: &'a Type, combiner: &'a Combiner) -> Option<&'a Object> {
    match combiner.resolve(ty) {
        Type::Object(object) => Some(object),
        _ => None,
    }
}

/// Whether some property is required in all of them, and is a literal that no two share.
fn is_discriminated(objects: &[&Object]) -> bool {
    let is_discriminant = |property: &Property| {
        let mut seen = HashSet::new();
        objects.iter().all(|object| match object.property(&property.name) {
            Some(Property { ty, required: true, .. }) => {
                literals(ty).is_some_and(|values| values.into_iter().all(|value| seen.insert(value.to_string())))
            }
            _ => false,
        })
    };
    objects[0].properties.iter().any(is_discriminant)
}

fn literals(ty: &Type) -> Option<Vec<&Value>> {
    match ty {
        Type::Literal(value) => Some(vec![value]),
        Type::Union(parts) => {
            parts.iter().map(|part| if let Type::Literal(value) = part { Some(value) } else { None }).collect()
        }
        _ => None,
    }
}

fn without_others(part: Type, names: &BTreeSet<String>, combiner: &Combiner) -> Type {
    let Some(object) = as_object(&part, combiner).filter(|object| object.rest == Rest::Closed) else { return part };
    let own: HashSet<&str> = object.properties.iter().map(|property| &*property.name).collect();
    let is_foreign = |name: &&String| {
        !own.contains(name.as_str()) && !object.patterns.iter().any(|(pattern, _)| pattern.may_match(name))
    };
    let absent: Vec<Property> = names.iter().filter(is_foreign).map(|name| Property::absent(name)).collect();
    match part {
        part if absent.is_empty() => part,
        Type::Object(mut object) => {
            object.properties.extend(absent);
            Type::Object(object)
        }
        // Closed, like the other half: to TypeScript, that means that both together are.
        named => Type::Intersection(vec![
            named,
            Type::Object(Object { properties: absent, patterns: Vec::new(), rest: Rest::Closed }),
        ]),
    }
}
