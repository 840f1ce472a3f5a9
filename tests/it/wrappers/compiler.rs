//! The real TypeScript compiler, version 7, where there is one.
//!
//! In: a directory of TypeScript files. Out: what the compiler says of them under `strict`.

use std::{
    env, fs,
    io::Write as _,
    path::{self, Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const TSCONFIG: &str = r#"{
  "compilerOptions": {
    "strict": true, "noEmit": true, "allowImportingTsExtensions": true, "skipLibCheck": false,
    "module": "esnext", "moduleResolution": "bundler", "target": "esnext", "lib": ["esnext"], "types": []
  },
  "include": ["**/*.ts"]
}
"#;

/// Some types make the compiler run forever, and no test may.
const PATIENCE: Duration = Duration::from_secs(600);

pub struct Compiler(PathBuf);

/// One complaint of the compiler.
#[derive(Debug)]
pub struct Diagnostic {
    /// Relative to the compiled directory, with `/`; empty if it is about no file.
    pub file: String,
    /// From 1; 0 if it is about no file.
    pub line: usize,
    /// `TS2322`.
    pub code: String,
    /// All its lines.
    pub message: String,
}

impl Compiler {
    /// The compiler that `CODEFIRST_TSC` names, else that of the nearest `node_modules`, else that of the path. Says
    /// so where there is none.
    pub fn find(test: &str) -> Option<Self> {
        if let Some(named) = env::var_os("CODEFIRST_TSC") {
            let tsc = path::absolute(&named).expect("a path");
            assert!(is_version_7(&tsc), "CODEFIRST_TSC={named:?} is no TypeScript 7 compiler");
            return Some(Self(tsc));
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let on_path = env::split_paths(&path).map(|directory| directory.join("tsc"));
        let found = in_node_modules().into_iter().chain(on_path).find(|tsc| tsc.is_file() && is_version_7(tsc));
        if found.is_none() {
            let skip = "skipped: no TypeScript 7 compiler (set CODEFIRST_TSC or npm install typescript@7)";
            say(&format!("{test}: {skip}"));
        }
        found.map(Self)
    }

    /// Compiles every `.ts` file of a directory as one project.
    pub fn compile(&self, directory: &Path) -> Vec<Diagnostic> {
        fs::write(directory.join("tsconfig.json"), TSCONFIG).expect("a directory to write to");
        // A file, because nobody reads a pipe while the compiler is waited for.
        let output = directory.join("tsc.txt");
        let mut child = Command::new(&self.0)
            .args(["--project", ".", "--pretty", "false"])
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(fs::File::create(&output).expect("a directory to write to"))
            .spawn()
            .expect("a compiler that starts");
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child to wait for") {
                break status;
            }
            if started.elapsed() > PATIENCE {
                child.kill().expect("a child to kill");
                panic!("the compiler did not end within {PATIENCE:?}: see {}", directory.display());
            }
            thread::sleep(Duration::from_millis(20));
        };
        let diagnostics = parse(&fs::read_to_string(&output).expect("the compiler's output"));
        assert!(status.success() || !diagnostics.is_empty(), "the compiler failed with {status} and said nothing");
        diagnostics
    }
}

/// Says something past the capture of the test harness.
pub fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).expect("standard error");
}

/// The candidates of every `node_modules` from the crate's directory upward, the native compiler before the script
/// that starts it.
fn in_node_modules() -> Vec<PathBuf> {
    let mut candidates = Vec::new();
    for directory in Path::new(env!("CARGO_MANIFEST_DIR")).ancestors() {
        let modules = directory.join("node_modules");
        let native = fs::read_dir(modules.join("@typescript")).into_iter().flatten().flatten();
        candidates.extend(native.map(|package| package.path().join("lib/tsc")));
        candidates.push(modules.join("typescript/bin/tsc"));
    }
    candidates
}

fn is_version_7(tsc: &Path) -> bool {
    let output = Command::new(tsc).arg("--version").stdin(Stdio::null()).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).starts_with("Version 7."))
}

/// Reads `file(line,column): error TS2322: message`, with indented lines after it that belong to the message.
fn parse(output: &str) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for line in output.lines() {
        if line.starts_with(' ') {
            if let Some(last) = diagnostics.last_mut() {
                last.message += &format!("\n{line}");
            }
        } else if let Some((place, rest)) = line.split_once("error TS") {
            let (number, message) = rest.split_once(": ").unwrap_or((rest, ""));
            let (file, position) = place.trim_end_matches(": ").rsplit_once('(').unwrap_or(("", ""));
            let line = position.split(',').next().and_then(|line| line.parse().ok()).unwrap_or(0);
            let code = format!("TS{number}");
            diagnostics.push(Diagnostic { file: file.to_owned(), line, code, message: message.to_owned() });
        }
    }
    diagnostics
}

#[test]
fn complaints_are_read() {
    let read = parse(
        "a/b.ts(12,7): error TS2322: Type 'number' is not assignable.\n  Because (1,2): error.\n\
         error TS18003: No inputs.\n",
    );
    let read: Vec<_> = read.iter().map(|d| (&*d.file, d.line, &*d.code, &*d.message)).collect();
    let first = "Type 'number' is not assignable.\n  Because (1,2): error.";
    assert_eq!(read, [("a/b.ts", 12, "TS2322", first), ("", 0, "TS18003", "No inputs.")]);
}
