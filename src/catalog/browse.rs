//! The tools as a tree of files to look around in: `tools/<server>/<tool>.ts`.
//!
//! In: a path, with or without `./`, `tools/` or `.ts`, and which entries or lines of it. Out: the servers, the files of
//! one server, or the lines of one file, with how many there are in all; for a path that is not there, those that
//! resemble it. There is nothing behind the tree but the catalog, so no path leads out of it. Each server's `index.ts` and
//! the tree's `globals.d.ts` can be read too, but are not listed.

use std::{fmt, ops::RangeInclusive};

use super::{
    Catalog, Server, Tool,
    budget::{Purse, cut},
    nearest::suggestion,
    search::counted,
};
use crate::codegen::text::comment_line;

const ROOT: &str = "tools";
/// How many entries are listed at once unless others are asked for.
const PAGE: usize = 100;
/// How much of an unknown path is repeated, in bytes.
const PATH_SHOWN: usize = 100;

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Browsed {
    Listing(Listing),
    Excerpt(Excerpt),
}

/// Some entries of a directory. Shown, one a line, then how many there are and the path of the next ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// `tools` or `tools/<server>`.
    pub path: String,
    /// `<server>/ (<n> tools)` or `<tool>.ts`.
    pub entries: Vec<String>,
    /// The place of the first entry shown, from 1.
    pub first: usize,
    /// All entries of the directory.
    pub total: usize,
}

/// Some lines of a file. Shown, under a comment that says which; if the budget ended them, with the path of the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// `tools/<server>/<tool>.ts`.
    pub path: String,
    pub text: String,
    /// The first and the last line shown, from 1; there are none if the last comes before the first.
    pub first: usize,
    pub last: usize,
    /// All lines of the file.
    pub total: usize,
    /// Whether more was asked for than the budget allowed.
    pub is_cut: bool,
}

/// A path at which nothing is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing at {path}{}", suggestion(nearest))]
pub struct UnknownPath {
    /// Its beginning, on one line.
    pub path: String,
    /// Up to three paths that resemble it, the nearest first.
    pub nearest: Vec<String>,
}

impl Catalog {
    /// A directory's entries or a file's lines. The path may end in `:<first>-<last>`, `:<first>-` or `:<only>`.
    pub fn browse(&self, path: &str) -> Result<Browsed, UnknownPath> {
        self.browse_within(path, &mut self.purse()).ok_or_else(|| self.unknown_path(path))
    }

    pub(super) fn browse_within(&self, path: &str, purse: &mut Purse) -> Option<Browsed> {
        let (path, range) = match path.trim().rsplit_once(':') {
            Some((before, range)) => match parse_range(range) {
                Some(range) => (before, Some(range)),
                None => (path, None),
            },
            None => (path, None),
        };
        let listing = self.list_within(path, range.clone(), purse).map(Browsed::Listing);
        listing.or_else(|| self.read_within(path, range, purse).map(Browsed::Excerpt))
    }

    /// The servers of `tools`, or the tools of `tools/<server>`. `entries` are counted from 1; without them, the first 100.
    pub fn list(&self, path: &str, entries: Option<RangeInclusive<usize>>) -> Result<Listing, UnknownPath> {
        self.list_within(path, entries, &mut self.purse()).ok_or_else(|| self.unknown_path(path))
    }

    /// The lines of a file, counted from 1; without a range, all of them. What does not fit the budget is left out.
    pub fn read(&self, path: &str, lines: Option<RangeInclusive<usize>>) -> Result<Excerpt, UnknownPath> {
        self.read_within(path, lines, &mut self.purse()).ok_or_else(|| self.unknown_path(path))
    }

    fn purse(&self) -> Purse {
        Purse::new(self.1.describe)
    }

    fn list_within(&self, path: &str, entries: Option<RangeInclusive<usize>>, purse: &mut Purse) -> Option<Listing> {
        let path = relative(path);
        let servers = &self.0.servers;
        let entries = entries.unwrap_or(1..=PAGE);
        let (first, last) = ((*entries.start()).max(1), *entries.end());
        let (before, count) = (first - 1, last.saturating_sub(first - 1));
        let (path, total, mut entries): (_, _, Vec<String>) = match self.directory(path) {
            Some(Server { namespace, functions, .. }) => {
                let files = functions.keys().skip(before).take(count).map(|name| format!("{name}.ts"));
                (format!("{ROOT}/{namespace}"), functions.len(), files.collect())
            }
            None if path.is_empty() => {
                let tools = |server: &Server| counted(server.functions.len(), "tool");
                let directories = servers.iter().skip(before).take(count);
                let directories = directories.map(|server| format!("{}/ ({})", server.namespace, tools(server)));
                (ROOT.to_owned(), servers.len(), directories.collect())
            }
            None => return None,
        };
        // What stands below the entries at most.
        let below = format!("{total}-{total} of {total} servers; more: {path}:{total}-\n");
        let has_room = purse.pay(&below);
        let fitting = entries.iter().filter(|_| has_room).take_while(|entry| purse.pay(&format!("{entry}\n"))).count();
        entries.truncate(fitting);
        Some(Listing { path, entries, first, total })
    }

    fn read_within(&self, path: &str, lines: Option<RangeInclusive<usize>>, purse: &mut Purse) -> Option<Excerpt> {
        let (path, source) = self.file(relative(path))?;
        Some(Excerpt::new(path, &source, lines, purse))
    }

    /// The canonical path and the source of a file of the tree.
    fn file(&self, relative: &str) -> Option<(String, String)> {
        let Some((server, file)) = relative.split_once('/') else {
            let is_globals = matches!(relative, "globals.d.ts" | "globals");
            return is_globals.then(|| (format!("{ROOT}/globals.d.ts"), self.globals()));
        };
        let stem = file.strip_suffix(".ts").unwrap_or(file);
        if let Some(position) = self.position(server, stem) {
            let tool = &self.0.tools[position];
            return Some((tool.path(), tool.file()));
        }
        let path = format!("{}/{stem}.ts", self.directory(server)?.namespace);
        let source = self.wrapper(&path)?;
        Some((format!("{ROOT}/{path}"), source))
    }

    fn directory(&self, name: &str) -> Option<&Server> {
        let servers = &self.0.servers;
        servers
            .iter()
            .find(|server| &*server.namespace == name)
            .or_else(|| servers.iter().find(|server| &*server.name == name))
    }

    fn unknown_path(&self, path: &str) -> UnknownPath {
        let relative = relative(path);
        let nearest = match relative.split_once('/') {
            Some((server, file)) => {
                let stem = file.strip_suffix(".ts").unwrap_or(file);
                self.near(server, stem).into_iter().map(Tool::path).collect()
            }
            None => self.near_servers(relative).into_iter().map(|server| format!("{ROOT}/{server}")).collect(),
        };
        UnknownPath { path: cut(&comment_line(path), PATH_SHOWN), nearest }
    }
}

impl Browsed {
    /// Whether the budget kept everything out.
    pub(super) fn is_left_out(&self) -> bool {
        match self {
            Self::Listing(listing) => listing.entries.is_empty() && listing.first <= listing.total,
            Self::Excerpt(excerpt) => excerpt.is_cut && excerpt.text.is_empty(),
        }
    }
}

impl Excerpt {
    /// The lines of a source that are asked for and fit.
    pub(super) fn new(path: String, source: &str, lines: Option<RangeInclusive<usize>>, purse: &mut Purse) -> Self {
        let lines = lines.unwrap_or(1..=usize::MAX);
        let total = source.lines().count();
        let (first, end) = ((*lines.start()).max(1), total.min(*lines.end()));
        let mut excerpt = Self { path, text: String::new(), first, last: first - 1, total, is_cut: false };
        let is_alone = purse.is_fresh();
        // What stands around the lines at most.
        let around = Self { first: total, last: total - usize::from(total > 0), is_cut: true, ..excerpt.clone() };
        excerpt.is_cut = !purse.pay(&around.to_string());
        for line in source.split_inclusive('\n').skip(first - 1).take((end + 1).saturating_sub(first)) {
            if excerpt.is_cut || !purse.pay(line) {
                excerpt.is_cut = true;
                if is_alone && excerpt.text.is_empty() {
                    // A line that is alone too long is begun, so that nothing stops one from reading on.
                    excerpt.text = cut(line, purse.left()) + "\n";
                    excerpt.last += 1;
                }
                break;
            }
            excerpt.text.push_str(line);
            excerpt.last += 1;
        }
        excerpt
    }
}

impl Tool {
    /// Where the tool's wrapper is in the tree.
    pub(super) fn path(&self) -> String {
        format!("{ROOT}/{}/{}.ts", self.namespace, self.names.function)
    }
}

/// The path within the tree, without slashes around it.
fn relative(path: &str) -> &str {
    let path = path.trim();
    let path = path.strip_prefix("./").unwrap_or(path).trim_matches('/');
    match path.strip_prefix(ROOT) {
        Some("") => "",
        Some(rest) if rest.starts_with('/') => rest.trim_start_matches('/'),
        _ if path == "." => "",
        _ => path,
    }
}

fn parse_range(text: &str) -> Option<RangeInclusive<usize>> {
    let number = |text: &str| text.parse::<usize>().ok();
    match text.split_once('-') {
        Some((first, "")) => Some(number(first)?..=usize::MAX),
        Some((first, last)) => Some(number(first)?..=number(last)?),
        None => number(text).map(|only| only..=only),
    }
}

impl fmt::Display for Browsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listing(listing) => listing.fmt(f),
            Self::Excerpt(excerpt) => excerpt.fmt(f),
        }
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            writeln!(f, "{entry}")?;
        }
        let total = counted(self.total, if self.path == ROOT { "server" } else { "tool" });
        let next = self.first + self.entries.len();
        if self.entries.len() == self.total {
            return writeln!(f, "{total}");
        }
        match self.entries.len() {
            0 => write!(f, "none of {total}")?,
            _ => write!(f, "{}-{} of {total}", self.first, next - 1)?,
        }
        if next <= self.total { writeln!(f, "; more: {}:{next}-", self.path) } else { writeln!(f) }
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, text, first, last, total, is_cut } = self;
        match last < first {
            true if *is_cut => writeln!(f, "// {path}, {total} lines")?,
            true => writeln!(f, "// {path}, no such lines of {total}")?,
            false => writeln!(f, "// {path}, lines {first}-{last} of {total}")?,
        }
        f.write_str(text)?;
        if *is_cut && last < total { writeln!(f, "// more: {path}:{}-", last + 1) } else { Ok(()) }
    }
}
