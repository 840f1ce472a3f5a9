//! A small type language for JSON, which knows nothing of how TypeScript is written.
//!
//! [`read`](mod@crate::codegen::read) makes it from schemas, with the algebra of `combine`; `write` and `inline` make TypeScript of it.

use serde_json::Value;

use crate::codegen::pattern::Pattern;

/// A set of JSON values.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Any value.
    Unknown,
    /// No value.
    Never,
    Null,
    Boolean,
    Number,
    String,
    /// Exactly this string, number or boolean.
    Literal(Value),
    Array(Array),
    Object(Object),
    /// A definition of the same [`Document`], by its place there.
    Named(usize),
    /// Two or more alternatives.
    Union(Vec<Type>),
    /// Two or more types that hold at once, where that could not be said as one.
    Intersection(Vec<Type>),
}

/// Items by position, then any number of others.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    pub items: Vec<Type>,
    /// So many of `items` are always there.
    pub required: usize,
    /// The type of every further item; without it there is none.
    pub rest: Option<Box<Type>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// In the schema's order.
    pub properties: Vec<Property>,
    /// Types of the properties whose names match, named ones included.
    pub patterns: Vec<(Pattern, Type)>,
    pub rest: Rest,
}

/// What an object may hold besides its named properties and those that match a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Rest {
    /// The schema does not say, which admits anything.
    Unsaid,
    Closed,
    Open(Box<Type>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    pub name: String,
    pub ty: Type,
    pub required: bool,
    pub description: Option<String>,
    /// What the type cannot say: ranges, formats, the default.
    pub constraints: Vec<String>,
}

/// A type with the definitions that it names.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub root: Type,
    pub definitions: Vec<Definition>,
    pub warnings: Vec<Warning>,
    /// How many results were seen, where the type is not a schema's but what these had in common.
    pub observed: Option<u64>,
}

/// A type that a schema has a name for.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// What the schema calls it; it need not be an identifier, or the only one of its name.
    pub name: String,
    pub ty: Type,
}

/// A place in a schema that was read as `unknown`, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// A JSON pointer into the schema, after `#`.
    pub pointer: String,
    pub message: String,
}

impl Type {
    /// Arrays of which every item is of one type.
    pub fn array_of(item: Self) -> Self {
        Self::Array(Array { items: Vec::new(), required: 0, rest: Some(Box::new(item)) })
    }

    /// Any object.
    pub fn any_object() -> Self {
        Self::Object(Object::any())
    }

    /// How many types it is made of, itself included.
    pub fn size(&self) -> usize {
        1 + self.parts().into_iter().map(Self::size).sum::<usize>()
    }

    pub fn has_names(&self) -> bool {
        matches!(self, Self::Named(_)) || self.parts().into_iter().any(Self::has_names)
    }

    /// The types that it is made of; a name is made of nothing.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Array(array) => array.items.iter().chain(array.rest.as_deref()).collect(),
            Self::Object(object) => {
                let named = object.properties.iter().map(|property| &property.ty);
                let matching = object.patterns.iter().map(|(_, ty)| ty);
                let rest = if let Rest::Open(rest) = &object.rest { Some(&**rest) } else { None };
                named.chain(matching).chain(rest).collect()
            }
            Self::Union(parts) | Self::Intersection(parts) => parts.iter().collect(),
            _ => Vec::new(),
        }
    }

    pub fn parts_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Array(array) => array.items.iter_mut().chain(array.rest.as_deref_mut()).collect(),
            Self::Object(object) => {
                let named = object.properties.iter_mut().map(|property| &mut property.ty);
                let matching = object.patterns.iter_mut().map(|(_, ty)| ty);
                let rest = if let Rest::Open(rest) = &mut object.rest { Some(&mut **rest) } else { None };
                named.chain(matching).chain(rest).collect()
            }
            Self::Union(parts) | Self::Intersection(parts) => parts.iter_mut().collect(),
            _ => Vec::new(),
        }
    }
}

impl Array {
    pub fn any() -> Self {
        Self { items: Vec::new(), required: 0, rest: Some(Box::new(Type::Unknown)) }
    }

    /// The type of the item at a position; `None` where there cannot be one.
    pub fn item(&self, position: usize) -> Option<&Type> {
        self.items.get(position).or(self.rest.as_deref())
    }
}

impl Object {
    /// An object of which nothing is known.
    pub fn any() -> Self {
        Self { properties: Vec::new(), patterns: Vec::new(), rest: Rest::Unsaid }
    }

    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// Whether nothing is said of what its properties may be.
    pub fn is_any(&self) -> bool {
        self.properties.is_empty() && self.patterns.is_empty() && self.rest == Rest::Unsaid
    }
}

impl Property {
    /// A property that must not be there.
    pub fn absent(name: &str) -> Self {
        Self { name: name.to_owned(), ty: Type::Never, required: false, description: None, constraints: Vec::new() }
    }

    pub fn is_absent(&self) -> bool {
        self.ty == Type::Never && !self.required
    }
}

impl Document {
    /// A document that says nothing.
    pub fn unknown() -> Self {
        Self { root: Type::Unknown, definitions: Vec::new(), warnings: Vec::new(), observed: None }
    }

    /// What a name stands for; any other type is itself.
    pub fn resolve<'a>(&'a self, mut ty: &'a Type) -> &'a Type {
        while let Type::Named(place) = ty {
            ty = &self.definitions[*place].ty;
        }
        ty
    }

    /// Whether a call must say something: an object without required properties may be left out.
    pub fn requires_input(&self) -> bool {
        self.requires(&self.root, 0)
    }

    fn requires(&self, ty: &Type, depth: usize) -> bool {
        /// Definitions may name each other any number of times over.
        const MAX_DEPTH: usize = 16;
        match self.resolve(ty) {
            Type::Object(object) => object.properties.iter().any(|property| property.required),
            _ if depth == MAX_DEPTH => false,
            Type::Union(parts) => parts.iter().all(|part| self.requires(part, depth + 1)),
            Type::Intersection(parts) => parts.iter().any(|part| self.requires(part, depth + 1)),
            _ => false,
        }
    }
}
