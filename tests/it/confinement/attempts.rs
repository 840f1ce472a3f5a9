//! What a guest attempts that has taken over its process. Cases are data: `tests/it/confinement/<attempt>.toml`, named as
//! in `src/sandbox/takeover.rs`. Each is run with all layers of the confinement, and again without some of them, which shows
//! that those hold by themselves that are left.

use std::{collections::HashSet, fs, path::Path, process::Output, thread};

use assert_cmd::Command;
use codefirst::sandbox::examine;
use serde::Deserialize;
use serde_json::Value;

/// Cases run at once.
const TOGETHER: usize = 4;

/// Endings are written as the program's result, which is `ok` or the name of an error, or as the kind of failure and its
/// message, of which the beginning is enough.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// With all layers: the forbidden system call that ends the program, by its name.
    syscall: Option<String>,
    /// With all layers, where it is not that: how the program ends.
    ends: Option<Vec<String>>,
    #[serde(default)]
    without: Vec<Without>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Without {
    /// The layers that are left out. All others have to hold, so the kernel has to have them.
    layers: Vec<String>,
    /// How the program may end then. Several where it depends on the machine.
    ends: Vec<String>,
    /// The same for the root user, where that is different.
    as_root: Option<Vec<String>>,
    /// The first version of the kernel of which it is true.
    kernel: Option<(u32, u32)>,
}

/// One run of one attempt.
struct Attempt {
    name: String,
    without: String,
    ends: Vec<String>,
}

impl Attempt {
    /// All that a file asks for and this machine can show.
    fn read(path: &Path, machine: &Machine) -> Vec<Self> {
        let text = fs::read_to_string(path).expect("a case");
        let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let attempt = |without: &[String], ends| Self { name: name.to_string(), without: without.join(","), ends };
        let with_all = match (&case.syscall, case.ends) {
            (Some(call), None) => vec![format!("denied: the program's process attempted the system call {call},")],
            (None, Some(ends)) => ends,
            _ => panic!("{}: either a system call or an ending", path.display()),
        };
        let mut attempts = vec![attempt(&[], with_all)];
        for Without { layers, ends, as_root, kernel } in case.without {
            let holds = machine.missing.iter().all(|missing| layers.contains(missing));
            if holds && kernel.is_none_or(|first| machine.kernel >= first) {
                attempts.push(attempt(&layers, as_root.filter(|_| machine.is_root).unwrap_or(ends)));
            }
        }
        attempts
    }

    /// Makes it. The error says what is different.
    fn check(&self) -> Result<(), String> {
        let output = Command::cargo_bin("codefirst")
            .expect("the binary")
            .args(["run", "-", "--json"])
            .env("CODEFIRST_TEST_TAKEOVER", "1")
            .env("CODEFIRST_TEST_WITHOUT_LAYERS", &self.without)
            .write_stdin(format!("return attempt({:?})", self.name))
            .output()
            .expect("the binary runs");
        let end = ending(&output);
        match self.ends.iter().any(|expected| end.starts_with(expected)) {
            true => Ok(()),
            false => Err(format!("{} without [{}]: {end}, not one of {:?}", self.name, self.without, self.ends)),
        }
    }
}

/// How a run has ended, in the words of the cases.
fn ending(output: &Output) -> String {
    let Ok(execution) = serde_json::from_slice::<Value>(&output.stdout) else {
        return format!("host: {}", String::from_utf8_lossy(&output.stderr));
    };
    let outcome = &execution["outcome"];
    let text = |name: &str| outcome[name].as_str().unwrap_or_default().to_owned();
    match outcome["status"].as_str() {
        Some("completed") => text("result"),
        _ => format!("{}: {}", text("kind"), text("message")),
    }
}

/// What the endings depend on.
struct Machine {
    /// Layers that the kernel lacks.
    missing: HashSet<String>,
    kernel: (u32, u32),
    is_root: bool,
}

impl Machine {
    fn examine() -> Self {
        let layers = examine(Some(env!("CARGO_BIN_EXE_codefirst").into())).expect("a zygote");
        let release = fs::read_to_string("/proc/sys/kernel/osrelease").expect("the kernel's version");
        let mut numbers = release.split(['.', '-']).map_while(|number| number.trim().parse().ok());
        Self {
            missing: layers.missing().into_iter().map(str::to_owned).collect(),
            kernel: (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)),
            is_root: rustix::process::geteuid().is_root(),
        }
    }
}

#[test]
fn attempts_end_as_the_cases_say() {
    let machine = Machine::examine();
    assert!(!machine.missing.contains("seccomp"), "the kernel has no filter of system calls");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/confinement");
    let paths = fs::read_dir(folder).expect("the cases").map(|entry| entry.expect("a case").path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    paths.sort();
    assert!(paths.len() > 25, "only {} cases were found", paths.len());
    let attempts: Vec<_> = paths.iter().flat_map(|path| Attempt::read(path, &machine)).collect();

    let wrong: Vec<String> = thread::scope(|scope| {
        let shares = attempts.chunks(attempts.len().div_ceil(TOGETHER));
        let check = |share: &[Attempt]| share.iter().filter_map(|attempt| attempt.check().err()).collect::<Vec<_>>();
        let threads: Vec<_> = shares.map(|share| scope.spawn(move || check(share))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
