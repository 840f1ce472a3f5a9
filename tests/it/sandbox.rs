//! The sandbox's conformance suite. Cases are data: a folder in `tests/it/sandbox/` with a `program.ts` and an
//! `expect.toml`. A case needs no Rust. Each is run under both isolations; what differs under threads is said in the case.

use std::{fs, path::Path, time::Duration};

use bytesize::ByteSize;
use codefirst::{
    executor::{Execution, Outcome},
    journal::CallOutcome,
    program::Program,
    sandbox::{Isolation, Limits},
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::Value;

use crate::test_host::{TestHost, process};

/// What a case expects. What is not named is not checked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(flatten)]
    expect: Expect,
    #[serde(default)]
    limits: CaseLimits,
    thread: Option<OnThread>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Expect {
    /// `completed`, or the kind of failure; several where it depends on the moment.
    outcome: Option<Kinds>,
    result: Option<Value>,
    /// A part of the failure's message.
    message: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    console: Option<Vec<String>>,
    console_truncated: Option<bool>,
    /// Calls in the journal.
    calls: Option<usize>,
    /// Those of them that were answered.
    answered: Option<usize>,
    waves: Option<Vec<u32>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Kinds {
    One(String),
    Several(Vec<String>),
}

impl Kinds {
    fn has(&self, kind: &str) -> bool {
        match self {
            Self::One(one) => one == kind,
            Self::Several(several) => several.iter().any(|one| one == kind),
        }
    }
}

/// What is different under [`Isolation::Thread`].
#[derive(Debug, Deserialize)]
struct OnThread {
    /// Why.
    why: String,
    /// Whether the case would harm the process that runs it.
    #[serde(default)]
    skip: bool,
    #[serde(flatten)]
    expect: Expect,
}

impl Case {
    fn read(folder: &Path) -> Self {
        let path = folder.join("expect.toml");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let case: Self = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(case.expect.outcome.is_some(), "{} has no outcome", path.display());
        assert!(case.thread.as_ref().is_none_or(|thread| !thread.why.is_empty()), "{}: why?", path.display());
        case
    }

    /// What is expected on a thread; `None` where it is not to be tried.
    fn on_thread(&self) -> Option<Expect> {
        let general = self.expect.clone();
        let Some(OnThread { skip, expect, .. }) = &self.thread else { return Some(general) };
        let own = expect.clone();
        (!skip).then_some(Expect {
            // A message and a place belong to an outcome.
            message: if own.outcome.is_some() { own.message } else { own.message.or(general.message) },
            line: if own.outcome.is_some() { own.line } else { own.line.or(general.line) },
            column: if own.outcome.is_some() { own.column } else { own.column.or(general.column) },
            outcome: own.outcome.or(general.outcome),
            result: own.result.or(general.result),
            console: own.console.or(general.console),
            console_truncated: own.console_truncated.or(general.console_truncated),
            calls: own.calls.or(general.calls),
            answered: own.answered.or(general.answered),
            waves: own.waves.or(general.waves),
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseLimits {
    wall_ms: Option<u64>,
    cpu_ms: Option<u64>,
    memory: Option<String>,
    result: Option<String>,
    console: Option<String>,
    calls: Option<u32>,
    in_flight: Option<u32>,
}

impl CaseLimits {
    fn resolve(&self) -> Limits {
        let default = Limits::default();
        let size = |text: &Option<String>, default| match text {
            Some(text) => text.parse::<ByteSize>().expect("a size"),
            None => default,
        };
        Limits {
            wall: self.wall_ms.map_or(default.wall, Duration::from_millis),
            cpu: self.cpu_ms.map_or(default.cpu, Duration::from_millis),
            memory: size(&self.memory, default.memory),
            result: size(&self.result, default.result),
            console: size(&self.console, default.console),
            calls: self.calls.unwrap_or(default.calls),
            in_flight: self.in_flight.unwrap_or(default.in_flight),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_in_a_process() {
    run_cases(process(), |case| Some(case.expect.clone())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_on_a_thread() {
    run_cases(Isolation::Thread, Case::on_thread).await;
}

/// Runs every case, two at a time.
async fn run_cases(isolation: Isolation, expected: impl Fn(&Case) -> Option<Expect>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/sandbox");
    let mut folders: Vec<_> =
        fs::read_dir(folder).expect("the cases").map(|entry| entry.expect("a case").path()).collect();
    folders.sort();
    let cases: Vec<_> = folders
        .iter()
        .filter_map(|folder| {
            let case = Case::read(folder);
            expected(&case).map(|expect| (folder, case.limits.resolve(), expect))
        })
        .collect();
    assert!(cases.len() > 150, "only {} cases were found", cases.len());
    let only = std::env::var("CODEFIRST_TEST_CASE").ok();
    let cases = cases.into_iter().filter(|(folder, ..)| {
        only.as_ref().is_none_or(|only| folder.file_name().is_some_and(|name| name.to_string_lossy().contains(only)))
    });
    let wrong: Vec<Vec<String>> = stream::iter(cases)
        .map(|(folder, limits, expect)| {
            let isolation = isolation.clone();
            async move {
                let source = fs::read_to_string(folder.join("program.ts")).expect("a program");
                let executor = TestHost::executor().isolation(isolation).limits(limits).build();
                let name = folder.file_name().unwrap_or_default().to_string_lossy();
                match executor.execute(&Program::new(source)).await {
                    Ok(execution) => differences(&expect, &execution)
                        .into_iter()
                        .map(|difference| format!("{name}: {difference}\n  {:?}", execution.outcome))
                        .collect(),
                    Err(error) => vec![format!("{name}: the host failed: {error}")],
                }
            }
        })
        .buffer_unordered(2)
        .collect()
        .await;
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differences(expect: &Expect, execution: &Execution) -> Vec<String> {
    let mut differences = Vec::new();
    let mut check = |what: &str, holds: bool| {
        if !holds {
            differences.push(what.to_owned());
        }
    };
    let has_outcome = |kind| expect.outcome.as_ref().is_none_or(|kinds| kinds.has(kind));
    match &execution.outcome {
        Outcome::Completed { result } => {
            check("it should have failed", has_outcome("completed"));
            let actual = result.to_value();
            check("the result", expect.result.as_ref().is_none_or(|result| *result == actual));
        }
        Outcome::Failed(failure) => {
            check("the kind", has_outcome(failure.kind.name()));
            check("the message", expect.message.as_ref().is_none_or(|message| failure.message.contains(message)));
            let at = failure.position;
            check("the line", expect.line.is_none_or(|line| at.is_some_and(|at| at.line == line)));
            check("the column", expect.column.is_none_or(|column| at.is_some_and(|at| at.column == column)));
        }
    }
    let lines: Vec<_> = execution.console.iter().map(|line| line.text.clone()).collect();
    check("the console", expect.console.as_ref().is_none_or(|console| *console == lines));
    check("console_truncated", expect.console_truncated.is_none_or(|cut| cut == execution.console_truncated));
    let entries = execution.journal.entries();
    check("the calls", expect.calls.is_none_or(|calls| calls == entries.len()));
    let answered = entries.clone().filter(|entry| !matches!(entry.outcome, CallOutcome::Unknown {})).count();
    check("the answered calls", expect.answered.is_none_or(|expected| expected == answered));
    let waves: Vec<_> = entries.map(|entry| entry.wave).collect();
    check("the waves", expect.waves.as_ref().is_none_or(|expected| *expected == waves));
    differences
}

/// The programs of `tests/it/globals/` check the web globals from inside; each ends with `export default "ok"`.
#[tokio::test(flavor = "multi_thread")]
async fn web_globals() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/globals");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the programs") {
        let path = entry.expect("a program").path();
        if path.extension().is_none_or(|extension| extension != "ts") {
            continue;
        }
        count += 1;
        let program = Program::new(fs::read_to_string(&path).expect("a program"));
        let execution = TestHost::executor().build().execute(&program).await.expect("a host that works");
        match &execution.outcome {
            Outcome::Completed { result } if result.to_string() == "ok" => {}
            outcome => wrong.push(format!("{}: {outcome:?}", path.display())),
        }
        let expected = path.with_extension("expected.txt");
        if let Ok(expected) = fs::read_to_string(&expected) {
            let printed: Vec<_> = execution.console.iter().map(|line| line.text.as_str()).collect();
            if printed.join("\n").trim_end() != expected.trim_end() {
                wrong.push(format!("{}: printed\n{}", path.display(), printed.join("\n")));
            }
        }
    }
    assert!(count >= 12, "only {count} programs were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Expressions whose values V8 gave (`tests/it/intl/generate.mjs`), evaluated in one program: `Intl` formats as V8 does.
#[tokio::test(flavor = "multi_thread")]
async fn intl_formats_as_v8_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/intl/code.json");
    let text = fs::read_to_string(path).expect("the expressions");
    let count = serde_json::from_str::<Vec<[String; 2]>>(&text).expect("pairs of strings").len();
    assert!(count > 100, "only {count} expressions were found");
    let program = format!(
        "const wrong: unknown[] = [];\n\
         for (const [expression, expected] of {text}) {{\n\
           let actual: string;\n\
           try {{ actual = String((0, eval)(expression)); }} catch (error) {{ actual = `!${{error.name}}`; }}\n\
           if (actual !== expected) wrong.push({{ expression, expected, actual }});\n\
         }}\n\
         return wrong;"
    );
    let execution = TestHost::executor().build().execute(&Program::new(program)).await.expect("a host that works");
    let Outcome::Completed { result } = &execution.outcome else { panic!("{:?}", execution.outcome) };
    assert_eq!(result.to_string(), "[]");
}
