//! Unions and intersections of types, in their plainest equivalent form.
//!
//! In: the parts. Out: one type, flat, without repetitions and without parts that another part makes redundant.

use serde_json::Value;

use crate::codegen::schema::{Object, Property, Rest, Type};

/// A type that admits what any of the parts admits.
pub fn union(parts: Vec<Type>) -> Type {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Type::Unknown => return Type::Unknown,
            Type::Never => {}
            Type::Union(parts) => flat.extend(parts),
            part => flat.push(part),
        }
    }
    let mut alternatives: Vec<Type> = Vec::with_capacity(flat.len());
    for part in &flat {
        let is_redundant = matches!(part, Type::Literal(value) if flat.contains(&kind(value)));
        if !is_redundant && !alternatives.contains(part) {
            alternatives.push(part.clone());
        }
    }
    single(alternatives, Type::Never, Type::Union)
}

/// A type that admits what all of the parts admit, or more where TypeScript could not say it plainly.
pub fn intersection(parts: Vec<Type>) -> Type {
    let mut flat: Vec<Type> = Vec::new();
    for part in parts {
        match part {
            Type::Never => return Type::Never,
            Type::Unknown => {}
            Type::Intersection(parts) => flat.extend(parts),
            part if flat.contains(&part) => {}
            part => flat.push(part),
        }
    }
    let kept: Vec<Type> =
        (0..flat.len()).filter(|&index| !is_implied(&flat, index)).map(|index| flat[index].clone()).collect();
    let mut all: Vec<Type> = Vec::with_capacity(kept.len());
    for part in kept {
        match (all.last_mut(), part) {
            (Some(Type::Object(left)), Type::Object(right)) if are_disjoint(left, &right) => merge(left, right),
            (_, part) => all.push(part),
        }
    }
    single(all, Type::Unknown, Type::Intersection)
}

fn single(mut parts: Vec<Type>, none: Type, many: fn(Vec<Type>) -> Type) -> Type {
    match parts.len() {
        0 => none,
        1 => parts.remove(0),
        _ => many(parts),
    }
}

/// Whether every value of the type is an object.
pub fn is_object(ty: &Type) -> bool {
    match ty {
        Type::Object(_) => true,
        Type::Union(parts) => parts.iter().all(is_object),
        Type::Intersection(parts) => parts.iter().any(is_object),
        _ => false,
    }
}

/// Whether the other parts say all that this part says: a primitive beside its own literals, any object beside an
/// object. Of two parts that imply each other, only the later is implied.
fn is_implied(parts: &[Type], index: usize) -> bool {
    let others = || parts.iter().enumerate().filter(move |(other, _)| *other != index);
    match &parts[index] {
        part if is_empty(part) => others().any(|(other, ty)| is_object(ty) && (!is_empty(ty) || other < index)),
        primitive @ (Type::Null | Type::Boolean | Type::Number | Type::String) => {
            others().any(|(_, ty)| is_within(ty, primitive))
        }
        _ => false,
    }
}

fn is_empty(ty: &Type) -> bool {
    matches!(ty, Type::Object(object) if object.properties.is_empty() && !matches!(object.rest, Rest::Open(_)))
}

fn is_within(ty: &Type, primitive: &Type) -> bool {
    match ty {
        Type::Literal(value) => kind(value) == *primitive,
        Type::Union(parts) => parts.iter().all(|part| part == primitive || is_within(part, primitive)),
        _ => false,
    }
}

fn kind(value: &Value) -> Type {
    match value {
        Value::String(_) => Type::String,
        Value::Number(_) => Type::Number,
        Value::Bool(_) => Type::Boolean,
        _ => Type::Never,
    }
}

fn are_disjoint(left: &Object, right: &Object) -> bool {
    let has = |property: &Property| right.properties.iter().any(|other| other.name == property.name);
    let is_plain = |object: &Object| !matches!(object.rest, Rest::Open(_));
    is_plain(left) && is_plain(right) && !left.properties.iter().any(has)
}

/// A closed part does not close the whole: what the other part names is plainly meant to be there.
fn merge(left: &mut Object, right: Object) {
    left.properties.extend(right.properties);
    if right.rest == Rest::Unsaid {
        left.rest = Rest::Unsaid;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unions_are_flat_and_plain() {
        let a = Type::Literal(json!("a"));
        for (parts, expected) in [
            (vec![], Type::Never),
            (vec![Type::Never, Type::Null], Type::Null),
            (vec![Type::Null, Type::Unknown], Type::Unknown),
            (vec![a.clone(), Type::String], Type::String),
            (vec![a.clone(), a.clone()], a.clone()),
            (
                vec![Type::Union(vec![Type::Null, Type::String]), Type::Number, Type::Null],
                Type::Union(vec![Type::Null, Type::String, Type::Number]),
            ),
        ] {
            assert_eq!(union(parts.clone()), expected, "{parts:?}");
        }
    }

    #[test]
    fn intersections_drop_what_is_implied() {
        let a = Type::Literal(json!("a"));
        let any = || Type::Object(Object::any());
        let literals = Type::Union(vec![a.clone(), Type::Literal(json!("b"))]);
        let map = Type::Object(Object { properties: vec![], rest: Rest::Open(Box::new(Type::Number)) });
        for (parts, expected) in [
            (vec![], Type::Unknown),
            (vec![Type::Unknown, Type::Null], Type::Null),
            (vec![Type::Never, Type::Null], Type::Never),
            (vec![Type::String, a.clone()], a.clone()),
            (vec![Type::String, literals.clone()], literals.clone()),
            (vec![Type::Number, literals.clone()], Type::Intersection(vec![Type::Number, literals.clone()])),
            (vec![any(), any()], any()),
            (vec![any(), map.clone()], map.clone()),
            (
                vec![Type::Object(Object { properties: vec![], rest: Rest::Closed }), any()],
                Type::Object(Object { properties: vec![], rest: Rest::Closed }),
            ),
        ] {
            assert_eq!(intersection(parts.clone()), expected, "{parts:?}");
        }
    }
}
