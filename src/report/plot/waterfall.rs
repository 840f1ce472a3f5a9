//! The way from the direct arm's tokens to the code arm's: a bar for each, and between them what each source adds or takes away.

use plotters::{chart::ChartBuilder, style::text_anchor::HPos};

use super::{CHARACTER, Drawing, Ink, PlotError, WIDTH, draw};
use crate::{
    harness::summary::{Part, Split},
    report::format,
};

/// Room for the names on the left, for the numbers on the right.
const NAMES: i32 = 150;
const NUMBER: i32 = 11 * CHARACTER;
const ROW: i32 = 42;
const BAR: i32 = 28;

struct Step {
    name: &'static str,
    from: u64,
    to: u64,
    label: String,
    ink: Ink,
}

/// The total of the first, what each part changes, the total of the second. Parts that neither has are left out.
fn steps(direct: &Split, code: &Split) -> Vec<Step> {
    let whole = |name, split: &Split, ink| {
        let total = split.total();
        Step { name, from: 0, to: total.0, label: format::tokens(total), ink }
    };
    let mut steps = vec![whole("direct", direct, Ink::Direct)];
    let mut level = direct.total().0;
    for part in Part::ALL {
        let (before, after) = (direct.get(part).0, code.get(part).0);
        if before == 0 && after == 0 {
            continue;
        }
        // Never below zero: what is taken away was in the level.
        let to = (level + after).saturating_sub(before);
        let (sign, ink) = if after > before { ("+", Ink::More) } else { ("−", Ink::Less) };
        let label = match before.abs_diff(after) {
            0 => "0".to_owned(),
            change => format!("{sign}{}", format::grouped(change)),
        };
        steps.push(Step { name: part.name(), from: level, to, label, ink });
        level = to;
    }
    steps.push(whole("code", code, Ink::Code));
    steps
}

pub(in crate::report) fn waterfall(direct: &Split, code: &Split) -> Result<Drawing, PlotError> {
    let steps = steps(direct, code);
    let most = steps.iter().map(|step| step.from.max(step.to)).max().unwrap_or_default().max(1);
    let height = steps.len() as i32 * ROW;
    draw((WIDTH, height), |canvas| {
        let mut builder = ChartBuilder::on(&canvas.area);
        builder.margin_left(NAMES).margin_right(NUMBER);
        let chart = builder.build_cartesian_2d(0f64..most as f64, 0f64..1f64)?;
        let x = |number: u64| chart.backend_coord(&(number as f64, 0.0)).0;
        canvas.line((x(0), 0), (x(0), height), Ink::Grid, 2)?;
        for (index, step) in steps.iter().enumerate() {
            let top = index as i32 * ROW + (ROW - BAR) / 2;
            let (left, right) = (x(step.from.min(step.to)), x(step.from.max(step.to)));
            // Where the next bar begins.
            if index + 1 < steps.len() {
                canvas.line((x(step.to), top + BAR), (x(step.to), top + ROW), Ink::Muted, 2)?;
            }
            // Something of a bar is seen, be it ever so short.
            canvas.bar((left, top), (right.max(left + 3), top + BAR), step.ink)?;
            let middle = top + BAR / 2;
            if index == 0 || index + 1 == steps.len() {
                canvas.strong(step.name, (0, middle), HPos::Left)?;
                canvas.strong(&step.label, (WIDTH, middle), HPos::Right)?;
            } else {
                canvas.text(step.name, (0, middle), HPos::Left, Ink::Muted)?;
                canvas.text(&step.label, (WIDTH, middle), HPos::Right, Ink::Text)?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::Tokens;

    fn split(parts: [u64; 8]) -> Split {
        let mut split = Split::default();
        for (part, tokens) in Part::ALL.into_iter().zip(parts) {
            split.add(part, Tokens(tokens));
        }
        split
    }

    #[test]
    fn the_steps_lead_from_one_total_to_the_other() {
        let (direct, code) = (split([10, 500, 0, 800, 50, 30, 0, 5]), split([20, 40, 30, 9, 50, 0, 60, 5]));
        let steps = steps(&direct, &code);
        assert_eq!(steps.len(), 10);
        assert_eq!((steps[0].to, steps[8].to, steps[9].to), (1_395, 214, 214));
        for pair in steps[..9].windows(2) {
            assert_eq!(pair[0].to, pair[1].from);
        }
        let labels: Vec<&str> = steps.iter().map(|step| step.label.as_str()).collect();
        assert_eq!(labels, ["1,395", "+10", "−460", "+30", "−791", "0", "−30", "+60", "0", "214"]);
        let drawing = waterfall(&direct, &code).unwrap();
        assert!(drawing.shapes.contains("class=\"fill-less\"") && drawing.shapes.contains("class=\"fill-more\""));
    }

    #[test]
    fn nothing_at_all_is_drawn_without_a_fault() {
        assert!(waterfall(&Split::default(), &Split::default()).unwrap().shapes.contains("direct"));
    }
}
