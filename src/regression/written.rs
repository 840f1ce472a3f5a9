//! The gate's rows as lines to be shown.

use super::{GateReport, GateRow, GateVerdict, Interval, Value};
use crate::report::{
    figure,
    listing::{Line, LineVerdict, Listing},
};

impl GateReport {
    pub fn listing(&self) -> Listing {
        Listing {
            title: "Regression gate: the baseline and now".to_owned(),
            lines: self.rows.iter().map(line).collect(),
            notes: vec![],
            conclusion: self.conclusion(),
        }
    }

    fn conclusion(&self) -> String {
        let failed = self.rows.iter().filter(|row| row.verdict == GateVerdict::Failed).count();
        match (self.verdict, failed) {
            (GateVerdict::Passed, _) => format!("The gate holds: {} figures compared, none fails.", self.rows.len()),
            (GateVerdict::Failed, 1) => format!("The gate fails: one of {} figures.", self.rows.len()),
            (GateVerdict::Failed, failed) => format!("The gate fails: {failed} of {} figures.", self.rows.len()),
        }
    }
}

fn line(row: &GateRow) -> Line {
    let shown = |value: &Option<Value>| value.as_ref().map_or_else(|| "–".to_owned(), value_text);
    Line {
        subject: row.subject.clone(),
        metric: row.metric.clone(),
        baseline: shown(&row.baseline),
        now: shown(&row.now),
        direction: row.direction,
        magnitude: row.magnitude,
        verdict: Some(match row.verdict {
            GateVerdict::Passed => LineVerdict::Passed,
            GateVerdict::Failed => LineVerdict::Failed,
        }),
        reason: row.reason.clone(),
    }
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Count(count) => figure::count(*count),
        Value::Ratio(Interval { point, low, high }) => {
            format!("{} ({}…{})", figure::ratio(*point), figure::ratio(*low), figure::ratio(*high))
        }
        Value::Word(word) => word.clone(),
    }
}
