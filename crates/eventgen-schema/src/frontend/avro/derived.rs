//! Derived schemas in Avro.

use std::path::PathBuf;

use eventgen_avro::parse::Root;

use super::super::context::Context;
use super::super::derived::DerivedSchema;
use super::format::SCHEMA_TYPE;
use crate::reader::parse_json;

impl DerivedSchema {
    /// A schema in JSON; its annotation has the properties of `#[kafka(…)]`. `foreign` are the full names of types that
    /// it refers to and that are defined elsewhere.
    pub fn avro(path: impl Into<PathBuf>, text: String, foreign: Vec<String>) -> Self {
        Self::new(SCHEMA_TYPE, path.into(), text, foreign)
    }
}

/// Reads a derived schema, with a definition for each foreign type.
pub(super) fn read(schema: &DerivedSchema, context: &mut Context<'_>) -> Vec<Root> {
    let mut roots = Vec::new();
    let foreign = schema.foreign().iter().map(|name| foreign_definition(name)).collect::<Vec<_>>().join(",");
    let mut texts = vec![(schema.path().to_owned(), schema.text().to_owned())];
    if !foreign.is_empty() {
        texts.push((schema.path().with_extension("foreign"), format!("[{foreign}]")));
    }
    for (path, text) in texts {
        let source = context.sources.add(path, text);
        match parse_json(context.sources, source) {
            Ok(node) => roots.push(Root::schema(node, None)),
            Err(found) => context.diagnostics.extend(found),
        }
    }
    roots
}

/// The placeholder for a type that is defined elsewhere, in the registered form of a type that refers to it.
pub fn foreign_definition(full_name: &str) -> String {
    format!("{{\"type\":\"record\",\"name\":\"{full_name}\",\"fields\":[]}}")
}
