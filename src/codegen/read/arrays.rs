//! Arrays and tuples.

use serde_json::Value;

use super::Reader;
use crate::{
    codegen::{
        combine::tuple,
        types::{Array, Type},
    },
    tool::JsonObject,
};

/// An array of exactly so many items or fewer is written out item by item.
const WRITTEN_OUT: usize = 8;

/// Whether no other keyword of the schema can say anything of items.
fn is_alone(schema: &JsonObject) -> bool {
    let others = ["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "contains", "dependentSchemas"];
    !others.iter().any(|key| schema.contains_key(*key))
}

impl<'a> Reader<'a> {
    pub(super) fn read_array(&mut self, schema: &'a JsonObject) -> Type {
        // A list of schemas under `items` is what the older drafts call a tuple.
        let (positional, others, others_key) = match (schema.get("prefixItems"), schema.get("items")) {
            (Some(Value::Array(prefix)), items) => (Some(("prefixItems", prefix)), items, "items"),
            (Some(_), items) => {
                self.warn("`prefixItems` is not a list of schemas");
                (None, items, "items")
            }
            (None, Some(Value::Array(items))) => {
                (Some(("items", items)), schema.get("additionalItems"), "additionalItems")
            }
            (None, items) => (None, items, "items"),
        };
        let mut items = Vec::new();
        let mut is_open = true;
        if let Some((key, schemas)) = positional {
            for (place, schema) in schemas.iter().enumerate() {
                match self.read_within(&[key, &place.to_string()], schema) {
                    // An item that cannot be there ends the array.
                    Type::Never => {
                        is_open = false;
                        break;
                    }
                    item => items.push(item),
                }
            }
        }
        let rest = match others {
            _ if !is_open => Type::Never,
            Some(schema) => self.read_within(&[others_key], schema),
            None if schema.get("unevaluatedItems") == Some(&Value::Bool(false)) && is_alone(schema) => Type::Never,
            None => Type::Unknown,
        };
        let mut rest = (rest != Type::Never).then(|| Box::new(rest));

        let length = |key: &str| schema.get(key).and_then(Value::as_f64).map(|length| length as usize);
        let (least, most) = (length("minItems").unwrap_or(0), length("maxItems"));
        if let Some(most) = most {
            if most <= items.len() {
                items.truncate(most);
                rest = None;
            } else if most <= WRITTEN_OUT
                && (least == most || !items.is_empty())
                && let Some(item) = rest.take()
            {
                items.resize(most, *item);
            }
            if least > most {
                return Type::Never;
            }
        }
        match (items.is_empty(), rest) {
            // How many there must be at least, TypeScript could say, but not of an array that a program has computed.
            (true, rest @ Some(_)) => Type::Array(Array { items, required: 0, rest }),
            (_, rest) => tuple(items, least, rest),
        }
    }
}
