//! The algebra of types: unions, intersections and what is left when some values are taken out.
//!
//! In: types, and the definitions that they name. Out: one type, as plain as it can be said. Where TypeScript has no words for
//! the exact result, it is wider, never narrower: what the schema admits is admitted.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
};

use serde_json::Value;

use crate::codegen::{
    pattern::Pattern,
    types::{Array, Object, Property, Rest, Type},
};

/// Names within names are looked into up to this depth, which ends the intersection of recursive types.
const MAX_DEPTH: usize = 8;
/// An intersection of unions is written out up to so many pairs.
const MAX_PAIRS: usize = 256;
/// So many parts of a union or an intersection are compared with each other.
const MAX_COMPARED: usize = 64;
/// The types that all intersections of one schema may write out. Beyond, TypeScript's own `&` stands instead.
const MAX_WRITTEN_OUT: usize = 50_000;

/// The definitions of a schema while it is being read, and how much may still be written out.
pub struct Combiner {
    /// A definition that is being read is `None`.
    pub definitions: Vec<Option<Type>>,
    left: Cell<usize>,
}

impl Combiner {
    pub fn new() -> Self {
        Self { definitions: Vec::new(), left: Cell::new(MAX_WRITTEN_OUT) }
    }

    /// What a name stands for, if that is known by now; any other type is itself.
    pub fn resolve<'a>(&'a self, mut ty: &'a Type) -> &'a Type {
        while let Type::Named(place) = ty
            && let Some(definition) = &self.definitions[*place]
        {
            ty = definition;
        }
        ty
    }

    fn may_write_out(&self, types: usize) -> bool {
        let left = self.left.get().checked_sub(types);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// A type that admits what both admit.
    pub fn intersect(&self, left: Type, right: Type) -> Type {
        self.intersect_at(left, right, 0)
    }

    fn intersect_at(&self, left: Type, right: Type, depth: usize) -> Type {
        match (left, right) {
            (Type::Never, _) | (_, Type::Never) => Type::Never,
            (Type::Unknown, other) | (other, Type::Unknown) => other,
            (left, right) if left == right => left,
            (Type::Union(parts), other) => self.intersect_unions(parts, alternatives(other), depth),
            (other, Type::Union(parts)) => self.intersect_unions(vec![other], parts, depth),
            (Type::Named(place), other) | (other, Type::Named(place)) => match &self.definitions[place] {
                Some(definition) if depth < MAX_DEPTH && self.may_write_out(definition.size()) => {
                    self.intersect_at(definition.clone(), other, depth + 1)
                }
                _ => both(Type::Named(place), other),
            },
            (all @ Type::Intersection(_), one) | (one, all @ Type::Intersection(_)) => {
                let is_other_kind = !matches!(one, Type::Object(_) | Type::Intersection(_)) && self.is_object(&all);
                if is_other_kind { Type::Never } else { both(all, one) }
            }
            (Type::Array(left), Type::Array(right)) => self.intersect_arrays(&left, &right, depth),
            (Type::Object(left), Type::Object(right)) => self.intersect_objects(left, right, depth),
            (Type::Literal(left), Type::Literal(right)) if is_equal(&left, &right) => Type::Literal(left),
            (literal @ Type::Literal(_), kind) | (kind, literal @ Type::Literal(_)) if kind_of(&literal) == kind => {
                literal
            }
            _ => Type::Never,
        }
    }

    fn intersect_unions(&self, lefts: Vec<Type>, rights: Vec<Type>, depth: usize) -> Type {
        // Long lists of literals meet by look-up instead of pair by pair.
        if lefts.iter().chain(&rights).all(|part| matches!(part, Type::Literal(_))) {
            let allowed: HashSet<String> = rights.iter().map(literal_key).collect();
            return union(lefts.into_iter().filter(|part| allowed.contains(&literal_key(part))).collect());
        }
        let are_many = lefts.len().min(rights.len()) > 1 && lefts.len() * rights.len() > MAX_PAIRS;
        if are_many || !self.may_write_out(lefts.len().max(rights.len())) {
            return both(union(lefts), union(rights));
        }
        let mut pairs = Vec::new();
        for left in &lefts {
            pairs.extend(rights.iter().map(|right| self.intersect_at(left.clone(), right.clone(), depth)));
        }
        union(pairs)
    }

    fn intersect_arrays(&self, left: &Array, right: &Array, depth: usize) -> Type {
        let required = left.required.max(right.required);
        let mut items = Vec::new();
        for position in 0..left.items.len().max(right.items.len()) {
            let (Some(left), Some(right)) = (left.item(position), right.item(position)) else { break };
            match self.intersect_at(left.clone(), right.clone(), depth + 1) {
                // An item that cannot be there ends the array.
                Type::Never => {
                    return if position < required { Type::Never } else { tuple(items, required, None) };
                }
                item => items.push(item),
            }
        }
        let rest = match (left.item(items.len()), right.item(items.len())) {
            (Some(left), Some(right)) => match self.intersect_at(left.clone(), right.clone(), depth + 1) {
                Type::Never => None,
                rest => Some(Box::new(rest)),
            },
            _ => None,
        };
        tuple(items, required, rest)
    }

    fn intersect_objects(&self, left: Object, right: Object, depth: usize) -> Type {
        let size = left.properties.len() + right.properties.len();
        if depth >= MAX_DEPTH || !self.may_write_out(size) {
            return both(Type::Object(left), Type::Object(right));
        }
        let mut properties: Vec<Property> = Vec::with_capacity(size);
        let of_right: HashMap<&str, &Property> =
            right.properties.iter().map(|property| (&*property.name, property)).collect();
        for property in &left.properties {
            let merged = match of_right.get(&*property.name) {
                Some(other) => self.merge(property, other, depth),
                None => self.narrow(property.clone(), &right, depth),
            };
            properties.push(merged);
        }
        let of_left: HashSet<&str> = left.properties.iter().map(|property| &*property.name).collect();
        for property in right.properties.iter().filter(|property| !of_left.contains(&*property.name)) {
            properties.push(self.narrow(property.clone(), &left, depth));
        }
        if properties.iter().any(|property| property.required && property.ty == Type::Never) {
            return Type::Never;
        }
        let rest = match (&left.rest, &right.rest) {
            (Rest::Closed, _) | (_, Rest::Closed) => Rest::Closed,
            (Rest::Open(left), Rest::Open(right)) => {
                Rest::Open(Box::new(self.intersect_at((**left).clone(), (**right).clone(), depth + 1)))
            }
            (Rest::Unsaid, rest) | (rest, Rest::Unsaid) => rest.clone(),
        };
        if rest == Rest::Closed {
            // Whatever is not named is absent already.
            properties.retain(|property| !property.is_absent());
        }
        let mut patterns: Vec<(Pattern, Type)> = Vec::new();
        for (own, other) in [(&left, &right), (&right, &left)] {
            for (pattern, ty) in &own.patterns {
                let merged = match (patterns.iter_mut().find(|(known, _)| known == pattern), &other.rest) {
                    (Some((_, known)), _) => {
                        *known = self.intersect_at(known.clone(), ty.clone(), depth + 1);
                        continue;
                    }
                    (None, _) if !other.patterns.is_empty() => ty.clone(),
                    (None, Rest::Unsaid) => ty.clone(),
                    // What the other side has no pattern for is of its rest.
                    (None, Rest::Open(rest)) => self.intersect_at(ty.clone(), (**rest).clone(), depth + 1),
                    (None, Rest::Closed) => continue,
                };
                patterns.push((pattern.clone(), merged));
            }
        }
        Type::Object(Object { properties, patterns, rest })
    }

    /// What two entries of one property leave of it.
    fn merge(&self, left: &Property, right: &Property, depth: usize) -> Property {
        let mut constraints = left.constraints.clone();
        constraints.extend(right.constraints.iter().filter(|phrase| !left.constraints.contains(phrase)).cloned());
        Property {
            name: left.name.clone(),
            ty: self.intersect_at(left.ty.clone(), right.ty.clone(), depth + 1),
            required: left.required || right.required,
            description: left.description.clone().or_else(|| right.description.clone()),
            constraints,
        }
    }

    /// What an object that does not name a property leaves of it.
    fn narrow(&self, mut property: Property, by: &Object, depth: usize) -> Property {
        property.ty = self.implied(by, &property.name, property.ty, depth);
        property
    }

    /// What is left of a type for a property that an object has no entry for.
    fn implied(&self, object: &Object, name: &str, mut ty: Type, depth: usize) -> Type {
        for (_, pattern) in object.patterns.iter().filter(|(pattern, _)| pattern.certainly_matches(name)) {
            ty = self.intersect_at(ty, pattern.clone(), depth + 1);
        }
        if object.patterns.iter().any(|(pattern, _)| pattern.may_match(name)) {
            return ty;
        }
        match &object.rest {
            Rest::Unsaid => ty,
            Rest::Closed => Type::Never,
            Rest::Open(rest) => self.intersect_at(ty, (**rest).clone(), depth + 1),
        }
    }

    /// The object as its own patterns leave it: named properties that match one are of its type, too, and one that is required
    /// without a schema of its own is of the type of the rest.
    pub fn settled(&self, mut object: Object, unnamed: Vec<String>) -> Type {
        let patterns = Object { patterns: object.patterns.clone(), ..Object::any() };
        let mut is_any_matched = false;
        for property in &mut object.properties {
            let ty = std::mem::replace(&mut property.ty, Type::Never);
            property.ty = self.implied(&patterns, &property.name, ty, 0);
        }
        for (pattern, ty) in std::mem::take(&mut object.patterns) {
            match pattern {
                // A pattern that all names match leaves nothing for the rest.
                Pattern::Any => {
                    let rest = match object.rest {
                        Rest::Open(rest) if is_any_matched => self.intersect(*rest, ty),
                        _ => ty,
                    };
                    (object.rest, is_any_matched) = (Rest::Open(Box::new(rest)), true);
                }
                Pattern::Exact(name) if object.property(&name).is_some() => {}
                Pattern::Exact(name) => {
                    let ty = self.implied(&patterns, &name, ty, 0);
                    object.properties.push(Property { ty, ..Property::absent(&name) });
                }
                pattern => object.patterns.push((pattern, ty)),
            }
        }
        let known: HashMap<String, usize> =
            object.properties.iter().enumerate().map(|(place, property)| (property.name.clone(), place)).collect();
        for name in unnamed {
            if let Some(place) = known.get(&name) {
                object.properties[*place].required = true;
                continue;
            }
            let ty = self.implied(&object, &name, Type::Unknown, 0);
            object.properties.push(Property { ty, required: true, ..Property::absent(&name) });
        }
        if object.properties.iter().any(|property| property.required && property.ty == Type::Never) {
            return Type::Never;
        }
        if object.rest == Rest::Closed && object.patterns.is_empty() {
            object.properties.retain(|property| !property.is_absent());
        }
        Type::Object(object)
    }

    /// Whether every value of the type is an object, as far as is known.
    pub fn is_object(&self, ty: &Type) -> bool {
        self.is_object_at(ty, 0)
    }

    fn is_object_at(&self, ty: &Type, depth: usize) -> bool {
        match self.resolve(ty) {
            Type::Object(_) => true,
            _ if depth == MAX_DEPTH => false,
            Type::Union(parts) => parts.iter().all(|part| self.is_object_at(part, depth + 1)),
            Type::Intersection(parts) => parts.iter().any(|part| self.is_object_at(part, depth + 1)),
            _ => false,
        }
    }
}

fn alternatives(ty: Type) -> Vec<Type> {
    match ty {
        Type::Union(parts) => parts,
        ty => vec![ty],
    }
}

/// A type that admits what any of the parts admits.
pub fn union(parts: Vec<Type>) -> Type {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Type::Unknown => return Type::Unknown,
            Type::Never => {}
            Type::Union(parts) => flat.extend(parts),
            part => flat.push(part),
        }
    }
    let mut kinds: Vec<Type> = Vec::new();
    for part in flat.iter().filter(|part| is_primitive(part)) {
        if !kinds.contains(part) {
            kinds.push(part.clone());
        }
    }
    let mut compared = 0;
    let mut literals = HashSet::new();
    let mut alternatives: Vec<Type> = Vec::with_capacity(flat.len());
    for part in flat {
        let is_new = match &part {
            Type::Literal(_) => !kinds.contains(&kind_of(&part)) && literals.insert(literal_key(&part)),
            // Repetitions do no harm, and to find each among thousands would take long.
            part => {
                compared += 1;
                compared > MAX_COMPARED || !alternatives.contains(part)
            }
        };
        if is_new {
            alternatives.push(part);
        }
    }
    match alternatives.len() {
        0 => Type::Never,
        1 => alternatives.remove(0),
        _ => Type::Union(alternatives),
    }
}

/// An array type whose required items are all among those that have a place.
pub fn tuple(mut items: Vec<Type>, required: usize, rest: Option<Box<Type>>) -> Type {
    /// Longer arrays are not written out item by item.
    const WRITTEN_OUT: usize = 16;
    if required > items.len() {
        match &rest {
            None => return Type::Never,
            Some(rest) if required <= WRITTEN_OUT && !items.is_empty() => items.resize(required, (**rest).clone()),
            Some(_) => {}
        }
    }
    let required = required.min(items.len());
    Type::Array(Array { items, required, rest })
}

/// Both at once, in TypeScript's own words.
fn both(left: Type, right: Type) -> Type {
    let parts = |ty| if let Type::Intersection(parts) = ty { parts } else { vec![ty] };
    let mut all = parts(left);
    for part in parts(right) {
        // What does not fit in any more makes the type wider.
        if all.len() < MAX_COMPARED && !all.contains(&part) {
            all.push(part);
        }
    }
    if all.len() == 1 { all.remove(0) } else { Type::Intersection(all) }
}

fn is_primitive(ty: &Type) -> bool {
    matches!(ty, Type::Null | Type::Boolean | Type::Number | Type::String)
}

/// The primitive type that a literal is of; any other type is of none.
pub fn kind_of(ty: &Type) -> Type {
    match ty {
        Type::Literal(Value::String(_)) => Type::String,
        Type::Literal(Value::Number(_)) => Type::Number,
        Type::Literal(Value::Bool(_)) => Type::Boolean,
        _ => Type::Never,
    }
}

/// JSON Schema and TypeScript agree that 1 and 1.0 are one number.
fn is_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

fn literal_key(ty: &Type) -> String {
    match ty {
        Type::Literal(Value::Number(number)) => number.as_f64().unwrap_or(f64::NAN).to_string(),
        Type::Literal(value) => value.to_string(),
        _ => String::new(),
    }
}
