//! Lines over the last hours, drawn here: what passed through the model against what would have, and the fallback rate
//! beside the line at which its alert fires. A table has the same numbers.
//!
//! The drawings are stretched to the width that there is; so what must not be stretched, the text, stands outside them.

use std::fmt::Write;

use jiff::Timestamp;
use maud::{Markup, html};

use super::{
    super::status::{FallbackStatus, saved},
    notation::{NOTHING, percent, rounded, signed},
    table,
    timeline::{Step, Timeline},
};
use crate::{activity::Minute, format::grouped};

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 300.0;
/// A point of the fallback rate is about so many steps, so that one request alone does not make it leap.
const SMOOTHED_STEPS: usize = 6;
/// Labels of the horizontal axis, with both ends.
const TIMES: i64 = 5;

pub(super) fn trend(minutes: &[Minute], fallback: &FallbackStatus, now: Timestamp) -> Markup {
    if minutes.is_empty() {
        return html! { p.nothing { "Nothing in the last 24 hours." } };
    }
    let timeline = Timeline::of(minutes, now);
    html! {
        div.columns { (tokens(&timeline)) (fallbacks(&timeline, fallback.threshold)) }
        details #trend-details { summary #trend-summary { "The same in numbers" } (numbers(&timeline)) }
    }
}

fn period(timeline: &Timeline) -> String {
    if timeline.hours == 1 { "last hour".to_owned() } else { format!("last {} hours", timeline.hours) }
}

fn tokens(timeline: &Timeline) -> Markup {
    let running_total = |tokens: fn(&Step) -> u64| {
        let sum = |total: &mut u64, step: &Step| {
            *total += tokens(step);
            Some(*total as f64)
        };
        timeline.steps.iter().scan(0, sum).collect::<Vec<_>>()
    };
    let (direct, passed) = (running_total(|step| step.direct.0), running_total(|step| step.passed.0));
    let (last_direct, last_passed) = (last(&direct), last(&passed));
    let top = nice(last_direct.max(last_passed));
    let line = |values: &[f64]| {
        let mut points = format!("0,{HEIGHT}");
        for (index, value) in values.iter().enumerate() {
            let (x, y) = place(timeline, index, value / top);
            // Writing to a string does not fail.
            let _ = write!(points, " {x:.1},{y:.1}");
        }
        points
    };
    let (direct_line, passed_line) = (line(&direct), line(&passed));
    let back: Vec<_> = passed_line.split(' ').rev().collect();
    let area = format!("{direct_line} {}", back.join(" "));
    let difference = last_direct - last_passed;
    let period = period(timeline);
    let description = format!(
        "Running totals over the {period}: {} tokens on the direct route, {} passed, {} saved.",
        rounded(last_direct),
        rounded(last_passed),
        rounded(difference)
    );
    let shapes = html! {
        polygon.area points=(area) {}
        polyline.line.direct points=(direct_line) {}
        polyline.line.passed points=(passed_line) {}
    };
    let legend = html! {
        li { span.key.direct {} "direct route " strong { (rounded(last_direct)) } }
        li { span.key.passed {} "passed " strong { (rounded(last_passed)) } }
        li { span.key.area {} "saved " strong { (rounded(difference)) } }
    };
    let scale = [top, top / 2.0, 0.0].map(rounded);
    figure("tokens", &format!("Tokens saved, {period}, running totals"), &description, scale, timeline, shapes, legend)
}

fn fallbacks(timeline: &Timeline, threshold: f64) -> Markup {
    let rates: Vec<_> = (0..timeline.steps.len())
        .map(|index| {
            let steps = &timeline.steps[(index + 1).saturating_sub(SMOOTHED_STEPS)..=index];
            let requests: u64 = steps.iter().map(|step| step.requests).sum();
            let fallbacks: u64 = steps.iter().map(|step| step.fallbacks).sum();
            (requests > 0).then(|| fallbacks as f64 / requests as f64)
        })
        .collect();
    let highest = rates.iter().flatten().copied().fold(0.0, f64::max);
    let top = nice(highest.max(2.0 * threshold)).min(1.0);
    let alert = HEIGHT * (1.0 - (threshold / top).min(1.0));
    let mut path = String::new();
    let mut is_drawing = false;
    for (index, rate) in rates.iter().enumerate() {
        if let Some(rate) = rate {
            let (x, y) = place(timeline, index, rate / top);
            // A line of no length, with round ends, is a point.
            let command = if is_drawing { "L" } else { "M" };
            let _ = write!(path, "{command}{x:.1},{y:.1}h0");
        }
        is_drawing = rate.is_some();
    }
    let latest = rates.iter().rev().find_map(|rate| *rate);
    let period = period(timeline);
    let shown = latest.map_or_else(|| NOTHING.to_owned(), percent);
    let description = format!(
        "The share of requests that fell back, over the {period}: at most {}, {shown} at the end; the alert is at {}.",
        percent(highest),
        percent(threshold)
    );
    let shapes = html! {
        line.line.alert x1="0" x2=(WIDTH) y1=(alert) y2=(alert) {}
        path.line.rate d=(path) {}
    };
    let legend = html! {
        li { span.key.rate {} "fallback rate " strong { (shown) } }
        li { span.key.alert {} "alert above " strong { (percent(threshold)) } }
    };
    let scale = [top, top / 2.0, 0.0].map(|share| format!("{} %", rounded_share(share)));
    figure("fallbacks", &format!("Fallback rate, {period}"), &description, scale, timeline, shapes, legend)
}

fn rounded_share(share: f64) -> f64 {
    (share * 1000.0).round() / 10.0
}

fn figure(
    id: &str,
    title: &str,
    description: &str,
    scale: [String; 3],
    timeline: &Timeline,
    shapes: Markup,
    legend: Markup,
) -> Markup {
    let (title_id, description_id) = (format!("{id}-figure"), format!("{id}-description"));
    html! {
        figure.chart {
            figcaption id=(title_id) { (title) }
            div.plot {
                div.scale.y aria-hidden="true" { @for label in scale { span { (label) } } }
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" role="img"
                    aria-labelledby=(title_id) aria-describedby=(description_id) {
                    desc id=(description_id) { (description) }
                    @for y in [0.0, HEIGHT / 2.0, HEIGHT] { line.grid x1="0" x2=(WIDTH) y1=(y) y2=(y) {} }
                    (shapes)
                }
                div.scale.x aria-hidden="true" { @for time in times(timeline) { span { (time) } } }
            }
            ul.legend { (legend) }
        }
    }
}

fn times(timeline: &Timeline) -> impl Iterator<Item = String> {
    let apart = timeline.hours * 60 * 60 / (TIMES - 1);
    let start = timeline.start.as_second();
    (0..TIMES).filter_map(move |index| {
        let time = Timestamp::from_second(start + index * apart).ok()?;
        Some(time.strftime("%H:%M").to_string())
    })
}

fn numbers(timeline: &Timeline) -> Markup {
    let rows = html! {
        thead { tr {
            th scope="col" { "From" } th scope="col" { "Requests" } th scope="col" { "Fallbacks" }
            th scope="col" { "Tokens passed" } th scope="col" { "On the direct route" } th scope="col" { "Saved" }
        } }
        tbody { @for row in timeline.rows() { tr {
            th scope="row" { (row.start.strftime("%H:%M")) }
            td { (grouped(row.requests)) } td { (grouped(row.fallbacks)) }
            td { (grouped(row.passed.0)) } td { (grouped(row.direct.0)) } td { (signed(saved(row.passed, row.direct))) }
        } } }
    };
    table("trend-table", "What ended, and was counted, by when it did (UTC)", rows)
}

fn place(timeline: &Timeline, index: usize, share: f64) -> (f64, f64) {
    (WIDTH * timeline.position(index), HEIGHT * (1.0 - share))
}

fn last(values: &[f64]) -> f64 {
    values.last().copied().unwrap_or_default()
}

/// The next number upwards that makes a good top of a scale, and half of it a good middle.
fn nice(number: f64) -> f64 {
    if number <= 0.0 {
        return 1.0;
    }
    let magnitude = 10f64.powf(number.log10().floor());
    let step = [1.0, 2.0, 4.0, 5.0, 8.0].into_iter().find(|step| step * magnitude >= number * 0.999_999);
    step.unwrap_or(10.0) * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::Tokens;

    const NOW: i64 = 1_799_971_200;

    fn minute(ago: i64, requests: u64, fallbacks: u64, direct: u64) -> Minute {
        let start = Timestamp::from_second(NOW - ago * 60).expect("a time");
        Minute { start, requests, fallbacks, tokens_passed: Tokens(direct / 10), tokens_direct: Tokens(direct) }
    }

    fn drawn(minutes: &[Minute], threshold: f64) -> String {
        let fallback = FallbackStatus { threshold, ..FallbackStatus::default() };
        trend(minutes, &fallback, Timestamp::from_second(NOW).expect("a time")).into_string()
    }

    #[test]
    fn totals_run_up_to_what_was_saved() {
        let drawing = drawn(&[minute(30, 1, 0, 1_000), minute(0, 1, 0, 3_000)], 0.1);
        assert!(drawing.contains("4 k tokens on the direct route, 400 passed, 3.6 k saved"), "{drawing}");
        let line = drawing.split("line direct\" points=\"").nth(1).expect("a line").split('"').next().expect("points");
        let heights: Vec<f64> =
            line.split(' ').map(|point| point.split_once(',').expect("x,y").1.parse().expect("a number")).collect();
        assert!(heights.is_sorted_by(|a, b| a >= b), "totals never fall: {heights:?}");
        assert_eq!((heights[0], heights[heights.len() - 1]), (300.0, 0.0), "4,000 of 4,000");
    }

    #[test]
    fn the_alert_line_stands_at_the_threshold_and_gaps_stay_gaps() {
        let drawing = drawn(&[minute(30, 4, 1, 0), minute(0, 10, 0, 0)], 0.1);
        // The scale ends at 40 %: the next one that holds the 25 %.
        assert!(drawing.contains("class=\"line alert\" x1=\"0\" x2=\"1000\" y1=\"225\" y2=\"225\""), "{drawing}");
        assert!(drawing.contains("at most 25.0 %, 0.0 % at the end; the alert is at 10.0 %"));
        let path = drawing.split("line rate\" d=\"").nth(1).expect("a line").split('"').next().expect("a path");
        assert_eq!(path.matches('M').count(), 2, "{path}");
    }

    #[test]
    fn nothing_is_not_a_chart() {
        assert!(!drawn(&[], 0.1).contains("svg"));
        // Nor does a minute without a token, or a threshold of all, end in a division by nothing.
        for threshold in [0.0, 1.0] {
            let drawing = drawn(&[minute(1, 0, 0, 0)], threshold);
            assert!(!drawing.contains("NaN") && !drawing.contains("inf"), "{drawing}");
        }
    }

    #[test]
    fn scales_end_at_round_numbers() {
        for (number, top) in
            [(0.0, 1.0), (0.1, 0.1), (0.2, 0.2), (0.25, 0.4), (1.1, 2.0), (8.1, 10.0), (4391.0, 5000.0)]
        {
            assert!((nice(number) - top).abs() < 1e-9 * top, "{number}: {}", nice(number));
        }
    }
}
