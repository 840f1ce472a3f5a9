//! Totals of both arms as points on a logarithmic axis, a line between them for what lies between.

use plotters::{chart::ChartBuilder, prelude::IntoLogRange, style::text_anchor::HPos};

use super::{CHARACTER, Canvas, Drawing, Ink, PlotError, Point, WIDTH, draw};
use crate::{
    harness::summary::{Arm, ArmSummary, ScenarioSummary, Summary},
    report::{Metric, format},
};

/// Room for the names of the counts, and for a number on either side of the axis.
const NAMES: i32 = 226;
const NUMBER: i32 = 9 * CHARACTER;
const ROW: i32 = 42;
const HEADING: i32 = 50;
const AXIS: i32 = 56;
const RADIUS: i32 = 9;

/// `None` if no trial has numbers.
pub(in crate::report) fn totals(summary: &Summary) -> Result<Option<Drawing>, PlotError> {
    let shown: Vec<&ScenarioSummary> = summary
        .scenarios
        .iter()
        .filter(|scenario| Arm::ALL.into_iter().any(|arm| total(scenario, arm, Metric::Context).is_some()))
        .collect();
    let numbers = || {
        shown.iter().flat_map(|scenario| {
            Metric::ALL.into_iter().flat_map(|metric| Arm::ALL.map(|arm| total(scenario, arm, metric)))
        })
    };
    let (Some(least), Some(most)) = (numbers().flatten().min(), numbers().flatten().max()) else { return Ok(None) };
    let (low, high) = (least.max(1).ilog10(), most.max(1).ilog10() + 1);
    let rows = shown.len() as i32 * (HEADING + Metric::ALL.len() as i32 * ROW);
    draw(rows + AXIS, |canvas| {
        let mut builder = ChartBuilder::on(&canvas.area);
        builder.margin_left(NAMES + NUMBER).margin_right(NUMBER);
        let decades = (10f64.powi(low as i32)..10f64.powi(high as i32)).log_scale();
        let chart = builder.build_cartesian_2d(decades, 0f64..1f64)?;
        let x = |number: u64| chart.backend_coord(&(number.max(1) as f64, 0.0)).0;
        for decade in low..=high {
            let x = x(10u64.saturating_pow(decade));
            canvas.line((x, HEADING / 2), (x, rows + 8), Ink::Grid, 2)?;
            // Over many decades there is room for every second label.
            if high - low <= 5 || (decade - low).is_multiple_of(2) {
                canvas.text(&decade_label(decade), (x, rows + 30), HPos::Center, Ink::Muted)?;
            }
        }
        let mut y = 0;
        for scenario in &shown {
            canvas.heading(&scenario.name, (0, y + HEADING / 2))?;
            y += HEADING;
            for metric in Metric::ALL {
                canvas.text(metric.name(), (0, y + ROW / 2), HPos::Left, Ink::Muted)?;
                let [direct, code] = Arm::ALL.map(|arm| total(scenario, arm, metric));
                row(canvas, y + ROW / 2, direct.map(|n| (n, x(n))), code.map(|n| (n, x(n))))?;
                y += ROW;
            }
        }
        Ok(())
    })
    .map(Some)
}

fn total(scenario: &ScenarioSummary, arm: Arm, metric: Metric) -> Option<u64> {
    match scenario.arms.get(arm)? {
        ArmSummary::Correct(measured) => Some(metric.of(measured).total().0),
        ArmSummary::Failed(_) => None,
    }
}

/// One count: a ring for direct, a disc for code, and each number on the outer side of its point. Where code takes
/// more, its disc lies to the right and has another colour.
fn row(canvas: &Canvas<'_>, y: i32, direct: Option<(u64, i32)>, code: Option<(u64, i32)>) -> Result<(), PlotError> {
    if let (Some((_, from)), Some((_, to))) = (direct, code) {
        canvas.line((from, y), (to, y), Ink::Muted, 5)?;
    }
    let loses = direct.zip(code).is_some_and(|((direct, _), (code, _))| code > direct);
    if let Some((number, x)) = direct {
        canvas.disc((x, y), RADIUS, Ink::Direct)?;
        canvas.disc((x, y), RADIUS - 4, Ink::Paper)?;
        label(canvas, number, (x, y), !loses, Ink::Text)?;
    }
    if let Some((number, x)) = code {
        canvas.disc((x, y), RADIUS, if loses { Ink::Loss } else { Ink::Code })?;
        label(canvas, number, (x, y), loses || direct.is_none(), if loses { Ink::Loss } else { Ink::Text })?;
    }
    Ok(())
}

fn label(canvas: &Canvas<'_>, number: u64, (x, y): Point, right: bool, ink: Ink) -> Result<(), PlotError> {
    let (x, side) = if right { (x + RADIUS + 8, HPos::Left) } else { (x - RADIUS - 8, HPos::Right) };
    canvas.text(&format::grouped(number), (x, y), side, ink)
}

/// `1`, `10`, `100`, `1k`, … `1M`, …
fn decade_label(decade: u32) -> String {
    let unit = ["", "k", "M", "G", "T", "P", "E"].get(decade as usize / 3).unwrap_or(&"");
    format!("{}{unit}", 10u64.pow(decade % 3))
}

const _: () = assert!(NAMES + 2 * NUMBER < WIDTH, "the axis has room");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn shows_the_numbers_and_marks_losses() {
        let drawing = totals(&fixture::summary()).unwrap().unwrap();
        for number in ["150,180", "1,952", "5,126,751", "699", "937"] {
            assert!(drawing.shapes.contains(number), "{number}");
        }
        assert_eq!(drawing.shapes.matches("fill-loss").count(), 6, "three counts, each with a disc and a number");
        let mut summary = fixture::summary();
        summary.scenarios.retain(|scenario| scenario.name == "convergence");
        assert!(!totals(&summary).unwrap().unwrap().shapes.contains("fill-loss"));
        summary.scenarios.clear();
        assert!(totals(&summary).unwrap().is_none());
    }

    #[test]
    fn decades_are_short() {
        assert_eq!([0, 2, 3, 5, 6, 19].map(decade_label), ["1", "100", "1k", "100k", "1M", "10E"]);
    }
}
