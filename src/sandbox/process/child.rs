//! A child: confined first, then given a job, which it runs to its end.
//!
//! It waits by itself, for its socket and its timers: an async runtime's reactor would hold descriptors, and a child has no
//! other than its socket.

use std::{
    io,
    os::fd::OwnedFd,
    panic,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures_util::Stream;
use rustix::{
    buffer::spare_capacity,
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    net::{RecvFlags, SendFlags, recv, send},
};
use tokio::runtime::Runtime;

use super::{
    confinement::Confinement,
    control::{ChildLimits, Purpose},
    frame, system,
};
use crate::sandbox::{
    Failure, FailureKind, Finish, GuestMessage, HostMessage, Job,
    drive::drive,
    failure::{is_allocation_failure, out_of_memory},
    isolate::{HeapLimit, Isolate},
};

/// What a small program allocates.
const SPARE_HEAP_BYTES: usize = 120 * 1024;

/// What is read at once.
const READ_BYTES: usize = 64 * 1024;

/// Is a program's process from its first moment to its last.
pub fn run(
    mut isolate: Isolate,
    reactor: &Runtime,
    socket: OwnedFd,
    confinement: &Confinement,
    limits: ChildLimits,
    purpose: Purpose,
) -> ! {
    if confine(socket, confinement, limits).is_err() {
        finish(Finish::Failed(Failure::new(FailureKind::Crash, "the sandbox could not be confined")))
    }
    if purpose == Purpose::Spare {
        if isolate.rehearse(reactor).is_err() {
            finish(Finish::Failed(Failure::new(FailureKind::Crash, "the sandbox could not start")))
        }
        system::reserve_heap(SPARE_HEAP_BYTES);
    }
    let mut inbox = Inbox::default();
    let job = loop {
        match inbox.next() {
            Poll::Ready(Some(HostMessage::Start(job))) => break *job,
            Poll::Pending => wait(None),
            // A spare that nobody needs any more.
            Poll::Ready(_) => system::exit_now(0),
        }
    };
    finish(execute(&mut isolate, reactor, job, inbox))
}

/// Has a panic end the process, and say so first: for a child, of which nothing else would know. To be called in the zygote.
pub fn end_on_panic() {
    panic::set_hook(Box::new(|panic| {
        let (kind, message) = match is_allocation_failure(panic.payload()) {
            true => (FailureKind::Memory, "the program ran out of memory"),
            false => (FailureKind::Crash, "the sandbox died"),
        };
        finish(Finish::Failed(Failure::new(kind, message)))
    }));
}

fn confine(socket: OwnedFd, confinement: &Confinement, limits: ChildLimits) -> io::Result<()> {
    confinement.separate()?;
    system::keep_only(socket)?;
    confinement.apply(limits)
}

fn execute(isolate: &mut Isolate, reactor: &Runtime, job: Job, inbox: Inbox) -> Finish {
    let memory = job.limits.memory;
    let finished = match isolate.begin(job, heap_limit(memory.as_u64()), Box::new(tell)) {
        Ok(()) => {
            let timers = isolate.timers();
            let ran = drive(reactor, isolate.run(inbox), || {
                wait(timers.next());
                true
            });
            // Waiting never gives up.
            ran.unwrap_or_else(|| system::exit_now(1))
        }
        Err(failure) => Err(failure),
    };
    match finished {
        _ if isolate.is_out_of_memory() => Finish::Failed(out_of_memory(memory)),
        Ok(finish) => finish,
        Err(failure) => Finish::Failed(failure),
    }
}

/// The engine's share of the memory limit, so that the engine reaches its limit before the process reaches the kernel's:
/// it can say so, where a failed allocation in native code cannot. An eighth beyond three quarters is what the engine adds
/// by itself; the rest is for what allocators waste.
fn heap_limit(memory: u64) -> HeapLimit {
    let memory = usize::try_from(memory).unwrap_or(usize::MAX);
    HeapLimit { bytes: memory / 4 * 3, to_end_with: memory / 32 }
}

/// Waits for something to read, but not beyond the time that a timer is due.
fn wait(timer: Option<Instant>) {
    // A timer that is due and has not fired is less than a millisecond away: timers have whole ones.
    let timeout = timer.map(|due| due.saturating_duration_since(Instant::now()).max(Duration::from_millis(1)));
    let timeout = timeout.map(|left| Timespec { tv_sec: left.as_secs() as _, tv_nsec: left.subsec_nanos() as _ });
    let _ = poll(&mut [PollFd::new(&system::child_socket(), PollFlags::IN)], timeout.as_ref());
}

/// The host's messages, as they come.
#[derive(Default)]
struct Inbox {
    buffer: Vec<u8>,
}

impl Inbox {
    /// The next message; `None` when the host has gone away.
    fn next(&mut self) -> Poll<Option<HostMessage>> {
        loop {
            let missing = match frame::split(&self.buffer) {
                Ok(frame) => {
                    let message = frame::read_host_frame(frame);
                    let length = frame::HEADER_BYTES + frame.len();
                    self.buffer.drain(..length);
                    return Poll::Ready(message);
                }
                Err(missing) => missing,
            };
            self.buffer.reserve(missing.max(READ_BYTES));
            match recv(system::child_socket(), spare_capacity(&mut self.buffer), RecvFlags::DONTWAIT) {
                Ok((_, 0)) => return Poll::Ready(None),
                Ok(_) | Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Poll::Pending,
                Err(_) => return Poll::Ready(None),
            }
        }
    }
}

impl Stream for Inbox {
    type Item = HostMessage;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<HostMessage>> {
        self.next()
    }
}

fn finish(finish: Finish) -> ! {
    tell(GuestMessage::Finished(finish));
    system::exit_now(0)
}

/// Sends a message, whole, before anything else happens: a message that a signal's handler sends never falls into the
/// middle of another. Without a host there is nothing left to do.
fn tell(message: GuestMessage) {
    let Ok(frame) = frame::guest_frame(&message) else { system::exit_now(1) };
    let mut rest = frame.as_slice();
    while !rest.is_empty() {
        match send(system::child_socket(), rest, SendFlags::NOSIGNAL) {
            Ok(sent) => rest = &rest[sent..],
            Err(Errno::INTR) => {}
            Err(_) => system::exit_now(0),
        }
    }
}
