//! Plans: tool calls in order, each of which may take arguments from the results of those before it.
//!
//! Anywhere in an input, the object `{"$result": "/0/items/3/id"}` stands for a part of an earlier result. It is a JSON
//! pointer (RFC 6901) into the array of all results so far: the number of the call, from 0, then the way into what it
//! answered.

use serde_json::Value;

use crate::tool::{JsonObject, ToolOutput};

/// The one key of an object that stands for a part of an earlier result.
const RESULT: &str = "$result";

/// How deep references are looked for; JSON that was parsed is never deeper.
const MAX_DEPTH: usize = 128;

/// A reference that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{{\"{RESULT}\": {pointer:?}}} finds nothing: {reason}")]
pub struct DanglingReference {
    pointer: String,
    reason: String,
}

/// The results of a plan so far.
#[derive(Default)]
pub(super) struct Results {
    outputs: Vec<ToolOutput>,
    /// Each output as JSON, once it has been asked for.
    values: Vec<Option<Value>>,
}

impl Results {
    pub(super) fn push(&mut self, output: ToolOutput) {
        self.outputs.push(output);
        self.values.push(None);
    }

    pub(super) fn into_outputs(self) -> Vec<ToolOutput> {
        self.outputs
    }

    /// The input of a call with its references replaced by what they stand for.
    pub(super) fn resolve(&mut self, input: &JsonObject) -> Result<JsonObject, DanglingReference> {
        input.iter().map(|(key, value)| Ok((key.clone(), self.resolve_value(value, 0)?))).collect()
    }

    fn resolve_value(&mut self, value: &Value, depth: usize) -> Result<Value, DanglingReference> {
        Ok(match value {
            _ if depth > MAX_DEPTH => value.clone(),
            Value::Object(object) => match reference(object) {
                Some(pointer) => self.look_up(pointer)?.clone(),
                None => {
                    let members = object.iter();
                    members
                        .map(|(key, value)| Ok((key.clone(), self.resolve_value(value, depth + 1)?)))
                        .collect::<Result<JsonObject, _>>()?
                        .into()
                }
            },
            Value::Array(values) => {
                values.iter().map(|value| self.resolve_value(value, depth + 1)).collect::<Result<Value, _>>()?
            }
            other => other.clone(),
        })
    }

    /// What a pointer into the results finds.
    fn look_up(&mut self, pointer: &str) -> Result<&Value, DanglingReference> {
        let dangling = |reason: String| DanglingReference { pointer: pointer.to_owned(), reason };
        let Some(way) = pointer.strip_prefix('/') else {
            return Err(dangling("it does not begin with / and the number of a call".to_owned()));
        };
        let (number, rest) = way.find('/').map_or((way, ""), |at| way.split_at(at));
        let Some(index) = number.parse().ok().filter(|index: &usize| *index < self.outputs.len()) else {
            return Err(dangling(match self.outputs.len() {
                0 => "no call comes before this one".to_owned(),
                1 => "only call 0 comes before this one".to_owned(),
                calls => format!("only calls 0 to {} come before this one", calls - 1),
            }));
        };
        let output = &self.outputs[index];
        let value = self.values[index].get_or_insert_with(|| output.to_value());
        value.pointer(rest).ok_or_else(|| dangling(format!("the result of call {index} has no {rest}")))
    }
}

/// The pointer of an object that is a reference.
fn reference(object: &JsonObject) -> Option<&str> {
    if object.len() == 1 { object.get(RESULT)?.as_str() } else { None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resolve(results: &[Value], input: Value) -> Result<Value, String> {
        let mut known = Results::default();
        results.iter().for_each(|result| known.push(ToolOutput::from_value(result)));
        let Value::Object(input) = input else { panic!("not an object") };
        known.resolve(&input).map(Value::from).map_err(|error| error.to_string())
    }

    #[test]
    fn references_stand_for_parts_of_earlier_results() {
        let results = [json!({ "items": [{ "id": 7, "a/b": [1] }] }), json!("plain")];
        for (input, expected) in [
            (json!({ "id": { "$result": "/0/items/0/id" } }), json!({ "id": 7 })),
            (
                json!({ "all": [{ "$result": "/1" }, { "x": { "$result": "/0/items" } }] }),
                json!({ "all": ["plain", { "x": [{ "id": 7, "a/b": [1] }] }] }),
            ),
            (json!({ "a": { "$result": "/0/items/0/a~1b/0" } }), json!({ "a": 1 })),
            // Neither the only key, nor a text: data.
            (
                json!({ "a": { "$result": "/0", "b": 1 }, "c": { "$result": 3 } }),
                json!({ "a": { "$result": "/0", "b": 1 }, "c": { "$result": 3 } }),
            ),
        ] {
            assert_eq!(resolve(&results, input.clone()), Ok(expected), "{input}");
        }
    }

    #[test]
    fn references_that_lead_nowhere_say_so() {
        let input = |pointer: &str| json!({ "id": { "$result": pointer } });
        for (results, pointer, expected) in [
            (vec![], "/0", r#"{"$result": "/0"} finds nothing: no call comes before this one"#),
            (vec![json!(1)], "/1/a", r#"{"$result": "/1/a"} finds nothing: only call 0 comes before this one"#),
            (
                vec![json!(1), json!(2)],
                "/2",
                r#"{"$result": "/2"} finds nothing: only calls 0 to 1 come before this one"#,
            ),
            (vec![json!({ "a": 1 })], "/0/b", r#"{"$result": "/0/b"} finds nothing: the result of call 0 has no /b"#),
            (
                vec![json!(1)],
                "0",
                r#"{"$result": "0"} finds nothing: it does not begin with / and the number of a call"#,
            ),
        ] {
            assert_eq!(resolve(&results, input(pointer)), Err(expected.to_owned()));
        }
    }
}
