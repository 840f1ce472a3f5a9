//! `fallback`: a note and a higher risk, each once, and the owner of the account.

use serde_json::json;

use super::{Solution, Worlds, account, write};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let account = account(worlds, "northgateenergy.example")?;
    let note = json!({ "account_id": account.id, "body": "Escalated to the account team." });
    let writes = vec![
        write("crm", "create_note", note),
        write("crm", "update_account", json!({ "account_id": account.id, "risk": "high" })),
    ];
    Some(Solution { writes, ..Solution::read(account.owner) })
}
