//! What the compiler has beside the program: the wrappers, the sandbox's globals, its configuration.
//!
//! In: the files of the wrapper tree. Out: the files to write into an empty folder, and the [`Names`] that there are.
//! The wrappers are copied without comments, which hold servers' words and are of no use here, and with `any` for
//! `unknown`: most tools do not say what they return, and a program that reads it as it is runs. What a server does not
//! promise is not checked.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use oxc::{
    allocator::Allocator,
    ast::ast::{Argument, CallExpression, Expression, TSInterfaceDeclaration, TSSignature, TSUnknownKeyword},
    ast_visit::{Visit, walk},
    parser::Parser,
    span::{SourceType, Span},
};

/// The program's file, which exists so that the project has it; its text comes over the protocol.
pub(super) const PROGRAM_FILE: &str = "program.ts";
/// The declarations of what the sandbox offers.
const SANDBOX: &str = include_str!("sandbox.d.ts");
/// In the wrapper tree `globals.d.ts`. No server's folder can have this name.
const GLOBALS_FILE: &str = "tools/the-globals.d.ts";

/// Strict, but for what is a matter of style in a program that is thrown away: see also [`super::codes`], which drops
/// what no option switches off. `noImplicitAny` stays on although its complaints are dropped: without it `[]` would be
/// a `never[]` that nothing can be pushed to.
///
/// `noResolve` lets imports and references add nothing to the files named here, so whatever a program says, none of the
/// host's is read. `paths` are the forms of specifiers that the loader takes besides `./tools/…`.
const CONFIGURATION: &str = r#"{
  "compilerOptions": {
    "strict": true,
    "noImplicitThis": false,
    "strictPropertyInitialization": false,
    "useUnknownInCatchVariables": false,
    "allowUnreachableCode": true,
    "allowUnusedLabels": true,
    "noEmit": true,
    "target": "esnext",
    "lib": ["esnext"],
    "types": [],
    "module": "esnext",
    "moduleResolution": "bundler",
    "moduleDetection": "force",
    "allowImportingTsExtensions": true,
    "noUncheckedSideEffectImports": false,
    "resolveJsonModule": false,
    "noResolve": true,
    "skipLibCheck": true,
    "paths": { "tools/*": ["./tools/*"], "/tools/*": ["./tools/*"] }
  },
  "files": ["program.ts", "sandbox.d.ts"],
  "include": ["tools"]
}
"#;

/// The files, by path within the project's folder.
pub(super) struct Project {
    files: BTreeMap<String, String>,
    pub names: Names,
}

/// What a program can name.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Paths in the tool tree.
    pub modules: BTreeSet<String>,
    pub tools: Vec<ToolName>,
    /// The properties of each interface, by its name; servers may have interfaces of the same name.
    pub properties: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ToolName {
    pub namespace: String,
    /// The wrapper's.
    pub function: String,
    /// The tool's own, by which a namespace global knows it as well.
    pub own: String,
}

impl Project {
    /// The project around the wrapper tree: `<server>/<tool>.ts`, `<server>/index.ts` and `globals.d.ts`, by path.
    pub fn new(tree: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut project = Self { files: BTreeMap::new(), names: Names::default() };
        for (name, text) in [("tsconfig.json", CONFIGURATION), ("sandbox.d.ts", SANDBOX), (PROGRAM_FILE, "")] {
            project.files.insert(name.to_owned(), text.to_owned());
        }
        for (path, source) in tree {
            project.add(path, &source);
        }
        let namespaces: BTreeSet<String> = project.names.namespaces().map(str::to_owned).collect();
        for namespace in namespaces {
            // The loader takes `./tools/github.ts` for the server's index.
            let index = format!("export * from \"./{namespace}/index.ts\";\n");
            project.files.insert(format!("tools/{namespace}.ts"), index);
        }
        project
    }

    fn add(&mut self, path: String, source: &str) {
        let wrapper = Wrapper::read(source);
        let Some((namespace, file)) = path.split_once('/') else {
            self.files.insert(GLOBALS_FILE.to_owned(), wrapper.text);
            return;
        };
        if let (Some(own), Some(function)) = (wrapper.tool, file.strip_suffix(".ts")) {
            self.names.tools.push(ToolName { namespace: namespace.to_owned(), function: function.to_owned(), own });
        }
        for (interface, properties) in wrapper.interfaces {
            self.names.properties.entry(interface).or_default().extend(properties);
        }
        self.files.insert(format!("tools/{path}"), wrapper.text);
        self.names.modules.insert(path);
    }

    /// Writes all files.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let mut parents = BTreeSet::new();
        for (path, text) in &self.files {
            let path = folder.join(path);
            if let Some(parent) = path.parent().filter(|parent| !parents.contains(*parent)) {
                fs::create_dir_all(parent)?;
                parents.insert(parent.to_owned());
            }
            fs::write(path, text)?;
        }
        Ok(())
    }
}

impl Names {
    /// The namespace globals.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.modules.iter().filter_map(|path| path.strip_suffix("/index.ts"))
    }
}

/// A wrapper as the compiler gets it, and what it says of itself.
#[derive(Default)]
struct Wrapper {
    text: String,
    tool: Option<String>,
    interfaces: Vec<(String, Vec<String>)>,
    unknowns: Vec<Span>,
}

impl Wrapper {
    fn read(source: &str) -> Self {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, source, SourceType::ts().with_module(true)).parse();
        let mut wrapper = Self::default();
        wrapper.visit_program(&parsed.program);
        let mut edits: Vec<(Span, &str)> = parsed.program.comments.iter().map(|comment| (comment.span, "")).collect();
        edits.extend(wrapper.unknowns.iter().map(|span| (*span, "any")));
        edits.sort_unstable_by_key(|(span, _)| span.start);
        let mut copied = 0;
        for (span, with) in edits {
            wrapper.text += source.get(copied..span.start as usize).unwrap_or_default();
            wrapper.text += with;
            copied = span.end as usize;
        }
        wrapper.text += source.get(copied..).unwrap_or_default();
        wrapper
    }
}

impl<'a> Visit<'a> for Wrapper {
    fn visit_ts_unknown_keyword(&mut self, keyword: &TSUnknownKeyword) {
        self.unknowns.push(keyword.span);
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        let is_call = matches!(&call.callee, Expression::Identifier(name) if name.name == "callMCPTool");
        if let (true, Some(Argument::StringLiteral(tool))) = (is_call, call.arguments.get(1)) {
            self.tool = Some(tool.value.to_string());
        }
        walk::walk_call_expression(self, call);
    }

    fn visit_ts_interface_declaration(&mut self, interface: &TSInterfaceDeclaration<'a>) {
        let property = |signature: &TSSignature<'a>| match signature {
            TSSignature::TSPropertySignature(property) => property.key.static_name().map(|name| name.to_string()),
            _ => None,
        };
        let properties = interface.body.body.iter().filter_map(property).collect();
        self.interfaces.push((interface.id.name.to_string(), properties));
        walk::walk_ts_interface_declaration(self, interface);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_lose_comments_and_promise_nothing_unknown() {
        let source = "// @ts-nocheck\nexport interface AInput {\n  /** unknown */\n  unknown?: unknown;\n  \
                      \"b c\": \"unknown\";\n}\nexport type AOutput = Record<string, unknown>;\n\
                      export async function a_(input: AInput): Promise<AOutput> {\n  \
                      return callMCPTool(\"s\", \"a-\", input) as Promise<AOutput>;\n}\n";
        let tree = [
            ("s/a_.ts", source),
            ("s/index.ts", "export * from \"./a_.ts\";"),
            ("globals.d.ts", "declare const s: 1;"),
        ];
        let project = Project::new(tree.map(|(path, source)| (path.to_owned(), source.to_owned())));
        let text = &project.files["tools/s/a_.ts"];
        assert!(text.contains("  unknown?: any;\n  \"b c\": \"unknown\";") && text.contains("<string, any>"), "{text}");
        assert!(!text.contains("ts-nocheck") && !text.contains("/**"), "{text}");
        let tool = ToolName { namespace: "s".into(), function: "a_".into(), own: "a-".into() };
        assert_eq!(project.names.tools, [tool]);
        assert_eq!(project.names.properties["AInput"].iter().collect::<Vec<_>>(), ["b c", "unknown"]);
        assert_eq!(project.names.namespaces().collect::<Vec<_>>(), ["s"]);
        assert!(project.files.contains_key(GLOBALS_FILE) && project.files.contains_key("tools/s.ts"));
    }
}
