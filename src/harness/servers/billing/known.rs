//! What the oracles know of the invoices, without a tool being called.

use super::{
    super::{ServerOptions, world::World},
    invoice::{self, Invoice},
    params::InvoiceStatus,
    total,
};

/// What an oracle wants to know of an invoice.
pub(in super::super) struct Known {
    pub(in super::super) id: String,
    pub(in super::super) number: String,
    /// The `World::company` index.
    pub(in super::super) company: u64,
    pub(in super::super) currency: &'static str,
    pub(in super::super) total: u64,
    pub(in super::super) remaining: u64,
    pub(in super::super) open: bool,
    /// Whether it is open and was charged in vain four times or more.
    pub(in super::super) exhausted: bool,
    /// The issue over which it is disputed.
    pub(in super::super) issue: Option<u64>,
}

/// Every invoice as it is when a trial begins, newest first.
pub(in super::super) fn known(options: &ServerOptions) -> impl Iterator<Item = Known> {
    let (world, total) = (World { seed: options.seed }, total(options));
    (0..total).rev().map(move |number| {
        let invoice = Invoice::generate(world, number, total);
        Known {
            company: invoice::customer_of(number),
            currency: invoice.currency,
            total: invoice.total as u64,
            remaining: invoice.amount_remaining as u64,
            open: invoice.status == InvoiceStatus::Open,
            exhausted: invoice.is_open_after(4),
            issue: invoice.metadata.get("disputed_over_issue").and_then(|issue| issue.parse().ok()),
            number: invoice.number,
            id: invoice.id,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_invoices_is_charged_in_vain_whatever_the_seed() {
        for seed in 1..=8 {
            let options = ServerOptions { invoices: Some(400), ..ServerOptions::new(seed) };
            let invoices: Vec<_> = known(&options).collect();
            let count = |wanted: fn(&Known) -> bool| invoices.iter().filter(|invoice| wanted(invoice)).count();
            assert_eq!((count(|i| i.exhausted), count(|i| i.open)), (100, 140), "seed {seed}");
        }
    }
}
