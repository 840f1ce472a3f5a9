//! One isolate: built, given its globals and then a job, driven until its program has ended.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::Rc,
    sync::LazyLock,
    task::{Context, Poll, Waker},
    time::Instant,
};

use deno_core::{
    JsRuntime, OpState, PollEventLoopOptions, RuntimeOptions,
    error::{CoreError, CoreErrorKind},
    serde_v8, v8,
};
use futures_util::{Stream, stream};
use serde::Serialize;
use tokio::runtime::Runtime;

use super::{
    Answer, AnswerKind, AnswerText, Delivery, Failure, FailureKind, Finish, GuestMessage, HostMessage, Job, Limits,
    bridge::{Bridge, Outbox, SharedBridge},
    drive::drive,
    globals,
    loader::{PROGRAM_URL, REHEARSAL_URL, ToolTreeLoader},
    ops,
};

/// The first script: the bootstrap, called with the globals that it installs and the names that may stay on `globalThis`.
static BOOTSTRAP: LazyLock<String> = LazyLock::new(|| {
    let bootstrap = include_str!("js/bootstrap.js").trim_end();
    let standard: Vec<&str> = include_str!("js/standard_globals.txt").split_whitespace().collect();
    let kept = serde_json::json!([standard.as_slice(), globals::NAMES].concat());
    let intl = include_str!("js/intl.js").trim_end();
    format!("{bootstrap}({}, {intl}, {kept})", globals::SCRIPT.trim_end())
});

/// More than any job's limit: an isolate without a job has none that matters, and without one the engine takes 16 MiB.
const NO_HEAP_LIMIT: usize = 1 << 40;

/// How large the engine's heap may become.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeapLimit {
    /// Where the program is ended. The engine counts exactly only an eighth beyond it.
    pub bytes: usize,
    /// What it is granted beyond that to end with.
    pub to_end_with: usize,
}

pub(super) struct Isolate {
    runtime: JsRuntime,
    hooks: Hooks,
    bridge: SharedBridge,
    finished: ops::FinishSlot,
    /// Set once the heap has reached its limit. The engine may be unable to tell by then.
    out_of_memory: Rc<Cell<bool>>,
    rehearsals: u32,
}

/// The functions that the bootstrap answers with.
struct Hooks {
    /// Imports the program and hands its value to [`ops::op_finish`].
    run: v8::Global<v8::Function>,
    add_namespaces: v8::Global<v8::Function>,
    /// Compiles what is otherwise compiled at first use.
    load_all: v8::Global<v8::Function>,
}

/// When the isolate's next timer is due.
pub(super) struct DueTimers(Rc<RefCell<OpState>>);

impl DueTimers {
    pub fn next(&self) -> Option<Instant> {
        self.0.borrow().borrow::<globals::Timers>().next()
    }
}

/// Takes the host's messages to the bridge.
struct Mailbox<I> {
    incoming: I,
    bridge: SharedBridge,
}

enum Mail {
    Taken,
    NoneYet,
    /// The host has given up on this guest.
    Closed,
}

impl<I: Stream<Item = HostMessage> + Unpin> Mailbox<I> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Mail {
        let mut mail = Mail::NoneYet;
        loop {
            match Pin::new(&mut self.incoming).poll_next(cx) {
                Poll::Ready(Some(message)) => self.bridge.borrow_mut().accept(message),
                Poll::Ready(None) => return Mail::Closed,
                Poll::Pending => return mail,
            }
            mail = Mail::Taken;
        }
    }
}

impl Isolate {
    /// An isolate with its globals, ready for a job.
    pub fn new() -> Result<Self, Failure> {
        let finished = ops::FinishSlot::default();
        let bridge = SharedBridge::default();
        let mut runtime = JsRuntime::try_new(RuntimeOptions {
            module_loader: Some(Rc::new(ToolTreeLoader::new(bridge.clone()))),
            extensions: vec![ops::extension(bridge.clone(), finished.clone())],
            create_params: Some(v8::CreateParams::default().heap_limits(0, NO_HEAP_LIMIT)),
            ..RuntimeOptions::default()
        })
        .map_err(Failure::from)?;
        let hooks =
            runtime.execute_script("codefirst:bootstrap", BOOTSTRAP.clone()).map_err(|error| Failure::from(*error))?;
        let hooks = Hooks::read(&mut runtime, &hooks)
            .ok_or_else(|| Failure::new(FailureKind::Crash, "the sandbox could not start"))?;
        // There has to be a callback for `limit_heap` to take away.
        runtime.add_near_heap_limit_callback(|limit, _| limit);
        Ok(Self { runtime, hooks, bridge, finished, out_of_memory: Rc::default(), rehearsals: 0 })
    }

    /// Compiles what is otherwise compiled at first use, for a process that forks.
    pub fn load_all(&mut self) -> Result<(), Failure> {
        let load_all = self.hooks.load_all.clone();
        self.call_now(&load_all, ())
    }

    /// Runs a program of our own that does a little of what programs do, so that the next one finds every part of the engine
    /// used, its memory mapped and its own to write to. Nothing of it is left that a program could see.
    pub fn rehearse(&mut self, reactor: &Runtime) -> Result<(), Failure> {
        let job = Job {
            code: include_str!("js/rehearsal.js").to_owned(),
            source_map: String::new(),
            namespaces: Vec::new(),
            limits: Limits::default(),
            delivery: Delivery::AsTheyCome,
        };
        let calls = Rc::new(Cell::new(None));
        let call_made = calls.clone();
        let outbox = Box::new(move |message| {
            if let GuestMessage::Call { id, .. } = message {
                call_made.set(Some(id));
            }
        });
        let answers = stream::poll_fn(move |_| match calls.take() {
            Some(id) => {
                let text = include_str!("js/rehearsal.json").trim_end().to_owned();
                let answer = Answer { kind: AnswerKind::Json, text: AnswerText::Own(text) };
                Poll::Ready(Some(HostMessage::Answer { id, answer }))
            }
            None => Poll::Pending,
        });
        self.rehearsals += 1;
        self.start(&format!("{REHEARSAL_URL}{}.js", self.rehearsals), job, outbox)?;
        let ran = drive(reactor, self.run(answers), || false);
        self.bridge.replace(Bridge::default());
        match ran {
            Some(Ok(_)) => Ok(()),
            Some(Err(failure)) => Err(failure),
            None => Err(Failure::new(FailureKind::Crash, "the rehearsal waits for something")),
        }
    }

    pub fn timers(&mut self) -> DueTimers {
        DueTimers(self.runtime.op_state())
    }

    pub fn handle(&mut self) -> v8::IsolateHandle {
        self.runtime.v8_isolate().thread_safe_handle()
    }

    /// From now on the isolate is the job's.
    pub fn begin(&mut self, job: Job, heap: HeapLimit, outbox: Outbox) -> Result<(), Failure> {
        self.limit_heap(heap);
        self.start(PROGRAM_URL, job, outbox)
    }

    fn start(&mut self, url: &str, mut job: Job, outbox: Outbox) -> Result<(), Failure> {
        self.bridge.replace(Bridge::new(url, &mut job, outbox));
        self.runtime.op_state().borrow_mut().put(globals::ProgramClock::start());
        let add_namespaces = self.hooks.add_namespaces.clone();
        self.call_now(&add_namespaces, &job.namespaces)
    }

    fn limit_heap(&mut self, HeapLimit { bytes, to_end_with }: HeapLimit) {
        // The engine has no other way to a new limit.
        self.runtime.remove_near_heap_limit_callback(bytes);
        let (handle, reached) = (self.handle(), self.out_of_memory.clone());
        self.runtime.add_near_heap_limit_callback(move |limit, _| {
            reached.set(true);
            handle.terminate_execution();
            limit + to_end_with
        });
    }

    /// Whether the program has been ended because the heap reached its limit.
    pub fn is_out_of_memory(&self) -> bool {
        self.out_of_memory.get()
    }

    /// Calls a function that does not wait for anything.
    fn call_now<A: Serialize>(&mut self, function: &v8::Global<v8::Function>, argument: A) -> Result<(), Failure> {
        let called = pin!(self.call(function, argument)?);
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

    /// Runs the job's program to its end.
    pub async fn run(&mut self, incoming: impl Stream<Item = HostMessage> + Unpin) -> Result<Finish, Failure> {
        let mut mailbox = Mailbox { incoming, bridge: self.bridge.clone() };
        let run = self.hooks.run.clone();
        let url = self.bridge.borrow().entry().to_owned();
        let ended = self.call(&run, url)?;
        self.drive(&mut mailbox, pin!(ended)).await?;

        // A program with a value is done once its calls are; one without may still print.
        let has_value = matches!(*self.finished.borrow(), Some(Finish::Value(_)));
        let bridge = self.bridge.clone();
        let mut is_last_turn = false;
        let calls_are_done = poll_fn(move |cx| {
            if !has_value || bridge.borrow().has_calls_in_flight() {
                return Poll::Pending;
            }
            // The program's own handling of the last answer, which may fail, comes in one more turn of the event loop.
            if std::mem::replace(&mut is_last_turn, true) {
                return Poll::Ready(Ok(()));
            }
            cx.waker().wake_by_ref();
            Poll::Pending
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
        mailbox: &mut Mailbox<impl Stream<Item = HostMessage> + Unpin>,
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

impl Hooks {
    fn read(runtime: &mut JsRuntime, hooks: &v8::Global<v8::Value>) -> Option<Self> {
        deno_core::scope!(scope, runtime);
        let hooks = v8::Local::<v8::Object>::try_from(v8::Local::new(scope, hooks)).ok()?;
        let function = |name| {
            let name = v8::String::new(scope, name)?;
            let function = v8::Local::<v8::Function>::try_from(hooks.get(scope, name.into())?).ok()?;
            Some(v8::Global::new(scope, function))
        };
        Some(Self { run: function("run")?, add_namespaces: function("addNamespaces")?, load_all: function("loadAll")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_can_be_repeated_and_leaves_nothing_behind() {
        let reactor = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _entered = reactor.enter();
        let mut isolate = Isolate::new().unwrap();
        isolate.load_all().unwrap();
        for _ in 0..3 {
            isolate.rehearse(&reactor).unwrap();
        }
        assert!(isolate.finished.borrow().is_none());
        assert!(!isolate.bridge.borrow().has_calls_in_flight());
    }
}
