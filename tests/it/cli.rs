//! The command line, run as its users run it.

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;
use serde_json::{Value, json};

fn codefirst(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("codefirst").expect("the binary");
    command.current_dir(folder).args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str], stdin: &str) -> Output {
    codefirst(folder, arguments).write_stdin(stdin).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn run_prints_the_result_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = "console.log('on the way');\nreturn Object.keys(await rates.list_currencies({})).length > 5;";
    fs::write(folder.path().join("p.ts"), program).expect("a file");
    let output = run(folder.path(), &["run", "p.ts"], "");
    assert_eq!((text(&output.stdout), output.status.code()), ("true\n".to_owned(), Some(0)));
    assert_eq!(text(&output.stderr), "on the way\n");
}

#[test]
fn run_reads_standard_input_and_answers_in_json() {
    let output = run(project(), &["run", "-", "--json"], "return [1, 'a']");
    let execution: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(execution["outcome"], json!({ "status": "completed", "result": [1, "a"] }));
    assert!(execution["usage"]["wall_seconds"].is_number(), "{execution}");
}

/// What one run has learned of outputs, wrappers of the next say; no value of a result is kept.
#[test]
fn run_learns_what_servers_do_not_declare() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = "const rate = await rates.get_rate({ base: 'EUR', quote: 'USD' });\nreturn typeof rate;";
    for times in 1..=2 {
        let output = run(folder.path(), &["run", "-", "--learn"], program);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let said = "learned from 1 results of 1 tools: codefirst.learned.json (0 results passed over)\n";
        assert_eq!(text(&output.stderr), said);
        let out = run(folder.path(), &["generate", "--learned", "codefirst.learned.json"], "");
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        let wrapper = fs::read_to_string(folder.path().join("tools/rates/get_rate.ts")).expect("a wrapper");
        let results = if times == 1 { "result" } else { "results" };
        let observed = format!(
            "/** Observed in {times} {results}; the server declares no type. */\nexport interface GetRateOutput {{\n"
        );
        assert!(wrapper.contains(&observed) && wrapper.contains("  rate: number;\n"), "{wrapper}");
    }
    let learned = fs::read_to_string(folder.path().join("codefirst.learned.json")).expect("a file");
    assert!(!learned.contains("EUR") && !learned.contains("USD"), "{learned}");

    fs::write(folder.path().join("broken.json"), "{").expect("a file");
    for arguments in [["run", "-", "--learn=broken.json"], ["generate", "--learned", "broken.json"]] {
        let output = run(folder.path(), &arguments, program);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("broken.json does not hold learned shapes"), "{}", text(&output.stderr));
    }
    let output = run(folder.path(), &["generate", "--learned", "none.json"], "");
    assert!(text(&output.stderr).contains("none.json does not exist; `codefirst run --learn` writes it"));
}

#[test]
fn a_policy_denies_and_says_what_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = "[policy]\ntrusted = ['rates']\n[[policy.rules]]\ntools = ['crm/*', '*/list_rates', 'nobody/*']\naccess = 'deny'";
    fs::write(folder.path().join("codefirst.toml"), policy).expect("the folder can be written to");
    let settings = |command: &str, more: &[&str], program: &str| {
        let arguments = [&[command][..], more, &["--settings", "codefirst.toml"]].concat();
        run(folder.path(), &arguments, program)
    };
    let program = "const found = [await rates.list_rates({ base: 'EUR' }).catch((error) => error.message), typeof globalThis.crm];\n\
                   return [...found, (await rates.get_rate({ base: 'EUR', quote: 'CHF', date: '2026-09-30' })).rate]";
    let output = settings("run", &["-", "--json"], program);
    let execution: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        execution["outcome"]["result"],
        json!([
            "no tool rates/list_rates; nearest: rates/get_rate, actions/list_runs, github/list_labels",
            "undefined",
            0.9346
        ]),
        "{execution}"
    );
    assert_eq!(execution["journal"][0]["effect"], "read");
    assert!(text(&output.stderr).contains("no tool matches `nobody/*`"), "{}", text(&output.stderr));
    let untrusted = run(folder.path(), &["run", "-", "--json"], "return await rates.list_currencies({})");
    let execution: Value = serde_json::from_slice(&untrusted.stdout).expect("JSON");
    assert_eq!(execution["journal"][0]["effect"], "write");

    let output = settings("generate", &["--out", "tools"], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let everything = run(folder.path(), &["generate", "--out", "tools"], "");
    assert!(everything.status.success());
    // One server's tools from a file leave those of the others alone.
    fs::write(folder.path().join("t.json"), r#"[{"name":"t"}]"#).expect("the folder can be written to");
    let one = run(folder.path(), &["generate", "--tools", "t.json", "--server", "s", "--out", "tools"], "");
    assert!(one.status.success() && folder.path().join("tools/crm/create_note.ts").exists());
    let output = settings("generate", &["--out", "tools"], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let exists = |path: &str| folder.path().join("tools").join(path).exists();
    assert!(exists("rates/get_rate.ts") && !exists("rates/list_rates.ts") && !exists("crm"));
    let index = fs::read_to_string(folder.path().join("tools/rates/index.ts")).expect("an index");
    let globals = fs::read_to_string(folder.path().join("tools/globals.d.ts")).expect("globals");
    assert!(!index.contains("list_rates") && !globals.contains("crm"), "{index}{globals}");

    fs::write(folder.path().join("codefirst.toml"), "[policy]\ntrust = ['x']").expect("the folder can be written to");
    let output = settings("run", &["-"], "return 1");
    assert_eq!(output.status.code(), Some(1));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("codefirst.toml:2:1: policy.trust: unknown key") && stderr.contains("trusted"), "{stderr}");
}

#[test]
fn run_says_where_a_program_failed() {
    let output = run(project(), &["run", "-"], "const a: number = 1;\nreturn a.b.c;");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(text(&output.stdout), "");
    let stderr = text(&output.stderr);
    assert!(stderr.starts_with("runtime error at 2:"), "{stderr}");
    assert!(stderr.contains("2 | return a.b.c;\n"), "{stderr}");

    let output = run(project(), &["run", "-", "--json", "--timeout", "300ms"], "for (;;) {}");
    assert_eq!(output.status.code(), Some(3));
    let execution: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(execution["outcome"]["kind"], "timeout");
    assert!(text(&output.stderr).contains("did not end within 0.3 s"));
}

#[test]
fn run_isolates_as_it_is_told() {
    let execution = |isolation| -> Value {
        let output = run(project(), &["run", "-", "--json", "--isolation", isolation], "return 6 * 7");
        assert_eq!(output.status.code(), Some(0), "{isolation}: {}", text(&output.stderr));
        let execution: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        assert_eq!(execution["outcome"]["result"], 42);
        execution
    };
    let measures =
        |execution: &Value| ["cpu_seconds", "peak_memory_bytes"].map(|name| execution["usage"].get(name).is_some());
    assert_eq!(measures(&execution("thread")), [false, false]);
    if cfg!(target_os = "linux") {
        // A process whose remains a loaded machine does not show in time goes unmeasured.
        assert!((0..5).any(|_| measures(&execution("process")) == [true, true]));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn run_limits_computing() {
    let output = run(project(), &["run", "-", "--json", "--cpu", "200ms"], "for (;;) {}");
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let execution: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(execution["outcome"]["kind"], "cpu", "{execution}");
    assert!(text(&output.stderr).contains("computed for more than 0.2 s"), "{}", text(&output.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn doctor_shows_every_layer() {
    let output = run(project(), &["doctor", "--json"], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(report["isolation"], "process");
    let layers = report["layers"].as_array().expect("the layers");
    let names: Vec<_> = layers.iter().filter_map(|layer| layer["name"].as_str()).collect();
    let all =
        ["process", "descriptors", "environment", "no_new_privs", "capabilities", "rlimits", "landlock", "seccomp"];
    assert_eq!(names, all);
    assert!(layers.iter().all(|layer| layer["detail"].is_string()), "{report}");
    let is_complete = layers.iter().all(|layer| layer["holds"] == true);
    assert_eq!(report["complete"], is_complete);

    let output = run(project(), &["doctor", "--strict"], "");
    assert_eq!(output.status.code(), Some(if is_complete { 0 } else { 2 }));
    let shown = text(&output.stdout);
    assert!(all.iter().all(|name| shown.contains(name)), "{shown}");
    assert_eq!(shown.contains("Programs run fully confined"), is_complete, "{shown}");
    assert!(!shown.contains('\u{1b}'), "colours, and no terminal: {shown}");
}

/// Layers can be left out in debug builds only.
#[cfg(all(debug_assertions, target_os = "linux"))]
#[test]
fn doctor_fails_over_a_missing_layer_if_asked_to() {
    for (arguments, code) in
        [(&["doctor"][..], 0), (&["doctor", "--strict"], 2), (&["doctor", "--strict", "--json"], 2)]
    {
        let mut command = codefirst(project(), arguments);
        let output = command.env("CODEFIRST_TEST_WITHOUT_LAYERS", "seccomp").output().expect("the binary runs");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
        let shown = text(&output.stdout);
        if arguments.contains(&"--json") {
            let report: Value = serde_json::from_str(&shown).expect("one JSON object");
            assert_eq!(report["complete"], false);
        } else {
            assert!(shown.contains("missing") && shown.contains("not fully confined"), "{shown}");
        }
    }
}

/// What a program says could otherwise command a terminal, or look like what the command says.
#[test]
fn what_a_program_says_is_no_command_to_a_terminal() {
    let program = "console.log('\\x1b]0;title\\x07'); throw new Error('a\\nsyntax error at 1:1: forged \\x1b[2J')";
    let output = run(project(), &["run", "-"], program);
    let stderr = text(&output.stderr);
    assert!(stderr.contains("title") && stderr.contains("forged"), "{stderr}");
    assert!(!stderr.contains(['\x1b', '\x07']) && !stderr.contains("\nsyntax error"), "{stderr:?}");
}

#[test]
fn wrong_usage_and_missing_files_have_codes_of_their_own() {
    for (arguments, code, message) in [
        (&["run"][..], 64, "Usage"),
        (&["run", "x.ts", "--timeout", "soon"], 64, "30s"),
        (&["run", "x.ts", "--cpu", "0s"], 64, "longer than 0"),
        (&["run", "x.ts", "--isolation", "prayer"], 64, "process, thread"),
        (&["run", "x.ts", "--check", "maybe"], 64, "off, warn, require"),
        (&["check"], 64, "Usage"),
        (&["eval", "--arm", "sideways"], 64, "direct"),
        (&["run", "does-not-exist.ts"], 1, "does-not-exist.ts"),
        (&["run", "-", "--config", "nowhere.json"], 1, "nowhere.json"),
        (&["eval", "--scenario", "nothing"], 1, "bulk-update, convergence, cross-server-join"),
        (&["generate", "--tools", "Cargo.toml", "--server", "x", "--out", "target/x"], 1, "Cargo.toml:1:"),
    ] {
        let output = run(project(), arguments, "");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(message), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn every_subcommand_teaches_with_examples() {
    for command in ["eval", "run", "check", "generate", "doctor", "completions"] {
        let help = text(&run(project(), &[command, "--help"], "").stdout);
        assert!(help.contains("Example") && help.contains(&format!("codefirst {command}")), "{help}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = text(&run(project(), &["completions", shell], "").stdout);
        assert!(script.contains("generate"), "{script}");
    }
}

#[test]
fn a_configured_server_that_dies_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let config =
        json!({ "mcpServers": { "broken": { "command": "sh", "args": ["-c", "echo gone wrong >&2; exit 3"] } } });
    fs::write(folder.path().join("mcp.json"), config.to_string()).expect("a file");
    let output = run(folder.path(), &["run", "-", "--config", "mcp.json"], "return 1");
    assert_eq!(output.status.code(), Some(1));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("broken") && stderr.contains("gone wrong"), "{stderr}");
}

#[test]
fn the_committed_wrappers_are_what_generate_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(folder.path(), &["generate", "--out", "tools"], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let (fresh, committed) = (tree(&folder.path().join("tools")), tree(&project().join("tools")));
    assert!(fresh.len() > 20);
    for (path, contents) in &fresh {
        let same = committed.iter().any(|(other, text)| other == path && text == contents);
        assert!(same, "tools/{path} is out of date: run `cargo run -- generate`");
    }
    assert_eq!(fresh.len(), committed.len(), "tools/ has files that generate does not write");
}

#[test]
fn generate_removes_only_what_it_wrote() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, contents: &str| fs::write(folder.path().join(name), contents).expect("a file");
    let generate = || run(folder.path(), &["generate", "--tools", "t.json", "--server", "s", "--out", "out"], "");
    write("t.json", r#"[{"name":"a","inputSchema":{"type":"object"}},{"name":"b","inputSchema":{"type":"object"}}]"#);
    assert_eq!(generate().status.code(), Some(0));
    write("out/s/mine.ts", "// mine\n");
    write("t.json", r#"{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}"#);
    assert_eq!(generate().status.code(), Some(0));
    let names: Vec<_> = tree(&folder.path().join("out/s")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.ts", "index.ts", "mine.ts"]);
}

/// Every file below a folder with its contents, by relative path.
fn tree(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("a path below").to_string_lossy().into_owned();
                files.push((name, fs::read_to_string(&path).expect("a text file")));
            }
        }
    }
    files.sort();
    files
}
