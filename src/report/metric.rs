//! What is counted.

use serde::{Deserialize, Serialize};

use crate::harness::summary::{Comparison, Estimate, Measured, Split, Typical};

/// What is counted. Every renderer shows the three in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    Context,
    #[serde(rename = "cumulative_input")]
    Cumulative,
    Output,
}

impl Metric {
    pub const ALL: [Self; 3] = [Self::Context, Self::Cumulative, Self::Output];

    pub(super) fn of(self, measured: &Measured) -> &Split {
        match self {
            Self::Context => &measured.context_tokens,
            Self::Cumulative => &measured.cumulative_input_tokens,
            Self::Output => &measured.output_tokens,
        }
    }

    /// The tokens of one trial.
    pub fn total(self, measured: &Measured) -> u64 {
        self.of(measured).total().0
    }

    /// The median over the seeds.
    pub fn typical(self, typical: &Typical) -> Estimate {
        match self {
            Self::Context => typical.context_tokens,
            Self::Cumulative => typical.cumulative_input_tokens,
            Self::Output => typical.output_tokens,
        }
    }

    pub(super) fn reduction(self, comparison: &Comparison) -> Estimate {
        match self {
            Self::Context => comparison.context,
            Self::Cumulative => comparison.cumulative,
            Self::Output => comparison.output,
        }
    }

    /// Its name as a measure, in data; with `_tokens` after it, that of its fields and columns.
    pub(super) fn measure(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Cumulative => "cumulative_input",
            Self::Output => "output",
        }
    }

    /// Its name in prose.
    pub fn name(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Cumulative => "cumulative input",
            Self::Output => "output",
        }
    }

    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Context => "everything that entered the model’s context, counted once",
            Self::Cumulative => "the whole input of every request to the model, added up",
            Self::Output => "everything that the model emitted",
        }
    }
}
