//! [`Isolation::Thread`](super::Isolation::Thread): a fresh thread with a fresh isolate for each program.
//!
//! Never a used one: a dropped QuickJS runtime leaks, and after some 250 on one thread the next cannot be built.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use deno_core::v8::IsolateHandle;
use tokio::sync::mpsc;

use super::{
    Failure, FailureKind, Finish, Guest, GuestMessage, Job, NO_BYTECODE_CACHE, Sandbox, SandboxError, isolate,
};

/// More than the engine's own limit on its stack, so that it is the engine that notices an overflow.
const STACK_BYTES: usize = 16 * 1024 * 1024;

pub(super) struct ThreadSandbox;

/// What is needed to stop an isolate from outside. It may be asked before the isolate is there.
#[derive(Default)]
pub(super) struct KillSwitch {
    state: Mutex<(bool, Option<IsolateHandle>)>,
}

impl KillSwitch {
    /// Connects the isolate; stops it at once if that has been asked for already.
    pub fn connect(&self, handle: IsolateHandle) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 {
            handle.terminate_execution();
        }
        state.1 = Some(handle);
    }

    /// To be called before the isolate is dropped.
    pub fn disconnect(&self) {
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

impl Sandbox for ThreadSandbox {
    fn start(&self, job: Job) -> Result<Guest, SandboxError> {
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
                let run = AssertUnwindSafe(|| isolate::run(&job, outgoing.clone(), incoming, &guest_switch));
                if let Err(panic) = panic::catch_unwind(run) {
                    // Nobody listens any more to a guest that has been killed.
                    let _ = outgoing.send(GuestMessage::Finished(Finish::Failed(died(&*panic))));
                }
            })
            .map_err(SandboxError::Thread)?;
        Ok(Guest { messages, answers, kill: Box::new(move || switch.kill()) })
    }
}

/// The engine's binding panics when a string cannot be allocated; any other panic is a fault of ours.
fn died(panic: &(dyn std::any::Any + Send)) -> Failure {
    let message = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    if message.is_some_and(|message| message.contains("AllocationError") || message.contains("out of memory")) {
        Failure::new(FailureKind::Memory, "the program ran out of memory")
    } else {
        Failure::new(FailureKind::Crash, "the sandbox died")
    }
}
