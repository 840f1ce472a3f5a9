//! `repeat-run`: the three labels that the open issues have most often.

use std::collections::BTreeMap;

use serde_json::json;

use super::{super::github, Solution, Worlds};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let mut counts = BTreeMap::<_, u64>::new();
    for issue in github::known_issues(worlds.get("github")?).filter(|issue| issue.open) {
        for label in issue.labels {
            *counts.entry(label).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    // Stable: labels with the same count stay in the order of their names.
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Some(Solution::read(counts.into_iter().take(3).map(|(label, count)| json!([label, count])).collect::<Vec<_>>()))
}
