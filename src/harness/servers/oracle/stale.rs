//! `stale`: the risk of an account twice before it is turned over, and once after.

use serde_json::json;

use super::{Solution, Worlds, account, write};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let account = account(worlds, "northgateenergy.example")?;
    let after = if account.risk == "high" { "low" } else { "high" };
    let writes = vec![write("crm", "update_account", json!({ "account_id": account.id, "risk": after }))];
    Some(Solution {
        writes,
        ..Solution::read(json!({ "before": account.risk, "again": account.risk, "after": after }))
    })
}
