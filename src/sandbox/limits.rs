//! What a program may use up: [`Limits`], with the defaults that the documentation promises.

use std::time::Duration;

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};

/// The bounds of one execution. Reaching one ends it with the failure kind named beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall-clock time from the request on, waiting for tools included (`timeout`), and waiting for its turn, which ends as
    /// [`SandboxError::Busy`](super::SandboxError::Busy). Default 30 s.
    pub wall: Duration,
    /// The program's own computing: processor time, in which waiting for tools does not count (`cpu`). Default 10 s.
    /// [`Isolation::Thread`](super::Isolation::Thread) does not measure it.
    pub cpu: Duration,
    /// All memory that the program's process may take beyond the warm engine's (`memory`); under
    /// [`Isolation::Thread`](super::Isolation::Thread) the engine's heap alone. Default 512 MiB.
    #[serde(with = "bytes")]
    pub memory: ByteSize,
    /// The final result as JSON or text (`output_limit`). Default 64 KiB.
    #[serde(with = "bytes")]
    pub result: ByteSize,
    /// What the console may print; the rest is dropped, and is a failure (`output_limit`) only where the console is the
    /// program's result. Default 64 KiB.
    #[serde(with = "bytes")]
    pub console: ByteSize,
    /// Tool calls made (`call_limit`). Default 1,000.
    pub calls: u32,
    /// Tool calls in flight at once; more wait for their turn. Default 16.
    pub in_flight: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(30),
            cpu: Duration::from_secs(10),
            memory: ByteSize::mib(512),
            result: ByteSize::kib(64),
            console: ByteSize::kib(64),
            calls: 1_000,
            in_flight: 16,
        }
    }
}

/// A size as its number of bytes: the type's own form rounds.
mod bytes {
    use bytesize::ByteSize;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(size: &ByteSize, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(size.as_u64())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ByteSize, D::Error> {
        u64::deserialize(deserializer).map(ByteSize)
    }
}
