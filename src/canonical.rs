//! Inputs as one text each, the same for equal inputs: what the cache looks up, and what a fallback compares.
//!
//! The form is that of RFC 8785 (JSON Canonicalization Scheme): keys in the order of their UTF-16 code units, no white space,
//! numbers as ECMAScript writes them. With one exception: the scheme takes every number for a double, so that two 64-bit
//! identifiers could become one text, and one of them the other's answer. Integers that no double is exact for keep all their
//! digits.

use serde_json::{Number, Value};

use crate::tool::JsonObject;

/// Up to here doubles are exact for integers: 2⁵³.
const MAX_EXACT: u64 = 1 << 53;

/// The canonical text of an input.
pub fn text(input: &JsonObject) -> String {
    let mut text = String::with_capacity(64);
    write_object(input, &mut text);
    text
}

fn in_order(object: &JsonObject) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = object.iter().collect();
    members.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    members
}

fn write_object(object: &JsonObject, text: &mut String) {
    text.push('{');
    for (index, (key, value)) in in_order(object).into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_string(key, text);
        text.push(':');
        write_value(value, text);
    }
    text.push('}');
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => write_number(number, text),
        Value::String(string) => write_string(string, text),
        Value::Array(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_value(value, text);
            }
            text.push(']');
        }
        Value::Object(object) => write_object(object, text),
    }
}

fn write_number(number: &Number, text: &mut String) {
    let is_exact_integer = number.as_u64().is_some() || number.as_i64().is_some();
    match number.as_f64() {
        Some(double) if !is_exact_integer || double.abs() < MAX_EXACT as f64 => {
            text.push_str(ryu_js::Buffer::new().format_finite(double));
        }
        _ => text.push_str(&number.to_string()),
    }
}

/// As `JSON.stringify` writes it.
fn write_string(string: &str, text: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    text.push('"');
    let mut rest = string;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        text.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            0x08 => text.push_str("\\b"),
            b'\t' => text.push_str("\\t"),
            b'\n' => text.push_str("\\n"),
            0x0c => text.push_str("\\f"),
            b'\r' => text.push_str("\\r"),
            byte => {
                text.push_str("\\u00");
                text.extend([byte >> 4, byte & 0xf].map(|digit| char::from(HEX[usize::from(digit)])));
            }
        }
        rest = &rest[at + 1..];
    }
    text.push_str(rest);
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(value: Value) -> String {
        let Value::Object(object) = value else { panic!("not an object") };
        text(&object)
    }

    /// The examples of RFC 8785, sections 3.2.2 and 3.2.3, as far as serde_json can hold them.
    #[test]
    fn the_examples_of_the_scheme_come_out_as_it_says() {
        let numbers = r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001]}"#;
        let numbers = serde_json::from_str(numbers).expect("JSON");
        assert_eq!(canonical(numbers), r#"{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}"#);
        let text: Value = serde_json::from_str(
            r#"{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#,
        )
        .expect("JSON");
        assert_eq!(canonical(text), "{\"literals\":[null,true,false],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
        let sorted: Value =
            serde_json::from_str(r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#)
                .expect("JSON");
        assert_eq!(canonical(sorted), "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}");
    }

    #[test]
    fn equal_inputs_are_one_text_and_large_identifiers_stay_apart() {
        let parse = |text: &str| canonical(serde_json::from_str(text).expect("JSON"));
        assert_eq!(parse(r#"{"a":1.0,"b":{"y":-0.0,"x":[]}}"#), parse(r#"{"b":{"x":[],"y":0},"a":1}"#));
        assert_eq!(parse(r#"{"a":1e2}"#), r#"{"a":100}"#);
        assert_eq!(parse(r#"{"a":9007199254740993}"#), r#"{"a":9007199254740993}"#);
        assert_ne!(parse(r#"{"a":9007199254740993}"#), parse(r#"{"a":9007199254740992}"#));
        assert_ne!(parse(r#"{"a":-9223372036854775807}"#), parse(r#"{"a":-9223372036854775808}"#));
        assert_eq!(parse(r#"{"a":18446744073709551615}"#), r#"{"a":18446744073709551615}"#);
    }
}
