//! JSON text → [`Shape`], as a stream: of a result of some megabytes only the shape is ever in memory.

use std::{collections::BTreeSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{
    settle::{MAX_DEPTH, MAX_NODES},
    shape::{Kind, Shape},
};

/// Of a text with more bytes, only the first elements of each array are looked at.
const MAX_WHOLE: usize = 8 * 1024 * 1024;
const SAMPLED_ELEMENTS: usize = 1_000;
/// A shape may grow by so many shapes before it is settled. Generous, since settling half of an object cuts that half
/// deeper than the other.
pub(super) const MAX_GROWTH: usize = 4 * MAX_NODES;

impl Shape {
    /// The shape of the value that a JSON text holds.
    ///
    /// Fails where the text is not JSON, or holds what a JavaScript value cannot (a number too large, half a surrogate
    /// pair).
    pub fn of(json: &str) -> serde_json::Result<Self> {
        Self::of_answer(json, &BTreeSet::new())
    }

    /// As [`Shape::of`], but fails when one of these texts, which are in small letters, is a key.
    pub(super) fn of_answer(json: &str, forbidden_keys: &BTreeSet<String>) -> serde_json::Result<Self> {
        let elements = if json.len() > MAX_WHOLE { SAMPLED_ELEMENTS } else { usize::MAX };
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let shape = Reader { depth: 0, elements, forbidden_keys }.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(shape)
    }

    /// Whether this is the shape of one object whose members are like each other and so probably a map's.
    fn is_uniform(&self) -> bool {
        let mut members = self.fields().map(|(_, member, _)| member);
        let Some(first) = members.next() else { return false };
        let keys = |shape| Self::fields(shape).map(|(key, ..)| key);
        self.fields().count() >= 3 && keys(first).count() >= 2 && members.all(|member| keys(member).eq(keys(first)))
    }
}

/// Reads the value at one place.
#[derive(Clone, Copy)]
struct Reader<'a> {
    depth: usize,
    /// How many elements of an array are looked at.
    elements: usize,
    forbidden_keys: &'a BTreeSet<String>,
}

impl Reader<'_> {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Shape;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Shape, D::Error> {
        if self.depth >= MAX_DEPTH {
            deserializer.deserialize_ignored_any(IgnoredAny)?;
            return Ok(Shape::unknown(1));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::of_kind(Kind::Null))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::of_kind(Kind::Boolean))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::of_kind(Kind::Number))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::of_kind(Kind::Number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::of_kind(Kind::Number))
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::of_kind(Kind::String))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Shape, A::Error> {
        let mut shape = Shape::of_kind(Kind::Array);
        let mut growth = Growth::default();
        for _ in 0..self.elements {
            let Some(element) = array.next_element_seed(self.deeper())? else { return Ok(shape) };
            let nodes = element.nodes();
            shape.push_element(element);
            growth.add(nodes, &mut shape);
        }
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(shape)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Shape, A::Error> {
        let mut shape = Shape::of_kind(Kind::Object);
        let mut growth = Growth::default();
        while let Some(key) = object.next_key::<String>()? {
            if !self.forbidden_keys.is_empty() && self.forbidden_keys.contains(&key.to_ascii_lowercase()) {
                return Err(A::Error::custom("a key of the answer is a text of the input"));
            }
            let member = object.next_value_seed(self.deeper())?;
            let nodes = member.nodes();
            shape.push_member(key, member);
            growth.add(nodes, &mut shape);
        }
        if shape.is_uniform() {
            shape.members.as_map_mut();
        }
        Ok(shape)
    }
}

/// Bounds a shape while it grows, without measuring it at every step.
#[derive(Default)]
struct Growth {
    /// By how much the shape may have grown since it was last within its bounds.
    nodes: usize,
}

impl Growth {
    fn add(&mut self, nodes: usize, shape: &mut Shape) {
        self.nodes += nodes;
        if self.nodes > MAX_GROWTH {
            shape.settle();
            self.nodes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_text_is_sampled() {
        let big = format!("[{}null]", "\"0123456789abcdef\",".repeat(MAX_WHOLE / 16));
        let shape = Shape::of(&big).expect("it is JSON");
        let element = shape.element().expect("the first elements were looked at");
        assert_eq!(element.kinds().collect::<Vec<_>>(), [(Kind::String, SAMPLED_ELEMENTS as u64)]);
        assert!(Shape::of(&format!("{big}]")).is_err(), "what follows the sample is still read");
    }

    #[test]
    fn what_is_nested_too_deep_is_unknown() {
        let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        let mut shape = &Shape::of(&deep).expect("it is JSON");
        for _ in 0..MAX_DEPTH {
            assert!(!shape.is_unknown());
            shape = shape.element().expect("this level was looked at");
        }
        assert!(shape.is_unknown() && shape.element().is_none());
    }

    #[test]
    fn a_repeated_key_counts_once() {
        let mut shape = Shape::of(r#"{"a":1,"a":"x"}"#).expect("it is JSON");
        shape.merge(Shape::of("{}").expect("it is JSON"));
        let (_, field, is_required) = shape.fields().next().expect("a field");
        assert_eq!(field.kinds().collect::<Vec<_>>(), [(Kind::String, 1)]);
        assert!(!is_required);
    }
}
