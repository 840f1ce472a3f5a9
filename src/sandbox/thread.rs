//! [`Isolation::Thread`](super::Isolation::Thread): a fresh thread with a fresh isolate for each program.
//!
//! Never a used one: a dropped QuickJS runtime leaks, and after some 250 on one thread the next cannot be built.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    thread,
    time::{Duration, Instant},
};

use deno_core::v8::IsolateHandle;
use futures_util::{future::BoxFuture, stream};
use tokio::sync::mpsc;

use super::{
    Death, Ending, Failure, FailureKind, Finish, Guest, GuestMessage, HostMessage, Job, NO_BYTECODE_CACHE, Sandbox,
    SandboxError, Started,
    failure::{is_allocation_failure, out_of_memory},
    isolate::{HeapLimit, Isolate},
};

/// More than the engine's own limit on its stack, so that it is the engine that notices an overflow.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// What an isolate that has reached its heap limit is granted to end with.
const DYING_HEAP_BYTES: usize = 16 * 1024 * 1024;

pub(super) struct ThreadSandbox;

/// What is needed to stop an isolate from outside. It may be asked before the isolate is there.
#[derive(Default)]
struct KillSwitch {
    state: Mutex<(bool, Option<IsolateHandle>)>,
}

impl KillSwitch {
    /// Connects the isolate; stops it at once if that has been asked for already.
    fn connect(&self, handle: IsolateHandle) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 {
            handle.terminate_execution();
        }
        state.1 = Some(handle);
    }

    /// To be called before the isolate is dropped.
    fn disconnect(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1 = None;
    }

    fn kill(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = true;
        if let Some(handle) = &state.1 {
            handle.terminate_execution();
        }
    }
}

struct ThreadGuest {
    /// Ends without [`GuestMessage::Finished`] when the guest has died.
    messages: mpsc::UnboundedReceiver<GuestMessage>,
    answers: mpsc::UnboundedSender<HostMessage>,
    switch: Arc<KillSwitch>,
}

impl Sandbox for ThreadSandbox {
    /// Nothing of a thread can be there before its program.
    fn prepare(&self) -> BoxFuture<'_, Result<(), SandboxError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn start(&self, job: Job, _: Instant) -> BoxFuture<'_, Result<Started, SandboxError>> {
        let started = start(job).map(|guest| Started { guest, queued: Duration::ZERO });
        Box::pin(std::future::ready(started))
    }
}

fn start(job: Job) -> Result<Box<dyn Guest>, SandboxError> {
    if std::env::var_os(NO_BYTECODE_CACHE).is_none() {
        return Err(SandboxError::NotInitialized);
    }
    let (outgoing, messages) = mpsc::unbounded_channel();
    let (answers, incoming) = mpsc::unbounded_channel();
    let switch = Arc::new(KillSwitch::default());
    let guest_switch = switch.clone();
    thread::Builder::new()
        .name("guest".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            let run = AssertUnwindSafe(|| run(job, outgoing.clone(), incoming, &guest_switch));
            if let Err(panic) = panic::catch_unwind(run) {
                // Nobody listens any more to a guest that has been killed.
                let _ = outgoing.send(GuestMessage::Finished(Finish::Failed(died(&*panic))));
            }
        })
        .map_err(SandboxError::Thread)?;
    Ok(Box::new(ThreadGuest { messages, answers, switch }))
}

/// Runs a job to its end on the current thread and tells the host how it ended.
fn run(
    job: Job,
    outgoing: mpsc::UnboundedSender<GuestMessage>,
    mut incoming: mpsc::UnboundedReceiver<HostMessage>,
    switch: &KillSwitch,
) {
    let memory = job.limits.memory;
    let outbox = outgoing.clone();
    let end = |finish| {
        // Nobody listens any more to a guest that has been killed.
        let _ = outgoing.send(GuestMessage::Finished(finish));
    };
    let Ok(reactor) = tokio::runtime::Builder::new_current_thread().enable_time().build() else {
        return end(Finish::Failed(Failure::new(FailureKind::Crash, "the sandbox could not start")));
    };
    let _entered = reactor.enter();
    let mut isolate = match Isolate::new() {
        Ok(isolate) => isolate,
        Err(failure) => return end(Finish::Failed(failure)),
    };
    switch.connect(isolate.handle());
    let heap =
        HeapLimit { bytes: usize::try_from(memory.as_u64()).unwrap_or(usize::MAX), to_end_with: DYING_HEAP_BYTES };
    let outbox = Box::new(move |message| {
        let _ = outbox.send(message);
    });
    let finish = isolate
        .begin(job, heap, outbox)
        .and_then(|()| reactor.block_on(isolate.run(stream::poll_fn(|cx| incoming.poll_recv(cx)))));
    switch.disconnect();
    // The host need not wait until the isolate is taken down, which takes the longer the larger its heap is.
    end(match finish {
        _ if isolate.is_out_of_memory() => Finish::Failed(out_of_memory(memory)),
        Ok(finish) => finish,
        Err(failure) => Finish::Failed(failure),
    });
}

impl Guest for ThreadGuest {
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<GuestMessage, String>>> {
        self.messages.poll_recv(cx).map(|message| message.map(Ok))
    }

    fn send(&mut self, message: HostMessage) {
        // A guest that has died listens to nothing.
        let _ = self.answers.send(message);
    }

    fn end(self: Box<Self>, _: Instant) -> BoxFuture<'static, Ending> {
        let death = Death::Program(Failure::new(FailureKind::Crash, "the sandbox died"));
        Box::pin(std::future::ready(Ending { death, peak_memory: None, cpu: None }))
    }
}

impl Drop for ThreadGuest {
    fn drop(&mut self) {
        self.switch.kill();
    }
}

/// The engine's binding panics when a string cannot be allocated; any other panic is a fault of ours.
fn died(panic: &(dyn std::any::Any + Send)) -> Failure {
    match is_allocation_failure(panic) {
        true => Failure::new(FailureKind::Memory, "the program ran out of memory"),
        false => Failure::new(FailureKind::Crash, "the sandbox died"),
    }
}
