//! A type on one line, whole or shortened.
//!
//! In: a [`Document`] and how much of it to show. Out: TypeScript in which everything shown is true: what is left out
//! stands there as a wider type or is counted in a comment. Written without the spaces that cost a model tokens (a tenth of
//! the signatures of 293 real tools, in o200k_base).

use serde_json::Value;

use crate::codegen::{
    names::property_key,
    text::{comment_line, string_literal},
    types::{Array, Document, Object, Property, Rest, Type},
};

/// Of a union's values, so many are still shown once the union is shortened.
const VALUES_SHOWN: usize = 6;

/// So many types are written in one line; what comes after them is `unknown`.
const MAX_TYPES: usize = 10_000;
/// Types within more types than this are `unknown`, definitions written out.
const MAX_DEPTH: usize = 100;

/// How much of a type to show.
#[derive(Clone, Copy, Debug)]
pub struct Inline {
    /// Objects within more than so many objects are shown as `object`.
    pub levels: usize,
    /// An object shows the first so many properties, required ones aside if `all_required`.
    pub properties: usize,
    /// Required properties are all shown, and do not count.
    pub all_required: bool,
    /// A union of more literals than this shows their common type, and the first few in a comment.
    pub literals: usize,
    /// An object with named properties says when it may hold others; otherwise that is left unsaid, as most schemas do.
    pub says_open: bool,
}

impl Inline {
    /// Everything.
    pub const WHOLE: Self =
        Self { levels: usize::MAX, properties: usize::MAX, all_required: true, literals: usize::MAX, says_open: true };
}

/// The type as TypeScript on one line. What definitions stand for is written out; within themselves they are `unknown`.
pub fn inline(document: &Document, show: &Inline) -> String {
    Line { document, show, within: Vec::new(), written: 0, depth: 0 }.write(&document.root, 0)
}

struct Line<'a> {
    document: &'a Document,
    show: &'a Inline,
    /// The definitions being written out.
    within: Vec<usize>,
    /// How many types have been written, and how many the one being written is within.
    written: usize,
    depth: usize,
}

impl Line<'_> {
    fn write(&mut self, ty: &Type, level: usize) -> String {
        // Definitions that name each other over and over would never end.
        if self.written == MAX_TYPES || self.depth == MAX_DEPTH {
            return "unknown".to_owned();
        }
        self.written += 1;
        self.depth += 1;
        let text = self.write_part(ty, level);
        self.depth -= 1;
        text
    }

    fn write_part(&mut self, ty: &Type, level: usize) -> String {
        match ty {
            Type::Named(place) if self.within.contains(place) => "unknown".to_owned(),
            Type::Named(place) => {
                self.within.push(*place);
                let text = self.write(&self.document.definitions[*place].ty, level);
                self.within.pop();
                text
            }
            Type::Array(array) => self.array(array, level),
            Type::Object(object) => self.object(object, level),
            Type::Union(parts) => self.union(parts, level),
            Type::Intersection(parts) => {
                // What an object must not have is said nowhere here.
                let mut parts: Vec<String> =
                    parts.iter().filter(|part| !is_absence(part)).map(|part| self.operand(part, level)).collect();
                parts.dedup();
                parts.join("&")
            }
            plain => write_plain(plain),
        }
    }

    fn operand(&mut self, ty: &Type, level: usize) -> String {
        let text = self.write(ty, level);
        let is_compound = matches!(self.document.resolve(ty), Type::Union(_) | Type::Intersection(_));
        if is_compound && text.contains(['|', '&']) { format!("({text})") } else { text }
    }

    fn array(&mut self, array: &Array, level: usize) -> String {
        let rest = array.rest.as_ref().map(|rest| format!("{}[]", self.operand(rest, level)));
        match rest {
            Some(rest) if array.items.is_empty() => rest,
            rest => {
                let mut items = Vec::new();
                for (place, item) in array.items.iter().enumerate() {
                    let mark = if place < array.required { "" } else { "?" };
                    items.push(format!("{}{mark}", self.operand(item, level)));
                }
                items.extend(rest.map(|rest| format!("...{rest}")));
                format!("[{}]", items.join(","))
            }
        }
    }

    fn object(&mut self, object: &Object, level: usize) -> String {
        match &object.rest {
            _ if object.is_any() || level >= self.show.levels => return "object".to_owned(),
            _ if !(object.properties.is_empty() && object.patterns.is_empty()) => {}
            Rest::Open(rest) => return format!("Record<string, {}>", self.write(rest, level + 1)),
            Rest::Unsaid | Rest::Closed => return "{}".to_owned(),
        }
        let mut members = Vec::new();
        let (mut counted, mut left_out) = (0, 0);
        for property in object.properties.iter().filter(|property| !property.is_absent()) {
            if !(property.required && self.show.all_required) {
                counted += 1;
                if counted > self.show.properties {
                    left_out += 1;
                    continue;
                }
            }
            let mark = if property.required { "" } else { "?" };
            members.push(format!("{}{mark}:{}", property_key(&property.name), self.write(&property.ty, level + 1)));
        }
        if members.is_empty() && left_out == 0 || self.show.says_open && matches!(object.rest, Rest::Open(_)) {
            // What is said of some names is not true of all.
            members.push("[key:string]:unknown".to_owned());
        }
        if left_out > 0 {
            members.push(format!("/* {left_out} more{} */", if self.show.all_required { " optional" } else { "" }));
        }
        format!("{{ {} }}", members.join("; "))
    }

    fn union(&mut self, parts: &[Type], level: usize) -> String {
        let literals: Vec<String> =
            parts.iter().filter(|part| matches!(part, Type::Literal(_))).map(write_plain).collect();
        let shorten = literals.len() > self.show.literals;
        let mut alternatives: Vec<String> = Vec::new();
        for part in parts {
            let alternative = match part {
                Type::Literal(value) if shorten => kind_name(value).to_owned(),
                part => self.operand(part, level),
            };
            if !alternatives.contains(&alternative) {
                alternatives.push(alternative);
            }
        }
        if shorten {
            let shown = comment_line(&literals[..VALUES_SHOWN.min(literals.len())].join(", "));
            return format!("{} /* {shown}, … {} in all */", alternatives.join("|"), literals.len());
        }
        alternatives.join("|")
    }
}

/// Whether the type only says which properties an object has not.
fn is_absence(ty: &Type) -> bool {
    matches!(ty, Type::Object(object)
        if object.patterns.is_empty() && !object.properties.is_empty() && object.properties.iter().all(Property::is_absent))
}

/// A type that is one word.
pub fn write_plain(ty: &Type) -> String {
    match ty {
        Type::Never => "never".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String => "string".to_owned(),
        Type::Literal(Value::String(text)) => string_literal(text),
        Type::Literal(value) => value.to_string(),
        _ => "unknown".to_owned(),
    }
}

fn kind_name(literal: &Value) -> &'static str {
    match literal {
        Value::String(_) => "string",
        Value::Number(_) => "number",
        _ => "boolean",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::codegen::read::read_output;

    fn shown(schema: Value, show: Inline) -> String {
        let Value::Object(schema) = schema else { panic!("not an object: {schema}") };
        inline(&read_output(&schema), &show)
    }

    #[test]
    fn shortens_by_widening_and_counting() {
        let nested = json!({"properties": {"a": {"properties": {"b": {"items": {"properties": {"c": {}}}}}}}});
        for (levels, expected) in
            [(0, "object"), (1, "{ a?:object }"), (2, "{ a?:{ b?:object[] } }"), (3, "{ a?:{ b?:{ c?:unknown }[] } }")]
        {
            assert_eq!(shown(nested.clone(), Inline { levels, ..Inline::WHOLE }), expected);
        }
        let flat = json!({"properties": {"a": {}, "b": {}, "c": {}}, "required": ["b", "c"]});
        for (properties, all_required, expected) in [
            (0, true, "{ b:unknown; c:unknown; /* 1 more optional */ }"),
            (1, true, "{ a?:unknown; b:unknown; c:unknown }"),
            (1, false, "{ a?:unknown; /* 2 more */ }"),
            (0, false, "{ /* 3 more */ }"),
        ] {
            assert_eq!(shown(flat.clone(), Inline { properties, all_required, ..Inline::WHOLE }), expected);
        }
        let letters = json!({"enum": ["a*/", "b", "c", "d", "e", "f", "g", null]});
        assert_eq!(
            shown(letters, Inline { literals: 6, ..Inline::WHOLE }),
            "string|null /* \"a*\\/\", \"b\", \"c\", \"d\", \"e\", \"f\", … 7 in all */"
        );
    }
}
