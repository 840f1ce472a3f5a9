//! The index of all tools' words, made once.
//!
//! In: the texts of every tool, by field. Out: for a term, the tools that have it and what it weighs in each. A word in a
//! name weighs more than one in a description, and one in a short field more than one in a long field.

use std::collections::HashMap;

use super::{effect::Effect, lexicon::term};
use crate::codegen::words::words;

/// The shortest beginning of a word that means something, in bytes.
const BEGINNING: usize = 5;

/// A part of a tool's definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Name,
    Server,
    /// The first sentence of the description.
    Summary,
    /// The rest of the description, which often speaks of other tools.
    Details,
    /// A parameter's name.
    Parameter,
    /// A word that a parameter may be set to: a tool that does several things has them there.
    Choice,
}

impl Field {
    const ALL: [Self; 6] = [Self::Name, Self::Server, Self::Summary, Self::Details, Self::Parameter, Self::Choice];

    /// What a word in it weighs, and how much the length of the field is held against that, between 0 and 1.
    const fn weight(self) -> (f64, f64) {
        match self {
            Self::Name => (3.0, 0.0),
            Self::Server => (1.5, 0.0),
            Self::Summary => (2.0, 0.5),
            Self::Details | Self::Parameter => (0.5, 0.5),
            Self::Choice => (0.25, 0.5),
        }
    }
}

/// What the index knows a tool by.
pub struct Document<'a> {
    pub texts: Vec<(Field, &'a str)>,
    pub effect: Option<Effect>,
}

/// A term's place in one tool.
pub struct Posting {
    pub tool: u32,
    pub weight: f32,
    pub in_name: bool,
}

/// The terms of all tools.
pub struct Index {
    /// In order.
    terms: Vec<Box<str>>,
    /// For each term, the tools that have it, in order.
    pub postings: Vec<Vec<Posting>>,
    /// For each tool, the rarities of its name's terms, added up.
    pub names: Vec<f64>,
    pub effects: Vec<Option<Effect>>,
}

impl Index {
    pub fn new<'a>(tools: impl IntoIterator<Item = Document<'a>>) -> Self {
        let mut vocabulary = Vocabulary::default();
        let mut effects = Vec::new();
        let mut documents: Vec<Vec<(u32, Field)>> = Vec::new();
        for Document { texts, effect } in tools {
            effects.push(effect);
            let terms = |(field, text)| words(text).into_iter().map(move |word| (word, field));
            documents
                .push(texts.into_iter().flat_map(terms).map(|(word, field)| (vocabulary.id(word), field)).collect());
        }
        let mean = Field::ALL.map(|field| {
            let words: usize = documents.iter().map(|words| count(words, field)).sum();
            words as f64 / documents.len().max(1) as f64
        });

        let (terms, places) = vocabulary.in_order();
        let mut postings: Vec<Vec<Posting>> = terms.iter().map(|_| Vec::new()).collect();
        for (tool, words) in (0..).zip(&documents) {
            let weights = Field::ALL.map(|field| {
                let (weight, penalty) = field.weight();
                let length = count(words, field) as f64 / mean[field as usize].max(f64::MIN_POSITIVE);
                weight / (1.0 - penalty + penalty * length)
            });
            let place = |&(id, field): &(u32, Field)| (places[id as usize], field);
            let mut words: Vec<(usize, Field)> = words.iter().map(place).collect();
            words.sort_unstable();
            for of_term in words.chunk_by(|(one, _), (other, _)| one == other) {
                let weight = of_term.iter().map(|(_, field)| weights[*field as usize]).sum::<f64>() as f32;
                let in_name = of_term.iter().any(|(_, field)| *field == Field::Name);
                postings[of_term[0].0].push(Posting { tool, weight, in_name });
            }
        }
        let mut index = Self { terms, postings, names: vec![0.0; documents.len()], effects };
        for postings in &index.postings {
            let rarity = rarity(index.effects.len(), postings.len());
            for posting in postings.iter().filter(|posting| posting.in_name) {
                index.names[posting.tool as usize] += rarity;
            }
        }
        index
    }

    /// Where the term's postings are.
    pub fn place(&self, term: &str) -> Option<usize> {
        self.terms.binary_search_by(|known| (**known).cmp(term)).ok()
    }

    /// The terms that begin with the word, and those with which the word begins.
    pub fn same_beginning(&self, word: &str) -> Vec<usize> {
        if word.len() < BEGINNING {
            return Vec::new();
        }
        let start = self.terms.partition_point(|term| **term <= *word);
        let longer = (start..self.terms.len()).take_while(|&place| self.terms[place].starts_with(word));
        let ends = (BEGINNING..word.len()).filter_map(|end| word.get(..end));
        longer.chain(ends.filter_map(|beginning| self.place(beginning))).collect()
    }
}

/// How rare a term is that `having` of all tools have.
pub fn rarity(all: usize, having: usize) -> f64 {
    let (all, having) = (all as f64, having as f64);
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}

fn count(words: &[(u32, Field)], field: Field) -> usize {
    words.iter().filter(|(_, of)| *of == field).count()
}

/// Terms as they are met, each with a number; a word is stemmed once.
#[derive(Default)]
struct Vocabulary {
    words: HashMap<String, u32>,
    terms: HashMap<String, u32>,
}

impl Vocabulary {
    fn id(&mut self, word: String) -> u32 {
        let Self { words, terms } = self;
        *words.entry(word).or_insert_with_key(|word| {
            let next = terms.len() as u32;
            *terms.entry(term(word)).or_insert(next)
        })
    }

    /// The terms in order, and the place of each number's term among them.
    fn in_order(self) -> (Vec<Box<str>>, Vec<usize>) {
        let mut terms: Vec<(String, u32)> = self.terms.into_iter().collect();
        terms.sort_unstable();
        let mut places = vec![0; terms.len()];
        for (place, (_, id)) in terms.iter().enumerate() {
            places[*id as usize] = place;
        }
        (terms.into_iter().map(|(term, _)| term.into()).collect(), places)
    }
}
