//! The CSV files, tidy: a header row first, UTF-8, lines ended by `\n`; [`dictionary`] says what every column means.
//!
//! | file | a row for each |
//! |---|---|
//! | `trials.csv` | trial, count and source of tokens |
//! | `results.csv` | trial |
//! | `comparisons.csv` | scenario, pair of arms and measure |
//! | `sweep.csv` | combination of a sweep, and arm |
//! | `break-even.csv` | number of tools and of steps, and what is compared |
//! | `dictionary.csv` | column of these files |
//!
//! The two of the sweep are written only if there was one. What was not measured is an empty field, never 0. In foreign text,
//! characters that steer a terminal are spelt out (`\u{1b}`), and a text that a spreadsheet would take for a formula begins with
//! `'`.

mod columns;
mod rows;

use std::error::Error;

// The page says them as well.
use super::{
    Evidence, format,
    write::{ReportError, render_error},
};

const TRIALS: &str = "trials.csv";
const RESULTS: &str = "results.csv";
const COMPARISONS: &str = "comparisons.csv";
const SWEEP: &str = "sweep.csv";
const BREAK_EVEN: &str = "break-even.csv";
const DICTIONARY: &str = "dictionary.csv";

/// One line of the data dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub file: &'static str,
    /// `<prices>` stands for the name of a price table.
    pub column: &'static str,
    pub meaning: &'static str,
}

/// The data dictionary, in the order of the files and their columns.
pub fn dictionary() -> Vec<Entry> {
    let files: [(&'static str, &[(&'static str, &'static str)]); 6] = [
        (TRIALS, &columns::TRIALS),
        (RESULTS, &columns::RESULTS),
        (COMPARISONS, &columns::COMPARISONS),
        (SWEEP, &columns::SWEEP),
        (BREAK_EVEN, &columns::BREAK_EVEN),
        (DICTIONARY, &columns::DICTIONARY),
    ];
    let entries = |(file, columns): (&'static str, &[(&'static str, &'static str)])| -> Vec<Entry> {
        columns.iter().map(|&(column, meaning)| Entry { file, column, meaning }).collect()
    };
    files.into_iter().flat_map(entries).collect()
}

/// Every file that the evidence has something for, by its name.
pub(super) fn render_all(evidence: &Evidence) -> Result<Vec<(&'static str, String)>, ReportError> {
    let summary = &evidence.summary;
    let mut tables = vec![
        (TRIALS, names(&columns::TRIALS), rows::trials(summary)),
        (RESULTS, rows::results_header(summary), rows::results(summary, &evidence.timings)),
        (COMPARISONS, names(&columns::COMPARISONS), rows::comparisons(summary)),
    ];
    if let Some(sweep) = &evidence.sweep {
        tables.push((SWEEP, names(&columns::SWEEP), rows::sweep(sweep)));
        tables.push((BREAK_EVEN, names(&columns::BREAK_EVEN), rows::break_even(sweep)));
    }
    tables.push((DICTIONARY, names(&columns::DICTIONARY), rows::dictionary(&dictionary())));
    let written = tables.into_iter().map(|(file, header, rows)| {
        let text = written(&header, &rows).map_err(render_error(file))?;
        Ok((file, text))
    });
    written.collect()
}

fn names(columns: &[(&'static str, &'static str)]) -> Vec<String> {
    columns.iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn written(header: &[String], rows: &[Vec<String>]) -> Result<String, Box<dyn Error + Send + Sync>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(String::from_utf8(writer.into_inner().map_err(|error| error.into_error())?)?)
}

/// Foreign text that neither a terminal nor a spreadsheet acts on.
fn inert(text: &str) -> String {
    let text = format::visible(text);
    if text.starts_with(['=', '+', '-', '@', '\t', '\n']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests;
