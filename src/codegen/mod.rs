//! From tool definitions to TypeScript: pure functions, the same bytes for the same definitions.
//!
//! In: servers' names and their [`ToolDef`]s. Out: the wrapper tree ([`wrappers`]) and one-line signatures
//! ([`signature()`]). On the way, [`names`] makes identifiers, [`mod@read`] turns JSON Schema into a small type language
//! ([`types`]), and [`emit`] and [`mod@signature`] write that language as TypeScript, on many lines or one.

mod combine;
mod constraints;
pub mod emit;
mod exclusive;
mod inline;
pub mod names;
mod output;
mod pattern;
pub mod read;
pub mod signature;
pub mod text;
pub mod types;
pub mod words;
mod write;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
};

pub use self::signature::{signature, signature_as};
use self::{names::Scope, types::Warning};
use crate::{
    observations::Observations,
    tool::{ToolDef, ToolId},
};

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrapperFile {
    /// Relative to the wrapper tree, with `/` between directory and file: `github/list_issues.ts`.
    pub path: String,
    pub source: String,
}

/// The wrappers of all tools of some servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrapperTree {
    /// Sorted by path: a file per tool, an index per server, `globals.d.ts`.
    pub files: Vec<WrapperFile>,
    /// By server and tool.
    pub warnings: Vec<ToolWarning>,
}

/// A part of a tool's definition that its wrapper has as `unknown`, because it is no valid schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolWarning {
    pub tool: ToolId,
    pub warning: Warning,
}

impl fmt::Display for ToolWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Warning { pointer, message } = &self.warning;
        write!(f, "{}: {pointer}: {message}; it is `unknown` in the wrapper", self.tool)
    }
}

/// The whole wrapper tree of these servers, with the outputs observed where a server declares none.
pub fn wrappers<S: AsRef<str>, T: AsRef<[ToolDef]>>(servers: &[(S, T)], observations: &Observations) -> WrapperTree {
    let servers = in_order(servers);
    let namespaces = names::identifiers(servers.keys().copied(), Scope::Server);
    let mut files =
        vec![WrapperFile { path: "globals.d.ts".to_owned(), source: emit::globals(sorted(namespaces.values())) }];
    let mut warnings = Vec::new();
    for (server, tools) in &servers {
        let directory = &namespaces[server];
        let names = names::tool_names(tools.keys().copied());
        for (tool, def) in tools {
            let names = &names[tool];
            let tool = ToolId::new(*server, *tool);
            let wrapper = emit::wrapper(server, def, names, observations.get(&tool, def));
            files.push(WrapperFile {
                path: format!("{directory}/{}.ts", names.function),
                source: format!("{}\n{}", emit::HEADER, wrapper.source),
            });
            warnings.extend(wrapper.warnings.into_iter().map(|warning| ToolWarning { tool: tool.clone(), warning }));
        }
        let functions = sorted(names.values().map(|names| &names.function));
        files.push(WrapperFile { path: format!("{directory}/index.ts"), source: emit::index(functions) });
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    WrapperTree { files, warnings }
}

/// The servers and their tools by name. Lists of the same server are joined; of two definitions with the same name the
/// one whose JSON comes first in byte order is kept, so that the order of the input decides nothing.
pub fn in_order<S: AsRef<str>, T: AsRef<[ToolDef]>>(servers: &[(S, T)]) -> BTreeMap<&str, BTreeMap<&str, &ToolDef>> {
    let mut by_server = BTreeMap::<_, BTreeMap<_, _>>::new();
    for (server, tools) in servers {
        let by_name = by_server.entry(server.as_ref()).or_default();
        for def in tools.as_ref() {
            match by_name.entry(&*def.name) {
                Entry::Vacant(entry) => {
                    entry.insert(def);
                }
                Entry::Occupied(mut entry) if json(def) < json(entry.get()) => {
                    entry.insert(def);
                }
                Entry::Occupied(_) => {}
            }
        }
    }
    by_server
}

fn json(def: &ToolDef) -> String {
    match serde_json::to_string(def) {
        Ok(json) => json,
        Err(error) => unreachable!("a definition is plain data: {error}"),
    }
}

fn sorted<'a>(names: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.map(String::as_str).collect();
    names.sort_unstable();
    names
}
