//! The terminal's tables: by class, what the arms took and what code-first saves; then losses, failures and averages.
//!
//! Text of at most 100 columns but for quoted answers, ended by a line end; with escape codes for colour only if the caller says
//! so.

mod notes;

use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle};

use super::{figure, format, verdict};
use crate::harness::summary::{Arm, Average, Band, Class, Estimate, ScenarioSummary, Summary, Verdict};

pub(crate) const WIDTH: usize = 100;
/// The widest scenario name that leaves the numbers their room.
const NAME_WIDTH: usize = 20;

/// Renders a run for a terminal.
pub fn render(summary: &Summary, colour: bool) -> String {
    let mut blocks = vec![title(summary)];
    for class in Class::ALL {
        let scenarios: Vec<_> = summary.scenarios.iter().filter(|scenario| scenario.class == class).collect();
        if !scenarios.is_empty() {
            blocks.push(block(class, &scenarios, colour));
        }
    }
    blocks.extend(averages(summary, colour));
    blocks.extend(notes::all(summary));
    blocks.push(format!("{}\n{}", wrapped(&verdict::sentence(summary)), verdict::gate(summary.gate.verdict)));
    let mut text = blocks.join("\n\n");
    text.push('\n');
    text
}

fn block(class: Class, scenarios: &[&ScenarioSummary], colour: bool) -> String {
    let header = [
        "Scenario",
        "direct",
        "search",
        "code",
        "code\n+cache",
        "Context\nreduction",
        "Cumulative\nreduction",
        "beside\nsearch",
        "Gate",
    ];
    let mut table = bounded_table(&header, 1..8, colour);
    for scenario in scenarios {
        let mut cells = vec![Cell::new(name(scenario))];
        cells.extend(Arm::ALL.map(|arm| tokens(scenario, arm)));
        let (direct, demands) = (scenario.comparison(Arm::Code, Arm::Direct), scenario.gate.demands);
        cells.push(reduction(direct.map(|comparison| comparison.context), demands.context));
        cells.push(reduction(direct.map(|comparison| comparison.cumulative), demands.cumulative));
        let search = scenario.comparison(Arm::Code, Arm::Search);
        cells.push(plain_reduction(search.map(|comparison| comparison.context.median)));
        cells.push(gate(scenario));
        table.add_row(cells);
    }
    format!("{}\n{}", class.name(), table.trim_fmt())
}

fn title(summary: &Summary) -> String {
    let seeds = match summary.seeds.len() {
        1 => "one seed".to_owned(),
        seeds => format!("medians over {seeds} seeds"),
    };
    wrapped(&format!(
        "Context tokens by {}, {seeds}; reduction = 1 − code / direct, + where code costs more",
        format::visible(&summary.tokenizer),
    ))
}

fn tokens(scenario: &ScenarioSummary, arm: Arm) -> Cell {
    match scenario.arm(arm) {
        None => Cell::new("–"),
        Some(summary) => match &summary.typical {
            Some(typical) => Cell::new(figure::count(typical.context_tokens.median)),
            None => bad("failed"),
        },
    }
}

/// A reduction, with its interval if it is more than a point, so that it never reads better than what is demanded.
fn reduction(reduction: Option<Estimate>, demanded: Option<Band>) -> Cell {
    let Some(estimate) = reduction else { return Cell::new("–") };
    let least = demanded.and_then(|band| band.at_least);
    let mut text = match least {
        Some(least) => format::reduction_beside(estimate.median, least),
        None => format::reduction(estimate.median),
    };
    if let Some(interval) = figure::interval(estimate) {
        text = format!("{text}\n{interval}");
    }
    judged(&text, estimate.median)
}

fn plain_reduction(reduction: Option<f64>) -> Cell {
    reduction.map_or_else(|| Cell::new("–"), |reduction| judged(&format::reduction(reduction), reduction))
}

fn judged(text: &str, reduction: f64) -> Cell {
    if format::Direction::of(reduction) == format::Direction::CostsMore { bad(text) } else { Cell::new(text) }
}

fn gate(scenario: &ScenarioSummary) -> Cell {
    let word = verdict::word(scenario.gate.verdict);
    match scenario.gate.verdict {
        Verdict::Held => Cell::new(word).fg(Color::Green),
        Verdict::None => Cell::new(word),
        Verdict::Failed => bad(word),
    }
}

fn averages(summary: &Summary, colour: bool) -> Option<String> {
    let header = [
        "Class",
        "code\nbeside",
        "Scen-\narios",
        "Context\ngeometric",
        "Context\nweighted",
        "Cumulative\ngeometric",
        "Cumulative\nweighted",
        "Cost\ngeometric",
        "Cost\nweighted",
    ];
    let mut table = bounded_table(&header, 2..9, colour);
    for class in summary.classes.iter().filter(|class| class.arm == Arm::Code && class.scenarios > 0) {
        let mut cells = vec![Cell::new(class.class.name()), Cell::new(class.against.name())];
        cells.push(Cell::new(class.scenarios));
        for Average { geometric, weighted } in [class.context, class.cumulative, class.cost] {
            cells.extend([geometric, weighted].map(|reduction| judged(&format::reduction(reduction), reduction)));
        }
        table.add_row(cells);
    }
    let title = "Reductions by class: geometric, each scenario weighs the same; weighted, by its tokens or cost";
    (!table.is_empty()).then(|| format!("{title}\n{}", table.trim_fmt()))
}

fn name(scenario: &ScenarioSummary) -> String {
    format::clipped(&one_line(&scenario.name), NAME_WIDTH)
}

/// Foreign text without line ends.
pub(super) fn one_line(text: &str) -> String {
    format::visible(text).replace(['\n', '\t'], " ")
}

/// A cell with what should not be.
pub(crate) fn bad(text: &str) -> Cell {
    Cell::new(text).fg(Color::Red).add_attribute(Attribute::Bold)
}

/// A table that breaks its cells rather than be wider than [`WIDTH`].
pub(super) fn bounded_table(header: &[&str], numbers: std::ops::Range<usize>, colour: bool) -> Table {
    let mut table = new_table(header, numbers, colour);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH as u16);
    table
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
