//! The evidence of a trial: what a model was shown and what it said, turn by turn. Token counts are taken from this alone.

use std::sync::Arc;

use super::{
    cost::RequestTokens,
    summary::{EventRecord, Part, Split, TurnRecord},
};
use crate::{
    tokens::{TokenCounter, Tokens},
    tool::ToolDef,
};

/// One conversation with a model.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    pub turns: Vec<Turn>,
}

/// One request to the model, and its response.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    /// What this request adds to the input of the one before it.
    pub input: Vec<Event>,
    pub output: Vec<Event>,
}

/// A piece of a conversation.
#[derive(Clone, Debug)]
pub struct Event {
    pub part: Part,
    pub content: Content,
}

#[derive(Clone, Debug)]
pub enum Content {
    Text(Arc<str>),
    /// A tool definition as [`ToolDef::tokens`] counts it.
    Definition(ToolDef),
    /// A number of tokens that is assumed, not counted: reasoning, which no one has written.
    Assumed(Tokens),
}

impl Event {
    pub fn text(part: Part, text: impl Into<Arc<str>>) -> Self {
        Self { part, content: Content::Text(text.into()) }
    }

    pub(super) fn tokens(&self, counter: &dyn TokenCounter) -> Tokens {
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

/// A transcript of which every event has been counted, once.
#[derive(Clone, Debug)]
pub struct Counted<'a> {
    turns: Vec<CountedTurn<'a>>,
}

#[derive(Clone, Debug)]
struct CountedTurn<'a> {
    input: Vec<(&'a Event, Tokens)>,
    output: Vec<(&'a Event, Tokens)>,
}

impl Transcript {
    pub fn count(&self, counter: &dyn TokenCounter) -> Counted<'_> {
        let count = |events: &'_ [Event]| events.iter().map(|event| event.tokens(counter)).collect::<Vec<_>>();
        let zipped = |events| std::iter::zip(events, count(events)).collect();
        let turns =
            self.turns.iter().map(|turn| CountedTurn { input: zipped(&turn.input), output: zipped(&turn.output) });
        Counted { turns: turns.collect() }
    }

    /// Whether a model that had this conversation was shown the text, as it is or as a part of JSON.
    pub fn shows(&self, text: &str) -> bool {
        let quoted = serde_json::Value::from(text).to_string();
        let quoted = quoted.trim_matches('"');
        let inputs = self.turns.iter().flat_map(|turn| &turn.input);
        inputs
            .filter_map(|event| match &event.content {
                Content::Text(content) => Some(content),
                Content::Definition(_) | Content::Assumed(_) => None,
            })
            .any(|content| content.contains(text) || content.contains(quoted))
    }
}

impl Counted<'_> {
    pub fn account(&self) -> Accounts {
        let mut accounts = Accounts::default();
        let requests = self.turns.len() as u64;
        for (index, turn) in self.turns.iter().enumerate() {
            // An input is part of this request and every later one; an output only of the later ones.
            let later = requests - index as u64 - 1;
            let inputs = turn.input.iter().map(|event| (event, later + 1, false));
            let outputs = turn.output.iter().map(|event| (event, later, true));
            for (&(event, tokens), times_sent, emitted) in inputs.chain(outputs) {
                accounts.context.add(event.part, tokens);
                accounts.cumulative_input.add(event.part, Tokens(tokens.0 * times_sent));
                if emitted {
                    accounts.output.add(event.part, tokens);
                }
            }
        }
        accounts
    }

    /// What each request holds and what comes back, as an interface bills them.
    pub fn requests(&self) -> Vec<RequestTokens> {
        let mut before = Tokens(0);
        let requests = self.turns.iter().map(|turn| {
            let sum = |events: &[(&Event, Tokens)]| events.iter().map(|(_, tokens)| *tokens).sum::<Tokens>();
            let request = RequestTokens { input: before + sum(&turn.input), output: sum(&turn.output) };
            before = request.input + request.output;
            request
        });
        requests.collect()
    }

    /// The conversation as it is kept: the beginnings of its texts, and how many tokens each has as a whole.
    pub fn record(&self) -> Vec<TurnRecord> {
        let record = |events: &[(&Event, Tokens)]| events.iter().map(|(event, tokens)| event.record(*tokens)).collect();
        let turns =
            self.turns.iter().map(|turn| TurnRecord { input: record(&turn.input), output: record(&turn.output) });
        turns.collect()
    }
}

/// Longer texts are kept only in part: the servers give the whole again.
const KEPT_BYTES: usize = 4_096;

impl Event {
    fn record(&self, tokens: Tokens) -> EventRecord {
        let text = match &self.content {
            Content::Text(text) => text.to_string(),
            Content::Definition(tool) => tool.name.to_string(),
            Content::Assumed(_) => String::new(),
        };
        let end = text.floor_char_boundary(KEPT_BYTES);
        EventRecord { part: self.part, tokens, bytes_left_out: text.len() - end, text: text[..end].to_owned() }
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
        let counted = transcript.count(&Bytes);
        let accounts = counted.account();
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

        let requests = counted.requests();
        let billed: Vec<_> = requests.iter().map(|request| (request.input.0, request.output.0)).collect();
        assert_eq!(billed, [(5, 10), (25, 7), (33, 2)]);
        assert_eq!(accounts.cumulative_input.total(), requests.iter().map(|request| request.input).sum());
    }

    #[test]
    fn what_was_shown_is_found_as_it_is_and_within_json() {
        let text = "say \"no\"\nand go";
        let shows = |content: &str| {
            let input = vec![Event::text(Part::Results, content)];
            Transcript { turns: vec![Turn { input, output: Vec::new() }] }.shows(text)
        };
        assert!(shows("They say \"no\"\nand go."));
        assert!(shows(&serde_json::json!({ "note": text }).to_string()));
        assert!(!shows("say no and go"));
    }
}
