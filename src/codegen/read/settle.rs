//! From what has been read to a [`Document`]: definitions keep their names where that saves repeating them.

use super::{MAX_DEPTH, Reader};
use crate::codegen::{
    combine::union,
    types::{Definition, Document, Property, Rest, Type},
};

/// Definitions of no more parts, and none of them named, are written out wherever they are named.
const SMALL: usize = 4;

impl Reader<'_> {
    pub(super) fn finish(mut self, root: Type) -> Document {
        let is_root_named = self.names[0].1;
        self.combiner.definitions[0] = Some(root.clone());
        let types: Vec<Type> = self.combiner.definitions.into_iter().map(|ty| ty.unwrap_or(Type::Unknown)).collect();
        let mut uses = vec![0; types.len()];
        count_uses(&root, &types, &mut uses);
        let names = self.names;
        let is_kept: Vec<bool> =
            (0..types.len()).map(|place| names[place].1 || (uses[place] > 1 && !is_small(&types[place]))).collect();
        let mut settler = Settler { types, is_kept, new_places: vec![None; names.len()], kept: Vec::new() };
        let root = if is_root_named { settler.keep(0) } else { settler.settle(root, 0) };
        let mut definitions = Vec::new();
        while let Some(&place) = settler.kept.get(definitions.len()) {
            let ty = settler.settle(settler.types[place].clone(), 0);
            definitions.push(Definition { name: names[place].0.clone(), ty });
        }
        Document { root, definitions, warnings: self.warnings, observed: None }
    }
}

/// Replaces the names of definitions that are not kept by what they stand for, and numbers the others anew, in the order in which
/// they are first named.
struct Settler {
    types: Vec<Type>,
    is_kept: Vec<bool>,
    new_places: Vec<Option<usize>>,
    /// The definitions that are kept, in their new order.
    kept: Vec<usize>,
}

impl Settler {
    fn keep(&mut self, place: usize) -> Type {
        let new_place = *self.new_places[place].get_or_insert_with(|| {
            self.kept.push(place);
            self.kept.len() - 1
        });
        Type::Named(new_place)
    }

    /// `depth`: within how many types it stands. One definition in another may go on for ever, so the deep ones are kept.
    fn settle(&mut self, mut ty: Type, depth: usize) -> Type {
        if let Type::Named(place) = ty {
            let is_kept = self.is_kept[place] || depth > MAX_DEPTH;
            return if is_kept { self.keep(place) } else { self.settle(self.types[place].clone(), depth + 1) };
        }
        for part in ty.parts_mut() {
            *part = self.settle(std::mem::replace(part, Type::Never), depth + 1);
        }
        // What was a name until now may join what stands around it.
        match ty {
            Type::Union(parts) => union(parts),
            Type::Intersection(parts) => joined(parts),
            ty => ty,
        }
    }
}

/// An object with what it must not have as one object.
fn joined(mut parts: Vec<Type>) -> Type {
    match &mut parts[..] {
        [Type::Object(object), Type::Object(absent)]
            if absent.rest == Rest::Closed && absent.properties.iter().all(Property::is_absent) =>
        {
            object.properties.append(&mut absent.properties);
            parts.swap_remove(0)
        }
        _ => Type::Intersection(parts),
    }
}

/// How often each definition is named from what is reachable.
fn count_uses(root: &Type, types: &[Type], uses: &mut [usize]) {
    let mut rest = vec![root];
    while let Some(ty) = rest.pop() {
        if let Type::Named(place) = ty {
            uses[*place] += 1;
            if uses[*place] == 1 {
                rest.push(&types[*place]);
            }
        }
        rest.extend(ty.parts());
    }
}

fn is_small(ty: &Type) -> bool {
    ty.size() <= SMALL && !ty.has_names()
}
