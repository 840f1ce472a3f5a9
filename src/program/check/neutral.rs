//! Programs as the compiler gets to see them: the same lines and columns, but without what would have it look
//! elsewhere.
//!
//! In: a program's text, and which modules there are. Out: [`Neutral`], the text to check. Its comments are blanks,
//! because comments command the compiler: `/// <reference path="/etc/passwd"/>` would have it read a file, `lib="dom"`
//! would declare what the sandbox lacks, `@ts-nocheck` would switch it off. A cast (`as any`) is how a program says
//! that it knows better. The values of top-level `return`s are thrown, because the compiler does not look at that of a
//! `return` which it does not allow. Modules of the tree are called what they are in the project (`project`). The names of modules that do not exist are fillers, so that the compiler looks for none of
//! them on the host; what an import of one is told is [`Foreign`]'s business.

use oxc::{
    allocator::Allocator,
    ast::ast::{
        ArrowFunctionExpression, ExportAllDeclaration, ExportFromDeclaration, Expression, Function, ImportDeclaration,
        ImportExpression, ReturnStatement, StringLiteral, TSExternalModuleDeclaration, TSExternalModuleReference,
        TSImportType,
    },
    ast_visit::{Visit, walk},
    parser::{ParseOptions, Parser},
    span::{SourceType, Span},
    syntax::scope::ScopeFlags,
};

use super::project::module_name;
use crate::program::{specifier::tree_path, transpile};

pub(super) struct Neutral {
    pub text: String,
    pub foreign: Vec<Foreign>,
}

/// A module that a program names and that does not exist.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    pub specifier: String,
    /// Where the specifier stands in the neutral text, in bytes.
    pub offset: usize,
    /// Whether it is imported. What is only declared (`declare module "x"`) is of no consequence.
    pub is_imported: bool,
}

/// The text of a program that compiles; `exists` knows the modules of the tool tree by path.
pub(super) fn neutral(source: &str, exists: impl Fn(&str) -> bool) -> Neutral {
    transpile::on_deep_stack(source, || {
        let allocator = Allocator::default();
        let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
        let parsed = Parser::new(&allocator, source, SourceType::ts().with_module(true)).with_options(options).parse();
        let mut finder = Finder::default();
        finder.visit_program(&parsed.program);
        let comments = parsed.program.comments.iter().map(|comment| (comment.span, Filling::Blank));
        let returns = finder.returns.into_iter().map(|span| (span, Filling::Throw));
        // What stands between the quotes.
        let between = |span: Span| Span::new(span.start + 1, (span.end - 1).max(span.start + 1));
        let specifiers = finder.specifiers.into_iter().map(|named| {
            let path = tree_path(&named.value).filter(|path| exists(path));
            let span = between(named.span);
            let filling = match path {
                Some(path) => Filling::Module(module_name(&path)),
                None => Filling::Foreign(named),
            };
            (span, filling)
        });
        let mut fillings: Vec<_> = comments.chain(returns).chain(specifiers).collect();
        fillings.sort_unstable_by_key(|(span, _)| span.start);
        fill(source, fillings)
    })
}

/// What takes the place of a span, as long as that is.
enum Filling {
    Blank,
    /// Of a `return`.
    Throw,
    /// Of a specifier: what its module is called in the project.
    Module(String),
    Foreign(Specifier),
}

/// The text with its spans filled, lines and columns kept.
fn fill(source: &str, fillings: Vec<(Span, Filling)>) -> Neutral {
    let (mut text, mut foreign) = (String::with_capacity(source.len()), Vec::new());
    let mut copied = 0;
    for (span, filling) in fillings {
        let (start, end) = (span.start as usize, span.end as usize);
        // Nothing overlaps in what was parsed; if it did, the first would count.
        let (Some(before), Some(filled)) = (source.get(copied..start), source.get(start..end)) else { continue };
        text.push_str(before);
        let offset = text.len().saturating_sub(1);
        match filling {
            Filling::Blank => blank(filled, ' ', &mut text),
            Filling::Throw => text.push_str("throw "),
            // Nobody writes a specifier on several lines; the compiler will not find it.
            Filling::Module(_) if filled.contains(['\n', '\r', '\u{2028}', '\u{2029}']) => {
                blank(filled, '_', &mut text)
            }
            Filling::Module(name) => {
                let room = filled.encode_utf16().count().saturating_sub(name.len());
                text.push_str(&name);
                text.extend(std::iter::repeat_n('/', room));
            }
            Filling::Foreign(Specifier { value, is_imported, .. }) => {
                blank(filled, '_', &mut text);
                foreign.push(Foreign { specifier: value, offset, is_imported });
            }
        }
        copied = end;
    }
    text.push_str(source.get(copied..).unwrap_or_default());
    Neutral { text, foreign }
}

fn blank(filled: &str, with: char, text: &mut String) {
    for c in filled.chars() {
        match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => text.push(c),
            // In a string it may stand before a line break, which is not the string's end because of it.
            '\\' if with == '_' => text.push(c),
            c => text.extend(std::iter::repeat_n(with, c.len_utf16())),
        }
    }
}

struct Specifier {
    value: String,
    /// With its quotes.
    span: Span,
    is_imported: bool,
}

/// Everything that the compiler takes for the name of a module, and the `return`s of the program itself.
#[derive(Default)]
struct Finder {
    specifiers: Vec<Specifier>,
    /// The keywords of those with a value.
    returns: Vec<Span>,
    functions: usize,
}

impl Finder {
    fn push(&mut self, literal: &StringLiteral<'_>, is_imported: bool) {
        self.specifiers.push(Specifier { value: literal.value.to_string(), span: literal.span, is_imported });
    }
}

impl<'a> Visit<'a> for Finder {
    fn visit_return_statement(&mut self, statement: &ReturnStatement<'a>) {
        if self.functions == 0 && statement.argument.is_some() {
            let start = statement.span.start;
            self.returns.push(Span::new(start, start + "return".len() as u32));
        }
        walk::walk_return_statement(self, statement);
    }

    fn visit_function(&mut self, function: &Function<'a>, flags: ScopeFlags) {
        self.functions += 1;
        walk::walk_function(self, function, flags);
        self.functions -= 1;
    }

    fn visit_arrow_function_expression(&mut self, function: &ArrowFunctionExpression<'a>) {
        self.functions += 1;
        walk::walk_arrow_function_expression(self, function);
        self.functions -= 1;
    }

    fn visit_import_declaration(&mut self, import: &ImportDeclaration<'a>) {
        self.push(&import.source, true);
        walk::walk_import_declaration(self, import);
    }

    fn visit_export_from_declaration(&mut self, export: &ExportFromDeclaration<'a>) {
        self.push(&export.source, true);
        walk::walk_export_from_declaration(self, export);
    }

    fn visit_export_all_declaration(&mut self, export: &ExportAllDeclaration<'a>) {
        self.push(&export.source, true);
        walk::walk_export_all_declaration(self, export);
    }

    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        match &import.source {
            Expression::StringLiteral(literal) => self.push(literal, true),
            Expression::TemplateLiteral(template) if template.expressions.is_empty() => {
                let value = template.quasis.first().and_then(|part| part.value.cooked.as_ref());
                let value = value.map(ToString::to_string).unwrap_or_default();
                self.specifiers.push(Specifier { value, span: template.span, is_imported: true });
            }
            _ => {}
        }
        walk::walk_import_expression(self, import);
    }

    fn visit_ts_import_type(&mut self, import: &TSImportType<'a>) {
        self.push(&import.source, true);
        walk::walk_ts_import_type(self, import);
    }

    fn visit_ts_external_module_reference(&mut self, reference: &TSExternalModuleReference<'a>) {
        self.push(&reference.expression, true);
    }

    fn visit_ts_external_module_declaration(&mut self, module: &TSExternalModuleDeclaration<'a>) {
        self.push(&module.id, false);
        walk::walk_ts_external_module_declaration(self, module);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Position;

    fn checked(source: &str) -> Neutral {
        neutral(source, |path| path == "s/a.ts" || path == "s/index.ts")
    }

    #[test]
    fn comments_are_blank_and_nothing_moves() {
        for (source, expected) in [
            ("/// <reference path='/etc/passwd'/>\nf()", "                                   \nf()"),
            ("a; // @ts-ignore\nb", "a;              \nb"),
            ("a /* 😀\n é */ b", "a      \n      b"),
            ("const s = '// no comment'; // one", "const s = '// no comment';       "),
            ("if (a) return(b); return", "if (a) throw (b); return"),
            (
                "return () => { return f(function () { return 1 }) }",
                "throw  () => { return f(function () { return 1 }) }",
            ),
        ] {
            assert_eq!(checked(source).text, expected);
        }
    }

    #[test]
    fn names_of_modules_that_do_not_exist_are_filled() {
        let source = "import a from '/etc/hosts';\nimport b from './tools/s/a.ts';\nexport * from \"./tools/s/c.ts\";\n\
                      type T = import('../x').T;\nawait import(`file:///é😀`); await import('./tools/s');\n\
                      declare module 'fs' {}\nexport { z } from 'z\\\n2';\nawait import('' + a);";
        let Neutral { text, foreign } = checked(source);
        let expected = "import a from '__________';\nimport b from 'tools/s/a/////';\n\
                        export * from \"______________\";\ntype T = import('____').T;\n\
                        await import(`___________`); await import('tools/s//');\n\
                        declare module '__' {}\nexport { z } from '_\\\n_';\nawait import('' + a);";
        assert_eq!(text, expected);
        let found: Vec<_> = foreign
            .iter()
            .map(|f| (f.specifier.as_str(), Position::at(&text, f.offset).to_string(), f.is_imported))
            .collect();
        let expected = [
            ("/etc/hosts", "1:15".to_owned(), true),
            ("./tools/s/c.ts", "3:15".to_owned(), true),
            ("../x", "4:17".to_owned(), true),
            ("file:///é😀", "5:14".to_owned(), true),
            ("fs", "6:16".to_owned(), false),
            ("z2", "7:19".to_owned(), true),
        ];
        assert_eq!(found, expected);
    }
}
