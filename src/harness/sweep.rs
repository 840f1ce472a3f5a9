//! The sweep: where code-first begins to pay, over the number of tools, the size of a result, and the number of calls.
//!
//! [`collect`] runs real trials with the `synthetic` server, one for each value of each axis, and cuts their transcripts into
//! [`Pieces`]. [`sweep`] puts the conversations of all other points together from those, counting each piece once. They are the ones
//! that trials would have, token for token: the calls depend on each other, so the direct arms make one a turn. No point asks
//! whether a model's context could hold it.

mod break_even;
mod growth;
mod pieces;
mod trials;

use self::pieces::total;
pub use self::{
    break_even::break_even,
    growth::growth,
    pieces::{Catalogue, Ending, Opening, Pieces, ResultSize},
    trials::{Axes, collect},
};
use super::{
    cost::{self, RequestTokens},
    summary::{Arm, Assumptions, GrowthPoint, Sweep, SweepPoint},
    transcript::Event,
};
use crate::tokens::{TokenCounter, Tokens};

/// Every point for every arm, and what follows from them.
pub fn sweep(pieces: &Pieces, counter: &dyn TokenCounter, assumptions: &Assumptions) -> Sweep {
    let counted = Counted::new(pieces, counter);
    let mut points = Vec::new();
    for catalogue in &counted.catalogues {
        for size in &counted.sizes {
            for ending in &counted.endings {
                for (arm, turns) in [
                    (Arm::Direct, direct(&catalogue.direct, size, ending)),
                    (Arm::Search, direct(&catalogue.search, size, ending)),
                    (Arm::Code, code(&catalogue.code, ending)),
                ] {
                    points.push(point(catalogue.tools, size.nominal, ending.steps, arm, &turns, assumptions));
                }
            }
        }
    }
    Sweep {
        tokenizer: counter.name().to_owned(),
        tools: pieces.catalogues.iter().map(|catalogue| catalogue.tools).collect(),
        result_tokens: pieces.sizes.iter().map(|size| size.result_tokens).collect(),
        steps: pieces.endings.iter().map(|ending| ending.steps).collect(),
        break_even: break_even(&points),
        growth: growth(counted.sizes.iter().map(|size| size.growth).collect()),
        points,
    }
}

/// What a request adds to the input of the one before, and the response.
type Turn = (Tokens, Tokens);

/// The pieces as numbers of tokens.
struct Counted {
    catalogues: Vec<CountedCatalogue>,
    sizes: Vec<CountedSize>,
    endings: Vec<CountedEnding>,
}

struct CountedCatalogue {
    tools: u64,
    direct: CountedOpening,
    search: CountedOpening,
    code: CountedOpening,
}

struct CountedOpening {
    turns: Vec<Turn>,
    input: Tokens,
}

struct CountedSize {
    nominal: Tokens,
    result: Tokens,
    last_result: Tokens,
    /// Of a real conversation of the code arm.
    growth: GrowthPoint,
}

struct CountedEnding {
    steps: u64,
    calls: Vec<Tokens>,
    program: Tokens,
    response: Tokens,
    answer: Tokens,
}

impl Counted {
    fn new(pieces: &Pieces, counter: &dyn TokenCounter) -> Self {
        let count = |events: &[Event]| total(events, counter);
        let opening = |opening: &Opening| CountedOpening {
            turns: opening.turns.iter().map(|turn| (count(&turn.input), count(&turn.output))).collect(),
            input: count(&opening.input),
        };
        let catalogue = |catalogue: &Catalogue| CountedCatalogue {
            tools: catalogue.tools,
            direct: opening(&catalogue.direct),
            search: opening(&catalogue.search),
            code: opening(&catalogue.code),
        };
        let size = |size: &ResultSize| {
            let (result, last_result) = (count(&size.result), count(&size.last_result));
            let turns = size.code.turns.iter();
            let context_tokens = turns.map(|turn| count(&turn.input) + count(&turn.output)).sum();
            let growth = GrowthPoint { payload_tokens: result + last_result, context_tokens };
            CountedSize { nominal: size.result_tokens, result, last_result, growth }
        };
        let ending = |ending: &Ending| CountedEnding {
            steps: ending.steps,
            calls: ending.calls.iter().map(|call| count(call)).collect(),
            program: count(&ending.program),
            response: count(&ending.response),
            answer: count(&ending.answer),
        };
        Self {
            catalogues: pieces.catalogues.iter().map(catalogue).collect(),
            sizes: pieces.sizes.iter().map(size).collect(),
            endings: pieces.endings.iter().map(ending).collect(),
        }
    }
}

/// The direct arm, or the search arm with its opening: each call in a turn of its own, with the result of the one before.
fn direct(opening: &CountedOpening, size: &CountedSize, ending: &CountedEnding) -> Vec<Turn> {
    let mut turns = opening.turns.clone();
    let mut input = opening.input;
    for (call, number) in ending.calls.iter().zip(1..) {
        turns.push((input, *call));
        input = if number == ending.calls.len() { size.last_result } else { size.result };
    }
    turns.push((input, ending.answer));
    turns
}

/// The code arm, which sees nothing of the results.
fn code(opening: &CountedOpening, ending: &CountedEnding) -> Vec<Turn> {
    let mut turns = opening.turns.clone();
    turns.extend([(opening.input, ending.program), (ending.response, ending.answer)]);
    turns
}

fn point(
    tools: u64,
    result_tokens: Tokens,
    steps: u64,
    arm: Arm,
    turns: &[Turn],
    assumptions: &Assumptions,
) -> SweepPoint {
    let mut context_tokens = Tokens(0);
    let request = |&(added, output): &Turn| {
        let request = RequestTokens { input: context_tokens + added, output };
        context_tokens = request.input + output;
        request
    };
    let requests: Vec<_> = turns.iter().map(request).collect();
    let cost = cost::costs(&requests, assumptions).first().map(|cost| cost.cached.unwrap_or(cost.uncached));
    SweepPoint {
        tools,
        result_tokens,
        steps,
        arm,
        context_tokens,
        cumulative_input_tokens: requests.iter().map(|request| request.input).sum(),
        output_tokens: requests.iter().map(|request| request.output).sum(),
        cost: cost.unwrap_or_default(),
        model_seconds: cost::model_seconds(&requests, assumptions),
    }
}

#[cfg(test)]
mod tests;
