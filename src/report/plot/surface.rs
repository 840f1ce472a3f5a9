//! The surface of the break-even: for so many tools on offer and so many steps, from which size of a result on code-first pays.

use plotters::style::text_anchor::HPos;

use super::{Drawing, FONT, HEATS, Ink, PlotError, WIDTH, draw, short};
use crate::harness::summary::{Arm, BreakEven, Sweep};

/// Room for the numbers of tools on the left.
const NAMES: i32 = 96;
const ROW: i32 = 56;
const GAP: i32 = 3;
const AXIS: i32 = 86;

/// What there is to say of one cell: the colour's step and its text.
fn heat(break_even: &BreakEven) -> (u8, String) {
    let step = match break_even.result_tokens.map(|tokens| tokens.0) {
        None => return (HEATS - 1, "never".to_owned()),
        Some(0) => return (0, "always".to_owned()),
        Some(tokens) if tokens < 1_000 => 1,
        Some(tokens) if tokens < 10_000 => 2,
        Some(tokens) if tokens < 100_000 => 3,
        Some(_) => 4,
    };
    (step, short(break_even.result_tokens.map_or(0, |tokens| tokens.0)))
}

/// `None` where the sweep did not compare the two.
pub(in crate::report) fn surface(sweep: &Sweep, against: Arm, measure: &str) -> Result<Option<Drawing>, PlotError> {
    let cells: Vec<&BreakEven> =
        sweep.break_even.iter().filter(|cell| cell.against == against && cell.measure == measure).collect();
    if cells.is_empty() {
        return Ok(None);
    }
    let (columns, rows) = (sweep.steps.len() as i32, sweep.tools.len() as i32);
    let (column_width, height) = ((WIDTH - NAMES) / columns.max(1), rows * ROW);
    draw((WIDTH, height + AXIS), |canvas| {
        for (row, tools) in sweep.tools.iter().rev().enumerate() {
            let top = row as i32 * ROW;
            canvas.text(&short(*tools), (NAMES - 12, top + ROW / 2), HPos::Right, Ink::Muted)?;
            for (column, steps) in sweep.steps.iter().enumerate() {
                let left = NAMES + column as i32 * column_width;
                let Some(cell) = cells.iter().find(|cell| cell.tools == *tools && cell.steps == *steps) else {
                    continue;
                };
                let (step, label) = heat(cell);
                canvas.bar((left + GAP, top + GAP), (left + column_width, top + ROW), Ink::Heat(step))?;
                let middle = (left + (column_width + GAP) / 2, top + (ROW + GAP) / 2);
                canvas.text(&label, middle, HPos::Center, Ink::OnHeat(step))?;
            }
        }
        for (column, steps) in sweep.steps.iter().enumerate() {
            let middle = NAMES + column as i32 * column_width + column_width / 2;
            canvas.text(&short(*steps), (middle, height + 22), HPos::Center, Ink::Muted)?;
        }
        canvas.text(
            "calls, one after the other",
            (NAMES + (WIDTH - NAMES) / 2, height + 22 + FONT + 12),
            HPos::Center,
            Ink::Muted,
        )?;
        canvas.text("tools", (0, height + 22), HPos::Left, Ink::Muted)
    })
    .map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{report::fixture, tokens::Tokens};

    #[test]
    fn a_cell_says_always_never_or_from_where_on() {
        let cell = |result_tokens: Option<u64>| BreakEven {
            tools: 5,
            steps: 1,
            against: Arm::Direct,
            measure: "context".into(),
            result_tokens: result_tokens.map(Tokens),
        };
        let shown = |tokens| heat(&cell(tokens));
        assert_eq!(shown(None), (5, "never".into()));
        assert_eq!(shown(Some(0)), (0, "always".into()));
        assert_eq!(shown(Some(340)), (1, "340".into()));
        assert_eq!(shown(Some(1_250)), (2, "1.2k".into()));
        assert_eq!(shown(Some(250_000)), (4, "250k".into()));
    }

    #[test]
    fn every_combination_has_its_cell() {
        let sweep = fixture::evidence().sweep.unwrap();
        let drawing = surface(&sweep, Arm::Direct, "context").unwrap().unwrap();
        assert_eq!(drawing.shapes.matches("<rect").count(), sweep.tools.len() * sweep.steps.len());
        assert!(surface(&sweep, Arm::Direct, "what nobody measured").unwrap().is_none());
    }
}
