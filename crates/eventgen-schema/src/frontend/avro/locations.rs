//! The locations of the definitions of a loaded contract, for callers that compare them with other data.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::event::roots;
use super::parse::{declare, registered_form};
use crate::loaded::Loaded;
use crate::node::{Node, Value};
use crate::source::{Position, Span};

/// A location in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path of the file, as it was given.
    pub path: PathBuf,
    /// The range in bytes.
    pub position: Position,
}

impl Loaded {
    /// The registered form of every record, enum and fixed type by its full name, not only of events. Each is a
    /// self-contained schema without its annotation. Types whose form Avro's readers refuse are omitted.
    pub fn schemas(&self) -> BTreeMap<String, String> {
        let declarations = declare(roots(&self.contract), &mut Vec::new());
        let form = |name: &str| Some((name.to_owned(), registered_form(name, &declarations).ok()?));
        declarations.names().filter_map(form).collect()
    }

    /// Where a record, an enum or a fixed type is defined.
    pub fn place(&self, full_name: &str) -> Option<Place> {
        self.defined(full_name, |node| Some(self.at(&node.get("name").unwrap_or(node).span)))
    }

    /// Where a field of a record is defined.
    pub fn field_place(&self, full_name: &str, field: &str) -> Option<Place> {
        self.defined(full_name, |node| {
            let Value::Array(fields) = &node.get("fields")?.value else { return None };
            let is_it = |node: &&Node| node.get("name").and_then(Node::as_str) == Some(field);
            let found = fields.iter().find(is_it)?;
            Some(self.at(&found.get("name").unwrap_or(found).span))
        })
    }

    /// The annotation of a record, as JSON.
    pub fn annotation(&self, full_name: &str) -> Option<String> {
        self.defined(full_name, |node| Some(node.get("kafka")?.to_json().to_string()))
    }

    fn defined<T>(&self, full_name: &str, find: impl FnOnce(&Node) -> Option<T>) -> Option<T> {
        let declarations = declare(roots(&self.contract), &mut Vec::new());
        find(declarations.get(full_name)?.node)
    }

    fn at(&self, span: &Span) -> Place {
        let sources = self.warnings.sources();
        Place {
            path: sources.path(span.source).to_owned(),
            position: sources.position(span.source, span.range.start),
        }
    }
}
