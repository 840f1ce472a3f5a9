//! How a scenario's figures move when one assumption is another, all else being the same.
//!
//! The transcripts of the code and the direct arm are taken as they were and changed in one respect: how much a model reasons, by
//! which way it finds its tools, which tokenizer counts, whether prompts are cached.

use serde_json::json;

use super::{
    cost,
    scenario::Instance,
    summarise::reduction,
    summary::{Assumptions, Part, Sensitivity},
    transcript::{Content, Event, Transcript, Turn},
    trial::{Trial, act, call},
};
use crate::{
    catalog::Detail,
    gateway::{DESCRIBE_TOOLS, SEARCH_TOOLS},
    tokens::{Cl100k, TokenCounter, Tokens},
};

pub fn rows(
    instance: &Instance<'_>,
    code: &Trial,
    direct: &Trial,
    counter: &dyn TokenCounter,
    assumptions: &Assumptions,
) -> Vec<Sensitivity> {
    let row = |assumption: &str, code: &Transcript, direct: &Transcript, counter: &dyn TokenCounter, cached: bool| {
        let (code, direct) = (Totals::of(code, counter, assumptions), Totals::of(direct, counter, assumptions));
        let cost = |totals: &Totals| if cached { totals.cached.unwrap_or(totals.uncached) } else { totals.uncached };
        Sensitivity {
            scenario: instance.scenario.name.clone(),
            class: instance.scenario.class,
            assumption: assumption.to_owned(),
            context: reduction(code.context, direct.context),
            cumulative: reduction(code.cumulative, direct.cumulative),
            output: reduction(code.output, direct.output),
            cost: reduction(cost(&code), cost(&direct)),
        }
    };
    let as_assumed = (&code.transcript, &direct.transcript);
    let mut rows = vec![row("as assumed", as_assumed.0, as_assumed.1, counter, true)];
    for times in [0, 4] {
        let (code, direct) = (reasoning(as_assumed.0, times), reasoning(as_assumed.1, times));
        rows.push(row(&format!("reasoning × {times}"), &code, &direct, counter, true));
    }
    for way in [Way::Describe, Way::Browse] {
        rows.push(row(way.name(), &discovered(instance, code, way), as_assumed.1, counter, true));
    }
    rows.push(row("tokenizer: cl100k_base", as_assumed.0, as_assumed.1, &Cl100k, true));
    rows.push(row("no prompt caching", as_assumed.0, as_assumed.1, counter, false));
    rows
}

struct Totals {
    context: f64,
    cumulative: f64,
    output: f64,
    uncached: f64,
    cached: Option<f64>,
}

impl Totals {
    fn of(transcript: &Transcript, counter: &dyn TokenCounter, assumptions: &Assumptions) -> Self {
        let counted = transcript.count(counter);
        let accounts = counted.account();
        let cost = cost::costs(&counted.requests(), assumptions).into_iter().next();
        Self {
            context: accounts.context.total().0 as f64,
            cumulative: accounts.cumulative_input.total().0 as f64,
            output: accounts.output.total().0 as f64,
            uncached: cost.as_ref().map(|cost| cost.uncached.0).unwrap_or_default(),
            cached: cost.and_then(|cost| cost.cached).map(|dollars| dollars.0),
        }
    }
}

fn reasoning(transcript: &Transcript, times: u64) -> Transcript {
    let scaled = |event: &Event| match &event.content {
        Content::Assumed(tokens) => Event { part: event.part, content: Content::Assumed(Tokens(tokens.0 * times)) },
        Content::Text(_) | Content::Definition(_) => event.clone(),
    };
    let turns = transcript.turns.iter().map(|turn| Turn {
        input: turn.input.iter().map(scaled).collect(),
        output: turn.output.iter().map(scaled).collect(),
    });
    Transcript { turns: turns.collect() }
}

/// By which way a model on the code route finds the tools that it calls.
#[derive(Clone, Copy)]
enum Way {
    /// It searches for names, then has the whole wrappers described.
    Describe,
    /// It has the tree of all tools listed, then the wrappers described.
    Browse,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Describe => "discovery: describe",
            Self::Browse => "discovery: browse",
        }
    }
}

/// The conversation of the code arm with its discovery, its first turn and the beginning of its second, made another way.
fn discovered(instance: &Instance<'_>, code: &Trial, way: Way) -> Transcript {
    let scenario = instance.scenario;
    let discovery = &scenario.discovery;
    let found = code.catalog.search(&discovery.query, Detail::Names, discovery.limit);
    let names: Vec<String> = found.hits.iter().map(|hit| hit.id.to_string()).collect();
    let (asked, answered) = match way {
        Way::Describe => {
            let search = json!({ "query": discovery.query, "limit": discovery.limit, "detail": "names" });
            (call(Part::Discovery, SEARCH_TOOLS, &search), found.to_string())
        }
        Way::Browse => {
            let tree = ["tools/".to_owned()];
            let all = json!({ "tools": tree });
            (call(Part::Discovery, DESCRIBE_TOOLS, &all), code.catalog.describe(&tree).to_string())
        }
    };
    let mut turns = code.transcript.turns.clone();
    let described = code.catalog.describe(&names).to_string();
    if let [first, second, ..] = &mut turns[..] {
        first.output = act(scenario, asked);
        second.input = vec![Event::text(Part::Discovery, described)];
        let describe = call(Part::Discovery, DESCRIBE_TOOLS, &json!({ "tools": names }));
        let input = vec![Event::text(Part::Discovery, answered)];
        turns.insert(1, Turn { input, output: act(scenario, describe) });
    }
    Transcript { turns }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::O200k;

    #[test]
    fn reasoning_is_scaled_and_nothing_else_changes() {
        let reasoning_of = |tokens| Event { part: Part::Reasoning, content: Content::Assumed(Tokens(tokens)) };
        let turn = |tokens| Turn {
            input: vec![Event::text(Part::Prompt, "add up the amounts")],
            output: vec![reasoning_of(tokens), Event::text(Part::Answer, "12")],
        };
        let transcript = Transcript { turns: vec![turn(240), turn(100)] };
        let split = |transcript: &Transcript| {
            let context = transcript.count(&O200k).account().context;
            (context.get(Part::Reasoning), context.total())
        };
        let (before, total) = split(&transcript);
        for times in [0, 1, 4] {
            let (after, now) = split(&reasoning(&transcript, times));
            assert_eq!(after, Tokens(before.0 * times));
            assert_eq!(now.0 - after.0, total.0 - before.0);
        }
    }
}
