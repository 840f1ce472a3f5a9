//! A strict reader of Prometheus' text format, as far as an exporter may use it.

use std::collections::{BTreeMap, BTreeSet};

/// All samples of one metric.
#[derive(Debug)]
pub struct Family {
    pub kind: String,
    pub help: String,
    pub samples: Vec<Sample>,
}

#[derive(Debug)]
pub struct Sample {
    pub name: String,
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

impl Family {
    /// The value of the one sample of this name with these labels.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let found: Vec<_> =
            self.samples.iter().filter(|sample| sample.name == name && sample.labels == labels).collect();
        assert_eq!(found.len(), 1, "{name} {labels:?} in {self:?}");
        found[0].value
    }
}

/// The families by name. Panics where the text is not what a strict reader takes.
pub fn parse(text: &str) -> BTreeMap<String, Family> {
    let mut families = BTreeMap::<String, Family>::new();
    let mut help = None;
    let mut current: Option<String> = None;
    let mut series = BTreeSet::new();
    assert!(text.ends_with('\n'));
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, text) = rest.split_once(' ').unwrap_or_else(|| panic!("no text: {line}"));
            assert!(help.is_none(), "a HELP without a TYPE before {line}");
            help = Some((name.to_owned(), text.to_owned()));
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap_or_else(|| panic!("no type: {line}"));
            let (helped, help) = help.take().unwrap_or_else(|| panic!("no HELP before {line}"));
            assert_eq!(helped, name);
            assert!(is_name(name, true), "{name:?}");
            let family = Family { kind: kind.to_owned(), help, samples: Vec::new() };
            assert!(families.insert(name.to_owned(), family).is_none(), "{name} comes twice");
            current = Some(name.to_owned());
        } else {
            assert!(!line.starts_with('#') && help.is_none(), "{line}");
            let name = current.as_deref().unwrap_or_else(|| panic!("no TYPE before {line}"));
            let sample = parse_sample(line);
            let family = families.get_mut(name).expect("the current family");
            let suffix = sample.name.strip_prefix(name).unwrap_or_else(|| panic!("{line} is not of {name}"));
            let suffixes: &[&str] = if family.kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
            assert!(suffixes.contains(&suffix), "{line} is not of {name}");
            assert!(series.insert((sample.name.clone(), sample.labels.clone())), "twice: {line}");
            family.samples.push(sample);
        }
    }
    assert!(help.is_none(), "a HELP at the end");
    families.iter().filter(|(_, family)| family.kind == "histogram").for_each(check_histogram);
    families
}

fn parse_sample(line: &str) -> Sample {
    let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
    let value = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
    let (name, labels) = match series.split_once('{') {
        None => (series, BTreeMap::new()),
        Some((name, labels)) => (name, parse_labels(labels)),
    };
    assert!(is_name(name, true), "{line}");
    Sample { name: name.to_owned(), labels, value }
}

/// What comes after `{`.
fn parse_labels(text: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("no label: {text}"));
        assert!(is_name(name, false), "{name:?} in {text}");
        let (value, after) = parse_value(after);
        assert!(labels.insert(name.to_owned(), value).is_none(), "{name} comes twice in {text}");
        match after {
            "}" => return labels,
            _ => rest = after.strip_prefix(',').unwrap_or_else(|| panic!("{after:?} in {text}")),
        }
    }
}

/// A label's value, unescaped, and what comes after its closing quote.
fn parse_value(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next() {
            Some('"') => return (value, chars.as_str()),
            Some('\\') => match chars.next() {
                Some('n') => value.push('\n'),
                Some(escaped @ ('\\' | '"')) => value.push(escaped),
                other => panic!("escaped {other:?} in {text}"),
            },
            Some(other) => value.push(other),
            None => panic!("no closing quote: {text}"),
        }
    }
}

fn is_name(text: &str, with_colon: bool) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || (with_colon && c == ':');
    !text.is_empty() && text.chars().all(is_allowed) && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// Buckets are cumulative and in order, and the last is everything.
fn check_histogram((name, family): (&String, &Family)) {
    let mut buckets = BTreeMap::<_, Vec<(f64, f64)>>::new();
    for sample in family.samples.iter().filter(|sample| sample.name.ends_with("_bucket")) {
        let mut labels = sample.labels.clone();
        let bound = labels.remove("le").unwrap_or_else(|| panic!("no bound: {sample:?}"));
        buckets.entry(labels).or_default().push((bound.parse().expect("a bound"), sample.value));
    }
    assert!(!buckets.is_empty(), "{name} has no buckets");
    for (labels, buckets) in buckets {
        assert!(buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{name} {labels:?} {buckets:?}");
        let labels: Vec<_> = labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let count = family.value(&format!("{name}_count"), &labels);
        assert_eq!(buckets.last(), Some(&(f64::INFINITY, count)), "{name} {labels:?}");
        family.value(&format!("{name}_sum"), &labels);
    }
}
