//! The last minutes gathered into steps of equal length, as charts and their table need them.

use jiff::Timestamp;

use crate::{activity::Minute, tokens::Tokens};

/// How far back it goes, in minutes, and how many a step of a chart and one of the table have.
const SPANS: [(i64, i64, i64); 3] = [(60, 1, 5), (6 * 60, 5, 30), (24 * 60, 15, 120)];

/// From then to now, in steps that begin at whole multiples of their length.
pub(super) struct Timeline {
    pub(super) start: Timestamp,
    pub(super) hours: i64,
    pub(super) steps: Vec<Step>,
    /// How many steps are a row of the table.
    steps_per_row: usize,
    /// How many steps there are once the last row is whole.
    capacity: usize,
}

/// Sums over a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) start: Timestamp,
    pub(super) requests: u64,
    pub(super) fallbacks: u64,
    pub(super) passed: Tokens,
    pub(super) direct: Tokens,
}

impl Step {
    fn new(start: Timestamp) -> Self {
        Self { start, requests: 0, fallbacks: 0, passed: Tokens(0), direct: Tokens(0) }
    }

    fn add(&mut self, requests: u64, fallbacks: u64, passed: Tokens, direct: Tokens) {
        self.requests += requests;
        self.fallbacks += fallbacks;
        self.passed += passed;
        self.direct += direct;
    }
}

impl Timeline {
    /// The shortest that has all of the minutes; the longest leaves out those before its first whole row.
    pub(super) fn of(minutes: &[Minute], now: Timestamp) -> Self {
        // The last row ends after now, and is not whole.
        let start_of = |(span, _, per_row): (i64, i64, i64)| {
            let row_seconds = per_row * 60;
            (now.as_second().div_euclid(row_seconds) + 1) * row_seconds - span * 60
        };
        let oldest = minutes.first().map_or(i64::MAX, |minute| minute.start.as_second());
        let has_all = |span: &(i64, i64, i64)| start_of(*span) <= oldest;
        let chosen = SPANS.into_iter().find(has_all).unwrap_or(SPANS[SPANS.len() - 1]);
        let (start, (span, per_step, per_row)) = (start_of(chosen), chosen);
        let step_seconds = per_step * 60;
        let at = |second: i64| Timestamp::from_second(second).unwrap_or(now);
        let count = now.as_second().saturating_sub(start).div_euclid(step_seconds) + 1;
        let mut steps: Vec<_> = (0..count).map(|index| Step::new(at(start + index * step_seconds))).collect();
        for minute in minutes {
            let index = (minute.start.as_second() - start).div_euclid(step_seconds);
            let Some(step) = usize::try_from(index).ok().and_then(|index| steps.get_mut(index)) else { continue };
            step.add(minute.requests, minute.fallbacks, minute.tokens_passed, minute.tokens_direct);
        }
        let (steps_per_row, capacity) = ((per_row / per_step) as usize, (span / per_step) as usize);
        Self { start: at(start), hours: span / 60, steps, steps_per_row, capacity }
    }

    /// Where a step's end stands between the start, 0, and the end of the last row, 1.
    pub(super) fn position(&self, index: usize) -> f64 {
        (index + 1) as f64 / self.capacity as f64
    }

    /// The rows of the table.
    pub(super) fn rows(&self) -> impl Iterator<Item = Step> {
        self.steps.chunks(self.steps_per_row).map(|steps| {
            let mut row = Step::new(steps[0].start);
            for step in steps {
                row.add(step.requests, step.fallbacks, step.passed, step.direct);
            }
            row
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        // Noon on some day.
        Timestamp::from_second(1_799_971_200 + minute * 60).expect("a time")
    }

    fn minute(number: i64) -> Minute {
        let (tokens_passed, tokens_direct) = (Tokens(1), Tokens(10));
        Minute { start: at(number), requests: 3, fallbacks: 1, tokens_passed, tokens_direct }
    }

    #[test]
    fn it_goes_back_as_far_as_it_has_to() {
        for (oldest, hours, steps) in
            [(1, 1, 57), (-55, 1, 57), (-56, 6, 67), (-330, 6, 67), (-331, 24, 89), (-1438, 24, 89)]
        {
            let timeline = Timeline::of(&[minute(oldest), minute(1)], at(1));
            assert_eq!((timeline.hours, timeline.steps.len()), (hours, steps), "since {oldest}");
        }
    }

    #[test]
    fn steps_and_rows_have_all_that_lies_in_them() {
        let minutes: Vec<_> = (-50..=1).map(minute).collect();
        let timeline = Timeline::of(&minutes, at(1));
        assert_eq!(timeline.start, at(-55));
        assert_eq!(timeline.steps.iter().map(|step| step.requests).sum::<u64>(), 3 * 52);
        let rows: Vec<_> = timeline.rows().collect();
        assert_eq!(rows.len(), 12);
        assert_eq!((rows[0].start, rows[0].requests), (at(-55), 0));
        let full = Step { start: at(-50), requests: 15, fallbacks: 5, passed: Tokens(5), direct: Tokens(50) };
        assert_eq!(rows[1], full);
        assert_eq!((rows[11].start, rows[11].requests), (at(0), 6));
        assert_eq!((timeline.position(0), timeline.position(59)), (1.0 / 60.0, 1.0));
    }
}
