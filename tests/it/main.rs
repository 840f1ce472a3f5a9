//! The integration tests: one binary, because each links the engine.

#![allow(clippy::expect_used)]

mod check;
#[cfg(unix)]
mod check_failures;
mod cli;
#[cfg(target_os = "linux")]
mod confinement;
mod eval;
#[cfg(target_os = "linux")]
mod exactly_once;
mod executor;
#[cfg(target_os = "linux")]
mod gateway;
mod layering;
#[allow(clippy::unwrap_used)]
mod load_generator;
#[cfg(target_os = "linux")]
mod own_binary;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod process_table;
mod recorded;
mod regression;
mod router;
mod sandbox;
mod test_host;
mod wrappers;
