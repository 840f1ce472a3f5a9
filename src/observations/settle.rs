//! Bounds on a shape's size. Keeping to them loses detail, and never a value that the shape admits.

use super::{
    key::is_identifier,
    shape::{Members, Shape},
};

/// Values nested deeper are not looked into.
pub(super) const MAX_DEPTH: usize = 12;
/// A shape consists of at most so many shapes, itself included.
pub(super) const MAX_NODES: usize = 2_000;

impl Shape {
    /// The shapes that this one consists of, itself included.
    pub(super) fn nodes(&self) -> usize {
        1 + self.children().map(Self::nodes).sum::<usize>()
    }

    /// Simplifies the shape until it is within the bounds: keys that differ too much or are data are forgotten, and so
    /// is what lies deepest while there is too much. A shape from a file, which anyone may have edited, is brought to
    /// what reading and merging would have made.
    pub(super) fn settle(&mut self) {
        self.settle_at(0);
        let mut widths = [0; MAX_DEPTH + 1];
        self.add_widths(&mut widths);
        let mut nodes = 0;
        // The first level that there is no room for. There is always room for the first two.
        let level = widths.iter().position(|width| {
            nodes += width;
            nodes > MAX_NODES
        });
        if let Some(level) = level {
            self.cut(level - 1);
        }
    }

    fn settle_at(&mut self, depth: usize) {
        if depth >= MAX_DEPTH || self.is_unknown() {
            *self = Self::unknown(self.count());
            return;
        }
        let holds_data =
            matches!(&self.members, Members::Fields(fields) if !fields.keys().all(|key| is_identifier(key)));
        if holds_data || self.has_differing_keys() {
            self.members.as_map_mut();
        }
        self.children_mut().for_each(|child| child.settle_at(depth + 1));
    }

    /// Counts the shapes of each level, this one's first.
    fn add_widths(&self, widths: &mut [usize]) {
        if let Some((own, deeper)) = widths.split_first_mut() {
            *own += 1;
            self.children().for_each(|child| child.add_widths(deeper));
        }
    }

    /// Leaves nothing below the level that is so many levels down.
    fn cut(&mut self, levels: usize) {
        if levels > 0 {
            self.children_mut().for_each(|child| child.cut(levels - 1));
        } else if self.children().next().is_some() {
            *self = Self::unknown(self.count());
        }
    }

    fn children(&self) -> impl Iterator<Item = &Self> {
        self.element().into_iter().chain(self.as_map()).chain(self.fields().map(|(_, field, _)| field))
    }

    fn children_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        let (member, fields) = match &mut self.members {
            Members::Map(member) => (Some(&mut **member), None),
            Members::Fields(fields) => (None, Some(fields.values_mut())),
        };
        self.element.as_deref_mut().into_iter().chain(member).chain(fields.into_iter().flatten())
    }
}
