//! A comparison as lines to be shown.

use super::{super::figure, Direction, Figure, FigureChange, Only, RunComparison};
use crate::report::{
    format,
    listing::{Line, Listing},
};

impl RunComparison {
    pub fn listing(&self) -> Listing {
        let mut lines: Vec<Line> = self
            .verdicts
            .iter()
            .map(|change| Line {
                subject: change.scenario.clone(),
                metric: change.verdict.clone(),
                baseline: change.baseline.clone(),
                now: change.now.clone(),
                direction: change.direction,
                magnitude: None,
                verdict: None,
                reason: None,
            })
            .collect();
        lines.extend(self.figures.iter().map(line));
        lines.extend(self.only_in_baseline.iter().map(|only| only_line(only, Direction::Gone)));
        lines.extend(self.only_now.iter().map(|only| only_line(only, Direction::New)));
        Listing {
            title: "Two runs, baseline and now".to_owned(),
            lines,
            notes: self.caveats.clone(),
            conclusion: self.conclusion(),
        }
    }

    fn conclusion(&self) -> String {
        let count = |direction| {
            let figures = self.figures.iter().filter(|change| change.direction == direction).count();
            figures + self.verdicts.iter().filter(|change| change.direction == direction).count()
        };
        let (better, worse) = (count(Direction::Better), count(Direction::Worse));
        match self.direction {
            Direction::Better => format!("Better in {}, worse in none.", figures(better)),
            Direction::Worse => format!("Worse in {}, better in none.", figures(worse)),
            Direction::Mixed => format!("Mixed: better in {}, worse in {}.", figures(better), figures(worse)),
            Direction::Noise => "Nothing differs by more than noise.".to_owned(),
            Direction::Same | Direction::New | Direction::Gone => "Nothing that both runs have differs.".to_owned(),
        }
    }
}

fn figures(number: usize) -> String {
    match number {
        1 => "one figure".to_owned(),
        number => format!("{number} figures"),
    }
}

fn line(change: &FigureChange) -> Line {
    let (metric, show): (String, fn(f64) -> String) = match change.figure {
        Figure::Answers => ("right answers".to_owned(), |share| format::threshold(share)),
        Figure::Tokens(metric) => (format!("{} tokens", metric.name()), figure::count),
        Figure::Cost => ("cost".to_owned(), figure::dollars),
        Figure::MeasuredTimeRatio => ("measured time ÷ direct’s".to_owned(), figure::ratio),
    };
    Line {
        subject: format!("{} {}", change.scenario, change.arm.name()),
        metric,
        baseline: show(change.baseline),
        now: show(change.now),
        direction: change.direction,
        magnitude: change.magnitude,
        verdict: None,
        reason: None,
    }
}

fn only_line(only: &Only, direction: Direction) -> Line {
    let (subject, metric) = match only.arm {
        Some(arm) => (format!("{} {}", only.scenario, arm.name()), "arm"),
        None => (only.scenario.clone(), "scenario"),
    };
    let [mut baseline, mut now] = ["there", "–"].map(str::to_owned);
    if direction == Direction::New {
        std::mem::swap(&mut baseline, &mut now);
    }
    let metric = metric.to_owned();
    Line { subject, metric, baseline, now, direction, magnitude: None, verdict: None, reason: None }
}
