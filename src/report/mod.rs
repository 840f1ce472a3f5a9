//! The evidence of a run, rendered: `results.csv`, `summary.json`, `timings.json` and `index.html`, and the
//! terminal's table.
//!
//! In goes what the harness recorded, a [`Summary`] and its [`Timings`]; out come bytes. Nothing here computes a
//! result: totals, reductions and verdicts are read, and what a renderer adds is notation, order and words. All text
//! in a summary is taken to be hostile, since a failure quotes what a server said.

mod csv;
#[cfg(test)]
mod fixture;
mod html;
mod json;
mod plot;
pub mod table;
mod verdict;

use std::{
    error::Error,
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::{
    format,
    harness::summary::{
        Arm, ArmSummary, Class, Measured, Reduction, ScenarioSummary, Split, Summary, Timings, TrialTiming,
    },
};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file or the folder could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// A file's contents could not be produced.
    #[error("cannot render {file}")]
    Render {
        file: &'static str,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// Writes the four files into `dir`, which is created if it is missing.
///
/// Everything is rendered, and stored beside its destination, before the first file is replaced; `index.html` is
/// replaced last. A reader therefore never sees half a file, and a failed run leaves the report before it as it was.
pub fn write_all(dir: &Path, summary: &Summary, timings: &Timings) -> Result<(), ReportError> {
    let files = [
        ("results.csv", csv::render(summary, timings).map_err(render_error("results.csv"))?),
        ("summary.json", json::render(summary).map_err(render_error("summary.json"))?),
        ("timings.json", json::render(timings).map_err(render_error("timings.json"))?),
        ("index.html", html::render(summary, timings).map_err(render_error("index.html"))?),
    ];
    fs::create_dir_all(dir).map_err(write_error(dir))?;
    let mut staged = Vec::with_capacity(files.len());
    for (name, contents) in files {
        let path = dir.join(name);
        let file = stage(dir, contents.as_bytes()).map_err(write_error(&path))?;
        staged.push((path, file));
    }
    for (path, file) in staged {
        file.persist(&path).map_err(|error| write_error(&path)(error.error))?;
    }
    Ok(())
}

fn stage(dir: &Path, contents: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".report-");
    // A temporary file is private by default; a report is as public as the umask lets it be.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(dir)?;
    file.write_all(contents)?;
    file.flush()?;
    Ok(file)
}

fn write_error(path: &Path) -> impl FnOnce(io::Error) -> ReportError {
    let path = path.to_owned();
    |source| ReportError::Write { path, source }
}

fn render_error<E: Into<Box<dyn Error + Send + Sync>>>(file: &'static str) -> impl FnOnce(E) -> ReportError {
    move |source| ReportError::Render { file, source: source.into() }
}

/// What is counted. Every renderer shows the three in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Metric {
    Context,
    Cumulative,
    Output,
}

impl Metric {
    const ALL: [Self; 3] = [Self::Context, Self::Cumulative, Self::Output];

    fn of(self, measured: &Measured) -> &Split {
        match self {
            Self::Context => &measured.context_tokens,
            Self::Cumulative => &measured.cumulative_input_tokens,
            Self::Output => &measured.output_tokens,
        }
    }

    /// The name of its fields in `summary.json`, and of its columns in `results.csv`.
    fn field(self) -> &'static str {
        match self {
            Self::Context => "context_tokens",
            Self::Cumulative => "cumulative_input_tokens",
            Self::Output => "output_tokens",
        }
    }

    /// Its name in prose.
    fn name(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Cumulative => "cumulative input",
            Self::Output => "output",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Context => "everything that entered the model’s context, counted once",
            Self::Cumulative => "the whole input of every request to the model, added up",
            Self::Output => "everything that the model emitted",
        }
    }
}

/// One scenario × arm, with the time that was measured for it.
struct Trial<'a> {
    scenario: &'a ScenarioSummary,
    arm: Arm,
    outcome: &'a ArmSummary,
    timing: Option<&'a TrialTiming>,
}

impl<'a> Trial<'a> {
    fn measured(&self) -> Option<&'a Measured> {
        self.outcome.measured()
    }

    /// `None` where there is no cache to answer a call.
    fn cache_hits(&self) -> Option<u64> {
        let hits = self.measured()?.cache_hits;
        (hits > 0 || self.arm == Arm::CodeCache).then_some(hits)
    }
}

/// The trials of one scenario, in the order of [`Arm::ALL`].
fn trials<'a>(scenario: &'a ScenarioSummary, timings: &'a Timings) -> impl Iterator<Item = Trial<'a>> {
    Arm::ALL.into_iter().filter_map(move |arm| {
        let outcome = scenario.arms.get(arm)?;
        let timing = timings.trials.iter().find(|timing| timing.scenario == scenario.name && timing.arm == arm);
        Some(Trial { scenario, arm, outcome, timing })
    })
}

/// Whether the arm ran in any scenario, and the report has to speak of it.
fn has_run(summary: &Summary, arm: Arm) -> bool {
    summary.scenarios.iter().any(|scenario| scenario.arms.get(arm).is_some())
}

/// Whether any trial has numbers of which this is true.
fn any_measured(summary: &Summary, is_so: impl Fn(&Measured) -> bool) -> bool {
    summary.scenarios.iter().any(|scenario| has_measured(scenario, &is_so))
}

fn has_measured(scenario: &ScenarioSummary, is_so: impl Fn(&Measured) -> bool) -> bool {
    Arm::ALL.into_iter().filter_map(|arm| scenario.arms.get(arm)?.measured()).any(is_so)
}

/// Whether the cache saves other tokens than the code route does without it: then its own reduction is worth a line.
fn cached_reduction(scenario: &ScenarioSummary) -> Option<&Reduction> {
    scenario.cached_reduction.as_ref().filter(|&cached| scenario.reduction.as_ref() != Some(cached))
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Headline => "headline",
        Class::Ordinary => "ordinary",
        Class::Losing => "losing",
        Class::Robustness => "robustness",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_four_files_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("new/reports");
        for _ in 0..2 {
            write_all(&out, &fixture::summary(), &fixture::timings()).unwrap();
        }
        let mut names: Vec<_> =
            fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, ["index.html", "results.csv", "summary.json", "timings.json"]);
        let summary: Summary = serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
        assert_eq!(summary, fixture::summary());
    }

    #[test]
    fn the_kind_of_a_fallback_is_foreign_text() {
        let (mut summary, timings) = (fixture::summary(), fixture::timings());
        summary.scenarios.drain(..5);
        summary.scenarios[0].description.clear();
        if let Some(ArmSummary::Correct(code)) = &mut summary.scenarios[0].arms.code {
            code.fallback = Some(fixture::HOSTILE.into());
        }
        let csv = csv::render(&summary, &timings).unwrap();
        let page = html::render(&summary, &timings).unwrap();
        for text in [&csv, &page, &table::render(&summary, &timings, false)] {
            assert!(text.contains("evil.example") && !text.contains(['\u{1b}', '\u{202e}']), "{text}");
        }
        assert!(csv.contains("'=HYPERLINK") && !page.contains("<script") && !page.contains("<img"));
    }

    #[cfg(unix)]
    #[test]
    fn files_are_not_private_to_their_writer() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        write_all(dir.path(), &fixture::summary(), &fixture::timings()).unwrap();
        fs::write(dir.path().join("plain"), "").unwrap();
        let mode = |name| fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("index.html"), mode("plain"));
    }

    #[test]
    fn a_failed_write_names_the_path_and_spoils_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("occupied");
        fs::write(&file, "").unwrap();
        let error = write_all(&file, &fixture::summary(), &fixture::timings()).unwrap_err();
        assert!(error.to_string().contains("occupied") && error.source().is_some(), "{error}");

        // A folder in the place of the last file: the three before it are written whole, and no temporary file stays.
        fs::create_dir_all(dir.path().join("index.html/in the way")).unwrap();
        let error = write_all(dir.path(), &fixture::summary(), &fixture::timings()).unwrap_err();
        assert!(error.to_string().ends_with("index.html"), "{error}");
        let left = fs::read_dir(dir.path())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".report-"));
        assert_eq!(left.count(), 0);
    }
}
