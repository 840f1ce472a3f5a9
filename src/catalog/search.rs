//! Finding tools by what they do.
//!
//! In: a query, which may hold several needs separated by `;` or line breaks, and how many tools to show. Out: the
//! signatures of the tools that fit, as a text with as few words around them as possible. Each need is ranked by
//! itself and the places are dealt out to the needs in turn, so that no need crowds out another; no tool comes twice.

use std::{collections::BTreeSet, fmt, sync::Arc};

use super::{
    Catalog, Tool,
    rank::{Field, Index},
};
use crate::{
    codegen::words::words,
    tool::{JsonObject, ToolId},
};

/// What a word weighs in a tool's name, its server's name, its description and its parameters' names.
const WEIGHTS: [f64; 4] = [4.0, 2.0, 1.0, 0.5];

/// What a search found. Shown, it is what a model reads: a signature a line, best first for each need in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchAnswer {
    pub hits: Vec<SearchHit>,
    /// The tools that match; those beyond `hits` were left out for the limit.
    pub matches: usize,
    /// The needs that nothing matches, as they were written.
    pub unmatched: Vec<String>,
    /// Every server with its number of tools: what there is to ask for.
    pub servers: Vec<(Arc<str>, usize)>,
}

/// One tool found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    pub id: ToolId,
    pub signature: String,
}

impl Catalog {
    /// The tools that fit the query best, at most `limit`.
    pub fn search(&self, query: &str, limit: usize) -> SearchAnswer {
        let contents = &*self.0;
        let index = contents.index.get_or_init(|| Index::new(contents.tools.iter().map(fields)));
        let needs: Vec<&str> = query.split([';', '\n']).map(str::trim).filter(|need| !need.is_empty()).collect();
        let ranked: Vec<Vec<usize>> = needs.iter().map(|need| self.rank(index, need)).collect();

        let shares = deal(&ranked, limit);
        let hit = |&position: &usize| {
            let tool = &contents.tools[position];
            SearchHit { id: tool.id.clone(), signature: tool.signature() }
        };
        let unmatched = needs.iter().zip(&ranked).filter(|(_, tools)| tools.is_empty());
        SearchAnswer {
            hits: shares.iter().flatten().map(hit).collect(),
            matches: ranked.iter().flatten().collect::<BTreeSet<_>>().len(),
            unmatched: unmatched.map(|(need, _)| (*need).to_owned()).collect(),
            servers: contents.servers.iter().map(|server| (server.name.clone(), server.functions.len())).collect(),
        }
    }

    /// A need that is a tool's very name has that tool first, and no others unless the name is one ordinary word.
    fn rank(&self, index: &Index, need: &str) -> Vec<usize> {
        let mut named = self.named(need);
        if !named.is_empty() && words(need).len() > 1 {
            return named;
        }
        let mut ranked = index.rank(need);
        ranked.retain(|position| !named.contains(position));
        named.append(&mut ranked);
        named
    }
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

fn fields(tool: &Tool) -> Vec<Field<'_>> {
    let [name, server, description, parameter] = WEIGHTS;
    let mut fields = vec![
        Field { text: &tool.id.tool, weight: name, is_name: true },
        Field { text: &tool.id.server, weight: server, is_name: false },
        Field { text: tool.def.description.as_deref().unwrap_or(""), weight: description, is_name: false },
    ];
    let parameters = tool.def.input_schema.get("properties").and_then(|properties| properties.as_object());
    fields.extend(parameters.into_iter().flat_map(JsonObject::keys).map(|text| Field {
        text,
        weight: parameter,
        is_name: false,
    }));
    fields
}

impl fmt::Display for SearchAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for hit in &self.hits {
            writeln!(f, "{}", hit.signature)?;
        }
        if self.hits.len() < self.matches {
            let (shown, matches) = (self.hits.len(), self.matches);
            writeln!(f, "{shown} of {matches} matches; narrow the query or describe_tools for full wrappers.")?;
        }
        let servers = || {
            let servers: Vec<String> =
                self.servers.iter().map(|(server, tools)| format!("{server} ({tools})")).collect();
            if servers.is_empty() { "none".to_owned() } else { servers.join(", ") }
        };
        if !self.unmatched.is_empty() {
            writeln!(f, "No tool for: {}. Servers (tools): {}.", self.unmatched.join("; "), servers())?;
        } else if self.matches == 0 {
            writeln!(f, "The query is empty. Servers (tools): {}.", servers())?;
        }
        Ok(())
    }
}
