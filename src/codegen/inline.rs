//! A type on one line, whole or shortened.
//!
//! In: a [`Type`] and how much of it to show. Out: TypeScript in which everything shown is true: what is left out
//! stands there as a wider type or is counted in a comment. Written without the spaces that cost a model tokens (a tenth of
//! the signatures of 293 real tools, in o200k_base).

use serde_json::Value;

use crate::codegen::{
    names::property_key,
    schema::{Object, Rest, Type},
    text::{comment_line, string_literal},
};

/// Of a union's values, so many are still shown once the union is shortened.
const VALUES_SHOWN: usize = 6;

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

/// The type as TypeScript on one line.
pub fn inline(ty: &Type, show: &Inline) -> String {
    write(ty, show, 0)
}

fn write(ty: &Type, show: &Inline, level: usize) -> String {
    match ty {
        Type::Array(item) => format!("{}[]", write_operand(item, show, level)),
        Type::Object(object) => write_object(object, show, level),
        Type::Union(parts) => write_union(parts, show, level),
        Type::Intersection(parts) => {
            let mut parts: Vec<String> = parts.iter().map(|part| write_operand(part, show, level)).collect();
            parts.dedup();
            parts.join("&")
        }
        plain => write_plain(plain),
    }
}

/// A type that is one word, and the bounds of the others.
pub fn write_plain(ty: &Type) -> String {
    match ty {
        Type::Unknown => "unknown".to_owned(),
        Type::Never => "never".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String => "string".to_owned(),
        Type::Literal(Value::String(text)) => string_literal(text),
        Type::Literal(value) => value.to_string(),
        Type::Array(_) => "unknown[]".to_owned(),
        Type::Object(_) | Type::Union(_) | Type::Intersection(_) => "object".to_owned(),
    }
}

fn write_operand(ty: &Type, show: &Inline, level: usize) -> String {
    let text = write(ty, show, level);
    if matches!(ty, Type::Union(_) | Type::Intersection(_)) && text != "object" { format!("({text})") } else { text }
}

fn write_object(object: &Object, show: &Inline, level: usize) -> String {
    match &object.rest {
        Rest::Unsaid if object.properties.is_empty() => return "object".to_owned(),
        _ if level >= show.levels => return "object".to_owned(),
        Rest::Closed if object.properties.is_empty() => return "{}".to_owned(),
        Rest::Open(rest) if object.properties.is_empty() => {
            return format!("Record<string, {}>", write(rest, show, level + 1));
        }
        _ => {}
    }
    let mut members = Vec::new();
    let (mut counted, mut left_out) = (0, 0);
    for property in &object.properties {
        if !(property.required && show.all_required) {
            counted += 1;
            if counted > show.properties {
                left_out += 1;
                continue;
            }
        }
        let mark = if property.required { "" } else { "?" };
        members.push(format!("{}{mark}:{}", property_key(&property.name), write(&property.ty, show, level + 1)));
    }
    if show.says_open && matches!(object.rest, Rest::Open(_)) {
        // The named properties must fit the index signature as well.
        members.push("[key:string]:unknown".to_owned());
    }
    if left_out > 0 {
        members.push(format!("/* {left_out} more{} */", if show.all_required { " optional" } else { "" }));
    }
    format!("{{ {} }}", members.join("; "))
}

fn write_union(parts: &[Type], show: &Inline, level: usize) -> String {
    let literals: Vec<String> = parts.iter().filter(|part| matches!(part, Type::Literal(_))).map(write_plain).collect();
    let shorten = literals.len() > show.literals;
    let mut alternatives: Vec<String> = Vec::new();
    for part in parts {
        let alternative = match part {
            Type::Literal(value) if shorten => kind_name(value).to_owned(),
            part => write_operand(part, show, level),
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
    use crate::codegen::schema::output_type;

    fn shown(schema: Value, show: Inline) -> String {
        let Value::Object(schema) = schema else { panic!("not an object: {schema}") };
        inline(&output_type(Some(&schema)), &show)
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
