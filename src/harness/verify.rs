//! Is the answer right? By value, and by what the servers recorded.

use serde_json::{Value, json};

use super::{fleet::Fleet, scenario::Instance, summary::Failure, trial::TrialError};

/// Compares an answer with the one that is right.
///
/// # Errors
/// That they differ, with both.
pub fn verify_answer(instance: &Instance<'_>, answer: &Value) -> Result<(), TrialError> {
    let expected = &instance.expected.answer;
    match same(expected, answer) {
        true => Ok(()),
        false => Err(wrong("the answer is wrong".to_owned(), expected.clone(), answer.clone())),
    }
}

/// Compares the writes that servers have recorded with those that were expected.
///
/// # Errors
/// The first server's that differ.
pub fn verify_writes(instance: &Instance<'_>, fleet: &Fleet) -> Result<(), TrialError> {
    for server in fleet.logged_servers() {
        let wanted = instance.expected.writes.iter().filter(|write| write.server == server);
        let mut wanted: Vec<_> = wanted.map(|write| json!({ "tool": write.tool, "input": write.input })).collect();
        let made = fleet.writes(server).unwrap_or_default();
        let mut made: Vec<_> = made.iter().map(|write| json!({ "tool": write.tool, "input": write.input })).collect();
        if instance.scenario.writes_in_any_order {
            wanted.sort_by_key(Value::to_string);
            made.sort_by_key(Value::to_string);
        }
        let (wanted, made) = (Value::from(wanted), Value::from(made));
        if !same(&wanted, &made) {
            return Err(wrong(format!("{server} recorded other writes"), wanted, made));
        }
    }
    Ok(())
}

fn wrong(message: String, expected: Value, actual: Value) -> TrialError {
    TrialError::Wrong(Box::new(Failure { message, expected: Some(expected), actual: Some(actual) }))
}

/// Equality by value: `1` is `1.0`, and the order of an object's keys does not matter.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_not_spellings() {
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        for (a, b, equal) in [
            (r#"{"a":1,"b":[1.0]}"#, r#"{"b":[1],"a":1.0}"#, true),
            ("[1,2]", "[2,1]", false),
            ("[1]", "[1,1]", false),
            (r#"{"a":null}"#, "{}", false),
            ("\"1\"", "1", false),
            ("9007199254740993", "9007199254740992", false),
        ] {
            assert_eq!(same(&value(a), &value(b)), equal, "{a} {b}");
        }
    }
}
