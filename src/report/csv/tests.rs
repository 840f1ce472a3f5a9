//! The files as a script reads them.

use super::*;
use crate::report::{Metric, fixture};

/// The rows of a file, by the names of their columns.
struct Read {
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl Read {
    fn file(evidence: &Evidence, name: &str) -> Self {
        let files = render_all(evidence).unwrap();
        let (_, text) = files.iter().find(|(file, _)| *file == name).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        Self { header, rows: reader.records().map(Result::unwrap).collect() }
    }

    fn cell(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.header.iter().position(|name| name == column).unwrap()]
    }

    fn of(&self, scenario: &str, arm: &str) -> Vec<usize> {
        let is_it = |row: &usize| self.cell(*row, "scenario") == scenario && self.cell(*row, "arm") == arm;
        (0..self.rows.len()).filter(is_it).collect()
    }
}

#[test]
fn the_sources_of_a_trial_sum_to_its_total() {
    let evidence = fixture::evidence();
    let (trials, results) = (Read::file(&evidence, TRIALS), Read::file(&evidence, RESULTS));
    for (row, _) in results.rows.iter().enumerate().filter(|(row, _)| results.cell(*row, "correct") == "true") {
        for metric in Metric::ALL {
            let key = |read: &Read, row| ["scenario", "seed", "arm"].map(|column| read.cell(row, column).to_owned());
            let parts = (0..trials.rows.len()).filter(|&part| {
                key(&trials, part) == key(&results, row) && trials.cell(part, "measure") == metric.measure()
            });
            let sum: u64 = parts.map(|part| trials.cell(part, "tokens").parse::<u64>().unwrap()).sum();
            assert_eq!(results.cell(row, &format!("{}_tokens", metric.measure())), sum.to_string());
        }
    }
    let first = ["scenario", "class", "seed", "arm", "correct", "measure", "part", "tokens"];
    assert_eq!(trials.header, first);
    let definitions = first.map(|column| trials.cell(1, column));
    assert_eq!(definitions, ["convergence", "headline", "1", "direct", "true", "context", "definitions", "55012"]);
}

#[test]
fn a_failed_trial_has_a_failure_and_no_number() {
    let evidence = fixture::evidence();
    let results = Read::file(&evidence, RESULTS);
    let failed = results.of("injected-result", "code")[0];
    assert_eq!(results.cell(failed, "correct"), "false");
    assert!(results.rows[failed].iter().skip(6).all(str::is_empty), "{:?}", results.rows[failed]);
    let trials = Read::file(&evidence, TRIALS);
    let rows = trials.of("injected-result", "code");
    assert_eq!(rows.len(), evidence.summary.seeds.len());
    assert!(trials.rows[rows[0]].iter().skip(5).all(str::is_empty), "{:?}", trials.rows[rows[0]]);
}

#[test]
fn costs_have_columns_by_price_table_and_what_is_not_there_is_empty() {
    let evidence = fixture::evidence();
    let results = Read::file(&evidence, RESULTS);
    let cost = |column: &str| results.cell(0, column).to_owned();
    assert!(
        cost("cost_current public_uncached").parse::<f64>().unwrap()
            > cost("cost_current public_cached").parse().unwrap()
    );
    assert_eq!((cost("cost_flat_cached"), cost("measured_seconds"), cost("exposed")), Default::default());
    let cached = results.of("convergence", "code+cache")[0];
    assert_eq!((results.cell(cached, "tool_calls"), results.cell(cached, "cache_hits")), ("12", "11"));
    let comparisons = Read::file(&evidence, COMPARISONS);
    let row = comparisons.of("convergence", "code")[0];
    assert_eq!(
        [comparisons.cell(row, "against"), comparisons.cell(row, "measure"), comparisons.cell(row, "seeds")],
        ["direct", "context", "3"]
    );
    let break_even = Read::file(&evidence, BREAK_EVEN);
    assert!((0..break_even.rows.len()).any(|row| break_even.cell(row, "result_tokens").is_empty()));
}

#[test]
fn no_field_acts_on_a_terminal_or_a_spreadsheet() {
    let mut evidence = fixture::evidence();
    evidence.summary.scenarios[0].name = fixture::HOSTILE.into();
    let prices = &mut evidence.summary.assumptions.prices[1].name;
    *prices = "\u{1b}[2J".into();
    for (file, text) in render_all(&evidence).unwrap() {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{file}");
        let records = csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap);
        for field in records.flat_map(|record| record.iter().map(str::to_owned).collect::<Vec<_>>()) {
            let is_number = field.parse::<f64>().is_ok();
            assert!(is_number || !field.starts_with(['=', '+', '-', '@', '\t', '\n']), "{file}: {field}");
        }
        assert!(matches!(file, SWEEP | BREAK_EVEN | DICTIONARY) || text.contains("'=HYPERLINK"), "{file}");
    }
}

#[test]
fn every_column_is_in_the_dictionary_and_every_file_in_the_docs() {
    let mut evidence = fixture::evidence();
    let docs = include_str!("../csv.rs");
    let entries = dictionary();
    for (file, _) in render_all(&evidence).unwrap() {
        assert!(docs.contains(&format!("| `{file}` |")), "{file}");
        let named: Vec<&str> = entries.iter().filter(|entry| entry.file == file).map(|entry| entry.column).collect();
        for column in Read::file(&evidence, file).header {
            let column = column.replace("current public", "<prices>").replace("flat", "<prices>");
            assert!(named.contains(&column.as_str()), "{file}: {column}");
        }
    }
    assert_eq!(Read::file(&evidence, DICTIONARY).rows.len(), entries.len());
    evidence.sweep = None;
    assert_eq!(render_all(&evidence).unwrap().len(), 4);
}
