//! [`Fingerprint`]: tells that a tool is no longer the one whose results were seen.

use std::{fmt, io};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::tool::{JsonObject, ToolDef};

/// A short digest of a tool's definition, the same on every machine and in every version of this crate.
///
/// It covers the name and both schemas, whatever the order of their keys, but no descriptions: some servers write the
/// date or the folders that they serve into them, and would never be known again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Fingerprint(u64);

impl Fingerprint {
    pub fn of(def: &ToolDef) -> Self {
        let mut digest = Digest::default();
        digest.text(&def.name);
        digest.object(&def.input_schema);
        if let Some(schema) = &def.output_schema {
            digest.object(schema);
        }
        Self(digest.0)
    }
}

/// FNV-1a. Nobody gains by making two definitions collide: a server decides what its tools answer anyway.
struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// A text and its end: no UTF-8 text contains this byte.
    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(&[0xff]);
    }

    fn object(&mut self, object: &JsonObject) {
        let mut members: Vec<_> = object.iter().filter(|(key, value)| !is_description(key, value)).collect();
        members.sort_unstable_by_key(|(key, _)| *key);
        self.bytes(b"{");
        for (key, value) in members {
            self.text(key);
            self.value(value);
        }
        self.bytes(b"}");
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Object(object) => self.object(object),
            Value::Array(elements) => {
                self.bytes(b"[");
                elements.iter().for_each(|element| self.value(element));
                self.bytes(b"]");
            }
            Value::String(text) => {
                self.bytes(b"\"");
                self.text(text);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => self.text(&value.to_string()),
        }
    }
}

/// A property that is named so has a schema, not a text.
fn is_description(key: &str, value: &Value) -> bool {
    matches!(key, "description" | "title") && value.is_string()
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = io::Error;

    fn try_from(text: String) -> io::Result<Self> {
        let is_hex = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u64::from_str_radix(&text, 16).ok().filter(|_| is_hex);
        number.map(Self).ok_or_else(|| io::Error::other("a fingerprint has 16 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(def: Value) -> String {
        Fingerprint::of(&serde_json::from_value(def).expect("a definition")).to_string()
    }

    #[test]
    fn is_that_of_the_schemas() {
        let original = of(json!({"name": "t", "inputSchema": {"type": "object", "required": ["a", "b"]}}));
        assert_eq!(original, "fb99e46e92d37a9e", "files that were saved earlier know this one");
        for same in [
            json!({"name": "t", "inputSchema": {"required": ["a", "b"], "type": "object"}}),
            json!({"name": "t", "description": "Today is Monday.", "inputSchema":
                {"description": "x", "type": "object", "required": ["a", "b"]}}),
            json!({"name": "t", "annotations": {"readOnlyHint": true}, "inputSchema":
                {"type": "object", "required": ["a", "b"]}}),
        ] {
            assert_eq!(of(same.clone()), original, "{same}");
        }
        // A property may be called so.
        let described = |ty| of(json!({"name": "t", "inputSchema": {"properties": {"description": {"type": ty}}}}));
        assert_ne!(described("string"), described("number"));
        for different in [
            json!({"name": "u", "inputSchema": {"type": "object", "required": ["a", "b"]}}),
            json!({"name": "t", "inputSchema": {"type": "object", "required": ["ab"]}}),
            json!({"name": "t", "inputSchema": {"type": "object", "required": ["a"], "b": {}}}),
            json!({"name": "t", "inputSchema": {"type": "object", "required": ["a", "b"], "properties":
                {"description": {"type": "string"}}}}),
            json!({"name": "t", "inputSchema": {"type": "object", "required": ["a", "b"]}, "outputSchema": {}}),
        ] {
            assert_ne!(of(different.clone()), original, "{different}");
        }
    }
}
