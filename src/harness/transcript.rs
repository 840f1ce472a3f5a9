//! The evidence of a trial: what a model was shown and what it said, turn by turn. Token counts are taken from this alone.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::summary::{Part, Split};
use crate::{
    tokens::{TokenCounter, Tokens},
    tool::ToolDef,
};

/// One conversation with a model.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Transcript {
    pub turns: Vec<Turn>,
}

/// One request to the model, and its response.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Turn {
    /// What this request adds to the input of the one before it.
    pub input: Vec<Event>,
    pub output: Vec<Event>,
}

/// A piece of a conversation.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    pub part: Part,
    #[serde(flatten)]
    pub content: Content,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    #[serde(serialize_with = "beginning")]
    Text(Arc<str>),
    /// A tool definition as [`ToolDef::tokens`] counts it.
    Definition(ToolDef),
    /// A number of tokens that is assumed, not counted: reasoning, which no one has written.
    #[serde(rename = "assumed_tokens")]
    Assumed(Tokens),
}

/// Longer texts are written to disk only in part: the servers give the whole again.
const WRITTEN_BYTES: usize = 4_096;

fn beginning<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    let end = text.floor_char_boundary(WRITTEN_BYTES);
    match text.len() - end {
        0 => serializer.serialize_str(text),
        rest => serializer.serialize_str(&format!("{}… and {rest} bytes more", &text[..end])),
    }
}

impl Event {
    pub fn text(part: Part, text: impl Into<Arc<str>>) -> Self {
        Self { part, content: Content::Text(text.into()) }
    }

    fn tokens(&self, counter: &dyn TokenCounter) -> Tokens {
        match &self.content {
            Content::Text(text) => counter.count(text),
            Content::Definition(tool) => tool.tokens(counter),
            Content::Assumed(tokens) => *tokens,
        }
    }
}

/// The three totals of a transcript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// Everything that entered the model's context, once.
    pub context: Split,
    /// The whole input of every request, summed.
    pub cumulative_input: Split,
    /// Everything that the model emitted.
    pub output: Split,
}

impl Transcript {
    /// Counts every event once.
    pub fn account(&self, counter: &dyn TokenCounter) -> Accounts {
        let mut accounts = Accounts::default();
        let requests = self.turns.len() as u64;
        for (index, turn) in self.turns.iter().enumerate() {
            // An input is part of this request and every later one; an output only of the later ones.
            let later = requests - index as u64 - 1;
            let inputs = turn.input.iter().map(|event| (event, later + 1, false));
            let outputs = turn.output.iter().map(|event| (event, later, true));
            for (event, times_sent, emitted) in inputs.chain(outputs) {
                let tokens = event.tokens(counter);
                accounts.context.add(event.part, tokens);
                accounts.cumulative_input.add(event.part, Tokens(tokens.0 * times_sent));
                if emitted {
                    accounts.output.add(event.part, tokens);
                }
            }
        }
        accounts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts bytes, so that expectations can be read.
    struct Bytes;

    impl TokenCounter for Bytes {
        fn name(&self) -> &'static str {
            "bytes"
        }

        fn count(&self, text: &str) -> Tokens {
            Tokens(text.len() as u64)
        }
    }

    #[test]
    fn inputs_are_sent_with_every_later_request_and_outputs_with_the_ones_after() {
        let reasoning = |tokens| Event { part: Part::Reasoning, content: Content::Assumed(Tokens(tokens)) };
        let transcript = Transcript {
            turns: vec![
                Turn {
                    input: vec![Event::text(Part::Prompt, "12345")],
                    output: vec![reasoning(7), Event::text(Part::Calls, "123")],
                },
                Turn { input: vec![Event::text(Part::Results, "1234567890")], output: vec![reasoning(7)] },
                Turn { input: vec![Event::text(Part::Results, "1")], output: vec![Event::text(Part::Answer, "12")] },
            ],
        };
        let accounts = transcript.account(&Bytes);
        let split = |entries: &[(Part, u64)]| {
            let mut split = Split::default();
            entries.iter().for_each(|(part, tokens)| split.add(*part, Tokens(*tokens)));
            split
        };
        use Part::{Answer, Calls, Prompt, Reasoning, Results};
        let context = [(Prompt, 5), (Reasoning, 14), (Calls, 3), (Results, 11), (Answer, 2)];
        assert_eq!(accounts.context, split(&context));
        // Request 1: 5. Request 2: 5 + 7 + 3 + 10. Request 3: 5 + 7 + 3 + 10 + 7 + 1.
        let cumulative = [(Prompt, 15), (Reasoning, 21), (Calls, 6), (Results, 21)];
        assert_eq!(accounts.cumulative_input, split(&cumulative));
        assert_eq!(accounts.output, split(&[(Reasoning, 14), (Calls, 3), (Answer, 2)]));
    }
}
