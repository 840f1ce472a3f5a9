//! Statistics over few samples: what is typical over seeds and how sure that is, averages over scenarios, lines through points.
//!
//! In go slices of numbers, in any order; out come an [`Estimate`], an average or a [`Line`], or `None` where there is nothing to say.
//! The same samples always give the same result: the bootstrap draws from a generator with a fixed seed.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::summary::Estimate;

/// How often the samples are drawn again.
const RESAMPLES: usize = 2_000;
/// How many of the resamples lie below a 95 % interval, and how many above.
const OUTSIDE: usize = RESAMPLES / 40;
/// Any number would do, but always the same.
const SEED: u64 = 0x0c0d_ef1e_57a7_1571;

/// A line `y = intercept + slope · x`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub slope: f64,
    pub intercept: f64,
    /// The share of the variance of `y` that the line accounts for: 1 if it goes through every point.
    pub r_squared: f64,
}

/// The median and its 95 % percentile bootstrap interval; a point for one sample, `None` for none.
pub fn estimate(samples: &[f64]) -> Option<Estimate> {
    let sorted = sorted(samples);
    let median = middle(&sorted)?;
    let mut generator = ChaCha8Rng::seed_from_u64(SEED);
    let mut resample = || {
        let drawn: Vec<_> = sorted.iter().map(|_| sorted[below(&mut generator, sorted.len())]).collect();
        self::median(&drawn).unwrap_or(median)
    };
    let medians: Vec<_> = (0..RESAMPLES).map(|_| resample()).collect();
    let medians = self::sorted(&medians);
    Some(Estimate { median, low: medians[OUTSIDE], high: medians[RESAMPLES - 1 - OUTSIDE] })
}

/// The middle one of the samples, or the mean of the middle two.
pub fn median(samples: &[f64]) -> Option<f64> {
    middle(&sorted(samples))
}

/// The n-th root of the product of n numbers, none of them negative, to nine decimals: the last places of a logarithm differ from
/// one machine to another, and a summary must not.
pub fn geometric_mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() || values.iter().any(|value| value.is_nan() || *value < 0.0) {
        return None;
    }
    let mean = (values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp();
    Some((mean * 1e9).round() / 1e9)
}

/// The sum of the first of each pair over the sum of the second: a mean of the ratios in which large pairs weigh more.
pub fn weighted_ratio(pairs: &[(f64, f64)]) -> Option<f64> {
    let (above, below) = pairs.iter().fold((0.0, 0.0), |(above, below), pair| (above + pair.0, below + pair.1));
    (below != 0.0).then(|| above / below)
}

/// The line with the least squares of its vertical distances to the points; `None` unless two of them differ in `x`.
pub fn least_squares(points: &[(f64, f64)]) -> Option<Line> {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    // Deviations from the means, not the raw sums, whose difference loses digits with large numbers.
    let sum = |of: fn(f64, f64) -> f64| points.iter().map(|(x, y)| of(x - mean_x, y - mean_y)).sum::<f64>();
    let (xx, xy, yy) = (sum(|x, _| x * x), sum(|x, y| x * y), sum(|_, y| y * y));
    if points.is_empty() || xx == 0.0 {
        return None;
    }
    let slope = xy / xx;
    let r_squared = if yy == 0.0 { 1.0 } else { xy * xy / (xx * yy) };
    Some(Line { slope, intercept: mean_y - slope * mean_x, r_squared })
}

fn sorted(samples: &[f64]) -> Vec<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn middle(sorted: &[f64]) -> Option<f64> {
    let half = sorted.len() / 2;
    match sorted.len() % 2 {
        _ if sorted.is_empty() => None,
        0 => Some((sorted[half - 1] + sorted[half]) / 2.0),
        _ => Some(sorted[half]),
    }
}

/// A number in `0..bound`. The bias of multiply and shift is below 2⁻³² · bound; rand's ranges may change with its version.
fn below(generator: &mut impl Rng, bound: usize) -> usize {
    ((u64::from(generator.next_u32()) * bound as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Survival of treated mice in days, from Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), table 2.1.
    const MICE: [f64; 7] = [94.0, 197.0, 16.0, 38.0, 99.0, 141.0, 23.0];

    fn is_near(actual: f64, expected: f64, within: f64) -> bool {
        (actual - expected).abs() <= within
    }

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_middle_two() {
        for (samples, expected) in [
            (&[][..], None),
            (&[5.0], Some(5.0)),
            (&[9.0, 1.0, 5.0], Some(5.0)),
            (&[9.0, 1.0, 5.0, 6.0], Some(5.5)),
            (&MICE, Some(94.0)),
        ] {
            assert_eq!(median(samples), expected, "{samples:?}");
        }
    }

    #[test]
    fn the_interval_is_that_of_the_exact_distribution_of_the_resampled_median() {
        // The median of seven draws is at most the k-th smallest sample if four or more draws are, each with k/7: with a probability
        // of 0.010 for k = 1 and 0.108 for k = 2. So the 2.5th percentile is the second smallest, and the 97.5th the second largest.
        assert_eq!(estimate(&MICE), Some(Estimate { median: 94.0, low: 23.0, high: 141.0 }));
        // With five it is the smallest already, at 0.058.
        let five = [50.0, 10.0, 40.0, 20.0, 30.0];
        assert_eq!(estimate(&five), Some(Estimate { median: 30.0, low: 10.0, high: 50.0 }));
    }

    #[test]
    fn an_estimate_depends_on_the_samples_alone() {
        let mut reversed = MICE;
        reversed.reverse();
        assert_eq!(estimate(&MICE), estimate(&reversed));
        assert_eq!(estimate(&[3.5]), Some(Estimate { median: 3.5, low: 3.5, high: 3.5 }));
        assert_eq!(estimate(&[2.0, 2.0, 2.0]), Some(Estimate { median: 2.0, low: 2.0, high: 2.0 }));
        assert_eq!(estimate(&[]), None);
    }

    #[test]
    fn every_sample_is_drawn_equally_often() {
        let mut generator = ChaCha8Rng::seed_from_u64(SEED);
        let mut drawn = [0_u32; 7];
        (0..70_000).for_each(|_| drawn[below(&mut generator, 7)] += 1);
        // Five standard deviations of a binomial distribution with 70,000 draws and a chance of 1/7.
        assert!(drawn.iter().all(|times| times.abs_diff(10_000) < 463), "{drawn:?}");
    }

    #[test]
    fn a_geometric_mean_weighs_ratios_alike_and_a_weighted_ratio_weighs_them_by_size() {
        assert!(is_near(geometric_mean(&[2.0, 8.0]).unwrap(), 4.0, 1e-12));
        assert!(is_near(geometric_mean(&[0.1, 10.0, 1.0]).unwrap(), 1.0, 1e-12));
        assert_eq!(geometric_mean(&[0.0, 5.0]), Some(0.0));
        assert_eq!(geometric_mean(&[]), None);
        assert_eq!(geometric_mean(&[-1.0, 2.0]), None);
        // 1/10 and 90/100: the mean of the ratios is 0.5, the ratio of the sums 91/110.
        assert_eq!(weighted_ratio(&[(1.0, 10.0), (90.0, 100.0)]), Some(91.0 / 110.0));
        assert_eq!(weighted_ratio(&[]), None);
    }

    #[test]
    fn a_line_of_least_squares_is_the_published_one() {
        // The first of Anscombe's quartet (1973): y = 3.00 + 0.500 x, r² = 0.67.
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
        let points: Vec<_> = x.into_iter().zip(y).collect();
        let line = least_squares(&points).unwrap();
        assert!(is_near(line.slope, 0.5001, 5e-5), "{line:?}");
        assert!(is_near(line.intercept, 3.0001, 5e-5), "{line:?}");
        assert!(is_near(line.r_squared, 0.6665, 5e-5), "{line:?}");
    }

    #[test]
    fn a_line_needs_two_places_and_a_level_one_fits_exactly() {
        assert_eq!(least_squares(&[]), None);
        assert_eq!(least_squares(&[(1.0, 2.0)]), None);
        assert_eq!(least_squares(&[(1.0, 2.0), (1.0, 3.0)]), None);
        let level = Line { slope: 0.0, intercept: 4.0, r_squared: 1.0 };
        assert_eq!(least_squares(&[(1.0, 4.0), (2.0, 4.0), (9.0, 4.0)]), Some(level));
    }
}
