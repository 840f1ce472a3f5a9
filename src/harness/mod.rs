//! The evaluation harness: the same work through both routes, answers verified, tokens counted.
//!
//! A [`Scenario`](scenario::Scenario) is run with several seeds and on each [`Arm`](summary::Arm) as a [`Trial`], on a [`Fleet`] of
//! servers started for it alone. Its [`Transcript`] is what a model would have seen and said; token counts are taken from it and
//! from nothing else, and costs from them by the [`assumptions`]. [`Run`] saves every finished trial and judges; [`summary`] holds
//! what a report shows.

pub mod assumptions;
mod cost;
mod fleet;
mod gate;
mod memo;
mod output;
mod run;
pub mod scenario;
mod sensitivity;
pub mod servers;
mod stats;
mod summarise;
pub mod summary;
pub mod sweep;
mod transcript;
mod trial;
mod verify;

pub use cost::RequestTokens;
pub use fleet::{Fleet, FleetError};
pub use output::{OutputError, OutputFolder};
pub use run::{Progress, Run, RunOptions};
pub use transcript::{Accounts, Content, Counted, Event, Transcript, Turn};
pub use trial::{Trial, TrialError};
