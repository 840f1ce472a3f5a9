//! [`Shape`]: what is known of the values that occurred at one place. How shapes are read from JSON is in
//! [`super::read`], how their size is bounded in [`super::settle`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::key::is_identifier;

/// An object with more different keys is a map.
const MAX_KEYS: usize = 128;

/// The kinds of the values that occurred at one place, how often each did, and the shapes of what they contain.
///
/// The shape of no value at all, [`Shape::default`], is the neutral element of [`Shape::merge`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shape {
    /// Values that were not looked into. Where there is one, nothing else is kept.
    #[serde(skip_serializing_if = "is_zero")]
    unknown: u64,
    #[serde(skip_serializing_if = "is_zero")]
    null: u64,
    #[serde(skip_serializing_if = "is_zero")]
    boolean: u64,
    #[serde(skip_serializing_if = "is_zero")]
    number: u64,
    #[serde(skip_serializing_if = "is_zero")]
    string: u64,
    #[serde(skip_serializing_if = "is_zero")]
    array: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) element: Option<Box<Shape>>,
    #[serde(skip_serializing_if = "is_zero")]
    object: u64,
    /// How many keys the largest object had.
    #[serde(skip_serializing_if = "is_zero")]
    largest_object: u64,
    #[serde(skip_serializing_if = "Members::is_none")]
    pub(super) members: Members,
}

/// What objects contain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Members {
    /// By key. A field occurred in as many objects as its shape counts values.
    Fields(BTreeMap<String, Shape>),
    /// Under whatever key: the keys are data.
    Map(Box<Shape>),
}

/// A kind of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Shape {
    /// The shape of one value without members: of a scalar, or of an empty array or object.
    pub fn of_kind(kind: Kind) -> Self {
        let mut shape = Self::default();
        *match kind {
            Kind::Null => &mut shape.null,
            Kind::Boolean => &mut shape.boolean,
            Kind::Number => &mut shape.number,
            Kind::String => &mut shape.string,
            Kind::Array => &mut shape.array,
            Kind::Object => &mut shape.object,
        } = 1;
        shape
    }

    /// The shape of that many values that were not looked into.
    pub(super) fn unknown(count: u64) -> Self {
        Self { unknown: count, ..Self::default() }
    }

    /// How many values occurred here: in the shape of a tool's results, how many results.
    pub fn count(&self) -> u64 {
        self.kinds().fold(self.unknown, |sum, (_, count)| sum.saturating_add(count))
    }

    /// Whether some values that occurred here were not looked into, so that any value must be expected. There are then
    /// no kinds, no elements and no fields.
    pub fn is_unknown(&self) -> bool {
        self.unknown > 0
    }

    /// The kinds that occurred and how often each did, in the order of [`Kind`].
    pub fn kinds(&self) -> impl Iterator<Item = (Kind, u64)> {
        let all = [
            (Kind::Null, self.null),
            (Kind::Boolean, self.boolean),
            (Kind::Number, self.number),
            (Kind::String, self.string),
            (Kind::Array, self.array),
            (Kind::Object, self.object),
        ];
        all.into_iter().filter(|(_, count)| *count > 0)
    }

    /// The elements of all arrays, as one shape; `None` when no array had any.
    pub fn element(&self) -> Option<&Self> {
        self.element.as_deref()
    }

    /// The members of all objects, as one shape, when the objects are maps whose keys are data.
    pub fn as_map(&self) -> Option<&Self> {
        match &self.members {
            Members::Map(member) => Some(member),
            Members::Fields(_) => None,
        }
    }

    /// The fields of the objects, by key, and whether each is required: it occurred in every object. No fields when the
    /// objects are maps ([`Shape::as_map`]) or all empty.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Self, bool)> {
        let fields = match &self.members {
            Members::Fields(fields) => Some(fields),
            Members::Map(_) => None,
        };
        let fields = fields.into_iter().flatten();
        fields.map(|(key, shape)| (key.as_str(), shape, shape.count() >= self.object))
    }

    /// Adds what another shape knows. Associative and commutative.
    pub fn merge(&mut self, other: Self) {
        if self.is_unknown() || other.is_unknown() {
            *self = Self::unknown(self.count().saturating_add(other.count()));
            return;
        }
        for (mine, others) in [
            (&mut self.null, other.null),
            (&mut self.boolean, other.boolean),
            (&mut self.number, other.number),
            (&mut self.string, other.string),
            (&mut self.array, other.array),
            (&mut self.object, other.object),
        ] {
            *mine = mine.saturating_add(others);
        }
        match (&mut self.element, other.element) {
            (Some(element), Some(others)) => element.merge(*others),
            (None, others) => self.element = others,
            (Some(_), None) => {}
        }
        self.largest_object = self.largest_object.max(other.largest_object);
        self.members.merge(other.members);
    }

    /// One more element of the array that this is the shape of.
    pub(super) fn push_element(&mut self, element: Self) {
        self.element.get_or_insert_default().merge(element);
    }

    /// One more member of the object that this is the shape of.
    pub(super) fn push_member(&mut self, key: String, member: Self) {
        self.largest_object += 1;
        match &mut self.members {
            Members::Fields(fields) if is_identifier(&key) => {
                // Where a key is repeated, the last member is the one that a program sees.
                fields.insert(key, member);
            }
            _ => self.members.as_map_mut().merge(member),
        }
        self.members.limit();
    }

    /// Whether the objects here have so many different keys that these must be data.
    pub(super) fn has_differing_keys(&self) -> bool {
        matches!(&self.members, Members::Fields(fields)
            if fields.len() > 16 && fields.len() as u64 > self.largest_object.saturating_mul(4))
    }
}

impl Members {
    fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Fields(fields), Self::Fields(others)) => {
                for (key, shape) in others {
                    fields.entry(key).or_default().merge(shape);
                }
                self.limit();
            }
            (Self::Map(member), Self::Fields(others)) => others.into_values().for_each(|shape| member.merge(shape)),
            (_, Self::Map(others)) => self.as_map_mut().merge(*others),
        }
    }

    fn limit(&mut self) {
        if matches!(self, Self::Fields(fields) if fields.len() > MAX_KEYS) {
            self.as_map_mut();
        }
    }

    /// Forgets the keys.
    pub(super) fn as_map_mut(&mut self) -> &mut Shape {
        if let Self::Fields(fields) = self {
            let mut member = Box::<Shape>::default();
            std::mem::take(fields).into_values().for_each(|shape| member.merge(shape));
            *self = Self::Map(member);
        }
        match self {
            Self::Map(member) => member,
            Self::Fields(_) => unreachable!("fields were made a map"),
        }
    }

    fn is_none(&self) -> bool {
        matches!(self, Self::Fields(fields) if fields.is_empty())
    }
}

impl Default for Members {
    fn default() -> Self {
        Self::Fields(BTreeMap::new())
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
