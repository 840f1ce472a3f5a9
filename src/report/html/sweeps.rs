//! The sweeps: from where on code-first pays, how its cost grows with the data, and what an assumption changes.

use maud::{Markup, html};

use super::{
    band, figure, head,
    notation::{foreign, plain_reduction, seconds},
    table,
};
use crate::{
    format,
    harness::summary::{Arm, GrowthTimings, Sensitivity, Summary, Sweep},
    report::{
        Evidence,
        plot::{self, HEATS, PlotError, heat_class},
    },
};

/// What is compared, as the sweep names it and as the page does.
const MEASURES: [(&str, &str); 4] = [
    ("context", "context tokens"),
    ("cumulative", "cumulative input tokens"),
    ("cost", "cost"),
    ("model_time", "model time, modelled"),
];
const OTHERS: [Arm; 2] = [Arm::Direct, Arm::Search];

pub(super) fn section(evidence: &Evidence) -> Result<Markup, PlotError> {
    let sweep = match &evidence.sweep {
        Some(sweep) => html! {
            (break_even(sweep)?)
            h3 #growth { "Growth with the data" }
            (growth(sweep, evidence.growth_timings.as_ref())?)
        },
        None => html! { p { "There is no sweep beside this run: " code { "codefirst sweep" } " makes one." } },
    };
    Ok(html! {
        (sweep)
        h3 #sensitivity { "What an assumption changes" }
        (sensitivity(&evidence.summary))
    })
}

fn break_even(sweep: &Sweep) -> Result<Markup, PlotError> {
    let mut groups = Vec::new();
    for against in OTHERS {
        let mut figures = Vec::new();
        for (measure, name) in MEASURES {
            if let Some(drawing) = plot::surface(sweep, against, measure)? {
                let title = html! { (name) small { " against " (against.name()) } };
                let description = html! {
                    "A grid: numbers of calls from left to right, numbers of tools from bottom to top; each cell has the size of a "
                    "result from which code takes no more. The table “Break-even” has the same numbers."
                };
                figures.push(figure(&format!("{measure}-{}", against.name()), &title, &description, &drawing, None));
            }
        }
        groups.push((against, figures));
    }
    Ok(html! {
        p {
            "Each cell: with so many tools on offer and so many calls one after the other, the size of one result, in tokens, from "
            "which code takes no more than the other arm. Results from " (ends(&sweep.result_tokens)) " tokens were tried; “never” "
            "means with none of them."
        }
        ul.legend.scale {
            @for (step, name) in ["always", "below 1k", "below 10k", "below 100k", "100k or more", "never"].iter().enumerate() {
                @if step < usize::from(HEATS) { li { span.key.(heat_class(step as u8)) {} (name) } }
            }
        }
        @for (against, figures) in groups {
            @if !figures.is_empty() {
                h3 { "Break-even against " (against.name()) }
                div.figures { @for figure in figures { (figure) } }
            }
        }
        details { summary { "Break-even in numbers" } (cells(sweep)) }
    })
}

fn ends(sizes: &[crate::tokens::Tokens]) -> String {
    match (sizes.first(), sizes.last()) {
        (Some(first), Some(last)) => format!("{} to {}", format::tokens(*first), format::tokens(*last)),
        _ => "no".to_owned(),
    }
}

fn cells(sweep: &Sweep) -> Markup {
    let pairs: Vec<(Arm, &str, &str)> =
        OTHERS.into_iter().flat_map(|arm| MEASURES.map(|(measure, name)| (arm, measure, name))).collect();
    let titles: Vec<String> = ["Tools", "Calls"]
        .map(str::to_owned)
        .into_iter()
        .chain(pairs.iter().map(|(arm, _, name)| format!("{name}, against {}", arm.name())))
        .collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let rows = html! {
        (head(&titles))
        tbody {
            @for &tools in &sweep.tools {
                @for &steps in &sweep.steps {
                    tr {
                        th scope="row" { (format::grouped(tools)) }
                        td { (format::grouped(steps)) }
                        @for (arm, measure, _) in &pairs {
                            @match sweep.break_even.iter().find(|cell| {
                                cell.tools == tools && cell.steps == steps && cell.against == *arm && cell.measure == *measure
                            }) {
                                Some(cell) => @match cell.result_tokens {
                                    Some(tokens) if tokens.0 == 0 => td { "always" },
                                    Some(tokens) => td { (format::tokens(tokens)) },
                                    None => td { "never" },
                                },
                                None => td.absent { "–" },
                            }
                        }
                    }
                }
            }
        }
    };
    table("break-even", &html! { "Break-even: tokens of one result from which code takes no more." }, &rows)
}

fn growth(sweep: &Sweep, timings: Option<&GrowthTimings>) -> Result<Markup, PlotError> {
    let context = plot::growth_of_context(&sweep.growth)?;
    let time = timings.map(plot::growth_of_time).transpose()?.flatten();
    Ok(html! {
        div.figures.wide {
            @if let Some(drawing) = context {
                @let title = html! {
                    "Context tokens of the code arm beside what its tools return: a slope of " (slope(sweep.growth.context_slope))
                    " tokens for each token. Both axes are logarithmic."
                };
                @let description = html! {
                    @for point in &sweep.growth.points {
                        (format::tokens(point.payload_tokens)) " tokens returned, " (format::tokens(point.context_tokens))
                        " in the context; "
                    }
                    "the grey line is where all of it would be in the context."
                };
                (figure("growth", &title, &description, &drawing, None))
            }
            @if let (Some(drawing), Some(timings)) = (time, timings) {
                @let title = html! {
                    "Measured time of the code arm: " (seconds(timings.seconds_per_million_tokens)) " for each million tokens, "
                    "r² " (format!("{:.4}", timings.r_squared)) ". Both axes are linear."
                };
                @let description = html! {
                    @for point in &timings.points {
                        (format::tokens(point.payload_tokens)) " tokens, " (seconds(point.measured_seconds.0)) "; "
                    }
                };
                (figure("growth-time", &title, &description, &drawing, None))
            }
        }
    })
}

/// In as many decimals as it takes to see that it is not zero, if it is not.
fn slope(slope: f64) -> String {
    let text = format!("{slope:.6}");
    if slope != 0.0 && text.trim_matches(['-', '0', '.']).is_empty() { format!("{slope:e}") } else { text }
}

fn sensitivity(summary: &Summary) -> Markup {
    let mut groups: Vec<(&str, Vec<&Sensitivity>)> = Vec::new();
    for row in &summary.sensitivity {
        match groups.iter_mut().find(|(scenario, _)| *scenario == row.scenario) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((&row.scenario, vec![row])),
        }
    }
    let rows = html! {
        (head(&["Assumption", "Context", "Cumulative input", "Output", "Cost"]))
        @for (scenario, rows) in &groups {
            tbody {
                (band(5, &html! { (foreign(scenario)) " " small { (rows.first().map_or("", |row| row.class.name())) } }))
                @for row in rows {
                    tr {
                        th scope="row" { (foreign(&row.assumption)) }
                        @for value in [row.context, row.cumulative, row.output, row.cost] { (plain_reduction(value)) }
                    }
                }
            }
        }
    };
    let caption = html! {
        "Reductions of code against direct, of the first seed, when one assumption is another and all else is the same."
    };
    html! {
        @if groups.is_empty() { p { "No assumption was varied in this run." } } @else {
            (table("sensitivity-table", &caption, &rows))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_slope_is_not_shown_as_none() {
        assert_eq!([0.0, 0.000_002, 0.000_000_1].map(slope), ["0.000000", "0.000002", "1e-7"]);
    }
}
