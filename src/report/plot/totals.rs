//! The context of the arms as points on a logarithmic axis, one row for each scenario.

use plotters::{chart::ChartBuilder, prelude::IntoLogRange, style::text_anchor::HPos};

use super::{CHARACTER, Canvas, Drawing, Ink, PlotError, Point, WIDTH, decades, draw, short};
use crate::{
    harness::summary::{Arm, Class, ScenarioSummary, Summary},
    report::format,
};

/// Room for the names of the scenarios, and for a number on either side of the axis.
const NAMES: i32 = 230;
const NAME_CHARACTERS: usize = 20;
const NUMBER: i32 = 9 * CHARACTER;
const ROW: i32 = 40;
const HEADING: i32 = 50;
const AXIS: i32 = 46;
const RADIUS: i32 = 9;
const STROKE: i32 = 4;

/// `None` if no trial has numbers.
pub(in crate::report) fn totals(summary: &Summary) -> Result<Option<Drawing>, PlotError> {
    let classes: Vec<(Class, Vec<Row<'_>>)> = Class::ALL
        .into_iter()
        .map(|class| (class, summary.scenarios.iter().filter(|s| s.class == class).filter_map(Row::of).collect()))
        .filter(|(_, rows): &(_, Vec<_>)| !rows.is_empty())
        .collect();
    let numbers = classes.iter().flat_map(|(_, rows)| rows).flat_map(Row::numbers);
    let Some((low, high)) = decades(numbers) else { return Ok(None) };
    let height: i32 = classes.iter().map(|(_, rows)| HEADING + rows.len() as i32 * ROW).sum();
    draw((WIDTH, height + AXIS), |canvas| {
        let mut builder = ChartBuilder::on(&canvas.area);
        builder.margin_left(NAMES + NUMBER).margin_right(NUMBER);
        let range = (10f64.powi(low as i32)..10f64.powi(high as i32)).log_scale();
        let chart = builder.build_cartesian_2d(range, 0f64..1f64)?;
        let x = |number: u64| chart.backend_coord(&(number.max(1) as f64, 0.0)).0;
        for decade in low..=high {
            let number = 10u64.saturating_pow(decade);
            canvas.line((x(number), HEADING - 8), (x(number), height + 4), Ink::Grid, 2)?;
            canvas.text(&short(number), (x(number), height + 26), HPos::Center, Ink::Muted)?;
        }
        let mut y = 0;
        for (class, rows) in &classes {
            canvas.strong(class.name(), (0, y + HEADING / 2 + 4), HPos::Left)?;
            y += HEADING;
            for row in rows {
                canvas.foreign(row.name, NAME_CHARACTERS, (0, y + ROW / 2))?;
                row.draw(canvas, y + ROW / 2, &x)?;
                y += ROW;
            }
        }
        Ok(())
    })
    .map(Some)
}

/// A ring for direct, a bar for search, a disc for code, and the numbers of direct and code on the outer side of their points. What
/// takes more than direct lies to the right of it and has another colour.
struct Row<'a> {
    name: &'a str,
    direct: Option<u64>,
    search: Option<u64>,
    code: Option<u64>,
}

impl<'a> Row<'a> {
    fn of(scenario: &'a ScenarioSummary) -> Option<Self> {
        let [direct, search, code] = [Arm::Direct, Arm::Search, Arm::Code]
            .map(|arm| Some(scenario.arm(arm)?.typical.as_ref()?.context_tokens.median.round() as u64));
        (direct.is_some() || code.is_some()).then_some(Self { name: &scenario.name, direct, search, code })
    }

    fn numbers(&self) -> impl Iterator<Item = u64> + Clone + use<> {
        [self.direct, self.search, self.code].into_iter().flatten()
    }

    fn draw(&self, canvas: &Canvas<'_>, y: i32, x: &impl Fn(u64) -> i32) -> Result<(), PlotError> {
        let point = |number| (x(number), y);
        if let (Some(from), Some(to)) = (self.direct, self.code) {
            canvas.line(point(from), point(to), Ink::Muted, 4)?;
        }
        let loses = self.direct.zip(self.code).is_some_and(|(direct, code)| code > direct);
        if let Some(search) = self.search {
            canvas.bar((x(search) - 3, y - RADIUS - 2), (x(search) + 3, y + RADIUS + 2), Ink::Search)?;
        }
        if let Some(direct) = self.direct {
            canvas.disc(point(direct), RADIUS, Ink::Direct)?;
            canvas.disc(point(direct), RADIUS - STROKE, Ink::Paper)?;
            label(canvas, direct, point(direct), !loses, Ink::Text)?;
        }
        if let Some(code) = self.code {
            let (right, ink) = (loses || self.direct.is_none(), if loses { Ink::Loss } else { Ink::Text });
            canvas.disc(point(code), RADIUS, if loses { Ink::Loss } else { Ink::Code })?;
            label(canvas, code, point(code), right, ink)?;
        }
        Ok(())
    }
}

fn label(canvas: &Canvas<'_>, number: u64, (x, y): Point, right: bool, ink: Ink) -> Result<(), PlotError> {
    let (x, side) = if right { (x + RADIUS + 8, HPos::Left) } else { (x - RADIUS - 8, HPos::Right) };
    canvas.text(&format::grouped(number), (x, y), side, ink)
}

const _: () = assert!(NAMES + 2 * NUMBER < WIDTH, "the axis has room");
