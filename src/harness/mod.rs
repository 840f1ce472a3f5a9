//! The evaluation harness: the same work through both routes, answers verified, tokens counted.
//!
//! A [`Scenario`](scenario::Scenario) is run on each [`Arm`](summary::Arm) as a [`Trial`], on a [`Fleet`] of servers started for
//! it alone. Its [`Transcript`] is what a model would have seen and said; token counts are taken from it and from nothing
//! else. [`Run`] saves every finished trial and judges; [`summary`] holds what a report shows.

mod fleet;
mod gate;
mod output;
mod run;
pub mod scenario;
pub mod servers;
pub mod summary;
mod transcript;
mod trial;
mod verify;

pub use fleet::Fleet;
pub use output::{OutputError, OutputFolder};
pub use run::{Progress, Run};
pub use transcript::{Accounts, Content, Event, Transcript, Turn};
pub use trial::{Trial, TrialError};
