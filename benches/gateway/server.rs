//! The servers behind the gateway: small, and real processes.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, ExitCode, Stdio},
    sync::Arc,
    time::Duration,
};

use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ListToolsResult, PaginatedRequestParams,
        ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
    transport::{
        stdio,
        streamable_http_server::{
            StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
        },
    },
};
use serde_json::json;

/// The environment variable that turns this program into a server: `echo`; `slow`, the same after 0.5 s; `many`, with 100 tools;
/// `http`, which says on standard output at which address it serves.
pub const ARGUMENTS: &str = "CODEFIRST_BENCH_SERVER";

#[derive(Clone)]
struct Echo {
    tools: usize,
}

impl ServerHandler for Echo {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        // About what a real tool takes, 1.3 KB.
        let property = |number: usize| {
            let description = "What it is about, in as many words as servers tend to use for their parameters.";
            (format!("option_{number}"), json!({ "type": "string", "description": description }))
        };
        let mut properties: serde_json::Map<_, _> = (0..8).map(property).collect();
        properties.insert("text".to_owned(), json!({ "type": "string" }));
        properties.insert("pause_ms".to_owned(), json!({ "type": "integer" }));
        let schema = json!({ "type": "object", "properties": properties });
        let schema = Arc::new(schema.as_object().cloned().unwrap_or_default());
        let tool = |number: usize| {
            let name = if number == 0 { "echo".to_owned() } else { format!("tool_{number}") };
            Tool::new(name, "Gives back the text that it is given, and does nothing else at all", schema.clone())
        };
        Ok(ListToolsResult::with_all_items((0..self.tools).map(tool).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let input = request.arguments.unwrap_or_default();
        let text = input.get("text").and_then(|text| text.as_str()).unwrap_or_default();
        if let Some(pause) = input.get("pause_ms").and_then(|pause| pause.as_u64()) {
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
    }
}

/// Serves until its client goes.
pub fn run(arguments: &str) -> ExitCode {
    if arguments == "slow" {
        std::thread::sleep(Duration::from_millis(500));
    }
    let tools = if arguments == "many" { 100 } else { 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        if arguments == "http" {
            return serve_http().await;
        }
        let running = Echo { tools }.serve(stdio()).await.expect("a handshake");
        running.waiting().await.expect("it ends");
    });
    ExitCode::SUCCESS
}

async fn serve_http() {
    let service = StreamableHttpService::new(
        || Ok(Echo { tools: 1 }),
        LocalSessionManager::default().into(),
        StreamableHttpServerConfig::default(),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("http://{}/mcp", listener.local_addr().expect("an address"));
    let app = axum::Router::new().route_service("/mcp", service);
    axum::serve(listener, app).await.expect("it serves");
}

/// A server over HTTP, in a process of its own. Dropped, it is ended.
pub struct HttpServer {
    process: Child,
    pub url: String,
}

impl HttpServer {
    pub fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.env(ARGUMENTS, "http").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("a process");
        let mut url = String::new();
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe"));
        lines.read_line(&mut url).expect("the server says where it serves");
        Self { process, url: url.trim().to_owned() }
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
