//! `type-error-repair`: the open issues of high priority to which nobody is assigned.

use super::{super::github, Solution, Worlds};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let wanted = |issue: &github::KnownIssue| issue.open && !issue.assigned && issue.labels.contains(&"priority: high");
    let issues = github::known_issues(worlds.get("github")?).filter(wanted);
    Some(Solution::read(issues.map(|issue| issue.number).collect::<Vec<_>>()))
}
