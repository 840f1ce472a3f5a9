//! `results.csv`: one row for each trial, so one scenario in one arm; a header row first, UTF-8, lines ended by `\n`.
//!
//! | column | meaning |
//! |---|---|
//! | `scenario` | name of the scenario |
//! | `class` | `headline`, `ordinary`, `losing` or `robustness` |
//! | `arm` | `direct`, `code` or `code+cache` |
//! | `correct` | `true` if the answer was the expected one; `false` rows have no numbers |
//! | `failure` | why there are no numbers; empty if there are |
//! | `context_tokens_total` | tokens that entered the model's context, each once |
//! | `context_tokens_<part>` | the part of them that is `<part>` |
//! | `cumulative_input_tokens_total` | input tokens of all requests, added up |
//! | `cumulative_input_tokens_<part>` | the part of them that is `<part>` |
//! | `output_tokens_total` | tokens that the model emitted |
//! | `output_tokens_<part>` | the part of them that is `<part>` |
//! | `turns` | requests to the model |
//! | `tool_calls` | calls made to upstream tools |
//! | `measured_seconds` | clock time of the trial without any model; empty if not measured |
//! | `cache_hits` | calls answered by the cache or together with another caller's; not among `tool_calls` |
//! | `fallback` | the kind of failure from which the program fell back to the direct route; empty if it did not |
//!
//! `<part>` is one of the eight of [`Part`], and each total is the sum of its parts. In `scenario`, `failure` and
//! `fallback`, characters that steer a terminal are spelt out (`\u{1b}`), and a text that a spreadsheet would take for a
//! formula begins with `'`.

use std::borrow::Cow;

use super::{Metric, Trial, class_name, format, trials};
use crate::harness::summary::{ArmSummary, Part, Split, Summary, Timings};

/// One line of the data dictionary.
pub(super) struct Entry {
    pub column: String,
    pub meaning: Cow<'static, str>,
}

/// The data dictionary, in the order of the columns; the eight parts of a total share an entry.
pub(super) fn dictionary() -> Vec<Entry> {
    let mut entries = vec![
        entry("scenario", "name of the scenario"),
        entry("class", "headline, ordinary, losing or robustness: what the scenario is there to show"),
        entry("arm", "direct, code or code+cache"),
        entry("correct", "true if the answer was the expected one; a row with false has no numbers"),
        entry("failure", "why there are no numbers; empty if there are"),
    ];
    for metric in Metric::ALL {
        let (field, name) = (metric.field(), metric.name());
        entries.push(entry(&format!("{field}_total"), format!("{name} tokens: {}", metric.meaning())));
        entries.push(entry(&format!("{field}_<part>"), "the share of that total that each of the eight parts has"));
    }
    entries.extend([
        entry("turns", "requests to the model"),
        entry("tool_calls", "calls made to upstream tools"),
        entry("measured_seconds", "clock time of the trial, without any model; empty if not measured"),
        entry("cache_hits", "calls answered by the cache or together with another caller’s; not among tool_calls"),
        entry(
            "fallback",
            "the kind of failure from which the program fell back to the direct route; empty if it did not",
        ),
    ]);
    entries
}

fn entry(column: &str, meaning: impl Into<Cow<'static, str>>) -> Entry {
    Entry { column: column.to_owned(), meaning: meaning.into() }
}

pub(super) fn part_meaning(part: Part) -> &'static str {
    match part {
        Part::Prompt => "the system prompt and the task",
        Part::Definitions => "tool definitions shown to the model",
        Part::Discovery => "looking for tools: the queries and what they returned",
        Part::Results => "what tools, or the program, returned to the model",
        Part::Reasoning => "the model’s reasoning between its actions",
        Part::Calls => "tool calls written out by the model: names and arguments",
        Part::Code => "programs written by the model",
        Part::Answer => "the final answer",
    }
}

fn header() -> Vec<String> {
    let mut columns: Vec<String> = ["scenario", "class", "arm", "correct", "failure"].map(str::to_owned).into();
    for metric in Metric::ALL {
        columns.push(format!("{}_total", metric.field()));
        columns.extend(Part::ALL.map(|part| format!("{}_{}", metric.field(), part.name())));
    }
    columns.extend(["turns", "tool_calls", "measured_seconds", "cache_hits", "fallback"].map(str::to_owned));
    columns
}

pub(super) fn render(summary: &Summary, timings: &Timings) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header())?;
    for trial in summary.scenarios.iter().flat_map(|scenario| trials(scenario, timings)) {
        writer.write_record(row(&trial))?;
    }
    Ok(String::from_utf8(writer.into_inner().map_err(|error| error.into_error())?)?)
}

fn row(trial: &Trial<'_>) -> Vec<String> {
    let failure = match trial.outcome {
        ArmSummary::Correct(_) => String::new(),
        ArmSummary::Failed(failed) => inert(&failed.failure.message),
    };
    let measured = trial.measured();
    let mut fields = vec![
        inert(&trial.scenario.name),
        class_name(trial.scenario.class).to_owned(),
        trial.arm.name().to_owned(),
        measured.is_some().to_string(),
        failure,
    ];
    for metric in Metric::ALL {
        fields.extend(counts(measured.map(|measured| metric.of(measured))));
    }
    let number = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
    fields.push(number(measured.map(|measured| measured.turns)));
    fields.push(number(measured.map(|measured| measured.tool_calls)));
    fields.push(trial.timing.map_or_else(String::new, |timing| timing.measured.as_secs_f64().to_string()));
    fields.push(number(measured.map(|measured| measured.cache_hits)));
    fields.push(measured.and_then(|measured| measured.fallback.as_deref()).map_or_else(String::new, inert));
    fields
}

fn counts(split: Option<&Split>) -> Vec<String> {
    match split {
        Some(split) => std::iter::once(split.total())
            .chain(split.parts().map(|(_, tokens)| tokens))
            .map(|t| t.0.to_string())
            .collect(),
        None => vec![String::new(); 1 + Part::ALL.len()],
    }
}

/// Foreign text that neither a terminal nor a spreadsheet acts on.
fn inert(text: &str) -> String {
    let text = format::visible(text);
    if text.starts_with(['=', '+', '-', '@', '\t', '\n']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn one_row_for_each_trial() {
        let text = render(&fixture::summary(), &fixture::timings()).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 13);
        let cell = |row: usize, column: &str| {
            rows[row].get(headers.iter().position(|header| header == column).unwrap()).unwrap().to_owned()
        };
        assert_eq!(cell(0, "scenario") + "/" + &cell(0, "arm"), "convergence/direct");
        for metric in Metric::ALL {
            for row in 0..7 {
                let parts = Part::ALL.map(|part| cell(row, &format!("{}_{}", metric.field(), part.name())));
                let sum: u64 = parts.iter().map(|part| part.parse::<u64>().unwrap()).sum();
                assert_eq!(cell(row, &format!("{}_total", metric.field())), sum.to_string(), "row {row}, {metric:?}");
            }
        }
        // A failed trial has a failure and no number at all.
        assert_eq!((cell(7, "correct").as_str(), cell(7, "arm").as_str()), ("false", "code"));
        assert!(rows[7].iter().skip(5).all(str::is_empty), "{:?}", rows[7]);
        // What a cache answered is beside the calls, not among them.
        let calls = |row| ["arm", "tool_calls", "cache_hits", "fallback"].map(|column| cell(row, column));
        assert_eq!([calls(9), calls(10)], [["code", "7", "0", ""], ["code+cache", "1", "6", ""]]);
        assert_eq!(calls(12), ["code", "1", "0", "runtime"]);
        let failure = cell(7, "failure");
        assert!(failure.starts_with("'=HYPERLINK") && !failure.contains('\u{1b}'), "{failure}");
        // A trial without a time has an empty field, not a zero.
        assert_eq!((cell(5, "measured_seconds").as_str(), cell(6, "measured_seconds").as_str()), ("0.01409", ""));
    }

    #[test]
    fn header_and_rows_keep_their_form() {
        let mut summary = fixture::summary();
        // The one with the hostile message, whose commas are not those of a field's end, comes last.
        summary.scenarios.rotate_right(2);
        let text = render(&summary, &fixture::timings()).unwrap();
        // A few columns of every count; the others differ from them in their part alone.
        let picked = |line: &str| {
            let fields: Vec<&str> = line.split(',').collect();
            [0, 1, 2, 3, 4, 5, 6, 13, 14, 22, 23, 31, 32, 33, 34, 35, 36].map(|index| fields[index]).join(",")
        };
        let lines: Vec<String> = text.lines().take(12).map(picked).collect();
        insta::assert_snapshot!(lines.join("\n"), @r##"
        scenario,class,arm,correct,failure,context_tokens_total,context_tokens_prompt,context_tokens_answer,cumulative_input_tokens_total,cumulative_input_tokens_answer,output_tokens_total,output_tokens_answer,turns,tool_calls,measured_seconds,cache_hits,fallback
        repeat-run,ordinary,direct,true,,20026,130,41,62553,0,572,41,3,7,0.0094,0,
        repeat-run,ordinary,code,true,,1358,180,41,2849,0,509,41,3,7,0.0178,0,
        repeat-run,ordinary,code+cache,true,,1358,180,41,2849,0,509,41,3,1,0.0083,6,
        fallback,robustness,direct,true,,699,96,21,1186,0,103,21,2,1,0.00135,0,
        fallback,robustness,code,true,,1107,146,21,3390,0,332,21,4,1,0.01501,0,runtime
        convergence,headline,direct,true,,150180,210,188,1436498,0,10648,188,14,23,1.2346,0,
        convergence,headline,code,true,,1952,260,188,5472,0,877,188,4,23,0.04821,0,
        issue-triage,headline,direct,true,,5126751,140,151,18352070,0,2091,151,8,100,0.402,0,
        issue-triage,headline,code,true,,1511,190,151,2877,0,623,151,3,100,0.1314,0,
        single-lookup,losing,direct,true,,699,96,21,1186,0,103,21,2,1,0.00131,0,
        single-lookup,losing,code,true,,937,146,21,2160,0,250,21,3,1,0.01409,0,
        "##);
    }

    #[test]
    fn every_column_is_in_the_dictionary_and_in_the_docs() {
        let docs: String = include_str!("csv.rs").lines().filter(|line| line.starts_with("//!")).collect();
        let entries = dictionary();
        for column in header() {
            let part = Part::ALL.map(|part| format!("_tokens_{}", part.name()));
            let stem = part.iter().find_map(|part| column.strip_suffix(part.as_str()));
            let name = stem.map_or(column.clone(), |stem| format!("{stem}_tokens_<part>"));
            assert!(entries.iter().any(|entry| entry.column == name), "{name} is not in the dictionary");
            assert!(docs.contains(&format!("| `{name}` |")), "{name} is not in the module's docs");
        }
        assert_eq!(entries.len(), header().len() - 3 * (Part::ALL.len() - 1));
    }
}
