//! `forms`: steps, tokens and values.

use super::*;

#[tokio::test]
async fn a_form_takes_each_step_once_and_in_order() {
    let (client, writes) = connect("forms", &ServerOptions::new(1)).await;
    let step = value(&client, "start_form", json!({"form": "travel-request"})).await;
    let choice = &step["fields"][1]["options"][0]["id"];
    let submit = |department: &Value| json!({"token": step["token"], "values": {"traveller_email": "a@acme.example", "department": department}});
    for (wrong, reason) in [
        (submit(&json!("Engineering")), "no value for the field `department`"),
        (json!({"token": step["token"], "values": {"department": choice}}), "`traveller_email` has no value"),
        (json!({"token": step["token"], "values": {"nights": 2}}), "no field `nights`"),
    ] {
        assert!(call(&client, "submit_step", wrong).await.unwrap_err().contains(reason), "{reason}");
    }
    let next = value(&client, "submit_step", submit(choice)).await;
    assert_eq!((&next["step"], &next["title"]), (&json!(2), &json!("Trip")));
    let again = call(&client, "submit_step", submit(choice)).await.unwrap_err();
    assert!(again.starts_with("invalid_token"), "{again}");
    assert_eq!(writes.entries().len(), 2);
}
