//! Composes the definition of one catalogue tool: name, description and input schema of about a given size.

use serde_json::{Value, json};

use super::{
    super::draw::{Draw, Stream},
    vocabulary::{ATTRIBUTES, Action, Attribute, Domain, Effect, Form, NOTES, Use},
};
use crate::tool::JsonObject;

/// How many bytes of such text make a token, on average; measured over the catalogue.
const BYTES_PER_TOKEN: f64 = 4.8;

pub(super) struct Composed {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) schema: JsonObject,
}

/// The definition of an action, of about `tokens` tokens. `place` tells the tools of the catalogue apart.
pub(super) fn definition(domain: &Domain, action: &Action, place: usize, tokens: f64) -> Composed {
    // The catalogue is the same for every seed: a scenario's definitions must not depend on its data.
    let mut draw = Draw::new(0, Stream::Catalogue, place as u64);
    let bytes = (tokens * BYTES_PER_TOKEN) as usize;
    let name = format!("{}_{}", action.verb, action.noun);
    let mut description = format!("{}.", action.summary);
    let mut rules = domain.rules.to_vec();
    draw.shuffle(&mut rules);
    for rule in rules {
        if description.len() + rule.len() > bytes / 3 {
            break;
        }
        description.push(' ');
        description.push_str(rule);
    }

    let mut properties = JsonObject::new();
    let first = format!("{}_id", action.entity);
    let text = format!("Identifier of the {}", spoken(action.entity));
    properties.insert(first.clone(), json!({ "type": "string", "description": text }));
    let frame =
        json!({ "type": "object", "properties": properties, "required": [first], "additionalProperties": false });
    let mut size = name.len() + description.len() + frame.to_string().len();

    let mut entities = domain.entities.to_vec();
    draw.shuffle(&mut entities);
    // What the tool is about comes first.
    entities.sort_by_key(|entity| *entity != action.entity);
    let unused = if action.effect == Effect::Read { Use::Writes } else { Use::Reads };
    // Large definitions nest an object for each entity, as real ones do; small ones stay flat.
    let nested = bytes > 6_000;
    'entities: for entity in entities {
        let mut attributes: Vec<&Attribute> = ATTRIBUTES.iter().filter(|attribute| attribute.used != unused).collect();
        draw.shuffle(&mut attributes);
        let mut group = JsonObject::new();
        for attribute in attributes {
            let property = property(entity, attribute, &mut draw);
            let name = if nested { attribute.name.to_owned() } else { format!("{entity}_{}", attribute.name) };
            let added = name.len() + property.to_string().len() + 4;
            if size + added / 2 > bytes {
                insert_group(&mut properties, entity, group, nested);
                break 'entities;
            }
            size += added;
            group.insert(name, property);
        }
        size += if nested { 80 } else { 0 };
        insert_group(&mut properties, entity, group, nested);
    }

    let schema =
        json!({ "type": "object", "properties": properties, "required": [first], "additionalProperties": false });
    let Value::Object(schema) = schema else { unreachable!("an object literal is an object") };
    Composed { title: action.summary.to_owned(), name, description, schema }
}

/// Adds the properties of one entity: as they are, or as one object.
fn insert_group(properties: &mut JsonObject, entity: &str, group: JsonObject, nested: bool) {
    if !nested {
        for (name, property) in group {
            properties.entry(name).or_insert(property);
        }
    } else if !group.is_empty() {
        let text = format!("The {} and its settings", spoken(entity));
        properties.insert(entity.to_owned(), json!({ "type": "object", "description": text, "properties": group }));
    }
}

/// An entity's name in a sentence.
fn spoken(entity: &str) -> String {
    entity.replace('_', " ")
}

fn property(entity: &str, attribute: &Attribute, draw: &mut Draw) -> Value {
    let mut description = attribute.text.replace("{}", &spoken(entity));
    if draw.percent(45) {
        description.push(' ');
        description.push_str(draw.pick(NOTES));
    }
    match attribute.form {
        Form::Text => json!({ "type": "string", "description": description }),
        Form::Time => json!({ "type": "string", "format": "date-time", "description": description }),
        Form::Flag => json!({ "type": "boolean", "description": description }),
        Form::Count { maximum } => {
            json!({ "type": "integer", "minimum": 0, "maximum": maximum, "description": description })
        }
        Form::Choice(choices) => json!({ "type": "string", "enum": choices, "description": description }),
        Form::Texts => json!({ "type": "array", "items": { "type": "string" }, "description": description }),
        Form::Pairs => json!({
            "type": "object", "additionalProperties": { "type": "string" }, "description": description
        }),
    }
}
