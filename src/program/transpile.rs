//! TypeScript to JavaScript with oxc: types are removed, nothing is lowered, nothing is checked but the syntax.

use std::{
    borrow::Cow,
    panic::{self, AssertUnwindSafe},
    path::Path,
};

use oxc::{
    allocator::{Allocator, Vec as ArenaVec},
    ast::ast::Statement,
    codegen::{Codegen, CodegenOptions},
    diagnostics::{OxcDiagnostic, Severity},
    parser::{ParseOptions, Parser},
    semantic::SemanticBuilder,
    span::SourceType,
    transformer::{TransformOptions, Transformer},
};

use super::{
    PROGRAM_SOURCE,
    diagnostic::{Diagnostic, Position},
    top_level::{self, DEFAULT_EXPORT},
};

/// The parser recurses, so its stack bounds how deeply a program may be nested: so much for each byte of text. Memory is
/// used only as it is touched.
const STACK_BYTES_PER_BYTE: usize = 2 * 1024;
/// For what does not depend on the text.
const STACK_BYTES: usize = 256 * 1024;

/// The function whose body is a program that returns at its top level.
pub(crate) const PROGRAM_FUNCTION: &str = "__cf_program";

/// A JavaScript module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    pub code: String,
    /// A version 3 source map from `code` to the program, as JSON.
    pub source_map: String,
    /// The modules that it imports statically, in source order.
    pub imports: Vec<Import>,
}

/// A static import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub specifier: String,
    /// Where the import statement stands in the program.
    pub position: Position,
}

/// Compiles a program on a stack that is deep enough for any text of its length: the thread's own if it will do.
pub(super) fn transpile_program(source: &str) -> Result<Module, Diagnostic> {
    panic::catch_unwind(AssertUnwindSafe(|| on_deep_stack(source, || transpile(source, Form::Program))))
        .unwrap_or_else(|_| Err(Diagnostic::without_place("the compiler failed on this program")))
}

/// Does something with a text on a stack that is deep enough for however it is nested.
pub(super) fn on_deep_stack<T>(source: &str, work: impl FnOnce() -> T) -> T {
    let stack = STACK_BYTES + STACK_BYTES_PER_BYTE * source.len();
    stacker::maybe_grow(stack, stack, work)
}

/// Compiles a generated wrapper.
///
/// # Errors
/// A [`Diagnostic`] when it is not valid TypeScript, which is a fault of the generator.
pub fn transpile_wrapper(source: &str) -> Result<Module, Diagnostic> {
    transpile(source, Form::Module)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// May return at its top level.
    Program,
    Module,
}

fn transpile(source: &str, form: Form) -> Result<Module, Diagnostic> {
    let allocator = Allocator::default();
    let options = ParseOptions {
        allow_return_outside_function: form == Form::Program,
        parse_regular_expression: true,
        ..ParseOptions::default()
    };
    let parse = |text| Parser::new(&allocator, text, SourceType::ts().with_module(true)).with_options(options).parse();
    let mut parsed = parse(source);
    fail_on_error(source, &parsed.diagnostics)?;

    let returns = form == Form::Program && top_level::has_top_level_return(&parsed.program);
    // What is compiled has the same lines and columns as what was written, so diagnostics point into either.
    let compiled: &str = if returns {
        let rewritten = allocator.alloc_str(&top_level::rewrite_exports(source, &parsed.program));
        parsed = parse(rewritten);
        fail_on_error(rewritten, &parsed.diagnostics)?;
        rewritten
    } else {
        source
    };
    let mut program = parsed.program;

    // Imports that are never used are removed below, but an impossible one is a mistake to be told all the same.
    let imports = program.body.iter().filter_map(|statement| import(compiled, statement)).collect();

    let semantic = SemanticBuilder::new().with_check_syntax_error(true).with_enum_eval(true).build(&program);
    fail_on_error(compiled, &semantic.diagnostics)?;
    let scoping = semantic.semantic.into_scoping();
    let transformed = Transformer::new(&allocator, Path::new(PROGRAM_SOURCE), &TransformOptions::default())
        .build_with_scoping(scoping, &mut program);
    fail_on_error(compiled, &transformed.diagnostics)?;

    let print = |program: &_| {
        // No indentation: with it, the output of deeply nested blocks grows as the square of the input.
        let options = CodegenOptions {
            source_map_path: Some(PROGRAM_SOURCE.into()),
            indent_width: 0,
            ..CodegenOptions::default()
        };
        let printed = Codegen::new().with_options(options).build(program);
        (printed.code, printed.map.map(|map| map.to_json_string()).unwrap_or_default())
    };
    if !returns {
        let (code, source_map) = print(&program);
        return Ok(Module { code, source_map, imports });
    }

    // Imports stay where a module allows them; everything else becomes the body of an async function.
    let statements = std::mem::replace(&mut program.body, ArenaVec::new_in(&&allocator));
    let mut body = ArenaVec::new_in(&&allocator);
    for statement in statements {
        // The only export left is the empty one that the transformer leaves in place of removed imports.
        let stays = matches!(statement, Statement::ImportDeclaration(_) | Statement::ExportNamedDeclaration(_));
        if stays { program.body.push(statement) } else { body.push(statement) }
    }
    let (head, _) = print(&program);
    program.body = body;
    let (body, source_map) = print(&program);
    // The call stands before the function, where the source map has nothing yet: it shows up in no stack.
    let head = format!(
        "{head}let {DEFAULT_EXPORT};\nconst __cf_value = await {PROGRAM_FUNCTION}();\n\
         export default __cf_value === undefined ? {DEFAULT_EXPORT} : __cf_value;\nasync function {PROGRAM_FUNCTION}() {{\n"
    );
    Ok(Module {
        source_map: shift_lines(&source_map, head.matches('\n').count()),
        code: format!("{head}{body}\n}}\n"),
        imports,
    })
}

fn import(source: &str, statement: &Statement<'_>) -> Option<Import> {
    let (specifier, span) = match statement {
        Statement::ImportDeclaration(import) if import.import_kind.is_value() => (&import.source, import.span),
        Statement::ExportAllDeclaration(export) => (&export.source, export.span),
        Statement::ExportFromDeclaration(export) if export.export_kind.is_value() => (&export.source, export.span),
        _ => return None,
    };
    Some(Import { specifier: specifier.value.to_string(), position: Position::at(source, span.start as usize) })
}

/// The source map of text that stands `lines` lines further down: in the mappings, every `;` is a line.
fn shift_lines(source_map: &str, lines: usize) -> String {
    source_map.replacen("\"mappings\":\"", &format!("\"mappings\":\"{}", ";".repeat(lines)), 1)
}

fn fail_on_error<'d>(source: &str, diagnostics: impl IntoIterator<Item = &'d OxcDiagnostic>) -> Result<(), Diagnostic> {
    let Some(error) = diagnostics.into_iter().find(|diagnostic| diagnostic.severity == Severity::Error) else {
        return Ok(());
    };
    let message = match &error.help {
        Some(help) => Cow::from(format!("{} ({help})", error.message)),
        None => error.message.clone(),
    };
    Err(match error.labels.first() {
        Some(label) => Diagnostic::at(source, label.offset() as usize, message),
        None => Diagnostic::without_place(message),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(source: &str) -> Module {
        transpile_program(source).unwrap_or_else(|error| panic!("{source}: {error:?}"))
    }

    #[test]
    fn types_go_and_code_stays() {
        let module = module(
            "import { a } from './tools/x/a.ts';\nenum E { A = 2 }\nconst n: number = a(E.A)!;\nexport default n as unknown;",
        );
        assert!(module.code.contains("const n = a("), "{}", module.code);
        assert!(!module.code.contains("number"), "{}", module.code);
        assert_eq!(module.imports.len(), 1);
        assert_eq!(module.imports[0].specifier, "./tools/x/a.ts");
        assert_eq!(module.imports[0].position, Position { line: 1, column: 1 });
    }

    #[test]
    fn a_top_level_return_makes_the_program_a_function_body() {
        let wrapped = module(
            "import { a } from 'tools/x/a';\nexport const n: number = 1;\nif (a) return n;\nexport default async function f() {}\n",
        );
        for expected in ["import { a }", "await __cf_program()", "const n = 1", "__cf_default = f;"] {
            assert!(wrapped.code.contains(expected), "no {expected:?} in {}", wrapped.code);
        }
        assert!(!wrapped.code.contains("export const"));
        let plain =
            module("const f = () => { return 1 }; class A { static { (() => { return 2 })() } } export default f();");
        assert!(!plain.code.contains("__cf_"), "{}", plain.code);
    }

    #[test]
    fn syntax_errors_name_the_place() {
        for (source, line, column) in [
            ("const a = 1;\nconst = 2;", 2, 7),
            ("let x = 1;\n  let x = 2;\nreturn x;", 1, 5),
            ("function f() { await g(); }", 1, 16),
            ("return 1;\nexport default 2\n}", 3, 1),
            ("const r = /(/;", 1, 11),
        ] {
            let error = transpile_program(source).expect_err(source);
            assert_eq!(error.position.map(|p| p.line), Some(line), "{source}: {error:?}");
            let at = error.position.map(|p| p.column);
            assert!(at.is_some_and(|c| c.abs_diff(column) <= 2), "{source}: {error:?}");
        }
    }

    #[test]
    fn the_deepest_nesting_that_fits_the_size_limit_is_survived() {
        let size = super::super::MAX_PROGRAM_BYTES;
        for unit in [
            "(",
            "[",
            "{",
            "!",
            "a?b:",
            "if(a)",
            "a=>",
            "`${",
            "-",
            "a+",
            "a.b(",
            "<T>",
            "async()=>",
            "x:",
            "a??",
            "new ",
        ] {
            let _ = transpile_program(&unit.repeat(size / unit.len()));
            let count = size / (2 * unit.len() + 2);
            let _ = transpile_program(&format!(
                "{}1{}",
                unit.repeat(count),
                ")".repeat(if unit == "(" { count } else { 0 })
            ));
        }
        let pairs = |open: &str, close: &str| {
            let count = size / (open.len() + close.len() + 1);
            format!("{}1{}", open.repeat(count), close.repeat(count))
        };
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("({a:", "})"),
            ("f(", ")"),
            ("(()=>", ")"),
            ("`${", "}`"),
            ("{", "}"),
            ("if(a){", "}"),
        ] {
            let _ = transpile_program(&pairs(open, close));
        }
        let _ = transpile_program(&format!("let a: {}", "Array<".repeat(size / 8)));
        let _ = transpile_program(&format!("x = {}1", "a + ".repeat(size / 5)));
        let _ = transpile_program(&format!("x = {}1", "a ? 1 : ".repeat(size / 9)));
    }
}
