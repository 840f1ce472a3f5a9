//! Root causes and action items of the year's postmortems, and the report that quotes them.

use serde_json::{Value, json};

use super::{
    super::{documents::recent_postmortems, world::World},
    Solution, Worlds,
};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let world = World { seed: worlds.get("documents")?.seed };
    let postmortems = recent_postmortems(world);
    let mut report = format!(
        "# Incidents of 2026\n\nThere were {} postmortems. Each root cause is quoted with the action items that follow from it.\n",
        postmortems.len()
    );
    let mut excerpts = Vec::new();
    for postmortem in &postmortems {
        let action_items = format!("- {}", postmortem.action_items.join("\n- "));
        let incident = postmortem.title.trim_start_matches("Postmortem: ");
        report.push_str(&format!("\n## {incident}\n\n> {}\n\n{action_items}\n", postmortem.root_cause));
        excerpts.push(json!({
            "title": postmortem.title,
            "root_cause": postmortem.root_cause,
            "action_items": action_items,
        }));
    }
    Some(Solution { answer: Value::Array(excerpts), writes: Vec::new(), says: Some(report) })
}
