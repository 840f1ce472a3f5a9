//! Benchmarks as ratios with intervals, and when one is slower.

use serde::{Deserialize, Serialize};

use crate::report::compare::Direction;

/// How long a benchmark takes beside the run's own reference benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    pub name: String,
    #[serde(flatten)]
    pub ratio: Interval,
}

/// An estimate and its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub point: f64,
    pub low: f64,
    pub high: f64,
}

/// By how much the point has to be above the baseline's.
const TOLERANCE: f64 = 0.15;

impl Interval {
    /// Whether it is an estimate of a ratio at all: what is no number would pass every comparison.
    pub fn is_sound(&self) -> bool {
        let Self { point, low, high } = *self;
        low > 0.0 && low <= point && point <= high && high.is_finite()
    }

    pub fn direction(&self, baseline: &Self) -> Direction {
        if self.point == baseline.point {
            Direction::Same
        } else if self.low <= baseline.high && baseline.low <= self.high {
            Direction::Noise
        } else {
            Direction::of_cost(baseline.point, self.point)
        }
    }

    /// Whether the benchmark is slower than the baseline, with certainty and by more than is tolerated.
    pub fn is_slower(&self, baseline: &Self) -> bool {
        self.low > baseline.high && self.point > baseline.point * (1.0 + TOLERANCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(low: f64, point: f64, high: f64) -> Interval {
        Interval { point, low, high }
    }

    #[test]
    fn slower_is_certain_and_more_than_tolerated() {
        let baseline = interval(1.9, 2.0, 2.1);
        for (now, direction, is_slower) in [
            (interval(2.5, 2.6, 2.7), Direction::Worse, true),
            (interval(2.05, 2.6, 3.2), Direction::Noise, false),
            (interval(2.1, 2.6, 3.2), Direction::Noise, false),
            (interval(2.11, 2.2, 2.3), Direction::Worse, false),
            (interval(2.28, 2.3, 2.32), Direction::Worse, false),
            (interval(2.28, 2.31, 2.32), Direction::Worse, true),
            (interval(1.3, 1.4, 1.5), Direction::Better, false),
            (baseline, Direction::Same, false),
        ] {
            assert_eq!((now.direction(&baseline), now.is_slower(&baseline)), (direction, is_slower), "{now:?}");
        }
        assert!(baseline.is_sound());
        for unsound in [
            interval(f64::NAN, 1.0, 1.0),
            interval(1.0, f64::NAN, 1.0),
            interval(1.0, 1.0, f64::INFINITY),
            interval(2.0, 1.0, 3.0),
            interval(0.0, 1.0, 2.0),
        ] {
            assert!(!unsound.is_sound(), "{unsound:?}");
        }
    }
}
