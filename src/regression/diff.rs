//! What accepting a new baseline changes, line by line.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Baseline;
use crate::format;

/// Lines that begin with `-` go and lines that begin with `+` come; empty if nothing changes. `None` is a baseline that is not
/// there yet.
pub fn difference(old: Option<&Baseline>, new: &Baseline) -> Result<String, serde_json::Error> {
    let (old, new) = (old.map_or_else(|| Ok(BTreeMap::new()), lines)?, lines(new)?);
    let mut text = String::new();
    let mut keys: Vec<_> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let (before, after) = (old.get(key), new.get(key));
        if before == after {
            continue;
        }
        for (sign, line) in [("-", before), ("+", after)] {
            if let Some(line) = line {
                text.push_str(&format!("{sign} {}\n", format::visible(line)));
            }
        }
    }
    Ok(text)
}

/// Each figure as compact JSON, by what it is of.
fn lines(baseline: &Baseline) -> Result<BTreeMap<(u8, String, String), String>, serde_json::Error> {
    fn line(record: &impl Serialize) -> Result<String, serde_json::Error> {
        serde_json::to_string(record)
    }
    let mut lines = BTreeMap::new();
    let key = |section, name: &str, detail: String| (section, name.to_owned(), detail);
    lines.insert(key(0, "tokenizer", String::new()), format!("tokenizer: {}", line(&baseline.tokenizer)?));
    lines.insert(key(0, "seeds", String::new()), format!("seeds: {}", line(&baseline.seeds)?));
    for verdict in &baseline.scenarios {
        lines.insert(key(1, &verdict.scenario, String::new()), line(verdict)?);
    }
    for figure in &baseline.tokens {
        let detail = format!("{} {:?}", figure.arm as u8, figure.metric);
        lines.insert(key(2, &figure.scenario, detail), line(figure)?);
    }
    for benchmark in &baseline.benchmarks {
        lines.insert(key(3, &benchmark.name, String::new()), line(benchmark)?);
    }
    Ok(lines)
}
