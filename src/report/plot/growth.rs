//! How the code arm grows with what its tools return: its context on logarithmic axes, its time on linear ones.

use plotters::{chart::ChartBuilder, prelude::IntoLogRange, style::text_anchor::HPos};

use super::{Drawing, Ink, PlotError, Point, WIDTH, decades, draw, short};
use crate::harness::summary::{Growth, GrowthTimings};

const HEIGHT: i32 = 460;
const LEFT: i32 = 100;
const RIGHT: i32 = 60;
const TOP: i32 = 24;
const BOTTOM: i32 = 84;

/// Context beside payload, and the line on which every token that is returned would be one of context. `None` without points.
pub(in crate::report) fn context(growth: &Growth) -> Result<Option<Drawing>, PlotError> {
    let points: Vec<(u64, u64)> =
        growth.points.iter().map(|point| (point.payload_tokens.0.max(1), point.context_tokens.0.max(1))).collect();
    let payloads = decades(points.iter().map(|point| point.0));
    let all = decades(points.iter().flat_map(|point| [point.0, point.1]));
    let (Some((left, right)), Some((low, high))) = (payloads, all) else { return Ok(None) };
    draw((WIDTH, HEIGHT), |canvas| {
        let mut builder = ChartBuilder::on(&canvas.area);
        builder.margin_left(LEFT).margin_right(RIGHT).margin_top(TOP).margin_bottom(BOTTOM);
        let range = |from: u32, to: u32| (10f64.powi(from as i32)..10f64.powi(to as i32)).log_scale();
        let chart = builder.build_cartesian_2d(range(left, right), range(low, high))?;
        let at = |payload: u64, context: u64| chart.backend_coord(&(payload as f64, context as f64));
        for decade in low..=high {
            let number = 10u64.saturating_pow(decade);
            let (from, to) = (at(10u64.pow(left), number), at(10u64.pow(right), number));
            canvas.line(from, to, Ink::Grid, 2)?;
            canvas.text(&short(number), (from.0 - 14, from.1), HPos::Right, Ink::Muted)?;
        }
        for decade in left..=right {
            let (x, y) = at(10u64.saturating_pow(decade), 10u64.pow(low));
            canvas.text(&short(10u64.saturating_pow(decade)), (x, y + 26), HPos::Center, Ink::Muted)?;
        }
        canvas.text(
            "tokens that tools returned",
            (LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 18),
            HPos::Center,
            Ink::Muted,
        )?;
        let end = 10u64.saturating_pow(right);
        canvas.line(at(10u64.pow(left), 10u64.pow(left)), at(end, end), Ink::Muted, 2)?;
        let (x, y) = at(end, end);
        canvas.text("all of it in the context", (x - 100, y + 28), HPos::Right, Ink::Muted)?;
        let places: Vec<Point> = points.iter().map(|point| at(point.0, point.1)).collect();
        canvas.path(places.clone(), Ink::Code, 4)?;
        for place in &places {
            canvas.disc(*place, 8, Ink::Code)?;
        }
        match places.last() {
            Some((x, y)) => canvas.text("code", (*x, y - 26), HPos::Right, Ink::Text),
            None => Ok(()),
        }
    })
    .map(Some)
}

/// Measured time beside payload. `None` without points.
pub(in crate::report) fn time(growth: &GrowthTimings) -> Result<Option<Drawing>, PlotError> {
    let points: Vec<(f64, f64)> =
        growth.points.iter().map(|point| (point.payload_tokens.0 as f64, point.measured_seconds.0)).collect();
    if points.is_empty() {
        return Ok(None);
    }
    let top = |numbers: &mut dyn Iterator<Item = f64>| round_up(numbers.fold(0.0, f64::max));
    let right = top(&mut points.iter().map(|point| point.0));
    let high = top(&mut points.iter().map(|point| point.1));
    draw((WIDTH, HEIGHT), |canvas| {
        let mut builder = ChartBuilder::on(&canvas.area);
        builder.margin_left(LEFT).margin_right(RIGHT).margin_top(TOP).margin_bottom(BOTTOM);
        let chart = builder.build_cartesian_2d(0f64..right, 0f64..high)?;
        let at = |x: f64, y: f64| chart.backend_coord(&(x, y));
        for quarter in 0..=4 {
            let part = f64::from(quarter) / 4.0;
            let (from, to) = (at(0.0, high * part), at(right, high * part));
            canvas.line(from, to, Ink::Grid, 2)?;
            canvas.text(&format!("{} s", plain(high * part)), (from.0 - 14, from.1), HPos::Right, Ink::Muted)?;
            let (x, y) = at(right * part, 0.0);
            canvas.text(&short((right * part).round() as u64), (x, y + 26), HPos::Center, Ink::Muted)?;
        }
        canvas.text(
            "tokens that tools returned",
            (LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 18),
            HPos::Center,
            Ink::Muted,
        )?;
        let places: Vec<Point> = points.iter().map(|point| at(point.0, point.1)).collect();
        canvas.path(places.clone(), Ink::Code, 4)?;
        for place in places {
            canvas.disc(place, 8, Ink::Code)?;
        }
        Ok(())
    })
    .map(Some)
}

/// The next of 1, 2, 4, 5, 8 and 10 times a power of ten, so that its quarters are short numbers.
fn round_up(number: f64) -> f64 {
    if number <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powi(number.log10().floor() as i32);
    [1.0, 2.0, 4.0, 5.0, 8.0].into_iter().map(|step| step * power).find(|step| *step >= number).unwrap_or(10.0 * power)
}

/// With as many decimals as it has, up to four.
fn plain(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn axes_end_at_round_numbers() {
        for (number, end) in [(0.0, 1.0), (0.031, 0.04), (1.0, 1.0), (4.2, 5.0), (870_000.0, 1_000_000.0)] {
            assert!((round_up(number) - end).abs() < 1e-9 * end, "{number}");
        }
        assert_eq!([0.0, 0.01, 2.5].map(plain), ["0", "0.01", "2.5"]);
    }

    #[test]
    fn a_flat_growth_is_a_flat_line() {
        let growth = fixture::evidence().sweep.unwrap().growth;
        let drawing = context(&growth).unwrap().unwrap();
        let line =
            drawing.shapes.lines().find(|line| line.contains("polyline") && line.contains("stroke-code")).unwrap();
        let heights: Vec<i32> = line
            .split("points=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .split_whitespace()
            .map(|point| point.split(',').nth(1).unwrap().parse().unwrap())
            .collect();
        assert_eq!(heights.len(), growth.points.len());
        assert!(heights.iter().all(|height| height.abs_diff(heights[0]) <= 3), "{heights:?}");
        assert!(context(&Growth { points: vec![], context_slope: 0.0 }).unwrap().is_none());
    }
}
