use super::*;

fn access(policy: &Policy, server: &str, tool: &str) -> Access {
    policy.ruling(server, &def(tool)).access
}

#[test]
fn without_a_policy_calls_are_allowed_and_taken_to_write() {
    let ruling = Policy::default().ruling("github", &def_with_hint("read", Some(true)));
    let expected = Ruling {
        access: Access::Allow,
        effect: Effect::Write,
        caching: Caching::No,
        timeout: None,
        rate: None,
        server_rate: None,
    };
    assert_eq!(ruling, expected);
}

#[test]
fn the_first_rule_that_sets_an_attribute_decides_it_and_no_other() {
    let policy = policy_of(&[
        "tools = [\"github/delete_draft\"]\naccess = \"allow\"",
        "tools = [\"github/delete_*\"]\naccess = \"deny\"\ntimeout = \"1s\"",
        "tools = [\"*/*\"]\naccess = \"approve\"\ntimeout = \"2s\"\nrate = \"3/s\"",
    ]);
    let of = |tool: &str| {
        let ruling = policy.ruling("github", &def(tool));
        (ruling.access, ruling.timeout.map(|timeout| timeout.as_secs()), ruling.rate.map(|rate| rate.calls.get()))
    };
    assert_eq!(of("delete_draft"), (Access::Allow, Some(1), Some(3)));
    assert_eq!(of("delete_all"), (Access::Deny, Some(1), Some(3)));
    assert_eq!(of("list"), (Access::Approve, Some(2), Some(3)));
}

#[test]
fn a_pattern_is_split_at_its_first_slash_and_both_parts_match_whole_names() {
    let denies = |pattern: &str, server: &str, tool: &str| {
        access(&policy_of(&[&format!("tools = ['{pattern}']\naccess = \"deny\"")]), server, tool) == Access::Deny
    };
    for (pattern, server, tool, is_match) in [
        ("github/delete_*", "github", "delete_", true),
        ("github/delete_*", "github", "undelete_x", false),
        ("github/delete_*", "github2", "delete_x", false),
        ("github/*", "github", "files/drop", true),
        ("github/*", "github", "two\nlines", true),
        ("*/*", "a server/with a slash", "", true),
        ("github/files/*", "github", "files/drop", true),
        ("github/files/*", "github", "files", false),
        ("github/files/*", "github/files", "drop", false),
        ("*/drop", "github", "files/drop", false),
        ("*/*/drop", "github", "files/drop", true),
        ("github/**", "github", "drop", true),
        ("**/drop", "github", "drop", true),
        ("{a,b}/x?z", "b", "x/z", true),
        ("[a-c]/x", "d", "x", false),
        ("a/x\\*", "a", "x*", true),
        ("a/x\\*", "a", "xy", false),
        ("a/DROP", "a", "drop", false),
    ] {
        assert_eq!(denies(pattern, server, tool), is_match, "{pattern:?} on {server:?} and {tool:?}");
    }
}

#[test]
fn annotations_count_only_if_the_server_is_trusted() {
    let policy = parse("[policy]\ntrusted = [\"github\", \"crm*\"]").expect("a policy");
    for (server, is_trusted) in [("github", true), ("crm-eu", true), ("github2", false), ("shop", false)] {
        for hint in [None, Some(false), Some(true)] {
            let ruling = policy.ruling(server, &def_with_hint("tool", hint));
            let expected = match is_trusted && hint == Some(true) {
                true => (Effect::Read, Caching::Default),
                false => (Effect::Write, Caching::No),
            };
            assert_eq!((ruling.effect, ruling.caching), expected, "{server}, {hint:?}");
        }
        let ruling = policy.ruling(server, &def("without_annotations"));
        assert_eq!((ruling.effect, ruling.caching), (Effect::Write, Caching::No), "{server}");
    }
}

#[test]
fn rules_on_effect_and_caching_go_before_annotations() {
    let ten = Caching::For(Duration::from_secs(10));
    // A rule; and what follows for a tool that is known to read, and for one of which nothing is known.
    for (rule, known, unknown) in [
        ("effect = \"write\"", (Effect::Write, Caching::No), (Effect::Write, Caching::No)),
        ("effect = \"read\"", (Effect::Read, Caching::Default), (Effect::Read, Caching::No)),
        ("cacheable = false", (Effect::Read, Caching::No), (Effect::Write, Caching::No)),
        ("cacheable = true", (Effect::Read, Caching::Default), (Effect::Write, Caching::Default)),
        ("cacheable = \"10s\"", (Effect::Read, ten), (Effect::Write, ten)),
        ("effect = \"write\"\ncacheable = true", (Effect::Write, Caching::Default), (Effect::Write, Caching::Default)),
    ] {
        let policy = parse(&format!("[policy]\ntrusted = [\"a\"]\n[[policy.rules]]\ntools = [\"*/*\"]\n{rule}"));
        let policy = policy.expect("a policy");
        let of = |server: &str| {
            let ruling = policy.ruling(server, &def_with_hint("tool", Some(true)));
            (ruling.effect, ruling.caching)
        };
        assert_eq!((of("a"), of("b")), (known, unknown), "{rule}");
    }
}

#[test]
fn a_servers_rate_is_set_by_the_first_rule_that_names_the_server_whatever_tools_it_names() {
    let policy = policy_of(&[
        "tools = [\"github/search_*\", \"crm/*\"]\nserver_rate = \"1/s\"",
        "tools = [\"*/drop_*\"]\nserver_rate = \"2/s\"",
    ]);
    for (server, expected) in [("github", 1), ("crm", 1), ("shop", 2)] {
        for tool in ["search_issues", "list"] {
            let rate = policy.ruling(server, &def(tool)).server_rate.expect("a rate");
            assert_eq!(rate.calls.get(), expected, "{server}/{tool}");
        }
    }
}

#[test]
fn a_rule_that_sets_only_a_servers_rate_is_about_servers_whatever_tools_it_names() {
    let rules = |more: &str| {
        let policy =
            policy_of(&[&format!("tools = [\"github/lst\", \"empty/*\", \"shop/*\"]\nserver_rate = \"1/s\"{more}")]);
        policy.unmatched(&definitions(&[("github", &["list"]), ("empty", &[])]))
    };
    assert_eq!(rules(""), ["policy.rules, rule 1: no server matches `shop/*`"]);
    for more in ["access = \"allow\"", "effect = \"read\"", "cacheable = true", "timeout = \"1s\"", "rate = \"1/s\""] {
        let expected = ["github/lst", "empty/*", "shop/*"]
            .map(|pattern| format!("policy.rules, rule 1: no tool matches `{pattern}`"));
        assert_eq!(rules(&format!("\n{more}")), expected, "{more}");
    }
}

#[test]
fn patterns_that_match_nothing_are_named_with_their_places() {
    let policy = parse(
        r#"
        [policy]
        trusted = ["github", "gitlab", "github/*"]
        [[policy.rules]]
        tools = ["github/*"]
        access = "allow"
        [[policy.rules]]
        tools = ["github/lst", "*/list", "shop/*"]
        access = "deny"
        "#,
    );
    let unmatched = policy.expect("a policy").unmatched(&definitions(&[("github", &["list"]), ("empty", &[])]));
    assert_eq!(
        unmatched,
        [
            "policy.trusted: no server matches `gitlab`",
            "policy.trusted: no server matches `github/*`",
            "policy.rules, rule 2: no tool matches `github/lst`",
            "policy.rules, rule 2: no tool matches `shop/*`",
        ]
    );
    assert!(Policy::default().unmatched(&definitions(&[("github", &["list"])])).is_empty());
}
