//! The host's hold on a zygote: [`Supervisor`] starts it and asks it for children; [`Child`] is one of those.
//!
//! A zygote is shared by all sandboxes of this process that run the same binary, and is kept for those to come. Its end of the
//! control socket closes when this process ends, however that comes about; then it ends too, and its children with it. If it
//! dies by itself, the next sandbox to ask for a child starts another.

use std::{
    collections::BTreeMap,
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{
            net::{UnixDatagram, UnixStream},
            process::{CommandExt, ExitStatusExt},
        },
    },
    path::{self, Path, PathBuf},
    process::{self, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    net::{AddressFamily, SocketFlags, SocketType, socketpair},
    process::{Signal, pidfd_send_signal},
};
use tokio::io::Interest;

use super::{
    control::{self, ChildLimits, Exit, Greeting, Purpose, Report, Request},
    lock, system, zygote,
};
use crate::sandbox::{Layers, NO_BYTECODE_CACHE, SandboxError, is_initialized};

/// A warm zygote answers within a tenth of a second; a program that is not one, never.
const START_TIMEOUT: Duration = Duration::from_secs(10);

pub struct Supervisor {
    layers: Layers,
    resident_bytes: u64,
    control: OwnedFd,
    zygote: Mutex<process::Child>,
    next_id: AtomicU64,
}

/// The zygotes, by binary.
static SUPERVISORS: Mutex<BTreeMap<PathBuf, Arc<Supervisor>>> = Mutex::new(BTreeMap::new());

impl Supervisor {
    /// The supervisor of the zygote for a binary, or for the program that is running. Blocks while the zygote starts.
    pub fn shared(binary: Option<&Path>) -> Result<Arc<Self>, SandboxError> {
        // A program that was started to be a zygote and is none must not start zygotes: each would do the same.
        if std::env::var_os(zygote::VARIABLE).is_some() || (binary.is_none() && !is_initialized()) {
            return Err(SandboxError::NotInitialized);
        }
        // The link names this program's file even when another has taken its path.
        let program = match binary {
            // Where it is started, a relative path would be another.
            Some(binary) => &path::absolute(binary).unwrap_or_else(|_| binary.to_owned()),
            None => Path::new("/proc/self/exe"),
        };
        let mut supervisors = lock(&SUPERVISORS);
        if let Some(supervisor) = supervisors.get(program).filter(|supervisor| supervisor.is_alive()) {
            return Ok(supervisor.clone());
        }
        let started = Self::start(program);
        let supervisor = started.map_err(|source| SandboxError::Zygote { program: program.to_owned(), source })?;
        let supervisor = Arc::new(supervisor);
        supervisors.insert(program.to_owned(), supervisor.clone());
        Ok(supervisor)
    }

    fn start(program: &Path) -> io::Result<Self> {
        let (control, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
        let mut command = Command::new(program);
        command
            .arg0("codefirst-zygote")
            .env_clear()
            .env(zygote::VARIABLE, "1")
            .env(NO_BYTECODE_CACHE, "1")
            .env("TZ", "UTC0")
            .current_dir("/")
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        #[cfg(debug_assertions)]
        command.envs(super::confinement::without_layers_for_tests());
        let mut zygote = command.spawn()?;
        // The command has a copy of the zygote's end of the socket, which would keep it open.
        drop(command);
        match wait_until_ready(&control) {
            Ok((layers, resident_bytes)) => {
                Ok(Self { layers, resident_bytes, control, zygote: Mutex::new(zygote), next_id: AtomicU64::new(1) })
            }
            Err(error) => {
                let _ = zygote.kill();
                // One that has ended by itself, as it has if it closed its socket, has its own status.
                let status = zygote.wait()?;
                Err(match error.kind() {
                    io::ErrorKind::UnexpectedEof => explain_early_end(status),
                    _ => error,
                })
            }
        }
    }

    pub fn layers(&self) -> &Layers {
        &self.layers
    }

    pub fn is_alive(&self) -> bool {
        matches!(lock(&self.zygote).try_wait(), Ok(None))
    }

    /// Asks for a child. It can be written to at once; should the fork fail, that is what is reported of it.
    pub fn fork(self: &Arc<Self>, limits: ChildLimits, purpose: Purpose) -> io::Result<Child> {
        let (socket, theirs) = UnixStream::pair()?;
        socket.set_nonblocking(true)?;
        let (reports, their_reports) =
            socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?;
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let request = Request::Fork { id, limits, purpose };
        control::send(&self.control, &request, &[theirs.as_fd(), their_reports.as_fd()])?;
        Ok(Child { socket, life: Life { id, supervisor: self.clone(), reports, pidfd: None, end: None } })
    }
}

/// A process for one program.
pub struct Child {
    pub socket: UnixStream,
    pub life: Life,
}

/// A child's life. Dropping it ends it.
pub struct Life {
    id: u64,
    supervisor: Arc<Supervisor>,
    reports: OwnedFd,
    pidfd: Option<OwnedFd>,
    end: Option<End>,
}

/// What became of a child.
#[derive(Clone, Debug)]
pub enum End {
    Exited(Exit),
    NotForked,
    /// The zygote has died, and with it the child.
    Lost,
}

impl Life {
    /// Takes what has been reported.
    fn catch_up(&mut self) {
        while self.end.is_none() {
            match control::receive(&self.reports) {
                Ok(Some((Report::Forked, descriptors))) => self.pidfd = descriptors.into_iter().next(),
                Ok(Some((Report::NotForked { errno }, _))) => {
                    tracing::warn!(error = %io::Error::from_raw_os_error(errno), "no process for a program");
                    self.end = Some(End::NotForked);
                }
                Ok(Some((Report::Exited(exit), _))) => self.end = Some(End::Exited(exit)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Ok(None) | Err(_) => self.end = Some(End::Lost),
            }
        }
    }

    /// What the zygote held of memory when it was warm: a child starts with most of it.
    pub fn base_bytes(&self) -> u64 {
        self.supervisor.resident_bytes
    }

    /// Whether it has not been seen to end.
    pub fn is_alive(&mut self) -> bool {
        self.catch_up();
        self.end.is_none()
    }

    pub fn kill(&mut self) {
        if !self.is_alive() {
            return;
        }
        match &self.pidfd {
            // Fails only when it is dead already.
            Some(pidfd) => drop(pidfd_send_signal(pidfd, Signal::KILL)),
            None => drop(control::send(&self.supervisor.control, &Request::Kill { id: self.id }, &[])),
        }
    }

    /// Waits for its end.
    pub async fn end(&mut self) -> End {
        self.catch_up();
        if self.end.is_none() {
            // The runtime wants a socket of one of its own kinds; to become readable is the same with all of them.
            let reports = self.reports.try_clone().map(UnixDatagram::from).and_then(tokio::net::UnixDatagram::from_std);
            let Ok(reports) = reports else { return End::Lost };
            while self.end.is_none() {
                let read = || {
                    self.catch_up();
                    if self.end.is_none() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
                };
                if reports.async_io(Interest::READABLE, read).await.is_err() {
                    return End::Lost;
                }
            }
        }
        self.end.clone().unwrap_or(End::Lost)
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits for the first message of a zygote: its layers, and what it holds of memory.
fn wait_until_ready(control: &OwnedFd) -> io::Result<(Layers, u64)> {
    let deadline = Instant::now() + START_TIMEOUT;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec { tv_sec: left.as_secs() as _, tv_nsec: left.subsec_nanos() as _ };
        match poll(&mut [PollFd::new(control, PollFlags::IN)], Some(&timeout)) {
            Ok(0) => {
                let message =
                    "it did not answer as a sandbox does: its main has to call codefirst::sandbox::init() first";
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
            Ok(_) => break,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    match control::receive(control)? {
        Some((Greeting::Ready { layers, resident_bytes }, _)) => Ok((layers, resident_bytes)),
        Some((Greeting::Failed { message }, _)) => Err(io::Error::other(message)),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Why a zygote has ended before it said anything.
fn explain_early_end(status: ExitStatus) -> io::Error {
    match status.signal() {
        // Perhaps by the kernel, for want of memory: it may go better next time.
        Some(signal) => {
            let message = format!("it was ended by {} while it started", system::signal_name(signal));
            io::Error::new(io::ErrorKind::Interrupted, message)
        }
        None => io::Error::other(format!(
            "it ended at once, with {status}: its main has to call codefirst::sandbox::init() first"
        )),
    }
}
