//! The built-in MCP servers: what the scenarios run against.
//!
//! Each is a real rmcp server over an in-memory stream, with fresh state for every trial. All that a server knows
//! follows from the seed: no clock, no global state, no files. Answers have the size and the fields that the public
//! interfaces of such services return, as one text block of compact JSON. In goes a name and [`ServerOptions`]; out
//! comes the served stream and a [`WriteLog`] that a scenario verifies.
//!
//! | server | what it is |
//! |---|---|
//! | `github` | an issue tracker with 10,000 issues, pull requests and files |
//! | `chat` | a workplace chat, read in pages of 15 messages |
//! | `crm` | accounts, contacts, deals, notes and tasks |
//! | `rates` | currency rates: three small tools |
//! | `documents` | a document store: transcripts, runbooks, design notes, postmortems, policies |
//! | `sheets` | spreadsheets, one of them with 10,000 rows, read in ranges of at most 1,000 |
//! | `billing` | customers, subscriptions and invoices, read in pages of at most 100 |
//! | `deployments` | rollouts that go on whenever their status is read |
//! | `synthetic` | of a sweep: as many tools and results as long as are wanted |
//! | `forms` | a wizard of five steps, each of which needs the answer to the one before |
//! | `calendar`, `monitoring`, `wiki` | the catalogue: large definitions that a task leaves unused |
//! | `actions`, `branches`, `discussions`, `gists`, `notifications`, `packages`, `projects`, `releases`, `reviews`, `security`, `teams` | more of it: what stands beside `github` on a code host |
//!
//! What the right answers to the scenarios are is found by [`oracle`], from the data that the servers are made of.

mod billing;
mod catalogue;
mod chat;
mod crm;
mod cursor;
mod deployments;
mod documents;
mod draw;
mod forms;
mod github;
mod options;
pub mod oracle;
mod prose;
mod rates;
mod recorded;
mod sheets;
mod synthetic;
mod world;

use std::sync::{Arc, Mutex};

use rmcp::{ServiceExt, model::RequestId};
use tokio::io::DuplexStream;

pub use self::options::{OptionError, ServerOptions};
pub(super) use self::synthetic::sum_of_chunks;
use self::{
    billing::Billing,
    catalogue::Catalogue,
    chat::Chat,
    crm::Crm,
    deployments::Deployments,
    documents::Documents,
    forms::Forms,
    github::GitHub,
    rates::Rates,
    recorded::{Recorded, lock},
    sheets::Sheets,
    synthetic::Synthetic,
};
use crate::tool::JsonObject;

/// The names of the servers, sorted.
pub fn names() -> &'static [&'static str] {
    &[
        "actions",
        "billing",
        "branches",
        "calendar",
        "chat",
        "crm",
        "deployments",
        "discussions",
        "documents",
        "forms",
        "gists",
        "github",
        "monitoring",
        "notifications",
        "packages",
        "projects",
        "rates",
        "releases",
        "reviews",
        "security",
        "sheets",
        "teams",
        "wiki",
    ]
}

/// Whether a scenario may name it. `synthetic` stands for no service, so it is not among the others.
pub fn is_known(name: &str) -> bool {
    name == "synthetic" || names().contains(&name)
}

/// No built-in server has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no built-in server `{0}`; the built-in servers are {known}", known = names().join(", "))]
pub struct UnknownServer(pub String);

/// A server that cannot be served as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Server(#[from] UnknownServer),
    #[error("option `failing` names `{tool}`, which is no tool of server `{server}`")]
    Tool { server: String, tool: String },
}

/// A call that changed a server's state.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    pub tool: String,
    pub input: JsonObject,
}

/// The successful state-changing calls to one server, in the order in which the client issued them. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct WriteLog(Arc<Mutex<Vec<(RequestId, Write)>>>);

impl WriteLog {
    pub fn entries(&self) -> Vec<Write> {
        let mut entries = lock(&self.0).clone();
        // A client counts its requests up, but on a runtime with many threads it may send those in flight together in
        // another order.
        entries.sort_by_key(|(request, _)| match request {
            RequestId::Number(number) => *number,
            RequestId::String(_) => i64::MAX,
        });
        entries.into_iter().map(|(_, write)| write).collect()
    }

    fn push(&self, request: RequestId, write: Write) {
        lock(&self.0).push((request, write));
    }
}

/// Serves the named server on one end of an in-memory stream until the stream closes.
///
/// The server runs on a thread of its own and answers one request at a time in the order of their arrival, so that
/// writes in flight together take effect in the order in which they were sent. If no thread can be started the stream
/// closes, which the client reports.
pub fn serve(name: &str, options: &ServerOptions, stream: DuplexStream) -> Result<WriteLog, ServeError> {
    match name {
        "github" => spawn(GitHub::server(options), options, stream),
        "chat" => spawn(Chat::server(options), options, stream),
        "crm" => spawn(Crm::server(options), options, stream),
        "rates" => spawn(Rates::server(), options, stream),
        "documents" => spawn(Documents::server(options), options, stream),
        "sheets" => spawn(Sheets::server(options), options, stream),
        "synthetic" => spawn(Synthetic::server(options), options, stream),
        "billing" => spawn(Billing::server(options), options, stream),
        "deployments" => spawn(Deployments::server(options), options, stream),
        "forms" => spawn(Forms::server(options), options, stream),
        _ => match Catalogue::server(name, options) {
            Some(server) => spawn(server, options, stream),
            None => Err(UnknownServer(name.to_owned()).into()),
        },
    }
}

fn spawn<S: Send + Sync + 'static>(
    server: Recorded<S>,
    options: &ServerOptions,
    stream: DuplexStream,
) -> Result<WriteLog, ServeError> {
    let name = server.name();
    let unknown = |tool| ServeError::Tool { server: name.to_owned(), tool };
    let server = server.failing(&options.failing).map_err(unknown)?;
    let writes = server.writes();
    let thread = std::thread::Builder::new().name("built-in server".to_owned()).spawn(move || {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
            Ok(runtime) => runtime,
            Err(error) => return tracing::error!(%error, "cannot build a runtime for a built-in server"),
        };
        runtime.block_on(async {
            match server.serve(stream).await {
                Ok(service) => drop(service.waiting().await),
                Err(error) => tracing::debug!(%error, "a client left before it was served"),
            }
        });
    });
    if let Err(error) = thread {
        tracing::error!(%error, "cannot start a thread for a built-in server");
    }
    Ok(writes)
}

#[cfg(test)]
mod tests;
