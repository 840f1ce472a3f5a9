//! The JSON files: `summary.json` from a summary, `timings.json` from timings.
//!
//! Both are the serialised types, indented, with a line end at the end. The first is the same bytes for the same
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
        let text = render(&fixture::summary()).unwrap();
        assert!(text.ends_with("}\n") && !text.ends_with("\n\n"));
        let json: Value = serde_json::from_str(&text).unwrap();
        let convergence = &json["scenarios"][0];
        assert_eq!(convergence["arms"]["direct"]["context_tokens"]["total"], 150_180);
        assert_eq!(convergence["arms"]["direct"]["context_tokens"]["definitions"], 55_012);
        assert_eq!(convergence["arms"]["code"]["turns"], 4);
        assert_eq!(convergence["reduction"]["context"], 0.987);
        assert_eq!(convergence["gate"]["verdict"], "held");
        assert_eq!(json["gate"]["verdict"], "failed");
        let failed = &json["scenarios"][3]["arms"]["code"];
        assert_eq!(failed["correct"], false);
        assert_eq!(failed["context_tokens"], Value::Null);
        let cached = &json["scenarios"][4]["arms"]["code+cache"];
        assert_eq!((&cached["tool_calls"], &cached["cache_hits"]), (&Value::from(1), &Value::from(6)));
        assert_eq!(json["scenarios"][5]["arms"]["code"]["fallback"], "runtime");
        assert_eq!(text.matches("cache_hits").count() + text.matches("fallback\":").count(), 2, "only where they are");

        let timings: Value = serde_json::from_str(&render(&fixture::timings()).unwrap()).unwrap();
        assert_eq!(timings["trials"][0]["measured_seconds"], 1.2346);
        assert_eq!(timings["trials"][8]["arm"], "code+cache");
        assert!(!text.contains("seconds"), "nothing measured belongs in the summary");
    }
}
