//! Plans: tool calls in order, each of which may take arguments from the results of those before it.
//!
//! Anywhere in an input, the object `{"$result": "/0/items/3/id"}` stands for a part of an earlier result. It is a JSON
//! pointer (RFC 6901) into the array of all results so far: the number of the call, from 0, then the way into what it
//! answered. An object with this one key that is not meant so cannot be written in a plan; a program can.

use serde_json::Value;

use crate::tool::{JsonObject, ToolOutput, parsed_bytes};

/// The one key of an object that stands for a part of an earlier result.
const RESULT: &str = "$result";

/// How deep references are looked for; JSON that was parsed is never deeper.
const MAX_DEPTH: usize = 128;

/// What the references of one plan may stand for, all together: a short input can name a long result many times.
const MAX_REFERENCED_BYTES: usize = 64 * 1024 * 1024;

/// What the results that parts are taken of may need of memory, once parsed, all together.
const MAX_PARSED_BYTES: u64 = 256 * 1024 * 1024;

/// A reference that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    #[error("{{\"{RESULT}\": {pointer:?}}} finds nothing: {reason}")]
    Dangling { pointer: String, reason: String },
    #[error("the references of the plan stand for more than {} MiB", MAX_REFERENCED_BYTES >> 20)]
    TooMuch,
    #[error("the results that the plan takes parts of need more than {} MiB of memory", MAX_PARSED_BYTES >> 20)]
    TooLarge,
}

/// The results of a plan so far.
#[derive(Default)]
pub(super) struct Results {
    outputs: Vec<ToolOutput>,
    /// Each output as JSON, once it has been asked for.
    values: Vec<Option<Value>>,
    bytes: usize,
    referenced_bytes: usize,
    parsed_bytes: u64,
}

impl Results {
    pub(super) fn push(&mut self, output: ToolOutput) {
        self.bytes += output.text().len();
        self.outputs.push(output);
        self.values.push(None);
    }

    /// The length of the outputs.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn into_outputs(self) -> Vec<ToolOutput> {
        self.outputs
    }

    /// The input of a call with its references replaced by what they stand for.
    pub(super) fn resolve(&mut self, input: &JsonObject) -> Result<JsonObject, ReferenceError> {
        input.iter().map(|(key, value)| Ok((key.clone(), self.resolve_value(value, 0)?))).collect()
    }

    fn resolve_value(&mut self, value: &Value, depth: usize) -> Result<Value, ReferenceError> {
        Ok(match value {
            _ if depth > MAX_DEPTH => value.clone(),
            Value::Object(object) => match reference(object) {
                Some(pointer) => {
                    let size = size(self.look_up(pointer)?);
                    self.referenced_bytes += size;
                    if self.referenced_bytes > MAX_REFERENCED_BYTES {
                        return Err(ReferenceError::TooMuch);
                    }
                    self.look_up(pointer)?.clone()
                }
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
    fn look_up(&mut self, pointer: &str) -> Result<&Value, ReferenceError> {
        let dangling = |reason: String| ReferenceError::Dangling { pointer: pointer.to_owned(), reason };
        let Some(way) = pointer.strip_prefix('/') else {
            return Err(dangling("it does not begin with / and the number of a call".to_owned()));
        };
        let (number, rest) = way.find('/').map_or((way, ""), |at| way.split_at(at));
        let index = call_number(number).filter(|index| *index < self.outputs.len());
        let Some(index) = index else {
            return Err(dangling(match self.outputs.len() {
                0 => "no call comes before this one".to_owned(),
                1 => "only call 0 comes before this one".to_owned(),
                calls => format!("only calls 0 to {} come before this one", calls - 1),
            }));
        };
        let output = &self.outputs[index];
        if self.values[index].is_none() {
            self.parsed_bytes += parsed_bytes(output.text());
            if self.parsed_bytes > MAX_PARSED_BYTES {
                return Err(ReferenceError::TooLarge);
            }
        }
        let value = self.values[index].get_or_insert_with(|| output.to_value());
        value.pointer(rest).ok_or_else(|| dangling(format!("the result of call {index} has no {rest}")))
    }
}

/// The number of a call, as a JSON pointer writes an index.
fn call_number(text: &str) -> Option<usize> {
    let is_index = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| is_index)
}

/// About what a value takes of memory.
pub(super) fn size(value: &Value) -> usize {
    const VALUE_BYTES: usize = 32;
    VALUE_BYTES
        + match value {
            Value::String(text) => text.len(),
            Value::Array(values) => values.iter().map(size).sum(),
            Value::Object(object) => object.iter().map(|(key, value)| key.len() + size(value)).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}

/// The numbers of the calls whose results an input takes parts of.
pub fn references(input: &JsonObject) -> Vec<usize> {
    fn find(value: &Value, found: &mut Vec<usize>) {
        match value {
            Value::Object(object) => match reference(object) {
                Some(pointer) => found.extend(pointer.split('/').nth(1).and_then(call_number)),
                None => object.values().for_each(|value| find(value, found)),
            },
            Value::Array(values) => values.iter().for_each(|value| find(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    input.values().for_each(|value| find(value, &mut found));
    found
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

    #[test]
    fn a_short_plan_does_not_become_an_endless_input() {
        let long = json!("x".repeat(1_000_000));
        let input = |times| json!({ "all": vec![json!({ "$result": "/0" }); times] });
        assert!(resolve(std::slice::from_ref(&long), input(60)).is_ok());
        let error = "the references of the plan stand for more than 64 MiB".to_owned();
        assert_eq!(resolve(&[long], input(70)), Err(error));
        let many: Value = vec![json!(1); 3_000_000].into();
        let error = "the results that the plan takes parts of need more than 256 MiB of memory".to_owned();
        assert_eq!(resolve(&[many], json!({ "one": { "$result": "/0/0" } })), Err(error));
    }

    #[test]
    fn what_a_call_needs_is_told() {
        let input = json!({ "a": [{ "$result": "/3/x" }], "b": { "c": { "$result": "/0" }, "$result": 7 } });
        let Value::Object(input) = input else { panic!("not an object") };
        assert_eq!(references(&input), [3, 0]);
    }
}
