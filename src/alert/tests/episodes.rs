use std::time::Duration;

use tokio::time::advance;

use super::*;

fn rate() -> FallbackRate {
    FallbackRate::new(AlertOptions::default()).expect("valid options")
}

fn record(rate: &FallbackRate, fallbacks: usize, others: usize) {
    (0..fallbacks).for_each(|_| rate.record(Some("runtime")));
    (0..others).for_each(|_| rate.record(None));
}

#[tokio::test(start_paused = true)]
async fn nothing_fires_below_the_minimum_sample() {
    let rate = rate();
    assert_eq!(rate.health(), FallbackHealth { rate: None, sample: 0, is_firing: false });
    record(&rate, 19, 0);
    assert_eq!(rate.health(), FallbackHealth { rate: Some(1.0), sample: 19, is_firing: false });
    record(&rate, 0, 1);
    assert_eq!(rate.health(), FallbackHealth { rate: Some(0.95), sample: 20, is_firing: true });
}

#[tokio::test(start_paused = true)]
async fn it_fires_above_the_threshold_and_not_at_it() {
    let rate = rate();
    record(&rate, 2, 18);
    assert_eq!(rate.health(), FallbackHealth { rate: Some(0.1), sample: 20, is_firing: false });
    record(&rate, 1, 0);
    assert!(rate.health().is_firing);
}

#[tokio::test(start_paused = true)]
async fn it_clears_below_the_lower_threshold_and_not_before() {
    let rate = rate();
    record(&rate, 5, 15);
    assert!(rate.health().is_firing);
    record(&rate, 0, 80);
    // Five of a hundred are the lower threshold itself.
    assert_eq!(rate.health(), FallbackHealth { rate: Some(0.05), sample: 100, is_firing: true });
    // The next pushes the oldest out, which fell back.
    record(&rate, 0, 1);
    assert_eq!(rate.health(), FallbackHealth { rate: Some(0.04), sample: 100, is_firing: false });
    // Above the lower threshold, below the upper one: it stays clear.
    record(&rate, 6, 0);
    assert_eq!(rate.health(), FallbackHealth { rate: Some(0.06), sample: 100, is_firing: false });
}

#[tokio::test(start_paused = true)]
async fn only_the_last_requests_count() {
    let rate = rate();
    record(&rate, 100, 300);
    assert_eq!(rate.health(), FallbackHealth { rate: Some(0.0), sample: 100, is_firing: false });
}

#[tokio::test(start_paused = true)]
async fn time_alone_ends_an_episode() {
    let (recorder, handle) = metrics::recorder();
    let _local = ::metrics::set_default_local_recorder(&recorder);
    let rate = rate();
    record(&rate, 10, 10);
    advance(Duration::from_secs(300)).await;
    assert_eq!(rate.health(), FallbackHealth { rate: Some(0.5), sample: 20, is_firing: true });
    assert_eq!(metric(&handle, "codefirst_fallback_alert"), Some(1.0));
    assert_eq!(metric(&handle, "codefirst_fallback_ratio"), Some(0.5));
    advance(Duration::from_millis(1)).await;
    assert_eq!(rate.health(), FallbackHealth { rate: None, sample: 0, is_firing: false });
    assert_eq!(metric(&handle, "codefirst_fallback_alert"), Some(0.0));
    assert!(metric(&handle, "codefirst_fallback_ratio").expect("a ratio").is_nan());
}

#[tokio::test(start_paused = true)]
async fn a_sample_that_has_become_too_small_ends_no_episode() {
    let rate = rate();
    record(&rate, 1, 0);
    advance(Duration::from_secs(200)).await;
    record(&rate, 19, 0);
    assert!(rate.health().is_firing);
    advance(Duration::from_secs(101)).await;
    assert_eq!(rate.health(), FallbackHealth { rate: Some(1.0), sample: 19, is_firing: true });
    advance(Duration::from_secs(200)).await;
    assert_eq!(rate.health(), FallbackHealth { rate: None, sample: 0, is_firing: false });
}

#[tokio::test(start_paused = true)]
async fn a_small_sample_without_fallbacks_ends_an_episode() {
    let rate = rate();
    record(&rate, 5, 0);
    advance(Duration::from_secs(200)).await;
    record(&rate, 0, 15);
    assert!(rate.health().is_firing);
    advance(Duration::from_secs(101)).await;
    assert_eq!(rate.health(), FallbackHealth { rate: Some(0.0), sample: 15, is_firing: false });
}

#[tokio::test(start_paused = true)]
async fn two_hours_of_fallbacks_that_are_few_and_far_between_are_one_episode() {
    let (log, _guard) = Log::capture();
    let rate = rate();
    // The window holds nineteen or twenty of them, which is the minimum.
    let (request_interval, health_interval) = (Duration::from_millis(15_100), Duration::from_secs(5));
    let (mut next_request, mut next_health, mut now) = (request_interval, health_interval, Duration::ZERO);
    let mut samples = std::collections::BTreeSet::new();
    while now < Duration::from_secs(2 * 60 * 60) {
        let next = next_request.min(next_health);
        advance(next - now).await;
        now = next;
        if now == next_request {
            rate.record(Some("runtime"));
            next_request += request_interval;
        }
        if now == next_health {
            let health = rate.health();
            next_health += health_interval;
            if health.is_firing {
                samples.insert(health.sample);
            }
        }
    }
    assert!(samples.into_iter().eq([19, 20]));
    assert_eq!((log.lines("ERROR").len(), log.lines("INFO").len()), (1, 0), "{log}");
    advance(Duration::from_secs(301)).await;
    assert!(!rate.health().is_firing);
    assert_eq!((log.lines("ERROR").len(), log.lines("INFO").len()), (1, 1), "{log}");
}

#[tokio::test(start_paused = true)]
async fn an_episode_is_one_error_and_one_end_however_many_fallbacks_it_has() {
    let (log, _guard) = Log::capture();
    let rate = rate();
    record(&rate, 15, 10);
    (0..5).for_each(|_| rate.clone().record(Some("type")));
    record(&rate, 60, 0);
    let errors = log.lines("ERROR");
    assert_eq!(errors.len(), 1, "{log}");
    for part in ["rate=0.75", "sample=20", "threshold=0.1", r#"kinds={"runtime": 15}"#] {
        assert!(errors[0].contains(part), "no {part} in {errors:?}");
    }
    assert_eq!(log.lines("INFO").len(), 0, "{log}");
    record(&rate, 0, 100);
    advance(Duration::from_secs(301)).await;
    rate.health();
    assert_eq!(log.lines("ERROR").len(), 1, "{log}");
    assert_eq!(log.lines("INFO").len(), 1, "{log}");
    record(&rate, 20, 0);
    assert_eq!(log.lines("ERROR").len(), 2, "{log}");
}

#[test]
fn many_threads_make_one_episode_and_lose_no_request() {
    let options = AlertOptions { window: 10_000, ..AlertOptions::default() };
    let rate = FallbackRate::new(options).expect("valid options");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| record(&rate, 500, 500));
        }
    });
    assert_eq!(rate.health(), FallbackHealth { rate: Some(0.5), sample: 8000, is_firing: true });
}
