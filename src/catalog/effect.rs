//! Whether a tool reads or writes, and which of the two a query asks for: a tool that does fits better.
//!
//! In: a tool's definition, or the words of a query. Out: an [`Effect`], where there is reason for one. It moves a tool up
//! or down in an answer and decides nothing else, so a server's own hint is good enough here.

use std::{collections::HashSet, sync::LazyLock};

use super::lexicon::term;
use crate::{codegen::words::words, tool::ToolDef};

const READ: &str = "find search look show list get read view see check compare count fetch query retrieve display describe \
    lookup discover locate load print explain export watch inspect browse summarize download";
const WRITE: &str = "create add make insert write post delete remove drop update edit change modify set patch replace move \
    rename put merge push commit close assign label mark send fork copy run execute start stop cancel trigger rerun apply \
    scale restart switch stage press click fill type dismiss attach upload turn approve submit publish save share report \
    answer reply star tag move forget remember connect disconnect";
/// What begins a question.
const QUESTION: &str =
    "what which who whom whose when where why how did do does is are was were has have had can could am";

static READ_TERMS: LazyLock<HashSet<String>> = LazyLock::new(|| READ.split_whitespace().map(term).collect());
static WRITE_TERMS: LazyLock<HashSet<String>> = LazyLock::new(|| WRITE.split_whitespace().map(term).collect());

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Reads,
    Writes,
}

/// By the server's hint, else by the first verb in the name.
pub fn of_tool(def: &ToolDef) -> Option<Effect> {
    match def.annotations.and_then(|annotations| annotations.read_only_hint) {
        Some(true) => Some(Effect::Reads),
        Some(false) => Some(Effect::Writes),
        None => of_verb(&words(&def.name)),
    }
}

/// A question asks to read, and so does what has no verb. Things are opened to read them and to begin them.
pub fn of_query(words: &[String]) -> Option<Effect> {
    if words.first().is_some_and(|first| QUESTION.split_whitespace().any(|word| word == first)) {
        return Some(Effect::Reads);
    }
    match of_verb(words) {
        None if words.iter().any(|word| word == "open") => None,
        None => Some(Effect::Reads),
        effect => effect,
    }
}

fn of_verb(words: &[String]) -> Option<Effect> {
    words.iter().map(|word| term(word)).find_map(|term| {
        if READ_TERMS.contains(&term) {
            Some(Effect::Reads)
        } else {
            WRITE_TERMS.contains(&term).then_some(Effect::Writes)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_and_names_say_what_they_are_about() {
        for (query, expected) in [
            ("which pods fail", Some(Effect::Reads)),
            ("did the build pass", Some(Effect::Reads)),
            ("failing pods", Some(Effect::Reads)),
            ("delete the pods that I find", Some(Effect::Writes)),
            ("open a ticket", None),
        ] {
            assert_eq!(of_query(&words(query)), expected, "{query:?}");
        }
        let tool = |name: &str, hint: Option<bool>| -> ToolDef {
            serde_json::from_value(serde_json::json!({ "name": name, "annotations": { "readOnlyHint": hint } }))
                .unwrap()
        };
        for (name, hint, expected) in [
            ("list_pods", None, Some(Effect::Reads)),
            ("pods_delete", None, Some(Effect::Writes)),
            ("list_pods", Some(false), Some(Effect::Writes)),
            ("pods", None, None),
        ] {
            assert_eq!(of_tool(&tool(name, hint)), expected, "{name}");
        }
    }
}
