//! Everything about tools that are known by name.
//!
//! In: names as a model writes them: `server/tool`, `server.tool`, `server__tool`, a wrapper's path, or the tool alone.
//! Out: the wrapper of each, under its path; for a name that no tool has, those that resemble it.

use super::{Catalog, nearest::suggestion};
use crate::codegen::text::comment_line;

/// What may stand between a server's name and a tool's.
const SEPARATORS: [&str; 3] = ["/", ".", "__"];

impl Catalog {
    /// The full wrapper source of each tool, in the order asked for, each tool once.
    pub fn describe(&self, names: &[String]) -> String {
        let mut shown = Vec::new();
        let mut parts = Vec::new();
        for name in names {
            let positions = self.named(name);
            if positions.is_empty() {
                parts.push(self.unknown(name));
            }
            for position in positions {
                if !shown.contains(&position) {
                    shown.push(position);
                    let tool = &self.0.tools[position];
                    parts.push(format!("// {}/{}.ts\n{}", tool.namespace, tool.names.function, tool.source()));
                }
            }
        }
        parts.join("\n")
    }

    /// The positions of the tools of this name: of several servers' if the name leaves the server open.
    pub(super) fn named(&self, name: &str) -> Vec<usize> {
        let name = name.trim();
        if let Some(position) = self.qualified(name) {
            return vec![position];
        }
        let path = name.strip_prefix("./").unwrap_or(name);
        let path = path.strip_prefix("tools/").unwrap_or(path);
        if let Some(position) = path.strip_suffix(".ts").and_then(|path| self.qualified(path)) {
            return vec![position];
        }
        self.servers().filter_map(|server| self.position(server, name)).collect()
    }

    /// The tool that the whole name says, wherever in it the server's name may end.
    fn qualified(&self, name: &str) -> Option<usize> {
        splits(name).find_map(|(server, tool)| self.position(server, tool))
    }

    fn unknown(&self, name: &str) -> String {
        let (server, tool) = splits(name).next().unwrap_or(("", name));
        format!("// no tool {}{}\n", comment_line(name), suggestion(&self.nearest(server, tool)))
    }
}

fn splits(name: &str) -> impl Iterator<Item = (&str, &str)> {
    SEPARATORS.into_iter().flat_map(move |separator| {
        name.match_indices(separator).map(move |(index, _)| (&name[..index], &name[index + separator.len()..]))
    })
}
