use std::time::Duration;

use super::*;

fn parse(text: &str) -> Result<AlertOptions, serde_json::Error> {
    serde_json::from_str(text)
}

#[test]
fn what_is_not_given_is_the_default_and_the_default_is_valid() {
    let options = parse("{}").expect("options");
    assert_eq!(options, AlertOptions::default());
    options.validate().expect("valid options");
}

#[test]
fn every_field_can_be_set_and_no_other() {
    let text = r#"{"threshold":0.2,"clear_below":0.1,"minimum_sample":5,"window":50,"window_seconds":1.5,
        "webhook":"https://example.org/x"}"#;
    let options = parse(text).expect("options");
    let expected = AlertOptions {
        threshold: 0.2,
        clear_below: 0.1,
        minimum_sample: 5,
        window: 50,
        window_time: Duration::from_millis(1500),
        webhook: Some(WebhookUrl::parse("https://example.org/x").expect("a URL")),
    };
    assert_eq!(options, expected);
    for wrong in [r#"{"treshold":0.2}"#, r#"{"window_seconds":-1}"#, r#"{"window_seconds":1e300}"#] {
        parse(wrong).expect_err(wrong);
    }
}

#[test]
fn options_with_which_the_alert_could_not_work_are_refused() {
    type Change = fn(&mut AlertOptions);
    let wrong: [Change; 11] = [
        |options| options.clear_below = 0.0,
        |options| options.clear_below = 0.2,
        |options| options.clear_below = f64::NAN,
        |options| options.threshold = 1.0,
        |options| options.threshold = f64::NAN,
        |options| options.threshold = -0.1,
        |options| options.minimum_sample = 0,
        |options| options.minimum_sample = 101,
        |options| options.window = 0,
        |options| options.window = usize::MAX,
        |options| options.window_time = Duration::ZERO,
    ];
    for (index, change) in wrong.into_iter().enumerate() {
        let mut options = AlertOptions::default();
        change(&mut options);
        assert!(FallbackRate::new(options).is_err(), "change {index}");
    }
}

#[test]
fn a_webhook_is_an_address_over_http_that_is_not_shown() {
    let url = WebhookUrl::parse("https://user:s3cret@hooks.example.org/s3cret?key=s3cret").expect("a URL");
    assert_eq!(url.to_string(), "hooks.example.org");
    assert_eq!(format!("{url:?}"), "WebhookUrl(hooks.example.org)");
    for wrong in ["file:///s3cret", "ftp://s3cret.org", "s3cret", "http://", "unix:/s3cret", "http://s3cret:99999/"] {
        let error = parse(&format!(r#"{{"webhook":"{wrong}"}}"#)).expect_err(wrong);
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}

#[test]
fn a_webhook_outside_of_a_runtime_is_an_error() {
    let webhook = Some(WebhookUrl::parse("http://127.0.0.1:9").expect("a URL"));
    let result = FallbackRate::new(AlertOptions { webhook, ..AlertOptions::default() });
    assert!(matches!(result, Err(AlertError::NoRuntime)));
}
