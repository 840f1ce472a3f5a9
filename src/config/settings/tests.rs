mod documentation;
mod errors;
mod schema;

use std::{net::SocketAddr, path::Path, time::Duration};

use bytesize::ByteSize;

use super::*;
use crate::host::Principal;

/// A file with every key.
const EVERY_KEY: &str = include_str!("tests/every_key.toml");

fn variable(name: &str) -> Option<String> {
    match name {
        "CODEFIRST_TOKEN_CI" => Some("0123456789abcdef".to_owned()),
        "HOOK" => Some("https://hooks.example.com/s3cret".to_owned()),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Settings, SettingsError> {
    Settings::parse(Path::new("/etc/codefirst.toml"), text, variable)
}

#[test]
fn every_key_is_read() {
    let settings = parse(EVERY_KEY).unwrap();
    let Settings { gateway, http, limits, cache, fallback, alert, price, audit, check, policy, servers } = &settings;
    assert_eq!(gateway.mode, GatewayMode::Both);

    assert_eq!(http.listen, Some(SocketAddr::from(([127, 0, 0, 1], 8931))));
    assert_eq!(http.allowed_hosts, ["mcp.example.com"]);
    assert_eq!(http.allowed_origins, ["https://app.example.com"]);
    assert_eq!((http.max_body, http.max_sessions.get()), (ByteSize::mib(8), 50));
    assert_eq!(http.rate.to_string(), "60/min");
    let tokens: Vec<_> = http.tokens.iter().map(|token| (&*token.principal.0, token.token.expose())).collect();
    assert_eq!(tokens, [("ci", "0123456789abcdef"), ("ci", "a-token-that-is-written-out")]);

    let LimitSettings { wall, cpu, memory, result, console, calls, in_flight, concurrent, queue } = *limits;
    assert_eq!((wall, cpu), (Some(Duration::from_secs(60)), Some(Duration::from_secs(20))));
    assert_eq!((memory, result, console), (Some(ByteSize::gib(1)), Some(ByteSize::kib(128)), Some(ByteSize::kib(32))));
    assert_eq!((calls, in_flight.map(u32::from)), (Some(100), Some(8)));
    assert_eq!((concurrent.map(usize::from), queue), (Some(4), Some(0)));

    let kept = (Some(Duration::from_secs(600)), Some(ByteSize::mib(64)));
    assert_eq!((cache.enabled, (cache.ttl, cache.capacity)), (false, kept));
    assert_eq!(fallback.policy, FallbackName::BeforeFirstWrite);
    assert_eq!((alert.threshold, alert.window_time), (0.2, Duration::from_secs(60)));
    assert_eq!(alert.webhook.as_ref().map(ToString::to_string).as_deref(), Some("hooks.example.com"));
    let expected = Price { input_per_million: 3.0, output_per_million: 15.5, currency: "EUR".to_owned() };
    assert_eq!(price.as_ref(), Some(&expected));
    assert_eq!(audit.path.as_deref(), Some(Path::new("/etc/log/audit.jsonl")));
    assert_eq!((audit.max_size, audit.keep), (Some(ByteSize::mib(1)), Some(2)));
    assert_eq!((check.mode, check.tsc.as_deref()), (Some(CheckName::Require), Some(Path::new("/opt/tsc"))));
    assert!(format!("{policy:?}").contains("delete_"));
    let server = ServerSettings {
        session: SessionMode::Own,
        start_timeout: Duration::from_secs(5),
        call_timeout: Duration::from_secs(90),
    };
    assert_eq!((servers.len(), settings.server("browser"), settings.server("other")), (1, server, Default::default()));
}

#[test]
fn an_empty_file_is_the_default() {
    assert_eq!(format!("{:?}", parse("").unwrap()), format!("{:?}", Settings::default()));
    let http = HttpSettings::default();
    assert_eq!((http.rate.to_string().as_str(), http.max_sessions.get()), ("600/min", 1000));
}

#[test]
fn tokens_are_not_shown() {
    let settings = parse(EVERY_KEY).unwrap();
    let shown = format!("{settings:?}");
    assert!(
        shown.contains("\"ci\"") && !shown.contains("written-out") && !shown.contains("0123456789abcdef"),
        "{shown}"
    );
    assert!(!shown.contains("s3cret"), "{shown}");
    assert_eq!(settings.http.tokens[0].principal, Principal("ci".into()));
}

#[test]
fn sections_about_no_server_are_found() {
    let config = Config::parse(
        Path::new("mcp.json"),
        r#"{"mcpServers": {"browser": {"command": "x"}, "files": {"command": "y"}}}"#,
        |_| None,
    );
    let settings = parse("[servers.browser]\n[servers.flies]\n[servers.\"something else\"]").unwrap();
    assert_eq!(
        settings.unmatched_servers(&config.unwrap()),
        ["servers.flies: there is no such server; nearest: `files`", "servers.something else: there is no such server",]
    );
}
