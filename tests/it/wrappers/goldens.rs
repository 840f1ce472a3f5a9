//! What each construct of JSON Schema becomes, by values: `tests/it/wrappers/cases/<case>.json`. A case needs no
//! Rust.
//!
//! A case has a schema and values that its type must accept and must refuse. The validator has to agree, so that no
//! case can expect what JSON Schema does not say; a case where the wrappers have a rule of their own says which. All
//! cases are compiled at once.

use std::{fs, path::Path};

use codefirst::tool::ToolDef;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    compiler::Compiler,
    instances::validator,
    project::{Project, Side, Verdict, assert_none, assert_parses},
    sizes,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    #[serde(skip)]
    pub name: String,
    /// What the case is about, where its name does not say it.
    #[serde(default, rename = "note")]
    _note: String,
    pub schema: Value,
    #[serde(default)]
    pub of: Of,
    #[serde(default)]
    pub accepts: Vec<Value>,
    #[serde(default)]
    pub refuses: Vec<Value>,
    /// Values that the schema does not admit, but that a type cannot tell from those that it does.
    #[serde(default)]
    pub beyond_types: Vec<Value>,
    /// The rule by which this case does not follow JSON Schema.
    #[serde(default)]
    pub beyond_validator: Option<String>,
    /// The type on one line: of the property, or a part of the declarations.
    #[serde(default, rename = "type")]
    pub text: Option<String>,
    /// How many parts of the schema are warned of.
    #[serde(default)]
    pub warnings: usize,
}

/// What a case's schema is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// The required property `value` of an input that has no other.
    #[default]
    Value,
    Input,
    Output,
}

impl Case {
    /// The schema of the whole input or output.
    fn document(&self) -> Value {
        if self.of != Of::Value {
            return self.schema.clone();
        }
        let mut value = self.schema.clone();
        let mut document = json!({
            "type": "object", "properties": {}, "required": ["value"], "additionalProperties": false,
        });
        for shared in ["$schema", "$defs", "definitions"] {
            if let Some(shared_value) = value.as_object_mut().and_then(|schema| schema.shift_remove(shared)) {
                document[shared] = shared_value;
            }
        }
        document["properties"]["value"] = value;
        document
    }

    fn side(&self) -> Side {
        if self.of == Of::Output { Side::Output } else { Side::Input }
    }

    fn tool(&self) -> ToolDef {
        let key = if self.of == Of::Output { "outputSchema" } else { "inputSchema" };
        serde_json::from_value(json!({"name": self.name, key: self.document()})).expect("a tool")
    }

    /// The values as the whole type has them, each with whether it is accepted and what the validator should say of
    /// it.
    fn values(&self) -> impl Iterator<Item = (Verdict, bool, Value)> {
        let accepted = self.accepts.iter().map(|value| (Verdict::Accepted, true, value));
        let refused = self.refuses.iter().map(|value| (Verdict::Refused, false, value));
        let beyond = self.beyond_types.iter().map(|value| (Verdict::Accepted, false, value));
        let whole = |value: &Value| if self.of == Of::Value { json!({"value": value}) } else { value.clone() };
        accepted.chain(refused).chain(beyond).map(move |(verdict, is_valid, value)| (verdict, is_valid, whole(value)))
    }

    /// Where the validator thinks otherwise of a value than the case.
    fn disagreements(&self) -> Vec<String> {
        let name = &self.name;
        if self.beyond_validator.is_some() {
            return Vec::new();
        }
        let Some(validator) = validator(&self.document()) else {
            return vec![format!("{name}: no valid schema, which a case has to say (`beyond_validator`)")];
        };
        let disagree = |(_, is_valid, value): &(Verdict, bool, Value)| validator.is_valid(value) != *is_valid;
        let is = |is_valid: bool| if is_valid { "refuses" } else { "accepts" };
        self.values()
            .filter(disagree)
            .map(|(_, is_valid, value)| format!("{name}: the validator {} {value}", is(is_valid)))
            .collect()
    }

    /// Where the wrapper's text or warnings differ from what the case expects.
    fn differences(&self, project: &Project) -> Vec<String> {
        let mut wrong = Vec::new();
        let source = one_line(project.source(&self.name));
        let expected = match (&self.text, self.of) {
            (Some(text), Of::Value) => format!("value: {text};"),
            (text, _) => text.clone().unwrap_or_default(),
        };
        if !source.contains(&expected) {
            wrong.push(format!("{}: expected `{expected}` in\n    {source}", self.name));
        }
        let warnings = project.tree.warnings.iter().filter(|warning| *warning.tool.tool == *self.name);
        let warnings: Vec<String> = warnings.map(ToString::to_string).collect();
        if warnings.len() != self.warnings {
            wrong.push(format!("{}: expected {} warnings, not {warnings:?}", self.name, self.warnings));
        }
        wrong
    }
}

#[test]
fn goldens() {
    let cases = cases();
    let tools: Vec<ToolDef> = cases.iter().map(Case::tool).collect();
    let mut project = Project::new("cases", &tools);
    for file in &project.tree.files {
        assert_parses(&file.path, &file.source);
    }
    let mut wrong: Vec<String> = cases.iter().flat_map(Case::disagreements).collect();
    for case in &cases {
        wrong.extend(case.differences(&project));
        for (verdict, _, value) in case.values() {
            project.check(&case.name, case.side(), verdict, &value, "golden");
        }
    }
    if let Some(compiler) = Compiler::find("goldens") {
        wrong.extend(project.judge(&compiler));
    }
    assert_none(&wrong, "goldens");
}

/// The cases of the folder and those that are too large to write down.
fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/wrappers/cases");
    let mut cases = sizes::cases();
    for entry in fs::read_dir(folder).expect("the cases") {
        let path = entry.expect("a case").path();
        let text = fs::read_to_string(&path).expect("a case");
        let case: Case = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        cases.push(Case { name: path.file_stem().expect("a name").to_string_lossy().into_owned(), ..case });
    }
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    assert!(cases.len() >= 300, "only {} cases were found", cases.len());
    cases
}

/// The source without its comments and line breaks.
fn one_line(source: &str) -> String {
    let mut text = String::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("/**") {
        text += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    text += rest;
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
