//! Processes that write a log and are killed.

use std::{
    env,
    hash::{BuildHasher, RandomState},
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
};

use super::*;

const PATH: &str = "CODEFIRST_TEST_AUDIT";
/// What it says once it has the log.
const BEGUN: &str = "begun";
const LIFE: &str = "CODEFIRST_TEST_AUDIT_LIFE";

fn options(path: impl Into<PathBuf>) -> AuditOptions {
    AuditOptions { max_size: ByteSize::kib(256), keep: 2000, ..AuditOptions::new(path) }
}

/// Run by the test below, in a process of its own.
#[test]
#[ignore = "writes until it is killed"]
fn writes_until_it_is_killed() {
    let (Ok(path), Ok(life)) = (env::var(PATH), env::var(LIFE)) else { return };
    let audit = Audit::open(options(path)).unwrap();
    println!("{BEGUN}");
    // Nor for ever, should nobody kill it.
    for number in 0..1_000_000 {
        audit.record(&entry(&format!("{life} {number}")));
        if number % 100 == 0 {
            thread::yield_now();
        }
    }
}

/// A process that does not outlive the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_process_that_is_killed_tears_one_line_at_most_and_loses_none_before_it() {
    let (_folder, path) = folder();
    let lives = 8;
    for life in 0..lives {
        let mut child = Killed(
            Command::new(env::current_exe().unwrap())
                .args(["--exact", "--ignored", "--nocapture", "audit::tests::kill::writes_until_it_is_killed"])
                .envs([(PATH, path.as_os_str()), (LIFE, life.to_string().as_ref())])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap(),
        );
        // Until it writes, and then for as long as chance has it.
        let said = BufReader::new(child.0.stdout.take().unwrap()).lines();
        assert!(said.map(Result::unwrap).any(|line| line.contains(BEGUN)), "life {life}");
        thread::sleep(Duration::from_micros(chance() % 80_000));
    }
    let mut torn = 0;
    let mut last = (0, None);
    for line in lines(&path) {
        let Ok(line) = serde_json::from_str::<Value>(&line) else {
            torn += 1;
            continue;
        };
        let (life, number) = line["request"].as_str().unwrap().split_once(' ').unwrap();
        let (life, number): (u32, u64) = (life.parse().unwrap(), number.parse().unwrap());
        let expected = match last {
            (own, Some(before)) if own == life => (life, before + 1),
            (_, None) => (life, 0),
            // One may have been killed before its first line.
            (before, Some(_)) => (life.max(before + 1), 0),
        };
        assert_eq!((life, number), expected);
        last = (life, Some(number));
    }
    assert!(last.0 > lives / 2, "only {} lives wrote", last.0);
    assert!(torn <= lives, "{torn} lines are torn");
    assert!(path.with_extension("jsonl.1").exists(), "no file was ever put aside");
    // Each life took the lock of one that was killed; so can the next.
    drop(Audit::open(options(&path)).unwrap());
}

fn chance() -> u64 {
    RandomState::new().hash_one(0)
}
