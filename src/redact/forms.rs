//! The forms in which a secret comes up in a text.

use base64::{Engine, alphabet, engine::GeneralPurposeConfig, engine::general_purpose::GeneralPurpose};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::MIN_SECRET;

/// What JavaScript's `encodeURIComponent` encodes.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// What RFC 3986 has encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

const UNPADDED: GeneralPurposeConfig = GeneralPurposeConfig::new().with_encode_padding(false);
const BASE64: [GeneralPurpose; 2] =
    [GeneralPurpose::new(&alphabet::STANDARD, UNPADDED), GeneralPurpose::new(&alphabet::URL_SAFE, UNPADDED)];

/// All forms of a secret, and of the credentials in it if it is an `Authorization` header.
pub(super) fn all(secret: &str) -> Vec<Vec<u8>> {
    let secret = secret.trim();
    let credentials = secret
        .split_once(char::is_whitespace)
        .filter(|(scheme, _)| ["basic", "bearer", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known)));
    let secrets = [Some(secret), credentials.map(|(_, credentials)| credentials.trim_start())];
    secrets.into_iter().flatten().filter(|secret| secret.len() >= MIN_SECRET).flat_map(forms).collect()
}

fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut texts = vec![secret.to_owned()];
    for set in [NON_ALPHANUMERIC, COMPONENT, RESERVED] {
        let encoded = utf8_percent_encode(secret, set).to_string();
        texts.extend([lower_hexadecimal(&encoded), encoded.replace("%20", "+"), encoded]);
    }
    // JSON, and JSON as a text within JSON.
    let once = json(secret);
    let ascii = ascii(&once);
    texts.extend([json(&once), json(&ascii), once.replace('/', "\\/"), once, ascii]);
    let base64 = BASE64.iter().flat_map(|engine| (0..3).map(|offset| base64(engine, secret, offset)));
    texts.extend(base64);
    texts.into_iter().map(String::into_bytes).collect()
}

/// What is always the same of the base64 of a text in which the secret stands at an offset of so many bytes: the characters that
/// hold bits of it only.
fn base64(engine: &GeneralPurpose, secret: &str, offset: usize) -> String {
    let bytes = [&b"\0\0"[..offset], secret.as_bytes()].concat();
    let encoded = engine.encode(&bytes);
    let first = (offset * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    encoded.get(first..last).unwrap_or_default().to_owned()
}

/// As it stands between the quotes.
fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// With `\u` for what is not ASCII, as Python writes JSON.
fn ascii(json: &str) -> String {
    let mut units = [0; 2];
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            text.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

/// `%2F` as `%2f`; letters that stand for themselves stay.
fn lower_hexadecimal(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (digits, rest) = part.split_at(part.len().min(2));
        text + "%" + &digits.to_ascii_lowercase() + rest
    })
}
