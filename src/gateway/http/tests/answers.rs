//! What programs are answered.

use super::*;

#[tokio::test]
async fn stats_have_the_documented_shape() {
    let gateway = Gateway::new(open());
    gateway.hostile_request("local");
    gateway.activity.savings(Tokens(10), Tokens(100));
    let stats = gateway.get("/api/stats").await.json();
    let keys: Vec<_> = stats.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = "version uptime_seconds mode status servers requests cache fallback audit savings slowest_tools minutes live recent";
    assert_eq!(keys, expected.split(' ').collect::<Vec<_>>());
    assert_eq!(stats["mode"], "both");
    assert_eq!(stats["status"], "ok");
    assert_eq!(stats["servers"][0]["state"], "up");
    assert_eq!(stats["requests"]["failed"], 1);
    assert_eq!(stats["cache"]["hit_rate"], 0.25);
    assert_eq!((&stats["fallback"]["threshold"], &stats["fallback"]["firing"]), (&0.1.into(), &false.into()));
    assert_eq!((&stats["savings"]["tokens_saved"], &stats["savings"]["reduction"]), (&900.into(), &0.9.into()));
    assert_eq!(stats["slowest_tools"][0]["calls"], 1);
    assert_eq!(stats["minutes"][0]["tokens_direct"], 100);
    let recent = &stats["recent"][0];
    assert_eq!(
        (&recent["route"], &recent["outcome"], &recent["calls"]),
        (&"fallback".into(), &"failed".into(), &1.into())
    );
    let id = recent["id"].as_str().expect("a name");
    let details = gateway.get(&format!("/api/executions/{id}")).await.json();
    assert_eq!(details["calls"][0]["took_effect"], "yes");
    assert_eq!(details["console"]["lines"][0], HOSTILE);
    assert!(details["program"]["text"].as_str().expect("a program").contains("[redacted]"));
    assert_eq!(gateway.get("/api/executions/0123456789abcdef").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn health_is_degraded_when_a_server_is_down_or_the_alert_fires_and_says_why_to_those_who_may_know() {
    let gateway = Gateway::new(with_tokens());
    let health = async |expected: &str| {
        let anonymous = gateway.get("/healthz").await;
        assert_eq!((anonymous.status, &*anonymous.body), (StatusCode::OK, &*format!("{{\"status\":\"{expected}\"}}")));
        let known = gateway.get_as(CI, "/healthz").await;
        assert_eq!(known.status, StatusCode::OK);
        assert_eq!(known.json()["status"], expected);
        known.json()
    };
    health("ok").await;
    gateway.status.is_firing.store(true, Ordering::Relaxed);
    assert_eq!(health("degraded").await["fallback"]["firing"], true);
    gateway.status.is_firing.store(false, Ordering::Relaxed);
    gateway.status.is_unwritten.store(true, Ordering::Relaxed);
    assert_eq!(health("degraded").await["audit"]["healthy"], false);
    gateway.status.is_unwritten.store(false, Ordering::Relaxed);
    gateway.status.is_down.store(true, Ordering::Relaxed);
    let reason = health("degraded").await["servers"][0]["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.starts_with("it said [redacted]"), "{reason}");
}

#[tokio::test]
async fn ready_is_who_has_tried_every_server() {
    let gateway = Gateway::new(open());
    assert_eq!(gateway.get("/readyz").await.status, StatusCode::OK);
    gateway.status.is_starting.store(true, Ordering::Relaxed);
    let answer = gateway.get("/readyz").await;
    assert_eq!((answer.status, &*answer.body), (StatusCode::SERVICE_UNAVAILABLE, "{\"status\":\"starting\"}"));
    assert_eq!(gateway.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn metrics_are_text_for_prometheus() {
    let answer = Gateway::new(open()).get("/metrics").await;
    assert_eq!(answer.body, "codefirst_up 1\n");
    assert_eq!(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
}

#[tokio::test]
async fn requests_are_seen_by_their_principal_and_by_operators() {
    let gateway = Gateway::new(with_tokens());
    let ids = ["ci", "ada"].map(|principal| gateway.hostile_request(principal));
    for (token, seen) in [(CI, &ids[..1]), (ADA, &ids[..])] {
        for id in &ids {
            let expected = if seen.contains(id) { StatusCode::OK } else { StatusCode::NOT_FOUND };
            for path in ["/executions/", "/api/executions/", "/fragments/executions/"] {
                let answer = gateway.get_as(token, &format!("{path}{id}")).await;
                assert_eq!(answer.status, expected, "{path}{id} {token}");
            }
            for path in ["/", "/executions", "/api/stats", "/fragments/overview"] {
                let answer = gateway.get_as(token, path).await;
                assert_eq!(answer.body.contains(id), seen.contains(id), "{path} {id} {token}");
            }
        }
    }
}
