//! Objects.

use std::collections::HashSet;

use serde_json::Value;

use super::{MAX_NODES, Reader, references::resolve};
use crate::{
    codegen::{
        constraints::constraints,
        pattern::Pattern,
        types::{Object, Property, Rest, Type},
    },
    tool::JsonObject,
};

impl<'a> Reader<'a> {
    pub(super) fn read_object(&mut self, schema: &'a JsonObject) -> Type {
        let required: Vec<&str> = match schema.get("required") {
            Some(Value::Array(names)) => {
                // Beyond the limit, a name is as good as optional.
                let room = MAX_NODES.saturating_sub(self.nodes);
                self.nodes += names.len();
                names.iter().filter_map(Value::as_str).take(room).collect()
            }
            // A boolean is what the oldest drafts have in the property itself.
            Some(Value::Bool(_)) | None => Vec::new(),
            Some(_) => {
                self.warn("`required` is not a list of names");
                Vec::new()
            }
        };
        let is_required: HashSet<&str> = required.iter().copied().collect();
        let mut object = Object::any();
        for (name, schema) in self.schemas_by_name(schema, "properties") {
            let ty = self.read_within(&["properties", name], schema);
            object.properties.push(Property {
                name: name.to_owned(),
                ty,
                required: is_required.contains(name),
                description: self.description(schema),
                constraints: constraints(schema),
            });
        }
        for (expression, schema) in self.schemas_by_name(schema, "patternProperties") {
            let ty = self.read_within(&["patternProperties", expression], schema);
            let pattern = Pattern::new(expression);
            match object.patterns.iter_mut().find(|(known, _)| *known == pattern) {
                Some((_, known)) => *known = self.combiner.intersect(std::mem::replace(known, Type::Never), ty),
                None => object.patterns.push((pattern, ty)),
            }
        }
        object.rest = match schema.get("additionalProperties") {
            None => Rest::Unsaid,
            Some(Value::Bool(true)) => Rest::Open(Box::new(Type::Unknown)),
            Some(rest) => match self.read_within(&["additionalProperties"], rest) {
                Type::Never => Rest::Closed,
                rest => Rest::Open(Box::new(rest)),
            },
        };
        if let Some(names) = schema.get("propertyNames") {
            name_only(&mut object, names, &required);
        }
        let mut known: HashSet<&str> = object.properties.iter().map(|property| &*property.name).collect();
        let unnamed = required.iter().filter(|name| known.insert(name)).map(|name| (*name).to_owned()).collect();
        self.combiner.settled(object, unnamed)
    }

    fn schemas_by_name(&mut self, schema: &'a JsonObject, key: &str) -> Vec<(&'a str, &'a Value)> {
        match schema.get(key) {
            Some(Value::Object(schemas)) => schemas.iter().map(|(name, schema)| (name.as_str(), schema)).collect(),
            None => Vec::new(),
            Some(_) => {
                self.warn(format!("`{key}` is not an object"));
                Vec::new()
            }
        }
    }

    /// What the schema says of itself, or what the one that it refers to does.
    fn description(&self, schema: &Value) -> Option<String> {
        let own =
            |schema: &Value| Some(schema.get("description")?.as_str()?.to_owned()).filter(|text| !text.is_empty());
        own(schema).or_else(|| own(resolve(self.root, schema.get("$ref")?.as_str()?)?.1?))
    }
}

/// Leaves an object only names that `propertyNames` allows: those of a list, or those that match a plain pattern.
fn name_only(object: &mut Object, names: &Value, required: &[&str]) {
    let listed = match (names.get("enum"), names.get("const")) {
        (Some(Value::Array(names)), _) => Some(names.iter().collect::<Vec<_>>()),
        (None, Some(name)) => Some(vec![name]),
        _ => None,
    };
    let pattern = names.get("pattern").and_then(Value::as_str).map(Pattern::new);
    if names == &Value::Bool(false) || listed.is_some() {
        let listed: HashSet<&str> = listed.into_iter().flatten().filter_map(Value::as_str).collect();
        for property in object.properties.iter_mut().filter(|property| !listed.contains(&*property.name)) {
            property.ty = Type::Never;
        }
        let known: HashSet<String> = object.properties.iter().map(|property| property.name.clone()).collect();
        let mut listed: Vec<&str> = listed.into_iter().filter(|name| !known.contains(*name)).collect();
        listed.sort_unstable();
        let required: HashSet<&str> = required.iter().copied().collect();
        for name in listed {
            let ty = match (object.patterns.iter().find(|(pattern, _)| pattern.may_match(name)), &object.rest) {
                (Some((pattern, ty)), _) if pattern.certainly_matches(name) => ty.clone(),
                (Some(_), _) | (None, Rest::Unsaid) => Type::Unknown,
                (None, Rest::Open(rest)) => (**rest).clone(),
                (None, Rest::Closed) => continue,
            };
            object.properties.push(Property { ty, required: required.contains(name), ..Property::absent(name) });
        }
        object.patterns.clear();
        object.rest = Rest::Closed;
    } else if let Some(pattern) = pattern.filter(|pattern| !matches!(pattern, Pattern::Any | Pattern::Other(_))) {
        for property in object.properties.iter_mut().filter(|property| !pattern.certainly_matches(&property.name)) {
            property.ty = Type::Never;
        }
        let rest = match std::mem::replace(&mut object.rest, Rest::Closed) {
            Rest::Closed => return,
            Rest::Unsaid => Type::Unknown,
            Rest::Open(rest) => *rest,
        };
        // A name that matches another pattern as well would have to be of both types.
        let ty = if object.patterns.is_empty() { rest } else { Type::Unknown };
        if !object.patterns.iter().any(|(known, _)| *known == pattern) {
            object.patterns.push((pattern, ty));
        }
    }
}
