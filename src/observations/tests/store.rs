//! The file.

use std::{fs, path::Path, thread};

use serde_json::json;

use super::{definition, shape, tool};
use crate::observations::{Fingerprint, Observations, ObservationsError};

fn one(name: &str) -> Observations {
    let (id, _, fingerprint) = tool(name);
    let mut observations = Observations::default();
    observations.record(id, fingerprint, shape(&json!({"id": 1, "by_day": {"2026-01-01": [true]}})));
    observations
}

#[test]
fn the_same_observations_are_the_same_bytes_and_come_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [forth, back] = ["a/forth.json", "a/back.json"].map(|name| folder.path().join(name));
    for (path, tools) in [(&forth, ["x", "y"]), (&back, ["y", "x"])] {
        for tool in tools {
            one(tool).save(path).expect("the folder can be written to");
        }
    }
    let text = fs::read_to_string(&forth).expect("it was written");
    assert_eq!(text, fs::read_to_string(&back).expect("it was written"));
    let (id, def, fingerprint) = tool("x");
    assert!(text.starts_with(&format!(
        "{{\n  \"version\": 1,\n  \"tools\": [\n    {{\n      \"server\": \"server\",\n      \"tool\": \"x\",\n      \
         \"definition\": \"{fingerprint}\",\n      \"shape\": {{\n        \"object\": 1,\n        \"largest_object\": 2,\n        \
         \"members\": {{\n          \"fields\": {{\n            \"by_day\": {{\n"
    )), "{text}");
    let loaded = Observations::load(&forth).expect("it was written");
    assert_eq!(loaded.iter().count(), 2);
    assert_eq!(
        loaded.get(&id, &def).map(|observation| observation.shape()),
        one("x").get(&id, &def).map(|o| o.shape())
    );
    let left: Vec<_> = fs::read_dir(folder.path().join("a")).expect("a folder").collect();
    assert_eq!(left.len(), 4, "two files and their locks: {left:?}");
}

#[test]
fn many_who_save_at_once_lose_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("learned.json");
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..10).for_each(|_| drop(one("x").save(&path).expect("the folder can be written to"))));
        }
    });
    let (id, def, _) = tool("x");
    let loaded = Observations::load(&path).expect("it was written");
    assert_eq!(loaded.get(&id, &def).map(|observation| observation.samples()), Some(80));
}

#[test]
fn a_changed_definition_starts_again() {
    let (id, def, fingerprint) = tool("x");
    let changed = definition("renamed");
    let mut observations = one("x");
    observations.record(id.clone(), fingerprint, shape(&json!([])));
    assert_eq!(observations.get(&id, &def).map(|observation| observation.samples()), Some(2));
    assert!(observations.get(&id, &changed).is_none());
    observations.record(id.clone(), Fingerprint::of(&changed), shape(&json!(1)));
    assert!(observations.get(&id, &def).is_none());
    assert_eq!(observations.get(&id, &changed).map(|observation| observation.samples()), Some(1));
}

#[test]
fn a_file_that_is_not_ours_is_an_error_and_stays() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("learned.json");
    assert!(matches!(Observations::load(&path), Err(ObservationsError::Read { .. })));
    let is_malformed = |error: &ObservationsError| matches!(error, ObservationsError::Malformed { .. });
    let is_newer = |error: &ObservationsError| matches!(error, ObservationsError::Newer { found: 2, .. });
    for (text, is_expected) in [
        ("", &is_malformed as &dyn Fn(&_) -> bool),
        ("{}", &is_malformed),
        (r#"{"version":1,"tools":{}}"#, &is_malformed),
        (r#"{"version":1,"tools":[{"server":"s","tool":"t","definition":"?","shape":{}}]}"#, &is_malformed),
        (r#"{"version":1,"tools":[{"server":"s","tool":"t","definition":"1f","shape":{}}]}"#, &is_malformed),
        (
            r#"{"version":1,"tools":[{"server":"s","tool":"t","definition":"0123456789abcdef","shape":{"x":1}}]}"#,
            &is_malformed,
        ),
        (r#"{"version":2,"of":"tomorrow"}"#, &is_newer),
    ] {
        fs::write(&path, text).expect("the folder can be written to");
        for result in [Observations::load(&path), one("x").save(&path)] {
            let error = result.expect_err(text);
            assert!(is_expected(&error), "{text}: {error:?}");
            let message = error.to_string();
            assert!(message.contains("learned.json") && message.contains("another file"), "{message}");
        }
        assert_eq!(fs::read_to_string(&path).expect("it is still there"), text);
    }
    assert!(matches!(one("x").save(folder.path()), Err(ObservationsError::Read { .. })), "a folder is no file");
    assert!(matches!(one("x").save(Path::new("/")), Err(ObservationsError::Write { .. })));
}

#[test]
fn what_is_loaded_passes_the_rules_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("learned.json");
    let deep = r#"{"array":1,"element":"#.repeat(20) + r#"{"string":1}"# + &"}".repeat(20);
    let fields = format!(r#"{{"fine":{deep},"alice@example.com":{{"null":1}}}}"#);
    let shape = format!(r#"{{"object":1,"members":{{"fields":{fields}}}}}"#);
    let (id, def, fingerprint) = tool("x");
    let tools = format!(r#"[{{"server":"server","tool":"x","definition":"{fingerprint}","shape":{shape}}}]"#);
    fs::write(&path, format!(r#"{{"version":1,"tools":{tools}}}"#)).expect("the folder can be written to");
    let loaded = Observations::load(&path).expect("it is well formed");
    let shape = loaded.get(&id, &def).expect("the tool is there").shape();
    assert!(shape.as_map().is_some());
    assert!(shape.nodes() < 15, "{} nodes", shape.nodes());
}

#[cfg(unix)]
#[test]
fn the_file_is_as_readable_as_any() {
    use std::os::unix::fs::MetadataExt;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let [path, other] = ["learned.json", "other"].map(|name| folder.path().join(name));
    one("x").save(&path).expect("the folder can be written to");
    fs::write(&other, "").expect("the folder can be written to");
    assert_eq!(fs::metadata(path).expect("a file").mode(), fs::metadata(other).expect("a file").mode());
}
