//! `cross-server-join`: the open invoices of accounts at risk that are disputed over an issue that is still open.

use std::collections::BTreeMap;

use super::{
    super::{billing, crm, github},
    Solution, Worlds,
};

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let at_risk: BTreeMap<_, _> = crm::known(worlds.get("crm")?)
        .filter(|account| account.risk == "medium")
        .map(|account| (account.company, account.name))
        .collect();
    let issues = worlds.get("github")?;
    let line = |invoice: billing::Known| {
        let (name, issue) = (at_risk.get(&invoice.company)?, invoice.issue?);
        let blocked = invoice.open && github::known_issue(issues, issue).open;
        let currency = invoice.currency.to_ascii_uppercase();
        blocked.then(|| format!("{name}: {} {currency} {} (#{issue})", invoice.number, invoice.remaining))
    };
    let mut lines: Vec<_> = billing::known(worlds.get("billing")?).filter_map(line).collect();
    lines.sort();
    Some(Solution::read(lines))
}
