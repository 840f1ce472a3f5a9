//! `five-step-form`: the steps of a form filled in as the task asks, and the number of the request.

use serde_json::{Value, json};

use super::{super::forms, Solution, Worlds};

/// What the task gives for each label.
fn wanted(label: &str) -> Option<Value> {
    Some(match label {
        "Email" => json!("mira@acme.example"),
        "Department" => json!("Sales"),
        "Destination" => json!("Lyon"),
        "First day" => json!("2026-11-16"),
        "Last day" => json!("2026-11-18"),
        "Transport" => json!("Train"),
        "Class" => json!("Second"),
        "Hotel" => json!("City centre"),
        "Nights" => json!(2),
        "Cost centre" => json!("Customer visits"),
        "Estimate in EUR" => json!(640),
        _ => return None,
    })
}

pub(super) fn solve(worlds: &Worlds) -> Option<Solution> {
    let (writes, number) = forms::first_request(worlds.get("forms")?.seed, wanted);
    let writes = writes.into_iter().map(|write| ("forms".to_owned(), write)).collect();
    Some(Solution { writes, ..Solution::read(number) })
}
