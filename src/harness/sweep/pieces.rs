//! What the conversations of a sweep are made of: cut out of the transcripts of real trials.
//!
//! A conversation has three parts that do not depend on each other. How it begins depends on the tools on offer; what a call returns
//! on the size of a result; what is called, the program and the answer on the number of calls.

use super::super::{
    summary::Part,
    transcript::{Event, Transcript, Turn},
};
use crate::tokens::{TokenCounter, Tokens};

/// In the order in which the sweep is to have them: ascending.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    pub catalogues: Vec<Catalogue>,
    pub sizes: Vec<ResultSize>,
    pub endings: Vec<Ending>,
}

/// How the conversation of each arm begins with a number of tools on offer.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pub tools: u64,
    pub direct: Opening,
    pub search: Opening,
    pub code: Opening,
}

/// A conversation up to the model's first call or program.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// Those before, in which the model looks for tools.
    pub turns: Vec<Turn>,
    /// What the request adds to them that the call or the program comes back to.
    pub input: Vec<Event>,
}

/// What one call returns.
#[derive(Clone, Debug)]
pub struct ResultSize {
    /// What it aims at.
    pub result_tokens: Tokens,
    pub result: Vec<Event>,
    /// That of the last call, which names no next one.
    pub last_result: Vec<Event>,
    /// The conversation of the code arm whose calls returned one of each.
    pub code: Transcript,
}

/// What a model writes from its first call or program on, for a number of calls.
#[derive(Clone, Debug)]
pub struct Ending {
    pub steps: u64,
    /// The responses of the direct arms, one for each call.
    pub calls: Vec<Vec<Event>>,
    /// The response of the code arm.
    pub program: Vec<Event>,
    /// What the code arm is told of it.
    pub response: Vec<Event>,
    /// The last response of every arm.
    pub answer: Vec<Event>,
}

impl Opening {
    /// The beginning of a trial's conversation, whatever the arm.
    pub fn of(transcript: &Transcript) -> Self {
        let acts = |turn: &Turn| turn.output.iter().any(|event| matches!(event.part, Part::Calls | Part::Code));
        let first = transcript.turns.iter().position(acts).unwrap_or(transcript.turns.len());
        let input = transcript.turns.get(first).map(|turn| turn.input.clone()).unwrap_or_default();
        Self { turns: transcript.turns[..first].to_vec(), input }
    }
}

impl ResultSize {
    /// What the calls of a direct arm's conversation returned; `None` if there are not two with different turns at least.
    pub fn of(result_tokens: Tokens, direct: &Transcript, code: &Transcript) -> Option<Self> {
        let mut results = direct.turns.iter().map(|turn| &turn.input).filter(|input| has(input, Part::Results));
        let (result, last_result) = (results.next()?.clone(), results.next_back()?.clone());
        Some(Self { result_tokens, result, last_result, code: code.clone() })
    }
}

impl Ending {
    /// What the same work was on both arms; `None` if a conversation has no answer, or the code arm's no program.
    pub fn of(direct: &Transcript, code: &Transcript) -> Option<Self> {
        let outputs = |part| direct.turns.iter().map(|turn| &turn.output).filter(move |output| has(output, part));
        let calls: Vec<_> = outputs(Part::Calls).cloned().collect();
        let program = code.turns.iter().position(|turn| has(&turn.output, Part::Code))?;
        Some(Self {
            steps: calls.len() as u64,
            calls,
            program: code.turns[program].output.clone(),
            response: code.turns.get(program + 1)?.input.clone(),
            answer: outputs(Part::Answer).next()?.clone(),
        })
    }
}

fn has(events: &[Event], part: Part) -> bool {
    events.iter().any(|event| event.part == part)
}

/// The tokens of all of them.
pub(super) fn total(events: &[Event], counter: &dyn TokenCounter) -> Tokens {
    events.iter().map(|event| event.tokens(counter)).sum()
}
