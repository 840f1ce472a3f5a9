//! The JSON files: `summary.json`, `timings.json`, `sweep.json` and `growth.json`.
//!
//! Each is its serialised type, indented, with a line end at the end. All but those of times are the same bytes for the same
//! results.

use serde::Serialize;

pub(super) fn render(record: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(record)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::fixture;

    #[test]
    fn numbers_are_numbers_and_names_are_those_that_scripts_rely_on() {
        let evidence = fixture::evidence();
        let text = render(&evidence.summary).unwrap();
        assert!(text.ends_with("}\n") && !text.ends_with("\n\n"));
        let json: Value = serde_json::from_str(&text).unwrap();
        let convergence = &json["scenarios"][0];
        assert_eq!(convergence["trials"][0]["context_tokens"]["total"], 150_180);
        assert_eq!(convergence["trials"][0]["context_tokens"]["definitions"], 55_012);
        assert_eq!(
            (&convergence["arms"][3]["arm"], &convergence["arms"][3]["correct"]),
            (&"code+cache".into(), &3.into())
        );
        assert!(convergence["comparisons"][1]["context"]["median"].as_f64().unwrap() > 0.98);
        assert_eq!((&convergence["gate"]["verdict"], &json["gate"]["verdict"]), (&"held".into(), &"failed".into()));
        let trials = json["scenarios"][4]["trials"].as_array().unwrap();
        let failed = trials.iter().find(|trial| trial["arm"] == "code").unwrap();
        assert_eq!((&failed["correct"], &failed["context_tokens"]), (&false.into(), &Value::Null));
        let timings: Value = serde_json::from_str(&render(&evidence.timings).unwrap()).unwrap();
        assert_eq!(timings["scenarios"][0]["measured_seconds"]["median"], 0.002);
        assert!(!text.contains("measured_seconds"), "nothing measured belongs in the summary");
    }
}
