//! The tools of real servers, with values made from their own schemas.
//!
//! The catalogues are other people's and not in this repository: `CODEFIRST_TOOL_DEFINITIONS` names a folder of JSON
//! files, each with what a server's `tools/list` answered.

use std::{collections::BTreeMap, env, fmt, fs, path::Path};

use codefirst::tool::ToolDef;
use serde_json::Value;

use super::{
    compiler::{Compiler, say},
    faults::{Fault, invalid},
    instances::{Extras, valid, validator},
    project::{Project, Side, Verdict, assert_none},
};

const VALID: usize = 40;
const INVALID: usize = 1_000;
const SEED: u64 = 7;

#[test]
fn real_catalogues() {
    let Some(folder) = env::var_os("CODEFIRST_TOOL_DEFINITIONS") else {
        say("real_catalogues: skipped: CODEFIRST_TOOL_DEFINITIONS names no folder of tool definitions");
        return;
    };
    let Some(compiler) = Compiler::find("real_catalogues") else { return };
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort_unstable();
    assert!(!paths.is_empty(), "the folder has no catalogue");
    let (mut total, mut wrong) = (Counts::default(), Vec::new());
    for path in paths {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let tools = read(&path);
        let mut project = Project::new("server", &tools);
        let mut counts = Counts::default();
        for tool in &tools {
            let schemas = [(Side::Input, Some(&tool.input_schema)), (Side::Output, tool.output_schema.as_ref())];
            for (side, schema) in schemas {
                if let Some(schema) = schema {
                    let schema = Value::Object((**schema).clone());
                    counts.add(&mut project, (&tool.name, side), &schema, (VALID, INVALID));
                }
            }
        }
        say(&format!("{name}: {} tools, {counts}", tools.len()));
        project.tree.warnings.iter().for_each(|warning| say(&format!("{name}: {warning}")));
        total.sum(&counts);
        wrong.extend(project.judge(&compiler).into_iter().map(|line| format!("{name}/{line}")));
        wrong.extend(counts.without.iter().map(|tool| format!("{name}/{tool}: no valid value was found")));
    }
    say(&format!("all: {total}"));
    assert_none(&wrong, "real_catalogues");
}

/// A catalogue: a list of tools, or an answer that has one.
fn read(path: &Path) -> Vec<ToolDef> {
    let mut value: Value = serde_json::from_slice(&fs::read(path).expect("a catalogue")).expect("JSON");
    let tools = if value.is_array() { value } else { value["tools"].take() };
    serde_json::from_value(tools).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// How much was tried.
#[derive(Default)]
pub struct Counts {
    schemas: usize,
    /// Types for which no valid value was found.
    without: Vec<String>,
    valid: usize,
    invalid: BTreeMap<Fault, usize>,
}

impl Counts {
    /// Adds values of one schema to the project: about so many valid ones, and invalid ones.
    pub fn add(&mut self, project: &mut Project, (tool, side): (&str, Side), schema: &Value, counts: (usize, usize)) {
        self.schemas += 1;
        // A result may have more than its schema says, but a program should not count on that.
        let extras = if side == Side::Input { Extras::Unsaid } else { Extras::Said };
        let validator = validator(schema);
        let accepted = validator.as_ref().map_or_else(Vec::new, |of| valid(schema, of, extras, SEED, counts.0));
        let Some(validator) = validator.filter(|_| !accepted.is_empty()) else {
            self.without.push(format!("{tool} ({side:?})"));
            return;
        };
        for value in &accepted {
            project.check(tool, side, Verdict::Accepted, value, "valid");
            self.valid += 1;
        }
        for wrong in invalid(schema, &validator, &accepted, counts.1) {
            let note = format!("{} at {:?}", wrong.fault, wrong.pointer);
            project.check(tool, side, Verdict::Refused, &wrong.value, note);
            *self.invalid.entry(wrong.fault).or_default() += 1;
        }
    }

    pub fn sum(&mut self, other: &Self) {
        self.schemas += other.schemas;
        self.without.extend_from_slice(&other.without);
        self.valid += other.valid;
        for (fault, count) in &other.invalid {
            *self.invalid.entry(*fault).or_default() += count;
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { schemas, without, valid, invalid } = self;
        write!(f, "{schemas} schemas ({} without values), {valid} valid, ", without.len())?;
        write!(f, "{} invalid", invalid.values().sum::<usize>())?;
        for (place, (fault, count)) in invalid.iter().enumerate() {
            write!(f, "{}{count} {fault}", if place == 0 { " (" } else { ", " })?;
        }
        f.write_str(if invalid.is_empty() { "" } else { ")" })
    }
}
