//! Names of servers and tools are anybody's.

use std::{collections::BTreeSet, time::Duration};

use proptest::prelude::*;

use super::exposition::parse;
use crate::{
    host::ToolError,
    metrics::{RouteTaken, count_tool_call, label::KnownTools, recorder, tool_call_answered},
    tool::ToolId,
};

/// Counts a call to a tool of this name. Which tools have names of their own is the test's own, not the process's.
fn call(known: &KnownTools, server: &str, tool: &str) {
    let (server, tool) = known.labels(&ToolId::new(server, tool));
    count_tool_call(server, tool, RouteTaken::Code, "output");
}

/// The server and tool labels of what these calls give.
fn shown(emit: impl FnOnce()) -> BTreeSet<(String, String)> {
    let (recorder, handle) = recorder();
    ::metrics::with_local_recorder(&recorder, emit);
    let families = parse(&handle.render());
    let samples = families["codefirst_tool_calls_total"].samples.iter();
    samples.map(|sample| (sample.labels["server"].clone(), sample.labels["tool"].clone())).collect()
}

#[test]
fn hostile_names_leave_the_exposition_valid() {
    let hostile =
        ["a\\", "a\\\\", "a", "a\"", "a\\\"", "\n# TYPE x counter", "a\"} 1\nb{c=\"", "a\r", "\u{7f}", "ä ☃", ""];
    let known = KnownTools::new(100);
    let shown = shown(|| {
        for name in hostile {
            call(&known, name, "tool");
            call(&known, "server", name);
        }
    });
    let has = |server: &str, tool: &str| shown.contains(&(server.to_owned(), tool.to_owned()));
    assert!(has("ä ☃", "tool") && has("server", "_# TYPE x counter") && has("a_", "tool"), "{shown:?}");
}

proptest! {
    #[test]
    fn no_names_make_the_exposition_invalid(names in proptest::collection::vec("[\\PC\\\\\"\n]{0,5}", 1..20)) {
        let known = KnownTools::new(100);
        shown(|| names.iter().for_each(|name| call(&known, "s", name)));
    }
}

#[test]
fn tools_that_do_not_exist_have_no_name() {
    let made_up = |name: &str| ToolError::Unknown { tool: ToolId::new("server", name), nearest: Vec::new() };
    let shown = shown(|| {
        for name in ["x", "y", "z"] {
            let tool = ToolId::new("server", name);
            tool_call_answered(&tool, RouteTaken::Code, Err(&made_up(name)), Duration::ZERO);
        }
    });
    assert_eq!(shown, BTreeSet::from([("other".to_owned(), "other".to_owned())]));
}

#[test]
fn the_number_and_the_length_of_names_is_bounded() {
    let known = KnownTools::new(2);
    let labels = |server: &str, tool: &str| {
        let (server, tool) = known.labels(&ToolId::new(server, tool));
        format!("{server}/{tool}")
    };
    assert_eq!(labels(&"s".repeat(129), "a"), "other/other");
    assert_eq!(labels("s", &"t".repeat(129)), "other/other");
    assert_eq!(labels("s", "a"), "s/a");
    let longest = "t".repeat(128);
    assert_eq!(labels("s", &longest), format!("s/{longest}"));
    assert_eq!(labels("s", "c"), "other/other");
    assert_eq!(labels("s", "a"), "s/a");
}
