//! No value of a result, and no key that is a value, may reach the file.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::{shape, tool};
use crate::observations::Observations;

/// The bytes of the file after these results.
fn saved(results: &[Value]) -> String {
    let (id, _, fingerprint) = tool("t");
    let mut observations = Observations::default();
    for result in results {
        observations.record(id.clone(), fingerprint, shape(result));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("learned.json");
    observations.save(&path).expect("the folder can be written to");
    std::fs::read_to_string(path).expect("it was just written")
}

/// Texts that nothing in the file could contain by chance.
fn secret_key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{4,8}\\.[a-z]{4,8}@example\\.com",
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]",
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        "user:[0-9]{6,9}",
        "/home/[a-z]{5,9}/[a-z]{3,9}\\.txt",
        "[A-Z][a-z]{4,8} [A-Z][a-z]{5,9}",
        "[0-9]{9,16}",
        "sk_live_[0-9]{4}[A-Za-z0-9]{16}",
        "[0-9a-f]{16,40}",
        "[a-z]{3,6}(-[a-z]{3,6}){4,6}",
        "\\PC{8,20}[@#%/]",
    ]
}

proptest! {
    #[test]
    fn no_value_and_no_key_that_is_one_is_saved(
        texts in vec("zq[a-zA-Z0-9 @.-]{10,30}", 4),
        numbers in vec(100_000_000_u64..9_000_000_000, 3),
        keys in vec(secret_key(), 4),
    ) {
        let map: Value = keys.iter().map(|key| (key.clone(), json!(1))).collect::<serde_json::Map<_, _>>().into();
        let results = [
            json!({"id": numbers[0], "title": texts[0], "state": texts[1], "nested": [{"deep": [texts[2]]}, {"by": map}]}),
            json!({ keys[0].clone(): {"name": texts[3], "amount": numbers[1]}, "plain": 1 }),
            json!([texts[0], numbers[2], {"rows": [{ keys[1].clone(): null }, {"a": 1}]}]),
            json!(texts[1]),
        ];
        let file = saved(&results);
        for secret in texts.iter().chain(&keys).cloned().chain(numbers.iter().map(u64::to_string)) {
            prop_assert!(!file.contains(&secret), "{secret:?} is in {file}");
            let escaped = json!(secret).to_string();
            prop_assert!(!file.contains(escaped.trim_matches('"')), "{escaped} is in {file}");
        }
        // Keys that are fields are kept, so that the test does not pass because nothing is.
        let fields = saved(&results[..1]);
        prop_assert!(["\"nested\"", "\"deep\"", "\"by\""].iter().all(|key| fields.contains(key)), "{fields}");
    }
}

#[test]
fn names_that_differ_from_result_to_result_are_not_saved() {
    let names: Vec<String> = ('a'..='z').map(|first| format!("{first}namesake")).collect();
    let one_each: Vec<Value> = names.iter().map(|name| json!({ name.as_str(): 3 })).collect();
    assert!(!saved(&one_each).contains("namesake"));
    let people: BTreeMap<_, _> = names[..3].iter().map(|name| (name, json!({"age": 1, "city": "x"}))).collect();
    assert!(!saved(&[json!(people)]).contains("namesake"));
}
