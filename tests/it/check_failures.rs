//! A compiler that is broken in every way: whatever it does, each execution ends as its mode says.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use codefirst::{
    catalog::Catalog,
    executor::{Execution, ExecutorError, Outcome, TypeCheck},
    program::{
        Program,
        check::{CheckError, CheckMode, CheckOptions, Checker, Compiler},
    },
};

use crate::test_host::TestHost;

const TIMEOUT: Duration = Duration::from_millis(700);

/// A shell script in the compiler's place.
pub struct Fake {
    folder: tempfile::TempDir,
}

impl Fake {
    /// One that knows its version and then does this.
    pub fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let text = format!("#!/bin/sh\n[ \"$1\" = --version ] && echo Version 7.0.2 && exit 0\n{script}\n");
        fs::write(folder.path().join("text"), text).expect("a file");
        // Written by another process: a child that another test forks meanwhile would inherit what this one has open
        // for writing, and what may still be written to is not executed.
        let copy = ["-c", "cat text > tsc && chmod 755 tsc"];
        let copied = std::process::Command::new("sh").args(copy).current_dir(folder.path()).status().expect("a shell");
        assert!(copied.success());
        Self { folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("tsc")
    }

    fn checker(&self) -> Checker {
        let compiler = Compiler::find(Some(&self.path())).expect("it knows its version");
        Checker::new(compiler, Vec::new(), CheckOptions { timeout: TIMEOUT, ..CheckOptions::default() })
    }
}

/// What each says of itself, or what is said of it.
const BROKEN: &[(&str, &str)] = &[
    ("echo gone wrong >&2; exit 3", "gone wrong"),
    ("exit 0", "failed"),
    ("exec sleep 60", "did not answer within 0.7 s"),
    ("exec sleep 60 < /dev/null > /dev/null", "failed"),
    ("exec sleep 60 <&-", "failed|did not answer"),
    ("while :; do echo garbage; done", "not in its protocol"),
    ("exec yes", "not in its protocol"),
    (r#"exec yes "$(printf 'Content-Length: 4003\r\n\r\n{}%4000s' '')""#, "bytes and no answer"),
    ("printf 'Content-Length: 999999999999\\r\\n\\r\\n'; exec sleep 60", "more than the 8388608"),
    ("printf 'Content-Length: 99999\\r\\n\\r\\n{'; exec sleep 60", "did not answer"),
    ("printf 'Content-Length: 4\\r\\n\\r\\nnope'; exec sleep 60", "not in its protocol"),
    (r#"printf 'Content-Length: 39\r\n\r\n{"id":1,"error":{"message":"I refuse"}}'; exec sleep 60"#, "I refuse"),
    // It is initialised, and then says nothing; or what is no report.
    (r#"printf 'Content-Length: 20\r\n\r\n{"id":1,"result":{}}'; exec sleep 60"#, "did not answer"),
    (
        r#"printf 'Content-Length: 20\r\n\r\n{"id":1,"result":{}}'; printf 'Content-Length: 20\r\n\r\n{"id":2,"result":[]}';
           cat > /dev/null"#,
        "not in its protocol",
    ),
    ("exec cat /dev/zero >&2", "failed|did not answer"),
];

fn ran(execution: &Execution) -> bool {
    matches!(&execution.outcome, Outcome::Completed { result } if result.to_string() == "42")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_compiler_takes_no_execution_down() {
    let program = Program::new("return 42");
    for (script, said) in BROKEN {
        let fake = Fake::new(script);
        let said = |text: &str| said.split('|').any(|said| text.contains(said));
        let executor =
            |mode| TestHost::executor().catalog(Catalog::new(Vec::new())).checker(fake.checker(), mode).build();

        let executor_that_warns = executor(CheckMode::Warn);
        executor_that_warns.prepare().await.expect("a host that works");
        for _ in 0..2 {
            let start = Instant::now();
            let execution = executor_that_warns.execute(&program).await.expect("a host that works");
            assert!(ran(&execution), "{script}: {:?}", execution.outcome);
            let Some(TypeCheck::NotChecked { reason }) = &execution.check else {
                panic!("{script}: {:?}", execution.check)
            };
            assert!(said(reason), "{script}: {reason}");
            assert!(start.elapsed() < TIMEOUT * 4, "{script}: {:?}", start.elapsed());
        }

        let error = executor(CheckMode::Require).execute(&program).await.expect_err(script);
        let ExecutorError::TypeCheck(error) = error else { panic!("{script}: {error}") };
        assert!(said(&error.to_string()), "{script}: {error}");

        assert!(ran(&executor(CheckMode::Off).execute(&program).await.expect("a host that works")), "{script}");
    }
}

/// A compiler that is not there any more, though it was when it was looked for.
#[tokio::test]
async fn a_compiler_that_has_gone_is_an_error() {
    let checker = Fake::new("exit 1").checker();
    let error = checker.check(&Program::new("")).await.expect_err("its folder is gone");
    assert!(error.to_string().contains("cannot be started"), "{error}");
}

/// It hangs once and then works as far as a script can: the next check starts another process.
#[tokio::test]
async fn after_a_hang_comes_another_process() {
    let answers = r#"
if [ ! -e "$0.hung" ]; then touch "$0.hung"; exec sleep 60; fi
printf 'Content-Length: 20\r\n\r\n{"id":1,"result":{}}Content-Length: 30\r\n\r\n{"id":2,"result":{"items":[]}}'
cat > /dev/null"#;
    let fake = Fake::new(answers);
    let checker = fake.checker();
    let error = checker.check(&Program::new("return 1")).await.expect_err("it hangs");
    assert!(matches!(error, CheckError::TimedOut(_)), "{error}");
    assert!(checker.check(&Program::new("return 1")).await.expect("a new process").is_clean());
}

/// Waiting for one's turn counts, so a queue behind a compiler that hangs is no longer than the time-out.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_longer_than_the_time_out() {
    let fake = Fake::new("exec sleep 60");
    let checker = fake.checker();
    let start = Instant::now();
    let checks = (0..8).map(|_| {
        let checker = checker.clone();
        tokio::spawn(async move { checker.check(&Program::new("return 1")).await })
    });
    let checks: Vec<_> = checks.collect();
    for check in checks {
        let error = check.await.expect("no panic").expect_err("it hangs");
        assert!(matches!(error, CheckError::TimedOut(_) | CheckError::Busy(_)), "{error}");
    }
    assert!(start.elapsed() < TIMEOUT * 3, "{:?}", start.elapsed());
}

#[test]
fn the_command_line_says_what_is_missing_and_what_to_do() {
    let run = |arguments: &[&str], stdin: &str| {
        let mut command = assert_cmd::Command::cargo_bin("codefirst").expect("the binary");
        let output = command.args(arguments).write_stdin(stdin).output().expect("the binary runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let missing = Path::new("/nowhere/tsc").display().to_string();
    for arguments in [&["check", "-", "--tsc", &missing][..], &["run", "-", "--check", "require", "--tsc", &missing]] {
        let (code, stdout, stderr) = run(arguments, "return 42");
        assert_eq!((code, &*stdout), (Some(1), ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains("npm install typescript@7"), "{arguments:?}: {stderr}");
    }
    let (_, _, stderr) = run(&["run", "-", "--check", "require", "--tsc", &missing], "return 42");
    assert!(stderr.contains("--check off"), "{stderr}");
    for arguments in [&["run", "-", "--check", "warn", "--tsc", &missing][..], &["run", "-", "--tsc", &missing]] {
        let (code, stdout, stderr) = run(arguments, "return 42");
        assert_eq!((code, &*stdout), (Some(0), "42\n"), "{arguments:?}: {stderr}");
        assert!(stderr.contains("note: types are not checked"), "{arguments:?}: {stderr}");
    }
    let (code, stdout, stderr) = run(&["run", "-", "--check", "off", "--tsc", &missing], "return 42");
    assert_eq!((code, &*stdout, &*stderr), (Some(0), "42\n", ""));

    let fake = Fake::new("echo gone wrong >&2; exit 3");
    let tsc = fake.path().display().to_string();
    let (code, _, stderr) = run(&["check", "-", "--tsc", &tsc], "return 42");
    assert!(code == Some(1) && stderr.contains("gone wrong"), "{stderr}");
    let (code, stdout, stderr) = run(&["run", "-", "--tsc", &tsc], "return 42");
    assert_eq!((code, &*stdout), (Some(0), "42\n"), "{stderr}");
    assert!(stderr.contains("note: types were not checked") && stderr.contains("gone wrong"), "{stderr}");
    let (code, stdout, stderr) = run(&["run", "-", "--check", "require", "--tsc", &tsc], "return 42");
    assert_eq!((code, &*stdout), (Some(1), ""), "{stderr}");
    assert!(stderr.contains("gone wrong") && stderr.contains("--check off"), "{stderr}");
}
