//! Is the answer right? By value, and by what the servers recorded.

use serde_json::{Value, json};

use super::{fleet::Fleet, scenario::Expected, summary::Failure};

/// Compares an answer and the writes of a trial with what was expected.
///
/// # Errors
/// What differs, with both values.
pub fn verify(expected: &Expected, answer: &Value, fleet: &Fleet) -> Result<(), Box<Failure>> {
    if !same(&expected.answer, answer) {
        return Err(Box::new(Failure {
            message: "the answer is wrong".to_owned(),
            expected: Some(expected.answer.clone()),
            actual: Some(answer.clone()),
        }));
    }
    for server in fleet.logged_servers() {
        let wanted = expected.writes.iter().filter(|write| write.server == server);
        let wanted: Value = wanted.map(|write| json!({ "tool": write.tool, "input": write.input })).collect();
        let made = fleet.writes(server).unwrap_or_default();
        let made: Value = made.iter().map(|write| json!({ "tool": write.tool, "input": write.input })).collect();
        if !same(&wanted, &made) {
            let message = format!("{server} recorded other writes");
            return Err(Box::new(Failure { message, expected: Some(wanted), actual: Some(made) }));
        }
    }
    Ok(())
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
