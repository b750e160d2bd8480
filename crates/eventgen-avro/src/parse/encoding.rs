//! Whether two definitions of one name encode values in the same way, however they are written.

use super::declare::{Declarations, named_kind};
use super::logical::fitting;
use super::names::{primitive, qualify};
use super::same::{lists, same};
use super::{Node, Value};
use crate::model::{Fixed, Logical, Name, Type};

/// Compares what decides how values are encoded and what they mean.
pub(super) struct Encodings<'a> {
    /// The namespace of the definitions.
    pub(super) namespace: Option<&'a str>,
    pub(super) declarations: &'a Declarations<'a>,
}

/// What a schema is without the objects around it and without properties that do not matter.
enum Outline<'n> {
    Primitive(Type),
    /// A named type, or a name that nothing defines.
    Named(String),
    Array(Option<&'n Node>),
    Map(Option<&'n Node>),
    Union(&'n [Node]),
    /// No schema.
    Invalid,
}

impl Encodings<'_> {
    /// Whether two definitions of the same full name encode values in the same way.
    pub(super) fn definitions(&self, a: &Node, b: &Node) -> bool {
        let both = |property, equal: &dyn Fn(&Node, &Node) -> bool| {
            a.get(property).zip(b.get(property)).is_some_and(|(a, b)| equal(a, b))
        };
        match (named_kind(a), named_kind(b)) {
            (Some("record" | "error"), Some("record" | "error")) => {
                both("fields", &|a, b| lists(a, b, |a, b| self.fields(a, b)))
            }
            (Some("enum"), Some("enum")) => both("symbols", &same),
            (Some("fixed"), Some("fixed")) => both("size", &same) && fixed_logical(a) == fixed_logical(b),
            _ => false,
        }
    }

    fn fields(&self, a: &Node, b: &Node) -> bool {
        let both = |property| a.get(property).zip(b.get(property));
        both("name").is_some_and(|(a, b)| same(a, b)) && both("type").is_some_and(|(a, b)| self.schemas(a, b))
    }

    fn schemas(&self, a: &Node, b: &Node) -> bool {
        let ((a, logical), (b, other)) = (self.outline(a), self.outline(b));
        let inner = |a: Option<&Node>, b: Option<&Node>| a.zip(b).is_some_and(|(a, b)| self.schemas(a, b));
        logical == other
            && match (a, b) {
                (Outline::Primitive(a), Outline::Primitive(b)) => a == b,
                (Outline::Named(a), Outline::Named(b)) => a == b,
                (Outline::Array(a), Outline::Array(b)) | (Outline::Map(a), Outline::Map(b)) => inner(a, b),
                (Outline::Union(a), Outline::Union(b)) => {
                    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.schemas(a, b))
                }
                _ => false,
            }
    }

    /// The outline of a schema and the logical type on it, which does not count the one that belongs to a fixed.
    fn outline<'n>(&self, node: &'n Node) -> (Outline<'n>, Option<Logical>) {
        match &node.value {
            Value::String(written) => (self.reference(written), None),
            Value::Array(branches) => (Outline::Union(branches), None),
            Value::Object(_) if named_kind(node).is_some() => {
                let namespace = node.get("namespace").and_then(Node::as_str).or(self.namespace);
                let name = node.get("name").and_then(Node::as_str);
                let outline = name
                    .map_or(Outline::Invalid, |name| Outline::Named(qualify(name, namespace).to_string()));
                (outline, None)
            }
            Value::Object(_) => match node.get("type") {
                Some(ty) if ty.as_str() == Some("array") => (Outline::Array(node.get("items")), None),
                Some(ty) if ty.as_str() == Some("map") => (Outline::Map(node.get("values")), None),
                Some(ty) => {
                    let (outline, logical) = self.outline(ty);
                    let logical = logical.or_else(|| fitting_on(&self.base(&outline)?, node));
                    (outline, logical)
                }
                None => (Outline::Invalid, None),
            },
            _ => (Outline::Invalid, None),
        }
    }

    fn reference<'n>(&self, written: &str) -> Outline<'n> {
        if let Some(primitive) = primitive(written) {
            return Outline::Primitive(primitive);
        }
        let declaration = self.declarations.resolve(written, self.namespace);
        Outline::Named(declaration.map_or_else(|| written.to_owned(), |found| found.name.to_string()))
    }

    /// The type that a logical type may stand on.
    fn base(&self, outline: &Outline<'_>) -> Option<Type> {
        match outline {
            Outline::Primitive(primitive) => Some(primitive.clone()),
            Outline::Named(name) => base_of_definition(self.declarations.get(name)?.node),
            _ => None,
        }
    }
}

/// The type that a logical type on a reference to a definition stands on: a fixed that has no logical type itself.
pub(super) fn base_of_definition(node: &Node) -> Option<Type> {
    if fixed_logical(node).is_some() { None } else { fixed(node) }
}

/// The logical type of a definition of a fixed.
fn fixed_logical(node: &Node) -> Option<Logical> {
    fitting_on(&fixed(node)?, node)
}

/// The definition of a fixed. Its name does not matter here.
fn fixed(node: &Node) -> Option<Type> {
    let size = node.get("size").and_then(Node::as_number).filter(|_| named_kind(node) == Some("fixed"))?;
    let name = Name { namespace: None, name: String::new() };
    Some(Type::Fixed(Fixed { name, doc: None, aliases: Vec::new(), size }))
}

fn fitting_on(base: &Type, node: &Node) -> Option<Logical> {
    fitting(node.get("logicalType")?.as_str()?, base, node).ok()
}
