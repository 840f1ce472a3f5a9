//! What host and zygote say to each other: one JSON value in one packet, with at most two descriptors beside it.
//!
//! Requests, and the zygote's greeting, pass over the control socket. What becomes of a child is reported over a socket of
//! its own, so that whoever runs the child hears of it without anybody in between.

use std::{
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    time::Duration,
};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::sandbox::{Layers, Limits};

/// The longest packet. The longest message is the list of layers, of a hundred bytes each.
const PACKET_BYTES: usize = 4 * 1024;

/// From the host.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Fork a child. The descriptors that come with this are its socket and the zygote's end of its reports.
    Fork { id: u64, limits: ChildLimits, purpose: Purpose },
    /// Kill it: its pidfd has not come yet, or there are none.
    Kill { id: u64 },
}

/// What a child is forked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// A job that is on its way.
    Now,
    /// A job that will come: there is time to get ready for it.
    Spare,
}

/// From the zygote, once.
#[derive(Debug, Serialize, Deserialize)]
pub enum Greeting {
    /// It is warm.
    Ready { layers: Layers, resident_bytes: u64 },
    /// It could not start.
    Failed { message: String },
}

/// From the zygote, of one child.
#[derive(Debug, Serialize, Deserialize)]
pub enum Report {
    /// It is there; the descriptor that comes with this is its pidfd, if the kernel has those.
    Forked,
    NotForked {
        errno: i32,
    },
    /// It is gone.
    Exited(Exit),
}

/// What a child is limited to by the kernel, from before it knows its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildLimits {
    /// Bytes beyond the warm engine's.
    pub memory: u64,
    pub cpu: Duration,
}

impl From<&Limits> for ChildLimits {
    fn from(limits: &Limits) -> Self {
        Self { memory: limits.memory.as_u64(), cpu: limits.cpu }
    }
}

/// How a child ended, as the kernel tells its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    pub status: Status,
    /// The largest resident size.
    pub peak_bytes: u64,
    pub cpu: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Code(i32),
    Signal(i32),
}

/// The most descriptors beside a message.
const DESCRIPTORS: usize = 2;

pub fn send<M: Serialize>(socket: impl AsFd, message: &M, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
    let packet = serde_json::to_vec(message)?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(descriptors)) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    retry(|| sendmsg(&socket, &[IoSlice::new(&packet)], &mut ancillary, SendFlags::NOSIGNAL))?;
    Ok(())
}

/// The next message with its descriptors; `None` when the other side has closed.
pub fn receive<M: DeserializeOwned>(socket: impl AsFd) -> io::Result<Option<(M, Vec<OwnedFd>)>> {
    let mut packet = [0; PACKET_BYTES];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received =
        retry(|| recvmsg(&socket, &mut [IoSliceMut::new(&mut packet)], &mut ancillary, RecvFlags::CMSG_CLOEXEC))?;
    if received.bytes == 0 {
        return Ok(None);
    }
    let descriptors = ancillary.drain().flat_map(|message| match message {
        RecvAncillaryMessage::ScmRights(descriptors) => descriptors.collect(),
        _ => Vec::new(),
    });
    let descriptors = descriptors.collect();
    Ok(Some((serde_json::from_slice(&packet[..received.bytes])?, descriptors)))
}

fn retry<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(rustix::io::Errno::INTR) => {}
            result => return result.map_err(io::Error::from),
        }
    }
}
