//! The Avro front end: schema files (JSON form, [specification 1.12](https://avro.apache.org/docs/1.12.0/specification/))
//! into the type graph.
//!
//! First every file's names are declared, then every definition is built: so references work in any order, across files
//! and in cycles, and the result does not depend on the order of files.

mod build;
mod canonical;
mod declare;
mod default;
mod enums;
mod logical;
mod names;
mod registered;

pub(crate) use build::build;
pub use canonical::{canonical_form, fingerprint};
pub(crate) use declare::declare;
pub(crate) use registered::registered_form;

use crate::diagnostic::{Diagnostics, Severity};
use crate::node::parse_json;
use crate::source::Sources;
use crate::types::{TypeGraph, TypeId};

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
    let root = [parse_json(&sources, id).map_err(fail)?];
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
