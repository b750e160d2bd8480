//! One schema with what it refers to, as a registry keeps it.

use std::collections::BTreeMap;

use prost_reflect::FileDescriptor;

use super::compile::{Texts, compile};
use crate::diagnostics::Diagnostics;
use crate::source::Sources;

/// The name of a schema that has none.
const NAME: &str = "schema.proto";

/// One `.proto` file by itself, as a registry keeps it.
#[derive(Debug, Clone)]
pub struct ParsedSchema {
    pub(super) file: FileDescriptor,
}

/// Parses a schema; `references` are the texts of the files that it imports, and of those that they import, by name.
///
/// # Errors
/// What the compiler says, with places in `text`.
pub fn parse_schema(text: &str, references: &BTreeMap<String, String>) -> Result<ParsedSchema, Diagnostics> {
    let mut sources = Sources::default();
    let mut texts = Texts::default();
    for (name, text) in references {
        texts.insert(name, text.clone());
    }
    // A registry knows no names of files: one that a reference has cannot be the schema's.
    let mut name = NAME.to_owned();
    while references.contains_key(&name) {
        name.insert(0, '_');
    }
    texts.insert(&name, text.to_owned());
    let ids = BTreeMap::from([(name.clone(), sources.add(NAME, text.to_owned()))]);
    match compile(&texts) {
        Ok(compiled) => match compiled.pool.get_file_by_name(&name) {
            Some(file) => Ok(ParsedSchema { file }),
            None => Err(Diagnostics::new(sources, Vec::new())),
        },
        Err(errors) => {
            let diagnostics = errors.iter().flat_map(|error| error.diagnostics(&ids, &sources)).collect();
            Err(Diagnostics::new(sources, diagnostics))
        }
    }
}
