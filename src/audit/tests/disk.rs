//! A process whose files may not grow: a disk that is full.
#![cfg(target_os = "linux")]

use std::{env, process::Command};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::*;

const PATH: &str = "CODEFIRST_TEST_AUDIT";

/// Run by the test below, in a process of its own that ignores SIGXFSZ.
#[tokio::test]
#[ignore = "limits its process"]
async fn a_full_disk() {
    let Some(path) = env::var_os(PATH).map(PathBuf::from) else { return };
    let audit = Audit::open(AuditOptions::new(&path)).unwrap();
    audit.record(&entry("before"));
    audit.flush().await.unwrap();
    // In the middle of the line after the next.
    let length = fs::metadata(&path).unwrap().len();
    let limit = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, Rlimit { current: Some(length * 5 / 2), ..limit }).unwrap();

    for number in 0..200 {
        audit.record(&entry(&number.to_string()));
    }
    assert!(matches!(audit.flush().await, Err(AuditError::Write { .. })));
    assert!(!audit.is_healthy());
    assert_eq!(fs::metadata(&path).unwrap().len(), length * 5 / 2);
    for number in 200..300 {
        audit.record(&entry(&number.to_string()));
    }
    assert!(audit.flush().await.is_err());
    assert_eq!(audit.lost(), 0);

    setrlimit(Resource::Fsize, limit).unwrap();
    audit.flush().await.unwrap();
    assert!(audit.is_healthy());
    let expected = ["before".to_owned()].into_iter().chain((0..300).map(|number| number.to_string()));
    assert_eq!(requests(&path), expected.collect::<Vec<_>>());

    // Closed while it is full: what cannot be written is lost, and counted.
    assert_eq!(close_while_full(audit, &path, limit, limit_to_length(&path, limit)).await, (false, 7));
    // Closed when it is no longer: what came meanwhile is written too.
    let audit = Audit::open(AuditOptions::new(&path)).unwrap();
    assert_eq!(close_while_full(audit, &path, limit, limit).await, (true, 0));
    assert_eq!(requests(&path).len(), 301 + 7);
}

fn limit_to_length(path: &Path, limit: Rlimit) -> Rlimit {
    Rlimit { current: Some(fs::metadata(path).unwrap().len()), ..limit }
}

/// Records three lines that cannot be written, and four more, and closes it within this limit. Says whether all could be written,
/// and how many are lost.
async fn close_while_full(audit: Audit, path: &Path, limit: Rlimit, at_the_end: Rlimit) -> (bool, u64) {
    setrlimit(Resource::Fsize, limit_to_length(path, limit)).unwrap();
    (0..3).for_each(|number| audit.record(&entry(&number.to_string())));
    assert!(audit.flush().await.is_err());
    (0..4).for_each(|number| audit.record(&entry(&number.to_string())));
    setrlimit(Resource::Fsize, at_the_end).unwrap();
    let result = audit.close().await;
    setrlimit(Resource::Fsize, limit).unwrap();
    (result.is_ok(), audit.lost())
}

#[test]
fn when_the_disk_is_full_lines_wait_and_go_on_where_they_stopped() {
    let (_folder, path) = folder();
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$0\" --exact --ignored audit::tests::disk::a_full_disk"])
        .arg(env::current_exe().unwrap())
        .env(PATH, &path)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}
