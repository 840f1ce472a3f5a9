//! Module specifiers: what an import may name.

/// The path in the tool tree of what a program's specifier names, such as `github/list_issues.ts`; `None` if it names
/// nothing that could be there. `./tools/`, `/tools/` and `tools/` are the same, the extension may be left out, and a
/// server alone is its index.
pub fn tree_path(specifier: &str) -> Option<String> {
    let path = specifier.strip_prefix("./").or_else(|| specifier.strip_prefix('/')).unwrap_or(specifier);
    let path = path.strip_prefix("tools/")?;
    let path = path.strip_suffix(".ts").or_else(|| path.strip_suffix(".js")).unwrap_or(path);
    // What wrappers are called: an identifier, in ASCII, so that nothing can look like it.
    let plain = |segment: &str| {
        !segment.is_empty() && segment.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$'))
    };
    match *path.split('/').collect::<Vec<_>>() {
        [server] | [server, ""] if plain(server) => Some(format!("{server}/index.ts")),
        [server, module] if plain(server) && plain(module) => Some(format!("{server}/{module}.ts")),
        _ => None,
    }
}

/// What an import of anything else is told.
pub const IMPORTABLE: &str =
    "a program can import \"./tools/<server>/<tool>.ts\" and \"./tools/<server>/index.ts\", and nothing else";
