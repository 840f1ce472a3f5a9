//! Type checks with the real compiler, where there is one: the one that `CODEFIRST_TSC` names, or that is installed.
//! Without one these tests say so and pass. What a broken compiler does is in `check_failures.rs`.

use std::{path::Path, sync::Arc, time::Duration};

use codefirst::{
    catalog::Catalog,
    executor::{Executor, Outcome, TypeCheck},
    harness::{Fleet, scenario::Scenario},
    program::{
        Program,
        check::{CheckError, CheckMode, CheckOptions, Checker, Compiler, TypeReport},
    },
    sandbox::FailureKind,
    tool::ToolDef,
};
use serde_json::{Value, json};

use crate::test_host::{TestHost, process};

/// The compiler to test with.
#[allow(clippy::print_stdout)]
pub fn compiler() -> Option<Compiler> {
    let named = std::env::var_os("CODEFIRST_TSC");
    match Compiler::find(named.as_deref().map(Path::new)) {
        Ok(compiler) => Some(compiler),
        Err(error) if named.is_some() => panic!("{error}"),
        Err(error) => {
            println!("skipped: {error}");
            None
        }
    }
}

fn tool(name: &str, input: Value, output: Option<Value>) -> ToolDef {
    serde_json::from_value(match output {
        Some(output) => json!({ "name": name, "inputSchema": input, "outputSchema": output }),
        None => json!({ "name": name, "inputSchema": input }),
    })
    .expect("a definition")
}

/// A server with all that matters to types: required and optional inputs, a promised output, a name that is a reserved
/// word.
fn catalog() -> Catalog {
    let issues = json!({ "type": "object", "required": ["owner"], "additionalProperties": false, "properties": {
        "owner": { "type": "string" }, "state": { "enum": ["open", "closed"] }, "perPage": { "type": "integer" },
    } });
    let page = json!({ "type": "object", "required": ["issues"], "additionalProperties": false, "properties": {
        "issues": { "type": "array", "items": { "type": "object", "required": ["title"], "properties": {
            "title": { "type": "string" }, "comments": { "type": "integer" },
        }, "additionalProperties": false } },
    } });
    let empty = json!({ "type": "object" });
    let github = vec![
        tool("list_issues", issues.clone(), Some(page)),
        tool("search", issues, None),
        tool("delete", empty.clone(), None),
    ];
    Catalog::new(vec![("github".into(), github), ("chat".into(), vec![tool("post_message", empty, None)])])
}

fn checker_of(catalog: &Catalog, options: CheckOptions) -> Option<Checker> {
    Some(Checker::new(compiler()?, catalog.files(), options))
}

fn checker() -> Option<Checker> {
    checker_of(&catalog(), CheckOptions::default())
}

async fn report(checker: &Checker, source: &str) -> TypeReport {
    checker.check(&Program::new(source)).await.unwrap_or_else(|error| panic!("{source}: {error}"))
}

/// What one tool's schema calls `Item` is nothing to another's, and a tool is found in its own module only.
#[tokio::test]
async fn wrappers_keep_their_own_names() {
    let item = |ty: &str| {
        json!({ "type": "object", "required": ["value"], "properties": {
        "value": { "type": ty }, "next": { "$ref": "#/$defs/Item" }, "a": {}, "b": {}, "c": {},
    } })
    };
    let input = |ty: &str| {
        json!({ "type": "object", "required": ["item"], "properties": { "item": { "$ref": "#/$defs/Item" } },
        "$defs": { "Item": item(ty) } })
    };
    let tools = vec![tool("put_text", input("string"), None), tool("put_number", input("number"), None)];
    let Some(checker) = checker_of(&Catalog::new(vec![("s".into(), tools)]), CheckOptions::default()) else { return };
    for (source, is_clean) in [
        (
            "await s.put_text({ item: { value: 'a', next: { value: 'b' } } }); await s.put_number({ item: { value: 1 } })",
            true,
        ),
        ("await s.put_text({ item: { value: 'a', next: { value: 2 } } })", false),
        ("await s.put_number({ item: { value: 'a' } })", false),
        ("import { put_text } from './tools/s/put_text.ts'; await put_text({ item: { value: 'a' } })", true),
        ("import { put_number } from './tools/s/put_text.ts'; await put_number({ item: { value: 1 } })", false),
    ] {
        let report = report(&checker, source).await;
        assert_eq!(report.is_clean(), is_clean, "{source}: {report}");
    }
}

#[tokio::test]
async fn programs_that_run_pass() {
    let Some(checker) = checker() else { return };
    for source in [
        "",
        "const name = 'a'; const status = name; return status",
        "const { issues } = await github.list_issues({ owner: 'a' });\nreturn issues.map((issue) => issue.title.length)",
        // What a server does not promise may be used as it is.
        "const found = await github.search({ owner: 'a' }); return found.items[0].title.length + 1",
        "const { a: [{ b }] } = await callMCPTool('github', 'search', {}); return b",
        "return await github.delete({})",
        "export const a = 1; if (a > 1) return 2; export default async function f() { return 3 }",
        "const found = [1].find((n) => n > 0); if (found === undefined) return 'none'; return found.toFixed()",
        "return 1;\nconst later = 2; console.log(later)",
        "for (const n of [1, 2]) { if (n > 1) return\n; }\n\
         try { return{ a: 1 } } catch { return } finally { f() } function f() {}",
        "const list = []; for (const n of [1, 2]) list.push(n); const map = {}; map['a'] = 1; return [list, map['b']]",
        "function double(n) { return n * 2 } const f = (a, { b }) => a + b; return double(f(1, { b: 2 }))",
        "try { await github.search({ owner: 'a' }) } catch (error) { return error.message }",
        "try { f() } catch (error: Error) { return error.message } function f() { throw new ToolError('x') }",
        "const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)); await wait(1)",
        "const url = new URL('http://a/'); url.searchParams.set('n', 1); for (const [k, v] of url.searchParams) k + v",
        "let timer = setTimeout(() => {}, 1); clearTimeout(timer); const id: number = setInterval(console.log, 9)",
        "class A { n: number; constructor() { this.set() } set() { this.n = 1 } }\n\
         enum B { C = 1 } return new A().n + B.C",
        "const all = await Promise.all(['a', 'b'].map((owner) => github.list_issues({ owner, state: 'open' })));\n\
         return Object.groupBy(all.flatMap((page) => page.issues), (issue) => issue.title)",
        "const bytes = new TextEncoder().encode('é');\n\
         return new TextDecoder().decode(bytes) + btoa('a') + crypto.randomUUID()",
        "const signal = AbortSignal.timeout(5);\n\
         signal.addEventListener('abort', () => {}); new AbortController().abort()",
        "return Temporal.Now.instant().toString() + new Intl.NumberFormat('en-US').format(structuredClone({ n: 1 }).n)",
        "// @ts-expect-error\nreturn 1",
        "declare module 'nothing' { export const a: number }",
    ] {
        let report = report(&checker, source).await;
        assert!(report.is_clean(), "{source}\n{report}");
    }
    for form in ["./tools/S/F", "tools/S/F", "/tools/S/F", "./tools/S", "tools/S", "/tools/S"] {
        for end in [".ts", ".js", "", "/"] {
            if end == "/" && form.ends_with('F') {
                continue;
            }
            let specifier = form.replace('S', "github").replace('F', "list_issues") + end;
            let used = format!(
                "import {{ list_issues }} from '{specifier}';\n\
                 const {{ list_issues: again }} = await import('{specifier}');\n\
                 const wrong: string = [list_issues, again];"
            );
            let report = report(&checker, &used).await;
            let said =
                "Type '((input: ListIssuesInput) => Promise<ListIssuesOutput>)[]' is not assignable to type 'string'.";
            assert_eq!((report.errors.len(), &*report.errors[0].message), (1, said), "{specifier}");
        }
    }
}

/// The scenarios' programs are what models write.
#[tokio::test]
async fn the_scenarios_pass() {
    let fleet = Fleet::start_built_in().await.expect("the servers start");
    let Some(checker) = checker_of(&fleet.catalog, CheckOptions::default()) else { return };
    for scenario in ["convergence", "issue-triage", "single-lookup"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(scenario).join("program.ts");
        let report = report(&checker, &std::fs::read_to_string(path).expect("a program")).await;
        assert!(report.is_clean(), "{scenario}\n{report}");
    }
}

#[tokio::test]
async fn wrong_programs_are_told_where_and_what_was_meant() {
    let Some(checker) = checker() else { return };
    for (source, place, said, nearest) in [
        ("return 1;\nconst late: number = 'a'", "2:7", "Type 'string' is not assignable", &[][..]),
        ("/* 😀 */ const a: number = 'a'", "1:16", "Type 'string'", &[]),
        ("const s = '😀'; const a: number = 'a'", "1:23", "Type 'string'", &[]),
        ("const a = `\u{2028}\r\n`; const b: number = 'a'", "2:10", "Type 'string'", &[]),
        ("await github.list_issues({ owner: 1 })", "1:28", "'number' is not assignable to type 'string'", &[]),
        ("await github.list_issues({})", "1:26", "'owner' is missing", &[]),
        ("await github.list_issues({ owner: 'a', state: 'opne' })", "1:40", "Type '\"opne\"' is not assignable", &[]),
        ("await github.list_issues({ owner: 'a', page: 3 })", "1:40", "'page' does not exist", &["perPage"]),
        ("await github.list_issues({ owner: 'a', stat: 3 })", "1:40", "Did you mean to write 'state'?", &[]),
        ("(await github.list_issues({ owner: 'a' })).isues", "1:44", "Did you mean 'issues'?", &[]),
        ("await github.issues({ owner: 'a' })", "1:14", "Property 'issues' does not exist", &["github.list_issues"]),
        ("await github.list_isues({ owner: 'a' })", "1:14", "Did you mean 'list_issues'?", &[]),
        ("await github.postMessage({})", "1:14", "Property 'postMessage' does not exist", &["chat.post_message"]),
        ("await list_issues({ owner: 'a' })", "1:7", "Cannot find name 'list_issues'", &["github.list_issues"]),
        ("await gitlab.list_issues({})", "1:7", "Cannot find name 'gitlab'", &["github"]),
        ("return await gitlab.list_issues({})", "1:14", "Cannot find name 'gitlab'", &["github"]),
        ("if (true) { return[github.nothing] }", "1:27", "Property 'nothing'", &[]),
        ("await fetch('http://a')", "1:7", "Cannot find name 'fetch'", &[]),
        ("console.logg(1)", "1:9", "Did you mean 'log'?", &[]),
        ("process.exit(1)", "1:1", "Cannot find name 'process'", &[]),
        ("import { list_issue } from './tools/github/index.ts'", "1:10", "Did you mean 'list_issues'?", &[]),
        ("import { post } from 'tools/chat'", "1:10", "has no exported member 'post'", &["chat.post_message"]),
        (
            "import { a } from './tools/github/list_issue.ts'",
            "1:19",
            "there is no such tool",
            &["./tools/github/list_issues.ts"],
        ),
        ("await import('node:fs')", "1:14", "a program can import", &[]),
        ("const n = 1;\nn.map((x) => x)", "2:3", "Property 'map' does not exist on type '1'", &[]),
        ("const = 1", "1:7", "Unexpected token", &[]),
    ] {
        let report = report(&checker, source).await;
        let [error] = &report.errors[..] else { panic!("{source}\n{report}") };
        assert_eq!(error.position.map(|position| position.to_string()).as_deref(), Some(place), "{source}\n{report}");
        let shown = report.to_string();
        assert!(shown.contains(said), "{source}\n{shown}");
        let named: Vec<_> = nearest.iter().map(|name| (*name).to_owned()).collect();
        assert!(error.nearest.starts_with(&named), "{source}\n{shown}");
        assert!(!nearest.is_empty() || error.nearest.is_empty(), "{source}\n{shown}");
        assert!(!shown.contains("codefirst-check") && !shown.contains("npm"), "{source}\n{shown}");
    }
}

#[tokio::test]
async fn a_report_is_short() {
    let Some(checker) = checker() else { return };
    let source = "const a: { [n: number]: string } = { a: 1 };\n".to_owned() + &"github.nothing({});\n".repeat(40);
    let report = report(&checker, &source).await;
    assert_eq!((report.errors.len(), report.more), (5, 36));
    let long = format!(
        "const a: {{ {} }} = {{ p1: 'a' }} as {{ {} }};",
        (0..300).map(|n| format!("p{n}: number")).collect::<Vec<_>>().join("; "),
        (0..300).map(|n| format!("p{n}: string")).collect::<Vec<_>>().join("; "),
    );
    let text = self::report(&checker, &long).await.to_string();
    assert!(text.len() < 1_000 && text.contains("not assignable"), "{text}");
}

/// The declarations name what a program finds in a sandbox, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn the_declared_globals_are_the_sandboxes() {
    let Some(checker) = checker_of(&Catalog::new(Vec::new()), CheckOptions::default()) else { return };
    let program = Program::new("return Object.getOwnPropertyNames(globalThis)");
    let executor = Executor::builder().isolation(process()).build();
    let execution = executor.execute(&program).await.expect("a host that works");
    let Outcome::Completed { result } = execution.outcome else { panic!("{:?}", execution.outcome) };
    let names: Vec<String> = serde_json::from_value(result.to_value()).expect("names");
    assert!(names.len() > 80, "{names:?}");
    // Functions that do nothing but say that there is none; and what the engine needs by a global name.
    let absent =
        ["fetch", "require", "XMLHttpRequest", "WebSocket", "EventSource", "Worker", "alert", "confirm", "prompt"];
    let hidden = ["__v8xTemporalTimeZone", "attempt"];
    for name in names.iter().filter(|name| !absent.contains(&name.as_str()) && !hidden.contains(&name.as_str())) {
        let report = report(&checker, &format!("void {name};")).await;
        assert!(report.is_clean(), "{name} is not declared\n{report}");
    }
    let elsewhere = [
        "Deno",
        "process",
        "Buffer",
        "localStorage",
        "window",
        "document",
        "global",
        "WebAssembly",
        "Bun",
        "Blob",
        "Headers",
        "Request",
        "Response",
        "FormData",
        "navigator",
        "module",
        "exports",
        "name",
        "__dirname",
    ];
    for name in absent.iter().chain(&elsewhere) {
        let report = report(&checker, &format!("void {name};")).await;
        assert!(report.to_string().contains(&format!("Cannot find name '{name}'")), "{name} is declared\n{report}");
    }
    let report = report(
        &checker,
        "console.clear(); crypto.subtle; performance.mark('a'); new URL('a').foo; new AbortSignal(); setTimeout('code')",
    )
    .await;
    assert_eq!(report.errors.len() + report.more, 6, "{report}");
}

/// Whatever a program says, the compiler tells it nothing of the host.
#[tokio::test]
async fn programs_reach_no_files_of_the_host() {
    let Some(checker) = checker() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("secret.ts"), "export const SECRET = 'topsecret';").expect("a file");
    std::fs::write(folder.path().join("secret.json"), r#"{"SECRET":"topsecret"}"#).expect("a file");
    let at = folder.path().join("secret");
    let at = at.display();
    let up = "../".repeat(12);
    for source in [
        format!("/// <reference path=\"{at}.ts\"/>\nconst n: number = SECRET;"),
        format!("/// <reference types=\"{at}\"/>\nconst n: number = SECRET;"),
        format!("import * as s from '{at}.ts'; const n: number = s;"),
        format!("import * as s from '{at}'; const n: number = s;"),
        format!("import s from '{at}.json'; const n: number = s;"),
        format!("import s from '{at}.json' with {{ type: 'json' }}; const n: number = s;"),
        format!("const s = await import('{up}{at}.ts'); const n: number = s;"),
        format!("const s = await import(`{at}.ts`); const n: number = s;"),
        format!("let s!: typeof import('{at}.ts'); const n: number = s;"),
        format!("let s!: import('{at}').SECRET; const n: number = s;"),
        format!("export * from '{at}.ts'; const n: number = 'a';"),
        format!("import '{at}.ts'; const n: number = 'a';"),
        "import * as s from '/etc/passwd'; const n: number = s;".to_owned(),
        "import * as s from './program.ts'; const n: number = s;".to_owned(),
        "import * as s from './sandbox.d.ts'; const n: number = s;".to_owned(),
        "import * as s from './tools/the-globals.d.ts'; const n: number = s;".to_owned(),
        "import s from './tsconfig.json'; const n: number = s;".to_owned(),
    ] {
        let report = report(&checker, &source).await;
        // The names that the program wrote itself are repeated to it.
        let said: String = report.errors.iter().map(|error| format!("{}\n", error.message)).collect();
        assert!(!report.is_clean(), "{source}");
        assert!(!said.contains("topsecret") && !said.contains("root:"), "{source}\n{said}");
        assert!(said.contains("cannot import") || said.contains("Cannot find name 'SECRET'"), "{source}\n{said}");
    }
    // Nor do comments command it.
    for source in [
        "// @ts-nocheck\nconst n: number = 'a';",
        "// @ts-ignore\nconst n: number = 'a';",
        "/// <reference lib=\"dom\"/>\nfetch('a');",
    ] {
        assert_eq!(report(&checker, source).await.errors.len(), 1, "{source}");
    }
    // A program's declarations are its own.
    assert!(report(&checker, "declare global { var mine: number } mine + 1").await.is_clean());
    assert_eq!(report(&checker, "mine + 1").await.errors.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_asked_for_at_once_get_their_own_answers() {
    let Some(checker) = checker() else { return };
    let checks: Vec<_> = (0..40)
        .map(|n| {
            let checker = checker.clone();
            tokio::spawn(async move { report(&checker, &format!("const n: {n} = 'a{n}';")).await })
        })
        .collect();
    for (n, check) in checks.into_iter().enumerate() {
        let message = check.await.expect("no panic").errors[0].message.clone();
        assert_eq!(message, format!("Type '\"a{n}\"' is not assignable to type '{n}'."));
    }
}

/// What a check costs is the program's doing, so a program that costs too much loses its check, and nobody else theirs.
#[tokio::test]
async fn a_program_that_takes_too_much_loses_its_check() {
    // Tuples of a growing number of elements: about a second, and 400 MB.
    let costly = "type R<N extends number, T extends unknown[] = []> = T['length'] extends N ? T : R<N, [...T, 0]>;\n\
                  type X = R<9999>; const x: X = 1;";
    let quick = CheckOptions { timeout: Duration::from_millis(400), ..CheckOptions::default() };
    let Some(checker) = checker_of(&catalog(), CheckOptions { timeout: Duration::from_secs(60), ..quick }) else {
        return;
    };
    checker.prepare().await.expect("a compiler that works");
    let Some(hurried) = checker_of(&catalog(), quick) else { return };
    let error = hurried.check(&Program::new(costly)).await.expect_err("too slow");
    assert!(matches!(error, CheckError::TimedOut(_)), "{error}");

    if cfg!(target_os = "linux") {
        let lean =
            CheckOptions { memory: "128MiB".parse().expect("a size"), timeout: Duration::from_secs(60), ..quick };
        let Some(lean) = checker_of(&catalog(), lean) else { return };
        let error = lean.check(&Program::new(costly)).await.expect_err("too large");
        assert!(matches!(error, CheckError::Compiler(_)), "{error}");
        assert!(error.to_string().contains("memory"), "{error}");
        assert_eq!(report(&lean, "const n: number = 'a'").await.errors.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mode_decides_what_a_type_error_means() {
    let Some(checker) = checker_of(&Catalog::new(Vec::new()), CheckOptions::default()) else { return };
    let executor = |mode| TestHost::executor().catalog(Catalog::new(Vec::new())).checker(checker.clone(), mode).build();
    let wrong = Program::new("console.log('ran');\nconst n: number = 'a';\nreturn n.length");
    let right = Program::new("return 1");

    let executor_that_warns = executor(CheckMode::Warn);
    executor_that_warns.prepare().await.expect("a host that works");
    let execution = executor_that_warns.execute(&wrong).await.expect("a host that works");
    assert!(matches!(&execution.outcome, Outcome::Completed { result } if result.to_string() == "1"));
    let Some(TypeCheck::Errors(report)) = &execution.check else { panic!("{:?}", execution.check) };
    assert_eq!((report.errors.len(), report.errors[0].code), (2, Some(2322)));
    let json = serde_json::to_value(&execution).expect("JSON");
    assert_eq!((&json["check"]["status"], &json["check"]["errors"][0]["line"]), (&json!("errors"), &json!(2)));

    let executor_that_requires = executor(CheckMode::Require);
    let execution = executor_that_requires.execute(&wrong).await.expect("a host that works");
    let Outcome::Failed(failure) = &execution.outcome else { panic!("{:?}", execution.outcome) };
    assert_eq!((failure.kind, failure.position.map(|at| at.to_string()).as_deref()), (FailureKind::Type, Some("2:7")));
    assert!(execution.console.is_empty(), "it ran");
    let shown = failure.to_string();
    assert!(
        shown.starts_with("type error at 2:7: Type 'string' is not assignable to type 'number'.\n  2 | const"),
        "{shown}"
    );
    assert!(shown.contains("\nprogram.ts:3:10: Property 'length'"), "{shown}");
    let execution = executor_that_requires.execute(&right).await.expect("a host that works");
    assert_eq!(execution.check, Some(TypeCheck::Passed));
    // What is not even TypeScript, and what cannot be imported, fails as it always did.
    for (source, kind) in [("const = 1", FailureKind::Syntax), ("import 'fs'", FailureKind::UnknownModule)] {
        let execution = executor_that_requires.execute(&Program::new(source)).await.expect("a host that works");
        assert!(
            matches!(&execution.outcome, Outcome::Failed(failure) if failure.kind == kind),
            "{:?}",
            execution.outcome
        );
    }

    let execution = executor(CheckMode::Off).execute(&wrong).await.expect("a host that works");
    assert_eq!(execution.check, None);
    assert!(!serde_json::to_string(&execution).expect("JSON").contains("\"check\""));
}

/// One process serves all checks; it goes with the checker, and so does its folder.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_process_stays_and_is_replaced_and_goes() {
    use crate::process_table::all;
    let Some(found) = compiler() else { return };
    // A second name, by which this test's processes are told from others'. The compiler finds its libraries beside
    // itself.
    let folder = tempfile::tempdir().expect("a folder");
    let lib = found.path.parent().expect("a folder");
    for entry in std::fs::read_dir(lib).expect("the compiler's folder") {
        let entry = entry.expect("an entry");
        let link = folder.path().join(entry.file_name());
        let is_compiler = entry.path() == found.path;
        if !is_compiler || std::fs::hard_link(entry.path(), &link).is_err() {
            std::fs::copy(entry.path(), &link).expect("a copy");
        }
    }
    let path = folder.path().canonicalize().expect("a path").join(found.path.file_name().expect("a name"));
    let mine = || -> Vec<u32> {
        all().iter().filter(|p| !p.is_zombie && p.binary().as_ref() == Some(&path)).map(|p| p.id).collect()
    };
    let checker = Checker::new(Compiler { path: path.clone(), ..found }, catalog().files(), CheckOptions::default());
    assert!(mine().is_empty(), "started before it was needed");
    checker.prepare().await.expect("a compiler that works");
    let first = mine();
    assert_eq!(first.len(), 1);
    for _ in 0..3 {
        assert!(report(&checker, "return 1").await.is_clean());
    }
    assert_eq!(mine(), first, "it was started again");
    let place = std::fs::read_link(format!("/proc/{}/cwd", first[0])).expect("a folder");
    let environment = std::fs::read(format!("/proc/{}/environ", first[0])).expect("an environment");
    assert!(!String::from_utf8_lossy(&environment).contains("PATH="), "the environment was inherited");

    let killed = std::process::Command::new("kill").args(["-9", &first[0].to_string()]).status().expect("kill");
    assert!(killed.success());
    assert_eq!(report(&checker, "const n: number = 'a'").await.errors.len(), 1);
    let second = mine();
    assert!(second.len() == 1 && second != first, "{first:?} {second:?}");

    // Whoever waits may be dropped: the answer is read all the same.
    let program = Program::new("const a: number = 'abandoned'");
    let _ = tokio::time::timeout(Duration::ZERO, checker.check(&program)).await;
    assert_eq!(report(&checker, "const n: number = 'kept'").await.errors[0].position.map(|at| at.column), Some(7));
    assert_eq!(mine(), second);

    drop(checker);
    for _ in 0..200 {
        if mine().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(mine().is_empty(), "it outlives its checker");
    assert!(!place.exists(), "its folder was left");
}

#[tokio::test(flavor = "multi_thread")]
async fn namespaces_and_tools_of_the_executor_are_known() {
    let host = Arc::new(TestHost::default());
    let test = Catalog::new(vec![("test".into(), vec![tool("echo", json!({ "type": "object" }), None)])]);
    let Some(checker) = checker_of(&test, CheckOptions::default()) else { return };
    let executor = TestHost::executor().host(host).catalog(test).checker(checker, CheckMode::Require).build();
    let execution = executor.execute(&Program::new("return (await test.echo({ a: 1 })).a")).await.expect("a host");
    assert!(
        matches!(&execution.outcome, Outcome::Completed { result } if result.to_string() == "1"),
        "{:?}",
        execution.outcome
    );
}

#[test]
fn the_command_line_checks() {
    let Some(compiler) = compiler() else { return };
    let tsc = compiler.path.display().to_string();
    let run = |arguments: &[&str], stdin: &str| {
        let mut command = assert_cmd::Command::cargo_bin("codefirst").expect("the binary");
        let output =
            command.args(arguments).args(["--tsc", &tsc]).write_stdin(stdin).output().expect("the binary runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let wrong = "const { rate } = await rates.get_rate({ base: 'EUR', quote: 'USD' });\n\
                 return await rates.get_rate({ from: 1 })";
    let (code, stdout, stderr) = run(&["check", "-"], wrong);
    assert_eq!(code, Some(3), "{stderr}");
    assert!(stdout.starts_with("program.ts:2:") && stdout.contains("\n  2 | return await"), "{stdout}");
    let (code, stdout, stderr) = run(&["check", "-", "--json"], wrong);
    let report: Value = serde_json::from_str(&stdout).expect("one JSON object");
    assert_eq!(
        (code, &report["status"], &report["errors"][0]["line"]),
        (Some(3), &json!("errors"), &json!(2)),
        "{stderr}"
    );
    let (code, stdout, _) = run(&["check", "-"], "return await rates.list_currencies()");
    assert_eq!((code, &*stdout), (Some(0), ""));
    let (code, stdout, _) = run(&["check", "-"], "return (");
    assert!(code == Some(3) && stdout.starts_with("program.ts:1:"), "{stdout}");

    // By default the program runs all the same.
    let wrong = "const n: number = 'a'; return n";
    let (code, stdout, stderr) = run(&["run", "-"], wrong);
    assert_eq!((code, &*stdout), (Some(0), "a\n"));
    assert!(stderr.contains("program.ts:1:7: Type 'string'"), "{stderr}");
    let (code, stdout, stderr) = run(&["run", "-", "--check", "require"], wrong);
    assert_eq!((code, &*stdout), (Some(3), ""));
    assert!(stderr.starts_with("type error at 1:7: Type 'string'") && !stderr.contains('^'), "{stderr}");
    let (code, stdout, _) = run(&["run", "-", "--check", "require", "--json"], wrong);
    let execution: Value = serde_json::from_str(&stdout).expect("one JSON object");
    assert_eq!((code, &execution["outcome"]["kind"]), (Some(3), &json!("type")));
    let (_, _, stderr) = run(&["run", "-", "--check", "off"], wrong);
    assert_eq!(stderr, "");

    let (_, stdout, _) = run(&["doctor", "--json"], "");
    let report: Value = serde_json::from_str(&stdout).expect("one JSON object");
    assert_eq!(report["compiler"]["version"], json!(compiler.version));
}

/// What the evaluation's models write passes, and where one is told of an error, it is told what the check says.
#[tokio::test]
async fn the_programs_of_the_scenarios_pass_and_the_attempt_fails_as_its_file_says() {
    let fleet = Fleet::start_built_in().await.expect("servers");
    let Some(checker) = checker_of(&fleet.catalog, CheckOptions::default()) else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let scenarios = Scenario::load_all(&folder, &[]).expect("scenarios");
    let mut attempts = 0;
    for scenario in &scenarios {
        let report = checker.check(&scenario.program).await.expect("a check");
        assert!(report.is_clean(), "{}: {report}", scenario.name);
        for attempt in &scenario.attempts {
            attempts += 1;
            let report = checker.check(&attempt.program).await.expect("a check");
            assert_eq!(report.to_string().trim_end(), attempt.failure.trim_end(), "{}", scenario.name);
        }
    }
    assert_eq!(attempts, 1);
}
