//! From which size of a result on the code arm takes no more than another.

use super::super::summary::{Arm, BreakEven, SweepPoint};
use crate::tokens::Tokens;

/// What is compared: its name, and its value at a point.
type Measure = (&'static str, fn(&SweepPoint) -> f64);

const MEASURES: [Measure; 4] = [
    ("context", |point| point.context_tokens.0 as f64),
    ("cumulative", |point| point.cumulative_input_tokens.0 as f64),
    ("cost", |point| point.cost.0),
    ("model_time", |point| point.model_seconds.0),
];

/// Of every number of tools and of steps among the points, against `direct` and `search`, by each measure. The points of each must
/// ascend in the size of a result.
pub fn break_even(points: &[SweepPoint]) -> Vec<BreakEven> {
    let mut places: Vec<_> = points.iter().map(|point| (point.tools, point.steps)).collect();
    places.sort_unstable();
    places.dedup();
    let mut found = Vec::new();
    for (tools, steps) in places {
        let of = |arm| points.iter().filter(move |point| (point.tools, point.steps, point.arm) == (tools, steps, arm));
        for against in [Arm::Direct, Arm::Search] {
            for (measure, value) in MEASURES {
                let saved: Vec<_> = of(Arm::Code)
                    .zip(of(against))
                    .map(|(code, other)| (code.result_tokens.0 as f64, value(other) - value(code)))
                    .collect();
                let result_tokens = pays_from(&saved);
                found.push(BreakEven { tools, steps, against, measure: measure.to_owned(), result_tokens });
            }
        }
    }
    found
}

/// The smallest size from which on nothing is lost, by sizes and what is saved with each. What a conversation takes is linear in the
/// size of a result, so between two sizes it is where a straight line crosses zero.
fn pays_from(saved: &[(f64, f64)]) -> Option<Tokens> {
    let Some(last_loss) = saved.iter().rposition(|(_, saved)| *saved < 0.0) else {
        return (!saved.is_empty()).then_some(Tokens(0));
    };
    let (smaller, loss) = saved[last_loss];
    let (larger, gain) = *saved.get(last_loss + 1)?;
    Some(Tokens((smaller + (larger - smaller) * loss / (loss - gain)).ceil() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_pays_from_where_the_last_loss_is_made_up_for() {
        for (saved, expected) in [
            (&[][..], None),
            (&[(100.0, 0.0), (1_000.0, 5.0)], Some(0)),
            (&[(100.0, 5.0), (1_000.0, -1.0)], None),
            (&[(100.0, -100.0), (1_000.0, 800.0)], Some(200)),
            // A straight line from -30 to 60 over 900 crosses zero after a third, from -1 to 899 after the first of them.
            (&[(100.0, -30.0), (1_000.0, 60.0)], Some(400)),
            (&[(100.0, -1.0), (1_000.0, 899.0)], Some(101)),
            (&[(100.0, -3.0), (1_000.0, 0.0)], Some(1_000)),
            // What is lost again does not count as paid.
            (&[(100.0, -1.0), (1_000.0, 5.0), (10_000.0, -9.0), (100_000.0, 9.0)], Some(55_000)),
            (&[(100.0, 5.0), (1_000.0, -9.0), (10_000.0, 0.0)], Some(10_000)),
        ] {
            assert_eq!(pays_from(saved), expected.map(Tokens), "{saved:?}");
        }
    }
}
