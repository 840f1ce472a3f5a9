//! One isolate: built, given its globals, driven until its program has ended.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::Rc,
    sync::{Arc, LazyLock},
    task::{Context, Poll, Waker},
};

use deno_core::{
    JsRuntime, PollEventLoopOptions, RuntimeOptions,
    error::{CoreError, CoreErrorKind},
    serde_v8, v8,
};
use serde::Serialize;
use tokio::sync::mpsc;

use super::{
    Failure, FailureKind,
    bridge::{Bridge, SharedBridge},
    globals,
    loader::{PROGRAM_URL, ToolTreeLoader},
    ops,
    thread::KillSwitch,
    wire::{Finish, GuestMessage, HostMessage, Job},
};

/// The first script: the bootstrap, called with the globals that it installs and the names that may stay on `globalThis`.
static BOOTSTRAP: LazyLock<String> = LazyLock::new(|| {
    let bootstrap = include_str!("js/bootstrap.js").trim_end();
    let standard: Vec<&str> = include_str!("js/standard_globals.txt").split_whitespace().collect();
    let kept = serde_json::json!([standard.as_slice(), globals::NAMES].concat());
    let intl = include_str!("js/intl.js").trim_end();
    format!("{bootstrap}({}, {intl}, {kept})", globals::SCRIPT.trim_end())
});

/// What an isolate that has reached its heap limit is granted to end with.
const DYING_HEAP_BYTES: usize = 16 * 1024 * 1024;

/// Runs a job to its end on the current thread and tells the host how it ended.
pub(super) fn run(
    job: &Job,
    outgoing: mpsc::UnboundedSender<GuestMessage>,
    incoming: mpsc::UnboundedReceiver<HostMessage>,
    switch: &KillSwitch,
) {
    let tell = outgoing.clone();
    let end = |finish| {
        // Nobody listens any more to a guest that has been killed.
        let _ = tell.send(GuestMessage::Finished(finish));
    };
    let Ok(reactor) = tokio::runtime::Builder::new_current_thread().enable_time().build() else {
        return end(Finish::Failed(Failure::new(FailureKind::Crash, "the sandbox could not start")));
    };
    let _entered = reactor.enter();
    let bridge = Rc::new(RefCell::new(Bridge::new(job, outgoing)));
    let mut isolate = match Isolate::new(job, bridge.clone()) {
        Ok(isolate) => isolate,
        Err(failure) => return end(Finish::Failed(failure)),
    };
    switch.connect(isolate.runtime.v8_isolate().thread_safe_handle());
    let finish = reactor.block_on(isolate.run(Mailbox { incoming, bridge }));
    switch.disconnect();
    // The host need not wait until the isolate is taken down, which takes the longer the larger its heap is.
    end(match finish {
        _ if isolate.out_of_memory.get() => Finish::Failed(Failure::new(
            FailureKind::Memory,
            format!(
                "the program needs more than {} of memory: keep less of the data at once",
                job.limits.memory.display().iec()
            ),
        )),
        Ok(finish) => finish,
        Err(failure) => Finish::Failed(failure),
    });
}

struct Isolate {
    runtime: JsRuntime,
    /// Imports the program and hands its value to [`ops::op_finish`].
    run: v8::Global<v8::Function>,
    finished: ops::FinishSlot,
    /// Set once the heap has reached its limit. The engine may be unable to tell by then.
    out_of_memory: Rc<Cell<bool>>,
}

/// Takes the host's messages to the bridge.
struct Mailbox {
    incoming: mpsc::UnboundedReceiver<HostMessage>,
    bridge: SharedBridge,
}

enum Mail {
    Taken,
    NoneYet,
    /// The host has given up on this guest.
    Closed,
}

impl Mailbox {
    fn poll(&mut self, cx: &mut Context<'_>) -> Mail {
        let mut mail = Mail::NoneYet;
        loop {
            match self.incoming.poll_recv(cx) {
                Poll::Ready(Some(message)) => self.bridge.borrow_mut().accept(message),
                Poll::Ready(None) => return Mail::Closed,
                Poll::Pending => return mail,
            }
            mail = Mail::Taken;
        }
    }
}

impl Isolate {
    fn new(job: &Job, bridge: SharedBridge) -> Result<Self, Failure> {
        let finished = ops::FinishSlot::default();
        let loader = ToolTreeLoader::new(bridge.clone(), job.code.clone(), job.source_map.clone());
        let memory = usize::try_from(job.limits.memory.as_u64()).unwrap_or(usize::MAX);
        let mut runtime = JsRuntime::try_new(RuntimeOptions {
            module_loader: Some(Rc::new(loader)),
            extensions: vec![ops::extension(bridge, finished.clone(), job.limits.result)],
            create_params: Some(v8::CreateParams::default().heap_limits(0, memory)),
            ..RuntimeOptions::default()
        })
        .map_err(Failure::from)?;
        let hooks =
            runtime.execute_script("codefirst:bootstrap", BOOTSTRAP.clone()).map_err(|error| Failure::from(*error))?;
        let out_of_memory = Rc::new(Cell::new(false));
        let handle = runtime.v8_isolate().thread_safe_handle();
        let reached = out_of_memory.clone();
        runtime.add_near_heap_limit_callback(move |limit, _| {
            reached.set(true);
            handle.terminate_execution();
            limit + DYING_HEAP_BYTES
        });
        let [run, add_namespaces] = hook_functions(&mut runtime, &hooks)
            .ok_or_else(|| Failure::new(FailureKind::Crash, "the sandbox could not start"))?;
        let mut isolate = Self { runtime, run, finished, out_of_memory };
        isolate.add_namespaces(&add_namespaces, &job.namespaces)?;
        Ok(isolate)
    }

    fn add_namespaces(
        &mut self,
        add: &v8::Global<v8::Function>,
        namespaces: &[(Arc<str>, Arc<str>)],
    ) -> Result<(), Failure> {
        let called = pin!(self.call(add, namespaces)?);
        match called.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Err(error)) => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn call<A: Serialize>(
        &mut self,
        function: &v8::Global<v8::Function>,
        argument: A,
    ) -> Result<impl Future<Output = Result<(), CoreError>> + use<A>, Failure> {
        let argument = {
            deno_core::scope!(scope, self.runtime);
            let argument = serde_v8::to_v8(scope, argument)
                .map_err(|error| Failure::new(FailureKind::Crash, error.to_string()))?;
            v8::Global::new(scope, argument)
        };
        let result = self.runtime.call_with_args(function, &[argument]);
        Ok(async { result.await.map(drop).map_err(CoreError::from) })
    }

    async fn run(&mut self, mut mailbox: Mailbox) -> Result<Finish, Failure> {
        let run = self.run.clone();
        let ended = self.call(&run, PROGRAM_URL)?;
        self.drive(&mut mailbox, pin!(ended)).await?;

        // A program with a value is done once its calls are; one without may still print.
        let has_value = matches!(*self.finished.borrow(), Some(Finish::Value(_)));
        let bridge = mailbox.bridge.clone();
        let calls_are_done = poll_fn(move |_| match has_value && !bridge.borrow().has_calls_in_flight() {
            true => Poll::Ready(Ok(())),
            false => Poll::Pending,
        });
        match self.drive(&mut mailbox, pin!(calls_are_done)).await {
            Err(Stop::Idle) | Ok(()) => {}
            Err(stop) => return Err(stop.into()),
        }
        Ok(self.finished.borrow_mut().take().unwrap_or(Finish::NoValue))
    }

    /// Runs the event loop until `future` is ready.
    async fn drive<T>(
        &mut self,
        mailbox: &mut Mailbox,
        mut future: Pin<&mut impl Future<Output = Result<T, CoreError>>>,
    ) -> Result<T, Stop> {
        poll_fn(|cx| {
            loop {
                let event_loop = self.runtime.poll_event_loop(cx, PollEventLoopOptions::default());
                // An unhandled rejection comes before a result that is ready at the same time.
                if let Poll::Ready(Err(error)) = event_loop {
                    return Poll::Ready(Err(Stop::Error(error)));
                }
                if let Poll::Ready(result) = future.as_mut().poll(cx) {
                    return Poll::Ready(result.map_err(Stop::Error));
                }
                match mailbox.poll(cx) {
                    Mail::Taken => continue,
                    Mail::Closed => return Poll::Ready(Err(Stop::Abandoned)),
                    Mail::NoneYet => {}
                }
                if mailbox.bridge.borrow_mut().program_is_idle() {
                    continue;
                }
                return match event_loop {
                    Poll::Ready(_) => Poll::Ready(Err(Stop::Idle)),
                    Poll::Pending => Poll::Pending,
                };
            }
        })
        .await
    }
}

/// Why the event loop stopped before what was waited for.
enum Stop {
    Error(CoreError),
    /// Nothing is left that could happen.
    Idle,
    /// The host has given up on this guest.
    Abandoned,
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Error(error) => error.into(),
            Stop::Idle => never_settles(),
            Stop::Abandoned => abandoned(),
        }
    }
}

/// Nobody reads this one: a host that has gone away has its own account of what happened.
fn abandoned() -> Failure {
    Failure::new(FailureKind::Crash, "the execution was abandoned")
}

fn never_settles() -> Failure {
    Failure::new(FailureKind::Runtime, "the program awaits a promise that nothing can settle any more")
}

impl From<CoreError> for Failure {
    fn from(error: CoreError) -> Self {
        match error.into_kind() {
            CoreErrorKind::Js(error) => (*error).into(),
            CoreErrorKind::PendingPromiseResolution | CoreErrorKind::EvaluateDynamicImportedModule => never_settles(),
            CoreErrorKind::ExecutionTerminated => abandoned(),
            other => Self::from_message(other.to_string()),
        }
    }
}

fn hook_functions(runtime: &mut JsRuntime, hooks: &v8::Global<v8::Value>) -> Option<[v8::Global<v8::Function>; 2]> {
    deno_core::scope!(scope, runtime);
    let hooks = v8::Local::<v8::Object>::try_from(v8::Local::new(scope, hooks)).ok()?;
    let function = |name| {
        let name = v8::String::new(scope, name)?;
        let function = v8::Local::<v8::Function>::try_from(hooks.get(scope, name.into())?).ok()?;
        Some(v8::Global::new(scope, function))
    };
    Some([function("run")?, function("addNamespaces")?])
}
