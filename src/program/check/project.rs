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
    ast::ast::{Argument, CallExpression, Expression, Function, TSInterfaceDeclaration, TSSignature, TSUnknownKeyword},
    ast_visit::{Visit, walk},
    parser::Parser,
    span::{GetSpan, SourceType, Span},
    syntax::scope::ScopeFlags,
};

/// The program's file, which exists so that the project has it; its text comes over the protocol.
pub(super) const PROGRAM_FILE: &str = "program.ts";
/// The declarations of what the sandbox offers.
const SANDBOX: &str = include_str!("sandbox.d.ts");
/// The declarations of the tools, all in one file: a thousand of them in files of their own take a second to write.
const TOOLS_FILE: &str = "tools.d.ts";

/// Strict, but for what is a matter of style in a program that is thrown away: see also [`super::codes`], which drops
/// what no option switches off. `noImplicitAny` stays on although its complaints are dropped: without it `[]` would be
/// a `never[]` that nothing can be pushed to.
///
/// `noResolve` lets imports and references add nothing to the files named here, so whatever a program says, none of the
/// host's is read.
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
    "noUncheckedSideEffectImports": false,
    "resolveJsonModule": false,
    "noResolve": true,
    "skipLibCheck": true
  },
  "files": ["program.ts", "sandbox.d.ts", "tools.d.ts"]
}
"#;

/// The files, by name, and what they declare.
pub(super) struct Project {
    files: [(&'static str, String); 4],
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
        let mut names = Names::default();
        let mut globals = String::new();
        let mut modules = String::new();
        for (path, source) in tree {
            let wrapper = Wrapper::read(&source);
            let Some((namespace, file)) = path.split_once('/') else {
                globals = wrapper.text.replace("import(\"./", "import(\"tools/").replace("/index.ts\")", "\")");
                continue;
            };
            if let (Some(own), Some(function)) = (wrapper.tool, file.strip_suffix(".ts")) {
                let namespace = namespace.to_owned();
                names.tools.push(ToolName { namespace, function: function.to_owned(), own });
            }
            // The index names its neighbours, which are modules here.
            let name = module_name(&path);
            let text =
                wrapper.text.replace(" from \"./", &format!(" from \"tools/{namespace}/")).replace(".ts\";", "\";");
            let text = if file == "index.ts" { &text } else { &wrapper.text };
            modules += &format!(
                "declare module \"{name}\" {{\n{text}\nexport {{}};\n}}\n\
                 declare module \"{name}/*\" {{ export * from \"{name}\"; }}\n"
            );
            for (interface, properties) in wrapper.interfaces {
                names.properties.entry(interface).or_default().extend(properties);
            }
            names.modules.insert(path);
        }
        let files = [
            ("tsconfig.json", CONFIGURATION.to_owned()),
            ("sandbox.d.ts", SANDBOX.to_owned()),
            (TOOLS_FILE, globals + &modules),
            (PROGRAM_FILE, String::new()),
        ];
        Self { files, names }
    }

    /// Writes all files.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        self.files.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))
    }
}

/// What a module of the tool tree is called in the project. With slashes behind it is the same, whatever their number.
pub(super) fn module_name(path: &str) -> String {
    let path = path.strip_suffix("/index.ts").or_else(|| path.strip_suffix(".ts")).unwrap_or(path);
    format!("tools/{path}")
}

impl Names {
    /// The namespace globals.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.modules.iter().filter_map(|path| path.strip_suffix("/index.ts"))
    }
}

/// A wrapper as the compiler gets it, which is its declarations, and what it says of itself.
#[derive(Default)]
struct Wrapper {
    text: String,
    tool: Option<String>,
    interfaces: Vec<(String, Vec<String>)>,
    edits: Vec<(Span, &'static str)>,
}

impl Wrapper {
    fn read(source: &str) -> Self {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, source, SourceType::ts().with_module(true)).parse();
        let mut wrapper = Self::default();
        wrapper.visit_program(&parsed.program);
        let mut edits = std::mem::take(&mut wrapper.edits);
        edits.extend(parsed.program.comments.iter().map(|comment| (comment.span, "")));
        edits.sort_unstable_by_key(|(span, _)| span.start);
        let mut copied = 0;
        for (span, with) in edits.into_iter() {
            // What stands in the body of a function is gone with it.
            if (span.start as usize) < copied {
                continue;
            }
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
        self.edits.push((keyword.span, "any"));
    }

    fn visit_function(&mut self, function: &Function<'a>, flags: ScopeFlags) {
        if function.r#async {
            let start = function.span.start;
            self.edits.push((Span::new(start, start + "async".len() as u32), ""));
        }
        for parameter in &function.params.items {
            if let (Some(default), Some(ty)) = (&parameter.initializer, &parameter.type_annotation) {
                self.edits.push((Span::new(ty.span.start, ty.span.start), "?"));
                self.edits.push((Span::new(ty.span.end, default.span().end), ""));
            }
        }
        self.edits.extend(function.body.as_ref().map(|body| (body.span, ";")));
        walk::walk_function(self, function, flags);
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
                      export async function a_(input: AInput = {}): Promise<AOutput> {\n  \
                      return callMCPTool(\"s\", \"a-\", input) as Promise<AOutput>;\n}\n";
        let tree = [
            ("s/a_.ts", source),
            ("s/index.ts", "export * from \"./a_.ts\";"),
            ("globals.d.ts", "declare const s: typeof import(\"./s/index.ts\");"),
        ];
        let project = Project::new(tree.map(|(path, source)| (path.to_owned(), source.to_owned())));
        let text = &project.files.iter().find(|(name, _)| *name == TOOLS_FILE).unwrap().1;
        assert!(text.contains("  unknown?: any;\n  \"b c\": \"unknown\";") && text.contains("<string, any>"), "{text}");
        assert!(text.contains("function a_(input?: AInput): Promise<AOutput> ;"), "{text}");
        assert!(text.contains("declare const s: typeof import(\"tools/s\");"), "{text}");
        assert!(text.contains("declare module \"tools/s/a_\" {\n"), "{text}");
        assert!(text.contains("declare module \"tools/s\" {\nexport * from \"tools/s/a_\";\n"), "{text}");
        assert!(!["ts-nocheck", "/**", "async", "return"].iter().any(|gone| text.contains(gone)), "{text}");
        let tool = ToolName { namespace: "s".into(), function: "a_".into(), own: "a-".into() };
        assert_eq!(project.names.tools, [tool]);
        assert_eq!(project.names.properties["AInput"].iter().collect::<Vec<_>>(), ["b c", "unknown"]);
        assert_eq!(project.names.namespaces().collect::<Vec<_>>(), ["s"]);
    }
}
