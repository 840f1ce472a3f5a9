//! `codefirst eval` on scenarios of the tests' own.

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A folder with scenarios, each given as its name, its `scenario.toml` after the name, and its program.
fn scenarios(given: &[(&str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, toml, program) in given {
        let path = folder.path().join("scenarios").join(name);
        fs::create_dir_all(&path).expect("a folder");
        fs::write(path.join("scenario.toml"), format!("name = \"{name}\"\n{toml}")).expect("a file");
        fs::write(path.join("program.ts"), program).expect("a file");
    }
    folder
}

fn scenario(server: &str, expected: &str) -> String {
    format!(
        "class = \"losing\"\ndescription = \"d\"\ntask = \"t\"\nreasoning_tokens_per_turn = 10\n{server}\n\
         [discovery]\nquery = \"list the known currencies\"\nlimit = 1\n[expected]\n{expected}"
    )
}

const RATES: &str = "[[servers]]\nname = \"rates\"\nbuiltin = \"rates\"";
const PROGRAM: &str = "return Object.keys(await rates.list_currencies({})).length > 5;";

fn eval(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("codefirst").expect("the binary");
    command.current_dir(folder).arg("eval").args(arguments).output().expect("the binary runs")
}

fn summary(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("reports/summary.json")).expect("a summary");
    serde_json::from_str(&text).expect("JSON")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_run_writes_its_reports_the_same_each_time() {
    let folder = scenarios(&[("one", &scenario(RATES, "answer = true"), PROGRAM)]);
    let output = eval(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for file in [
        "index.html",
        "results.csv",
        "trials.csv",
        "comparisons.csv",
        "dictionary.csv",
        "summary.json",
        "timings.json",
        "trials/one.code.1.json",
        "trials/one.search.5.json",
    ] {
        assert!(folder.path().join("reports").join(file).is_file(), "{file}");
    }
    let first = fs::read(folder.path().join("reports/summary.json")).expect("a summary");
    eval(folder.path(), &["--quiet"]);
    assert_eq!(fs::read(folder.path().join("reports/summary.json")).expect("a summary"), first);

    let summary = summary(folder.path());
    for arm in ["direct", "search", "code", "code+cache"] {
        for seed in 1..=5 {
            let trial = trial(&summary, "one", arm, seed);
            for total in ["context_tokens", "cumulative_input_tokens", "output_tokens"] {
                let split = trial[total].as_object().expect("a split");
                let parts: u64 =
                    split.iter().filter(|(part, _)| *part != "total").filter_map(|(_, n)| n.as_u64()).sum();
                assert_eq!(Some(parts), split["total"].as_u64(), "{arm} {total}");
            }
            assert_eq!(trial["correct"], true);
        }
    }
}

/// One trial of a summary.
fn trial<'a>(summary: &'a Value, scenario: &str, arm: &str, seed: u64) -> &'a Value {
    let of = |list: &'a Value, is_it: &dyn Fn(&Value) -> bool| {
        list.as_array().into_iter().flatten().find(|value| is_it(value))
    };
    let scenario = of(&summary["scenarios"], &|found| found["name"] == scenario).expect("the scenario");
    of(&scenario["trials"], &|found| found["arm"] == arm && found["seed"] == seed).expect("the trial")
}

/// The committed scenarios, whose answers and writes the run verifies; here what is to be seen of the cache, of a fallback, of an
/// attempt that fails and of a text that tries to instruct the model.
#[test]
fn the_arms_do_what_they_are_there_to_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("a path");
    let names = ["repeat-run", "flaky-upstream", "fallback", "stale", "type-error-repair", "injected-result"];
    let mut arguments = vec!["--seeds", "2", "--out", out];
    names.iter().for_each(|name| arguments.extend(["--scenario", name]));
    let output = eval(Path::new(env!("CARGO_MANIFEST_DIR")), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = fs::read_to_string(folder.path().join("summary.json")).expect("a summary");
    let summary: Value = serde_json::from_str(&text).expect("JSON");
    // Calls that reached servers and calls that the cache answered, for each arm.
    for (scenario, direct, code, cached, fallback) in [
        ("fallback", 3, (3, None), (3, None), Some("runtime")),
        ("flaky-upstream", 9, (9, None), (9, None), None),
        ("stale", 5, (5, None), (4, Some(1)), None),
    ] {
        for seed in [1, 2] {
            let arm = |arm| trial(&summary, scenario, arm, seed);
            let calls = |name| (arm(name)["tool_calls"].as_u64(), arm(name)["cache_hits"].as_u64());
            assert_eq!(calls("direct"), (Some(direct), None), "{scenario}");
            assert_eq!(calls("search"), (Some(direct), None), "{scenario}");
            assert_eq!(calls("code"), (Some(code.0), code.1), "{scenario}");
            assert_eq!(calls("code+cache"), (Some(cached.0), cached.1), "{scenario}");
            assert_eq!(arm("code")["fallback"].as_str(), fallback, "{scenario}");
            assert_eq!(arm("code")["context_tokens"], arm("code+cache")["context_tokens"], "{scenario}");
        }
    }
    let (code, cached) = (trial(&summary, "repeat-run", "code", 1), trial(&summary, "repeat-run", "code+cache", 1));
    assert_eq!(cached["tool_calls"], cached["cache_hits"], "the second run calls what the first has called");
    assert_eq!(code["tool_calls"].as_u64(), cached["tool_calls"].as_u64().map(|calls| 2 * calls));

    let record = fs::read_to_string(folder.path().join("trials/fallback.code.1.json")).expect("a trial");
    assert!(record.contains("[fallback: runtime error at 4:"), "{record}");

    // The direct arm has no program that could fail: a turn for each call, and the answer.
    let turns = |arm| trial(&summary, "type-error-repair", arm, 1)["turns"].as_u64().expect("turns");
    assert_eq!(turns("code"), 4, "search, attempt, repair, answer");
    let record = fs::read_to_string(folder.path().join("trials/type-error-repair.code.1.json")).expect("a trial");
    let record: Value = serde_json::from_str(&record).expect("JSON");
    assert_eq!(record["programs"].as_array().map(Vec::len), Some(2));

    for (arm, exposed) in [("direct", true), ("search", true), ("code", false), ("code+cache", false)] {
        assert_eq!(trial(&summary, "injected-result", arm, 1)["exposed"], exposed, "{arm}");
    }
}

/// A scenario of a seed is another with the next one, and its task is not.
#[test]
fn the_data_follow_from_the_seed() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("a path");
    let arguments = ["--scenario", "repeat-run", "--seeds", "3", "--arm", "code", "--out", out];
    assert_eq!(eval(Path::new(env!("CARGO_MANIFEST_DIR")), &arguments).status.code(), Some(0));
    let mut prompts = Vec::new();
    let mut answers = Vec::new();
    for seed in 1..=3 {
        let record =
            fs::read_to_string(folder.path().join(format!("trials/repeat-run.code.{seed}.json"))).expect("a trial");
        let record: Value = serde_json::from_str(&record).expect("JSON");
        prompts.push(record["turns"][0]["input"][1].clone());
        let last = record["turns"].as_array().and_then(|turns| turns.last()).expect("a turn").clone();
        answers.push(last["output"][1]["text"].clone());
    }
    assert_eq!(prompts[0]["part"], "prompt");
    assert!(prompts.iter().all(|prompt| *prompt == prompts[0]));
    assert!(answers.iter().enumerate().all(|(index, answer)| !answers[..index].contains(answer)), "{answers:?}");
}

#[test]
fn a_wrong_answer_has_no_numbers() {
    let folder = scenarios(&[("one", &scenario(RATES, "answer = \"something else\""), PROGRAM)]);
    let output = eval(folder.path(), &["--seeds", "1"]);
    assert_eq!(output.status.code(), Some(2));
    let summary = summary(folder.path());
    let code = trial(&summary, "one", "code", 1);
    assert_eq!(code["correct"], false);
    assert_eq!(code["failure"]["expected"], "something else");
    assert_eq!(code["failure"]["actual"], true);
    assert!(code.get("context_tokens").is_none());
}

#[test]
fn a_loss_that_turns_into_a_win_fails_the_gate() {
    let banded = |band: &str| scenario(RATES, &format!("answer = true\n[gate]\ncontext = {{ {band} }}"));
    for (band, code) in [("at_most = 0.0", 0), ("at_most = -0.9", 2), ("at_least = 0.0", 2)] {
        let folder = scenarios(&[("one", &banded(band), PROGRAM)]);
        let output = eval(folder.path(), &["--seeds", "1"]);
        assert_eq!(output.status.code(), Some(code), "{band}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn a_program_that_calls_what_its_search_does_not_find_has_failed() {
    let program = "await rates.get_rate({ base: 'EUR', quote: 'CHF' }); return true;";
    let folder = scenarios(&[("one", &scenario(RATES, "answer = true"), program)]);
    assert_eq!(eval(folder.path(), &["--seeds", "1"]).status.code(), Some(2));
    let summary = summary(folder.path());
    let message = trial(&summary, "one", "code", 1)["failure"]["message"].as_str().expect("a message");
    assert!(message.contains("rates/get_rate") && message.contains("[discovery]"), "{message}");
}

#[test]
fn a_missing_write_is_a_wrong_answer() {
    let write =
        "answer = true\n[[expected.writes]]\nserver = \"crm\"\ntool = \"update_account\"\ninput = { risk = \"high\" }";
    let servers = format!("{RATES}\n[[servers]]\nname = \"crm\"\nbuiltin = \"crm\"");
    let folder = scenarios(&[("one", &scenario(&servers, write), PROGRAM)]);
    assert_eq!(eval(folder.path(), &[]).status.code(), Some(2));
    let summary = summary(folder.path());
    let failure = &trial(&summary, "one", "code", 1)["failure"];
    assert_eq!(failure["expected"][0]["tool"], "update_account");
    assert_eq!(failure["actual"], serde_json::json!([]));
}

#[test]
fn a_server_that_fails_leaves_the_other_scenarios_alone() {
    let child = |script: &str| format!("[[servers]]\nname = \"real\"\ncommand = \"sh\"\nargs = [\"-c\", \"{script}\"]");
    let folder = scenarios(&[
        ("dies", &scenario(&child("exit 7"), "answer = 1"), "return 1;"),
        ("garbage", &scenario(&child("echo garbage; echo more"), "answer = 1"), "return 1;"),
        ("works", &scenario(RATES, "answer = true"), PROGRAM),
    ]);
    let output = eval(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let summary = summary(folder.path());
    for (name, correct) in [("dies", false), ("garbage", false), ("works", true)] {
        assert_eq!(trial(&summary, name, "code", 1)["correct"], correct, "{summary}");
    }
    let message = trial(&summary, "dies", "code", 1)["failure"]["message"].as_str().expect("a message");
    assert!(message.contains("real"), "{message}");
}

#[test]
fn a_malformed_scenario_is_told_with_its_place_and_leaves_no_report() {
    for (toml, program, expected) in [
        ("class = \"losing\"\ntask = 1", PROGRAM, "line 3, column 8"),
        (&*scenario(RATES, "answer = true\nansver = 1"), PROGRAM, "ansver"),
        (&scenario("[[servers]]\nname = \"x\"\nbuiltin = \"nope\"", "answer = 1"), PROGRAM, "nope"),
        (
            &scenario("[[servers]]\nname = \"github\"\nbuiltin = \"github\"\noptions = { isues = 3 }", "answer = 1"),
            PROGRAM,
            "isues",
        ),
        (&scenario(RATES, "answer = true"), "return (1;", "program.ts: 1:10"),
        (&scenario(RATES, "").replace("[expected]", ""), PROGRAM, "no [expected] answer"),
    ] {
        let folder = scenarios(&[("one", toml, program)]);
        let output = eval(folder.path(), &[]);
        assert_eq!(output.status.code(), Some(1), "{expected}");
        assert!(stderr(&output).contains(expected), "{expected:?} is not in {}", stderr(&output));
        assert!(stderr(&output).contains("one"), "{}", stderr(&output));
        assert!(!folder.path().join("reports/summary.json").exists());
    }
}

#[test]
fn a_second_run_into_the_same_folder_says_so() {
    let folder = scenarios(&[("one", &scenario(RATES, "answer = true"), PROGRAM)]);
    fs::create_dir_all(folder.path().join("reports")).expect("a folder");
    let lock = fs::File::create(folder.path().join("reports/.lock")).expect("a lock file");
    lock.lock().expect("the lock");
    let output = eval(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("another run"), "{}", stderr(&output));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_has_kept_its_finished_trials() {
    let slow = scenario("[[servers]]\nname = \"real\"\ncommand = \"sleep\"\nargs = [\"60\"]", "answer = 1");
    let folder = scenarios(&[("a-quick", &scenario(RATES, "answer = true"), PROGRAM), ("b-slow", &slow, "return 1;")]);
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("codefirst"))
        .current_dir(folder.path())
        .args(["eval", "--quiet"])
        .spawn()
        .expect("the binary runs");
    let trial = folder.path().join("reports/trials/a-quick.direct.5.json");
    let start = std::time::Instant::now();
    while !trial.exists() {
        assert!(start.elapsed().as_secs() < 25, "the first scenario never finished");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let interrupted = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.expect("kill").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(trial.exists());
    assert!(!folder.path().join("reports/summary.json").exists());
}
