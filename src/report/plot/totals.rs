//! Totals of the arms as points on a logarithmic axis, a line between them for what lies between.

use plotters::{chart::ChartBuilder, prelude::IntoLogRange, style::text_anchor::HPos};

use super::{CHARACTER, Canvas, Drawing, Ink, PlotError, Point, WIDTH, draw};
use crate::{
    harness::summary::{Arm, ScenarioSummary, Summary},
    report::{Metric, format},
};

/// Room for the names of the counts, and for a number on either side of the axis.
const NAMES: i32 = 226;
const NUMBER: i32 = 9 * CHARACTER;
const ROW: i32 = 42;
const HEADING: i32 = 50;
const AXIS: i32 = 56;
const RADIUS: i32 = 9;
/// A diamond of this size lies around a point without touching it.
const DIAMOND: i32 = 19;
const STROKE: i32 = 4;

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
    let shown: Vec<(&ScenarioSummary, Vec<Row>)> = shown
        .into_iter()
        .map(|scenario| (scenario, Metric::ALL.into_iter().flat_map(|metric| Row::of(scenario, metric)).collect()))
        .collect();
    let rows: i32 = shown.iter().map(|(_, rows)| HEADING + rows.len() as i32 * ROW).sum();
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
        for (scenario, rows) in &shown {
            canvas.heading(&scenario.name, (0, y + HEADING / 2))?;
            y += HEADING;
            for row in rows {
                canvas.text(row.name, (0, y + ROW / 2), HPos::Left, Ink::Muted)?;
                row.draw(canvas, y + ROW / 2, &x)?;
                y += ROW;
            }
        }
        Ok(())
    })
    .map(Some)
}

fn total(scenario: &ScenarioSummary, arm: Arm, metric: Metric) -> Option<u64> {
    Some(metric.of(scenario.arms.get(arm)?.measured()?).total().0)
}

/// One count: a ring for direct, a disc for code, a diamond for code with the cache, and each number on the outer side
/// of its point. What takes more than direct lies to the right of it and has another colour.
struct Row {
    name: &'static str,
    direct: Option<u64>,
    code: Option<u64>,
    /// Beside a number of code it is the same one, and the diamond lies around the disc.
    cached: Option<u64>,
}

impl Row {
    /// One row, and one more where the cache makes a difference.
    fn of(scenario: &ScenarioSummary, metric: Metric) -> Vec<Self> {
        let name = metric.name();
        let [direct, code, cached] = Arm::ALL.map(|arm| total(scenario, arm, metric));
        if cached.is_none() || code.is_none() || code == cached {
            return vec![Self { name, direct, code, cached }];
        }
        let beneath = Self { name: "… code+cache", direct, code: None, cached };
        vec![Self { name, direct, code, cached: None }, beneath]
    }

    fn draw(&self, canvas: &Canvas<'_>, y: i32, x: &impl Fn(u64) -> i32) -> Result<(), PlotError> {
        let point = |number| (x(number), y);
        let number = self.code.or(self.cached);
        if let (Some(from), Some(to)) = (self.direct, number) {
            canvas.line(point(from), point(to), Ink::Muted, 5)?;
        }
        let loses = self.direct.zip(number).is_some_and(|(direct, number)| number > direct);
        // The largest first: whatever lies together, something of each is seen.
        if let Some(cached) = self.cached {
            canvas.diamond(point(cached), DIAMOND, if loses { Ink::Loss } else { Ink::Cached })?;
            canvas.diamond(point(cached), DIAMOND - STROKE, Ink::Paper)?;
        }
        let radius = if self.cached.is_some() { DIAMOND } else { RADIUS };
        if let Some(direct) = self.direct {
            canvas.disc(point(direct), RADIUS, Ink::Direct)?;
            canvas.disc(point(direct), RADIUS - STROKE, Ink::Paper)?;
            label(canvas, direct, point(direct), radius, !loses, Ink::Text)?;
        }
        if let Some(code) = self.code {
            canvas.disc(point(code), RADIUS, if loses { Ink::Loss } else { Ink::Code })?;
        }
        if let Some(number) = number {
            let (right, ink) = (loses || self.direct.is_none(), if loses { Ink::Loss } else { Ink::Text });
            label(canvas, number, point(number), radius, right, ink)?;
        }
        Ok(())
    }
}

fn label(canvas: &Canvas<'_>, number: u64, at: Point, radius: i32, right: bool, ink: Ink) -> Result<(), PlotError> {
    let (x, y) = at;
    let (x, side) = if right { (x + radius + 8, HPos::Left) } else { (x - radius - 8, HPos::Right) };
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
    use crate::{
        harness::summary::{ArmSummary, Part, Split},
        report::fixture,
        tokens::Tokens,
    };

    #[test]
    fn shows_the_numbers_and_marks_losses() {
        let drawing = totals(&fixture::two_arms()).unwrap().unwrap();
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
    fn a_diamond_lies_around_the_disc_and_leaves_its_line_only_for_a_difference() {
        let mut summary = fixture::summary();
        assert!(!totals(&fixture::two_arms()).unwrap().unwrap().shapes.contains("<polygon"));
        summary.scenarios.retain(|scenario| scenario.name == "repeat-run");
        let same = totals(&summary).unwrap().unwrap();
        assert_eq!(same.shapes.matches("fill-cached").count(), 3, "one for each count");
        assert_eq!(same.shapes.matches("\n1,358\n").count(), 1, "two points, and one number");
        assert!(!same.shapes.contains("… code+cache"));

        // More than direct in one count, less than code in another.
        let arms = &mut summary.scenarios[0].arms;
        if let Some(ArmSummary::Correct(cached)) = &mut arms.code_cache {
            cached.context_tokens.add(Part::Results, Tokens(30_000));
            cached.output_tokens = Split::default();
        }
        let apart = totals(&summary).unwrap().unwrap();
        assert_eq!(apart.shapes.matches("… code+cache").count(), 2);
        assert_eq!(apart.height, same.height + 2 * ROW.unsigned_abs());
        assert!(apart.shapes.contains("\n31,358\n") && apart.shapes.contains("\n1,358\n"));
        assert_eq!(apart.shapes.matches("fill-loss").count(), 2, "a diamond and a number");

        // Without the code arm the diamond takes its place.
        summary.scenarios[0].arms.code = None;
        assert_eq!(totals(&summary).unwrap().unwrap().height, same.height);
    }

    #[test]
    fn decades_are_short() {
        assert_eq!([0, 2, 3, 5, 6, 19].map(decade_label), ["1", "100", "1k", "100k", "1M", "10E"]);
    }
}
