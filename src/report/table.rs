//! The terminal's table: what the arms took, what that saves, whether the gates hold, and which trials failed.
//!
//! Text of at most 100 columns, ended by a line end; with escape codes for colour only if the caller says so.

use comfy_table::{Attribute, Cell, CellAlignment, Color, LineStyle, Table, TableStyle};

use super::{Metric, Trial, format, trials, verdict};
use crate::harness::summary::{ArmSummary, Failure, Reduction, ScenarioSummary, Summary, Timings, Verdict};

pub(crate) const WIDTH: usize = 100;
/// The widest scenario name that leaves the numbers their room.
const NAME_WIDTH: usize = 20;
/// How much of an expected or actual answer is shown; the whole of it is in `summary.json`.
const ANSWER_WIDTH: usize = 300;

/// Renders a run for a terminal.
pub fn render(summary: &Summary, timings: &Timings, colour: bool) -> String {
    let mut blocks = vec![measurements(summary, timings, colour), reductions(summary, colour)];
    blocks.extend(failures(summary, timings));
    blocks.push(format!("{}\n{}", wrapped(&verdict::sentence(summary)), verdict::gate(summary.gate.verdict)));
    let mut text = blocks.join("\n\n");
    text.push('\n');
    text
}

fn measurements(summary: &Summary, timings: &Timings, colour: bool) -> String {
    let header = [
        "Scenario",
        "Arm",
        "Context\ntokens",
        "Cumulative\ninput tokens",
        "Output\ntokens",
        "Turns",
        "Tool\ncalls",
        "Measured\n(no model)",
        "Answer",
    ];
    let mut table = new_table(&header, 2..8, colour);
    for scenario in &summary.scenarios {
        for (index, trial) in trials(scenario, timings).enumerate() {
            let name = if index == 0 { name(scenario) } else { String::new() };
            table.add_row(measurement(name, &trial));
        }
    }
    format!("Tokens by {}\n{}", format::visible(&summary.tokenizer), table.trim_fmt())
}

fn measurement(name: String, trial: &Trial<'_>) -> Vec<Cell> {
    let mut cells = vec![Cell::new(name), Cell::new(trial.arm.name())];
    let time = trial.timing.map_or_else(|| "–".to_owned(), |timing| format::milliseconds(timing.measured));
    match trial.measured() {
        Some(measured) => {
            cells.extend(Metric::ALL.map(|metric| Cell::new(format::tokens(metric.of(measured).total()))));
            cells.extend([measured.turns, measured.tool_calls].map(|number| Cell::new(format::grouped(number))));
            cells.extend([Cell::new(time), Cell::new("correct").fg(Color::Green)]);
        }
        None => {
            cells.extend((0..5).map(|_| Cell::new("–")));
            cells.extend([Cell::new(time), bad("failed")]);
        }
    }
    cells
}

fn reductions(summary: &Summary, colour: bool) -> String {
    let mut table =
        new_table(&["Scenario", "Context\ntokens", "Cumulative\ninput tokens", "Output\ntokens", "Gate"], 1..4, colour);
    for scenario in &summary.scenarios {
        let mut cells = vec![Cell::new(name(scenario))];
        match &scenario.reduction {
            Some(reduction) => cells.extend(reduction_cells(scenario, reduction)),
            None => cells.extend((0..3).map(|_| Cell::new("–"))),
        }
        cells.push(gate(scenario));
        table.add_row(cells);
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
        Verdict::Failed => bad(&format!("{word}: {}", declared.join(",\n"))),
    }
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
    let line = |text: &str| format::clipped(&format::visible(text).replace(['\n', '\t'], " "), ANSWER_WIDTH);
    let mut text = format!("  {}, {}: {}", name(trial.scenario), trial.arm.name(), line(&failure.message));
    for (label, value) in [("expected", &failure.expected), ("actual", &failure.actual)] {
        if let Some(value) = value {
            text.push_str(&format!("\n    {label}: {}", line(&value.to_string())));
        }
    }
    text
}

fn name(scenario: &ScenarioSummary) -> String {
    format::clipped(&format::visible(&scenario.name), NAME_WIDTH)
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
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn shows_every_trial_and_names_losses() {
        insta::assert_snapshot!(render(&fixture::summary(), &fixture::timings(), false), @r##"
        Tokens by o200k_base
        ──────────────────────────────────────────────────────────────────────────────────────────
        Scenario       Arm       Context    Cumulative  Output  Turns   Tool    Measured  Answer
                                  tokens  input tokens  tokens         calls  (no model)
        ──────────────────────────────────────────────────────────────────────────────────────────
        convergence    direct    150,180     1,436,498  10,648     14     23    1,235 ms  correct
                       code        1,952         5,472     877      4     23       48 ms  correct
        issue-triage   direct  5,126,751    18,352,070   2,091      8    100      402 ms  correct
                       code        1,511         2,877     623      3    100      131 ms  correct
        single-lookup  direct        699         1,186     103      2      1      1.3 ms  correct
                       code          937         2,160     250      3      1       14 ms  correct
        hostile        direct        390           671      50      2      1           –  correct
                       code            –             –       –      –      –           –  failed
        ──────────────────────────────────────────────────────────────────────────────────────────

        Reduction by code-first, 1 − code / direct
        ─────────────────────────────────────────────────────────────────────────────────
        Scenario            Context    Cumulative        Output  Gate
                             tokens  input tokens        tokens
        ─────────────────────────────────────────────────────────────────────────────────
        convergence          98.7 %        99.6 %        91.8 %  held: context ≥ 95 %,
                                                                 cumulative ≥ 95 %
        issue-triage        99.97 %       99.98 %        70.2 %  failed: context ≥ 95 %,
                                                                 cumulative ≥ 99.99 %
        single-lookup       +34.0 %       +82.1 %      +142.7 %  none
                       (costs more)  (costs more)  (costs more)
        hostile                   –             –             –  none
        ─────────────────────────────────────────────────────────────────────────────────

        Failed trials
          hostile, code: =HYPERLINK("http://evil.example")</td></pre></title><script>alert('x')</script>\u{1b}[2J\u{202e}<img src=x onerror=alert(1)>
            expected: {"total":41,"names":["Ada","Grace"]}
            actual: {"html":"=HYPERLINK(\"http://evil.example\")</td></pre></title><script>alert('x')</script>\u001b[2J\u{202e}<img src=x onerror=alert(1)>"}

        Code-first saves 98.7 % of the context tokens in convergence and 99.97 % in issue-triage; it costs
        34.0 % more context tokens in single-lookup; output tokens rise in single-lookup; there are no
        figures for hostile, where a trial failed.
        At least one gate fails.
        "##);
    }

    #[test]
    fn colour_is_the_callers_choice_and_width_is_bounded() {
        let mut summary = fixture::summary();
        summary.scenarios[0].name = "a-scenario-with-a-name-that-is-much-too-long-for-a-column".into();
        let (plain, coloured) =
            (render(&summary, &fixture::timings(), false), render(&summary, &fixture::timings(), true));
        assert!(!plain.contains('\u{1b}') && coloured.contains("\u{1b}["));
        let failed = plain.find("Failed trials").unwrap();
        for line in plain[..failed].lines() {
            assert!(line.chars().count() <= WIDTH, "{} columns: {line}", line.chars().count());
        }
    }
}
