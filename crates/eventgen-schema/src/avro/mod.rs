//! The Avro front end: schemas and protocols ([specification 1.12](https://avro.apache.org/docs/1.12.0/specification/)),
//! in JSON and in Avro IDL, into the type graph.
//!
//! First every file's names are declared, then every definition is built: so references work in any order, across files
//! and in cycles, and the result does not depend on the order of files.

mod alike;
mod build;
mod canonical;
mod declare;
mod default;
mod enums;
mod idl;
mod logical;
mod names;
mod protocol;
mod registered;
mod shape;
mod unknown;

pub(crate) use build::build;
pub use canonical::{canonical_form, fingerprint};
pub(crate) use declare::{Declarations, declare};
pub(crate) use idl::parse_idl;
pub(crate) use names::PRIMITIVES;
pub(crate) use protocol::protocol_roots;
pub(crate) use registered::{MAX_NESTING, registered_form};
pub use shape::{shape, union_shape};

use crate::diagnostic::{Diagnostics, Severity};
use crate::json::parse_json;
use crate::node::Node;
use crate::source::Sources;
use crate::types::{TypeGraph, TypeId};

/// A schema of a file, with the namespace around it.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    pub(crate) node: Node,
    pub(crate) namespace: Option<String>,
    /// Whether it is a parameter of a message: like a field, it has a name and may have a default.
    pub(crate) is_parameter: bool,
}

impl Root {
    pub(crate) fn schema(node: Node, namespace: Option<String>) -> Self {
        Self { node, namespace, is_parameter: false }
    }

    pub(crate) fn parameter(node: Node, namespace: Option<String>) -> Self {
        Self { node, namespace, is_parameter: true }
    }
}

/// One schema by itself, as a registry keeps it.
#[derive(Debug, Clone)]
pub struct ParsedSchema {
    /// Its types.
    pub types: TypeGraph,
    /// The schema.
    pub root: TypeId,
}

/// Parses one self-contained schema.
///
/// # Errors
/// All its mistakes, with places in `text`.
pub fn parse_schema(text: &str) -> Result<ParsedSchema, Diagnostics> {
    let mut sources = Sources::default();
    let id = sources.add("schema", text.to_owned());
    let fail = |mistakes| Diagnostics::new(sources.clone(), mistakes);
    let root = [Root::schema(parse_json(&sources, id).map_err(fail)?, None)];
    let mut mistakes = Vec::new();
    let declarations = declare(&root, &mut mistakes);
    let built = build(&root, &declarations, &mut mistakes);
    // A registry takes what Avro takes: warnings are for authors.
    mistakes.retain(|mistake| mistake.severity == Severity::Error);
    match (built.roots.first(), mistakes.is_empty()) {
        (Some(&root), true) => Ok(ParsedSchema { types: built.types, root }),
        _ => Err(fail(mistakes)),
    }
}
