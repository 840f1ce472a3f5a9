//! The terminal's table: what the arms took, what that saves, whether the gates hold, and which trials failed.
//!
//! Text of at most 100 columns, ended by a line end; with escape codes for colour only if the caller says so.

use comfy_table::{Attribute, Cell, CellAlignment, Color, LineStyle, Table, TableStyle};

use super::{Metric, Trial, any_measured, cached_reduction, format, has_run, trials, verdict};
use crate::harness::summary::{Arm, ArmSummary, Failure, Reduction, ScenarioSummary, Summary, Timings, Verdict};

pub(crate) const WIDTH: usize = 100;
/// The widest scenario name that leaves the numbers their room.
const NAME_WIDTH: usize = 20;
/// The same beside the name of the longest arm and the calls from the cache.
const NAME_WIDTH_BESIDE_CACHE: usize = 16;
/// How much of an expected or actual answer is shown; the whole of it is in `summary.json`.
const ANSWER_WIDTH: usize = 300;

/// Renders a run for a terminal.
pub fn render(summary: &Summary, timings: &Timings, colour: bool) -> String {
    let mut blocks = vec![measurements(summary, timings, colour), reductions(summary, colour)];
    blocks.extend(fallbacks(summary, timings));
    blocks.extend(failures(summary, timings));
    blocks.push(format!("{}\n{}", wrapped(&verdict::sentence(summary)), verdict::gate(summary.gate.verdict)));
    let mut text = blocks.join("\n\n");
    text.push('\n');
    text
}

fn measurements(summary: &Summary, timings: &Timings, colour: bool) -> String {
    let shows_hits = any_measured(summary, |measured| measured.cache_hits > 0);
    let mut header = vec!["Scenario", "Arm", "Context\ntokens", "Cumulative\ninput tokens", "Output\ntokens", "Turns"];
    header.extend(["Tool\ncalls", "Measured\n(no model)", "Answer"]);
    if shows_hits {
        // One column more, and others narrower for it.
        header.insert(7, "From\ncache");
        (header[3], header[8]) = ("Cumulative\ninput\ntokens", "Measured\n(no\nmodel)");
    }
    let mut table = new_table(&header, 2..header.len() - 1, colour);
    let name_width = if has_run(summary, Arm::CodeCache) { NAME_WIDTH_BESIDE_CACHE } else { NAME_WIDTH };
    for scenario in &summary.scenarios {
        for (index, trial) in trials(scenario, timings).enumerate() {
            let name = if index == 0 { name(scenario, name_width) } else { String::new() };
            table.add_row(measurement(name, &trial, shows_hits));
        }
    }
    format!("Tokens by {}\n{}", format::visible(&summary.tokenizer), table.trim_fmt())
}

fn measurement(name: String, trial: &Trial<'_>, shows_hits: bool) -> Vec<Cell> {
    let mut cells = vec![Cell::new(name), Cell::new(trial.arm.name())];
    let time = trial.timing.map_or_else(|| "–".to_owned(), |timing| format::milliseconds(timing.measured));
    match trial.measured() {
        Some(measured) => {
            cells.extend(Metric::ALL.map(|metric| Cell::new(format::tokens(metric.of(measured).total()))));
            cells.extend([measured.turns, measured.tool_calls].map(|number| Cell::new(format::grouped(number))));
            if shows_hits {
                cells.push(Cell::new(trial.cache_hits().map_or_else(|| "–".to_owned(), format::grouped)));
            }
            cells.extend([Cell::new(time), Cell::new("correct").fg(Color::Green)]);
        }
        None => {
            cells.extend((0..5 + usize::from(shows_hits)).map(|_| Cell::new("–")));
            cells.extend([Cell::new(time), bad("failed")]);
        }
    }
    cells
}

fn reductions(summary: &Summary, colour: bool) -> String {
    let mut table =
        new_table(&["Scenario", "Context\ntokens", "Cumulative\ninput tokens", "Output\ntokens", "Gate"], 1..4, colour);
    for scenario in &summary.scenarios {
        let mut cells = vec![Cell::new(name(scenario, NAME_WIDTH))];
        match &scenario.reduction {
            Some(reduction) => cells.extend(reduction_cells(scenario, reduction)),
            None => cells.extend((0..3).map(|_| Cell::new("–"))),
        }
        cells.push(gate(scenario));
        table.add_row(cells);
        if let Some(reduction) = cached_reduction(scenario) {
            let mut cells = vec![Cell::new(format!("  {}", Arm::CodeCache.name()))];
            cells.extend(reduction_cells(scenario, reduction));
            table.add_row(cells);
        }
    }
    format!("Reduction by code-first, 1 − code / direct\n{}", table.trim_fmt())
}

fn reduction_cells(scenario: &ScenarioSummary, reduction: &Reduction) -> [Cell; 3] {
    let thresholds = &scenario.gate.thresholds;
    [(reduction.context, thresholds.context), (reduction.cumulative, thresholds.cumulative), (reduction.output, None)]
        .map(|(value, threshold)| {
            let text = threshold
                .map_or_else(|| format::reduction(value), |threshold| format::reduction_beside(value, threshold));
            match format::Direction::of(value) {
                format::Direction::CostsMore => bad(&format!("{text}\n(costs more)")),
                _ => Cell::new(text),
            }
        })
}

fn gate(scenario: &ScenarioSummary) -> Cell {
    let thresholds = &scenario.gate.thresholds;
    let declared: Vec<String> = [("context", thresholds.context), ("cumulative", thresholds.cumulative)]
        .into_iter()
        .filter_map(|(name, threshold)| Some(format!("{name} ≥ {}", format::threshold(threshold?))))
        .collect();
    let word = verdict::word(scenario.gate.verdict);
    match scenario.gate.verdict {
        Verdict::None => Cell::new(word),
        Verdict::Held => Cell::new(format!("{word}: {}", declared.join(",\n"))).fg(Color::Green),
        Verdict::Failed if declared.is_empty() => bad(&format!("{word}: a trial failed")),
        Verdict::Failed => bad(&format!("{word}: {}", declared.join(",\n"))),
    }
}

fn fallbacks(summary: &Summary, timings: &Timings) -> Option<String> {
    let listed: Vec<String> = summary
        .scenarios
        .iter()
        .flat_map(|scenario| trials(scenario, timings))
        .filter_map(|trial| {
            let kind = line(trial.measured()?.fallback.as_deref()?);
            let (name, arm) = (name(trial.scenario, NAME_WIDTH), trial.arm.name());
            Some(format!("  {name}, {arm}: the program failed ({kind}), and the direct route answered"))
        })
        .collect();
    (!listed.is_empty()).then(|| format!("Fallbacks\n{}", listed.join("\n")))
}

fn failures(summary: &Summary, timings: &Timings) -> Option<String> {
    let listed: Vec<String> = summary
        .scenarios
        .iter()
        .flat_map(|scenario| trials(scenario, timings))
        .filter_map(|trial| match trial.outcome {
            ArmSummary::Failed(failed) => Some(failure(&trial, &failed.failure)),
            ArmSummary::Correct(_) => None,
        })
        .collect();
    (!listed.is_empty()).then(|| format!("Failed trials\n{}", listed.join("\n")))
}

fn failure(trial: &Trial<'_>, failure: &Failure) -> String {
    let mut text = format!("  {}, {}: {}", name(trial.scenario, NAME_WIDTH), trial.arm.name(), line(&failure.message));
    for (label, value) in [("expected", &failure.expected), ("actual", &failure.actual)] {
        if let Some(value) = value {
            text.push_str(&format!("\n    {label}: {}", line(&value.to_string())));
        }
    }
    text
}

/// Foreign text on one line.
fn line(text: &str) -> String {
    format::clipped(&format::visible(text).replace(['\n', '\t'], " "), ANSWER_WIDTH)
}

fn name(scenario: &ScenarioSummary, width: usize) -> String {
    format::clipped(&format::visible(&scenario.name), width)
}

/// A cell with what should not be.
pub(crate) fn bad(text: &str) -> Cell {
    Cell::new(text).fg(Color::Red).add_attribute(Attribute::Bold)
}

/// A table whose columns in `numbers` are aligned to the right. Whether it is coloured depends on `colour` alone.
pub(crate) fn new_table(header: &[&str], numbers: std::ops::Range<usize>, colour: bool) -> Table {
    let mut table = Table::new();
    let rule = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().top_border(rule).header_separator(rule).bottom_border(rule)).force_no_tty();
    if colour {
        table.enforce_styling();
    }
    table.set_header(header.iter().map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if numbers.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Breaks a sentence between words so that it fits the width.
pub(crate) fn wrapped(sentence: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in sentence.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += width;
    }
    text.replace('\u{a0}', " ")
}

#[cfg(test)]
mod tests;
