//! Wrappers and values of their types, as one TypeScript project.
//!
//! In: the tools of a server, and for each type of a wrapper the values that it must accept and those that it must
//! refuse. Out: what the compiler thinks otherwise of. A value is one line of a file of checks, so that a complaint's
//! line names the value.

use std::{collections::HashMap, fmt::Write as _, fs, path::Path};

use codefirst::{
    codegen::{WrapperTree, names, wrappers},
    observations::Observations,
    tool::ToolDef,
};
use oxc::{allocator::Allocator, parser::Parser, semantic::SemanticBuilder, span::SourceType};
use serde_json::Value;
use tempfile::TempDir;

use super::compiler::{Compiler, Diagnostic};

/// Where a generated tree comes from: the one place that knows the generator's signature.
pub fn generate(server: &str, tools: &[ToolDef]) -> WrapperTree {
    wrappers(&[(server, tools)], &Observations::default())
}

/// One of the two types of a wrapper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Input,
    Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    Refused,
}

struct Check {
    tool: String,
    type_name: String,
    verdict: Verdict,
    value: String,
    note: String,
}

pub struct Project {
    directory: TempDir,
    /// Files of checks by path; line 2 is the first check.
    checks: HashMap<String, Vec<Check>>,
    server: String,
    tools: HashMap<String, names::ToolNames>,
    pub tree: WrapperTree,
}

impl Project {
    /// The wrappers of a server's tools.
    pub fn new(server: &str, tools: &[ToolDef]) -> Self {
        let tree = generate(server, tools);
        let directory = tempfile::tempdir().expect("a temporary directory");
        for file in &tree.files {
            write(&directory.path().join("wrappers").join(&file.path), &file.source);
        }
        let names = names::tool_names(tools.iter().map(|tool| &*tool.name));
        let tools = names.into_iter().map(|(tool, names)| (tool.to_owned(), names)).collect();
        Self { directory, checks: HashMap::new(), server: server.to_owned(), tools, tree }
    }

    /// The source of a tool's wrapper.
    pub fn source(&self, tool: &str) -> &str {
        let path = format!("{}/{}.ts", self.server, self.tools[tool].function);
        &self.tree.files.iter().find(|file| file.path == path).expect("a wrapper").source
    }

    pub fn type_name(&self, tool: &str, side: Side) -> &str {
        match side {
            Side::Input => &self.tools[tool].input,
            Side::Output => &self.tools[tool].output,
        }
    }

    /// Adds a value to be judged.
    pub fn check(&mut self, tool: &str, side: Side, verdict: Verdict, value: &Value, note: impl Into<String>) {
        let type_name = self.type_name(tool, side).to_owned();
        let check = Check { tool: tool.to_owned(), type_name, verdict, value: literal(value), note: note.into() };
        self.checks.entry(format!("checks/{}.ts", self.tools[tool].function)).or_default().push(check);
    }

    /// Whatever the wrappers or the verdicts are wrong about, each in some lines of text.
    pub fn judge(&self, compiler: &Compiler) -> Vec<String> {
        for (path, checks) in &self.checks {
            write(&self.directory.path().join(path), &self.check_file(&checks[0].tool, checks));
        }
        let mut wrong = Vec::new();
        let mut refused: HashMap<(&str, usize), Diagnostic> = HashMap::new();
        for diagnostic in compiler.compile(self.directory.path()) {
            let Diagnostic { file, line, code, message } = &diagnostic;
            match self.checks.get_key_value(file) {
                Some((file, _)) if *line > 1 => {
                    refused.entry((file, line - 2)).or_insert(diagnostic);
                }
                _ => wrong.push(format!("{file}:{line}: {code}: {}", start(message, 600))),
            }
        }
        let mut paths: Vec<&String> = self.checks.keys().collect();
        paths.sort_unstable();
        for path in paths {
            for (place, check) in self.checks[path].iter().enumerate() {
                let Check { tool, type_name, verdict, value, note } = check;
                let value = start(value, 400);
                match (verdict, refused.get(&(path.as_str(), place))) {
                    (Verdict::Accepted, Some(Diagnostic { code, message, .. })) => {
                        let message = start(message, 600);
                        wrong.push(format!("{tool}: {type_name} refuses ({note}) {value}\n    {code}: {message}"));
                    }
                    (Verdict::Refused, None) => {
                        wrong.push(format!("{tool}: {type_name} accepts ({note}) {value}"));
                    }
                    _ => {}
                }
            }
        }
        wrong
    }

    fn check_file(&self, tool: &str, checks: &[Check]) -> String {
        let names = &self.tools[tool];
        let (server, function) = (&self.server, &names.function);
        let mut text = format!(
            "import type {{ {}, {} }} from \"../wrappers/{server}/{function}.ts\";\n",
            names.input, names.output
        );
        for (place, check) in checks.iter().enumerate() {
            writeln!(text, "const value_{place}: {} = {};", check.type_name, check.value).expect("text to write to");
        }
        text
    }
}

/// Fails with the first of what is wrong.
pub fn assert_none(wrong: &[String], what: &str) {
    const SHOWN: usize = 25;
    let shown = wrong.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{what}: {} wrong\n{shown}", wrong.len());
}

/// Panics unless the source is TypeScript without a syntax error or a name declared twice.
pub fn assert_parses(path: &str, source: &str) {
    let allocator = Allocator::default();
    let kind = if path.ends_with(".d.ts") { SourceType::d_ts() } else { SourceType::ts() };
    let parsed = Parser::new(&allocator, source, kind).parse();
    assert!(!parsed.panicked && parsed.diagnostics.is_empty(), "{path}: {:?}\n{source}", parsed.diagnostics);
    let semantic = SemanticBuilder::new().with_check_syntax_error(true).build(&parsed.program);
    assert!(semantic.diagnostics.is_empty(), "{path}: {:?}\n{source}", semantic.diagnostics);
}

/// The value as a TypeScript expression on one line.
fn literal(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(object) => {
            let entries = object.iter().map(|(key, value)| match key.as_str() {
                // Without the brackets, it would be the prototype.
                "__proto__" => format!("[\"__proto__\"]: {}", literal(value)),
                key => format!("{}: {}", literal(&key.into()), literal(value)),
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        // To the compiler, these two end a line.
        plain => plain.to_string().replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029"),
    }
}

fn start(text: &str, bytes: usize) -> String {
    match text.char_indices().find(|(at, _)| *at >= bytes) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory to write to");
    fs::write(path, text).expect("a directory to write to");
}
