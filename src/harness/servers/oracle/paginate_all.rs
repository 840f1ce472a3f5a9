//! `paginate-all`: by currency the number of invoices, their total, and what remains to be paid.

use std::collections::BTreeMap;

use serde_json::json;

use super::{super::billing, Solution, Worlds};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let mut sums = BTreeMap::<_, [u64; 3]>::new();
    for invoice in billing::known(worlds.get("billing")?) {
        let sum = sums.entry(invoice.currency).or_default();
        for (sum, added) in sum.iter_mut().zip([1, invoice.total, invoice.remaining]) {
            *sum += added;
        }
    }
    Some(Solution::read(json!(sums)))
}
