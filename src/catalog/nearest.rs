//! The tools whose names resemble a name that no tool has.
//!
//! In: the name as it was written. Out: up to three tools, the nearest first. Distance counts the letters typed wrong,
//! left out, added or swapped, case aside; a name that would have to change by more than half resembles nothing.

use super::{Catalog, Tool};

/// How many names to offer.
const OFFERED: usize = 3;
/// Names are compared up to this many characters, which bounds the work that a hostile name can cause.
const COMPARED: usize = 100;
/// Names up to this many bytes are shown as they are.
const SHOWN: usize = 120;

impl Catalog {
    /// The tools nearest to the name, as `server/tool`.
    pub(super) fn nearest(&self, server: &str, name: &str) -> Vec<String> {
        self.near(server, name).into_iter().map(Tool::shown).collect()
    }

    /// The tools nearest to the name, first among those of the server meant.
    pub(super) fn near(&self, server: &str, name: &str) -> Vec<&Tool> {
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
        // Tools are in order of their ids.
        let mut near: Vec<_> =
            self.0.tools.iter().enumerate().filter_map(|(place, tool)| Some((distance(tool)?, place))).collect();
        near.sort_unstable();
        near.into_iter().take(OFFERED).map(|(_, place)| &self.0.tools[place]).collect()
    }

    /// The servers nearest to the name, as programs call them.
    pub(super) fn near_servers(&self, name: &str) -> Vec<&str> {
        let name = folded(name);
        let near = |server: &&str| {
            let distance = strsim::osa_distance(&name, &folded(server));
            (distance * 2 <= name.len().max(server.len())).then_some(distance)
        };
        let servers = self.0.servers.iter().map(|server| &*server.namespace);
        let mut near: Vec<_> = servers.filter_map(|server| Some((near(&server)?, server))).collect();
        near.sort_unstable();
        near.into_iter().take(OFFERED).map(|(_, server)| server).collect()
    }
}

impl Tool {
    /// `server/tool`; where that is long or not plain text, the names that programs use.
    pub(super) fn shown(&self) -> String {
        let own = self.id.to_string();
        let is_plain = own.len() <= SHOWN && own.chars().all(|c| c.is_ascii_graphic() || c.is_alphanumeric());
        if is_plain { own } else { format!("{}/{}", self.namespace, self.names.function) }
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
