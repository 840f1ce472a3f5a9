//! A comparison ready to be written: the same lines as a table for a terminal, as Markdown for a comment, and as JUnit XML.
//!
//! All text in a listing is taken to be hostile. A table and Markdown leave out what is the same; JUnit XML has every line.

mod junit;
mod markdown;
mod terminal;

use super::compare::{Direction, Magnitude};

pub use self::{junit::junit, markdown::markdown, terminal::terminal};

/// What is compared, line by line.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    pub title: String,
    pub lines: Vec<Line>,
    pub notes: Vec<String>,
    /// The whole, in a sentence.
    pub conclusion: String,
}

/// One figure, in the baseline and now.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// A scenario, with its arm, or a benchmark.
    pub subject: String,
    pub metric: String,
    pub baseline: String,
    pub now: String,
    pub direction: Direction,
    pub magnitude: Option<Magnitude>,
    /// `None` where nothing is judged.
    pub verdict: Option<LineVerdict>,
    /// Why it failed.
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineVerdict {
    Passed,
    Failed,
}

impl LineVerdict {
    fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
        }
    }
}

impl Listing {
    /// The lines that say something, and how many do not.
    fn told(&self) -> (Vec<&Line>, usize) {
        let told: Vec<_> = self.lines.iter().filter(|line| line.is_told()).collect();
        let rest = self.lines.len() - told.len();
        (told, rest)
    }

    fn is_judged(&self) -> bool {
        self.lines.iter().any(|line| line.verdict.is_some())
    }
}

impl Line {
    fn is_told(&self) -> bool {
        self.direction != Direction::Same || self.verdict == Some(LineVerdict::Failed)
    }

    /// Whether it is something to look at: what failed, or without a verdict what is worse or mixed.
    fn is_bad(&self) -> bool {
        match self.verdict {
            Some(verdict) => verdict == LineVerdict::Failed,
            None => matches!(self.direction, Direction::Worse | Direction::Mixed),
        }
    }

    fn magnitude(&self) -> &'static str {
        self.magnitude.map_or("–", Magnitude::name)
    }
}

#[cfg(test)]
mod tests;
