use std::collections::BTreeMap;

use crate::metrics::METRICS;

const DOCUMENTATION: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/metrics.md"));

/// What a message to the webhook calls the alert. It is the name of no metric.
const ALERT: &str = "codefirst_fallback_rate";

/// The rows that begin with a metric's name: its kind, labels, unit and meaning.
fn rows() -> BTreeMap<&'static str, [String; 4]> {
    let mut rows = BTreeMap::new();
    for line in DOCUMENTATION.lines().filter(|line| line.starts_with("| `codefirst_")) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, kind, labels, unit, meaning] = cells[..] else { panic!("{line}") };
        let row = [kind, labels, unit, meaning].map(str::to_owned);
        assert!(rows.insert(name.trim_matches('`'), row).is_none(), "{name} comes twice");
    }
    rows
}

#[test]
fn every_metric_is_documented_with_its_kind_labels_and_unit() {
    let mut rows = rows();
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
