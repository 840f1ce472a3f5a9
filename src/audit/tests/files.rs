use proptest::{collection::vec, prelude::*};

use super::{super::log::Log, *};

/// What happens to a log.
#[derive(Clone, Debug)]
enum Step {
    /// Lines of these lengths are written at once.
    Write(Vec<usize>),
    Reopen,
    /// The process is killed after this many renames of a rotation.
    KilledWhileRotating(usize),
    /// The process is killed after this many bytes of a line.
    KilledWhileWriting(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => vec(1..60usize, 1..8).prop_map(Step::Write),
        1 => Just(Step::Reopen),
        2 => (0..6usize).prop_map(Step::KilledWhileRotating),
        1 => (1..10usize).prop_map(Step::KilledWhileWriting),
    ]
}

fn open(path: &Path, max_size: u64, keep: usize) -> Log {
    Log::open(AuditOptions { path: path.to_owned(), max_size: ByteSize::b(max_size), keep }).unwrap()
}

/// Lets the steps happen, and gives the lines that were written in whole.
fn happen(steps: &[Step], path: &Path, max_size: u64, keep: usize) -> Vec<String> {
    let mut written = Vec::new();
    let mut log = open(path, max_size, keep);
    for step in steps {
        match step {
            Step::Write(lengths) => {
                let first = written.len();
                written.extend(lengths.iter().enumerate().map(|(n, length)| format!("{:0length$}", first + n)));
                let mut lines = written[first..].iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
                log.write(&mut lines).unwrap();
                assert!(lines.is_empty());
                continue;
            }
            Step::Reopen => {}
            Step::KilledWhileRotating(renames) => {
                // An empty file is never put aside.
                let is_empty = fs::metadata(path).unwrap().len() == 0;
                for (from, to) in log.renames().unwrap().into_iter().take(if is_empty { 0 } else { *renames }) {
                    fs::rename(from, to).unwrap();
                }
            }
            Step::KilledWhileWriting(bytes) => {
                log.write(&mut b"torn".repeat(*bytes)).unwrap();
            }
        }
        drop(log);
        log = open(path, max_size, keep);
    }
    written
}

fn whole(path: &Path) -> Vec<String> {
    lines(path).into_iter().filter(|line| !line.starts_with("torn")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_line_is_there_once_and_in_order(steps in vec(step(), 1..40), max_size in 1..200u64) {
        let (_folder, path) = folder();
        let written = happen(&steps, &path, max_size, 2000);
        prop_assert_eq!(whole(&path), written);
    }
}

proptest! {
    // A rename over a file that is there takes its time.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_not_kept_is_the_oldest(steps in vec(step(), 1..60), max_size in 1..200u64, keep in 0..5usize) {
        let (folder, path) = folder();
        let written = happen(&steps, &path, max_size, keep);
        let kept = whole(&path);
        prop_assert!(written.ends_with(&kept), "{kept:?}");
        let files = fs::read_dir(folder.path()).unwrap().count();
        // The log itself and the lock are there too.
        prop_assert!(files <= keep.max(1) + 2, "{files} files");
        let oldest = format!("{}.{}", path.display(), keep.max(1));
        prop_assert!(kept.len() == written.len() || fs::exists(oldest).unwrap(), "lost before its time");
    }
}

#[test]
fn a_file_is_put_aside_before_it_becomes_too_long() {
    let (_folder, path) = folder();
    let mut log = open(&path, 10, 3);
    for lines in ["1234\n", "1234\n", "5\n", "a line that is longer than a file\n", "6\n7\n8\n9\n10\n11\n"] {
        log.write(&mut lines.into()).unwrap();
    }
    let read = |suffix: &str| fs::read_to_string(format!("{}{suffix}", path.display())).unwrap();
    assert_eq!(read(".3"), "5\n");
    assert_eq!(read(".2"), "a line that is longer than a file\n");
    assert_eq!(read(".1"), "6\n7\n8\n9\n");
    assert_eq!(read(""), "10\n11\n");
}

#[test]
fn a_line_that_was_written_in_part_goes_on_in_the_same_file() {
    let (_folder, path) = folder();
    let mut log = open(&path, 10, 3);
    for part in ["1234", "567890123\n", "5\n"] {
        log.write(&mut part.into()).unwrap();
    }
    assert_eq!(lines(&path), ["1234567890123", "5"]);
}

#[test]
fn a_rotation_that_was_cut_short_moves_only_what_is_below_the_free_number() {
    let (_folder, path) = folder();
    let numbered = |number: usize| PathBuf::from(format!("{}.{number}", path.display()));
    let log = open(&path, 10, 5);
    for number in [1, 2, 4, 5] {
        fs::write(numbered(number), "").unwrap();
    }
    let expected = [(numbered(2), numbered(3)), (numbered(1), numbered(2)), (path.clone(), numbered(1))];
    assert_eq!(log.renames().unwrap(), expected);
    // With every number taken, the oldest goes.
    fs::write(numbered(3), "").unwrap();
    assert_eq!(log.renames().unwrap().first(), Some(&(numbered(4), numbered(5))));
    assert_eq!(log.renames().unwrap().len(), 5);
    // It came as far as the new file.
    fs::remove_file(&path).unwrap();
    assert_eq!(log.renames().unwrap(), []);
}

#[tokio::test]
async fn a_log_that_cannot_be_put_aside_grows_and_says_so() {
    let (_folder, path) = folder();
    let obstacle = format!("{}.1", path.display());
    fs::create_dir(&obstacle).unwrap();
    let options = AuditOptions { max_size: ByteSize::b(1), keep: 1, ..AuditOptions::new(&path) };
    let audit = Audit::open(options).unwrap();
    for id in ["a", "b", "c"] {
        audit.record(&entry(id));
    }
    assert!(matches!(audit.flush().await, Err(AuditError::Write { .. })));
    assert!(!audit.is_healthy());
    assert_eq!(audit.lost(), 0);
    let own = |path: &Path| fs::read_to_string(path).unwrap().lines().count();
    assert_eq!(own(&path), 3);

    fs::remove_dir(&obstacle).unwrap();
    audit.record(&entry("d"));
    audit.close().await.unwrap();
    assert!(audit.queue.is_healthy());
    assert_eq!((own(Path::new(&obstacle)), own(&path)), (3, 1));
    assert_eq!(requests(&path), ["a", "b", "c", "d"]);
}
