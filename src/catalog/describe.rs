//! Everything about tools that are known by name.
//!
//! In: names as a model writes them: `server/tool`, `server.tool`, `server__tool`, a wrapper's path, or the tool alone.
//! Out: the wrapper of each, under its path; for a name that no tool has, those that resemble it. A path of the tree that
//! is no wrapper, or that says which lines, is shown as [`Catalog::browse`] has it: so one tool of the code route is
//! enough for both. The text stays within [`Budgets::describe`](super::Budgets::describe), by whole wrappers; only one
//! that is alone too long is cut, at a line, with the path of the rest.

use std::fmt;

use super::{
    Catalog, Tool,
    browse::Excerpt,
    budget::{Purse, cut},
    nearest::suggestion,
    search::counted,
};
use crate::{codegen::text::comment_line, tokens::Tokens};

/// What may stand between a server's name and a tool's.
const SEPARATORS: [&str; 3] = ["/", ".", "__"];
/// How much of an unknown name is repeated, in bytes.
const NAME_SHOWN: usize = 100;
/// For how many unknown names others are sought that resemble them.
const UNKNOWN_SOUGHT: usize = 8;
/// How much of what was left out is named.
const LEFT_OUT_NAMED: usize = 3;

/// What is known of the tools asked for. Shown, it is what a model reads: wrappers, then how many tools were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribeAnswer {
    /// Wrappers, remarks on names that no tool has, and what was browsed, in the order asked for.
    pub parts: Vec<String>,
    /// The tools found, whether shown or not.
    pub matches: usize,
    pub shown: usize,
    /// What the budget left out, each as it can be asked for again.
    pub left_out: Vec<String>,
    /// What the answer may take.
    pub budget: Tokens,
}

impl Catalog {
    /// The full wrapper source of each tool, in the order asked for, each tool once.
    pub fn describe(&self, names: &[String]) -> DescribeAnswer {
        let budget = self.1.describe;
        let mut answer = DescribeAnswer { parts: Vec::new(), matches: 0, shown: 0, left_out: Vec::new(), budget };
        let mut purse = Purse::new(budget);
        let (mut known, mut unknown) = (Vec::new(), 0);
        for name in names {
            let positions = self.named(name);
            if positions.is_empty() {
                let remark = match self.browse_within(name, &mut purse) {
                    Some(browsed) => (!browsed.is_left_out()).then(|| browsed.to_string()),
                    None => {
                        unknown += 1;
                        Some(self.unknown(name, unknown <= UNKNOWN_SOUGHT)).filter(|remark| purse.pay(remark))
                    }
                };
                match remark {
                    Some(remark) => answer.parts.push(remark),
                    None => answer.left_out.push(cut(&comment_line(name), NAME_SHOWN)),
                }
            }
            for position in positions {
                if known.contains(&position) {
                    continue;
                }
                known.push(position);
                answer.matches += 1;
                let tool = &self.0.tools[position];
                let mut source = tool.titled_source();
                if !purse.pay(&source) {
                    if !answer.parts.is_empty() {
                        answer.left_out.push(tool.shown());
                        continue;
                    }
                    source = Excerpt::new(tool.path(), &tool.file(), None, &mut purse).to_string();
                }
                answer.shown += 1;
                answer.parts.push(source);
            }
        }
        answer
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

    fn unknown(&self, name: &str, is_sought: bool) -> String {
        let (server, tool) = splits(name).next().unwrap_or(("", name));
        let nearest = if is_sought { self.nearest(server, tool) } else { Vec::new() };
        format!("// no tool {}{}\n", cut(&comment_line(name), NAME_SHOWN), suggestion(&nearest))
    }
}

impl Tool {
    /// The wrapper's source under its path.
    pub(super) fn titled_source(&self) -> String {
        format!("// {}/{}.ts\n{}", self.namespace, self.names.function, self.source())
    }
}

/// The ways to take a name apart into a server's and a tool's.
pub(super) fn splits(name: &str) -> impl Iterator<Item = (&str, &str)> {
    SEPARATORS.into_iter().flat_map(move |separator| {
        name.match_indices(separator).map(move |(index, _)| (&name[..index], &name[index + separator.len()..]))
    })
}

impl fmt::Display for DescribeAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts.join("\n"))?;
        let (tools, Tokens(budget)) = (counted(self.matches, "tool"), self.budget);
        if self.left_out.is_empty() {
            return writeln!(f, "// {tools}");
        }
        let named = &self.left_out[..self.left_out.len().min(LEFT_OUT_NAMED)];
        write!(f, "// {} of {tools} in {budget} tokens; ask again for {}", self.shown, named.join(", "))?;
        match self.left_out.len() - named.len() {
            0 => writeln!(f),
            others => writeln!(f, " and {others} more"),
        }
    }
}
