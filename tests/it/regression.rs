//! The regression gate, over evaluations that are really made of a server that really changes.

use std::{fs, time::SystemTime};

use assert_cmd::Command;
use codefirst::{
    harness::summary::Summary,
    regression::{Baseline, Benchmark, Current, GateReport, GateVerdict, Interval, estimates, judge},
};

/// A server with one tool, as a shell script.
struct Server {
    description: String,
    /// What its tool answers.
    answer: u32,
    /// How long its answer's text is besides.
    padding: usize,
}

const SCRIPT: &str = r#"
answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
while read -r line; do
    id=${line#*\"id\":}; id=${id%%,*}
    case "$line" in
    *'"initialize"'*) answer '{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"x","version":"1"}}';;
    *'"tools/list"'*) answer '{"tools":[{"name":"look_up","description":"DESCRIPTION","inputSchema":{"type":"object"}}]}';;
    *'"tools/call"'*) answer '{"content":[{"type":"text","text":"{\"value\":ANSWER,\"rest\":\"PADDING\"}"}]}';;
    esac
done
"#;

impl Server {
    fn usual() -> Self {
        Self {
            description: "Look up the value that there is. ".repeat(20).trim_end().to_owned(),
            answer: 7,
            padding: 20,
        }
    }

    /// Evaluates a scenario of this class with the server. The right answer is 7.
    fn evaluate(&self, class: &str) -> Summary {
        let folder = tempfile::tempdir().expect("a folder");
        let scenario = folder.path().join("scenarios/one");
        fs::create_dir_all(&scenario).expect("a folder");
        let script = SCRIPT
            .replace("DESCRIPTION", &self.description)
            .replace("ANSWER", &self.answer.to_string())
            .replace("PADDING", &"word ".repeat(self.padding));
        fs::write(scenario.join("server.sh"), &script).expect("a file");
        let toml = format!(
            "name = \"one\"\nclass = \"{class}\"\ndescription = \"d\"\ntask = \"t\"\nreasoning_tokens_per_turn = 10\n\
             [[servers]]\nname = \"x\"\ncommand = \"sh\"\nargs = ['{}']\n\
             [discovery]\nquery = \"look up the value\"\nlimit = 1\n[expected]\nanswer = 7",
            scenario.join("server.sh").display()
        );
        fs::write(scenario.join("scenario.toml"), toml).expect("a file");
        fs::write(scenario.join("program.ts"), "return (await x.look_up({})).value;").expect("a file");
        let mut command = Command::cargo_bin("codefirst").expect("the binary");
        command.current_dir(folder.path()).args(["eval", "--quiet", "--seeds", "2"]).output().expect("it runs");
        let text = fs::read_to_string(folder.path().join("reports/summary.json")).expect("a summary");
        serde_json::from_str(&text).expect("a summary")
    }
}

fn judged(before: &Summary, now: &Summary) -> GateReport {
    judge(&Baseline::of(before, &[]), &Current { summary: now, benchmarks: &[] })
}

/// The reasons why it fails.
fn failures(report: &GateReport) -> Vec<String> {
    let failed = report.rows.iter().filter(|row| row.verdict == GateVerdict::Failed);
    failed.map(|row| format!("{} {}: {}", row.subject, row.metric, row.reason.as_deref().unwrap_or_default())).collect()
}

#[test]
fn the_same_evaluation_passes_and_a_fatter_definition_does_not() {
    let before = Server::usual().evaluate("losing");
    assert_eq!(judged(&before, &Server::usual().evaluate("losing")).verdict, GateVerdict::Passed);

    let mut fatter = Server::usual();
    let longer = fatter.description.len() * 105 / 100;
    while fatter.description.len() < longer {
        fatter.description.push_str(" so");
    }
    let report = judged(&before, &fatter.evaluate("losing"));
    assert_eq!(report.verdict, GateVerdict::Failed);
    assert!(
        failures(&report).iter().any(|failure| failure.starts_with("one direct context")),
        "{:?}",
        failures(&report)
    );
}

#[test]
fn an_answer_that_becomes_wrong_fails() {
    let before = Server::usual().evaluate("ordinary");
    let report = judged(&before, &Server { answer: 8, ..Server::usual() }.evaluate("ordinary"));
    assert!(failures(&report).iter().any(|failure| failure.contains("right answers")), "{:?}", failures(&report));
}

#[test]
fn a_losing_case_that_silently_wins_fails_even_when_it_was_accepted() {
    let before = Server::usual().evaluate("losing");
    let wins = Server { padding: 5_000, ..Server::usual() }.evaluate("losing");
    for accepted in [&before, &wins] {
        let report = judged(accepted, &wins);
        assert!(failures(&report).iter().any(|failure| failure.contains("a losing scenario saves")), "{report:?}");
    }
}

/// As criterion writes what it has measured.
fn measured(folder: &std::path::Path, point: f64) -> Vec<Benchmark> {
    let bench = folder.join("sandbox/trivial/new");
    fs::create_dir_all(&bench).expect("a folder");
    let names = r#"{"group_id":"sandbox","function_id":"trivial","full_id":"sandbox/trivial"}"#;
    fs::write(bench.join("benchmark.json"), names).expect("a file");
    let (low, high) = (point * 0.95, point * 1.05);
    let interval = format!(r#"{{"confidence_level":0.95,"lower_bound":{low},"upper_bound":{high}}}"#);
    let median =
        format!(r#"{{"median":{{"confidence_interval":{interval},"point_estimate":{point},"standard_error":0.01}}}}"#);
    fs::write(bench.join("estimates.json"), median).expect("a file");
    estimates::read(folder, SystemTime::UNIX_EPOCH).expect("estimates").benchmarks
}

#[test]
fn a_sandbox_that_is_a_third_slower_fails_and_one_within_the_noise_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let summary = Server::usual().evaluate("ordinary");
    let before = measured(folder.path(), 1.5);
    assert_eq!(before[0].ratio, Interval { point: 1.5, low: 1.5 * 0.95, high: 1.5 * 1.05 });
    let baseline = Baseline::of(&summary, &before);
    for (point, verdict) in [(1.5 * 1.3, GateVerdict::Failed), (1.5 * 1.08, GateVerdict::Passed)] {
        let now = measured(folder.path(), point);
        let report = judge(&baseline, &Current { summary: &summary, benchmarks: &now });
        assert_eq!(report.verdict, verdict, "{:?}", failures(&report));
    }
}
