//! Types as TypeScript, on as many lines as reading them takes.
//!
//! In: a type, and what its definitions are called. Out: the text of the type. `inline` writes the same on one line, and
//! shorter.

use crate::codegen::{
    combine::union,
    emit::PROPERTY_LENGTH,
    inline::write_plain,
    names::property_key,
    pattern::Pattern,
    text::{comment_line, comment_lines, doc_comment, shortened, string_literal},
    types::{Array, Object, Property, Rest, Type},
};

/// What every object has in TypeScript, own property or not.
const OF_EVERY_OBJECT: [&str; 7] =
    ["constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf"];

pub struct Writer<'a> {
    /// What the definitions are called.
    pub names: &'a [String],
    /// Whether an object may have properties of which its schema says nothing. A program may send them if the schema does not
    /// forbid it; it should not count on receiving them.
    pub says_unsaid: bool,
}

impl Writer<'_> {
    pub fn write(&self, ty: &Type, indent: &str) -> String {
        match ty {
            Type::Array(array) => self.array(array, indent),
            Type::Object(object) => self.object(object, indent),
            Type::Named(place) => self.names[*place].clone(),
            Type::Union(parts) => self.operands(parts, " | ", indent),
            Type::Intersection(parts) => self.operands(parts, " & ", indent),
            plain => write_plain(plain),
        }
    }

    fn operands(&self, parts: &[Type], operator: &str, indent: &str) -> String {
        parts.iter().map(|part| self.operand(part, indent)).collect::<Vec<_>>().join(operator)
    }

    fn operand(&self, ty: &Type, indent: &str) -> String {
        let text = self.write(ty, indent);
        if matches!(ty, Type::Union(_) | Type::Intersection(_)) { format!("({text})") } else { text }
    }

    fn array(&self, array: &Array, indent: &str) -> String {
        let rest = array.rest.as_ref().map(|rest| format!("{}[]", self.operand(rest, indent)));
        match rest {
            Some(rest) if array.items.is_empty() => rest,
            rest => {
                let items = array.items.iter().enumerate().map(|(place, item)| {
                    let mark = if place < array.required { "" } else { "?" };
                    format!("{}{mark}", self.operand(item, indent))
                });
                let items: Vec<String> = items.chain(rest.map(|rest| format!("...{rest}"))).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }

    fn object(&self, object: &Object, indent: &str) -> String {
        match &object.rest {
            _ if !(object.properties.is_empty() && object.patterns.is_empty()) => self.members(object, indent),
            Rest::Unsaid => "Record<string, unknown>".to_owned(),
            Rest::Closed => "Record<string, never>".to_owned(),
            // An alias may name itself within an index signature, but not within a record.
            Rest::Open(rest) if rest.has_names() => format!("{{ [key: string]: {} }}", self.write(rest, indent)),
            Rest::Open(rest) => format!("Record<string, {}>", self.write(rest, indent)),
        }
    }

    /// The braces of an object type and what stands between them, a property a line.
    pub fn members(&self, object: &Object, indent: &str) -> String {
        let inner = format!("{indent}  ");
        let mut text = String::new();
        for property in object.properties.iter().filter(|property| !property.is_absent()) {
            text += &doc_comment(&property_doc(property), &inner);
            text += &format!("{inner}{};\n", self.property(property, &inner));
        }
        let absent: Vec<String> = object
            .properties
            .iter()
            .filter(|property| property.is_absent())
            .map(|property| self.property(property, &inner))
            .collect();
        if !absent.is_empty() {
            text += &format!("{inner}{};\n", absent.join("; "));
        }
        for signature in self.index_signatures(object, &inner) {
            text += &format!("{inner}{signature};\n");
        }
        format!("{{\n{text}{indent}}}")
    }

    fn property(&self, property: &Property, indent: &str) -> String {
        let key = property_key(&property.name);
        let mark = if property.required { "" } else { "?" };
        match inherited(property) {
            Some(inherited) => format!("{key}{mark}: {}{inherited}", self.operand(&property.ty, indent)),
            None => format!("{key}{mark}: {}", self.write(&property.ty, indent)),
        }
    }

    /// What properties without an entry of their own may be. TypeScript wants the entries to fit as well.
    fn index_signatures(&self, object: &Object, indent: &str) -> Vec<String> {
        let mut signatures = Vec::new();
        for (pattern, _) in &object.patterns {
            let key = match pattern {
                Pattern::Prefix(text) => format!("`{text}${{string}}`"),
                Pattern::Suffix(text) => format!("`${{string}}{text}`"),
                _ => continue,
            };
            let matching = object.properties.iter().filter(|property| pattern.certainly_matches(&property.name));
            let within = object.patterns.iter().filter(|(other, _)| other.is_within(pattern));
            let types = within.map(|(_, ty)| ty.clone()).collect();
            signatures.push((key, types, matching.collect::<Vec<_>>()));
        }
        let mut rest: Vec<Type> = match &object.rest {
            Rest::Open(rest) => vec![(**rest).clone()],
            Rest::Unsaid if self.says_unsaid => vec![Type::Unknown],
            Rest::Unsaid | Rest::Closed => Vec::new(),
        };
        let others = object.patterns.iter().filter(|(pattern, _)| matches!(pattern, Pattern::Other(_)));
        rest.extend(others.map(|(_, ty)| ty.clone()));
        if !rest.is_empty() {
            rest.extend(object.patterns.iter().map(|(_, ty)| ty.clone()));
            signatures.push(("string".to_owned(), rest, object.properties.iter().collect()));
        }
        let signature = |(key, mut types, properties): (String, Vec<Type>, Vec<&Property>)| {
            types.extend(properties.iter().map(|property| property.ty.clone()));
            let ty = union(types);
            let is_optional = ty != Type::Unknown && properties.iter().any(|property| !property.required);
            let undefined = if is_optional { " | undefined" } else { "" };
            let inherited: String =
                properties.iter().filter(|_| ty != Type::Unknown).filter_map(|property| inherited(property)).collect();
            format!("[key: {key}]: {}{undefined}{inherited}", self.operand(&ty, indent))
        };
        signatures.into_iter().map(signature).collect()
    }
}

/// The alternative that an optional property has because an object without one of its own has that of all objects.
fn inherited(property: &Property) -> Option<String> {
    let is_inherited = !property.required && OF_EVERY_OBJECT.contains(&&*property.name) && property.ty != Type::Unknown;
    is_inherited.then(|| format!(" | Object[{}]", string_literal(&property.name)))
}

/// The description, with the constraints in parentheses after it.
fn property_doc(property: &Property) -> Vec<String> {
    let mut lines = comment_lines(&shortened(property.description.as_deref().unwrap_or(""), PROPERTY_LENGTH));
    if !property.constraints.is_empty() {
        let constraints = format!("({})", comment_line(&property.constraints.join(", ")));
        match lines.last_mut() {
            Some(last) => *last += &format!(" {constraints}"),
            None => lines.push(constraints),
        }
    }
    lines
}
