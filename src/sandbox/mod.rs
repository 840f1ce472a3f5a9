//! The sandbox: one isolate that runs one program and can do nothing but call tools.
//!
//! [`Sandbox::start`] takes a [`Job`] and gives a [`Guest`]: messages out, messages in, and a way to kill it. Where the guest
//! lives is the sandbox's own business ([`Isolation`]); what it may say is [`wire`]'s. Nothing here knows of MCP.

mod bridge;
mod failure;
mod globals;
mod intl;
mod isolate;
mod js_error;
mod limits;
mod loader;
#[cfg(no_wasm)]
mod no_wasm;
mod ops;
mod thread;
pub mod wire;

use tokio::sync::mpsc;

pub use failure::{Failure, FailureKind, Frame};
pub use limits::Limits;
pub use loader::resolve_import;
pub(crate) use ops::result_too_large;
pub use wire::{Answer, ConsoleLevel, Finish, GuestMessage, HostMessage, Job};

/// Where a program runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// On a thread of this process, within the engine's own limits. Not for hostile programs: array buffers are outside the
    /// heap limit, and an abort of the engine takes the process with it.
    #[default]
    Thread,
}

/// When a program sees the answers to its tool calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// Each as soon as it comes.
    #[default]
    AsTheyCome,
    /// All calls in flight together are answered together, once the last answer is there. The order in which a program
    /// goes on is then independent of how fast each tool is, which the harness needs to be reproducible.
    WaveByWave,
}

/// Starts guests.
pub trait Sandbox: Send + Sync {
    /// # Errors
    /// When the host cannot give the guest what it runs on.
    fn start(&self, job: Job) -> Result<Guest, SandboxError>;
}

/// A program that has been started. Dropping it kills it.
pub struct Guest {
    /// Ends without [`GuestMessage::Finished`] when the guest has died.
    pub messages: mpsc::UnboundedReceiver<GuestMessage>,
    pub answers: mpsc::UnboundedSender<HostMessage>,
    kill: Box<dyn FnMut() + Send>,
}

impl Drop for Guest {
    fn drop(&mut self) {
        (self.kill)();
    }
}

/// The host's failure to run guests at all.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error(
        "call codefirst::sandbox::init() at the top of main, or set {NO_BYTECODE_CACHE}=1 and TZ=UTC0 for the process"
    )]
    NotInitialized,
    #[error("cannot start a thread for the guest")]
    Thread(#[source] std::io::Error),
}

/// The sandbox that provides an isolation.
pub fn sandbox(isolation: Isolation) -> Box<dyn Sandbox> {
    match isolation {
        Isolation::Thread => Box::new(thread::ThreadSandbox),
    }
}

/// Switches off the engine's cache of compiled code. Read once, at the first module of the process.
const NO_BYTECODE_CACHE: &str = "V82JSC_NO_BC_CACHE";

/// Prepares the process for guests. To be called at the top of `main`, before any thread is started.
///
/// Guests see UTC as their local time, and the engine's on-disk bytecode cache is switched off: it would read and write
/// files on behalf of guests, and trust what it reads.
pub fn init() {
    // SAFETY: the caller keeps to the contract that no other thread runs yet, so nobody reads the environment meanwhile.
    #[allow(unsafe_code)]
    unsafe {
        std::env::set_var(NO_BYTECODE_CACHE, "1");
        std::env::set_var("TZ", "UTC0");
    }
}
