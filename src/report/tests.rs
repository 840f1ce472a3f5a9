//! Reports on disk: written, read back, and refused.

use std::{error::Error, fs, path::Path};

use super::*;

/// Writes a report with its trials, as a run leaves them.
fn record(dir: &Path, evidence: &Evidence) {
    write_all(dir, evidence).unwrap();
    fs::create_dir_all(dir.join(files::TRIALS)).unwrap();
    for trial in &evidence.trials {
        let name = format!("{}.{}.{}.json", trial.scenario, trial.arm.name(), trial.seed);
        fs::write(dir.join(files::TRIALS).join(name), json::render(trial).unwrap()).unwrap();
    }
}

#[test]
fn writes_its_files_and_nothing_else_and_the_same_bytes_again() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("new/reports");
    let read = || -> Vec<(String, Vec<u8>)> {
        write_all(&out, &fixture::evidence()).unwrap();
        let mut files: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        files.into_iter().map(|path| (name(&path), fs::read(&path).unwrap())).collect()
    };
    let first = read();
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "break-even.csv",
        "comparisons.csv",
        "dictionary.csv",
        "growth.json",
        "index.html",
        "results.csv",
        "summary.json",
        "sweep.csv",
        "sweep.json",
        "timings.json",
        "trials.csv",
    ];
    assert_eq!(names, expected);
    assert_eq!(first, read());
}

#[test]
fn what_was_recorded_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut evidence = fixture::evidence();
    record(dir.path(), &evidence);
    // Another seed's trial is not part of the evidence.
    let mut other = evidence.trials[0].clone();
    other.seed = 2;
    fs::write(dir.path().join("trials/0.json"), json::render(&other).unwrap()).unwrap();
    assert_eq!(Evidence::read(dir.path()).unwrap(), evidence);
    for file in [files::SWEEP, files::GROWTH] {
        fs::remove_file(dir.path().join(file)).unwrap();
    }
    (evidence.sweep, evidence.growth_timings) = (None, None);
    assert_eq!(Evidence::read(dir.path()).unwrap(), evidence);
}

#[test]
fn an_unreadable_record_names_the_file_the_place_and_the_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let said = |dir: &Path| Evidence::read(dir).unwrap_err().to_string();
    let message = said(dir.path());
    assert!(message.contains("summary.json") && message.contains("codefirst eval --out"), "{message}");

    let evidence = fixture::evidence();
    record(dir.path(), &evidence);
    let replace = |file: &str, from: &str, to: &str| {
        let path = dir.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
    };
    replace("timings.json", "\"cores\": 2", "\"cores\": \"two\"");
    let message = said(dir.path());
    assert!(message.contains("timings.json") && message.contains("`machine.cores`"), "{message}");
    replace("timings.json", "\"cores\": \"two\"", "\"cores\": 2");

    let trial = "trials/convergence.code.1.json";
    replace(trial, "\"turns\": [", "\"turns\": 3, \"other\": [");
    let message = said(dir.path());
    assert!(message.contains(trial) && message.contains(&format!("--out {}`", dir.path().display())), "{message}");

    // The trial of another run, and numbers that are not as they should be.
    let mut other = evidence.trials[0].clone();
    fs::remove_file(dir.path().join(trial)).unwrap();
    let Outcome::Correct(measured) = &mut other.outcome else { panic!("the first trial is right") };
    measured.turns += 1;
    fs::write(dir.path().join("trials/0.json"), json::render(&other).unwrap()).unwrap();
    let message = said(dir.path());
    assert!(message.contains("another outcome") && message.contains("not of one run"), "{message}");
    fs::remove_file(dir.path().join("trials/0.json")).unwrap();
    assert!(Evidence::read(dir.path()).is_ok(), "trials that are not there are no error");
    replace(
        "summary.json",
        "\"turns\": {\n              \"median\": 14.0",
        "\"turns\": {\n              \"median\": \"14\"",
    );
    let message = said(dir.path());
    assert!(message.contains("`scenarios[0].arms[0].typical.turns.median`"), "{message}");
}

#[cfg(unix)]
#[test]
fn files_are_not_private_to_their_writer() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &fixture::evidence()).unwrap();
    fs::write(dir.path().join("plain"), "").unwrap();
    let mode = |name| fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("index.html"), mode("plain"));
}

#[test]
fn a_failed_write_names_the_path_and_spoils_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("occupied");
    fs::write(&file, "").unwrap();
    let error = write_all(&file, &fixture::evidence()).unwrap_err();
    assert!(error.to_string().contains("occupied") && error.source().is_some(), "{error}");

    // A folder in the place of the last file: those before it are written whole, and no temporary file stays.
    fs::create_dir_all(dir.path().join("index.html/in the way")).unwrap();
    let error = write_all(dir.path(), &fixture::evidence()).unwrap_err();
    assert!(error.to_string().ends_with("index.html"), "{error}");
    let is_temporary = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with(".report-");
    assert!(!fs::read_dir(dir.path()).unwrap().any(|entry| is_temporary(&entry.unwrap().file_name())));
}
