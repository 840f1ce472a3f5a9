//! `repo-audit`: how many pull requests, issues and functions of the repository break each of four rules.

use serde_json::{Value, json};

use super::{super::github, Solution, Worlds};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let options = worlds.get("github")?;
    let pulls = github::open_pull_requests(options);
    let size = |pull: &Value| ["additions", "deletions"].iter().filter_map(|key| pull[*key].as_u64()).sum::<u64>();
    let stale = |pull: &&Value| pull["created_at"].as_str().is_some_and(|created| created < "2026-07-01T00:00:00Z");
    let unassigned =
        |issue: &github::KnownIssue| issue.open && !issue.assigned && issue.labels.contains(&"priority: high");
    Some(Solution::read(json!({
        "oversized_pulls": pulls.iter().filter(|pull| size(pull) > 400).count(),
        "stale_pulls": pulls.iter().filter(stale).count(),
        "unassigned_high": github::known_issues(options).filter(unassigned).count(),
        "loose_guards": github::sources(options.seed).iter().map(|content| loose_guards(content)).sum::<usize>(),
    })))
}

/// The functions of a file that take an id longer than 64 characters.
fn loose_guards(content: &str) -> usize {
    let guard = |line: &str| line.trim().strip_prefix("if (id.length > ")?.split(')').next()?.parse::<u32>().ok();
    content.lines().filter_map(guard).filter(|most| *most > 64).count()
}
