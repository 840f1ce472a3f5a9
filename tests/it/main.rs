//! The integration tests: one binary, because each links the engine.

#![allow(clippy::expect_used)]

mod cli;
mod eval;
mod executor;
mod layering;
mod sandbox;
mod test_host;
