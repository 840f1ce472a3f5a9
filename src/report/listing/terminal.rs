//! A listing as a table of at most 100 columns.

use comfy_table::Cell;

use super::{Line, Listing};
use crate::report::{
    format,
    table::{bad, bounded_table, one_line, wrapped},
};

const SUBJECT_WIDTH: usize = 36;

pub fn terminal(listing: &Listing, colour: bool) -> String {
    let (lines, rest) = listing.told();
    let is_judged = listing.is_judged();
    let mut blocks = Vec::new();
    if !lines.is_empty() {
        let mut header = vec!["Subject", "Metric", "Baseline", "Now", "Direction", "Magnitude"];
        header.extend(is_judged.then_some("Verdict"));
        let mut table = bounded_table(&header, 2..4, colour);
        for line in &lines {
            table.add_row(cells(line));
        }
        blocks.push(format!("{}\n{}", wrapped(&one_line(&listing.title)), table.trim_fmt()));
    }
    if rest > 0 {
        blocks.push(format!("Figures that are the same, and not listed: {rest}."));
    }
    let reasons = lines.iter().filter_map(|line| {
        let reason = line.reason.as_deref()?;
        let text = format!("{}, {}: {}", one_line(&line.subject), one_line(&line.metric), one_line(reason));
        Some(wrapped(&format::clipped(&text, 400)))
    });
    let notes = listing.notes.iter().map(|note| wrapped(&format!("Note: {}", one_line(note))));
    let said: Vec<String> = reasons.chain(notes).collect();
    if !said.is_empty() {
        blocks.push(said.join("\n"));
    }
    blocks.push(wrapped(&one_line(&listing.conclusion)));
    let mut text = blocks.join("\n\n");
    text.push('\n');
    text
}

fn cells(line: &Line) -> Vec<Cell> {
    let foreign = |text: &str| Cell::new(format::clipped(&one_line(text), SUBJECT_WIDTH));
    let judged = |text: &str| if line.is_bad() { bad(text) } else { Cell::new(text) };
    let mut cells = vec![foreign(&line.subject), foreign(&line.metric), foreign(&line.baseline), foreign(&line.now)];
    cells.push(judged(line.direction.name()));
    cells.push(Cell::new(line.magnitude()));
    cells.extend(line.verdict.map(|verdict| judged(verdict.name())));
    cells
}
