//! What one workflow costs on each arm, by each price table, with prompt caching and without.

use maud::{Markup, html};

use super::{
    head,
    monthly::typical,
    notation::{cell, dollars, foreign, price, reduction},
    sortable,
    words::bills,
};
use crate::harness::summary::{Arm, CostEstimate, Estimate, Prices, ScenarioSummary, Summary};

const TITLES: [&str; 8] =
    ["Scenario", "Class", "Direct", "Search", "Code", "Code+cache", "Code against direct", "Code against search"];

pub(super) fn section(summary: &Summary) -> Markup {
    html! {
        @for (index, prices) in summary.assumptions.prices.iter().enumerate() {
            @if prices.caching.is_some() {
                (costs(&format!("costs-{index}-cached"), prices, summary, "with prompt caching", |cost| cost.cached.as_ref()))
            }
            @let without = if prices.caching.is_some() { "without prompt caching" } else { "no prompt caching" };
            (costs(&format!("costs-{index}"), prices, summary, without, |cost| Some(&cost.uncached)))
        }
    }
}

fn costs(
    id: &str,
    prices: &Prices,
    summary: &Summary,
    caching: &str,
    of: impl Fn(&CostEstimate) -> Option<&Estimate>,
) -> Markup {
    let caption = html! {
        strong { (foreign(&prices.name)) ", " (caching) } ": US dollars for one workflow. " (price(prices.input_per_million))
        " per million input tokens, " (price(prices.output_per_million)) " output; " (bills(prices)) "."
    };
    let rows = html! {
        (head(&TITLES))
        tbody {
            @for scenario in &summary.scenarios {
                tr {
                    th scope="row" { (foreign(&scenario.name)) }
                    td.word { (scenario.class.name()) }
                    @for arm in Arm::ALL {
                        @match typical(scenario, arm, &prices.name).and_then(&of) {
                            Some(cost) => (cell(cost, dollars)),
                            None => td.absent { "–" }
                        }
                    }
                    @for against in [Arm::Direct, Arm::Search] {
                        @match saved(scenario, against, &prices.name).and_then(&of) {
                            Some(saved) => (reduction(saved)),
                            None => td.absent { "–" }
                        }
                    }
                }
            }
        }
    };
    sortable(id, &caption, &rows)
}

fn saved<'a>(scenario: &'a ScenarioSummary, against: Arm, prices: &str) -> Option<&'a CostEstimate> {
    scenario.comparison(Arm::Code, against)?.costs.iter().find(|cost| cost.prices == prices)
}
