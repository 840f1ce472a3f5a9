//! The catalogue: `calendar`, `monitoring` and `wiki`, whose many large definitions a task leaves unused.
//!
//! Their sizes follow those of real servers. [`QUANTILES`] was computed over the 293 tools that twelve published servers
//! answered to `tools/list` (GitHub's in two versions, Notion, Playwright, MongoDB, Kubernetes, and the reference
//! servers): o200k tokens of name, description and compact input schema, mean 240. The 27 tools here take the 27
//! midpoint quantiles, each times [`SCALE`], the one factor that brings the catalogue together with `github`, `chat`
//! and `crm` to a published composition: 58 tools, 55,000 tokens. Names, descriptions and schemas are composed from a
//! vocabulary of our own.
//!
//! The tools can be called: reads answer a small record, writes are recorded.

mod compose;
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

use self::vocabulary::{Action, DOMAINS, Domain, Effect};
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
const SCALE: f64 = 8.2;

const TOOLS: usize = DOMAINS.len() * vocabulary::ACTIONS;

pub(super) struct Catalogue {
    world: World,
    domain: &'static Domain,
}

/// The tokens that the definition of a tool aims at, by the tool's place in the whole catalogue.
fn target_tokens(place: usize) -> f64 {
    // A step that shares no factor with the number of tools spreads small and large tools over the servers.
    let rank = (place * 11) % TOOLS;
    let share = (rank as f64 + 0.5) / TOOLS as f64;
    let at = |table: &[u32], position: f64| {
        let below = (position as usize).min(table.len() - 2);
        let (low, high) = (f64::from(table[below]), f64::from(table[below + 1]));
        low + (high - low) * (position - below as f64)
    };
    let quantile = if share < 0.95 { at(&QUANTILES, share * 20.0) } else { at(&TAIL, (share - 0.95) * 100.0) };
    quantile * SCALE
}

impl Catalogue {
    /// The server of this name, if it is one of the catalogue.
    pub(super) fn server(name: &str, options: &ServerOptions) -> Option<Recorded<Self>> {
        let position = DOMAINS.iter().position(|domain| domain.server == name)?;
        let domain = &DOMAINS[position];
        let mut router = ToolRouter::new();
        for (index, action) in domain.actions.iter().enumerate() {
            let place = position * vocabulary::ACTIONS + index;
            router.add_route(route(domain, action, place));
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

fn route(domain: &'static Domain, action: &'static Action, place: usize) -> ToolRoute<Catalogue> {
    let composed = compose::definition(domain, action, place, target_tokens(place));
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

    #[test]
    fn each_definition_has_the_size_of_its_quantile() {
        for (position, domain) in DOMAINS.iter().enumerate() {
            for (index, action) in domain.actions.iter().enumerate() {
                let place = position * vocabulary::ACTIONS + index;
                let composed = compose::definition(domain, action, place, target_tokens(place));
                let schema = serde_json::to_string(&composed.schema).unwrap();
                let texts = [composed.name.as_str(), composed.description.as_str(), schema.as_str()];
                let tokens: u64 = texts.iter().map(|text| O200k.count(text).0).sum();
                let off = tokens as f64 / target_tokens(place) - 1.0;
                assert!(off.abs() < 0.10, "{}: {tokens} tokens, aimed at {}", composed.name, target_tokens(place));
            }
        }
    }
}
