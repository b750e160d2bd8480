//! The parts of an Avro schema while two versions are compared, and their locations in a file.

use std::collections::BTreeMap;

use eventgen_avro::parse::Root;

use super::parse::declare;
use crate::compatibility::Element;
use crate::node::{Node, Value};
use crate::source::Span;
use crate::types::Name;

/// A part of a schema. Only those that are reported become an [`Element`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'a> {
    Schema,
    Type(&'a Name),
    Member(&'a Name, &'a str),
}

impl Part<'_> {
    pub(super) fn element(self) -> Element {
        match self {
            Self::Schema => Element::schema(),
            Self::Type(name) => Element::of_type(name.to_string()),
            Self::Member(name, member) => Element::of_member(name.to_string(), member),
        }
    }
}

/// The locations of everything that some schemas define.
pub(super) fn places(roots: &[Root]) -> BTreeMap<Element, Span> {
    // Errors in the definitions are reported when the file is loaded.
    let declarations = declare(roots, &mut Vec::new());
    let mut places = BTreeMap::new();
    for name in declarations.names() {
        let Some(node) = declarations.get(name).map(|declaration| declaration.node) else { continue };
        places.insert(Element::of_type(name), node.get("name").unwrap_or(node).span.clone());
        for field in items(node, "fields") {
            if let Some(field_name) = field.get("name")
                && let Some(text) = field_name.as_str()
            {
                places.insert(Element::of_member(name, text), field_name.span.clone());
            }
        }
        for symbol in items(node, "symbols") {
            if let Some(text) = symbol.as_str() {
                places.insert(Element::of_member(name, text), symbol.span.clone());
            }
        }
    }
    places
}

fn items<'a>(node: &'a Node, property: &str) -> &'a [Node] {
    match node.get(property).map(|list| &list.value) {
        Some(Value::Array(items)) => items,
        _ => &[],
    }
}
