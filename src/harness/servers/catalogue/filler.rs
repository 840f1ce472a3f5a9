//! Tools of the sizes of real ones, as many as are wanted: what a task leaves unused in a sweep over the number of tools.
//!
//! They come in a fixed order, a family for each thing that the catalogue's servers know, so that a server with more of them has
//! those of one with fewer. Their sizes spread evenly over the quantiles, whatever their number.

use rmcp::model::{Tool, ToolAnnotations};

use super::{
    compose, quantile,
    vocabulary::{Action, DOMAINS, Effect},
};

/// What can be done with anything.
const VERBS: [(&str, Effect, &str); 10] = [
    ("get", Effect::Read, "Get one by its identifier, with what belongs to it"),
    ("list", Effect::Read, "List all that match, the newest first"),
    ("count", Effect::Read, "Count all that match"),
    ("export", Effect::Read, "Export all that match as one file"),
    ("create", Effect::Add, "Create one with the given settings"),
    ("copy", Effect::Add, "Copy one under a name of its own"),
    ("update", Effect::Destructive, "Change the given settings of one and keep the others"),
    ("archive", Effect::Destructive, "Archive one, which leaves it out of lists"),
    ("restore", Effect::Destructive, "Restore one from the archive as it was"),
    ("delete", Effect::Destructive, "Delete one with all that belongs to it"),
];

/// The fraction of the golden ratio: its multiples fill the range from 0 to 1 evenly, however many of them are taken.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// Away from the places of the catalogue's own tools.
const FIRST_PLACE: usize = 1_000;

/// The tools, 500 of them at least.
pub(in super::super) fn fillers() -> impl Iterator<Item = Tool> {
    let entities = DOMAINS.iter().flat_map(|domain| domain.entities.iter().map(move |entity| (domain, *entity)));
    let actions = entities.flat_map(|(domain, entity)| {
        VERBS
            .into_iter()
            .map(move |(verb, effect, summary)| (domain, Action { verb, noun: entity, effect, entity, summary }))
    });
    actions.enumerate().map(|(index, (domain, action))| {
        let tokens = quantile(((index + 1) as f64 * GOLDEN).fract());
        let composed = compose::definition(domain, &action, FIRST_PLACE + index, tokens);
        let annotations = ToolAnnotations::with_title(composed.title)
            .read_only(action.effect == Effect::Read)
            .destructive(action.effect == Effect::Destructive);
        Tool::new(composed.name, composed.description, composed.schema).with_annotations(annotations)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::tokens::{O200k, TokenCounter};

    #[test]
    fn there_are_enough_of_them_with_names_of_their_own_and_the_sizes_of_real_tools() {
        let size = |tool: &Tool| {
            let schema = serde_json::to_string(&tool.input_schema).unwrap();
            let texts = [&*tool.name, tool.description.as_deref().unwrap(), &schema];
            texts.into_iter().map(|text| O200k.count(text).0).sum::<u64>()
        };
        let tools: Vec<_> = fillers().take(500).collect();
        let names: BTreeSet<_> = tools.iter().map(|tool| tool.name.clone()).collect();
        assert_eq!((tools.len(), names.len()), (500, 500));
        for (count, least, most) in [(19, 170, 310), (99, 210, 270), (499, 220, 260)] {
            let mean = tools[..count].iter().map(size).sum::<u64>() / count as u64;
            assert!((least..=most).contains(&mean), "{count} tools have {mean} tokens each");
        }
    }
}
