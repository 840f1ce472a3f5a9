//! Ranking of tools by the words of a query: BM25 over weighted fields (BM25F; Robertson and Zaragoza, 2009).
//!
//! In: the [`Index`] and a query. Out: the tools that match, best first. A word that few tools have weighs more than a
//! common one; a synonym or a word with the same beginning weighs less than the word itself. A tool is worth more if it has
//! more of the query, if the query has more of its name, and if it reads or writes as the query asks.
//!
//! The ranking is our own: the `bm25` crate scores one text per document and adds up nothing over fields or synonyms, so
//! a tool's name would have to be repeated to weigh more, and it gives equals in the order of a hash map, where answers
//! here are the same in every run. Stems are from `waken_snowball`, Snowball's English rules.

use super::{
    effect,
    index::{Index, rarity},
    lexicon::{is_filler, plainly, synonyms, term},
};
use crate::codegen::words::words;

/// How soon repetition of a word stops counting.
const SATURATION: f64 = 1.2;
/// What a synonym of a query's word is worth, and a word of which it is the beginning or the other way round.
const SYNONYM: f64 = 0.6;
const SAME_BEGINNING: f64 = 0.5;
/// How much it counts to have much of the query, and how much that the query has the whole name.
const COVERAGE: f64 = 0.5;
const NAMED_IN_FULL: f64 = 0.5;
/// What it is worth to read or write as the query asks, and not to be known to do otherwise.
const FITTING_EFFECT: f64 = 1.5;
const UNKNOWN_EFFECT: f64 = 1.22;
/// A match below this share of the best match's score is chance: it shares only common words with the query.
const RELEVANCE: f64 = 0.15;
/// More words than this say no more.
const QUERY_WORDS: usize = 32;

/// How well a tool matches a word of the query, or the query so far.
#[derive(Clone, Copy, Default)]
struct Score {
    sum: f64,
    /// The rarities of the query's words that the tool has.
    covered: f64,
    /// The rarities of the name's words that the query has.
    named: f64,
}

impl Index {
    /// The positions of the tools that match: the best `wanted` from the best down, equally good ones in order, and then
    /// the others.
    pub fn rank(&self, query: &str, wanted: usize) -> Vec<usize> {
        let said = words(query);
        let mut scores = vec![Score::default(); self.effects.len()];
        let mut of_word = scores.clone();
        for word in telling_terms(&said) {
            let touched = self.match_word(&word, &mut of_word);
            for tool in touched {
                let Score { sum, covered, named } = std::mem::take(&mut of_word[tool]);
                let score = &mut scores[tool];
                *score = Score { sum: score.sum + sum, covered: score.covered + covered, named: score.named + named };
            }
        }
        let asked = effect::of_query(&said);
        let matching = scores.iter().enumerate().filter(|(_, score)| score.sum > 0.0);
        let mut ranked: Vec<(usize, f64)> = matching
            .map(|(tool, score)| {
                let named = (score.named / self.names[tool].max(f64::MIN_POSITIVE)).min(1.0);
                let effect = match (asked, self.effects[tool]) {
                    (Some(asked), Some(effect)) if asked == effect => FITTING_EFFECT,
                    (Some(_), Some(_)) => 1.0,
                    _ => UNKNOWN_EFFECT,
                };
                (tool, score.sum * score.covered.powf(COVERAGE) * (1.0 + NAMED_IN_FULL * named) * effect)
            })
            .collect();
        let best = ranked.iter().map(|(_, score)| *score).fold(0.0, f64::max);
        ranked.retain(|(_, score)| *score >= best * RELEVANCE);
        let order = |(left, a): &(usize, f64), (right, b): &(usize, f64)| b.total_cmp(a).then(left.cmp(right));
        if wanted < ranked.len() {
            ranked.select_nth_unstable_by(wanted, order);
        }
        let wanted = wanted.min(ranked.len());
        ranked[..wanted].sort_unstable_by(order);
        ranked.into_iter().map(|(tool, _)| tool).collect()
    }

    /// Puts into `scores` how well each tool matches a word of the query, by the best of the terms that may stand for
    /// it. Returns the tools that do, each once.
    fn match_word(&self, word: &str, scores: &mut [Score]) -> Vec<usize> {
        let all = self.effects.len();
        let own = self.place(word);
        // Nothing that stands for a common word is rarer than the word itself.
        let most = own.map_or(f64::INFINITY, |place| rarity(all, self.postings[place].len()));
        let of_synonyms = synonyms(word).iter().filter_map(|synonym| self.place(synonym));
        let of_beginning = self.same_beginning(word);
        let stand_ins = of_synonyms.map(|place| (place, SYNONYM));
        let stand_ins = stand_ins.chain(of_beginning.into_iter().map(|place| (place, SAME_BEGINNING)));
        let mut touched = Vec::new();
        for (place, worth) in own.map(|place| (place, 1.0)).into_iter().chain(stand_ins) {
            let true_rarity = rarity(all, self.postings[place].len());
            let covered = worth * true_rarity.min(most);
            for posting in &self.postings[place] {
                let weight = f64::from(posting.weight);
                let score = &mut scores[posting.tool as usize];
                if score.sum == 0.0 {
                    touched.push(posting.tool as usize);
                }
                score.sum = score.sum.max(covered * weight * (SATURATION + 1.0) / (weight + SATURATION));
                score.covered = score.covered.max(covered);
                if posting.in_name {
                    score.named = score.named.max(worth * true_rarity);
                }
            }
        }
        touched
    }
}

/// The terms of a query, each once; those of fillers only if there is nothing else.
fn telling_terms(said: &[String]) -> Vec<String> {
    let plain = plainly(&said[..said.len().min(QUERY_WORDS)]);
    let telling: Vec<&String> = plain.iter().filter(|word| !is_filler(word)).collect();
    let words = if telling.is_empty() { plain.iter().collect() } else { telling };
    let mut terms = Vec::new();
    for word in words {
        let term = term(word);
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            effect::Effect,
            index::{Document, Field},
        },
        *,
    };

    fn index(tools: &[[&str; 2]]) -> Index {
        Index::new(tools.iter().map(|[name, description]| Document {
            texts: vec![(Field::Name, name), (Field::Summary, description)],
            effect: None,
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
            ("list issues", vec![1, 0, 2]),
            ("merging issues", vec![3, 1, 0]),
            ("Merge", vec![3]),
            ("the", vec![]),
            ("nothing", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(index.rank(query, 9), expected, "{query:?}");
        }
    }

    #[test]
    fn what_stands_for_a_word_counts_less() {
        let index = index(&[
            ["remove_widget", ""],
            ["delete_widget", ""],
            ["screenshots", ""],
            ["screen", ""],
            ["pull", "request"],
        ]);
        for (query, expected) in [
            ("delete a widget", vec![1, 0]),
            ("remove a widget", vec![0, 1]),
            ("erase", vec![0, 1]),
            ("screen", vec![3, 2]),
            ("PR", vec![4]),
        ] {
            assert_eq!(index.rank(query, 9), expected, "{query:?}");
        }
    }

    #[test]
    fn a_tool_that_does_what_is_asked_comes_first() {
        let document = |effect| Document { texts: vec![(Field::Name, "widget")], effect };
        let index = Index::new([Some(Effect::Writes), None, Some(Effect::Reads)].map(document));
        assert_eq!(index.rank("which widgets are there", 9), [2, 1, 0]);
        assert_eq!(index.rank("change a widget", 9), [0, 1, 2]);
    }

    #[test]
    fn equals_stay_in_order() {
        assert_eq!(index(&[["x", "y"], ["x", "y"], ["x", "y"]]).rank("x y", 9), [0, 1, 2]);
        assert_eq!(index(&[]).rank("x", 9), [0; 0]);
    }

    #[test]
    fn only_the_wanted_ones_are_sorted() {
        let index = index(&[["x", "y y y"], ["x y", "y"], ["y", "x"], ["x y", "x y"]]);
        let all = index.rank("x y", 4);
        for wanted in 0..4 {
            let mut ranked = index.rank("x y", wanted);
            assert_eq!(ranked[..wanted], all[..wanted]);
            ranked.sort_unstable();
            assert_eq!(ranked, [0, 1, 2, 3]);
        }
    }
}
