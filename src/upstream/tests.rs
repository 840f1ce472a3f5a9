//! The pool against servers that behave and servers that do not: rmcp services inside this process, and `sh` scripts
//! that print what a child process might.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, CancelledNotificationParam, ContentBlock,
        ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig as ServiceConfig, Tool,
    },
    service::{NotificationContext, RequestContext},
};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::*;
use crate::{
    cache::{Cache, CacheOptions, CacheRule, CacheRules, CachedHost},
    config::{ChildConfig, TransportConfig},
    host::Principal,
    observations::Fingerprint,
    tool::{Effect, JsonObject, ToolId},
};

/// A server whose tools are named for what they do.
#[derive(Clone, Default)]
struct Mixed {
    cancelled: Arc<Mutex<usize>>,
}

const MIXED: [&str; 8] = ["big", "echo", "fails", "hangs", "panics", "refuses", "rejects", "structured"];

impl ServerHandler for Mixed {
    fn get_info(&self) -> ServiceConfig {
        ServiceConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    /// Two to a page, last first.
    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let left = request.and_then(|params| params.cursor).map_or(MIXED.len(), |cursor| cursor.parse().unwrap());
        let tools = MIXED[left - 2..left].iter().map(|name| Tool::new(*name, "A tool", JsonObject::new())).collect();
        let next_cursor = (left > 2).then(|| (left - 2).to_string());
        Ok(ListToolsResult { next_cursor, ..ListToolsResult::with_all_items(tools) })
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let input = request.arguments.unwrap_or_default();
        let result = match &*request.name {
            "echo" => CallToolResult::success(vec![ContentBlock::text(input["text"].as_str().unwrap_or_default())]),
            "big" => CallToolResult::success(vec![ContentBlock::text(big_json())]),
            "fails" => CallToolResult::error(vec![ContentBlock::text("no such issue")]),
            "structured" => CallToolResult::structured(json!({"n": [1, 2]})),
            "rejects" => return Err(ErrorData::invalid_params("text must be a string", None)),
            "refuses" => return Err(ErrorData::internal_error("the disk is full", None)),
            "hangs" => {
                context.ct.cancelled().await;
                return Err(ErrorData::internal_error("cancelled", None));
            }
            name => panic!("{name} was called"),
        };
        Ok(result.into())
    }

    async fn on_cancelled(&self, _: CancelledNotificationParam, _: NotificationContext<RoleServer>) {
        *self.cancelled.lock().unwrap() += 1;
    }
}

/// 5 MB of objects like those that an interface returns.
fn big_json() -> String {
    let item = r#"{"id":1,"title":"An \"issue\" that says little","labels":["bug","p1"],"open":true}"#;
    format!("[{}]", vec![item; 5_000_000 / (item.len() + 1)].join(","))
}

fn call(server: &str, tool: &str, text: &str) -> ToolCall {
    let input = JsonObject::from_iter([("text".to_owned(), text.into())]);
    ToolCall { id: ToolId::new(server, tool), input }
}

fn sh(name: &str, script: &str) -> ServerConfig {
    ServerConfig::child(name, "sh", ["-c", script])
}

/// Answers the handshake and `tools/list` with one tool, `t`, then goes on with what follows.
const READY: &str = r#"
    read -r line; echo '{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2024-11-05","capabilities":{"tools":{}},"serverInfo":{"name":"x","version":"1"}}}'
    read -r line; read -r line; echo '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"t","inputSchema":{"type":"object"}}]}}'
    read -r line;
"#;

async fn start(script: &str) -> Result<Upstreams, UpstreamError> {
    // Longer than a busy machine may take to start a shell.
    start_within(script, Duration::from_secs(20)).await
}

async fn start_within(script: &str, timeout: Duration) -> Result<Upstreams, UpstreamError> {
    let builder = Upstreams::builder().server(&sh("s", script));
    builder.start_timeout(timeout).call_timeout(Duration::from_millis(500)).connect().await
}

async fn waits_for(mut is_so: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !is_so() && start.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    is_so()
}

#[tokio::test]
async fn an_in_process_server_answers_in_every_way() {
    let upstreams = Upstreams::builder()
        .in_process("m", Mixed::default())
        .call_timeout(Duration::from_millis(300))
        .connect()
        .await
        .unwrap();
    let definitions = upstreams.definitions();
    assert_eq!(definitions.len(), 1);
    assert_eq!(definitions[0].1.iter().map(|tool| &*tool.name).collect::<Vec<_>>(), MIXED);

    let answer = async |tool: &str| upstreams.call_tool(call("m", tool, "3 of 4")).await.map(|answer| answer.output);
    assert!(matches!(answer("echo").await, Ok(output) if !output.is_json() && output.text() == "3 of 4"));
    assert!(matches!(answer("structured").await, Ok(output) if output.is_json() && output.text() == r#"{"n":[1,2]}"#));
    assert!(matches!(answer("big").await, Ok(output) if output.is_json() && output.text() == big_json()));

    let tool = |name: &str| ToolId::new("m", name);
    let after = Duration::from_millis(300);
    for (name, expected) in [
        ("fails", ToolError::Failed { tool: tool("fails"), message: "no such issue".to_owned() }),
        ("rejects", ToolError::Failed { tool: tool("rejects"), message: "text must be a string".to_owned() }),
        ("refuses", ToolError::Failed { tool: tool("refuses"), message: "the disk is full".to_owned() }),
        ("panics", ToolError::TimedOut { tool: tool("panics"), after }),
        ("hangs", ToolError::TimedOut { tool: tool("hangs"), after }),
        ("none", ToolError::Unknown { tool: tool("none"), nearest: Vec::new() }),
    ] {
        assert_eq!(answer(name).await.map(|output| output.text().to_owned()), Err(expected));
    }
    let elsewhere = upstreams.call_tool(call("n", "echo", "")).await;
    assert!(matches!(elsewhere, Err(ToolError::Unknown { .. })));
    upstreams.close().await;
}

#[tokio::test]
async fn abandoned_calls_are_cancelled_at_the_server() {
    let server = Mixed::default();
    let cancelled = server.cancelled.clone();
    let builder = Upstreams::builder().in_process("m", server).call_timeout(Duration::from_millis(50));
    let upstreams = builder.connect().await.unwrap();
    upstreams.call_tool(call("m", "hangs", "")).await.expect_err("it hangs");
    assert!(waits_for(|| *cancelled.lock().unwrap() == 1).await, "the timeout was not told");

    let dropped = tokio::time::timeout(Duration::from_millis(10), upstreams.call_tool(call("m", "hangs", ""))).await;
    assert!(dropped.is_err());
    assert!(waits_for(|| *cancelled.lock().unwrap() == 2).await, "the drop was not told");
}

#[tokio::test]
async fn calls_are_in_flight_together() {
    let builder = Upstreams::builder().in_process("m", Mixed::default()).call_timeout(Duration::from_millis(400));
    let upstreams = builder.connect().await.unwrap();
    let start = Instant::now();
    let hanging = join_all((0..200).map(|_| upstreams.call_tool(call("m", "hangs", ""))));
    let quick = async {
        upstreams.call_tool(call("m", "echo", "x")).await.unwrap();
        start.elapsed()
    };
    let (hanging, quick) = tokio::join!(hanging, quick);
    assert!(hanging.iter().all(Result::is_err));
    assert!(quick < Duration::from_millis(300), "a quick call waited {quick:?} behind slow ones");
    assert!(start.elapsed() < Duration::from_secs(2), "200 calls took {:?}", start.elapsed());
}

/// Reads requests off an in-memory stream and answers each with what `answer` makes of its method, until that is `None`.
async fn answering(stream: DuplexStream, answer: impl Fn(&str) -> Option<String>) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let request: serde_json::Value = serde_json::from_str(&line).unwrap();
        let (Some(id), Some(method)) = (request.get("id"), request["method"].as_str()) else { continue };
        let Some(answer) = answer(method) else { return };
        let answer = format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},{answer}}}\n");
        write.write_all(answer.as_bytes()).await.unwrap();
    }
}

const INITIALIZED: &str =
    r#""result":{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"x","version":"1"}}"#;
const ONE_TOOL: &str = r#""result":{"tools":[{"name":"t"}]}"#;

#[tokio::test]
async fn a_server_that_closes_during_a_call_is_unavailable_at_once() {
    let serve = |stream| {
        answering(stream, |method| match method {
            "initialize" => Some(INITIALIZED.to_owned()),
            "tools/list" => Some(ONE_TOOL.to_owned()),
            _ => None,
        })
    };
    let upstreams = Upstreams::builder().in_memory("s", serve).connect().await.unwrap();
    for _ in 0..2 {
        let start = Instant::now();
        let answer = upstreams.call_tool(call("s", "t", "")).await;
        assert!(matches!(answer, Err(ToolError::Unavailable { .. })), "{answer:?}");
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}

#[tokio::test]
async fn answers_that_are_not_mcp_fail_the_call_at_once() {
    for (answer, expected) in [
        (r#""result":{"whatever":1}"#, "the server is unavailable: its answer is not the result of a tool"),
        (r#""result":7"#, "the server is unavailable: its answer is not the result of a tool"),
        (r#""result":null"#, "the server is unavailable: its answer is not the result of a tool"),
        (r#""result" : null"#, "the server is unavailable: its answer is not the result of a tool"),
        (r#""error":{"code":"E_FULL","message":"full"}"#, "s/t: full"),
        (r#""error":{"code":-32602,"message":"bad"}"#, "s/t: bad"),
        (r#""result":{"content":[{"type":"hologram"}]}"#, r#"[{"type":"hologram"}]"#),
    ] {
        let serve = move |stream| {
            answering(stream, move |method| match method {
                "initialize" => Some(INITIALIZED.to_owned()),
                "tools/list" => Some(ONE_TOOL.to_owned()),
                _ => Some(answer.to_owned()),
            })
        };
        let upstreams = Upstreams::builder().in_memory("s", serve).connect().await.unwrap();
        let given = match upstreams.call_tool(call("s", "t", "")).await {
            Ok(answer) => answer.output.text().to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(given.contains(expected), "{answer} gave {given}");
    }
}

#[tokio::test]
async fn both_generations_of_the_protocol_are_spoken() {
    // A server that knows only `server/discover` wants to be told the version in every request.
    let refused = r#""error":{"code":-32601,"message":"no initialize"}"#;
    let discovered = r#""result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"ttlMs":0,"cacheScope":"private"}"#;
    let serve = move |stream| {
        answering(stream, move |method| match method {
            "initialize" => Some(refused.to_owned()),
            "server/discover" => Some(discovered.to_owned()),
            "tools/list" => Some(ONE_TOOL.to_owned()),
            _ => Some(r#""result":{"resultType":"complete","content":[{"type":"text","text":"new"}]}"#.to_owned()),
        })
    };
    let upstreams = Upstreams::builder().in_memory("s", serve).connect().await.unwrap();
    let answer = upstreams.call_tool(call("s", "t", "")).await.unwrap();
    assert_eq!(answer.output.text(), "new");

    // One that does not even repeat the id of what it refuses.
    let serve = |stream: DuplexStream| async move {
        let (read, mut write) = tokio::io::split(stream);
        let mut lines = BufReader::new(read).lines();
        while let Ok(Some(_)) = lines.next_line().await {
            let error = "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"what?\"}}\n";
            write.write_all(error.as_bytes()).await.unwrap();
        }
    };
    let error = Upstreams::builder().in_memory("s", serve).connect().await.err().expect("a refusal");
    assert_eq!(error.to_string(), "server s: it refused the handshake: what?");

    let serve = move |stream| answering(stream, move |_| Some(refused.to_owned()));
    let error = Upstreams::builder().in_memory("s", serve).connect().await.err().expect("a refusal");
    assert_eq!(error.to_string(), "server s: it refused the handshake: no initialize");
}

#[tokio::test]
async fn a_list_of_tools_without_end_is_an_error() {
    let serve = |stream| {
        answering(stream, |method| match method {
            "initialize" => Some(INITIALIZED.to_owned()),
            _ => Some(r#""result":{"tools":[],"nextCursor":"more"}"#.to_owned()),
        })
    };
    let error = Upstreams::builder().in_memory("s", serve).connect().await.err().expect("an endless list");
    assert!(matches!(error.failure, StartFailure::EndlessToolList { .. }), "{error}");
}

#[tokio::test]
async fn a_server_without_tools_and_a_name_given_twice() {
    let serve = |stream| {
        answering(stream, |method| match method {
            "initialize" => Some(INITIALIZED.to_owned()),
            _ => Some(r#""error":{"code":-32601,"message":"Method not found"}"#.to_owned()),
        })
    };
    let upstreams = Upstreams::builder().in_memory("s", serve).connect().await.unwrap();
    assert_eq!(upstreams.definitions(), [("s".into(), Vec::new())]);

    let twice = Upstreams::builder().in_process("m", Mixed::default()).in_process("m", Mixed::default());
    assert!(matches!(twice.connect().await.err().expect("a clash").failure, StartFailure::DuplicateName));
}

#[tokio::test]
async fn a_child_process_that_is_noisy_is_understood() {
    let upstreams = start(&format!(
        r#"echo 'Loading…'; echo '{{"level":"info"}}'; echo '[1]'; echo; printf '\377\376 binary\n'; echo boot >&2
        {READY}
        echo '{{"jsonrpc":"2.0","id":99,"result":{{}}}}'; echo '{{"id":2,"result":{{}}}}'; echo "debug: $line"
        echo '{{"jsonrpc":"2.0","method":"$/progress","params":1}}'
        echo '{{"jsonrpc":"2.0","id":"2","result":{{"content":[{{"type":"text","text":"through"}}]}}}}'
        read -r line"#
    ))
    .await
    .unwrap();
    let answer = upstreams.call_tool(call("s", "t", "")).await.unwrap();
    assert_eq!(answer.output.text(), "through");
    upstreams.close().await;
}

#[tokio::test]
async fn a_child_process_that_does_not_become_ready_is_a_typed_error() {
    type Expected = fn(&StartFailure) -> bool;
    let cases: [(&str, Expected, &str); 6] = [
        (
            "echo oops >&2; exit 3",
            |f| matches!(f, StartFailure::Closed { status: Some(_) }),
            "ended (exit status: 3) before it was ready; the last it wrote to its standard error:\n    oops",
        ),
        ("sleep 60", |f| matches!(f, StartFailure::TimedOut { .. }), "not ready within 2 s"),
        ("cat", |f| matches!(f, StartFailure::TimedOut { .. }), "not ready"),
        ("yes garbage", |f| matches!(f, StartFailure::TimedOut { .. }), "not ready"),
        (
            r#"read -r l; echo '{"jsonrpc":"2.0","id":0,"result":{"x":1}}'; sleep 60"#,
            |f| matches!(f, StartFailure::NotMcp { .. }),
            "does not answer as an MCP server does",
        ),
        (
            "seq 30 >&2; exec 1>&-; sleep 60",
            |f| matches!(f, StartFailure::Closed { status: None }),
            "closed the connection before it was ready; the last it wrote to its standard error:\n    11\n    12",
        ),
    ];
    join_all(cases.map(async |(script, is_expected, message)| {
        let began = Instant::now();
        let timeout = Duration::from_secs(if message.starts_with("not ready") { 2 } else { 20 });
        let error = start_within(script, timeout).await.err().expect(script);
        assert!(is_expected(&error.failure) && error.to_string().contains(message), "{script}: {error}");
        assert!(began.elapsed() < timeout + Duration::from_secs(5), "{script} took {:?}", began.elapsed());
    }))
    .await;
    let missing = ServerConfig::child("s", "no-such-program", []);
    let error = Upstreams::builder().server(&missing).connect().await.err().expect("no program");
    assert!(error.to_string().starts_with("server s: cannot start `no-such-program`: "), "{error}");
}

#[tokio::test]
async fn a_child_process_that_dies_or_hangs_during_a_call_is_a_typed_error() {
    let upstreams = start(&format!("{READY} echo /host/path >&2; exit 1")).await.unwrap();
    let error = upstreams.call_tool(call("s", "t", "")).await.expect_err("it died");
    assert_eq!(error.to_string(), "s/t: the server is unavailable: it closed the connection");

    // Its input is full and stays so: the connection cannot even be closed, and still the call must not wait for that.
    let (ready, _) = READY.rsplit_once("read -r line;").unwrap();
    let upstreams = start(&format!("{ready} exec 1>&-; exec sleep 60")).await.unwrap();
    let error = upstreams.call_tool(call("s", "t", &"x".repeat(1_000_000))).await.expect_err("it closed its output");
    assert!(matches!(error, ToolError::Unavailable { .. }), "{error}");

    let upstreams = start(&format!("{READY} echo '<html>'; sleep 60")).await.unwrap();
    let error = upstreams.call_tool(call("s", "t", "")).await.expect_err("it hangs");
    assert!(matches!(error, ToolError::TimedOut { .. }), "{error}");
}

/// The process, if it is there at all: running, or a zombie.
#[cfg(target_os = "linux")]
fn is_there(id: &str) -> bool {
    std::path::Path::new("/proc").join(id).exists()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn no_process_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("id");
    // Deaf to the end of its input, and to a polite request.
    let deaf = format!("echo $$ > {}; {READY} trap '' TERM; while :; do sleep 0.1; done", file.display());
    let gentle = format!("echo $$ > {}; {READY}", file.display());
    for (script, is_closed) in [(&deaf, false), (&gentle, false), (&gentle, true), (&deaf, true)] {
        let upstreams = start(script).await.unwrap();
        upstreams.call_tool(call("s", "t", "")).await.ok();
        let id = std::fs::read_to_string(&file).unwrap().trim().to_owned();
        if is_closed {
            upstreams.close().await;
            assert!(!is_there(&id), "{script} is there after close");
        } else {
            drop(upstreams);
            assert!(waits_for(|| !is_there(&id)).await, "{script} is there after drop");
        }
    }
    let hangs = format!("echo $$ > {}; exec sleep 60", file.display());
    start_within(&hangs, Duration::from_secs(2)).await.err().expect("it never becomes ready");
    let id = std::fs::read_to_string(&file).unwrap().trim().to_owned();
    assert!(waits_for(|| !is_there(&id)).await, "a server that failed to start is there");
}

#[tokio::test]
async fn a_child_process_gets_its_own_environment_and_folder() {
    let folder = tempfile::tempdir().unwrap();
    let answer = r#"echo '{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"'"$KEY $(pwd -P) ${CARGO_MANIFEST_DIR:-unset}"'"}]}}'"#;
    let script = format!("{READY} {answer}; read -r line");
    let config = ServerConfig::new(
        "s",
        TransportConfig::Child(ChildConfig {
            command: "sh".to_owned(),
            args: vec!["-c".to_owned(), script],
            env: BTreeMap::from([("KEY".to_owned(), "value".to_owned())]),
            cwd: Some(folder.path().to_owned()),
        }),
    );
    let upstreams = Upstreams::builder().server(&config).connect().await.unwrap();
    let answer = upstreams.call_tool(call("s", "t", "")).await.unwrap();
    let folder = folder.path().canonicalize().unwrap();
    assert_eq!(answer.output.text(), format!("value {} unset", folder.display()));
}

#[tokio::test]
async fn what_is_kept_of_a_server_is_dropped_when_it_says_that_its_tools_have_changed() {
    let cache = Cache::new(CacheOptions::default());
    let (changed, mut told) = tokio::sync::mpsc::unbounded_channel();
    let kept = cache.clone();
    let builder = Upstreams::builder().tools_changed(move |server| {
        kept.invalidate_server(server);
        changed.send(server.to_owned()).unwrap();
    });
    let serve = |stream: DuplexStream| async move {
        let calls = std::sync::atomic::AtomicUsize::new(0);
        answering(stream, |method| {
            Some(match method {
                "initialize" => INITIALIZED.to_owned(),
                "tools/list" => r#""result":{"tools":[{"name":"t"},{"name":"u"}]}"#.to_owned(),
                _ => {
                    let number = calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                    let result = format!("\"result\":{{\"content\":[],\"structuredContent\":{number}}}");
                    // After the second answer comes the notification, a message of its own.
                    match number {
                        2 => result + "}\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"",
                        _ => result,
                    }
                }
            })
        })
        .await;
    };
    let upstreams = builder.in_memory("s", serve).connect().await.unwrap();
    let rule = CacheRule { ttl: None, definition: Fingerprint::of(&upstreams.definitions()[0].1[0]) };
    let rules = CacheRules::from_iter([(ToolId::new("s", "t"), rule)]);
    // As a policy would rule: nothing of this is a write.
    struct Reads(Upstreams);
    impl ToolHost for Reads {
        fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
            self.0.call_tool(call)
        }
        fn effect(&self, _: &ToolId) -> Effect {
            Effect::Read
        }
    }
    let host = CachedHost::new(Arc::new(Reads(upstreams)), cache, Arc::new(rules), Principal::default());
    let ask = async |tool: &str| host.call_tool(call("s", tool, "")).await.unwrap().output.text().to_owned();
    assert_eq!((ask("t").await, ask("t").await), ("1".to_owned(), "1".to_owned()));
    assert_eq!(ask("u").await, "2");
    let server = tokio::time::timeout(Duration::from_secs(5), told.recv()).await.expect("it is told");
    assert_eq!(server.as_deref(), Some("s"));
    assert_eq!(ask("t").await, "3");
}
