//! These use the real clock: with a paused one, time would leap while an answer is under way.

use std::{net::TcpListener, time::Duration};

use backon::BackoffBuilder;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

use super::*;

const EAGER: Persistence =
    Persistence { attempts: 5, attempt_timeout: Duration::from_secs(20), first_pause: Duration::from_millis(1) };

/// Every fallback fires, and every other request clears.
fn nervous(url: &str, persistence: Persistence) -> FallbackRate {
    let webhook = Some(WebhookUrl::parse(url).expect("a URL"));
    let options = AlertOptions { minimum_sample: 1, window: 1, webhook, ..AlertOptions::default() };
    FallbackRate::with_persistence(options, persistence).expect("valid options")
}

async fn server(answers: impl IntoIterator<Item = ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let mut answers = answers.into_iter().peekable();
    while let Some(answer) = answers.next() {
        let mock = Mock::given(method("POST")).respond_with(answer);
        let mock = if answers.peek().is_some() { mock.up_to_n_times(1) } else { mock };
        mock.mount(&server).await;
    }
    server
}

fn status(code: u16) -> ResponseTemplate {
    ResponseTemplate::new(code)
}

async fn bodies(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.expect("recorded requests");
    requests.iter().map(|request| request.body_json().expect("JSON")).collect()
}

/// Waits until so many messages have been delivered, have failed and were dropped.
async fn until_counted(handle: &metrics::PrometheusHandle, delivered: f64, failed: f64, dropped: f64) {
    let counted = || {
        [("delivered", delivered), ("failed", failed), ("dropped", dropped)].map(|(result, expected)| {
            let series = format!("codefirst_alert_webhooks_total{{result=\"{result}\"}}");
            (result, metric(handle, &series).unwrap_or(0.0), expected)
        })
    };
    let is_done = || counted().iter().all(|(_, count, expected)| count >= expected);
    let waiting = async {
        while !is_done() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    assert!(counted().iter().all(|(_, count, expected)| count == expected), "{:?}", counted());
}

#[tokio::test]
async fn an_episode_is_one_message_when_it_begins_and_one_when_it_ends() {
    let (recorder, handle) = metrics::recorder();
    let _local = ::metrics::set_default_local_recorder(&recorder);
    let server = server([status(204)]).await;
    let rate = nervous(&server.uri(), EAGER);
    (0..50).for_each(|_| rate.record(Some("runtime")));
    (0..50).for_each(|_| rate.record(None));
    until_counted(&handle, 2.0, 0.0, 0.0).await;
    let mut bodies = bodies(&server).await;
    for body in &mut bodies {
        let at = body["at"].take();
        at.as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok()).expect("a time");
    }
    let expected = [
        json!({"alert": "codefirst_fallback_rate", "state": "firing", "rate": 1.0, "threshold": 0.1, "sample": 1,
            "kinds": {"runtime": 1}, "at": null}),
        json!({"alert": "codefirst_fallback_rate", "state": "resolved", "rate": 0.0, "threshold": 0.1, "sample": 1,
            "kinds": {}, "at": null}),
    ];
    assert_eq!(bodies, expected);
    let requests = server.received_requests().await.expect("recorded requests");
    assert_eq!(requests[0].headers["content-type"], "application/json");
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    for passing in [503, 500, 408, 429] {
        let (recorder, handle) = metrics::recorder();
        let _local = ::metrics::set_default_local_recorder(&recorder);
        let server = server([status(passing), status(passing), status(200)]).await;
        nervous(&server.uri(), EAGER).record(Some("runtime"));
        until_counted(&handle, 1.0, 0.0, 0.0).await;
        assert_eq!(bodies(&server).await.len(), 3, "{passing}");
    }
}

#[tokio::test]
async fn what_is_final_is_not_tried_again_and_no_redirect_is_followed() {
    let elsewhere = server([status(200)]).await;
    for answer in [400, 401, 404, 410, 302, 307].map(status) {
        let (recorder, handle) = metrics::recorder();
        let _local = ::metrics::set_default_local_recorder(&recorder);
        let server = server([answer.insert_header("location", elsewhere.uri())]).await;
        nervous(&server.uri(), EAGER).record(Some("runtime"));
        until_counted(&handle, 0.0, 1.0, 0.0).await;
        assert_eq!(bodies(&server).await.len(), 1);
    }
    assert_eq!(bodies(&elsewhere).await.len(), 0);
}

#[tokio::test]
async fn five_attempts_are_all_and_the_next_message_goes_out() {
    let (recorder, handle) = metrics::recorder();
    let _local = ::metrics::set_default_local_recorder(&recorder);
    let answers = [503, 503, 503, 503, 503, 200].map(status);
    let server = server(answers).await;
    let rate = nervous(&server.uri(), EAGER);
    rate.record(Some("runtime"));
    rate.record(None);
    until_counted(&handle, 1.0, 1.0, 0.0).await;
    let bodies = bodies(&server).await;
    let states: Vec<_> = bodies.iter().map(|body| body["state"].as_str().expect("a state")).collect();
    assert_eq!(states, ["firing", "firing", "firing", "firing", "firing", "resolved"]);
}

#[tokio::test]
async fn an_endpoint_that_is_down_costs_a_request_nothing_and_shows_no_secret() {
    let (log, _guard) = Log::capture();
    let (recorder, handle) = metrics::recorder();
    let _local = ::metrics::set_default_local_recorder(&recorder);
    let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let rate = nervous(&format!("http://us3r:s3cret@127.0.0.1:{port}/s3cret?s3cret"), EAGER);
    // Nothing else runs on this thread before the next await, so this did not wait for the network.
    rate.record(Some("runtime"));
    assert!(rate.health().is_firing);
    until_counted(&handle, 0.0, 1.0, 0.0).await;
    rate.record(None);
    assert!(!rate.health().is_firing);
    until_counted(&handle, 0.0, 2.0, 0.0).await;
    let warnings = log.lines("WARN");
    assert!(warnings.iter().all(|line| line.contains("webhook=127.0.0.1 ") && line.contains("refused")), "{log}");
    assert_eq!(warnings.len(), 2, "{log}");
    assert!(!log.to_string().contains("s3cret"), "{log}");
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_is_given_up() {
    let (recorder, handle) = metrics::recorder();
    let _local = ::metrics::set_default_local_recorder(&recorder);
    let server = server([status(200).set_delay(Duration::from_secs(3600))]).await;
    let impatient = Persistence { attempts: 2, attempt_timeout: Duration::from_millis(100), ..EAGER };
    nervous(&server.uri(), impatient).record(Some("runtime"));
    until_counted(&handle, 0.0, 1.0, 0.0).await;
}

#[tokio::test]
async fn a_full_queue_drops_and_counts() {
    let (log, _guard) = Log::capture();
    let (recorder, handle) = metrics::recorder();
    let _local = ::metrics::set_default_local_recorder(&recorder);
    let server = server([status(200)]).await;
    let rate = nervous(&server.uri(), EAGER);
    // The task that delivers cannot run before the next await.
    for _ in 0..10 {
        rate.record(Some("runtime"));
        rate.record(None);
    }
    until_counted(&handle, 8.0, 0.0, 12.0).await;
    assert_eq!(log.lines("WARN").len(), 12, "{log}");
}

#[test]
fn pauses_grow_and_are_random() {
    let pauses = || Persistence::default().pauses().build().map(|pause| pause.as_secs_f64()).collect::<Vec<_>>();
    let first = pauses();
    assert_eq!(first.len(), 4);
    for (pause, least) in first.iter().zip([1.0, 2.0, 4.0, 8.0]) {
        assert!((least..=2.0 * least).contains(pause), "{first:?}");
    }
    assert_ne!(first, pauses());
}
