//! From what has been read to a [`Document`]: definitions keep their names where that saves repeating them.

use super::Reader;
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
        let mut settler = Settler { types, is_kept, new_places: vec![None; names.len()], definitions: Vec::new() };
        let root = if is_root_named { settler.named(0) } else { settler.settle(root) };
        let definitions = settler
            .definitions
            .into_iter()
            .map(|(place, ty)| Definition { name: names[place].0.clone(), ty: ty.unwrap_or(Type::Unknown) })
            .collect();
        Document { root, definitions, warnings: self.warnings, observed: None }
    }
}

/// Replaces the names of definitions that are not kept by what they stand for, and numbers the others anew, in the order in which
/// they are first named.
struct Settler {
    types: Vec<Type>,
    is_kept: Vec<bool>,
    new_places: Vec<Option<usize>>,
    definitions: Vec<(usize, Option<Type>)>,
}

impl Settler {
    fn named(&mut self, place: usize) -> Type {
        if !self.is_kept[place] {
            return self.settle(self.types[place].clone());
        }
        if let Some(new_place) = self.new_places[place] {
            return Type::Named(new_place);
        }
        let new_place = self.definitions.len();
        self.new_places[place] = Some(new_place);
        self.definitions.push((place, None));
        let ty = self.settle(self.types[place].clone());
        self.definitions[new_place].1 = Some(ty);
        Type::Named(new_place)
    }

    fn settle(&mut self, mut ty: Type) -> Type {
        if let Type::Named(place) = ty {
            return self.named(place);
        }
        for part in ty.parts_mut() {
            *part = self.settle(std::mem::replace(part, Type::Never));
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
fn count_uses(ty: &Type, types: &[Type], uses: &mut [usize]) {
    if let Type::Named(place) = ty {
        uses[*place] += 1;
        if uses[*place] == 1 {
            count_uses(&types[*place], types, uses);
        }
    }
    ty.parts().into_iter().for_each(|part| count_uses(part, types, uses));
}

fn is_small(ty: &Type) -> bool {
    ty.size() <= SMALL && !ty.has_names()
}
