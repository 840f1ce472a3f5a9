//! What is done with runs besides making them: `codefirst report`, `compare`, `sweep` and `verify`.

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;
use serde_json::Value;

const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

fn codefirst(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("codefirst").expect("the binary");
    command.current_dir(folder).args(arguments).output().expect("the binary runs")
}

/// Runs it, and expects that it can.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = codefirst(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON")
}

/// A folder with a scenario of its own, which has been run into `reports`.
fn recorded(program: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("scenarios/one");
    fs::create_dir_all(&scenario).expect("a folder");
    let toml = "name = \"one\"\nclass = \"ordinary\"\ndescription = \"d\"\ntask = \"t\"\nreasoning_tokens_per_turn = 10\n\
                [[servers]]\nname = \"rates\"\nbuiltin = \"rates\"\n\
                [discovery]\nquery = \"list the known currencies\"\nlimit = 1\n[expected]\nanswer = 10";
    fs::write(scenario.join("scenario.toml"), toml).expect("a file");
    fs::write(scenario.join("program.ts"), program).expect("a file");
    done(folder.path(), &["eval", "--quiet", "--seeds", "2"]);
    folder
}

const SHORT: &str = "return Object.keys(await rates.list_currencies({})).length;";
const LONG: &str = "// How many currencies there are is the number of the keys.\nconst all = await rates.list_currencies({});\n\
                    return Object.keys(all).length;";

#[test]
fn a_recorded_run_gives_the_same_reports_again() {
    let folder = recorded(SHORT);
    let reports = folder.path().join("reports");
    let files = ["index.html", "results.csv", "trials.csv", "comparisons.csv", "dictionary.csv"];
    let before: Vec<_> = files.iter().map(|file| fs::read(reports.join(file)).expect("a file")).collect();
    files.iter().for_each(|file| fs::remove_file(reports.join(file)).expect("a file"));
    assert!(done(folder.path(), &["report"]).contains("one"));
    for (file, before) in files.iter().zip(before) {
        assert!(fs::read(reports.join(file)).expect("a file") == before, "{file} is another one");
    }
}

#[test]
fn a_run_that_cannot_be_read_is_named_with_the_place_and_the_remedy() {
    let folder = recorded(SHORT);
    let summary = folder.path().join("reports/summary.json");
    let text = fs::read_to_string(&summary).expect("a file").replace("\"correct\": 2", "\"correct\": \"two\"");
    fs::write(&summary, text).expect("a file");
    for (arguments, expected) in
        [(&["report"][..], "scenarios[0].arms[0].correct"), (&["report", "nowhere"], "codefirst eval --out nowhere")]
    {
        let output = codefirst(folder.path(), arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn two_runs_are_compared_in_every_form() {
    let (short, long) = (recorded(SHORT), recorded(LONG));
    let reports = |folder: &tempfile::TempDir| folder.path().join("reports").display().to_string();
    let compare =
        |format: &str| done(short.path(), &["compare", &reports(&short), &reports(&long), "--format", format]);
    let compared: Value = serde_json::from_str(&compare("json")).expect("JSON");
    let figures = compared["figures"].as_array().expect("figures");
    let context = |arm: &str| {
        let is_it = |figure: &&Value| figure["arm"] == arm && figure["figure"] == "context";
        figures.iter().find(is_it).unwrap_or_else(|| panic!("no context of {arm} in {compared}"))
    };
    assert_eq!(context("code")["direction"], "worse");
    assert_eq!(context("direct")["direction"], "same");
    for (format, expected) in
        [("table", "worse"), ("markdown", "<code>one code</code> | context tokens"), ("junit", "<testsuite")]
    {
        let text = compare(format);
        assert!(text.contains("one") && text.contains(expected), "{format}: {text}");
    }
}

/// The sweep's arithmetic beside trials that are really made.
#[test]
fn a_point_of_a_sweep_is_what_a_trial_of_it_takes() {
    let folder = tempfile::tempdir().expect("a folder");
    let axes = ["--tools", "5,30", "--result-tokens", "100,2000", "--steps", "1,4"];
    let out = folder.path().join("swept");
    let table = done(folder.path(), &[&["sweep", "--out", &out.display().to_string()], &axes[..]].concat());
    assert!(table.contains("30") && table.contains("4 calls"), "{table}");

    let scenario = folder.path().join("scenarios/sweep");
    fs::create_dir_all(&scenario).expect("a folder");
    let text =
        |name: &str| fs::read_to_string(Path::new(PROJECT).join("src/harness/sweep").join(name)).expect("a file");
    let answer = json(&out.join("sweep.json"));
    // The sweep's seed is 0, and a run's first is 1: texts of other words, of as many tokens.
    let toml = format!(
        "name = \"sweep\"\nclass = \"ordinary\"\ndescription = \"d\"\ntask = '{}'\nreasoning_tokens_per_turn = 240\n\
         [[servers]]\nname = \"synthetic\"\nbuiltin = \"synthetic\"\n\
         options = {{ tools = 30, result_tokens = 2000, chunks = 4 }}\n\
         [discovery]\nquery = \"read one chunk of the record\"\nlimit = 1\n[expected]\nanswer = 1",
        text("task.txt")
    );
    fs::write(scenario.join("scenario.toml"), &toml).expect("a file");
    fs::write(scenario.join("program.ts"), text("program.ts")).expect("a file");
    // What is right, the wrong answer says.
    codefirst(folder.path(), &["eval", "--quiet", "--seeds", "1", "--arm", "code"]);
    let trial = json(&folder.path().join("reports/trials/sweep.code.1.json"));
    let sum = trial["outcome"]["failure"]["actual"].as_u64().expect("a sum");
    fs::write(scenario.join("scenario.toml"), toml.replace("answer = 1", &format!("answer = {sum}"))).expect("a file");
    done(folder.path(), &["eval", "--quiet", "--seeds", "1"]);

    let summary = json(&folder.path().join("reports/summary.json"));
    for arm in ["direct", "search", "code"] {
        let is_it = |point: &&Value| {
            point["tools"] == 30 && point["result_tokens"] == 2_000 && point["steps"] == 4 && point["arm"] == arm
        };
        let point = answer["points"].as_array().expect("points").iter().find(is_it).expect("the point");
        let trials = summary["scenarios"][0]["trials"].as_array().expect("trials");
        let trial = trials.iter().find(|trial| trial["arm"] == arm).expect("the trial");
        for total in ["context_tokens", "cumulative_input_tokens", "output_tokens"] {
            assert_eq!(point[total], trial[total]["total"], "{arm}: {total}");
        }
        assert_eq!(point["model_seconds"], trial["model_seconds"], "{arm}");
        assert_eq!(point["cost"], trial["costs"][0]["cached"], "{arm}");
    }
}

#[test]
fn every_criterion_holds_and_says_what_was_found() {
    let findings: Value = serde_json::from_str(&done(Path::new(PROJECT), &["verify", "--json"])).expect("JSON");
    let findings = findings.as_array().expect("findings");
    assert_eq!(findings.len(), 9);
    for finding in findings {
        let found = finding["found"].as_str().expect("a value");
        assert!(found.contains(|c: char| c.is_ascii_digit()), "no value: {finding}");
    }
}

#[test]
fn a_criterion_that_does_not_hold_or_cannot_be_tried_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("tools")).expect("a folder");
    let output = codefirst(folder.path(), &["verify"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stdout).expect("text");
    let line = |criterion: &str| text.lines().find(|line| line.contains(criterion)).expect("a line").to_owned();
    assert!(line("wrappers").starts_with("FAILED") && line("wrappers").contains("codefirst generate"), "{text}");
    assert!(line("fallback").starts_with("FAILED") && line("fallback").contains("scenarios"), "{text}");
    assert!(line("limits").starts_with("held"), "{text}");
}
