//! Text and bytes: the ops behind `TextEncoder`, `TextDecoder`, `atob` and `btoa`.
//!
//! In: strings and byte buffers of the program. Out: the other form, as the Encoding and Infra standards have it. A string
//! that stands for bytes holds one character, U+0000 to U+00FF, for each.

use deno_core::op2;
use deno_error::JsErrorBox;

/// As numbered in js/encoding.js.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

impl Encoding {
    fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Utf8,
            1 => Self::Utf16Le,
            2 => Self::Utf16Be,
            _ => Self::Windows1252,
        }
    }

    /// The text, with the replacement character for what is malformed; `None` where `fatal` forbids that.
    fn decode(self, bytes: &[u8], fatal: bool) -> Option<String> {
        match self {
            Self::Utf8 if fatal => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Utf8 => Some(String::from_utf8_lossy(bytes).into_owned()),
            Self::Windows1252 => Some(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
            Self::Utf16Le | Self::Utf16Be => {
                let (pairs, rest) = bytes.as_chunks::<2>();
                let units = pairs.iter().map(|pair| self.unit(*pair));
                let mut text = String::with_capacity(bytes.len());
                for unit in char::decode_utf16(units) {
                    match unit {
                        Ok(character) => text.push(character),
                        Err(_) if fatal => return None,
                        Err(_) => text.push(char::REPLACEMENT_CHARACTER),
                    }
                }
                if !rest.is_empty() {
                    if fatal {
                        return None;
                    }
                    // One error for what is cut off, even where half of a surrogate pair went before.
                    if !text.ends_with(char::REPLACEMENT_CHARACTER) || !self.ends_with_high_surrogate(pairs) {
                        text.push(char::REPLACEMENT_CHARACTER);
                    }
                }
                Some(text)
            }
        }
    }

    fn unit(self, pair: [u8; 2]) -> u16 {
        if self == Self::Utf16Be { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    }

    fn ends_with_high_surrogate(self, pairs: &[[u8; 2]]) -> bool {
        pairs.last().is_some_and(|pair| (0xd800..0xdc00).contains(&self.unit(*pair)))
    }

    /// How many bytes at the end may be the beginning of a character.
    fn incomplete_tail(self, bytes: &[u8]) -> usize {
        match self {
            Self::Windows1252 => 0,
            Self::Utf16Le | Self::Utf16Be => {
                let (pairs, rest) = bytes.as_chunks::<2>();
                rest.len() + if self.ends_with_high_surrogate(pairs) { 2 } else { 0 }
            }
            // A character has at most four bytes, so at most three are an incomplete one.
            Self::Utf8 => (1..=bytes.len().min(3))
                .find(|length| {
                    let tail = &bytes[bytes.len() - length..];
                    std::str::from_utf8(tail).is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none())
                })
                .unwrap_or(0),
        }
    }
}

fn windows_1252(byte: u8) -> char {
    // 0x80 to 0x9f; the five that are unassigned stay the control characters they are.
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[op2]
#[string]
pub(super) fn op_decode_text(#[buffer] bytes: &[u8], encoding: u8, fatal: bool) -> Result<String, JsErrorBox> {
    Encoding::from_number(encoding)
        .decode(bytes, fatal)
        .ok_or_else(|| JsErrorBox::type_error("The encoded data is not valid in its encoding"))
}

#[op2(fast)]
pub(super) fn op_incomplete_tail(#[buffer] bytes: &[u8], encoding: u8) -> u32 {
    Encoding::from_number(encoding).incomplete_tail(bytes) as u32
}

/// Writes as many whole characters as fit: the UTF-16 units read and the bytes written.
#[op2]
#[serde]
pub(super) fn op_encode_into(#[string] text: &str, #[buffer] out: &mut [u8]) -> (u32, u32) {
    let end = text.floor_char_boundary(out.len());
    out[..end].copy_from_slice(&text.as_bytes()[..end]);
    (text[..end].chars().map(char::len_utf16).sum::<usize>() as u32, end as u32)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[op2]
#[string]
pub(super) fn op_btoa(#[string] text: &str) -> Option<String> {
    encode_base64(text)
}

#[op2]
#[string]
pub(super) fn op_atob(#[string] text: &str) -> Option<String> {
    decode_base64(text)
}

/// `None` where a character is above U+00FF.
fn encode_base64(text: &str) -> Option<String> {
    let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>()?;
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = BASE64[((bits >> (18 - 6 * place)) & 63) as usize];
            encoded.push(if place <= group.len() { char::from(digit) } else { '=' });
        }
    }
    Some(encoded)
}

/// The forgiving decoding of the Infra standard, to one character for each byte; `None` where the text is not base64.
fn decode_base64(text: &str) -> Option<String> {
    let mut digits: Vec<u8> = text.bytes().filter(|byte| !b"\t\n\x0c\r ".contains(byte)).collect();
    if digits.len().is_multiple_of(4) {
        let padding = digits.iter().rev().take(2).take_while(|digit| **digit == b'=').count();
        digits.truncate(digits.len() - padding);
    }
    if digits.len() % 4 == 1 {
        return None;
    }
    let mut decoded = String::with_capacity(digits.len());
    for group in digits.chunks(4) {
        let mut bits = 0;
        for digit in group {
            bits = (bits << 6) | base64_value(*digit)?;
        }
        bits <<= 6 * (4 - group.len());
        for place in 0..group.len() - 1 {
            decoded.push(char::from((bits >> (16 - 8 * place)) as u8));
        }
    }
    Some(decoded)
}

fn base64_value(digit: u8) -> Option<u32> {
    BASE64.iter().position(|known| *known == digit).map(|value| value as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_forgiving_as_the_standard_says() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("\0\u{ff}\u{80}", "AP+A")] {
            assert_eq!(encode_base64(plain).as_deref(), Some(coded));
            assert_eq!(decode_base64(coded).as_deref(), Some(plain));
        }
        for (coded, plain) in
            [("Zg", Some("f")), (" Z\ng = =", Some("f")), ("Zg=", None), ("Z", None), ("Zm9v=", None), ("=", None)]
        {
            assert_eq!(decode_base64(coded).as_deref(), plain, "{coded:?}");
        }
        assert_eq!(encode_base64("\u{100}"), None);
    }

    #[test]
    fn a_stream_keeps_back_only_what_may_still_become_a_character() {
        let cases: [(Encoding, &[u8], usize); 9] = [
            (Encoding::Utf8, b"ab", 0),
            (Encoding::Utf8, b"a\xe2\x82", 2),
            (Encoding::Utf8, b"\xf0\x9f\x98", 3),
            (Encoding::Utf8, b"\xf0\x9f\x98\x80", 0),
            (Encoding::Utf8, b"\xff", 0),
            (Encoding::Utf8, b"\xed\xa0", 0),
            (Encoding::Utf16Le, b"\x3d\xd8\x00", 3),
            (Encoding::Utf16Be, b"\x3d\xd8", 0),
            (Encoding::Windows1252, b"\xe2", 0),
        ];
        for (encoding, bytes, tail) in cases {
            assert_eq!(encoding.incomplete_tail(bytes), tail, "{bytes:x?}");
        }
    }

    #[test]
    fn what_is_malformed_is_replaced_or_refused() {
        let cases: [(Encoding, &[u8], &str); 5] = [
            (Encoding::Utf8, b"a\xf0\x90b\xff", "a\u{fffd}b\u{fffd}"),
            (Encoding::Utf16Le, b"a\0\x3d\xd8b\0", "a\u{fffd}b"),
            (Encoding::Utf16Le, b"a\0b", "a\u{fffd}"),
            (Encoding::Utf16Le, b"\x3d\xd8\0", "\u{fffd}"),
            (Encoding::Utf16Be, b"\xd8\x3d\0a", "\u{fffd}a"),
        ];
        for (encoding, bytes, text) in cases {
            assert_eq!(encoding.decode(bytes, false).as_deref(), Some(text), "{bytes:x?}");
            assert_eq!(encoding.decode(bytes, true), None, "{bytes:x?}");
        }
        assert_eq!(Encoding::Windows1252.decode(b"\x80\x81\xe9", true).as_deref(), Some("\u{20ac}\u{81}\u{e9}"));
    }
}
