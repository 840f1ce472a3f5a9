//! Where the tokens went: the figures, and beneath them tables with the same numbers.

use maud::{Markup, PreEscaped, html};

use super::{band, foreign, head, table};
use crate::{
    harness::summary::{Arm, ArmSummary, Measured, Part, ScenarioSummary, Summary, Timings},
    report::{
        Metric, csv, format, has_run,
        plot::{self, Drawing, PlotError},
        trials,
    },
};

pub(super) fn composition(summary: &Summary, timings: &Timings) -> Result<Markup, PlotError> {
    let totals = plot::totals(summary)?.map(|drawing| totals_figure(&drawing, summary));
    let mut shares = Vec::new();
    for metric in Metric::ALL {
        shares.push(shares_figure(metric, &plot::shares(summary, metric)?));
    }
    Ok(html! {
        div.figures {
            @if let Some(totals) = totals { (totals) }
            @for figure in shares { (figure) }
        }
        h3 { "The same in numbers" }
        @for metric in Metric::ALL { (parts_table(metric, summary, timings)) }
    })
}

fn totals_figure(drawing: &Drawing, summary: &Summary) -> Markup {
    let title = "Totals, logarithmic scale: each line of the grid is ten times the one before";
    let description = html! {
        "Points on a logarithmic axis, in tokens. "
        @for scenario in &summary.scenarios {
            (format::visible(&scenario.name)) ": "
            @for metric in Metric::ALL {
                (metric.name())
                @for arm in Arm::ALL { (of_arm(scenario, arm, metric)) }
                "; "
            }
        }
        "the table of results has the same numbers."
    };
    let legend = html! {
        li { span.key.direct {} "direct" }
        li { span.key.code {} "code" }
        li { span.key.code.loss {} "code where it takes more" }
        @if has_run(summary, Arm::CodeCache) {
            li { span.key.cached {} "code+cache, around the point of code where it takes the same" }
            li { span.key.cached.loss {} "code+cache where it takes more" }
        }
    };
    figure("totals", title, &description, drawing, &legend)
}

fn of_arm(scenario: &ScenarioSummary, arm: Arm, metric: Metric) -> String {
    let name = arm.name();
    match scenario.arms.get(arm) {
        Some(ArmSummary::Correct(measured)) => format!(" {name} {}", format::tokens(metric.of(measured).total())),
        Some(ArmSummary::Failed(_)) => format!(" {name} failed"),
        None => String::new(),
    }
}

fn shares_figure(metric: Metric, drawing: &Drawing) -> Markup {
    let title = format!("What the {} tokens consist of, in per cent of each total, linear scale", metric.name());
    let description = html! {
        "One bar of full length for each arm of each scenario, divided by part; total at the right. The table “"
        (parts_caption(metric)) "” has the same numbers."
    };
    let legend = html! { @for part in Part::ALL { li { (swatch(part)) (part.name()) } } };
    figure(metric.field(), &title, &description, drawing, &legend)
}

fn figure(id: &str, title: &str, description: &Markup, drawing: &Drawing, legend: &Markup) -> Markup {
    let (title_id, description_id) = (format!("plot-{id}-title"), format!("plot-{id}-description"));
    let view_box = format!("0 0 {} {}", drawing.width, drawing.height);
    html! {
        figure.plot {
            figcaption { (title) }
            svg viewBox=(view_box) role="img" aria-labelledby={ (title_id) " " (description_id) } {
                title id=(title_id) { (title) }
                desc id=(description_id) { (description) }
                (PreEscaped(&drawing.shapes))
            }
            ul.legend { (legend) }
        }
    }
}

fn swatch(part: Part) -> Markup {
    html! { span.key.(plot::part_class(part)) {} }
}

fn parts_caption(metric: Metric) -> Markup {
    html! { @match metric {
        Metric::Context => "Context tokens by part",
        Metric::Cumulative => "Cumulative input tokens by part",
        Metric::Output => "Output tokens by part",
    } }
}

fn parts_table(metric: Metric, summary: &Summary, timings: &Timings) -> Markup {
    let mut titles = vec![html! { "Arm" }, html! { "total" }];
    titles
        .extend(Part::ALL.map(|part| html! { span title=(csv::part_meaning(part)) { (swatch(part)) (part.name()) } }));
    let rows = html! {
        (head(&titles))
        @for scenario in &summary.scenarios {
            tbody {
                (band(titles.len(), &foreign(&scenario.name)))
                @for trial in trials(scenario, timings) {
                    tr {
                        th scope="row" { (trial.arm.name()) }
                        @match trial.measured() {
                            Some(measured) => (parts_cells(metric, measured)),
                            None => td.absent colspan=(1 + Part::ALL.len()) { "failed: no numbers" }
                        }
                    }
                }
            }
        }
    };
    table(&format!("{}-table", metric.field()), &html! { (parts_caption(metric)) ": " (metric.meaning()) "." }, &rows)
}

fn parts_cells(metric: Metric, measured: &Measured) -> Markup {
    let split = metric.of(measured);
    html! {
        td.total { (format::tokens(split.total())) }
        @for (_, tokens) in split.parts() { td.zero[tokens.0 == 0] { (format::tokens(tokens)) } }
    }
}
