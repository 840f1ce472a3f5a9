//! The names that a program may have meant.
//!
//! In: a complaint of the compiler's about a name that does not exist. Out: up to three that do, the nearest first:
//! tools of the server named, then of all servers; servers; modules; properties of the input. Where the compiler has
//! found the one itself (`Did you mean 'x'?`), none.

use super::project::Names;

/// How many names to offer.
const OFFERED: usize = 3;
/// Names are compared up to this many characters, which bounds the work that a hostile name can cause.
const COMPARED: usize = 100;
/// Interfaces with fewer properties are shown whole where none of them is near.
const SHOWN_WHOLE: usize = 6;

impl Names {
    /// The names nearest to the one that this complaint is about.
    pub(super) fn nearest(&self, code: u32, message: &str) -> Vec<String> {
        if message.contains("Did you mean") {
            return Vec::new();
        }
        let mut quoted = message.split('\'').skip(1).step_by(2);
        let (first, second) = (quoted.next().unwrap_or_default(), quoted.next().unwrap_or_default());
        match code {
            // Cannot find name 'x'
            2304 | 2503 | 2552 | 2580..=2593 => self.nearest_global(first),
            // Property 'x' does not exist on type 'typeof import("./tools/github/index")'
            2339 | 2551 => match namespace(second) {
                Some(namespace) => self.nearest_tool(namespace, first),
                None => self.nearest_property(second, first),
            },
            // Module '"./tools/github/index"' has no exported member 'x'; or the other way round
            2305 | 2614 | 2724 | 2694 => match namespace(first) {
                Some(namespace) => self.nearest_tool(namespace, second),
                None => Vec::new(),
            },
            // Object literal may only specify known properties, and 'x' does not exist in type 'ListIssuesInput'
            2353 | 2561 => self.nearest_property(second, first),
            _ => Vec::new(),
        }
    }

    /// Whether this is a tool that a namespace global finds by a name that its wrapper could not have.
    pub(super) fn is_own_name(&self, code: u32, message: &str) -> bool {
        let mut quoted = message.split('\'').skip(1).step_by(2);
        let (Some(name), Some(ty)) = (quoted.next(), quoted.next()) else { return false };
        let Some(namespace) = namespace(ty).filter(|_| matches!(code, 2339 | 2551)) else { return false };
        self.tools.iter().any(|tool| tool.namespace == namespace && tool.own == name)
    }

    /// The modules nearest to a specifier that leads nowhere.
    pub(super) fn nearest_module(&self, specifier: &str) -> Vec<String> {
        let path = specifier.rsplit_once("tools/").map_or(specifier, |(_, path)| path);
        let candidates = self.modules.iter().map(|module| (module.as_str(), format!("./tools/{module}")));
        ranked(path, candidates, |_| 0)
    }

    fn nearest_global(&self, name: &str) -> Vec<String> {
        let namespaces = self.namespaces().map(|namespace| (namespace, namespace.to_owned()));
        // A tool is easily called without its server.
        let tools = self.tools.iter().map(|tool| (&*tool.function, format!("{}.{}", tool.namespace, tool.function)));
        ranked(name, namespaces.chain(tools), |_| 0)
    }

    fn nearest_tool(&self, namespace: &str, name: &str) -> Vec<String> {
        let tools = self.tools.iter().map(|tool| (&*tool.function, format!("{}.{}", tool.namespace, tool.function)));
        let prefix = format!("{namespace}.");
        ranked(name, tools, |shown| usize::from(!shown.starts_with(&prefix)))
    }

    fn nearest_property(&self, interface: &str, name: &str) -> Vec<String> {
        let Some(properties) = self.properties.get(interface) else { return Vec::new() };
        let near = ranked(name, properties.iter().map(|property| (property.as_str(), property.clone())), |_| 0);
        if near.is_empty() && properties.len() < SHOWN_WHOLE { properties.iter().cloned().collect() } else { near }
    }
}

/// The candidates that resemble the name, by how many letters are typed wrong, left out, added or swapped; case and
/// separators aside. One that would have to change by more than two fifths resembles nothing, unless one contains the
/// other.
fn ranked<'a>(
    name: &str,
    candidates: impl Iterator<Item = (&'a str, String)>,
    penalty: impl Fn(&str) -> usize,
) -> Vec<String> {
    let name = folded(name);
    let mut near: Vec<(usize, String)> = candidates
        .filter_map(|(candidate, shown)| {
            let candidate = folded(candidate);
            let distance = strsim::osa_distance(&name, &candidate);
            let contains = name.len() > 2 && (candidate.contains(&name) || name.contains(&candidate));
            let is_near = contains || distance * 5 <= 2 * name.chars().count().max(candidate.chars().count());
            is_near.then(|| (distance * 2 + penalty(&shown), shown))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(OFFERED).map(|(_, shown)| shown).collect()
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(COMPARED).collect()
}

/// The server that a text such as `typeof import("./tools/github/index")` is about. In some the path is as the program
/// wrote it.
fn namespace(ty: &str) -> Option<&str> {
    let (_, path) = ty.split_once('"')?;
    let path = path.strip_prefix("./").or_else(|| path.strip_prefix('/')).unwrap_or(path).strip_prefix("tools/")?;
    path.split(['/', '"', '.']).next().filter(|namespace| !namespace.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::check::project::ToolName;

    fn names() -> Names {
        let tools = [("github", "list_issues"), ("github", "get_issue"), ("chat", "post_message"), ("chat", "delete_")];
        let modules = tools.iter().map(|(namespace, function)| format!("{namespace}/{function}.ts"));
        Names {
            modules: modules.chain(["github/index.ts".to_owned(), "chat/index.ts".to_owned()]).collect(),
            tools: tools
                .map(|(namespace, function)| ToolName {
                    namespace: namespace.to_owned(),
                    function: function.to_owned(),
                    own: function.trim_end_matches('_').to_owned(),
                })
                .to_vec(),
            properties: [("ListIssuesInput".to_owned(), ["owner", "repo", "state"].map(str::to_owned).into())].into(),
        }
    }

    #[test]
    fn names_that_do_not_exist_are_answered_with_those_that_do() {
        for (code, message, expected) in [
            (2304, "Cannot find name 'listIssues'.", &["github.list_issues", "github.get_issue"][..]),
            (2304, "Cannot find name 'gitub'.", &["github"]),
            (2552, "Cannot find name 'gitub'. Did you mean 'github'?", &[]),
            (2304, "Cannot find name 'xyzzy'.", &[]),
            (2304, "Cannot find name 'fetch'.", &[]),
            (
                2339,
                "Property 'issues' does not exist on type 'typeof import(\"./tools/github/index\")'.",
                &["github.list_issues"],
            ),
            (
                2339,
                "Property 'postMessage' does not exist on type 'typeof import(\"./tools/github/index\")'.",
                &["chat.post_message"],
            ),
            (2305, "Module '\"./tools/github/index.ts\"' has no exported member 'listissue'.", &["github.list_issues"]),
            (
                2353,
                "Object literal may only specify known properties, and 'stat' does not exist in type 'ListIssuesInput'.",
                &["state"],
            ),
            (
                2353,
                "Object literal may only specify known properties, and 'q' does not exist in type 'ListIssuesInput'.",
                &["owner", "repo", "state"],
            ),
            (2322, "Type 'a' is not assignable to type 'b'.", &[]),
        ] {
            // Others may follow that are not as near.
            let nearest = names().nearest(code, message);
            assert_eq!(nearest.first().map(String::as_str), expected.first().copied(), "{message}");
            assert!(expected.iter().all(|name| nearest.iter().any(|near| near == name)), "{message}: {nearest:?}");
        }
        assert_eq!(names().nearest_module("./tools/github/list_issue.ts")[0], "./tools/github/list_issues.ts");
        assert_eq!(names().nearest_module("fs"), [""; 0]);
    }

    #[test]
    fn a_tools_own_name_is_no_error() {
        let message =
            |name| format!("Property '{name}' does not exist on type 'typeof import(\"./tools/chat/index\")'.");
        assert!(names().is_own_name(2339, &message("delete")));
        assert!(!names().is_own_name(2339, &message("remove")));
        assert!(!names().is_own_name(2322, &message("delete")));
    }
}
