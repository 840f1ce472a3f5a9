//! How each figure is reckoned, and from which assumptions.

use maud::{Markup, html};

use crate::{
    format,
    harness::summary::Summary,
    report::html::{
        notation::{count, foreign, price, seconds},
        words::{bills, caching},
    },
};

/// What a figure is called, its formula, and what is to be said of it.
const FORMULAE: [(&str, &str, &str); 7] = [
    (
        "Context",
        "Σ tokens of everything that entered the context, each once",
        "The prompt, definitions, results and the model’s own words. The last of these are never sent again, so a short conversation \
         can have a larger context than cumulative input.",
    ),
    (
        "Cumulative input",
        "Σ over requests of the tokens of the whole input",
        "A model is sent its context anew in each turn.",
    ),
    (
        "Reduction",
        "1 − arm / against",
        "By scenario and seed, over the seeds with which both were right; the figure shown is the median over them. Negative is shown \
         as +, what the arm takes more. A class has 1 − the geometric mean over its scenarios of mean arm / mean against.",
    ),
    (
        "Cost without caching",
        "cumulative input × input price + output × output price",
        "A table that bills each token once takes the context × input price instead.",
    ),
    (
        "Cost with caching",
        "Σ over requests of (read × cached prefix + write × new prefix + the rest) × input price, + output × output price",
        "The cached prefix is the input of the request before, if that had the minimum of tokens and took the model no longer than \
         the time to live. What comes after it is a new prefix if the input has the minimum, else it is the rest.",
    ),
    (
        "Model time",
        "Σ over requests of time to first token + uncached input / prefill rate + output / decode rate",
        "Modelled, never measured; its sum with measured time is labelled. Uncached is all that is not read from the cache, by the \
         first price table; without prices for caching, the whole input.",
    ),
    (
        "Interval",
        "2.5th to 97.5th percentile of medians of resampled seeds",
        "A percentile bootstrap over the seeds with a fixed generator, so the same run has the same interval. Everything but the \
         measured times is deterministic, so an interval speaks of the data that a seed makes, not of a model’s moods.",
    ),
];

pub(super) fn section(summary: &Summary) -> Markup {
    let seeds: Vec<String> = summary.seeds.iter().map(u64::to_string).collect();
    html! {
        dl.formulae {
            @for (name, formula, remark) in FORMULAE {
                dt { (name) }
                dd { code.formula { (formula) } (remark) }
            }
        }
        p { "Seeds of this run: " (if seeds.is_empty() { "none".to_owned() } else { seeds.join(", ") }) "." }
    }
}

pub(super) fn assumptions(summary: &Summary) -> Markup {
    let model = &summary.assumptions.model;
    html! {
        p {
            "Measured: the calls, their results, the texts and their tokens, the times of tools and sandbox. Assumed: how much a model "
            "reasons in a turn, which the scenario says and which is the same for every arm; prices; how fast a model is."
        }
        dl {
            @for prices in &summary.assumptions.prices {
                dt { "Prices: " (foreign(&prices.name)) }
                dd {
                    (price(prices.input_per_million)) " per million input tokens, " (price(prices.output_per_million)) " output; "
                    (bills(prices)) "; " (format::grouped(prices.workflows_per_month)) " workflows a month"
                    @if let Some(terms) = &prices.caching { "; " (caching(terms)) }
                    ". Source: " (foreign(&prices.source)) "."
                }
            }
            dt { "Speed of the model" }
            dd {
                (seconds(model.time_to_first_token_seconds.0)) " to the first token, " (count(model.prefill_per_second))
                " tokens of input and " (count(model.decode_per_second)) " of output in a second. Source: "
                (foreign(&model.source)) "."
            }
        }
    }
}
