//! Formatted text as a list of typed parts, as `formatToParts` gives it.

/// What was formatted, part by part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(Vec<(&'static str, String)>);

impl Parts {
    /// Adds a part; neighbouring literals become one, and an empty part is none.
    pub fn push(&mut self, kind: &'static str, text: impl AsRef<str> + Into<String>) {
        if text.as_ref().is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some((last, before)) if *last == "literal" && kind == "literal" => before.push_str(text.as_ref()),
            _ => self.0.push((kind, text.into())),
        }
    }

    /// Adds all parts of another list.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The whole as one text.
    pub fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// The parts as a JSON array `["type","value","type","value",…]`, the form in which they go to the guest.
    pub fn json(&self) -> String {
        let flat: Vec<&str> = self.0.iter().flat_map(|(kind, text)| [*kind, text.as_str()]).collect();
        serde_json::Value::from(flat).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_join_and_empty_parts_vanish() {
        let mut parts = Parts::default();
        for (kind, text) in [("integer", "1"), ("literal", ","), ("literal", " "), ("unit", ""), ("unit", "\"")] {
            parts.push(kind, text);
        }
        assert_eq!(parts.text(), "1, \"");
        assert_eq!(parts.json(), r#"["integer","1","literal",", ","unit","\""]"#);
    }
}
