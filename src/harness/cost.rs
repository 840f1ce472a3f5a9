//! What a conversation costs and how long a model takes for it: the requests of one conversation, by the [`Assumptions`].
//!
//! Prompt caching is modelled as an interface does it that puts the input of each request into the cache. A request reads the input
//! of the one before it from there and writes the rest, so the first request writes all of its input. What it reads it must find:
//! where more time has passed since the request before than the cache keeps things, it writes all of its input again. The time
//! that passes is the model's alone. A request with less input than the minimum is billed in full and puts nothing into the cache.

use super::summary::{Assumptions, Bills, Cost, Dollars, ModelSpeed, Prices, PromptCaching, Seconds};
use crate::tokens::Tokens;

/// One request to a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestTokens {
    /// The whole input. It begins with the input and the output of the request before.
    pub input: Tokens,
    pub output: Tokens,
}

/// What a conversation costs, by each price table.
pub fn costs(requests: &[RequestTokens], assumptions: &Assumptions) -> Vec<Cost> {
    assumptions.prices.iter().map(|prices| cost(requests, prices, &assumptions.model)).collect()
}

/// How long a model takes for the requests of a conversation, with the prompt caching of the first price table. What is read from
/// the cache takes no time.
pub fn model_seconds(requests: &[RequestTokens], assumptions: &Assumptions) -> Seconds {
    let caching = assumptions.prices.first().and_then(|prices| prices.caching.as_ref());
    served(requests, caching, &assumptions.model).map(|served| served.seconds).sum()
}

fn cost(requests: &[RequestTokens], prices: &Prices, model: &ModelSpeed) -> Cost {
    let input_price = |tokens| tokens * prices.input_per_million / 1e6;
    let (uncached, cached) = match prices.bills {
        Bills::Context => {
            let context = requests.last().map_or(0, |last| last.input.0 + last.output.0);
            (input_price(context as f64), None)
        }
        Bills::Requests => {
            let output: Tokens = requests.iter().map(|request| request.output).sum();
            let output = output.0 as f64 * prices.output_per_million / 1e6;
            let input: Tokens = requests.iter().map(|request| request.input).sum();
            let cached = prices.caching.as_ref().map(|caching| {
                let weigh = |served: Served| {
                    served.read.0 as f64 * caching.read
                        + served.written.0 as f64 * caching.write
                        + served.plain.0 as f64
                };
                input_price(served(requests, Some(caching), model).map(weigh).sum()) + output
            });
            (input_price(input.0 as f64) + output, cached)
        }
    };
    Cost { prices: prices.name.clone(), uncached: Dollars(uncached), cached: cached.map(Dollars) }
}

/// A request as a model with a prompt cache serves it. The three parts are its input.
struct Served {
    read: Tokens,
    written: Tokens,
    /// Neither.
    plain: Tokens,
    seconds: Seconds,
}

fn served<'a>(
    requests: &'a [RequestTokens],
    caching: Option<&'a PromptCaching>,
    model: &'a ModelSpeed,
) -> impl Iterator<Item = Served> + 'a {
    let (mut kept, mut since) = (Tokens(0), Seconds(0.0));
    requests.iter().map(move |request| {
        let is_kept = caching.is_some_and(|caching| since <= caching.ttl_seconds);
        let read = if is_kept { kept } else { Tokens(0) };
        let rest = Tokens(request.input.0.saturating_sub(read.0));
        let is_cached = caching.is_some_and(|caching| request.input >= caching.minimum_prefix);
        let (written, plain) = if is_cached { (rest, Tokens(0)) } else { (Tokens(0), rest) };
        let prefill = rest.0 as f64 / model.prefill_per_second;
        let decode = request.output.0 as f64 / model.decode_per_second;
        let seconds = Seconds(model.time_to_first_token_seconds.0 + prefill + decode);
        (kept, since) = (if is_cached { request.input } else { Tokens(0) }, seconds);
        Served { read, written, plain, seconds }
    })
}

#[cfg(test)]
mod tests;
