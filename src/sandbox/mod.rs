//! The sandbox: one isolate that runs one program and can do nothing but call tools.
//!
//! [`Sandbox::start`] takes a [`Job`] and gives a [`Guest`]: messages out, messages in, and an end. Where the guest lives is
//! the sandbox's own business ([`Isolation`]); what it may say is [`wire`]'s. Nothing here knows of MCP.

mod bridge;
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "what waits by itself is a process"))]
mod drive;
mod failure;
mod globals;
mod intl;
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only processes are made warm"))]
mod isolate;
mod js_error;
mod limits;
mod loader;
#[cfg(no_wasm)]
mod no_wasm;
mod ops;
#[cfg(target_os = "linux")]
mod process;
#[cfg(all(debug_assertions, target_os = "linux"))]
mod takeover;
mod thread;
pub mod wire;

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytesize::ByteSize;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

pub(crate) use failure::forbidden_call;
pub use failure::{Failure, FailureKind, Frame};
pub use limits::Limits;
pub use loader::resolve_import;
pub(crate) use ops::result_too_large;
#[cfg(target_os = "linux")]
pub use process::examine;
pub use wire::{Answer, AnswerKind, AnswerText, ConsoleLevel, Finish, GuestMessage, HostMessage, Job};

/// Where a program runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// In a process of its own, forked for it from a warm one and confined by the kernel. Linux only.
    Process(ProcessOptions),
    /// On a thread of this process, within the engine's own limits. Not for hostile programs: array buffers are outside the
    /// heap limit, and an abort of the engine takes the process with it. Not for a long-lived service either: what the
    /// engine leaks, about 0.8 MB a program, stays.
    Thread,
}

/// `Process` on Linux, `Thread` elsewhere.
impl Default for Isolation {
    fn default() -> Self {
        match cfg!(target_os = "linux") {
            true => Self::Process(ProcessOptions::default()),
            false => Self::Thread,
        }
    }
}

/// How [`Isolation::Process`] runs its processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessOptions {
    /// The path of a program whose `main` calls [`init`], such as `codefirst`; it is started, so it has to be one that
    /// does. `None`: the program that is running.
    pub binary: Option<PathBuf>,
    /// Processes forked and confined ahead of demand. Default: one for each processor.
    pub spares: usize,
    /// Programs that run at once, at least one. Default: four for each processor.
    pub concurrent: usize,
    /// Programs that wait for their turn; one more is refused ([`SandboxError::Busy`]). Default 1,000.
    pub queue: usize,
    /// Whether to refuse to run where the kernel lacks a layer of the confinement ([`Layers`]). Default: no.
    pub require_all_layers: bool,
}

impl Default for ProcessOptions {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { binary: None, spares: processors, concurrent: 4 * processors, queue: 1_000, require_all_layers: false }
    }
}

/// What confines a guest's process, as found on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layers(pub Vec<Layer>);

/// One layer of the confinement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    pub name: String,
    pub holds: bool,
    /// What it does, or why it does not hold.
    pub detail: String,
}

impl Layers {
    /// The names of the layers that do not hold.
    pub fn missing(&self) -> Vec<&str> {
        self.0.iter().filter(|layer| !layer.holds).map(|layer| layer.name.as_str()).collect()
    }
}

/// When a program sees the answers to its tool calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// Does what the first job would otherwise wait for.
    fn prepare(&self) -> BoxFuture<'_, Result<(), SandboxError>>;

    /// Waits, no longer than to the deadline, for room to run the job.
    ///
    /// The error is that the host cannot give the guest what it runs on.
    fn start(&self, job: Job, deadline: Instant) -> BoxFuture<'_, Result<Started, SandboxError>>;
}

/// A guest that has been given its job.
pub struct Started {
    pub guest: Box<dyn Guest>,
    /// How long it had to wait for others to end.
    pub queued: Duration,
}

/// A program that has been started. Dropping it kills it.
pub trait Guest: Send {
    /// The next message; none once the guest has died. An error is something that is not a message.
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<GuestMessage, String>>>;

    fn send(&mut self, message: HostMessage);

    /// Kills the guest if it still lives. What is not known of its end shortly after the deadline remains unknown.
    fn end(self: Box<Self>, deadline: Instant) -> BoxFuture<'static, Ending>;
}

/// What is known of a guest that has ended.
#[derive(Debug)]
pub struct Ending {
    pub death: Death,
    /// The most memory that its process held at once, the warm engine's share included, as the kernel counted.
    pub peak_memory: Option<ByteSize>,
    /// Processor time of its process, as the kernel counted.
    pub cpu: Option<Duration>,
}

/// Why a guest has ended.
#[derive(Debug)]
pub enum Death {
    /// As the program's own failure.
    Program(Failure),
    /// With what it ran on.
    SandboxLost,
}

/// The host's failure to run guests at all.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error(
        "the sandbox is not initialised: call codefirst::sandbox::init() at the top of main, or name a program that \
         does in ProcessOptions::binary, or choose Isolation::Thread (with {NO_BYTECODE_CACHE}=1 and TZ=UTC0 set)"
    )]
    NotInitialized,
    #[error("cannot start a thread for the guest")]
    Thread(#[source] std::io::Error),
    #[error("processes are confined on Linux only: choose Isolation::Thread")]
    Unsupported,
    #[error("cannot start the process that guests are forked from ({})", program.display())]
    Zygote {
        program: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the process that guests are forked from has not started in time; try again")]
    NotReady,
    #[error("the kernel lacks layers of the confinement: {}", missing.join(", "))]
    MissingLayers { missing: Vec<String> },
    #[error("cannot fork a guest")]
    Fork(#[source] std::io::Error),
    #[error("busy: {running} programs are running and {waiting} are waiting; try again later")]
    Busy { running: usize, waiting: usize },
}

impl SandboxError {
    /// Whether the same request may succeed a little later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Busy { .. } | Self::Fork(_) | Self::NotReady => true,
            Self::Zygote { source, .. } => source.kind() == std::io::ErrorKind::Interrupted,
            _ => false,
        }
    }
}

/// The sandbox that provides an isolation, for jobs with these limits.
pub fn sandbox(isolation: Isolation, limits: &Limits) -> Box<dyn Sandbox> {
    match isolation {
        #[cfg(target_os = "linux")]
        Isolation::Process(options) => Box::new(process::ProcessSandbox::new(options, limits)),
        #[cfg(not(target_os = "linux"))]
        Isolation::Process(_) => Box::new(Unsupported),
        Isolation::Thread => {
            #[cfg(not(target_os = "linux"))]
            warn_of_threads();
            let _ = limits;
            Box::new(thread::ThreadSandbox)
        }
    }
}

/// Says, once, what is missing where there is nothing but threads.
#[cfg(not(target_os = "linux"))]
fn warn_of_threads() {
    static SAID: std::sync::Once = std::sync::Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            "programs run on a thread of this process, within the engine's limits alone, because only Linux can confine \
             processes for them: run no hostile programs"
        );
    });
}

#[cfg(not(target_os = "linux"))]
struct Unsupported;

#[cfg(not(target_os = "linux"))]
impl Sandbox for Unsupported {
    fn prepare(&self) -> BoxFuture<'_, Result<(), SandboxError>> {
        Box::pin(std::future::ready(Err(SandboxError::Unsupported)))
    }

    fn start(&self, _: Job, _: Instant) -> BoxFuture<'_, Result<Started, SandboxError>> {
        Box::pin(std::future::ready(Err(SandboxError::Unsupported)))
    }
}

/// Switches off the engine's cache of compiled code. Read once, at the first module of the process.
const NO_BYTECODE_CACHE: &str = "V82JSC_NO_BC_CACHE";

/// Whether [`init`] has been called.
static INITIALIZED: AtomicBool = AtomicBool::new(false);

/// Prepares the process for guests. To be called at the top of `main`, before any thread is started: not under
/// `#[tokio::main]`, which starts some first.
///
/// Guests are forked from a warm process, which is this same program started once more: in that one, `init` does not return.
/// Everywhere else it sees to it that guests have UTC as their local time and that the engine's on-disk bytecode cache is
/// off: it would read and write files on behalf of guests, and trust what it reads.
pub fn init() {
    #[cfg(target_os = "linux")]
    process::become_zygote_if_asked();
    // SAFETY: the caller keeps to the contract that no other thread runs yet, so nobody reads the environment meanwhile.
    #[allow(unsafe_code)]
    unsafe {
        std::env::set_var(NO_BYTECODE_CACHE, "1");
        std::env::set_var("TZ", "UTC0");
    }
    INITIALIZED.store(true, Ordering::Relaxed);
}

#[cfg(target_os = "linux")]
fn is_initialized() -> bool {
    INITIALIZED.load(Ordering::Relaxed)
}
