//! Ranking of tools by the words of a query: BM25 (Robertson and Zaragoza, 2009) over weighted fields.
//!
//! In: the words of every tool, once, and then the words of queries. Out: the tools that match, best first. A word in
//! a tool's name weighs more than one in its description; a word that few tools have weighs more than a common one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::codegen::words::words;

/// How soon repetition of a word stops counting.
const SATURATION: f64 = 1.2;
/// How much a long text is held against its tool, between 0 and 1.
const LENGTH_PENALTY: f64 = 0.6;
/// A match below this share of the best match's score is chance: it shares only common words with the query.
const RELEVANCE: f64 = 0.4;

/// What it is worth that the query has every word of a tool's name.
const NAMED_IN_FULL: f64 = 1.5;

/// Words of queries that say nothing of what is looked for.
const FILLERS: [&str; 28] = [
    "a", "an", "the", "of", "to", "for", "in", "on", "at", "and", "or", "by", "with", "from", "all", "any", "this",
    "that", "it", "my", "i", "is", "be", "as", "into", "how", "tool", "via",
];

/// A text of a tool, and what a word in it weighs.
pub struct Field<'a> {
    pub text: &'a str,
    pub weight: f64,
    /// Whether this is the tool's name.
    pub is_name: bool,
}

/// A word's place in one tool.
struct Posting {
    tool: usize,
    weight: f64,
    in_name: bool,
}

/// How well a tool matches so far.
#[derive(Default)]
struct Score {
    sum: f64,
    /// The rarities of the query's words that the tool has.
    covered: f64,
    /// How many of the name's words the query has.
    named: usize,
}

/// The words of all tools.
pub struct Index {
    /// For each word, the tools that have it, in order.
    postings: HashMap<String, Vec<Posting>>,
    /// How many words each tool's name has.
    name_words: Vec<usize>,
    /// Each tool's weighted length over the mean.
    lengths: Vec<f64>,
}

impl Index {
    pub fn new<'a, F: IntoIterator<Item = Field<'a>>>(tools: impl IntoIterator<Item = F>) -> Self {
        let mut postings: HashMap<String, Vec<Posting>> = HashMap::new();
        let (mut lengths, mut name_words) = (Vec::new(), Vec::new());
        for (tool, fields) in tools.into_iter().enumerate() {
            let mut weights: BTreeMap<String, (f64, bool)> = BTreeMap::new();
            for Field { text, weight, is_name } in fields {
                for word in words(text) {
                    let entry = weights.entry(word).or_default();
                    *entry = (entry.0 + weight, entry.1 || is_name);
                }
            }
            lengths.push(weights.values().map(|(weight, _)| weight).sum());
            name_words.push(weights.values().filter(|(_, in_name)| *in_name).count());
            for (word, (weight, in_name)) in weights {
                postings.entry(word).or_default().push(Posting { tool, weight, in_name });
            }
        }
        let mean = lengths.iter().sum::<f64>() / lengths.len().max(1) as f64;
        lengths.iter_mut().for_each(|length| *length /= mean.max(f64::MIN_POSITIVE));
        Self { postings, name_words, lengths }
    }

    /// The positions of the tools that match, best first; equally good ones in order.
    pub fn rank(&self, query: &str) -> Vec<usize> {
        let mut scores: BTreeMap<usize, Score> = BTreeMap::new();
        for word in self.telling_words(query) {
            let tools = &self.postings[&word];
            let (all, having) = (self.lengths.len() as f64, tools.len() as f64);
            let rarity = (1.0 + (all - having + 0.5) / (having + 0.5)).ln();
            for &Posting { tool, weight, in_name } in tools {
                let penalty = 1.0 - LENGTH_PENALTY + LENGTH_PENALTY * self.lengths[tool];
                let score = scores.entry(tool).or_default();
                score.sum += rarity * weight * (SATURATION + 1.0) / (weight + SATURATION * penalty);
                score.covered += rarity;
                score.named += usize::from(in_name);
            }
        }
        // A tool that has half of what the query says is worth less than half of one that has it all.
        let score = |tool: usize, score: &Score| {
            let bonus = if score.named > 0 && score.named == self.name_words[tool] { NAMED_IN_FULL } else { 1.0 };
            score.sum * score.covered * bonus
        };
        let mut ranked: Vec<(usize, f64)> = scores.iter().map(|(&tool, of)| (tool, score(tool, of))).collect();
        ranked.sort_by(|(left, a), (right, b)| b.total_cmp(a).then(left.cmp(right)));
        let least = ranked.first().map_or(0.0, |(_, best)| best * RELEVANCE);
        ranked.into_iter().take_while(|(_, score)| *score >= least).map(|(tool, _)| tool).collect()
    }

    /// The query's words that some tool has; of these the fillers only if there is nothing else.
    fn telling_words(&self, query: &str) -> BTreeSet<String> {
        let known: BTreeSet<String> =
            words(query).into_iter().filter(|word| self.postings.contains_key(word)).collect();
        let telling: BTreeSet<_> = known.iter().filter(|word| !FILLERS.contains(&word.as_str())).cloned().collect();
        if telling.is_empty() { known } else { telling }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(tools: &[[&str; 2]]) -> Index {
        Index::new(tools.iter().map(|[name, description]| {
            [Field { text: name, weight: 3.0, is_name: true }, Field { text: description, weight: 1.0, is_name: false }]
        }))
    }

    #[test]
    fn names_and_rare_words_weigh_more() {
        let index = index(&[
            ["list_users", "Lists users, for issues and others"],
            ["list_issues", "Lists them"],
            ["list_labels", "Lists labels"],
            ["merge", "Merges"],
        ]);
        for (query, expected) in [
            ("issue", vec![1, 0]),
            ("list issues", vec![1, 0]),
            ("merge issues", vec![3]),
            ("Merge", vec![3]),
            ("labels of the issue", vec![2]),
            ("the", vec![]),
            ("nothing", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(index.rank(query), expected, "{query:?}");
        }
    }

    #[test]
    fn equals_stay_in_order() {
        assert_eq!(index(&[["a", "x"], ["a", "x"], ["a", "x"]]).rank("a x"), [0, 1, 2]);
        assert_eq!(index(&[]).rank("a"), [0; 0]);
    }
}
