//! Tokens by where they came from.

use serde::{Deserialize, Serialize};

use crate::tokens::Tokens;

/// Where a token came from. Every total is the sum over these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The system prompt and the user's task.
    Prompt,
    /// Tool definitions shown to the model.
    Definitions,
    /// Looking for tools: the model's queries and what they returned.
    Discovery,
    /// What tools, or the program, returned to the model.
    Results,
    /// The model's reasoning between its actions.
    Reasoning,
    /// Tool calls written out by the model: names and arguments.
    Calls,
    /// Programs written by the model.
    Code,
    /// The model's final answer.
    Answer,
}

impl Part {
    pub const ALL: [Self; 8] = [
        Self::Prompt,
        Self::Definitions,
        Self::Discovery,
        Self::Results,
        Self::Reasoning,
        Self::Calls,
        Self::Code,
        Self::Answer,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Definitions => "definitions",
            Self::Discovery => "discovery",
            Self::Results => "results",
            Self::Reasoning => "reasoning",
            Self::Calls => "calls",
            Self::Code => "code",
            Self::Answer => "answer",
        }
    }
}

/// A number of tokens by [`Part`]. Serialised with its total first; the parts sum to it by construction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SplitRecord", into = "SplitRecord")]
pub struct Split([Tokens; Part::ALL.len()]);

impl Split {
    pub fn add(&mut self, part: Part, tokens: Tokens) {
        self.0[part as usize] += tokens;
    }

    pub fn get(&self, part: Part) -> Tokens {
        self.0[part as usize]
    }

    pub fn total(&self) -> Tokens {
        self.0.iter().copied().sum()
    }

    /// The parts in their fixed order.
    pub fn parts(&self) -> impl Iterator<Item = (Part, Tokens)> {
        Part::ALL.into_iter().zip(self.0)
    }
}

/// [`Split`] as it is written to disk.
#[derive(Serialize, Deserialize)]
struct SplitRecord {
    total: Tokens,
    prompt: Tokens,
    definitions: Tokens,
    discovery: Tokens,
    results: Tokens,
    reasoning: Tokens,
    calls: Tokens,
    code: Tokens,
    answer: Tokens,
}

impl From<SplitRecord> for Split {
    fn from(r: SplitRecord) -> Self {
        Self([r.prompt, r.definitions, r.discovery, r.results, r.reasoning, r.calls, r.code, r.answer])
    }
}

impl From<Split> for SplitRecord {
    fn from(split: Split) -> Self {
        let [prompt, definitions, discovery, results, reasoning, calls, code, answer] = split.0;
        let total = split.total();
        Self { total, prompt, definitions, discovery, results, reasoning, calls, code, answer }
    }
}
