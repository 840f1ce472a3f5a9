//! `deployments`: how far a rollout is follows from how often it was looked at.

use super::*;

#[tokio::test]
async fn a_deployment_is_done_at_its_fortieth_read() {
    let (client, writes) = connect("deployments", &ServerOptions::new(1)).await;
    let id = value(&client, "create_deployment", deployment()).await["id"].clone();
    let conflict = call(&client, "create_deployment", deployment()).await.unwrap_err();
    assert!(conflict.contains("still progressing"), "{conflict}");
    // Nothing but a status read brings it on.
    value(&client, "list_deployments", json!({})).await;
    value(&client, "get_deployment_logs", json!({"deployment_id": id})).await;
    let mut sizes = Vec::new();
    for read in 1..=41 {
        let text = call(&client, "get_deployment", json!({"deployment_id": id})).await.unwrap();
        let status: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(status["phase"], if read < 40 { "progressing" } else { "succeeded" }, "read {read}");
        assert_eq!(status["generation"], read.min(40));
        sizes.push(O200k.count(&text).0);
        let all = |list: &str, key: &str, wanted: Value| {
            status[list].as_array().unwrap().iter().all(|item| item[key] == wanted)
        };
        assert_eq!(all("steps", "status", json!("succeeded")), read >= 40);
        assert!(read < 40 || all("pods", "ready", json!(true)));
    }
    assert!(sizes.iter().all(|size| (1_120..=1_500).contains(size)), "{sizes:?}");

    let ahead = call(&client, "get_deployment", json!({"deployment_id": id, "after_generation": 41})).await;
    assert!(ahead.unwrap_err().contains("41 has not been reached"));
    call(&client, "cancel_deployment", json!({"deployment_id": id})).await.unwrap_err();
    let back = value(&client, "rollback_deployment", json!({"deployment_id": id})).await;
    assert_eq!((&back["version"], &back["phase"]), (&json!("4.18.2"), &json!("progressing")));
    value(&client, "cancel_deployment", json!({"deployment_id": back["id"]})).await;
    let cancelled = value(&client, "get_deployment", json!({"deployment_id": back["id"]})).await;
    assert_eq!((&cancelled["phase"], &cancelled["generation"]), (&json!("cancelled"), &json!(0)));
    assert_eq!(writes.entries().len(), 3, "reads and refused writes are none");
}
