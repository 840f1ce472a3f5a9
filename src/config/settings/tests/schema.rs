use std::{env, fs, path::Path};

use serde_json::{Value, json};

use super::{EVERY_KEY, parse};
use crate::config::settings_schema;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/codefirst.schema.json");

/// Set to write what is committed instead of comparing with it.
pub const REGENERATE: &str = "CODEFIRST_REGENERATE";

/// Compares a committed file with what it should be, or writes it.
pub fn assert_committed(path: &Path, text: &str) {
    if env::var_os(REGENERATE).is_some() {
        fs::write(path, text).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == text, "{} is not current; run this test with {REGENERATE}=1", path.display());
}

fn from_toml(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}

#[test]
fn the_committed_schema_is_current() {
    assert_committed(Path::new(COMMITTED), &format!("{:#}\n", settings_schema()));
}

#[test]
fn the_schema_admits_what_is_read_and_refuses_what_is_not() {
    let validator = jsonschema::validator_for(&settings_schema()).unwrap();
    assert!(jsonschema::meta::is_valid(&settings_schema()));
    assert!(validator.is_valid(&json!({})));
    if let Some(error) = validator.iter_errors(&from_toml(EVERY_KEY)).next() {
        panic!("{error} at {}", error.instance_path());
    }
    for text in [
        "x = 1",
        "gateway = 1",
        "[gateway]\nmod = 'both'",
        "[gateway]\nmode = 'all'",
        "[http]\nlisten = 1",
        "[http]\nlisten = 'here'",
        "[http]\nmax_sessions = 0",
        "[http]\nrate = '60'",
        "[http]\nrate = '0/s'",
        "[[http.tokens]]\ntoken = '0123456789abcdef'",
        "[[http.tokens]]\nprincipal = 'x'\ntoken = '0123456789abcdef'\nx = 1",
        "[limits]\nwall = 30",
        "[limits]\nmemory = 'much'",
        "[limits]\ncalls = -1",
        "[limits]\nin_flight = 0",
        "[cache]\nenabled = 'yes'",
        "[fallback]\npolicy = 'always'",
        "[alert]\nthreshold = 2",
        "[alert]\nx = 1",
        "[price]\ninput_per_million = 1",
        "[check]\nmode = 'on'",
        "[policy]\ntrusted = [1]",
        "[[policy.rules]]\naccess = 'deny'",
        "[[policy.rules]]\ntools = []\naccess = 'deny'",
        "[[policy.rules]]\ntools = ['x']\naccess = 'deny'",
        "[[policy.rules]]\ntools = ['x/y']\naccess = 'no'",
        "[[policy.rules]]\ntools = ['x/y']\nx = 'deny'",
        "[[policy.rules]]\ntools = ['x/y']\ncacheable = 1",
        "[servers.x]\nsession = 'mine'",
        "[servers.x]\nx = 1",
    ] {
        assert!(!validator.is_valid(&from_toml(text)), "the schema admits {text:?}");
        assert!(parse(text).is_err(), "{text:?} is read");
    }
}

#[test]
fn every_key_of_the_schema_is_in_the_example_and_has_a_description() {
    /// Calls `see` with each key, and with its value in the example if it has one.
    fn walk(schema: &Value, examples: &[&Value], path: &str, see: &mut dyn FnMut(&str, &Value, usize)) {
        for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            let examples: Vec<_> = examples.iter().filter_map(|example| example.get(key)).collect();
            see(&path, schema, examples.len());
            walk(schema, &examples, &path, see);
            let items: Vec<_> = examples.iter().filter_map(|example| example.as_array()).flatten().collect();
            walk(&schema["items"], &items, &path, see);
            let values: Vec<_> =
                examples.iter().filter_map(|example| example.as_object()).flat_map(|o| o.values()).collect();
            walk(&schema["additionalProperties"], &values, &path, see);
        }
    }
    let mut keys = 0;
    walk(&settings_schema(), &[&from_toml(EVERY_KEY)], "", &mut |path, schema, examples| {
        assert!(examples > 0, "{path} is not in the example");
        assert!(schema["description"].as_str().is_some_and(|text| text.ends_with('.')), "{path} has no description");
        keys += 1;
    });
    assert_eq!(keys, 62);
}
