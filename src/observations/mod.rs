//! Learned output types: the *shapes* of the results that tools without an `outputSchema` have given, never the values.
//!
//! In go the results of successful calls, seen by a [`LearningHost`] between a program and its servers; out comes, for
//! each tool, a [`Shape`] with the number of results that it was learned from, kept in a file by [`Observations`].
//! Reading, merging and saving happen on the side: a call is neither delayed nor failed by being observed.
//!
//! | module | job |
//! |---|---|
//! | `shape` | which kinds of values occurred where; merging |
//! | `read` | JSON text → shape, as a stream, without the value ever being in memory |
//! | `settle` | bounds on a shape's size |
//! | `key` | which keys of an object may be kept |
//! | `echo` | texts of a call's input, which must not come back as keys |
//! | `fingerprint` | telling that a tool's definition has changed |
//! | `store` | the file |
//! | `host` | the decorator, and the thread that reads |
//!
//! # What is kept
//!
//! How many values of each kind (null, boolean, number, string, array, object) occurred at each place, and the keys of
//! objects. No string, number or boolean of a result is kept, not even as one of a few alternatives, and no order of
//! elements. Beside the shapes the file holds the names of servers and tools.
//!
//! # Keys can be values
//!
//! `{"alice@example.com": 3}` and `{"2026-01-01": …}` are maps: their keys are data. Such an object is kept as "a map
//! from any string to values of this shape". An object is taken for a map
//!
//! 1. when one of its keys does not read like an identifier that a programmer wrote. Such an identifier has at most 64
//!    ASCII letters, digits, `_`, `$` and `-`, the first not being a digit or `-`; at most three hyphens (else it is a
//!    slug); fewer than 4 digits in a row and 6 in all (else it is a date, a number or an id); and, between `_`, `$`
//!    and `-`, no part that looks drawn by lot: nothing but hexadecimal digits, 8 or more, or 6 if a decimal digit is
//!    among them; digits with a letter after them in two places, or in one if it has 8 or more characters and no small
//!    letter; a change between small letters, capitals and digits at more than half of 10 or more characters; 25
//!    letters of one case in a row;
//! 2. when it has three or more members, all of them objects with the same two or more keys (`{"alice": {"age": 1,
//!    "city": ""}, "bob": …}`);
//! 3. when the objects at its place have more than 128 different keys between them;
//! 4. when they have more than 16, and more than four times as many as the largest of them: their keys differ too much.
//!
//! One such object makes a map of all objects at its place, since its neighbours' keys are data too.
//!
//! A result is not learned from at all when one of its keys is a text of the call's input and no word of the tool's
//! input schema: `balances({ users: ["alice"] })` may well answer `{"alice": 3}`. A tool that is asked for the fields
//! to return is the price: it stays unlearned.
//!
//! What no rule can tell is `{"alice": 1}` from `{"total": 1}` where it stands alone. Whoever keeps such names secret
//! looks through the file, which is made to be read, before sharing it.
//!
//! # What the rules cost
//!
//! Rules 1 to 3 look at one object or at all keys seen, so merging is associative and commutative under them: the same
//! results give the same shape in whatever order they came. Rule 4 and the bound on a shape's size are applied between
//! merges; where they bite, an early result may have been simplified that a later one would have saved. Either way a
//! shape only loses detail: it never stops admitting a value that it was learned from.

mod echo;
mod fingerprint;
mod host;
mod key;
mod read;
mod settle;
mod shape;
mod store;

#[cfg(test)]
mod tests;

pub use self::{
    fingerprint::Fingerprint,
    host::{Learner, LearningHost},
    shape::{Kind, Shape},
    store::{Observation, Observations, ObservationsError},
};
