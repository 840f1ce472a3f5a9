//! What each total consists of: one bar for each arm, all of the same length, divided in the proportion of the parts.

use plotters::{chart::ChartBuilder, style::text_anchor::HPos};

use super::{CHARACTER, Canvas, Drawing, Ink, PlotError, WIDTH, draw};
use crate::{
    harness::summary::{Arm, ArmSummary, Split, Summary},
    report::{Metric, format, has_run},
};

/// Room for the arm's name on the left, for the total on the right.
const NAMES: i32 = 90;
/// The same where one of the names is that of the code arm with the cache.
const LONG_NAMES: i32 = 176;
const TOTAL: i32 = 10 * CHARACTER + 6;
const HEADING: i32 = 50;
const ROW: i32 = 54;
const BAR: i32 = 42;
const AXIS: i32 = 56;

pub(in crate::report) fn shares(summary: &Summary, metric: Metric) -> Result<Drawing, PlotError> {
    let arms = summary.scenarios.iter().map(|scenario| {
        (scenario, Arm::ALL.into_iter().filter_map(|arm| Some((arm, scenario.arms.get(arm)?))).collect::<Vec<_>>())
    });
    let scenarios: Vec<_> = arms.collect();
    let names = if has_run(summary, Arm::CodeCache) { LONG_NAMES } else { NAMES };
    let rows: i32 = scenarios.iter().map(|(_, arms)| HEADING + arms.len() as i32 * ROW).sum();
    draw(rows + AXIS, |canvas| {
        let mut builder = ChartBuilder::on(&canvas.area);
        builder.margin_left(names).margin_right(TOTAL);
        let chart = builder.build_cartesian_2d(0f64..1f64, 0f64..1f64)?;
        let x = |share: f64| chart.backend_coord(&(share, 0.0)).0;
        for quarter in 0..=4 {
            let x = x(f64::from(quarter) / 4.0);
            // The names of the scenarios interrupt the grid.
            let mut y = 0;
            for (_, arms) in &scenarios {
                let end = y + HEADING + arms.len() as i32 * ROW;
                canvas.line((x, y + HEADING - 6), (x, end - 6), Ink::Grid, 2)?;
                y = end;
            }
            canvas.text(&format!("{} %", quarter * 25), (x, rows + 30), HPos::Center, Ink::Muted)?;
        }
        let mut y = 0;
        for (scenario, arms) in &scenarios {
            canvas.heading(&scenario.name, (0, y + HEADING / 2))?;
            y += HEADING;
            for (arm, outcome) in arms {
                let middle = y + BAR / 2;
                canvas.text(arm.name(), (0, middle), HPos::Left, Ink::Muted)?;
                match outcome {
                    ArmSummary::Correct(measured) => bar(canvas, y, metric.of(measured), &x)?,
                    ArmSummary::Failed(_) => {
                        canvas.text("failed: no numbers", (x(0.0) + 12, middle), HPos::Left, Ink::Muted)?;
                    }
                }
                y += ROW;
            }
        }
        Ok(())
    })
}

fn bar(canvas: &Canvas<'_>, y: i32, split: &Split, x: &impl Fn(f64) -> i32) -> Result<(), PlotError> {
    let total = split.total().0;
    canvas.text(&format::grouped(total), (WIDTH, y + BAR / 2), HPos::Right, Ink::Text)?;
    let mut before = 0;
    for (part, tokens) in split.parts().filter(|(_, tokens)| tokens.0 > 0) {
        let place = |tokens: u64| x(tokens as f64 / total as f64);
        let (left, right) = (place(before), place(before + tokens.0));
        before += tokens.0;
        canvas.bar((left, y), (right, y + BAR), Ink::Part(part))?;
        let label = format::tokens(tokens);
        if label.len() as i32 * CHARACTER + 12 <= right - left {
            canvas.text(&label, ((left + right) / 2, y + BAR / 2), HPos::Center, Ink::OnPart(part))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    /// The bars of parts in a drawing: class, left edge, width.
    fn bars(shapes: &str) -> Vec<(&str, i32, i32)> {
        let attribute = |line: &str, name: &str| line.split(name).nth(1)?.split('"').next()?.parse().ok();
        shapes
            .lines()
            .filter(|line| line.contains("fill-part-"))
            .filter_map(|line| {
                let class = line.split("fill-part-").nth(1)?.split('"').next()?;
                Some((class, attribute(line, "x=\"")?, attribute(line, "width=\"")?))
            })
            .collect()
    }

    #[test]
    fn bars_fill_the_axis_in_proportion() {
        let mut summary = fixture::summary();
        summary.scenarios.truncate(1);
        let drawing = shares(&summary, Metric::Context).unwrap();
        let all = bars(&drawing.shapes);
        let direct = &all[..6];
        assert_eq!(
            direct.iter().map(|bar| bar.0).collect::<Vec<_>>(),
            ["prompt", "definitions", "results", "reasoning", "calls", "answer"]
        );
        let length = WIDTH - NAMES - TOTAL;
        assert!((direct.iter().map(|bar| bar.2).sum::<i32>() - length).abs() <= 1, "{direct:?}");
        let results = f64::from(direct[2].2) / f64::from(length);
        assert!((results - 84_310.0 / 150_180.0).abs() < 0.005, "{results}");
        for pair in direct.windows(2) {
            assert_eq!(pair[0].1 + pair[0].2, pair[1].1, "{direct:?}");
        }
        assert!(drawing.shapes.contains("84,310") && drawing.shapes.contains("150,180"));
        // A part of 210 in 150,180 has no room for its number; the table beside the figure has it.
        assert!(!drawing.shapes.contains("\n210\n"));
    }

    #[test]
    fn a_third_arm_has_a_bar_of_its_own_and_room_for_its_name() {
        let mut summary = fixture::summary();
        summary.scenarios.retain(|scenario| scenario.name == "repeat-run");
        let drawing = shares(&summary, Metric::Context).unwrap();
        assert!(drawing.shapes.contains("\ncode+cache\n"));
        let bars = bars(&drawing.shapes);
        assert_eq!(bars.iter().filter(|bar| bar.0 == "prompt").count(), 3);
        assert!(bars.iter().all(|bar| bar.1 >= LONG_NAMES), "{bars:?}");
        let code = &bars[bars.len() - 14..bars.len() - 7];
        assert_eq!(code, &bars[bars.len() - 7..], "the same tokens, the same bar");
    }
}
