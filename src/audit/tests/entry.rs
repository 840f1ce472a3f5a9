use super::*;
use crate::host::ToolError;

/// The line of a call that came to this, but for its times, and the times.
fn written(call: ToolCall, effect: Effect, route: Route, result: Option<Result<ToolAnswer, ToolError>>) -> Value {
    let recorder = Recorder::new();
    let recorded = recorder.begin(call, effect, route, 1);
    if let Some(result) = result {
        recorder.finish(recorded, &result);
    }
    let journal = recorder.journal();
    let line = AuditEntry::new(journal.entries().next().unwrap(), &request("r")).line();
    serde_json::from_slice(&line).unwrap()
}

fn call(input: &str) -> ToolCall {
    ToolCall { id: ToolId::new("crm", "set"), input: serde_json::from_str(input).unwrap() }
}

#[test]
fn a_line_has_the_documented_keys_in_the_documented_order() {
    let recorder = Recorder::new();
    let recorded = recorder.begin(call(r#"{"b":"hunter2","a":1.0}"#), Effect::Write, Route::Direct, 1);
    let output = ToolOutput::from_text(r#"{"card":"4111"}"#.into());
    recorder.finish(recorded, &Ok(ToolAnswer { output, origin: Origin::Server }));
    let mut call = recorder.journal().entries().next().unwrap().clone();
    (call.start, call.end) = (Duration::from_millis(1500), Some(Duration::from_millis(1750)));
    let request = AuditedRequest { session: Some("s1".into()), ..request("r1") };
    let line = String::from_utf8(AuditEntry::new(&call, &request).line()).unwrap();
    // The digest is that of `{"a":1,"b":"hunter2"}`, by sha256sum.
    let expected = concat!(
        r#"{"version":1,"time":"2026-01-02T03:04:07.178Z","request":"r1","principal":"local","session":"s1","#,
        r#""server":"crm","tool":"set","route":"fallback","effect":"write","origin":"server","outcome":"output","#,
        r#""took_effect":"yes","seconds":0.25,"input_sha256":"#,
        r#""c5660e535cc367948b85b6409b829e5fe11c908e4640597d932fd7e541e51fd5","input_bytes":21,"output_bytes":15}"#,
        "\n"
    );
    assert_eq!(line, expected);
}

#[test]
fn what_is_not_known_is_left_out() {
    let line = written(call("{}"), Effect::Write, Route::Code, None);
    assert_eq!((&line["outcome"], &line["took_effect"]), (&"unknown".into(), &"perhaps".into()));
    for key in ["session", "origin", "seconds", "output_bytes"] {
        assert_eq!(line.get(key), None, "{key}");
    }
}

#[test]
fn each_outcome_has_a_name_of_its_own() {
    let tool = call("{}").id;
    let message = String::new();
    let results = [
        ("failed", "perhaps", ToolError::Failed { tool: tool.clone(), message: message.clone() }),
        ("unknown_tool", "no", ToolError::Unknown { tool: tool.clone(), nearest: Vec::new() }),
        ("invalid_input", "no", ToolError::InvalidInput { tool: tool.clone(), message: message.clone() }),
        ("timed_out", "perhaps", ToolError::TimedOut { tool: tool.clone(), after: Duration::ZERO }),
        ("denied", "no", ToolError::Denied { tool: tool.clone(), message: message.clone() }),
        ("rate_limited", "no", ToolError::RateLimited { tool: tool.clone(), retry_after: Duration::ZERO }),
        ("unavailable", "perhaps", ToolError::Unavailable { tool, message }),
    ];
    for (outcome, took_effect, error) in results {
        let line = written(call("{}"), Effect::Write, Route::Code, Some(Err(error)));
        assert_eq!((&line["outcome"], &line["took_effect"]), (&outcome.into(), &took_effect.into()));
        assert_eq!(line.get("origin"), None, "nobody gave an output");
        assert!(line["seconds"].is_f64());
    }
    let cached = ToolAnswer { output: ToolOutput::from_text("é".into()), origin: Origin::Cache };
    let line = written(call("{}"), Effect::Read, Route::Code, Some(Ok(cached)));
    assert_eq!(
        (&line["outcome"], &line["origin"], &line["effect"]),
        (&"output".into(), &"cache".into(), &"read".into())
    );
    assert_eq!(line["output_bytes"], 2);

    let recorder = Recorder::new();
    recorder.begin(call("{}"), Effect::Write, Route::Code, 1);
    crate::policy::Departures::held(&recorder, &call("{}"));
    let line = AuditEntry::new(recorder.journal().entries().next().unwrap(), &request("r")).line();
    let line: Value = serde_json::from_slice(&line).unwrap();
    assert_eq!((&line["outcome"], &line["took_effect"]), (&"held".into(), &"no".into()));
}

#[test]
fn a_direct_call_is_a_fallback_only_after_a_program() {
    for (route, has_program, expected) in
        [(Route::Code, true, "code"), (Route::Direct, true, "fallback"), (Route::Direct, false, "direct")]
    {
        let recorder = Recorder::new();
        recorder.begin(call("{}"), Effect::Read, route, 1);
        let request = AuditedRequest { has_program, ..request("r") };
        let line = AuditEntry::new(recorder.journal().entries().next().unwrap(), &request).line();
        let line: Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(line["route"], expected);
    }
}

#[test]
fn hostile_names_stay_on_one_line_that_is_not_long() {
    for name in ["a\nb\r\u{2028}\"\\\0", &"é\n".repeat(100_000), &"\u{1}".repeat(100_000)] {
        let id = ToolId::new(name, name);
        let request = AuditedRequest { session: Some(name.into()), ..request(name) };
        let recorder = Recorder::new();
        recorder.begin(ToolCall { id, input: Default::default() }, Effect::Read, Route::Code, 1);
        let line = AuditEntry::new(recorder.journal().entries().next().unwrap(), &request).line();
        assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1));
        assert!(line.len() < 16 * 1024, "{} bytes", line.len());
        let line: Value = serde_json::from_slice(&line).unwrap();
        let tool = line["tool"].as_str().unwrap();
        let whole = tool.strip_suffix('…').unwrap_or(tool);
        assert!(name.starts_with(whole) && (whole.len() == name.len() || whole.len() > 500), "{}", whole.len());
    }
}

#[test]
fn a_time_beyond_the_calendar_is_the_requests_own() {
    let recorder = Recorder::new();
    recorder.begin(call("{}"), Effect::Read, Route::Code, 1);
    let mut entry = recorder.journal().entries().next().unwrap().clone();
    entry.start = Duration::MAX;
    let request = AuditedRequest { start: Timestamp::MAX, ..request("r") };
    let line: Value = serde_json::from_slice(&AuditEntry::new(&entry, &request).line()).unwrap();
    assert_eq!(line["time"], "9999-12-30T22:00:00.999Z");
}
