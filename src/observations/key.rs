//! Which keys of an object may be kept: those that read like identifiers that a programmer wrote. The rule is stated in
//! [the module above](super); it errs towards calling a key data.

const MAX_LENGTH: usize = 64;
const MAX_HYPHENS: usize = 3;

/// Whether a key reads like an identifier, so that it names a field and is not itself a value.
pub(super) fn is_identifier(key: &str) -> bool {
    let bytes = key.as_bytes();
    let starts_well = bytes.first().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'_' | b'$'));
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-');
    starts_well
        && bytes.len() <= MAX_LENGTH
        && bytes.iter().all(is_plain)
        && bytes.iter().filter(|byte| **byte == b'-').count() <= MAX_HYPHENS
        && !has_many_digits(bytes)
        && !key.split(['_', '$', '-']).any(|part| looks_random(part.as_bytes()))
}

fn has_many_digits(bytes: &[u8]) -> bool {
    let is_digit = u8::is_ascii_digit;
    let in_all = bytes.iter().filter(|byte| is_digit(byte)).count();
    in_all >= 6 || bytes.windows(4).any(|four| four.iter().all(is_digit))
}

/// Whether a part of a key looks like an id that a machine drew rather than a word or a few words in camel case.
fn looks_random(part: &[u8]) -> bool {
    let has_digit = part.iter().any(u8::is_ascii_digit);
    let is_hex = part.iter().all(u8::is_ascii_hexdigit) && part.len() >= if has_digit { 6 } else { 8 };
    // `base64Image` has digits with a letter after them in one place.
    let inner_digits = part.windows(2).filter(|two| two[0].is_ascii_digit() && two[1].is_ascii_alphabetic()).count();
    let is_capital_id = part.len() >= 8 && inner_digits >= 1 && !part.iter().any(u8::is_ascii_lowercase);
    let changes = part.windows(2).filter(|two| class(two[0]) != class(two[1])).count();
    let is_mixed = part.len() >= 10 && changes * 2 > part.len();
    let has_long_word = part.chunk_by(|left, right| class(*left) == class(*right)).any(|word| word.len() >= 25);
    is_hex || inner_digits >= 2 || is_capital_id || is_mixed || has_long_word
}

fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_programmers_write() {
        for key in [
            "id",
            "ID",
            "_id",
            "$ref",
            "$schema",
            "__typename",
            "html_url",
            "htmlUrl",
            "HTMLElement",
            "created_at",
            "numberOfOpenIssuesAssignedToMe",
            "isInUTC",
            "content-type",
            "access-control-allow-origin",
            "sha256",
            "SHA256",
            "base64Image",
            "sha256_base64",
            "oauth2Token",
            "ipv4Address",
            "address_line_2",
            "x1",
            "v2",
            "MP3",
            "internationalization",
            "feedback",
            "facade",
            "decade",
            "MAX_RETRY_COUNT",
            "USD",
            "createdByUserIdList",
        ] {
            assert!(is_identifier(key), "{key:?} is a programmer's word");
        }
    }

    #[test]
    fn takes_the_rest_for_data() {
        for key in [
            // Not the characters of an identifier.
            "",
            "alice@example.com",
            "2026-01-01",
            "2026-01-01T10:00:00Z",
            "/etc/passwd",
            "C:\\Users\\alice",
            "user:123",
            "Alice Smith",
            "12",
            "3d",
            "-x",
            "a.b",
            "Zürich",
            "東京",
            "https://example.com",
            "+491701234567",
            "550e8400-e29b-41d4-a716-446655440000",
            "a'; DROP TABLE users",
            "@alice",
            "x\u{0}",
            "#general",
            // Numbers and dates.
            "id_12345",
            "d_20_01_31",
            "FY2026",
            "customfield_10010",
            "phone_555_123",
            // Drawn by lot.
            "f47ac10b-58cc-4372-a567-0e02b2c3d479",
            "a1b2c3d",
            "deadbeef",
            "c0ffee",
            "cus_NffrFeUfNV2Hib",
            "xQkRtYbNmLpWsZ",
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "C024BE91L",
            "AKIAIOSFODNN7EXAMPLE",
            "v1stgxr8z5jdhi6bmyt",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
            "qwertyuiopasdfghjklzxcvbn",
            // Slugs.
            "plan-to-buy-acme-corp",
        ] {
            assert!(!is_identifier(key), "{key:?} is data");
        }
        assert!(is_identifier(&"ab_".repeat(21)) && !is_identifier(&"ab_".repeat(22)), "66 characters are too many");
    }
}
