//! Top-level `return`: legal in a program, illegal in a module.
//!
//! A program that uses it runs as the body of an async function, where its exports would be illegal in turn. This rewrites
//! them to assignments and plain declarations *in place*, so that every line and column of the source stays what it was.

use std::ops::ControlFlow;

use oxc::{
    ast::ast::{
        ArrowFunctionExpression, ExportDefaultDeclarationKind, Function, Program, ReturnStatement, Statement,
        StaticBlock,
    },
    ast_visit::{Visit, walk},
    span::{GetSpan, Span},
    syntax::scope::ScopeFlags,
};

/// The variable that holds the default export of a program that also returns. As long as `export default`, minus ` =`.
pub(super) const DEFAULT_EXPORT: &str = "__cf_default";

/// Whether some `return` stands outside every function.
pub(super) fn has_top_level_return(program: &Program<'_>) -> bool {
    let mut finder = ReturnFinder { found: ControlFlow::Continue(()) };
    finder.visit_program(program);
    finder.found.is_break()
}

struct ReturnFinder {
    found: ControlFlow<()>,
}

impl<'a> Visit<'a> for ReturnFinder {
    fn visit_return_statement(&mut self, _: &ReturnStatement<'a>) {
        self.found = ControlFlow::Break(());
    }

    fn visit_statement(&mut self, statement: &Statement<'a>) {
        if self.found.is_continue() {
            walk::walk_statement(self, statement);
        }
    }

    // What stands inside these returns from them.
    fn visit_function(&mut self, _: &Function<'a>, _: ScopeFlags) {}
    fn visit_arrow_function_expression(&mut self, _: &ArrowFunctionExpression<'a>) {}
    fn visit_static_block(&mut self, _: &StaticBlock<'a>) {}
}

/// The source with its exports rewritten for a function body.
pub(super) fn rewrite_exports(source: &str, program: &Program<'_>) -> String {
    let mut rewritten = String::with_capacity(source.len() + 64);
    let mut copied = 0;
    for statement in &program.body {
        let Some(Rewrite { replaced, with, suffix }) = rewrite(statement) else { continue };
        let (start, end) = (replaced.start as usize, replaced.end as usize);
        rewritten.push_str(&source[copied..start]);
        blank(&source[start..end], with, &mut rewritten);
        copied = statement.span().end as usize;
        rewritten.push_str(&source[end..copied]);
        rewritten.push_str(&suffix);
    }
    rewritten.push_str(&source[copied..]);
    rewritten
}

/// Text that stands in for a span of the same length, and what follows the statement.
struct Rewrite {
    replaced: Span,
    with: &'static str,
    suffix: String,
}

fn rewrite(statement: &Statement<'_>) -> Option<Rewrite> {
    let span = statement.span();
    match statement {
        Statement::ExportDefaultDeclaration(export) => {
            let keyword = Span::new(span.start, export.declaration.span().start);
            let name = match &export.declaration {
                ExportDefaultDeclarationKind::FunctionDeclaration(function) => function.id.as_ref(),
                ExportDefaultDeclarationKind::ClassDeclaration(class) => class.id.as_ref(),
                ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => {
                    return Some(Rewrite { replaced: keyword, with: "", suffix: String::new() });
                }
                _ => None,
            };
            // A named declaration stays one, because other statements may use its name before it is reached.
            Some(match name {
                Some(id) => {
                    let suffix = format!(";{DEFAULT_EXPORT} = {};", id.name);
                    Rewrite { replaced: keyword, with: "", suffix }
                }
                None => Rewrite { replaced: keyword, with: "__cf_default =", suffix: String::new() },
            })
        }
        Statement::ExportDeclaration(export) => {
            let keyword = Span::new(span.start, export.declaration.span().start);
            Some(Rewrite { replaced: keyword, with: "", suffix: String::new() })
        }
        Statement::ExportNamedDeclaration(_)
        | Statement::ExportFromDeclaration(_)
        | Statement::ExportAllDeclaration(_) => Some(Rewrite { replaced: span, with: "", suffix: String::new() }),
        _ => None,
    }
}

/// Writes `with`, then as many blanks as are missing from the length of `text`, keeping its line breaks.
fn blank(text: &str, with: &str, out: &mut String) {
    out.push_str(with);
    let mut covered = with.len();
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            _ if covered >= c.len_utf16() => covered -= c.len_utf16(),
            _ => out.extend(std::iter::repeat_n(' ', c.len_utf16())),
        }
    }
}
