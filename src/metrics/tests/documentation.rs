use std::collections::{BTreeMap, BTreeSet};

use super::emission::{emit_everything, render};
use crate::metrics::{
    METRICS,
    label::{MAX_NAME, MAX_TOOLS},
};

const DOCUMENTATION: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/metrics.md"));

/// What a message to the webhook calls the alert. It is the name of no metric.
const ALERT: &str = "codefirst_fallback_rate";

/// The cells of the table's rows that begin with such a name.
fn rows<const N: usize>(begins: impl Fn(&str) -> bool) -> impl Iterator<Item = [&'static str; N]> {
    let lines = DOCUMENTATION.lines().filter(move |line| line.strip_prefix("| `").is_some_and(&begins));
    lines.map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        cells.try_into().unwrap_or_else(|_| panic!("{line}"))
    })
}

/// Of each metric, its kind, labels, unit and meaning.
fn metrics() -> BTreeMap<&'static str, [&'static str; 4]> {
    let mut metrics = BTreeMap::new();
    for [name, row @ ..] in rows::<5>(|name| name.starts_with("codefirst_")) {
        assert!(metrics.insert(name.trim_matches('`'), row).is_none(), "{name} comes twice");
    }
    metrics
}

/// The values of each metric's labels.
type Values = BTreeMap<(String, String), BTreeSet<String>>;

/// Those that the documentation names. The names of servers and tools are not for it to say.
fn documented_values() -> Values {
    let mut values = Values::new();
    for [label, metrics, named, _] in rows::<4>(|name| !name.starts_with("codefirst_")) {
        for metric in quoted(metrics) {
            let key = (metric, label.trim_matches('`').to_owned());
            let named: Vec<_> = quoted(named).collect();
            let set: BTreeSet<_> = named.iter().cloned().collect();
            assert_eq!(set.len(), named.len(), "{key:?} has a value twice: {named:?}");
            assert!(values.insert(key, set).is_none(), "{label} of {metrics} comes twice");
        }
    }
    values
}

/// What stands between backquotes.
fn quoted(cell: &str) -> impl Iterator<Item = String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned)
}

#[test]
fn every_metric_is_documented_with_its_kind_labels_and_unit() {
    let mut rows = metrics();
    for metric in METRICS {
        let row = rows.remove(metric.name).unwrap_or_else(|| panic!("{} is not documented", metric.name));
        let labels: Vec<_> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        let expected = [metric.kind.to_string(), labels.join(", "), metric.unit.to_string()];
        assert_eq!(row[..3], expected, "{}", metric.name);
        assert!(row[3].starts_with(metric.help), "{} has another meaning: {}", metric.name, row[3]);
    }
    assert!(rows.is_empty(), "there are no such metrics: {rows:?}");
}

#[test]
fn every_value_of_every_label_is_documented_and_no_other() {
    let mut shown = Values::new();
    for (name, family) in render(emit_everything) {
        for (label, value) in family.samples.into_iter().flat_map(|sample| sample.labels) {
            if !["server", "tool", "le"].contains(&label.as_str()) {
                shown.entry((name.clone(), label)).or_default().insert(value);
            }
        }
    }
    let documented = documented_values();
    for (label, values) in &shown {
        assert_eq!(documented.get(label), Some(values), "{label:?}");
    }
    assert_eq!(documented.len(), shown.len(), "{documented:?}");
}

#[test]
fn the_bounds_of_names_are_documented() {
    let (thousands, rest) = (MAX_TOOLS / 1000, MAX_TOOLS % 1000);
    let text = DOCUMENTATION.replace('\n', " ");
    assert!(text.contains(&format!("after the first {thousands},{rest:03}.")));
    assert!(text.contains(&format!("more than {MAX_NAME} bytes")));
}

#[test]
fn the_documentation_names_no_other_metric() {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = 0;
    for word in DOCUMENTATION.split(|c| !is_word(c)).filter(|word| word.starts_with("codefirst_") && *word != ALERT) {
        let is_metric = METRICS.iter().any(|metric| {
            let suffix = word.strip_prefix(metric.name);
            let suffixes: &[&str] =
                if metric.kind == crate::metrics::Kind::Histogram { &["", "_bucket", "_sum", "_count"] } else { &[""] };
            suffix.is_some_and(|suffix| suffixes.contains(&suffix))
        });
        assert!(is_metric, "{word}");
        found += 1;
    }
    assert!(found > METRICS.len(), "only {found} names were found");
}
