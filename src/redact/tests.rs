use base64::{Engine, prelude::*};
use proptest::{collection::vec, prelude::*};

use super::*;

fn redactor(secrets: &[&str]) -> Redactor {
    Redactor::new(secrets.iter().map(|secret| (*secret).to_owned())).unwrap()
}

/// Without knowing any secret.
fn by_shape(text: &str) -> String {
    redactor(&[]).redact_error(text).into_owned()
}

#[test]
fn a_secret_is_taken_out_in_each_form_of_it() {
    let secret = "p/s+w é\"\\\n~'x";
    let redactor = redactor(&[secret]);
    let json = serde_json::to_string(secret).unwrap();
    let forms = [
        secret,
        // encodeURIComponent, urllib.parse.quote(…, safe=""), the latter in lower case, quote_plus.
        "p%2Fs%2Bw%20%C3%A9%22%5C%0A~'x",
        "p%2Fs%2Bw%20%C3%A9%22%5C%0A~%27x",
        "p%2fs%2bw%20%c3%a9%22%5c%0a~%27x",
        "p%2Fs%2Bw+%C3%A9%22%5C%0A~%27x",
        json.trim_matches('"'),
        // json.dumps; a JSON text within JSON; PHP's json_encode.
        r#"p/s+w \u00e9\"\\\n~'x"#,
        r#"p/s+w é\\\"\\\\\\n~'x"#,
        r#"p\/s+w é\"\\\n~'x"#,
    ];
    for form in forms {
        assert_eq!(redactor.redact(&format!("a {form} b")), "a [redacted] b", "{form}");
    }
}

#[test]
fn base64_of_a_secret_is_taken_out_wherever_the_secret_stands_in_it() {
    let secret = "s3cr3t-?>~value";
    let redactor = redactor(&[secret]);
    for before in ["", "a", "ab", "abc", "user:", "x-access-token:"] {
        for after in ["", "y", "yz", "xyz"] {
            let text = format!("{before}{secret}{after}");
            for encoded in [BASE64_STANDARD.encode(&text), BASE64_URL_SAFE_NO_PAD.encode(&text)] {
                let redacted = redactor.redact(&encoded).into_owned();
                assert!(redacted.contains(REDACTED), "{text:?} as {encoded} stays");
                let around = redacted.len() - REDACTED.len();
                let rest = (before.len() + after.len()).div_ceil(3) * 4 + 4;
                assert!(around <= rest + 2, "{encoded} became {redacted}");
            }
        }
    }
}

#[test]
fn the_credentials_of_a_header_are_a_secret_too() {
    let redactor = redactor(&["Bearer  abcdefgh-ijk ", "unknown words"]);
    assert_eq!(redactor.redact("key abcdefgh-ijk!"), "key [redacted]!");
    assert_eq!(redactor.redact("words"), "words");
}

#[test]
fn short_secrets_and_empty_ones_are_none() {
    let redactor = redactor(&["", "   ", "five5", "Bearer five5"]);
    assert_eq!(redactor.redact("five5 [redacted] "), "five5 [redacted] ");
    assert_eq!(redactor.redact("Bearer five5"), REDACTED);
}

#[test]
fn what_holds_no_secret_is_not_copied() {
    let text = "nothing to see";
    for redactor in [redactor(&[]), redactor(&["a secret"])] {
        assert!(matches!(redactor.redact(text), Cow::Borrowed(same) if std::ptr::eq(same, text)));
        assert!(matches!(redactor.redact_error(text), Cow::Borrowed(same) if std::ptr::eq(same, text)));
    }
}

#[test]
fn secrets_that_overlap_are_taken_out_whole() {
    let redactor = redactor(&["abcdef", "defghi", "abcdefgh", "bcdefg"]);
    assert_eq!(redactor.redact("<abcdefghi>"), "<[redacted]>");
    assert_eq!(redactor.redact("<abcdefabcdef>"), "<[redacted]>");
    assert_eq!(self::redactor(&["bcdefg", "abcdefghi"]).redact("<abcdefghi>"), "<[redacted]>");
}

/// The tokens are invented.
#[test]
fn well_known_tokens_are_taken_out_of_errors() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLXNpZ24";
    for (text, expected) in [
        ("401: Authorization: Bearer abc12345", "401: Authorization: Bearer [redacted]"),
        (r#"{"authorization":"Basic dXNlcjpwYXNz1","a":1}"#, r#"{"authorization":"Basic [redacted]","a":1}"#),
        ("headers: authorization='token 0123456789abcdef'", "headers: authorization='token [redacted]'"),
        ("AUTHORIZATION: 0123456789abcdef0123, x", "AUTHORIZATION: [redacted], x"),
        ("bad bearer 0123456789abcdef==.", "bad bearer [redacted]."),
        ("Incorrect API key provided: sk-proj-0a1b2c3d4e5f6g7h8i9j0k.", "Incorrect API key provided: [redacted]."),
        ("key=sk-ant-api03-AAAAbbbbCCCC-_dddd", "key=[redacted]"),
        ("ghp_0123456789abcdefABCDEF0123456789abcd", REDACTED),
        ("(github_pat_11ABCDEFG0_abcdefghijklmnop)", "([redacted])"),
        ("glpat-0123456789_abcdefgh-", REDACTED),
        ("xoxb-123456789012-abcdefABCDEF,", "[redacted],"),
        ("id AKIAIOSFODNN7EXAMPLE?", "id [redacted]?"),
        ("ASIAIOSFODNN7EXAMPLE", REDACTED),
        (&format!("jwt {jwt} end"), "jwt [redacted] end"),
        (&format!("Bearer {jwt}"), "Bearer [redacted]"),
        ("é ghp_0123456789abcdefABCD é", "é [redacted] é"),
    ] {
        assert_eq!(by_shape(text), expected);
        assert!(matches!(redactor(&[]).redact(text), Cow::Borrowed(_)), "only in errors");
    }
}

#[test]
fn what_is_no_token_stays_in_errors() {
    for text in [
        "the bearer of this message is internationalization",
        "WWW-Authenticate: Bearer resource_metadata=\"https://a.example/.well-known/x1\", error=\"invalid_token\"",
        "Bearer authentication is required (401)",
        "authorization: required, see section 12",
        "authorization = misunderstanding-of-the-whole",
        "task-0123456789-0123456789-01234567 and sk-9, risk-assessment-2024-for-everybody",
        "sk-documentation-for-everybody",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "request 123e4567-e89b-12d3-a456-426614174000 and 01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "AKIA is a prefix; AKIAIOSFODNN7EXAMPLEX1 is longer, xAKIAIOSFODNN7EXAMPLE is a part",
        "ghp_short1 gho_ xoxb-1 glpat-x1",
        "eyJhbGciOiJIUzI1NiJ9 alone, eyJ.eyJ.x, a.b.c",
        "https://example.org/a/b?page=2&cursor=eyJpZCI6MTIzNDU2Nzg5MH0",
        "/usr/lib/node_modules/@modelcontextprotocol/server-github/dist/index.js:123:45",
        "TS2345: Argument of type 'string' is not assignable to parameter of type 'number'.",
    ] {
        assert_eq!(by_shape(text), text);
    }
}

#[test]
fn shapes_that_almost_match_many_times_take_linear_time() {
    // Quadratic, these would not come to an end.
    for part in ["eyJ", "sk-", "Bearer ", "authorization: ", "eyJaaaaaaaa.", "xoxb-", "A"] {
        let text = part.repeat(2_000_000 / part.len());
        let _ = redactor(&["eyJeyJeyJx", "aaaaaaaaaaaaaaaaaaab"]).redact_error(&text);
    }
}

proptest! {
    /// Compared with marking every place where a secret stands.
    #[test]
    fn every_byte_of_every_secret_goes_and_nothing_else(
        secrets in vec("[ab]{5,9}", 0..4), text in "[abé ]{0,60}",
    ) {
        let redactor = Redactor::new(secrets.clone()).unwrap();
        let mut is_secret = vec![false; text.len()];
        for secret in secrets.iter().filter(|secret| secret.len() >= MIN_SECRET) {
            for start in (0..text.len()).filter(|start| text.as_bytes()[*start..].starts_with(secret.as_bytes())) {
                is_secret[start..start + secret.len()].fill(true);
            }
        }
        let (mut expected, mut was_secret) = (String::new(), false);
        for (at, c) in text.char_indices() {
            match (is_secret[at], was_secret) {
                (true, false) => expected.push_str(REDACTED),
                (true, true) => {}
                (false, _) => expected.push(c),
            }
            was_secret = is_secret[at];
        }
        prop_assert_eq!(redactor.redact(&text), expected);
    }

    #[test]
    fn any_secret_is_found_in_any_text(secret in "\\PC{6,40}", before in ".*", after in ".*") {
        prop_assume!(secret.trim().len() >= MIN_SECRET);
        let redactor = Redactor::new([secret.clone()]).unwrap();
        let text = format!("{before}{secret}{after}");
        prop_assert!(redactor.redact(&text).contains(REDACTED));
        let json = serde_json::to_string(&text).unwrap();
        prop_assert!(redactor.redact(&json).contains(REDACTED), "{json}");
        let encoded = BASE64_STANDARD.encode(&text);
        prop_assert!(redactor.redact(&encoded).contains(REDACTED), "{encoded}");
    }

    #[test]
    fn any_text_is_taken(text in ".*") {
        by_shape(&text);
    }
}
