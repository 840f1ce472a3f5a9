//! What a month would cost: a table for each price table, whose figures the page's script reckons anew as its sliders move.
//!
//! The tables are whole without a script. Each figure carries what one workflow costs, with prompt caching and without, so the script
//! has nothing to do but to multiply.

use maud::{Markup, html};

use super::{
    head,
    notation::{count, dollars, foreign, price, unbroken},
    sortable,
    words::{bills, caching},
};
use crate::{
    format,
    harness::summary::{Arm, Bills, CostEstimate, Prices, ScenarioSummary, Summary},
};

/// The well-known illustration: tokens in the context, from so many to so many.
const ILLUSTRATION: (u64, u64) = (150_000, 2_000);

const TITLES: [&str; 7] = ["Workflow", "Class", "Direct", "Search", "Code", "Code+cache", "Code against direct"];

pub(super) fn section(summary: &Summary) -> Markup {
    let prices = &summary.assumptions.prices;
    html! {
        p {
            "What a month of each workflow would cost, by its median over the seeds and a price table; in the last column what code "
            "saves of it, or with " strong { "+" } " takes more. A month that mixes workflows lies between its rows."
        }
        (controls(prices))
        @for (index, prices) in prices.iter().enumerate() {
            div.prices data-input=(prices.input_per_million) data-output=(prices.output_per_million)
                data-volume=(prices.workflows_per_month) data-caching=[prices.caching.as_ref().map(|_| "yes")] {
                (month(index, prices, summary))
            }
        }
    }
}

/// Hidden, until a script is there to do what they ask.
fn controls(prices: &[Prices]) -> Markup {
    html! {
        form #controls hidden aria-label="Reckon with other figures" {
            fieldset {
                legend { "Price table" }
                @for (index, prices) in prices.iter().enumerate() {
                    label { input type="radio" name="prices" value=(index) checked[index == 0]; (foreign(&prices.name)) }
                }
            }
            div.slider {
                label for="volume" { "Workflows in a month" } output for="volume" #volume-shown {}
                input #volume type="range" min="2" max="7" step="0.1" value="4";
            }
            div.slider {
                label for="price" { "Price of a million input tokens" } output for="price" #price-shown {}
                input #price type="range" min="-1.3" max="2" step="0.01" value="0";
            }
            label { input #cached type="checkbox" checked; "with prompt caching" }
            button type="reset" { "As in the table" }
            p.note { "The price of output keeps its proportion to that of input." }
        }
    }
}

fn month(index: usize, prices: &Prices, summary: &Summary) -> Markup {
    let caption = html! {
        strong { (foreign(&prices.name)) } ", "
        span data-says="volume" { (format::grouped(prices.workflows_per_month)) } " workflows a month, "
        span data-says="input" { (price(prices.input_per_million)) } " per million input tokens, "
        span data-says="output" { (price(prices.output_per_million)) } " output; " (bills(prices)) "."
        @if prices.caching.is_some() { " " span data-says="caching" { "With prompt caching." } }
    };
    let rows = html! {
        (head(&TITLES))
        tbody {
            @for scenario in &summary.scenarios { (row(scenario, prices)) }
            @if prices.bills == Bills::Context { (illustration(prices)) }
        }
    };
    html! {
        (sortable(&format!("month-{index}"), &caption, &rows))
        p.note {
            "Source of the prices: " (foreign(&prices.source))
            @if let Some(terms) = &prices.caching { "; " (caching(terms)) }
            "."
        }
    }
}

fn row(scenario: &ScenarioSummary, prices: &Prices) -> Markup {
    let saved = scenario
        .comparison(Arm::Code, Arm::Direct)
        .and_then(|comparison| comparison.costs.iter().find(|cost| cost.prices == prices.name));
    html! {
        tr {
            th scope="row" { (foreign(&scenario.name)) }
            td.word { (scenario.class.name()) }
            @for arm in Arm::ALL {
                @match typical(scenario, arm, &prices.name) {
                    Some(cost) => (amount(cost.uncached.median, cost.cached.map(|cached| cached.median), prices)),
                    None => td.absent { "–" }
                }
            }
            @match saved {
                Some(saved) => (share(saved.uncached.median, saved.cached.map(|cached| cached.median))),
                None => td.absent { "–" }
            }
        }
    }
}

pub(super) fn typical<'a>(scenario: &'a ScenarioSummary, arm: Arm, prices: &str) -> Option<&'a CostEstimate> {
    scenario.arm(arm)?.typical.as_ref()?.costs.iter().find(|cost| cost.prices == prices)
}

fn amount(uncached: f64, cached: Option<f64>, prices: &Prices) -> Markup {
    let month = cached.unwrap_or(uncached) * prices.workflows_per_month as f64;
    html! {
        td.money data-value=(month) data-uncached=(uncached) data-cached=[cached] { (monthly(month)) }
    }
}

/// Whole dollars, cents where there are few.
pub(super) fn monthly(amount: f64) -> String {
    if amount >= 99.5 { format!("${}", count(amount)) } else { dollars((amount * 100.0).round() / 100.0) }
}

/// A reduction, which does not depend on the volume, nor on the price as long as input and output keep their proportion.
fn share(uncached: f64, cached: Option<f64>) -> Markup {
    let shown = cached.unwrap_or(uncached);
    let text = |value: f64| unbroken(&format::reduction(value));
    html! {
        td.share.bad[super::notation::is_loss(shown)] data-value=(shown) data-uncached=(uncached) data-cached=[cached]
            data-uncached-text=(text(uncached)) data-cached-text=[cached.map(text)] { (text(shown)) }
    }
}

fn illustration(prices: &Prices) -> Markup {
    let cost = |tokens: u64| tokens as f64 * prices.input_per_million / 1e6;
    let (before, after) = (cost(ILLUSTRATION.0), cost(ILLUSTRATION.1));
    html! {
        tr.published {
            th scope="row" {
                "published: " (format::grouped(ILLUSTRATION.0)) " → " (format::grouped(ILLUSTRATION.1)) " tokens"
            }
            td.word { "illustration" }
            (amount(before, None, prices))
            td.absent { "–" }
            (amount(after, None, prices))
            td.absent { "–" }
            (share(1.0 - after / before, None))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_well_known_figure_stands_beside_ours() {
        let summary = fixture::evidence().summary;
        let page = section(&summary).into_string();
        let tables: Vec<&str> = page.split("<div class=\"prices\"").skip(1).collect();
        assert_eq!(tables.len(), 2, "one for each price table");
        assert!(!tables[0].contains("illustration"));
        let row = tables[1].split("published: ").nth(1).unwrap();
        assert!(row.starts_with("150,000 → 2,000") && row.contains(">$30,000<") && row.contains(">$400<"), "{row}");
        assert!(row.contains(">98.7\u{a0}%<"));
        // 150,180 tokens at $20 a million, ten thousand times; the median seed has 843 more.
        assert!(tables[1].contains(">$30,205<"), "{}", tables[1]);
    }

    #[test]
    fn a_month_is_written_in_whole_dollars_unless_it_is_cheap() {
        assert_eq!([30_000.2, 99.6, 12.344, 0.0].map(monthly), ["$30,000", "$100", "$12.34", "$0"]);
    }
}
