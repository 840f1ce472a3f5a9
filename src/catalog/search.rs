//! Finding tools by what they do.
//!
//! In: a query, which may hold several needs separated by `;` or line breaks, how much to say of each tool, and how many
//! tools to show. Out: the tools that fit, as a text with as few words around them as possible. Each need is ranked by
//! itself and the places are dealt out to the needs in turn, so that no need crowds out another; no tool comes twice.
//! The text stays within [`Budgets::search`](super::Budgets::search), by whole entries.

use std::{collections::BTreeSet, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    Catalog, Tool,
    browse::Excerpt,
    budget::{Purse, cut},
    describe::splits,
    effect,
    index::{Document, Field, Index},
    nearest::suggestion,
};
use crate::{
    codegen::{text::comment_line, words::words},
    tokens::Tokens,
    tool::ToolId,
};

/// More needs than this are not looked at.
const NEEDS: usize = 16;
/// How much of a need is repeated, in bytes.
const NEED_SHOWN: usize = 60;
/// After so many entries that do not fit into what is left of the budget, no other is tried.
const MISFITS: usize = 4;
/// How many of the words that a parameter may be set to are searched.
const CHOICES: usize = 50;

/// How much an answer says of each tool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    /// What a program calls it by: `github.list_issues`.
    Names,
    /// One line: how to call it, what comes back, what it does.
    #[default]
    Signatures,
    /// The whole wrapper with its documentation.
    Wrappers,
}

/// What a search found. Shown, it is what a model reads: the tools, best first for each need in turn, then how many match
/// and how to see more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchAnswer {
    pub hits: Vec<SearchHit>,
    /// The tools that match, whether shown or not.
    pub matches: usize,
    /// Why some of them are not shown.
    pub cut: Option<Cut>,
    /// The needs that nothing matches.
    pub unmatched: Vec<Unmatched>,
    /// How many needs were too many to look at.
    pub needs_left_out: usize,
    /// If there is a need that nothing matches: each server's name in programs and its number of tools.
    pub servers: Vec<(Arc<str>, usize)>,
    /// How many servers did not fit in.
    pub servers_left_out: usize,
}

/// One tool found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    pub id: ToolId,
    /// As the [`Detail`] has it, with a line break at its end.
    pub text: String,
}

/// What kept matching tools out of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    Limit,
    Budget(Tokens),
}

/// A need that nothing matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// Its beginning, on one line.
    pub need: String,
    /// If it may be a name, up to three tools whose names resemble it.
    pub nearest: Vec<String>,
}

impl Catalog {
    /// The tools that fit the query best, at most `limit`.
    pub fn search(&self, query: &str, detail: Detail, limit: usize) -> SearchAnswer {
        let index = self.index();
        let mut needs: Vec<&str> = query.split([';', '\n']).map(str::trim).filter(|need| !need.is_empty()).collect();
        let needs_left_out = needs.len().saturating_sub(NEEDS);
        needs.truncate(NEEDS);
        let ranked: Vec<Vec<usize>> = needs.iter().map(|need| self.rank(index, need, limit)).collect();
        let shares = deal(&ranked, limit);
        let places: Vec<usize> = shares.into_iter().flatten().collect();

        let budget = self.1.search;
        let mut purse = Purse::new(budget);
        let unmatched =
            needs.iter().zip(&ranked).filter(|(_, tools)| tools.is_empty()).map(|(need, _)| self.unmatched(need));
        let unmatched: Vec<_> = unmatched.filter(|unmatched| purse.pay(&unmatched.to_string())).collect();
        let hits = self.hits(&places, detail, &mut purse);
        let matches = distinct(&ranked, self.len());
        let cut = match hits.len() {
            shown if shown < places.len() => Some(Cut::Budget(budget)),
            shown if shown < matches => Some(Cut::Limit),
            _ => None,
        };
        let mut servers = Vec::new();
        if !unmatched.is_empty() || matches == 0 {
            let all = self.0.servers.iter().map(|server| (server.namespace.clone(), server.functions.len()));
            servers.extend(all.take_while(|(server, tools)| purse.pay(&format!("{server} ({tools}), "))));
        }
        let servers_left_out = if servers.is_empty() { 0 } else { self.0.servers.len() - servers.len() };
        SearchAnswer { hits, matches, cut, unmatched, needs_left_out, servers, servers_left_out }
    }

    /// Does ahead of time what the first search would wait for: reads every tool's words.
    pub fn prepare(&self) {
        self.index().rank("prepare", 0);
    }

    fn index(&self) -> &Index {
        self.0.index.get_or_init(|| Index::new(self.0.tools.iter().map(document)))
    }

    /// A need that is a tool's very name has that tool first, and no others unless the name is one ordinary word.
    fn rank(&self, index: &Index, need: &str, limit: usize) -> Vec<usize> {
        let mut named = self.named(need);
        if !named.is_empty() && words(need).len() > 1 {
            return named;
        }
        let mut ranked = index.rank(need, limit.saturating_add(named.len()));
        ranked.retain(|position| !named.contains(position));
        named.append(&mut ranked);
        named
    }

    fn hits(&self, places: &[usize], detail: Detail, purse: &mut Purse) -> Vec<SearchHit> {
        let mut hits = Vec::new();
        let mut misfits = 0;
        for &place in places {
            let tool = &self.0.tools[place];
            let mut text = match detail {
                Detail::Names => format!("{}.{}\n", tool.namespace, tool.names.function),
                Detail::Signatures => tool.signature() + "\n",
                Detail::Wrappers => tool.titled_source(),
            };
            if !purse.pay(&text) {
                misfits += 1;
                if detail != Detail::Wrappers || misfits > 1 || !hits.is_empty() {
                    if misfits == MISFITS {
                        break;
                    }
                    continue;
                }
                // A wrapper that is alone too long is begun.
                text = Excerpt::new(tool.path(), &tool.file(), None, purse).to_string();
            }
            hits.push(SearchHit { id: tool.id.clone(), text });
        }
        hits
    }

    fn unmatched(&self, need: &str) -> Unmatched {
        let (server, tool) = splits(need).next().unwrap_or(("", need));
        let may_be_name = !need.contains(char::is_whitespace);
        let nearest = if may_be_name { self.nearest(server, tool) } else { Vec::new() };
        Unmatched { need: cut(&comment_line(need), NEED_SHOWN), nearest }
    }
}

/// How many tools are in the rankings, each counted once.
fn distinct(ranked: &[Vec<usize>], tools: usize) -> usize {
    let mut is_in = vec![false; tools];
    ranked.iter().flatten().filter(|&&position| !std::mem::replace(&mut is_in[position], true)).count()
}

/// Deals the places out: each need in turn gets its next tool that no need has yet, until the places are gone.
fn deal(ranked: &[Vec<usize>], places: usize) -> Vec<Vec<usize>> {
    let mut shares = vec![Vec::new(); ranked.len()];
    let mut rest: Vec<_> = ranked.iter().map(|tools| tools.iter().copied()).collect();
    let mut dealt = BTreeSet::new();
    loop {
        let before = dealt.len();
        for (share, rest) in shares.iter_mut().zip(&mut rest) {
            if dealt.len() == places {
                return shares;
            }
            share.extend(rest.find(|&position| dealt.insert(position)));
        }
        if dealt.len() == before {
            return shares;
        }
    }
}

fn document(tool: &Tool) -> Document<'_> {
    let description = tool.def.description.as_deref().unwrap_or("");
    let summary_end = description.find(['\n', '\r']).unwrap_or(description.len());
    let summary_end = description[..summary_end].find(". ").unwrap_or(summary_end);
    let (summary, details) = description.split_at(summary_end);
    let mut texts = vec![
        (Field::Name, &*tool.id.tool),
        (Field::Server, &*tool.id.server),
        (Field::Summary, summary),
        (Field::Details, details),
    ];
    let parameters = tool.def.input_schema.get("properties").and_then(|properties| properties.as_object());
    for (name, schema) in parameters.into_iter().flatten() {
        texts.push((Field::Parameter, name));
        let choices = schema.get("enum").and_then(|choices| choices.as_array()).into_iter().flatten();
        texts.extend(choices.filter_map(|choice| choice.as_str()).take(CHOICES).map(|choice| (Field::Choice, choice)));
    }
    Document { texts, effect: effect::of_tool(&tool.def) }
}

/// `1 tool`, `2 tools`.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl fmt::Display for SearchAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for hit in &self.hits {
            f.write_str(&hit.text)?;
        }
        let (shown, tools) = (self.hits.len(), counted(self.matches, "tool"));
        match self.cut {
            _ if self.matches == 0 => {}
            None => writeln!(f, "{tools}")?,
            Some(Cut::Limit) => writeln!(f, "{shown} of {tools}; raise limit")?,
            Some(Cut::Budget(Tokens(budget))) => {
                writeln!(f, "{shown} of {tools} in {budget} tokens; narrow the query or take less detail")?;
            }
        }
        let servers = || {
            let mut servers: Vec<String> =
                self.servers.iter().map(|(name, tools)| format!("{name} ({tools})")).collect();
            if self.servers_left_out > 0 {
                servers.push(format!("{} more", self.servers_left_out));
            }
            if servers.is_empty() { "none".to_owned() } else { servers.join(", ") }
        };
        if !self.unmatched.is_empty() {
            let unmatched: Vec<String> = self.unmatched.iter().map(Unmatched::to_string).collect();
            writeln!(f, "No tool for: {}. Servers (tools): {}.", unmatched.join("; "), servers())?;
        } else if self.matches == 0 {
            writeln!(f, "The query is empty. Servers (tools): {}.", servers())?;
        }
        if self.needs_left_out > 0 {
            writeln!(f, "Ask again for the last {}.", counted(self.needs_left_out, "need"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.need, suggestion(&self.nearest))
    }
}
