//! One request as others see it while it goes on: [`Observed`]. What its program prints goes to the client as progress and to
//! whoever watches; its calls go into the audit log, each when it is answered, and those that never were when the request ends.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{Arc, OnceLock},
};

use bytesize::ByteSize;
use jiff::Timestamp;
use rmcp::model::{CallToolResult, ErrorData};

use super::{answer, approval::User, session::Client, toolset::Toolset};
use crate::{
    activity::{Activity, Begun, Ended, Live, Printer, RequestKind},
    audit::{Audit, AuditEntry, AuditedRequest},
    host::Principal,
    journal::{CallOutcome, JournalEntry, Observer, Recorder},
    router::{Request, Response},
    upstream::{Caller, ClientId, PoolHost, ToClient},
};

/// A request that is observed.
pub(super) struct Observed {
    principal: Principal,
    host: PoolHost,
    caller: Arc<Caller>,
    recorder: Recorder,
    watcher: Arc<Watcher>,
    live: Live,
}

/// The name of a session, which no other has, also not in another life of this process.
fn session_name(client: ClientId) -> Arc<str> {
    static LIFE: OnceLock<RandomState> = OnceLock::new();
    let life = LIFE.get_or_init(RandomState::new).hash_one(());
    format!("{life:016x}-{client}").into()
}

/// Told of what one request does.
struct Watcher {
    caller: Arc<Caller>,
    printer: OnceLock<Printer>,
    audit: Option<Arc<Audit>>,
    request: OnceLock<AuditedRequest>,
}

impl Observed {
    pub(super) fn new(
        activity: &Activity,
        audit: Option<Arc<Audit>>,
        client: &Client,
        caller: Arc<Caller>,
        kind: RequestKind,
        info: Option<String>,
    ) -> Self {
        let watcher =
            Arc::new(Watcher { caller: caller.clone(), printer: OnceLock::new(), audit, request: OnceLock::new() });
        let recorder = Recorder::observed_by(watcher.clone());
        let has_program = matches!(kind, RequestKind::Program { .. });
        let principal = client.principal.clone();
        let live =
            activity.begin(Begun { principal: principal.clone(), client: info, kind, recorder: recorder.clone() });
        // Both are empty until now.
        let _ = watcher.printer.set(live.printer());
        let _ = watcher.request.set(AuditedRequest {
            id: live.id().into(),
            principal: principal.clone(),
            session: (!client.is_sessionless).then(|| session_name(client.id)),
            start: Timestamp::now(),
            has_program,
        });
        Self { principal, host: client.host.on_behalf_of(caller.clone()), caller, recorder, watcher, live }
    }

    /// What the router is to know of it, without what is asked for.
    pub(super) fn request(&self) -> Request {
        let can_approve = self.caller.capabilities.elicitation.is_some();
        Request {
            principal: self.principal.clone(),
            approver: can_approve.then(|| Arc::new(User(self.caller.clone())) as _),
            host: Some(Arc::new(self.host.clone())),
            recorder: self.recorder.clone(),
            ..Request::default()
        }
    }

    /// Has the request carried out to its end. Dropped before, it is as cancelled.
    pub(super) async fn carry_out(
        self,
        toolset: Arc<Toolset>,
        request: Request,
        answer: impl FnOnce(&Response) -> CallToolResult,
    ) -> Result<CallToolResult, ErrorData> {
        let Self { recorder, watcher, live, .. } = self;
        let unanswered = Unanswered { recorder, watcher };
        let response = toolset.router.handle(request).await;
        let result = answer(&response);
        drop(unanswered);
        live.end(ended(&response, answer::bytes(&result)));
        Ok(result)
    }
}

fn ended(response: &Response, bytes: usize) -> Ended {
    Ended {
        route: response.route_taken(),
        outcome: response.outcome(),
        fallback: response.fallback.as_ref().map(|fallback| fallback.cause.clone()),
        failure: response.answer.as_ref().err().map(ToString::to_string),
        result_bytes: ByteSize(bytes as u64),
    }
}

impl Observer for Watcher {
    fn answered(&self, entry: &JournalEntry) {
        if let (Some(audit), Some(request)) = (&self.audit, self.request.get()) {
            audit.record(&AuditEntry::new(entry, request));
        }
    }

    fn printed(&self, line: &str) {
        self.caller.tell(ToClient::printed(line));
        if let Some(printer) = self.printer.get() {
            printer.console(line);
        }
    }
}

/// The calls of a request that have no answer. When it ends, they will not get one.
struct Unanswered {
    recorder: Recorder,
    watcher: Arc<Watcher>,
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if self.watcher.audit.is_none() {
            return;
        }
        for entry in self.recorder.journal().entries() {
            if matches!(entry.outcome, CallOutcome::Unknown {} | CallOutcome::Held {}) {
                self.watcher.answered(entry);
            }
        }
    }
}
