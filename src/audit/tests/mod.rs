use std::{fs, path::Path, time::Duration};

use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::{
    host::{Origin, Principal, ToolAnswer},
    journal::{Recorder, Route},
    tool::{Effect, ToolCall, ToolId, ToolOutput},
};

mod disk;
mod entry;
mod files;
mod kill;
mod queue;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    (folder, path)
}

fn request(id: &str) -> AuditedRequest {
    let (principal, start) = (Principal::default(), "2026-01-02T03:04:05.6789Z".parse().unwrap());
    AuditedRequest { id: id.into(), principal, session: None, start, has_program: true }
}

/// A line about a call that answered, in a request of this name.
fn entry(id: &str) -> AuditEntry {
    let recorder = Recorder::new();
    let call = ToolCall { id: ToolId::new("crm", "get"), input: Default::default() };
    let recorded = recorder.begin(call, Effect::Read, Route::Code, 1);
    let output = ToolOutput::from_text("1".into());
    recorder.finish(recorded, &Ok(ToolAnswer { output, origin: Origin::Server }));
    AuditEntry::new(recorder.journal().entries().next().unwrap(), &request(id))
}

/// The lines of a log's files, from the oldest on.
fn lines(path: &Path) -> Vec<String> {
    let prefix = format!("{}.", path.file_name().unwrap().display());
    let beside = fs::read_dir(path.parent().unwrap()).unwrap().map(|file| file.unwrap().file_name());
    let number = |name: std::ffi::OsString| name.to_str()?.strip_prefix(&prefix)?.parse::<usize>().ok();
    let mut numbers: Vec<_> = beside.filter_map(number).collect();
    numbers.sort_unstable();
    let older = numbers.into_iter().rev().map(|number| PathBuf::from(format!("{}.{number}", path.display())));
    let files = older.chain([path.to_owned()]).map(|path| fs::read_to_string(path).unwrap());
    files.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The requests that they name.
fn requests(path: &Path) -> Vec<String> {
    let parsed = lines(path).into_iter().map(|line| serde_json::from_str::<Value>(&line).unwrap());
    parsed.map(|line| line["request"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_recorded_is_written_in_order_and_appended_to_by_the_next() {
    let (_folder, path) = folder();
    let expected: Vec<_> = (0..3000).map(|number| number.to_string()).collect();
    for half in expected.chunks(1500) {
        let audit = Audit::open(AuditOptions::new(&path)).unwrap();
        for id in half {
            audit.record(&entry(id));
        }
        audit.flush().await.unwrap();
        assert_eq!(requests(&path).last(), half.last());
        assert!(audit.is_healthy());
        audit.close().await.unwrap();
    }
    assert_eq!(requests(&path), expected);
}

#[tokio::test]
async fn after_it_is_closed_lines_are_lost_and_that_is_told() {
    let (_folder, path) = folder();
    let audit = Audit::open(AuditOptions::new(&path)).unwrap();
    audit.record(&entry("a"));
    audit.close().await.unwrap();
    audit.record(&entry("b"));
    assert_eq!(audit.lost(), 1);
    assert!(matches!(audit.flush().await, Err(AuditError::Closed { .. })));
    assert!(matches!(audit.close().await, Err(AuditError::Closed { .. })));
    assert_eq!(requests(&path), ["a"]);
}

#[tokio::test]
async fn a_log_that_is_dropped_is_written_and_free_again() {
    let (_folder, path) = folder();
    let audit = Audit::open(AuditOptions::new(&path)).unwrap();
    (0..100).for_each(|number| audit.record(&entry(&number.to_string())));
    drop(audit);
    let again = loop {
        match Audit::open(AuditOptions::new(&path)) {
            Ok(audit) => break audit,
            Err(AuditError::Locked { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(requests(&path).len(), 100);
    again.close().await.unwrap();
}

#[test]
fn threads_record_at_once_and_each_keeps_its_order() {
    let (_folder, path) = folder();
    let options = AuditOptions { max_size: ByteSize::kib(64), keep: 1000, ..AuditOptions::new(&path) };
    let audit = Audit::open(options).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let audit = &audit;
            scope.spawn(move || (0..500).for_each(|number| audit.record(&entry(&format!("{thread} {number}")))));
        }
    });
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(audit.close()).unwrap();
    let found = requests(&path);
    assert_eq!(found.len(), 2000);
    for thread in 0..4 {
        let own = found.iter().filter_map(|id| id.strip_prefix(&format!("{thread} ")));
        assert!(own.eq((0..500).map(|number: usize| number.to_string()).collect::<Vec<_>>().iter()));
    }
}

#[tokio::test]
async fn a_log_belongs_to_one_at_a_time() {
    let (folder, path) = folder();
    let audit = Audit::open(AuditOptions::new(&path)).unwrap();
    let error = Audit::open(AuditOptions::new(&path)).unwrap_err();
    assert!(matches!(error, AuditError::Locked { .. }), "{error}");
    assert!(error.to_string().contains("audit.jsonl is being written by another process"), "{error}");
    audit.close().await.unwrap();
    Audit::open(AuditOptions::new(&path)).unwrap().close().await.unwrap();

    assert!(matches!(Audit::open(AuditOptions::new(folder.path())), Err(AuditError::NotAFile { .. })));
    let nowhere = folder.path().join("none/audit.jsonl");
    assert!(matches!(Audit::open(AuditOptions::new(nowhere)), Err(AuditError::Open { .. })));
}

#[tokio::test]
async fn who_is_told_that_a_log_is_closed_can_open_it() {
    let (_folder, path) = folder();
    for _ in 0..300 {
        Audit::open(AuditOptions::new(&path)).unwrap().close().await.unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_a_log_and_what_was_put_aside() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = folder();
    let options = AuditOptions { max_size: ByteSize::b(1), ..AuditOptions::new(&path) };
    let audit = Audit::open(options).unwrap();
    audit.record(&entry("a"));
    audit.record(&entry("b"));
    audit.close().await.unwrap();
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 3);
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}
