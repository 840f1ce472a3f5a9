use super::*;

/// Asserts that a file with this one rule is refused, and that the error shows the line and holds the message.
fn assert_refused(rule: &str, line: &str, message: &str) {
    let error = parse(&format!("[policy]\n\n[[policy.rules]]\n{rule}\n")).expect_err(rule);
    assert!(error.contains(&format!("| {line}")), "{rule:?}: {line:?} is not in\n{error}");
    assert!(error.contains(message), "{rule:?}: {message:?} is not in\n{error}");
}

#[test]
fn every_key_is_read() {
    let policy = parse(
        r#"
        [policy]
        trusted = ["github", "crm*"]

        [[policy.rules]]
        tools = ["github/delete_*", "*/drop_*"]
        access = "deny"
        effect = "read"
        cacheable = "10m"
        timeout = "1m 30s"
        rate = "60/min"
        server_rate = "100/h"
        "#,
    );
    let calls = |calls: u32| std::num::NonZeroU32::new(calls).expect("not 0");
    let expected = Ruling {
        access: Access::Deny,
        effect: Effect::Read,
        caching: Caching::For(Duration::from_secs(600)),
        timeout: Some(Duration::from_secs(90)),
        rate: Some(Rate { calls: calls(60), period: Period::Minute }),
        server_rate: Some(Rate { calls: calls(100), period: Period::Hour }),
    };
    let policy = policy.expect("a policy");
    assert_eq!(policy.ruling("github", &def("delete_repository")), expected);
    assert_eq!(policy.ruling("shop", &def("drop_table")), expected);
}

#[test]
fn the_example_in_the_documentation_is_a_policy() {
    let documentation = include_str!("../mod.rs");
    let example = documentation.split("//! ```").nth(1).expect("an example").trim_start_matches("toml");
    let policy = parse(&example.replace("//!", "")).expect("a policy");
    assert_eq!(policy.ruling("github", &def("delete_repository")).access, Access::Deny);
    assert_eq!(policy.ruling("github", &def("search_issues")).timeout, Some(Duration::from_secs(10)));
}

#[test]
fn rates_are_shown_as_they_are_written() {
    for text in ["5/s", "60/min", "1000/h"] {
        assert_eq!(text.parse::<Rate>().expect("a rate").to_string(), text);
    }
}

#[test]
fn a_pattern_that_names_no_tool_no_server_or_nothing_says_what_to_write() {
    let header = "[[policy.rules]]";
    for (tools, message) in [
        (r#"["github"]"#, "`github` names no tool; write `github/*`"),
        (r#"["a/b", "github/"]"#, "`github` names no tool; write `github/*`"),
        (r#"["/drop_*"]"#, "`/drop_*` names no server; write `*/drop_*`"),
        (r#"[""]"#, "write `*` for everything, `*/*` where tools are meant"),
        (r#"["a/[b"]"#, "`[b` is not a pattern: error parsing glob '[b': unclosed character class; missing ']'"),
    ] {
        assert_refused(&format!("tools = {tools}\naccess = \"deny\""), &format!("tools = {tools}"), message);
    }
    assert_refused("tools = []\naccess = \"deny\"", header, "write `tools = [\"*/*\"]` for all of them");
    assert_refused("access = \"deny\"", header, "write `tools = [\"*/*\"]` for all of them");
    for (trusted, message) in [("[\"\"]", "write `*` for everything"), ("[\"[\"]", "`[` is not a pattern")] {
        let error = parse(&format!("[policy]\ntrusted = {trusted}")).expect_err(trusted);
        assert!(error.contains("line 2") && error.contains(message), "{error}");
    }
}

#[test]
fn a_rule_that_sets_nothing_is_refused() {
    assert_refused(
        "tools = [\"*/*\"]",
        "[[policy.rules]]",
        "the rule sets nothing; give it one of `access`, `effect`,",
    );
}

#[test]
fn values_that_cannot_be_are_refused_with_what_could() {
    for (value, message) in [
        ("access = \"ask\"", "expected one of `allow`, `deny`, `approve`"),
        ("effect = \"reads\"", "expected `read` or `write`"),
        ("cacheable = 5", "expected true, false or a duration such as \"10s\""),
        (
            "cacheable = \"true\"",
            "`true` is not a duration; write one such as \"10s\" or \"1m 30s\", or `true` or `false` without quotes",
        ),
        ("cacheable = \"0s\"", "longer than 0, or `true` or `false` without quotes"),
        ("timeout = 10", "expected a duration such as \"10s\""),
        ("timeout = \"soon\"", "`soon` is not a duration; write one such as \"10s\""),
        ("timeout = \"-1s\"", "`-1s` is not a duration"),
        ("timeout = \"1 month\"", "`1 month` is not a duration"),
        ("timeout = \"0s\"", "a duration must be longer than 0"),
        ("rate = 60", "expected a rate such as \"60/min\""),
        ("rate = \"60\"", "`60` is not a rate; write one such as \"5/s\", \"60/min\" or \"1000/h\""),
        ("rate = \"60/day\"", "`60/day` is not a rate"),
        ("rate = \"-1/s\"", "`-1/s` is not a rate"),
        ("rate = \"0/s\"", "a rate of 0 lets no call pass; write `access = \"deny\"`"),
        ("server_rate = \"0/h\"", "a rate of 0 lets no call pass"),
        ("acess = \"deny\"", "unknown field `acess`, expected one of `tools`, `access`"),
    ] {
        assert_refused(&format!("tools = [\"*/*\"]\n{value}"), value, message);
    }
    let error = parse("[policy]\ntrust = [\"github\"]").expect_err("unknown key");
    assert!(error.contains("unknown field `trust`, expected `trusted` or `rules`"), "{error}");
}
