//! The host's end of a child: its messages, the answers that are on their way to it, its end.

use std::{
    collections::VecDeque,
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytesize::ByteSize;
use futures_util::{Stream, future::BoxFuture};
use tokio::{
    io::AsyncWrite,
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    runtime::Handle,
    sync::OwnedSemaphorePermit,
};
use tokio_util::codec::{FramedRead, LengthDelimitedCodec, LengthDelimitedCodecError};

use super::{
    Pool,
    control::{Exit, Status},
    frame::{self, HostFrame},
    supervisor::{Child, End, Life},
    system,
};
use crate::sandbox::{
    Death, Ending, Failure, FailureKind, Guest, GuestMessage, HostMessage, Limits, failure::out_of_memory,
};

/// How long after the deadline a child's end is waited for. The kernel needs a millisecond, a busy machine a few more.
const GRACE: Duration = Duration::from_millis(90);

pub struct ProcessGuest {
    life: Life,
    frames: FramedRead<OwnedReadHalf, LengthDelimitedCodec>,
    write: OwnedWriteHalf,
    outgoing: VecDeque<Outgoing>,
    pool: Arc<Pool>,
    /// Its place among those that run; given back at the end.
    place: Option<OwnedSemaphorePermit>,
}

/// A frame of which `written` bytes have been written.
struct Outgoing {
    frame: HostFrame,
    written: usize,
}

impl ProcessGuest {
    pub fn new(child: Child, limits: &Limits, place: OwnedSemaphorePermit, pool: Arc<Pool>) -> io::Result<Self> {
        let (read, write) = UnixStream::from_std(child.socket)?.into_split();
        let frames = FramedRead::new(read, frame::guest_frames(limits));
        Ok(Self { life: child.life, frames, write, outgoing: VecDeque::new(), pool, place: Some(place) })
    }

    /// Writes as much as the socket takes.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(Outgoing { frame, written }) = self.outgoing.front_mut() {
            let (head, text) = (frame.head.as_slice(), frame.text());
            let rest = match written.checked_sub(head.len()) {
                None => [IoSlice::new(&head[*written..]), IoSlice::new(text)],
                Some(written) => [IoSlice::new(&text[written..]), IoSlice::new(&[])],
            };
            *written += ready!(Pin::new(&mut self.write).poll_write_vectored(cx, &rest))?;
            if *written == head.len() + text.len() {
                self.outgoing.pop_front();
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl Guest for ProcessGuest {
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<GuestMessage, String>>> {
        // A child that takes no more answers has died, which the reading shows; what it said before counts.
        if let Poll::Ready(Err(_)) = self.poll_write(cx) {
            self.outgoing.clear();
        }
        Poll::Ready(match ready!(Pin::new(&mut self.frames).poll_next(cx)) {
            Some(Ok(frame)) => Some(frame::read_guest_frame(&frame)),
            Some(Err(error)) if error.get_ref().is_some_and(|error| error.is::<LengthDelimitedCodecError>()) => {
                Some(Err("the sandbox sent a message that is longer than any can be".to_owned()))
            }
            // It has died, perhaps in the middle of a message.
            Some(Err(_)) | None => None,
        })
    }

    fn send(&mut self, message: HostMessage) {
        match HostFrame::new(message) {
            Ok(frame) => self.outgoing.push_back(Outgoing { frame, written: 0 }),
            Err(error) => tracing::error!(%error, "a message to a guest cannot be written"),
        }
    }

    fn end(mut self: Box<Self>, deadline: Instant) -> BoxFuture<'static, Ending> {
        self.life.kill();
        Box::pin(async move {
            let end = tokio::time::timeout_at((deadline + GRACE).into(), self.life.end()).await;
            match end {
                Ok(End::Exited(exit)) => Ending {
                    death: Death::Program(self.cause_of_death(exit)),
                    peak_memory: Some(ByteSize(exit.peak_bytes)),
                    cpu: Some(exit.cpu),
                },
                _ => Ending { death: Death::SandboxLost, peak_memory: None, cpu: None },
            }
        })
    }
}

/// Whoever waits for the outcome does not wait for the next spares.
impl Drop for ProcessGuest {
    fn drop(&mut self) {
        self.life.kill();
        self.place.take();
        if let Ok(runtime) = Handle::try_current() {
            let pool = self.pool.clone();
            runtime.spawn(async move { pool.refill() });
        }
    }
}

impl ProcessGuest {
    /// Why a child that did not say so has died.
    fn cause_of_death(&self, exit: Exit) -> Failure {
        let limits = self.pool.limits;
        // That the kernel refused memory shows only in what was taken before; half the limit, because what was refused may
        // have been the other half at once.
        let memory = ByteSize(limits.memory);
        let was_large = exit.peak_bytes.saturating_sub(self.life.base_bytes()) >= limits.memory / 2;
        match exit.status {
            Status::Signal(libc::SIGPROF) => computed_too_long(limits.cpu),
            Status::Signal(libc::SIGKILL) if exit.cpu > limits.cpu => computed_too_long(limits.cpu),
            Status::Signal(libc::SIGSYS) => {
                Failure::new(FailureKind::Denied, "the program made a forbidden system call")
            }
            Status::Signal(_) if was_large => out_of_memory(memory),
            Status::Signal(signal) => {
                let name = system::signal_name(signal);
                Failure::new(FailureKind::Crash, format!("the program's process was ended by {name}"))
            }
            Status::Code(_) => Failure::new(FailureKind::Crash, "the program's process ended without a result"),
        }
    }
}

fn computed_too_long(limit: Duration) -> Failure {
    let message = format!("the program computed for more than {} s: do less work per item", limit.as_secs_f64());
    Failure::new(FailureKind::Cpu, message)
}
