//! The catalogue: servers whose many definitions a task leaves unused.
//!
//! Their sizes follow those of real servers. [`QUANTILES`] was computed over the 293 tools that twelve published servers
//! answered to `tools/list` (GitHub's in two versions, Notion, Playwright, MongoDB, Kubernetes, and the reference
//! servers): o200k tokens of name, description and compact input schema, mean 240. Each [`Shelf`] takes as many
//! midpoint quantiles as it has tools, times its scale. That of `calendar`, `monitoring` and `wiki` brings them together
//! with `github`, `chat` and `crm` to a published composition: 58 tools, 55,000 tokens. The eleven servers around a code
//! host are as large as they are, and make 112 tools with `github`. Names, descriptions and schemas are composed from a
//! vocabulary of our own.
//!
//! The tools can be called: reads answer a small record, writes are recorded.

mod compose;
mod filler;
mod host;
mod vocabulary;

use futures_util::FutureExt;
use rmcp::{
    handler::server::{
        router::tool::{ToolRoute, ToolRouter},
        tool::ToolCallContext,
    },
    model::{CallToolResult, ContentBlock, Tool, ToolAnnotations},
};
use serde_json::json;

pub(super) use self::filler::fillers;
use self::{
    compose::Composed,
    host::HOST,
    vocabulary::{ACTIONS, Action, DOMAINS, Domain, Effect},
};
use super::{
    ServerOptions,
    draw::Stream,
    recorded::{Recorded, Reply, refuse, reply},
    world::{DAY, Moment, NOW, World},
};
use crate::tool::JsonObject;

/// Tokens per tool at every twentieth, from the smallest tool to the largest.
const QUANTILES: [u32; 21] =
    [21, 47, 63, 68, 77, 84, 92, 99, 109, 119, 129, 152, 167, 183, 213, 239, 311, 379, 579, 684, 2837];
/// The largest twentieth again, by hundredths: the tail is steep.
const TAIL: [u32; 6] = [684, 702, 806, 1102, 2085, 2837];

/// Servers whose sizes are chosen together.
struct Shelf {
    domains: &'static [Domain],
    scale: f64,
    /// Shares no factor with the number of tools, and so spreads small and large ones over the servers.
    step: usize,
    /// The tools on the shelves before, so that each tool has a place of its own.
    before: usize,
}

const SHELVES: [Shelf; 2] = [
    Shelf { domains: &DOMAINS, scale: 8.2, step: 11, before: 0 },
    Shelf { domains: &HOST, scale: 1.0, step: 37, before: DOMAINS.len() * ACTIONS },
];

pub(super) struct Catalogue {
    world: World,
    domain: &'static Domain,
}

/// The tokens of a real tool, such that this share of the tools is smaller.
fn quantile(share: f64) -> f64 {
    let at = |table: &[u32], position: f64| {
        let below = (position as usize).min(table.len() - 2);
        let (low, high) = (f64::from(table[below]), f64::from(table[below + 1]));
        low + (high - low) * (position - below as f64)
    };
    if share < 0.95 { at(&QUANTILES, share * 20.0) } else { at(&TAIL, (share - 0.95) * 100.0) }
}

impl Shelf {
    /// The tokens that the definition of a tool aims at, by the tool's place on the shelf.
    fn target_tokens(&self, place: usize) -> f64 {
        let tools = self.domains.len() * ACTIONS;
        let rank = (place * self.step) % tools;
        quantile((rank as f64 + 0.5) / tools as f64) * self.scale
    }

    /// The tools of a server, each with its place in the whole catalogue and its definition.
    fn tools(&self, position: usize) -> impl Iterator<Item = (usize, &'static Action, Composed)> {
        let domain = &self.domains[position];
        domain.actions.iter().enumerate().map(move |(index, action)| {
            let place = position * ACTIONS + index;
            let composed = compose::definition(domain, action, self.before + place, self.target_tokens(place));
            (self.before + place, action, composed)
        })
    }
}

impl Catalogue {
    /// The server of this name, if it is one of the catalogue.
    pub(super) fn server(name: &str, options: &ServerOptions) -> Option<Recorded<Self>> {
        let find = |shelf: &'static Shelf| {
            let position = shelf.domains.iter().position(|domain| domain.server == name)?;
            Some((shelf, position))
        };
        let (shelf, position) = SHELVES.iter().find_map(find)?;
        let domain = &shelf.domains[position];
        let mut router = ToolRouter::new();
        for (place, action, composed) in shelf.tools(position) {
            router.add_route(route(action, place, composed));
        }
        Some(Recorded::new(domain.server, Self { world: World { seed: options.seed }, domain }, router))
    }

    fn answer(&self, action: &Action, place: usize, schema: &JsonObject, input: &JsonObject) -> Reply {
        let properties = schema.get("properties").and_then(|properties| properties.as_object());
        let required = schema.get("required").and_then(|required| required.as_array());
        let missing =
            required.into_iter().flatten().filter_map(|name| name.as_str()).find(|name| !input.contains_key(*name));
        if let Some(name) = missing {
            return refuse(format_args!("invalid input: missing required property `{name}`"));
        }
        if let Some(name) = input.keys().find(|name| !properties.is_some_and(|known| known.contains_key(*name))) {
            return refuse(format_args!("invalid input: unknown property `{name}`"));
        }
        let mut draw = self.world.draw(Stream::Record, place as u64);
        let record = json!({
            "object": action.noun,
            "id": format!("{}_{}", &self.domain.server[..3], draw.hex(12)),
            "status": if action.effect == Effect::Read { "active" } else { "accepted" },
            "version": draw.between(1, 40),
            "updated_at": Moment(NOW.0 - draw.below(30 * DAY as usize) as i64),
        });
        reply(&record)
    }
}

fn route(action: &'static Action, place: usize, composed: Composed) -> ToolRoute<Catalogue> {
    let schema = composed.schema.clone();
    let annotations = ToolAnnotations::with_title(composed.title)
        .read_only(action.effect == Effect::Read)
        .destructive(action.effect == Effect::Destructive);
    let tool = Tool::new(composed.name, composed.description, composed.schema).with_annotations(annotations);
    ToolRoute::new_dyn(tool, move |mut context: ToolCallContext<'_, Catalogue>| {
        let input = context.arguments.take().unwrap_or_default();
        let result = match context.service.answer(action, place, &schema, &input) {
            Ok(text) => CallToolResult::success(vec![ContentBlock::text(text)]),
            Err(message) => CallToolResult::error(vec![ContentBlock::text(message)]),
        };
        std::future::ready(Ok(result.into())).boxed()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{O200k, TokenCounter};

    /// Each tool of a shelf: its name, its tokens, and those it aims at.
    fn sizes(shelf: &'static Shelf) -> Vec<(String, u64, f64)> {
        let size = |(place, _, composed): (usize, &Action, Composed)| {
            let schema = serde_json::to_string(&composed.schema).unwrap();
            let texts = [composed.name.as_str(), composed.description.as_str(), schema.as_str()];
            let tokens = texts.iter().map(|text| O200k.count(text).0).sum();
            (composed.name, tokens, shelf.target_tokens(place - shelf.before))
        };
        (0..shelf.domains.len()).flat_map(|position| shelf.tools(position)).map(size).collect()
    }

    #[test]
    fn each_large_definition_has_the_size_of_its_quantile() {
        for (name, tokens, target) in sizes(&SHELVES[0]) {
            let off = tokens as f64 / target - 1.0;
            assert!(off.abs() < 0.10, "{name}: {tokens} tokens, aimed at {target}");
        }
    }

    #[test]
    fn the_definitions_around_a_code_host_have_real_sizes() {
        let sizes = sizes(&SHELVES[1]);
        for (name, tokens, target) in &sizes {
            // A property more or less shows in a small definition, and none is smaller than one with one property.
            let off = (*tokens as f64 - target.max(45.0)).abs();
            assert!(off < 30.0 + target * 0.12, "{name}: {tokens} tokens, aimed at {target}");
        }
        let mean = sizes.iter().map(|(_, tokens, _)| tokens).sum::<u64>() as f64 / sizes.len() as f64;
        assert!((235.0..265.0).contains(&mean), "{mean} tokens each");
    }
}
