//! `bulk-update`: the open invoices that were charged in vain four times or more go into collections.

use std::collections::BTreeMap;

use serde_json::json;

use super::{super::billing, Solution, Worlds, write};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let (mut sums, mut writes) = (BTreeMap::<_, u64>::new(), Vec::new());
    for invoice in billing::known(worlds.get("billing")?).filter(|invoice| invoice.exhausted) {
        *sums.entry(invoice.currency).or_default() += invoice.remaining;
        let input = json!({ "invoice_id": invoice.id, "collection_state": "in_collections" });
        writes.push(write("billing", "update_invoice", input));
    }
    Some(Solution { answer: json!({ "updated": writes.len(), "remaining": sums }), writes, says: None })
}
