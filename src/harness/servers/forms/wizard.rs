//! The form `travel-request`: five steps with their fields, and what the seed decides of them.

use serde_json::{Value, json};

use super::super::{draw::Stream, world::World};
use crate::tool::JsonObject;

pub(super) const FORM: &str = "travel-request";

pub(super) enum Kind {
    Text,
    Date,
    Number,
    /// One of several options, each of which has a label and an id.
    Choice(&'static [&'static str]),
}

pub(super) struct Field {
    name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: Kind,
}

const fn field(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { name, label, kind }
}

pub(super) const STEPS: [(&str, &[Field]); 5] = [
    (
        "Traveller",
        &[
            field("traveller_email", "Email", Kind::Text),
            field("department", "Department", Kind::Choice(&["Engineering", "Finance", "Sales", "Support"])),
        ],
    ),
    (
        "Trip",
        &[
            field("destination", "Destination", Kind::Choice(&["Hamburg", "Leeds", "Lyon", "Malmö", "Porto"])),
            field("starts_on", "First day", Kind::Date),
            field("ends_on", "Last day", Kind::Date),
        ],
    ),
    (
        "Transport",
        &[
            field("mode", "Transport", Kind::Choice(&["Car", "Plane", "Train"])),
            field("seat_class", "Class", Kind::Choice(&["First", "Second"])),
        ],
    ),
    (
        "Lodging",
        &[
            field("hotel", "Hotel", Kind::Choice(&["Airport", "City centre", "None"])),
            field("nights", "Nights", Kind::Number),
        ],
    ),
    (
        "Budget",
        &[
            field("cost_centre", "Cost centre", Kind::Choice(&["Conferences", "Customer visits", "Training"])),
            field("estimate_eur", "Estimate in EUR", Kind::Number),
        ],
    ),
];

/// The token that submits a step of the request with this index.
pub(super) fn token(world: World, request: u64, step: usize) -> String {
    format!("stp_{}", world.draw(Stream::Form, request << 4 | step as u64).hex(16))
}

/// The number that a request has once it is complete.
pub(super) fn number(world: World, request: u64) -> String {
    let first = world.draw(Stream::Form, 1 << 40).between(1_000, 80_000) as u64;
    format!("TR-2026-{:05}", first + request)
}

/// The id of an option.
pub(super) fn option_id(world: World, step: usize, field: usize, option: usize) -> String {
    format!("opt_{}", world.draw(Stream::Choice, (step * 256 + field * 16 + option) as u64).hex(8))
}

/// A step as the interface shows it.
pub(super) fn record(world: World, request: u64, step: usize) -> Value {
    let (title, fields) = &STEPS[step];
    let field = |(position, field): (usize, &Field)| {
        let kind = match field.kind {
            Kind::Text => "text",
            Kind::Date => "date",
            Kind::Number => "number",
            Kind::Choice(_) => "choice",
        };
        let mut record = json!({ "name": field.name, "label": field.label, "type": kind, "required": true });
        if let Kind::Choice(labels) = field.kind {
            let option = |(index, label): (usize, &&str)| json!({ "id": option_id(world, step, position, index), "label": label });
            record["options"] = labels.iter().enumerate().map(option).collect();
        }
        record
    };
    json!({
        "complete": false,
        "step": step + 1,
        "of": STEPS.len(),
        "title": title,
        "token": token(world, request, step),
        "fields": fields.iter().enumerate().map(field).collect::<Vec<_>>(),
    })
}

/// Whether the values are those that a step asks for; the error names the first that is not.
pub(super) fn check(world: World, step: usize, values: &JsonObject) -> Result<(), String> {
    let fields = STEPS[step].1;
    if let Some(unknown) = values.keys().find(|name| fields.iter().all(|field| field.name != **name)) {
        return Err(format!("unknown_field: step {} has no field `{unknown}`", step + 1));
    }
    for (position, field) in fields.iter().enumerate() {
        let Some(value) = values.get(field.name) else {
            return Err(format!("required: field `{}` has no value", field.name));
        };
        let right = match field.kind {
            Kind::Text => value.as_str().is_some_and(|text| !text.trim().is_empty()),
            Kind::Date => value
                .as_str()
                .is_some_and(|date| super::super::world::Moment::parse(date).is_ok_and(|moment| moment.date() == date)),
            Kind::Number => value.as_u64().is_some(),
            Kind::Choice(labels) => {
                (0..labels.len()).any(|option| *value == option_id(world, step, position, option).as_str())
            }
        };
        if !right {
            return Err(format!("invalid_value: {value} is no value for the field `{}`", field.name));
        }
    }
    Ok(())
}

/// The values of a step, given those that a person would write, by label.
pub(super) fn filled(world: World, step: usize, wanted: impl Fn(&str) -> Option<Value>) -> JsonObject {
    let value = |(position, field): (usize, &Field)| {
        let value = wanted(field.label)?;
        let chosen = match field.kind {
            Kind::Choice(labels) => {
                let option = labels.iter().position(|label| value == **label)?;
                option_id(world, step, position, option).into()
            }
            _ => value,
        };
        Some((field.name.to_owned(), chosen))
    };
    STEPS[step].1.iter().enumerate().filter_map(value).collect()
}
