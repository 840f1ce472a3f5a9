//! The generator as a whole: goldens of small definitions, and hostile ones that must still parse.

use oxc::{allocator::Allocator, parser::Parser, semantic::SemanticBuilder, span::SourceType};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Panics unless the source is TypeScript without a syntax error or a name declared twice.
fn assert_parses(path: &str, source: &str) {
    let allocator = Allocator::default();
    let kind = if path.ends_with(".d.ts") { SourceType::d_ts() } else { SourceType::ts() };
    let parsed = Parser::new(&allocator, source, kind).parse();
    assert!(!parsed.panicked && parsed.diagnostics.is_empty(), "{path}: {:?}\n{source}", parsed.diagnostics);
    let semantic = SemanticBuilder::new().with_check_syntax_error(true).build(&parsed.program);
    assert!(semantic.diagnostics.is_empty(), "{path}: {:?}\n{source}", semantic.diagnostics);
}

fn tool(value: Value) -> ToolDef {
    serde_json::from_value(value).unwrap()
}

fn small_servers() -> Vec<(&'static str, Vec<ToolDef>)> {
    let list_issues = json!({
        "name": "list_issues",
        "description": "List issues of a repository.\n\nAt most 100 a page.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "owner": {"type": "string", "description": "Account that owns it"},
                "state": {"enum": ["open", "closed", null], "default": "open"},
                "per-page": {"type": "integer", "minimum": 1, "maximum": 100, "description": "Results\nper page"},
                "filter": {"properties": {"labels": {"type": "array", "items": {"type": "string"}}}},
            },
            "required": ["owner"],
        },
        "outputSchema": {
            "type": "object",
            "properties": {"issues": {"type": "array", "items": {"$ref": "#/$defs/Issue"}}, "next": {"type": ["string", "null"]}},
            "required": ["issues", "next"],
            "$defs": {"Issue": {"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]}},
        },
    });
    let by_kind = json!({"anyOf": [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}, "required": ["b"]}], "type": "object"});
    vec![
        ("github", vec![tool(list_issues), tool(json!({"name": "get-me", "inputSchema": {"type": "object"}}))]),
        ("crm", vec![tool(json!({"name": "delete", "inputSchema": by_kind})), tool(json!({"name": "Index"}))]),
        ("empty", vec![]),
    ]
}

#[test]
fn generates_the_tree() {
    let files = wrappers(&small_servers(), &Observations::default()).files;
    let mut all = String::new();
    for WrapperFile { path, source } in &files {
        assert_parses(path, source);
        all += &format!("=== {path}\n{source}");
    }
    insta::with_settings!({prepend_module_to_snapshot => false}, { insta::assert_snapshot!("wrapper_tree", all) });
}

/// A name that looks like another's is marked, and what is sent is the name itself.
#[test]
fn look_alikes_are_told_apart() {
    let tools = [tool(json!({"name": "list"})), tool(json!({"name": "l\u{456}st"}))];
    let files = wrappers(&[("s", &tools[..])], &Observations::default()).files;
    let source = |path: &str| &files.iter().find(|file| file.path == path).expect(path).source;
    assert!(!source("s/list.ts").contains("The server calls it"));
    let marked =
        "/** The server calls it \"l\\u0456st\": its characters may look like others. */\nexport async function l_st(";
    assert!(source("s/l_st.ts").contains(marked), "{}", source("s/l_st.ts"));
    assert!(source("s/l_st.ts").contains("callMCPTool(\"s\", \"l\u{456}st\", input)"));
}

#[test]
fn the_order_of_the_input_decides_nothing() {
    let servers = small_servers();
    let mut reversed = servers.clone();
    reversed.reverse();
    reversed.iter_mut().for_each(|(_, tools)| tools.reverse());
    assert_eq!(wrappers(&servers, &Observations::default()), wrappers(&reversed, &Observations::default()));

    let twice = [tool(json!({"name": "a", "description": "2"})), tool(json!({"name": "a", "description": "1"}))];
    let mut other = twice.clone();
    other.reverse();
    assert_eq!(
        wrappers(&[("s", &twice[..])], &Observations::default()),
        wrappers(&[("s", &other[..1]), ("s", &other[1..])], &Observations::default())
    );
}

/// Text that tries to leave the place it stands in.
fn hostile() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        "\\PC{0,4}",
        any::<char>().prop_map(String::from),
        prop::sample::select(
            &[
                "*/",
                "/*",
                "//",
                "\n",
                "\r",
                "\u{2028}",
                "\u{2029}",
                "\u{202e}",
                "`",
                "${",
                "\"",
                "'",
                "\\",
                "*",
                "/",
                "}",
                "\0",
                "@ts-ignore",
                "function",
                "<",
                "constructor",
                "get",
                "set",
                "new",
                "readonly",
                "static",
                "__proto__",
                "u{41}"
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(fragment, 0..6).prop_map(|fragments| fragments.concat())
}

fn hostile_schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({"$ref": "#"})),
        Just(json!(false)),
        hostile().prop_map(|text| json!({"type": "string", "description": text, "default": text, "pattern": text})),
        (hostile(), any::<f64>()).prop_map(|(text, number)| json!({"enum": [text, number, null, true, -1, {}]})),
        hostile().prop_map(|kind| json!({"type": kind, "format": kind})),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|items| json!({"type": ["array", "null"], "items": items})),
            proptest::collection::vec((hostile(), inner.clone()), 0..4).prop_map(|properties| {
                let required: Vec<&str> = properties.iter().map(|(name, _)| &**name).step_by(2).collect();
                let properties: serde_json::Map<_, _> = properties.iter().cloned().collect();
                json!({"type": "object", "properties": properties, "required": required})
            }),
            inner.clone().prop_map(|rest| json!({"type": "object", "additionalProperties": rest})),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| json!({"anyOf": [left, right]})),
            (inner.clone(), inner).prop_map(|(left, right)| json!({"allOf": [left, right]})),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_servers_say_the_wrappers_parse(
        server in hostile(),
        tools in proptest::collection::vec((hostile(), hostile(), hostile_schema(), hostile_schema()), 1..4),
    ) {
        let tools: Vec<ToolDef> = tools
            .into_iter()
            .map(|(name, description, input, output)| {
                let schema = |schema| if let Value::Object(_) = schema { schema } else { json!({}) };
                tool(json!({"name": name, "description": description, "inputSchema": schema(input), "outputSchema": schema(output)}))
            })
            .collect();
        for WrapperFile { path, source } in wrappers(&[(&server, &tools)], &Observations::default()).files {
            assert_parses(&path, &source);
            prop_assert!(path.bytes().all(|b| b.is_ascii_alphanumeric() || b"_$./".contains(&b)) && !path.contains(".."));
        }
        for def in &tools {
            let signature = signature(&server, def);
            prop_assert!(!signature.contains(['\n', '\r', '\u{2028}', '\u{2029}', '\u{202e}']), "{}", signature);
            let (_, rest) = signature.split_once('(').unwrap();
            assert_parses("signature.d.ts", &format!("declare function f({rest}"));
        }
    }
}
