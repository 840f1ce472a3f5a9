//! The files of a report, written whole or not at all.

use std::{
    error::Error,
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{Evidence, csv, files, html, json};
use crate::harness::summary::{GrowthTimings, Sweep};

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

/// Writes the files into `dir`, which is created if it is missing; not `trials`, which are saved as they end.
///
/// Everything is rendered, and stored beside its destination, before the first file is replaced; `index.html` is
/// replaced last. A reader therefore never sees half a file, and a failed run leaves the report before it as it was.
pub fn write_all(dir: &Path, evidence: &Evidence) -> Result<(), ReportError> {
    let mut contents = csv::render_all(evidence)?;
    contents.push((files::SUMMARY, json::render(&evidence.summary).map_err(render_error(files::SUMMARY))?));
    contents.push((files::TIMINGS, json::render(&evidence.timings).map_err(render_error(files::TIMINGS))?));
    if let Some(sweep) = &evidence.sweep {
        contents.push((files::SWEEP, json::render(sweep).map_err(render_error(files::SWEEP))?));
    }
    if let Some(growth) = &evidence.growth_timings {
        contents.push((files::GROWTH, json::render(growth).map_err(render_error(files::GROWTH))?));
    }
    contents.push(("index.html", html::render(evidence).map_err(render_error("index.html"))?));
    write(dir, contents)
}

/// Writes what a sweep has found, for the reports of whichever run the folder has.
pub fn write_sweep(dir: &Path, sweep: &Sweep, growth: &GrowthTimings) -> Result<(), ReportError> {
    let contents = vec![
        (files::SWEEP, json::render(sweep).map_err(render_error(files::SWEEP))?),
        (files::GROWTH, json::render(growth).map_err(render_error(files::GROWTH))?),
    ];
    write(dir, contents)
}

fn write(dir: &Path, contents: Vec<(&'static str, String)>) -> Result<(), ReportError> {
    fs::create_dir_all(dir).map_err(write_error(dir))?;
    let mut staged = Vec::with_capacity(contents.len());
    for (name, contents) in contents {
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

pub(super) fn render_error<E: Into<Box<dyn Error + Send + Sync>>>(file: &'static str) -> impl FnOnce(E) -> ReportError {
    move |source| ReportError::Render { file, source: source.into() }
}
