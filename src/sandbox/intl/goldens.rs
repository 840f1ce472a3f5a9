//! Every golden of `tests/it/intl` through [`call`](super::call): V8's answers, case by case.

use serde_json::Value;

use super::call;

const FILES: [(&str, &str); 5] = [
    ("numbers", include_str!("../../../tests/it/intl/numbers.json")),
    ("dates", include_str!("../../../tests/it/intl/dates.json")),
    ("zones", include_str!("../../../tests/it/intl/zones.json")),
    ("phrases", include_str!("../../../tests/it/intl/phrases.json")),
    ("errors", include_str!("../../../tests/it/intl/errors.json")),
];

/// Each file is a list of groups `{"operation", "options", "cases": [[value, expected], …]}`; an expected
/// `{"throws": "RangeError"}` is an error of that class.
#[test]
fn every_golden_is_met() {
    let mut differences = Vec::new();
    let mut count = 0;
    for (file, text) in FILES {
        let groups: Vec<Value> = serde_json::from_str(text).expect("the goldens are JSON");
        for group in &groups {
            let operation = group["operation"].as_str().expect("an operation");
            let options = group["options"].to_string();
            for case in group["cases"].as_array().expect("cases") {
                count += 1;
                let value = case[0].as_str().map_or_else(|| case[0].to_string(), str::to_owned);
                let expected = match &case[1] {
                    Value::String(text) => text.clone(),
                    other => other["throws"].as_str().map_or_else(|| other.to_string(), str::to_owned),
                };
                let actual = match call(operation, &options, &value) {
                    Ok(text) => text,
                    Err(super::IntlError::Range(_)) => "RangeError".to_owned(),
                    Err(super::IntlError::Type(_)) => "TypeError".to_owned(),
                };
                if actual != expected {
                    differences.push(format!("{file} {operation} {options} {value}: {actual:?}, V8: {expected:?}"));
                }
            }
        }
    }
    assert!(count > 5_000, "only {count} goldens");
    let shown = &differences[..differences.len().min(10)];
    assert!(differences.is_empty(), "{} of {count} goldens differ:\n{}", differences.len(), shown.join("\n"));
}
