//! One line that says how to call a tool and what comes back: what discovery shows to a model.
//!
//! In: a tool's definition. Out: `github.list_issues(input:{ owner:string; … }): Promise<…> // What it does`.
//!
//! The rules of shortening, which leave everything shown true:
//! - Input: objects within [`INPUT_LEVELS`] levels are written out, deeper ones are `object`. If that is longer than
//!   [`INPUT_LENGTH`], only the outermost level is written out, and then optional properties are counted instead of
//!   shown, the last ones first. Required properties are always shown.
//! - Output: as deep and as wide as fits [`OUTPUT_LENGTH`], by the first of [`OUTPUT_STEPS`] that does.
//! - An output that is known only from results seen says `observed`.
//! - That an object with named properties may hold others is not said.
//! - Unions of more than [`LITERALS`] values show their type, and the first few values in a comment.
//! - Description: the first sentence, cut between words at [`DESCRIPTION_LENGTH`] with `…`, and left out if it only
//!   repeats the words of the name. Where the output is `unknown`, the sentence that begins with "Returns" follows, cut at
//!   [`RETURNS_LENGTH`]: it is all a model can know of the result before it has seen one.
//!
//! Lengths are in characters.

use std::collections::HashSet;

use crate::{
    codegen::{
        inline::{Inline, inline},
        names::{Scope, identifier},
        output::output,
        read::read_input,
        text::comment_line,
        types::{Document, Object, Rest, Type},
        words::words,
    },
    observations::Observation,
    tool::ToolDef,
};

pub const INPUT_LEVELS: usize = 2;
pub const INPUT_LENGTH: usize = 600;
pub const OUTPUT_LENGTH: usize = 400;
pub const LITERALS: usize = 8;
pub const DESCRIPTION_LENGTH: usize = 100;
pub const RETURNS_LENGTH: usize = 160;
/// Levels of objects written out, and properties shown of each.
pub const OUTPUT_STEPS: [(usize, usize); 8] =
    [(4, usize::MAX), (3, usize::MAX), (2, usize::MAX), (2, 24), (2, 16), (2, 12), (2, 8), (1, 8)];

const SHORT: Inline = Inline { literals: LITERALS, says_open: false, ..Inline::WHOLE };

/// Words that add nothing to the words of a name.
const FILLERS: [&str; 14] =
    ["a", "an", "the", "of", "to", "for", "in", "on", "and", "by", "with", "from", "all", "this"];

/// The signature of a tool whose names meet no others. A catalog, which knows the others, uses [`signature_as`].
pub fn signature(server: &str, def: &ToolDef) -> String {
    signature_as(&identifier(server, Scope::Server), &identifier(&def.name, Scope::Tool), def, None)
}

/// The signature of the tool that programs call `namespace.function`.
pub fn signature_as(namespace: &str, function: &str, def: &ToolDef, observation: Option<&Observation>) -> String {
    let input = read_input(&def.input_schema);
    let input = match &input.root {
        Type::Object(Object { properties, patterns, rest: Rest::Unsaid | Rest::Closed })
            if properties.is_empty() && patterns.is_empty() =>
        {
            String::new()
        }
        _ if input.requires_input() => format!("input:{}", input_text(&input)),
        _ => format!("input?:{}", input_text(&input)),
    };
    let output = output(def, observation);
    let description = def.description.as_deref().unwrap_or("");
    let mut sentences = vec![summary(description, &[namespace, function])];
    if output.root == Type::Unknown {
        sentences.extend(returned(description).filter(|returned| *returned != sentences[0]));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    let description = if sentences.is_empty() { String::new() } else { format!(" // {}", sentences.join(". ")) };
    let observed = if output.observed.is_some() { "/* observed */ " } else { "" };
    let output = format!("{observed}{}", output_text(&output));
    format!("{namespace}.{function}({input}): Promise<{output}>{description}")
}

fn input_text(input: &Document) -> String {
    let show = Inline { levels: INPUT_LEVELS, ..SHORT };
    let flat = Inline { levels: 1, ..show };
    let steps = [show, flat].into_iter().chain([16, 8, 4, 2].map(|properties| Inline { properties, ..flat }));
    first_that_fits(input, steps, INPUT_LENGTH).unwrap_or_else(|| inline(input, &Inline { properties: 0, ..flat }))
}

fn output_text(output: &Document) -> String {
    let steps = OUTPUT_STEPS.map(|(levels, properties)| Inline { levels, properties, all_required: false, ..SHORT });
    first_that_fits(output, steps, OUTPUT_LENGTH).unwrap_or_else(|| inline(output, &Inline { levels: 0, ..SHORT }))
}

fn first_that_fits(document: &Document, steps: impl IntoIterator<Item = Inline>, length: usize) -> Option<String> {
    steps.into_iter().map(|show| inline(document, &show)).find(|text| text.chars().count() <= length)
}

/// The first sentence of a description, unless `names` say as much.
fn summary(description: &str, names: &[&str]) -> String {
    let line = description.lines().map(comment_line).find(|line| line.chars().any(char::is_alphanumeric));
    let line = line.unwrap_or_default();
    let line = line.trim_start_matches(['#', ' ']);
    let sentence = first_sentence(line);
    let known: HashSet<String> = names.iter().flat_map(|name| words(name)).collect();
    if words(sentence).iter().all(|word| known.contains(word) || FILLERS.contains(&&**word)) {
        return String::new();
    }
    cut(sentence, DESCRIPTION_LENGTH)
}

/// The sentence of a description that says what the tool returns.
fn returned(description: &str) -> Option<String> {
    let text = description.lines().map(comment_line).collect::<Vec<_>>().join(" ");
    let start = text.match_indices("Returns ").map(|(index, _)| index).find(|index| {
        let before = text[..*index].trim_end();
        before.is_empty() || before.ends_with(['.', '!', '?', ':'])
    })?;
    Some(cut(first_sentence(&text[start..]), RETURNS_LENGTH))
}

/// Without its full stop. "e.g. this" goes on in small letters; the next sentence does not.
fn first_sentence(text: &str) -> &str {
    let end = text.match_indices(['.', '!', '?']).map(|(index, _)| index).find(|index| {
        let rest = &text[index + 1..];
        rest.starts_with(' ') && !rest.trim_start().starts_with(char::is_lowercase)
    });
    text[..end.unwrap_or(text.len())].trim_end_matches(['.', ':', ' '])
}

/// The text, cut between words where it is longer than `length` characters.
fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        None => text.to_owned(),
        Some((end, _)) => {
            let cut = text[..end].rfind(' ').unwrap_or(end);
            format!("{}…", text[..cut].trim_end_matches([',', ';', ':', ' ']))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn tool(value: Value) -> ToolDef {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn says_how_to_call_and_what_comes_back() {
        let properties = json!({
            "owner": {"type": "string"}, "state": {"enum": ["open", "closed"]},
            "sort": {"properties": {"by": {"properties": {"key": {"type": "string"}}}}},
        });
        for (def, expected) in [
            (
                json!({"name": "list_issues", "description": "List issues of a repository. At most 100.",
                    "inputSchema": {"type": "object", "properties": properties, "required": ["owner"]}}),
                "github.list_issues(input:{ owner:string; state?:\"open\"|\"closed\"; sort?:{ by?:object } }): \
                 Promise<unknown> // List issues of a repository",
            ),
            (
                json!({"name": "get-me", "description": "Get me.", "inputSchema": {"type": "object"},
                    "outputSchema": {"properties": {"id": {"type": "number"}}, "required": ["id"], "additionalProperties": true}}),
                "github.get_me(): Promise<{ id:number }>",
            ),
            (
                json!({"name": "any", "inputSchema": {"type": "object", "additionalProperties": true}}),
                "github.any(input?:Record<string, unknown>): Promise<unknown>",
            ),
        ] {
            assert_eq!(signature("github", &tool(def)), expected);
        }
    }

    #[test]
    fn what_an_untyped_tool_returns_is_said() {
        let mut def: ToolDef = serde_json::from_value(serde_json::json!({
            "name": "get",
            "description": "Get one thing by id.\nSlow. Returns name, e.g. small, and\n`size` in bytes. Never fails.",
            "inputSchema": { "type": "object" },
        }))
        .unwrap();
        let untyped = "s.get(): Promise<unknown> // Get one thing by id. Returns name, e.g. small, and `size` in bytes";
        assert_eq!(signature("s", &def), untyped);
        def.output_schema = Some(def.input_schema.clone());
        assert!(!signature("s", &def).contains("Returns"), "{}", signature("s", &def));
    }

    #[test]
    fn summaries_are_one_short_sentence() {
        let long = format!("Does {}", "something ".repeat(20));
        for (description, expected) in [
            ("", ""),
            ("Lists the issues.", ""),
            ("# Title\nMore", "Title"),
            ("\n  Finds files, e.g. sources.  Then stops.", "Finds files, e.g. sources"),
            ("Moves it to v1.2 of x! Really", "Moves it to v1.2 of x"),
            ("a\u{2028}b \u{202e}c", "a b \\u{202e}c"),
            (&long, "Does something something something something something something something something something…"),
        ] {
            assert_eq!(summary(description, &["list_issues"]), expected, "{description:?}");
        }
    }

    #[test]
    fn long_types_are_shortened_truthfully() {
        let many = |count: usize| -> Value {
            (0..count)
                .map(|n| (format!("property_{n:02}"), json!({"type": "string"})))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let def = tool(json!({"name": "t",
            "inputSchema": {"type": "object", "properties": many(40), "required": ["property_39"]},
            "outputSchema": {"type": "object", "properties": {"items": {"items": {"properties": many(40)}}}}}));
        let signature = signature("s", &def);
        let (input, output) = signature.split_once("): Promise<").unwrap();
        assert!(input.ends_with("property_15?:string; property_39:string; /* 23 more optional */ }"), "{input}");
        assert!(output.ends_with("property_15?:string; /* 24 more */ }[] }>"), "{output}");
        let wide = tool(json!({"name": "t", "outputSchema": {"properties": {"x".repeat(500): {}}}}));
        assert_eq!(super::signature("s", &wide), "s.t(): Promise<object>");
    }
}
