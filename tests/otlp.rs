//! What a collector receives of a request.

#![allow(clippy::expect_used)]

use std::{net::TcpListener, sync::Arc, time::Duration};

use codefirst::{
    catalog::Catalog,
    executor::Executor,
    host::{ToolAnswer, ToolError, ToolHost},
    policy::{Policy, Rulings},
    program::Program,
    router::{Request, Router},
    sandbox::{Isolation, ProcessOptions},
    telemetry::{self, TelemetryError},
    tool::{ToolCall, ToolOutput},
};
use futures_util::future::BoxFuture;
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::Span,
};
use prost::Message;
use tracing::info_span;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};
use wiremock::{Mock, MockServer, Request as HttpRequest, ResponseTemplate, matchers::method};

const TARGET: &str = "codefirst::router";

async fn collector() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    server
}

/// What has arrived, all of it as protobuf at this path.
async fn received(collector: &MockServer, at: &str) -> Vec<ExportTraceServiceRequest> {
    let requests = collector.received_requests().await.expect("recorded requests");
    let decode = |request: &HttpRequest| {
        assert_eq!((request.method.as_str(), request.url.path()), ("POST", at));
        assert_eq!(request.headers["content-type"], "application/x-protobuf");
        ExportTraceServiceRequest::decode(&*request.body).expect("protobuf")
    };
    requests.iter().map(decode).collect()
}

fn spans(requests: &[ExportTraceServiceRequest]) -> Vec<Span> {
    let resources = requests.iter().flat_map(|request| &request.resource_spans);
    resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| scope.spans.clone()).collect()
}

fn named<'a>(spans: &'a [Span], name: &str) -> Vec<&'a Span> {
    spans.iter().filter(|span| span.name == name).collect()
}

fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    found.value.as_ref()?.value.as_ref()
}

fn text(text: &str) -> Option<Value> {
    Some(Value::StringValue(text.to_owned()))
}

/// Answers every call.
struct Host;

impl ToolHost for Host {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(async move {
            match &*call.id.tool {
                "get_issue" => Err(ToolError::Failed { tool: call.id, message: "not found".to_owned() }),
                _ => Ok(ToolOutput::from_text("[]".to_owned()).into()),
            }
        })
    }
}

/// A request whose program makes two calls at once.
async fn request() {
    let tool = |name: &str| serde_json::from_value(serde_json::json!({ "name": name })).expect("a definition");
    let definitions = vec![("github".into(), ["get_issue", "list_issues"].map(tool).to_vec())];
    let rulings = Rulings::new(&Policy::default(), &definitions);
    let options = ProcessOptions { binary: Some(env!("CARGO_BIN_EXE_codefirst").into()), ..ProcessOptions::default() };
    let executor =
        Executor::builder().catalog(Catalog::new(definitions)).isolation(Isolation::Process(options)).build();
    let router = Router::builder(executor, Arc::new(Host), rulings).build().expect("a thread");
    let program = "return await Promise.allSettled([github.get_issue({}), github.list_issues({})])";
    let response = router.handle(Request { code: Some(Program::new(program)), ..Request::default() }).await;
    assert!(response.answer.is_ok(), "{response:?}");
}

/// Spans like those of a request, of which many can be made, and others that nobody asked for.
fn stand_ins() {
    let call = || info_span!(target: TARGET, "tool_call", server = "github", tool = "list_issues").in_scope(|| ());
    info_span!(target: TARGET, "request").in_scope(|| info_span!(target: TARGET, "program").in_scope(call));
    info_span!(target: "hyper::client", "foreign").in_scope(|| ());
}

/// Whose spans the layer sees. A span that ends on a thread without a subscriber leaves its parent open.
enum Scope {
    Thread,
    Process,
}

async fn spans_arrive(scope: Scope, endpoint_path: &str, at: &str) {
    let collector = collector().await;
    let (layer, guard) = telemetry::layer(&format!("{}{endpoint_path}", collector.uri())).expect("a layer");
    let subscriber = tracing_subscriber::registry().with(layer);
    let _default = match scope {
        Scope::Thread => Some(subscriber.set_default()),
        Scope::Process => {
            tracing::subscriber::set_global_default(subscriber).expect("no other");
            None
        }
    };
    request().await;
    info_span!(target: "hyper::client", "foreign").in_scope(|| ());
    guard.shutdown().await.expect("a shutdown");

    let requests = received(&collector, at).await;
    let resource = requests[0].resource_spans[0].resource.as_ref().expect("a resource");
    assert_eq!(attribute(&resource.attributes, "service.name").cloned(), text("codefirst"));
    assert_eq!(attribute(&resource.attributes, "service.version").cloned(), text(env!("CARGO_PKG_VERSION")));

    let spans = spans(&requests);
    let mut names: Vec<_> = spans.iter().map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["program", "request", "tool_call", "tool_call"]);
    let (request, program) = (named(&spans, "request")[0], named(&spans, "program")[0]);
    assert!(request.parent_span_id.is_empty());
    assert_eq!(program.parent_span_id, request.span_id);
    for span in &spans {
        assert_eq!(span.trace_id, request.trace_id);
        assert!(span.start_time_unix_nano >= request.start_time_unix_nano, "{span:?}");
        assert!(span.end_time_unix_nano <= request.end_time_unix_nano, "{span:?}");
        assert_eq!(attribute(&span.attributes, "code.file.path"), None, "{span:?}");
    }
    let calls = named(&spans, "tool_call");
    let mut tools: Vec<_> = calls.iter().map(|call| attribute(&call.attributes, "tool").cloned()).collect();
    tools.sort_by_key(|tool| format!("{tool:?}"));
    assert_eq!(tools, [text("get_issue"), text("list_issues")]);
    for call in calls {
        assert_eq!(call.parent_span_id, program.span_id);
        assert_eq!(attribute(&call.attributes, "server").cloned(), text("github"));
    }
    let outcomes = |name| {
        let spans = named(&spans, name);
        let mut outcomes: Vec<_> = spans.iter().map(|span| attribute(&span.attributes, "outcome").cloned()).collect();
        outcomes.sort_by_key(|outcome| format!("{outcome:?}"));
        outcomes
    };
    assert_eq!(attribute(&request.attributes, "route").cloned(), text("code"));
    assert_eq!(outcomes("request"), [text("completed")]);
    assert_eq!(outcomes("program"), [text("completed")]);
    assert_eq!(outcomes("tool_call"), [text("failed"), text("output")]);
}

#[tokio::test]
async fn a_collector_receives_request_program_and_tool_calls_with_their_parents_and_attributes() {
    spans_arrive(Scope::Thread, "", "/v1/traces").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_may_be_below_a_path_and_the_runtime_may_have_threads() {
    spans_arrive(Scope::Process, "/collector/", "/collector/v1/traces").await;
}

/// More spans than there is room for.
fn many_requests() {
    (0..2000).for_each(|_| stand_ins());
}

#[tokio::test]
async fn a_collector_that_is_down_holds_nothing_up() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let (layer, guard) = telemetry::layer(&format!("http://127.0.0.1:{port}")).expect("a layer");
    let _default = tracing_subscriber::registry().with(layer).set_default();
    many_requests();
    // Whether the last spans are reported lost is the exporter's affair; that it comes to an end is ours.
    let _ = guard.shutdown().await;
}

#[tokio::test]
async fn a_collector_that_never_answers_holds_nothing_up() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = silent.local_addr().expect("an address");
    let (layer, guard) = telemetry::layer(&format!("http://{address}")).expect("a layer");
    let _default = tracing_subscriber::registry().with(layer).set_default();
    many_requests();
    let result = tokio::time::timeout(Duration::from_secs(60), guard.shutdown()).await.expect("an end");
    assert!(matches!(result, Err(TelemetryError::Shutdown(_))), "{result:?}");
}

#[tokio::test]
async fn an_address_that_is_none_is_an_error_that_does_not_show_it() {
    for endpoint in ["", "s3cret", "ftp://s3cret", "http://", "unix:/s3cret"] {
        let Err(error) = telemetry::layer::<tracing_subscriber::Registry>(endpoint) else { panic!("{endpoint}") };
        assert!(matches!(error, TelemetryError::Endpoint), "{error:?}");
        assert!(!format!("{error:?} {error}").contains("s3cret"), "{error:?}");
    }
}

#[test]
fn traces_without_a_runtime_are_an_error() {
    let result = telemetry::layer::<tracing_subscriber::Registry>("http://127.0.0.1:9");
    assert!(matches!(result, Err(TelemetryError::NoRuntime)));
}
