//! The tools whose names resemble a name that no tool has.
//!
//! In: the name as it was written. Out: up to three `server/tool`, the nearest first. Distance counts the letters
//! typed wrong, left out, added or swapped, case aside; a name that would have to change by more than half resembles
//! nothing.

use super::{Catalog, Tool};

/// How many names to offer.
const OFFERED: usize = 3;
/// Names are compared up to this many characters, which bounds the work that a hostile name can cause.
const COMPARED: usize = 100;

impl Catalog {
    /// The tools nearest to the name, first among those of the server meant.
    pub(super) fn nearest(&self, server: &str, name: &str) -> Vec<String> {
        let (server, name) = (folded(server), folded(name));
        let distance = |tool: &Tool| {
            let function = folded(&tool.names.function);
            let by_name = strsim::osa_distance(&name, &function);
            // A name is often right and its server wrong, or both stand in the name.
            let server_name = folded(&tool.namespace);
            let by_server = strsim::osa_distance(&server, &server_name).min(server_name.len());
            let is_near = by_name * 2 <= name.len().max(function.len());
            is_near.then_some((by_name * 2 + by_server.min(3), by_name))
        };
        let mut near: Vec<_> = self.0.tools.iter().filter_map(|tool| Some((distance(tool)?, &tool.id))).collect();
        near.sort_unstable();
        near.into_iter().take(OFFERED).map(|(_, id)| id.to_string()).collect()
    }
}

fn folded(name: &str) -> String {
    let fold = |c: char| if c.is_alphanumeric() { c.to_lowercase().next().unwrap_or(c) } else { '_' };
    name.chars().take(COMPARED).map(fold).collect()
}

/// `; nearest: a, b, c`, or nothing.
pub(super) fn suggestion(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; nearest: {}", nearest.join(", ")) }
}
