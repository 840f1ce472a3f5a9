//! What a tool's output is: by its schema, or else by what has been observed of its results.

use crate::{
    codegen::{
        combine::union,
        read::read_output,
        types::{Document, Object, Property, Rest, Type},
    },
    observations::{Kind, Observation, Shape},
    tool::ToolDef,
};

/// The type of a tool's output. Observations count only where the server declares nothing.
pub fn output(def: &ToolDef, observation: Option<&Observation>) -> Document {
    match (&def.output_schema, observation) {
        (Some(schema), _) => read_output(schema),
        (None, Some(observation)) => {
            Document { root: seen(observation.shape()), observed: Some(observation.samples()), ..Document::unknown() }
        }
        (None, None) => Document::unknown(),
    }
}

/// The type of values of a shape. Of what has not been seen, nothing is known.
fn seen(shape: &Shape) -> Type {
    if shape.is_unknown() {
        return Type::Unknown;
    }
    let kinds: Vec<Type> = shape
        .kinds()
        .map(|(kind, _)| match kind {
            Kind::Null => Type::Null,
            Kind::Boolean => Type::Boolean,
            Kind::Number => Type::Number,
            Kind::String => Type::String,
            Kind::Array => Type::array_of(shape.element().map_or(Type::Unknown, seen)),
            Kind::Object => Type::Object(seen_object(shape)),
        })
        .collect();
    if kinds.is_empty() { Type::Unknown } else { union(kinds) }
}

fn seen_object(shape: &Shape) -> Object {
    if let Some(member) = shape.as_map() {
        return Object { rest: Rest::Open(Box::new(seen(member))), ..Object::any() };
    }
    let properties =
        shape.fields().map(|(name, field, required)| Property { ty: seen(field), required, ..Property::absent(name) });
    Object { properties: properties.collect(), ..Object::any() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::{
        codegen::inline::{Inline, inline},
        observations::{Fingerprint, Observations},
        tool::{JsonObject, ToolId},
    };

    #[test]
    fn observations_stand_in_for_a_schema() {
        let mut def: ToolDef = serde_json::from_value(json!({"name": "get"})).unwrap();
        let id = ToolId::new("s", "get");
        let mut observations = Observations::default();
        for result in [
            json!({"id": 1, "tags": ["a"], "owner": {"login": "x"}, "note": null}),
            json!({"id": 2, "tags": [], "counts": {"2026-01-01": 3}, "note": "y"}),
        ] {
            observations.record(id.clone(), Fingerprint::of(&def), Shape::of(&result.to_string()).unwrap());
        }
        let document = output(&def, observations.get(&id, &def));
        let expected =
            "{ counts?:Record<string, number>; id:number; note:null|string; owner?:{ login:string }; tags:string[] }";
        assert_eq!(inline(&document, &Inline::WHOLE), expected);
        assert_eq!(document.observed, Some(2));

        def.output_schema = Some(Arc::new(JsonObject::new()));
        assert_eq!(output(&def, observations.get(&id, &def)).observed, None);
    }
}
