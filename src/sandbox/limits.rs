//! What a program may use up: [`Limits`], with the defaults that the documentation promises.

use std::time::Duration;

use bytesize::ByteSize;

/// The bounds of one execution. Reaching one ends it with the failure kind named beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall-clock time, waiting for tools included (`timeout`). Default 30 s.
    pub wall: Duration,
    /// The engine's heap (`memory`). Default 512 MiB.
    pub memory: ByteSize,
    /// The final result as JSON or text (`output_limit`). Default 64 KiB.
    pub result: ByteSize,
    /// What the console may print; the rest is dropped, and is a failure (`output_limit`) only where the console is the
    /// program's result. Default 64 KiB.
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
            memory: ByteSize::mib(512),
            result: ByteSize::kib(64),
            console: ByteSize::kib(64),
            calls: 1_000,
            in_flight: 16,
        }
    }
}
