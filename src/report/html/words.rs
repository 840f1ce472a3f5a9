//! What the page calls things.

use crate::harness::summary::{Bills, Class, Part, Prices, PromptCaching, Verdict};

pub(super) fn part_meaning(part: Part) -> &'static str {
    match part {
        Part::Prompt => "the system prompt and the task",
        Part::Definitions => "tool definitions shown to the model",
        Part::Discovery => "looking for tools: the queries and what they returned",
        Part::Results => "what tools, or the program, returned to the model",
        Part::Reasoning => "the model’s reasoning between its actions",
        Part::Calls => "tool calls written out by the model: names and arguments",
        Part::Code => "programs written by the model",
        Part::Answer => "the final answer",
    }
}

pub(super) fn class_meaning(class: Class) -> &'static str {
    match class {
        Class::Headline => "work that code-first is made for: much data, many calls or many tools",
        Class::Ordinary => "everyday work",
        Class::Losing => "work where code-first costs more, or no less",
        Class::Robustness => "work where something goes wrong on the way",
    }
}

pub(super) fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "held",
        Verdict::Failed => "failed",
        Verdict::None => "none",
    }
}

pub(super) fn bills(prices: &Prices) -> &'static str {
    match prices.bills {
        Bills::Requests => "bills the whole input of every request, and every output",
        Bills::Context => "bills each token that enters the context once, at one price",
    }
}

pub(super) fn caching(caching: &PromptCaching) -> String {
    format!(
        "prompt caching: write {} ×, read {} × the price of input, from a prefix of {} tokens on, kept for {} s",
        caching.write,
        caching.read,
        crate::format::tokens(caching.minimum_prefix),
        caching.ttl_seconds.0
    )
}

/// `1 tool`, `58 tools`.
pub(super) fn number_of(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", crate::format::grouped(number as u64), if number == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listing(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_numbers_read_as_prose() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!([0, 1, 2, 3].map(|length| listing(&items[..length])), ["", "a", "a and b", "a, b and c"]);
        assert_eq!([number_of(1, "tool", "tools"), number_of(1_200, "tool", "tools")], ["1 tool", "1,200 tools"]);
    }
}
