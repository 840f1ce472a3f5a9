//! The zygote: a process with one thread and a warm isolate, which forks a child for each program.

use std::{
    collections::HashMap,
    fs,
    io::{self, Write},
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tokio::runtime::Runtime;

use super::{
    child,
    confinement::Confinement,
    control::{self, Greeting, Report, Request},
    system,
};
use crate::sandbox::{Failure, isolate::Isolate};

/// Set in the environment of a program that is started to be a zygote, with the control socket as its standard input.
pub const VARIABLE: &str = "CODEFIRST_ZYGOTE";

/// After so many, another changes nothing any more.
const REHEARSALS: u32 = 3;

/// Becomes the zygote, and does not return, if this process was started to be one.
pub fn become_zygote_if_asked() {
    if std::env::var_os(VARIABLE).is_none() {
        return;
    }
    let code = match run() {
        Ok(()) => 0,
        Err(error) => {
            let told = control::send(io::stdin(), &Greeting::Failed { message: error.to_string() }, &[]);
            if told.is_err() {
                let _ = writeln!(
                    io::stderr(),
                    "{VARIABLE} is set, but standard input is not the socket of a codefirst host: unset it"
                );
            }
            1
        }
    };
    system::exit_now(code)
}

fn run() -> io::Result<()> {
    system::close_inherited()?;
    if fs::read_dir("/proc/self/task")?.count() > 1 {
        let message = "threads were started before codefirst::sandbox::init() was called: call it first, in a main that is \
                       not under #[tokio::main]";
        return Err(io::Error::other(message));
    }
    let control = io::stdin().as_fd().try_clone_to_owned()?;
    // Ctrl-C at the host's terminal is for the host to answer.
    let _ = rustix::process::setsid();
    system::reset_signals();
    system::report_forbidden_calls()?;
    // It is an economy, no more.
    #[cfg(target_arch = "x86_64")]
    let _ = super::huge_pages::move_code();
    #[cfg(all(target_arch = "x86_64", target_env = "gnu"))]
    system::align_heap(super::huge_pages::HUGE_PAGE_BYTES);
    // The engine's operations are tasks of a runtime. This one has no descriptors and no threads of its own.
    let reactor = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let _entered = reactor.enter();
    let isolate = warm_isolate(&reactor)?;
    child::end_on_panic();
    system::fill_heap_holes();
    #[cfg(target_arch = "x86_64")]
    let _ = super::huge_pages::collapse_heap();
    let memory = Memory::of_this_process()?;
    let (confinement, layers) = Confinement::of_zygote(memory.data)?;
    control::send(&control, &Greeting::Ready { layers, resident_bytes: memory.resident }, &[])?;
    Zygote { control, confinement, children: HashMap::new() }.serve(isolate, &reactor)
}

/// What a process holds, in bytes, as the kernel counts it.
struct Memory {
    /// Private and writable: what RLIMIT_DATA limits.
    data: u64,
    resident: u64,
}

impl Memory {
    fn of_this_process() -> io::Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let bytes = |name: &str| {
            let kib = status.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB"));
            let kib = kib.and_then(|kib| kib.parse::<u64>().ok());
            kib.map(|kib| kib * 1024).ok_or_else(|| io::Error::other(format!("/proc/self/status has no {name}")))
        };
        Ok(Self { data: bytes("VmData:")?, resident: bytes("VmRSS:")? })
    }
}

/// An isolate in which everything has been done that a program would otherwise be the first to do.
fn warm_isolate(reactor: &Runtime) -> io::Result<Isolate> {
    let failed = |failure: Failure| io::Error::other(failure.message);
    let mut isolate = Isolate::new().map_err(failed)?;
    isolate.load_all().map_err(failed)?;
    for _ in 0..REHEARSALS {
        isolate.rehearse(reactor).map_err(failed)?;
    }
    Ok(isolate)
}

struct Zygote {
    control: OwnedFd,
    confinement: Confinement,
    /// The children that live, by process.
    children: HashMap<i32, Child>,
}

struct Child {
    id: u64,
    reports: OwnedFd,
}

impl Child {
    /// A host that no longer listens has no interest in this child any more.
    fn report(&self, report: &Report, descriptors: &[BorrowedFd<'_>]) {
        let _ = control::send(&self.reports, report, descriptors);
    }
}

impl Zygote {
    /// Serves the host until it hangs up.
    fn serve(mut self, isolate: Isolate, reactor: &Runtime) -> io::Result<()> {
        loop {
            while let Some((pid, exit)) = system::reap() {
                if let Some(child) = self.children.remove(&pid) {
                    child.report(&Report::Exited(exit), &[]);
                }
            }
            if !system::wait_for_input_or_child(self.control.as_fd())? {
                continue;
            }
            let (id, limits, purpose, descriptors) = match control::receive(&self.control)? {
                Some((Request::Fork { id, limits, purpose }, descriptors)) => (id, limits, purpose, descriptors),
                Some((Request::Kill { id }, _)) => {
                    if let Some((pid, _)) = self.children.iter().find(|(_, child)| child.id == id) {
                        system::kill(*pid);
                    }
                    continue;
                }
                None => return Ok(()),
            };
            // There are fewer only when this process has no room for more descriptors; their loss tells the host.
            let Ok([socket, reports]) = <[OwnedFd; 2]>::try_from(descriptors) else { continue };
            let child = Child { id, reports };
            match system::fork() {
                Ok(None) => child::run(isolate, reactor, socket, &self.confinement, limits, purpose),
                Ok(Some(pid)) => {
                    let pidfd = Pid::from_raw(pid).and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
                    child.report(&Report::Forked, pidfd.as_ref().map(AsFd::as_fd).as_slice());
                    self.children.insert(pid, child);
                }
                Err(error) => {
                    let errno = error.raw_os_error().unwrap_or_default();
                    child.report(&Report::NotForked { errno }, &[]);
                }
            }
        }
    }
}
