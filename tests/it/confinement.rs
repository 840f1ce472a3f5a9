//! What the kernel lets a program's process do: nearly nothing. Tried from inside (`attempts`), and looked at from outside.

#[cfg(debug_assertions)]
mod attempts;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::Duration,
};

use assert_cmd::Command;

use crate::process_table::{Process, children_of, wait_for};

/// A zygote starts in a tenth of a second; a busy machine may need longer.
const START: Duration = Duration::from_secs(20);

/// A host of one program, which ends with the test.
struct Host(Child);

impl Host {
    fn start(program: &str) -> Self {
        let host = std::process::Command::new(env!("CARGO_BIN_EXE_codefirst"))
            .args(["run", "-"])
            .env("SECRET_OF_THE_HOST", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut host = Self(host.expect("a host"));
        host.0.stdin.take().expect("its input").write_all(program.as_bytes()).expect("a host that reads");
        host
    }

    /// The zygote, and the child in which the program runs, confined: its own filter of system calls is what it puts on last.
    fn zygote_and_child(&self) -> Option<(Process, Process)> {
        let is_zygote = |process: &Process| process.text("cmdline").starts_with("codefirst-zygote");
        let filters = |process: &Process| {
            let status = process.text("status");
            let count = status.lines().find_map(|line| line.strip_prefix("Seccomp_filters:"))?;
            count.trim().parse::<u32>().ok()
        };
        let zygote = children_of(self.0.id()).into_iter().find(is_zygote)?;
        let child = children_of(zygote.id).pop()?;
        (filters(&child)? > filters(&zygote)?).then_some((zygote, child))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_child_has_nothing_but_its_socket() {
    let host = Host::start("await new Promise((resolve) => setTimeout(resolve, 25000))");
    let (zygote, child) = wait_for(START, || host.zygote_and_child()).expect("a confined process");

    let descriptors = child.descriptors();
    let [(number, target)] = &descriptors[..] else { panic!("{descriptors:?}") };
    assert_eq!(number, "0");
    assert!(target.to_string_lossy().starts_with("socket:["), "{}", target.display());

    for process in [&zygote, &child] {
        let environment = process.text("environ");
        let names = environment.split_terminator('\0').filter_map(|variable| variable.split('=').next());
        // What the host sets for the zygote's own start.
        let known = ["CODEFIRST_ZYGOTE", "TZ", "V82JSC_NO_BC_CACHE"];
        let foreign: Vec<_> = names.filter(|name| !known.contains(name)).collect();
        assert!(foreign.is_empty(), "inherited from the host: {foreign:?}");
        assert_eq!(process.session, process.id, "a session of its own");
        assert_eq!(fs::read_link(format!("/proc/{}/cwd", process.id)).expect("a folder"), Path::new("/"));
    }

    let status = child.text("status");
    assert!(status.contains("NoNewPrivs:\t1\n") && status.contains("Seccomp:\t2\n"), "{status}");
    assert!(zygote.text("status").contains("NoNewPrivs:\t1\n"));
}

#[test]
fn a_child_has_the_limits_of_the_kernel() {
    let host = Host::start("await new Promise((resolve) => setTimeout(resolve, 25000))");
    let (_, child) = wait_for(START, || host.zygote_and_child()).expect("a confined process");
    let limits = child.text("limits");
    // The limit, which the process cannot raise: the soft and the hard one are the same.
    let limit = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        let mut columns = line.split_whitespace();
        let (soft, hard) = (columns.next(), columns.next());
        assert!(soft.is_some() && soft == hard, "{name}: {line}");
        soft.unwrap_or_default().to_owned()
    };
    for (name, expected) in [
        ("Max open files", "1"),
        ("Max processes", "0"),
        ("Max core file size", "0"),
        ("Max file size", "0"),
        ("Max locked memory", "0"),
        ("Max msgqueue size", "0"),
        // Ten seconds by the default limits, and two for the timer, which is exact, to come first.
        ("Max cpu time", "12"),
    ] {
        assert_eq!(limit(name), expected, "{name}");
    }
    // By the default limits, 512 MiB beyond what the warm engine has.
    let data: u64 = limit("Max data size").parse().expect("a number of bytes");
    assert!((512 << 20..640 << 20).contains(&data), "{data}");
}

#[test]
fn no_file_is_left_behind() {
    for isolation in ["process", "thread"] {
        let home = tempfile::tempdir().expect("a folder");
        let program = "import { list_currencies } from './tools/rates/list_currencies.ts';\n\
                       return Object.keys(await list_currencies({})).length > 5;";
        let output = Command::cargo_bin("codefirst")
            .expect("the binary")
            .args(["run", "-", "--isolation", isolation])
            .current_dir(home.path())
            // Cargo sets it for tests, but the binary has to see to it by itself.
            .env_remove("V82JSC_NO_BC_CACHE")
            .envs(["HOME", "XDG_CACHE_HOME", "TMPDIR"].map(|name| (name, home.path())))
            .write_stdin(program)
            .output()
            .expect("the binary runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "true\n", "{}", String::from_utf8_lossy(&output.stderr));
        let files: Vec<PathBuf> =
            fs::read_dir(home.path()).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        assert!(files.is_empty(), "{isolation}: {files:?}");
    }
}

#[test]
fn only_a_test_of_a_debug_build_can_attempt_anything() {
    let in_tests = if cfg!(debug_assertions) { "function" } else { "undefined" };
    for (variable, expected) in [(None, "undefined"), (Some("1"), in_tests)] {
        let output = Command::cargo_bin("codefirst")
            .expect("the binary")
            .args(["run", "-"])
            .env_remove("CODEFIRST_TEST_TAKEOVER")
            .envs(variable.map(|value| ("CODEFIRST_TEST_TAKEOVER", value)))
            .write_stdin("return typeof attempt")
            .output()
            .expect("the binary runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), expected);
    }
}
