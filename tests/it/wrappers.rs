//! Generated types, judged by TypeScript 7 with values that must and must not type-check.
//!
//! The compiler is not part of the build: without one, the tests check what they can without it and say that they
//! skip the rest.

mod catalogues;
mod compiler;
mod faults;
mod generated;
mod goldens;
mod instances;
mod project;
mod reasons;
mod sizes;
