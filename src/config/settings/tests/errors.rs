use std::path::Path;

use super::parse;
use crate::config::Settings;

#[test]
fn errors_name_the_place_and_what_was_expected() {
    for (text, expected) in [
        ("[polici]", "/etc/codefirst.toml:1:2: polici: unknown key; nearest: `policy`"),
        ("[gateway]\n mod = 'both'", ":2:2: gateway.mod: unknown key; nearest: `mode`"),
        ("[gateway]\nmode = 'direkt'", ":2:8: gateway.mode: unknown value `direkt`; nearest: `direct`"),
        ("[gateway]\nmode = 'x'", "gateway.mode: unknown value `x`; expected one of `code`, `direct`, `both`"),
        ("mode = 'both'", ":1:1: mode: unknown key; expected one of `gateway`, `http`"),
        ("[policy]\ntrusted = [1]", ":2:12: policy.trusted[0]: invalid type: integer `1`, expected a string"),
        (
            "[[policy.rules]]\ntools = ['github']\naccess = 'deny'",
            "policy.rules[0].tools[0]: `github` names no tool; write `github/*`",
        ),
        (
            "[[policy.rules]]\ntools = ['a/b']\nacces = 'deny'",
            ":3:1: policy.rules[0].acces: unknown key; nearest: `access`",
        ),
        ("[limits]\nwall = 30", ":2:8: limits.wall: invalid type: integer `30`, expected a duration such as \"10s\""),
        ("[limits]\nwall = '30x'", "limits.wall: `30x` is not a duration; write one such as"),
        ("[limits]\nwall = '0s'", "limits.wall: a duration must be longer than 0"),
        ("[limits]\nmemory = '1 parsec'", "limits.memory: `1 parsec` is not a size; write one such as \"64KiB\""),
        ("[limits]\nmemory = 512", "limits.memory: invalid type: integer `512`, expected a size such as"),
        ("[limits]\nmemory = '0MiB'", "limits.memory: a size must be larger than 0"),
        ("[limits]\nin_flight = 0", "limits.in_flight: invalid value: integer `0`, expected a nonzero u32"),
        ("[limits]\ncalls = -1", "limits.calls: invalid value: integer `-1`, expected u32"),
        (
            "[http]\nlisten = 'example.com:80'",
            "http.listen: `example.com:80` is not an address and a port; write them like",
        ),
        ("[http]\nlisten = 8931", "http.listen: invalid type: integer `8931`, expected an address and a port such as"),
        ("[http]\nrate = '0/min'", "http.rate: a rate of 0 lets no request pass"),
        ("[http]\nrate = 'fast'", "http.rate: `fast` is not a rate; write one such as"),
        ("[http]\nallowed_hosts = ['http://x']", "http.allowed_hosts: `http://x` is not a host; write it like"),
        ("[http]\nallowed_hosts = ['a b']", "http.allowed_hosts: `a b` is not a host"),
        (
            "[http]\nallowed_origins = ['x.com']",
            "http.allowed_origins: `x.com` is not an origin; write it like \"https://",
        ),
        ("[http]\nallowed_origins = ['https://x.com/']", "http.allowed_origins: `https://x.com/` is not an origin"),
        ("[[http.tokens]]\nprincipal = 'ci'", ":1:1: http.tokens[0]: missing key `token`"),
        (
            "[[http.tokens]]\nprincipal = 'ci'\ntoken = '${env:NONE}'",
            ":3:9: http.tokens[0].token: the environment variable NONE, which `${env:NONE}` names, is not set",
        ),
        (
            "[[http.tokens]]\nprincipal = 'ci'\ntoken = 'short'",
            ":3:9: http.tokens[0].token: shorter than 16 characters; make one with `openssl rand -hex 32`",
        ),
        (
            "[[http.tokens]]\nprincipal = 'ci'\ntoken = 'sixteen characters'",
            "http.tokens[0].token: a token has only letters, digits and signs",
        ),
        (
            "[[http.tokens]]\nprincipal = ' '\ntoken = '0123456789abcdef'",
            ":2:13: http.tokens[0].principal: empty; name whoever has the token",
        ),
        (
            "[[http.tokens]]\nprincipal = 'a'\ntoken = '0123456789abcdef'\n\
             [[http.tokens]]\nprincipal = 'b'\ntoken = '${env:CODEFIRST_TOKEN_CI}'",
            ":6:9: http.tokens[1].token: another principal or entry has the same token",
        ),
        ("[alert]\nthreshold = 2", ":1:1: alert: the alert needs 0 < clear_below ≤ threshold < 1"),
        ("[alert]\nwebhook = 'ftp://x'", ":2:11: alert.webhook: the webhook is not an http or https URL"),
        ("[alert]\nwindow_seconds = 'x'", "alert.window_seconds: invalid type: string, expected f64"),
        ("[price]\ninput_per_million = 1", ":1:1: price: missing key `output_per_million`"),
        ("[price]\ninput_per_million = -1", "price.input_per_million: not an amount of money"),
        ("[price]\ninput_per_million = inf", "price.input_per_million: not an amount of money"),
        ("[servers.x]\nsession = 'mine'", "servers.x.session: unknown value `mine`; expected one of `shared`, `own`"),
        ("[servers.x]\ntimeout = '1s'", "servers.x.timeout: unknown key; nearest: `call_timeout`"),
        ("[check]\nmode = 'of'", "check.mode: unknown value `of`; nearest: `off`"),
        ("\"é\" = 1 1", ":1:7: "),
        ("[http]\nrate = '1/s'\nrate = '2/s'", ":3:1: duplicate key"),
    ] {
        let error = parse(text).expect_err(text).to_string();
        assert!(error.starts_with("/etc/codefirst.toml:") && error.contains(expected), "{text:?}: {error}\n{expected}");
    }
    let error = Settings::load(Path::new("/no/such/codefirst.toml")).expect_err("no file").to_string();
    assert!(error.starts_with("cannot read /no/such/codefirst.toml: "), "{error}");
}

#[test]
fn errors_show_no_value_where_there_are_secrets() {
    for text in [
        "[alert]\nwebhook = 'hunter2'",
        "[alert]\nwebhook = ['hunter2']",
        "[alert]\nwebhook = 'https://h/hunter2' x",
        "[alert]\nwebhook = \"https://h/hunter2\\q\"",
        "[alert]\nwebhook = 'https://h/hunter2",
        "[alert]\nthreshold = 'hunter2'",
        "alert = 'hunter2'",
        "http = 'hunter2'",
        "[http]\ntokens = 'hunter2'",
        "[http]\ntokens = ['hunter2']",
        "[http]\ntokens = [{principal = 'x', token = 'hunter2'}]",
        "[[http.tokens]]\nprincipal = 'x'\ntoken = 'hunter2'\nmore = 'hunter2'",
        "[[http.tokens]]\nprincipal = 'x'\ntoken = hunter2",
        "[[http.tokens]]\nprincipal = 'x'\ntoken = 'hunter2\" x'\n[[http.tokens]]\nprincipal = 'y'\ntoken = 'hunter2\" x'",
        "[[http.tokens]]\nprincipal = 'x'\ntoken = 'hunter2hunter2 hunter2'",
    ] {
        let error = parse(text).expect_err(text).to_string();
        assert!(!error.contains("hunter2"), "{text:?}: {error}");
    }
}
