use std::{fmt::Write, path::Path};

use serde_json::Value;

use super::{
    parse,
    schema::{REGENERATE, assert_committed},
};
use crate::config::{Settings, settings_schema};

const DOCUMENTATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
/// What stands between these is made of the schema.
const BEGIN: &str = "<!-- keys: written by a test, from src/config/settings/sections.rs -->\n";
const END: &str = "<!-- end of keys -->\n";

/// Every section with a table of its keys.
fn reference() -> String {
    let mut text = String::new();
    section(&settings_schema(), &mut Vec::new(), &mut text);
    text
}

fn section(schema: &Value, path: &mut Vec<String>, text: &mut String) {
    let (mut rows, mut sections) = (String::new(), String::new());
    for (key, value) in schema["properties"].as_object().into_iter().flatten() {
        let description = value["description"].as_str().unwrap_or_default();
        let (items, named) = (&value["items"], &value["additionalProperties"]);
        let (parts, heading) = match () {
            () if value["properties"].is_object() => (value, format!("[{}]", dotted(path, key))),
            () if items["properties"].is_object() => (items, format!("[[{}]]", dotted(path, key))),
            () if named["properties"].is_object() => (named, format!("[{}.<name>]", dotted(path, key))),
            () => {
                let required =
                    schema["required"].as_array().is_some_and(|keys| keys.contains(&Value::from(key.as_str())));
                let required = if required { ", required" } else { "" };
                let _ = writeln!(rows, "| `{key}` | {}{required} | {} |", kind(value), description.replace('|', "\\|"));
                continue;
            }
        };
        let _ = writeln!(sections, "### `{heading}`\n\n{description}\n");
        path.push(key.clone());
        section(parts, path, &mut sections);
        path.pop();
    }
    if !rows.is_empty() {
        let _ = writeln!(text, "| key | value | meaning |\n|---|---|---|\n{rows}");
    }
    text.push_str(&sections);
}

fn dotted(path: &[String], key: &str) -> String {
    path.iter().map(String::as_str).chain([key]).collect::<Vec<_>>().join(".")
}

/// What may stand as a value, with an example where the schema has one.
fn kind(schema: &Value) -> String {
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    }
    let name = |name: &str| {
        match name {
            "string" => "text",
            "integer" => "whole number",
            "boolean" => "`true` or `false`",
            other => other,
        }
        .to_owned()
    };
    let kind = match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(name).collect::<Vec<_>>().join(", or "),
        Value::String(array) if array == "array" => {
            format!("list of {}", kind(&schema["items"]).replacen("text", "texts", 1))
        }
        other => name(other.as_str().expect("a type")),
    };
    let examples = schema["examples"].as_array().into_iter().flatten().filter(|example| example.is_string());
    let examples = examples.map(|example| format!("`{example}`")).collect::<Vec<_>>().join(", ");
    if examples.is_empty() { kind } else { format!("{kind}: {examples}") }
}

#[test]
fn the_documentation_has_every_key_and_no_other() {
    let text = std::fs::read_to_string(DOCUMENTATION).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the place where keys begin");
    let (_, after) = rest.split_once(END).expect("the place where keys end");
    assert_committed(Path::new(DOCUMENTATION), &format!("{before}{BEGIN}\n{}{END}{after}", reference()));
}

#[test]
fn what_is_said_to_be_the_default_is() {
    /// Texts of files that have one key each, with the default that is documented.
    fn defaults(schema: &Value, path: &str, files: &mut Vec<String>) {
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(default) = value.get("default") {
                files.push(format!("[{path}]\n{key} = {}", toml::Value::try_from(default).expect("TOML")));
            }
            defaults(value, key, files);
        }
    }
    let mut files = Vec::new();
    defaults(&settings_schema(), "", &mut files);
    assert!(files.len() > 25, "{files:#?}");
    let default = format!("{:?}", Settings::default());
    for file in files {
        // Those of other modules are `None` here, and a price has none.
        let is_elsewhere = ["[limits]", "[audit]", "[price]", "ttl", "capacity"].iter().any(|part| file.contains(part));
        if !is_elsewhere {
            assert_eq!(format!("{:?}", parse(&file).expect(&file)), default, "{file}");
        }
    }
    let section = "[servers.x]";
    let with_defaults = "[servers.x]\nsession = 'shared'\nstart_timeout = '30s'\ncall_timeout = '30s'";
    assert_eq!(parse(section).unwrap().servers, parse(with_defaults).unwrap().servers);
}

#[test]
fn the_examples_of_the_documentation_are_read() {
    let text = std::fs::read_to_string(DOCUMENTATION).unwrap();
    let blocks: Vec<_> = text.split("```").skip(1).step_by(2).collect();
    let (mut settings, mut configs) = (0, 0);
    for block in blocks {
        if let Some(toml) = block.strip_prefix("toml\n") {
            if let Err(error) = parse(&toml.replace("CODEFIRST_ALERT_WEBHOOK", "HOOK")) {
                panic!("{error}\n{toml}");
            }
            settings += 1;
        } else if let Some(json) = block.strip_prefix("json\n") {
            let variable = |_: &str| Some("value".to_owned());
            if let Err(error) = crate::config::Config::parse(Path::new("mcp.json"), json, variable) {
                panic!("{error}\n{json}");
            }
            configs += 1;
        }
    }
    assert!(settings == 1 && configs == 2, "{settings} {configs}");
    assert!(text.contains(REGENERATE));
}
