//! How the context of the code arm grows with what its tools return.

use super::super::{
    stats,
    summary::{Growth, GrowthPoint},
};

/// The points by payload, and the slope of the line through them; 0 where all have the same payload.
pub fn growth(mut points: Vec<GrowthPoint>) -> Growth {
    points.sort_by_key(|point| (point.payload_tokens, point.context_tokens));
    let places: Vec<_> =
        points.iter().map(|point| (point.payload_tokens.0 as f64, point.context_tokens.0 as f64)).collect();
    Growth { context_slope: stats::least_squares(&places).map_or(0.0, |line| line.slope), points }
}
