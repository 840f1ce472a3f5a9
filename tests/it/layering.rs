//! The architecture as a test: imports point down.

use std::{fs, path::Path};

/// The modules from the top down. A module may import those below it, and itself.
const LAYERS: [&str; 31] = [
    "cli",
    "criteria",
    "regression",
    "report",
    "harness",
    "gateway",
    "router",
    "executor",
    "sandbox",
    "upstream",
    "cache",
    "catalog",
    "activity",
    "audit",
    "journal",
    "codegen",
    "observations",
    "program",
    "config",
    "policy",
    "telemetry",
    "alert",
    "http_client",
    "metrics",
    "host",
    "format",
    "redact",
    "tokens",
    "canonical",
    "tool",
    "files",
];

fn layer(module: &str) -> usize {
    let layer = LAYERS.iter().position(|layer| *layer == module);
    layer.unwrap_or_else(|| panic!("{module:?} has no place in LAYERS"))
}

#[test]
fn imports_point_down() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut imports = 0;
    visit(&source, &mut |path| {
        let relative = path.strip_prefix(&source).expect("a source file");
        let own = relative.iter().next().and_then(|name| name.to_str()).expect("a name").trim_end_matches(".rs");
        if matches!(own, "lib" | "main") {
            return;
        }
        let text = fs::read_to_string(path).expect("a source file");
        // Tests may reach wherever they need to, and so may documentation.
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let code: String =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        for imported in imported(&code) {
            imports += 1;
            if layer(&imported) < layer(own) {
                wrong.push(format!("{} imports {imported}", relative.display()));
            }
        }
    });
    assert!(imports > 50, "only {imports} imports were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The modules of this crate that a text imports, by `crate::name` or within `use crate::{…}`.
fn imported(code: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        let rest = &code[start + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            modules.extend(identifier(rest));
            continue;
        };
        let mut depth = 0;
        let mut item_start = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => item_start = true,
                c if c.is_whitespace() => {}
                _ if depth == 0 && item_start => {
                    item_start = false;
                    modules.extend(identifier(&group[at..]));
                }
                _ => {}
            }
        }
    }
    modules
}

fn identifier(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
    // A name in capitals is an item of the crate's root; there is none.
    (!name.is_empty()).then_some(name)
}

fn visit(folder: &Path, file: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit(&path, file);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            file(&path);
        }
    }
}
