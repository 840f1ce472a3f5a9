//! Which way a figure moved, and how far. The two are apart: a change can be certain and small, or large and noise.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::{harness::summary::Verdict, report::Finding};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Better,
    Worse,
    Same,
    /// The intervals overlap: nothing is known to have changed.
    Noise,
    /// Better in one respect and worse in another; never an improvement.
    Mixed,
    /// Only in the later run.
    New,
    /// Only in the baseline.
    Gone,
}

impl Direction {
    /// Of a figure of which more is worse. What is no number is worse than any.
    pub fn of_cost(baseline: f64, now: f64) -> Self {
        match now.partial_cmp(&baseline) {
            Some(Ordering::Less) => Self::Better,
            Some(Ordering::Equal) => Self::Same,
            Some(Ordering::Greater) | None => Self::Worse,
        }
    }

    pub fn of_finding(baseline: Finding, now: Finding) -> Self {
        let rank = |finding| match finding {
            Finding::Saves => 0.0,
            Finding::Same => 1.0,
            Finding::CostsMore => 2.0,
            Finding::Mixed | Finding::None => f64::NAN,
        };
        match (baseline, now) {
            (baseline, now) if baseline == now => Self::Same,
            (Finding::None, _) => Self::New,
            (_, Finding::None) => Self::Gone,
            (Finding::Mixed, _) | (_, Finding::Mixed) => Self::Mixed,
            (baseline, now) => Self::of_cost(rank(baseline), rank(now)),
        }
    }

    pub fn of_gate(baseline: Verdict, now: Verdict) -> Self {
        match (baseline, now) {
            (baseline, now) if baseline == now => Self::Same,
            (_, Verdict::Failed) => Self::Worse,
            (Verdict::Failed, Verdict::Held) => Self::Better,
            (_, Verdict::None) => Self::Gone,
            (_, Verdict::Held) => Self::New,
        }
    }

    /// Of several figures together.
    pub fn of_all(directions: impl IntoIterator<Item = Self>) -> Self {
        let [mut better, mut worse, mut mixed, mut noise] = [false; 4];
        for direction in directions {
            match direction {
                Self::Better => better = true,
                Self::Worse => worse = true,
                Self::Mixed => mixed = true,
                Self::Noise => noise = true,
                Self::Same | Self::New | Self::Gone => {}
            }
        }
        match (better, worse) {
            _ if mixed => Self::Mixed,
            (true, true) => Self::Mixed,
            (true, false) => Self::Better,
            (false, true) => Self::Worse,
            (false, false) if noise => Self::Noise,
            (false, false) => Self::Same,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Same => "same",
            Self::Noise => "noise",
            Self::Mixed => "mixed",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

/// The size of a change beside the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Magnitude {
    /// Less than 1 %.
    Small,
    /// Less than 10 %.
    Medium,
    Large,
}

impl Magnitude {
    /// `None` where nothing changed.
    pub fn of(baseline: f64, now: f64) -> Option<Self> {
        if now == baseline {
            return None;
        }
        let share = ((now - baseline) / baseline).abs();
        Some(match share {
            share if share < 0.01 => Self::Small,
            share if share < 0.1 => Self::Medium,
            // As is a change from nothing, which has no share.
            _ => Self::Large,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_says_nothing_of_the_size_and_mixed_is_no_improvement() {
        for (baseline, now, direction, magnitude) in [
            (100.0, 100.0, Direction::Same, None),
            (1_000.0, 1_001.0, Direction::Worse, Some(Magnitude::Small)),
            (1_000.0, 1_010.0, Direction::Worse, Some(Magnitude::Medium)),
            (1_000.0, 901.0, Direction::Better, Some(Magnitude::Medium)),
            (1_000.0, 900.0, Direction::Better, Some(Magnitude::Large)),
            (0.0, 1.0, Direction::Worse, Some(Magnitude::Large)),
            (1.0, f64::NAN, Direction::Worse, Some(Magnitude::Large)),
        ] {
            assert_eq!((Direction::of_cost(baseline, now), Magnitude::of(baseline, now)), (direction, magnitude));
        }
        use Direction::{Better, Gone, Mixed, New, Noise, Same, Worse};
        for (all, one) in [
            (vec![Better, Same, Noise], Better),
            (vec![Better, Worse], Mixed),
            (vec![Better, Mixed], Mixed),
            (vec![Same, Noise, New, Gone], Noise),
            (vec![], Same),
        ] {
            assert_eq!(Direction::of_all(all.clone()), one, "{all:?}");
        }
        assert_eq!(Direction::of_finding(Finding::CostsMore, Finding::Saves), Better);
        assert_eq!(Direction::of_finding(Finding::CostsMore, Finding::Mixed), Mixed);
        assert_eq!(Direction::of_finding(Finding::Saves, Finding::None), Gone);
        assert_eq!(Direction::of_gate(Verdict::None, Verdict::Failed), Worse);
    }
}
