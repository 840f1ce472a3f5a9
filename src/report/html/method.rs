//! The sections that let a reader doubt: how the numbers came about, what they assume, what they leave out, what others counted, and
//! how to measure again.

mod again;
mod arms;
mod formulae;
mod threats;

use maud::{Markup, html};

use super::published;
use crate::report::Evidence;

pub(super) fn section(evidence: &Evidence) -> Markup {
    let summary = &evidence.summary;
    html! {
        h3 #arms { "How the arms come from one program" }
        (arms::section(summary))
        h3 #formulae { "Formulae" }
        (formulae::section(summary))
        h3 #assumptions { "What is assumed, and what is measured" }
        (formulae::assumptions(summary))
        h3 #threats { "What the numbers do not show" }
        (threats::section())
        h3 #published { "What others published" }
        (published::section())
        h3 #again { "Measuring again" }
        (again::section(evidence))
        h3 #dictionary { "Data dictionary" }
        (again::dictionary())
    }
}
