//! `convergence`: the accounts whose escalation stays open, with the risk that the state of the linked issue gives them.

use serde_json::json;

use super::{
    super::{chat, crm, github, world::World},
    Solution, Worlds, write,
};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let (issues, seed) = (worlds.get("github")?, worlds.get("chat")?.seed);
    let (mut lines, mut writes) = (Vec::new(), Vec::new());
    // The channel is read newest first, and the accounts are updated in that order.
    for (company, issue) in chat::open_escalations(seed).into_iter().rev() {
        let (state, risk) =
            if github::known_issue(issues, issue).open { ("open", "high") } else { ("closed", "medium") };
        lines.push(format!("{}: {risk} (#{issue} {state})", World { seed }.company(company).name));
        let input = json!({ "account_id": crm::account_id(company), "risk": risk });
        writes.push(write("crm", "update_account", input));
    }
    lines.sort();
    Some(Solution { writes, ..Solution::read(lines) })
}
