//! `issue-triage`: the issues that affect 38,500 customers or more.

use super::{super::github, Solution, Worlds};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let issues = github::known_issues(worlds.get("github")?).filter(|issue| issue.customers_affected >= 38_500);
    let line = |issue: github::KnownIssue| format!("#{} {} ({} comments)", issue.number, issue.title, issue.comments);
    Some(Solution::read(issues.map(line).collect::<Vec<_>>()))
}
